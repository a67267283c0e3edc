//! How numbers are written for people: three significant digits, always with their unit, the same everywhere.

/// Powers of ten, by which ever smaller numbers get ever more decimals.
const SCALE: [f64; 10] = [1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];

/// Three significant digits, thousands set apart by commas: `0.0893`, `1.86`, `142`, `14,200`.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let magnitude = value.abs();
    if magnitude >= 1e15 {
        return format!("{value:.2e}");
    }
    if magnitude >= 999.5 {
        return grouped(value.round() as i64);
    }
    // Half a unit of the last digit that is kept decides where rounding gains a digit: 9.996 is 10, not 10.00.
    let decimals = (0..SCALE.len()).find(|decimals| magnitude >= 99.95 * SCALE[*decimals]).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A whole number with thousands set apart: `1,234,567`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (ix, digit) in digits.chars().enumerate() {
        if ix > 0 && (digits.len() - ix).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate: `142/s`, `1.2/s`. Large ones as whole numbers, since the last digits of a rate are noise.
pub fn per_sec(value: f64) -> String {
    let steady = if value.abs() >= 9.95 { value.round() } else { (value * 10.0).round() / 10.0 };
    // Adding zero turns a rounded negative zero into zero.
    format!("{}/s", figure(steady + 0.0))
}

/// A rate of change with its sign: `+43/s`, `−7/s`.
pub fn signed_per_sec(value: f64) -> String {
    format!("{}{}", if value < 0.0 { "−" } else { "+" }, per_sec(value.abs()))
}

/// A length of time from seconds, in the unit a person would choose: `85 µs`, `12.3 ms`, `1.86 s`, `3 min 20 s`.
pub fn secs(value: f64) -> String {
    match value {
        v if !v.is_finite() => "–".to_owned(),
        v if v <= 0.0 => "0 s".to_owned(),
        v if v < 0.000_999_5 => format!("{} µs", figure(v * 1e6)),
        v if v < 0.999_5 => format!("{} ms", figure(v * 1e3)),
        v if v < 119.5 => format!("{} s", figure(v)),
        v if v < 7_199.5 => format!("{} min {:02} s", v.round() as u64 / 60, v.round() as u64 % 60),
        v => format!("{} h {:02} min", grouped((v / 3_600.0) as i64), (v / 60.0).round() as u64 % 60),
    }
}

/// A point on the time axis from seconds: `0:08`, `12:05`, `1:02:05`; with `tenths` `0:08.3`.
pub fn clock(value: f64, tenths: bool) -> String {
    let scale = if tenths { 10 } else { 1 };
    let ticks = (value.max(0.0) * f64::from(scale)).round() as u64;
    let (whole, tenth) = (ticks / u64::from(scale as u32), ticks % u64::from(scale as u32));
    let (hours, minutes, seconds) = (whole / 3_600, whole / 60 % 60, whole % 60);
    let fraction = if tenths { format!(".{tenth}") } else { String::new() };
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}{fraction}")
    } else {
        format!("{minutes}:{seconds:02}{fraction}")
    }
}

/// An amount of money: `$0.0893`, `$1.86`, `$1,250`. Never fewer than three digits that count.
pub fn dollars(value: f64) -> String {
    if value < 0.0 { format!("−${}", figure(-value)) } else { format!("${}", figure(value)) }
}

/// A share as a percentage: `61 %`, `0.4 %`.
pub fn share(value: f64) -> String {
    let percent = value * 100.0;
    if percent.abs() < 1.0 && percent != 0.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

/// Bytes per second in decimal units, as disks and networks are sold: `1.1 GB/s`.
pub fn bytes_per_sec(value: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s")];
    match UNITS.iter().find(|(unit, _)| value >= *unit) {
        Some((unit, name)) => format!("{} {name}", figure(value / unit)),
        None => format!("{} B/s", figure(value)),
    }
}

/// One of something, or many: `1 machine`, `3 machines`.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

fn grouped(value: i64) -> String {
    let text = count(value.unsigned_abs());
    if value < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_digits() {
        for (value, text) in [
            (0.0, "0"),
            (0.08925, "0.0892"),
            (0.001234, "0.00123"),
            (0.000_000_42, "0.00000042"),
            (1e-12, "0"),
            (0.300_000_000_04, "0.3"),
            (0.5, "0.5"),
            (1.857, "1.86"),
            (9.996, "10"),
            (42.0, "42"),
            (99.96, "100"),
            (142.4, "142"),
            (14_200.0, "14,200"),
            (1_234_567.0, "1,234,567"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(figure(value), text, "{value}");
        }
    }

    #[test]
    fn rates_do_not_flicker_and_carry_their_sign() {
        assert_eq!(per_sec(142.4), "142/s");
        assert_eq!(per_sec(1.24), "1.2/s");
        assert_eq!(per_sec(-0.01), "0/s");
        assert_eq!(signed_per_sec(42.6), "+43/s");
        assert_eq!(signed_per_sec(-7.04), "−7/s");
    }

    #[test]
    fn times_choose_their_unit() {
        for (value, text) in [
            (0.0, "0 s"),
            (0.000_085, "85 µs"),
            (0.0123, "12.3 ms"),
            (0.5, "500 ms"),
            (1.857, "1.86 s"),
            (60.0, "60 s"),
            (200.0, "3 min 20 s"),
            (7_500.0, "2 h 05 min"),
        ] {
            assert_eq!(secs(value), text);
        }
        assert_eq!(clock(8.34, true), "0:08.3");
        assert_eq!(clock(59.97, true), "1:00.0");
        assert_eq!(clock(725.0, false), "12:05");
        assert_eq!(clock(3_725.0, false), "1:02:05");
    }

    #[test]
    fn money_shares_and_bytes_carry_their_unit() {
        assert_eq!(dollars(0.08925), "$0.0892");
        assert_eq!(dollars(-2.0), "−$2");
        assert_eq!(share(0.614), "61 %");
        assert_eq!(share(0.004), "0.4 %");
        assert_eq!(bytes_per_sec(1.136e9), "1.14 GB/s");
        assert_eq!(plural(1, "machine", "machines"), "1 machine");
        assert_eq!(plural(1_000, "machine", "machines"), "1,000 machines");
    }
}
