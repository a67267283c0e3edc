//! Quantities as a person writes them: `80ms`, `64MiB`, `1Gbps`. Times and sizes are exact or refused.

use crate::base::{Bytes, Span};

/// Why a text is no quantity: what is wrong, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadQuantity {
    pub(super) what: String,
    pub(super) hint: &'static str,
}

const SPAN_UNITS: [(&str, u64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];
const SPAN_HINT: &str = "write a number and its unit, as in \"80ms\"; units of time are ns, us, ms, s, m and h";

const BYTES_UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];
const BYTES_HINT: &str =
    "write a number and its unit, as in \"64MiB\"; units of size are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB";

const BITS_UNITS: [(&str, u64); 4] = [("bps", 1), ("kbps", 1_000), ("Mbps", 1_000_000), ("Gbps", 1_000_000_000)];
const BITS_HINT: &str = "write bits a second, as in \"1Gbps\"; units are bps, kbps, Mbps and Gbps";

/// A length of time, to the nanosecond: `80ms`, `1.5s`, `2m`.
pub(super) fn span(text: &str) -> Result<Span, BadQuantity> {
    exact(text, &SPAN_UNITS, "a length of time", SPAN_HINT).map(Span)
}

/// A size, to the byte: `64MiB`, `1.5kB`.
pub(super) fn bytes(text: &str) -> Result<Bytes, BadQuantity> {
    exact(text, &BYTES_UNITS, "a size", BYTES_HINT).map(Bytes)
}

/// A bandwidth in bytes per second from bits per second: `1Gbps` is 125,000,000.
pub(super) fn bandwidth(text: &str) -> Result<f64, BadQuantity> {
    match exact(text, &BITS_UNITS, "a bandwidth", BITS_HINT)? {
        0 => Err(BadQuantity { what: "a bandwidth of zero carries nothing".to_owned(), hint: BITS_HINT }),
        bits => Ok(bits as f64 / 8.0),
    }
}

/// A decimal number times its unit, as a whole number of the smallest unit.
fn exact(text: &str, units: &[(&str, u64)], noun: &str, hint: &'static str) -> Result<u64, BadQuantity> {
    let bad = |why: &str| BadQuantity { what: format!("{text:?} is not {noun}: {why}"), hint };
    let trimmed = text.trim();
    let number_len = trimmed.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_')).count();
    let (number, unit) = (&trimmed[..number_len], trimmed[number_len..].trim_start());
    if number.is_empty() {
        return Err(bad(if trimmed.starts_with('-') { "it cannot be negative" } else { "it has no number" }));
    }
    let Some((_, scale)) = units.iter().find(|(name, _)| *name == unit) else {
        return Err(bad(&if unit.is_empty() {
            "it has no unit".to_owned()
        } else {
            format!("no unit is called {unit:?}")
        }));
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: String = whole.chars().chain(fraction.chars()).filter(|next| *next != '_').collect();
    if whole.is_empty() || number.ends_with('.') || fraction.contains('.') || digits.is_empty() {
        return Err(bad("its number is malformed"));
    }
    let places = u32::try_from(fraction.bytes().filter(u8::is_ascii_digit).count()).unwrap_or(u32::MAX);
    let value = digits.parse::<u128>().ok().and_then(|digits| digits.checked_mul(u128::from(*scale)));
    let (Some(value), Some(divisor)) = (value, 10_u128.checked_pow(places)) else { return Err(bad("it is too large")) };
    if value % divisor != 0 {
        return Err(bad("it is finer than the smallest unit"));
    }
    u64::try_from(value / divisor).map_err(|_| bad("it is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_exact() {
        for (text, nanos) in [
            ("80ms", 80_000_000),
            ("1.5s", 1_500_000_000),
            ("2 m", 120_000_000_000),
            ("0s", 0),
            ("0.25us", 250),
            ("1_000ns", 1_000),
        ] {
            assert_eq!(span(text), Ok(Span(nanos)), "{text}");
        }
        for text in [
            "",
            "80",
            "80 millis",
            "ms",
            "-1s",
            "1.5ns",
            "1.2.3s",
            ".5s",
            "5.s",
            "99999999999999999999h",
            "1e3s",
            "s80",
            "_s",
        ] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_printed_is_read() {
        for nanos in [0, 1, 999, 1_001, 80_000_000, 1_000_000_001, 61_000_000_000, 7_200_000_000_000, u64::MAX] {
            assert_eq!(span(&Span(nanos).to_string()), Ok(Span(nanos)));
        }
        for size in [0, 1, 1_024, 1_500, 64 << 20, u64::MAX] {
            assert_eq!(bytes(&Bytes(size).to_string()), Ok(Bytes(size)));
        }
    }

    #[test]
    fn a_gigabit_is_125_megabytes() {
        assert_eq!(bandwidth("1Gbps"), Ok(125e6));
        assert!(bandwidth("0bps").is_err() && bandwidth("1GB").is_err());
    }
}
