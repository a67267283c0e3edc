//! Seeded random streams, counter-based: what is drawn depends on *what it is for*, never on the order of drawing.
//!
//! A stream is named by a seed, a [`Domain`] and up to four counters (say job, stage, task, attempt), so that changing
//! the balancer changes no arrival and no demand (common random numbers). Within a stream the numbers are those of
//! SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) from a start that
//! is hashed from the name with the same mixing function. All arithmetic is on integers, and logarithms go through
//! `libm`, so a stream is the same on every machine.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// What random numbers are drawn for. Streams of different domains are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Domain {
    /// Gaps between arrivals, think times.
    Arrivals = 1,
    /// Which key or data seed a job asks for.
    Keys = 2,
    /// How much work a task is.
    Demand = 3,
    /// Choices of a balancer.
    Balance = 4,
    /// Delays of a link.
    Link = 5,
    /// How long a machine boots.
    Boot = 6,
    /// When a fault strikes and whom.
    Fault = 7,
    /// The content of data.
    Data = 8,
    /// Back-off and other choices of resilience policies.
    Resilience = 9,
    /// Random scenarios of tests.
    Swarm = 10,
    /// Independent replications: the seed of each.
    Replication = 11,
    /// Which attempts end with an error.
    Errors = 12,
    /// Where a routed job goes.
    Route = 13,
    /// How long a client waits, and how long it stays away.
    Patience = 14,
    /// How long a spot machine lives.
    Spot = 15,
}

/// The first half of the names of many streams: a seed, and what the numbers are for.
#[derive(Clone, Copy, Debug)]
pub struct Family(u64);

impl Family {
    /// The streams with this seed in this domain.
    pub fn new(seed: u64, domain: Domain) -> Self {
        Self(mix(seed ^ mix(domain as u64)))
    }

    /// One of them.
    #[inline]
    pub fn stream(self, counters: [u64; 4]) -> Stream {
        let mut state = self.0;
        for counter in counters {
            state = mix(state.wrapping_add(GOLDEN) ^ counter.wrapping_mul(0xD129_0E3B_5A4D_1C75));
        }
        Stream { state }
    }
}

/// A stream of random numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream with this name.
    pub fn new(seed: u64, domain: Domain, counters: [u64; 4]) -> Self {
        Family::new(seed, domain).stream(counters)
    }

    /// 64 uniform bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// Uniform on the half-open interval (0, 1]: never zero, so that its logarithm is finite.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Exponential with mean 1, by inversion.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }

    /// Standard normal (Box and Muller 1958, the cosine half).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// Uniform on 0..n without bias (Lemire 2019).
    ///
    /// # Panics
    /// When `n` is zero.
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "a choice needs at least one possibility");
        let mut product = u128::from(self.bits()) * u128::from(n);
        if (product as u64) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u64) < threshold {
                product = u128::from(self.bits()) * u128::from(n);
            }
        }
        (product >> 64) as u64
    }
}

/// The finaliser of SplitMix64 (variant 13 of Stafford's mixers).
#[inline]
pub fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_function_of_its_name() {
        let draw = |seed, domain, counters| Stream::new(seed, domain, counters).bits();
        let first = draw(42, Domain::Demand, [1, 0, 3, 0]);
        assert_eq!(first, draw(42, Domain::Demand, [1, 0, 3, 0]));
        assert_ne!(first, draw(43, Domain::Demand, [1, 0, 3, 0]));
        assert_ne!(first, draw(42, Domain::Keys, [1, 0, 3, 0]));
        assert_ne!(first, draw(42, Domain::Demand, [0, 1, 3, 0]));
    }

    #[test]
    fn moments_match_their_laws_within_five_standard_errors() {
        let n = 200_000;
        let mean_and_var = |draw: fn(&mut Stream) -> f64| {
            let mut stream = Stream::new(7, Domain::Swarm, [0; 4]);
            let values: Vec<f64> = (0..n).map(|_| draw(&mut stream)).collect();
            let mean = values.iter().sum::<f64>() / f64::from(n);
            (mean, values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n))
        };
        let root = f64::from(n).sqrt();
        let (mean, var) = mean_and_var(Stream::unit);
        assert!((mean - 0.5).abs() < 5.0 * 0.2887 / root && (var - 1.0 / 12.0).abs() < 0.001, "{mean} {var}");
        let (mean, var) = mean_and_var(Stream::exponential);
        assert!((mean - 1.0).abs() < 5.0 / root && (var - 1.0).abs() < 0.04, "{mean} {var}");
        let (mean, var) = mean_and_var(Stream::normal);
        assert!(mean.abs() < 5.0 / root && (var - 1.0).abs() < 0.02, "{mean} {var}");
    }

    #[test]
    fn streams_of_neighbouring_counters_are_uncorrelated() {
        let n = 100_000;
        let sum: f64 = (0..n)
            .map(|job| {
                let one = Stream::new(1, Domain::Demand, [job, 0, 0, 0]).unit() - 0.5;
                let two = Stream::new(1, Domain::Demand, [job + 1, 0, 0, 0]).unit() - 0.5;
                12.0 * one * two
            })
            .sum();
        let correlation = sum / n as f64;
        assert!(correlation.abs() < 5.0 / (n as f64).sqrt(), "{correlation}");
    }

    #[test]
    fn below_covers_its_range_evenly() {
        let mut counts = [0u32; 7];
        let mut stream = Stream::new(3, Domain::Balance, [0; 4]);
        for _ in 0..70_000 {
            counts[stream.below(7) as usize] += 1;
        }
        let chi2: f64 = counts.iter().map(|&count| (f64::from(count) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi2 < 22.5, "chi-square with 6 degrees of freedom, 0.1 %: {chi2} {counts:?}");
    }
}
