//! Which key a job asks for.
//!
//! Zipf ranks come by rejection-inversion (Hörmann and Derflinger, "Rejection-inversion to generate variates from
//! monotone discrete distributions", ACM TOMACS 1996): constant time and memory for any number of keys.

use crate::base::Stream;
use crate::scenario::Keys;

#[derive(Clone, Debug)]
pub(super) enum KeySampler {
    Uniform(u64),
    Zipf(Zipf),
}

impl KeySampler {
    pub(super) fn new(keys: Keys) -> Self {
        match keys {
            Keys::Uniform { n } => Self::Uniform(n.max(1)),
            Keys::Zipf { n, alpha } => Self::Zipf(Zipf::new(n.max(1), alpha)),
        }
    }

    /// A rank from 0.
    #[inline]
    pub(super) fn sample(&self, stream: &mut Stream) -> u64 {
        match self {
            Self::Uniform(1) => 0,
            Self::Uniform(n) => stream.below(*n),
            Self::Zipf(zipf) => zipf.sample(stream),
        }
    }
}

/// Ranks 1 to n with weight rank^-alpha.
#[derive(Clone, Debug)]
pub(super) struct Zipf {
    n: f64,
    alpha: f64,
    /// The integral of the weight at n + 1/2.
    top: f64,
    /// The integral of the weight at 3/2, less the weight of rank 1.
    bottom: f64,
    /// Ranks closer than this to their inverse are accepted at once.
    shortcut: f64,
}

impl Zipf {
    fn new(n: u64, alpha: f64) -> Self {
        let mut zipf = Self { n: n as f64, alpha, top: 0.0, bottom: 0.0, shortcut: 0.0 };
        zipf.top = zipf.integral(zipf.n + 0.5);
        zipf.bottom = zipf.integral(1.5) - 1.0;
        zipf.shortcut = 2.0 - zipf.inverse(zipf.integral(2.5) - zipf.weight(2.0));
        zipf
    }

    fn sample(&self, stream: &mut Stream) -> u64 {
        loop {
            let area = self.bottom + stream.unit() * (self.top - self.bottom);
            let x = self.inverse(area);
            let rank = x.round().clamp(1.0, self.n);
            if rank - x <= self.shortcut || area >= self.integral(rank + 0.5) - self.weight(rank) {
                return rank as u64 - 1;
            }
        }
    }

    fn weight(&self, x: f64) -> f64 {
        libm::exp(-self.alpha * libm::log(x))
    }

    /// The integral of x^-alpha, (x^(1 - alpha) - 1) / (1 - alpha), which is ln x for alpha = 1.
    fn integral(&self, x: f64) -> f64 {
        let log_x = libm::log(x);
        let exponent = (1.0 - self.alpha) * log_x;
        if exponent.abs() < 1e-8 { log_x * (1.0 + exponent / 2.0) } else { libm::expm1(exponent) / (1.0 - self.alpha) }
    }

    fn inverse(&self, area: f64) -> f64 {
        let scaled = (area * (1.0 - self.alpha)).max(-1.0);
        if scaled.abs() < 1e-8 {
            return libm::exp(area * (1.0 - scaled / 2.0));
        }
        libm::exp(libm::log1p(scaled) / (1.0 - self.alpha))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    #[test]
    fn ranks_have_the_frequencies_of_zipfs_law() {
        for (n, alpha) in [(16u64, 0.9), (10, 1.0), (1, 0.9), (50, 2.5), (20, 0.0)] {
            let sampler = KeySampler::new(Keys::Zipf { n, alpha });
            let mut stream = Stream::new(2, Domain::Keys, [n, 0, 0, 0]);
            let draws = 200_000u32;
            let mut counts = vec![0u32; n as usize];
            for _ in 0..draws {
                counts[sampler.sample(&mut stream) as usize] += 1;
            }
            let total: f64 = (1..=n).map(|rank| (rank as f64).powf(-alpha)).sum();
            let mut chi2 = 0.0;
            for (rank, &count) in counts.iter().enumerate() {
                let expected = f64::from(draws) * (rank as f64 + 1.0).powf(-alpha) / total;
                chi2 += (f64::from(count) - expected).powi(2) / expected;
            }
            // Mean n - 1 and deviation sqrt(2 (n - 1)): five deviations.
            let bound = n as f64 + 5.0 * (2.0 * n as f64).sqrt();
            assert!(chi2 < bound, "n {n} alpha {alpha}: chi-square {chi2} over {bound}");
        }
    }
}
