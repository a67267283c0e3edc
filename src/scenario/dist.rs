//! Probability laws of non-negative quantities: service times in seconds, gaps between arrivals, delays.

use crate::base::Stream;

/// A law. Means are in the unit of the quantity, seconds for times.
#[derive(Clone, Debug, PartialEq)]
pub enum Dist {
    /// Always the same value.
    Constant(f64),
    /// Exponential with this mean; coefficient of variation 1.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Uniform between two values.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// Lognormal, by its own mean and coefficient of variation (not those of its logarithm).
    LogNormal {
        /// Mean.
        mean: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Measured quantiles at equally spaced levels, the smallest at 0 and the largest at 1, joined by straight lines.
    Quantiles(Vec<f64>),
}

impl Dist {
    /// Draws one value.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential { mean } => mean * stream.exponential(),
            Self::Uniform { low, high } => low + (high - low) * stream.unit(),
            Self::LogNormal { mean, cv } => {
                let sigma2 = libm::log(1.0 + cv * cv);
                mean * libm::exp(sigma2.sqrt() * stream.normal() - sigma2 / 2.0)
            }
            Self::Quantiles(values) => quantile(values, stream.unit()),
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential { mean } | Self::LogNormal { mean, .. } => *mean,
            Self::Uniform { low, high } => f64::midpoint(*low, *high),
            // The area under a polygon through the quantiles.
            Self::Quantiles(values) => match values.as_slice() {
                [] => 0.0,
                [only] => *only,
                many => {
                    many.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).sum::<f64>() / (many.len() - 1) as f64
                }
            },
        }
    }
}

/// The value at `level` (0 to 1) of equally spaced quantiles, zero where there are none.
fn quantile(values: &[f64], level: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let position = level * last as f64;
    let below = (position as usize).min(last);
    let above = (below + 1).min(last);
    values[below] + (values[above] - values[below]) * (position - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    #[test]
    fn sampled_means_agree_with_stated_means() {
        for dist in [
            Dist::Constant(2.0),
            Dist::Exponential { mean: 0.5 },
            Dist::Uniform { low: 1.0, high: 3.0 },
            Dist::LogNormal { mean: 0.018, cv: 1.2 },
            Dist::Quantiles(vec![1.0, 2.0, 4.0, 10.0]),
        ] {
            let mut stream = Stream::new(11, Domain::Demand, [0; 4]);
            let n = 200_000;
            let mean = (0..n).map(|_| dist.sample(&mut stream)).sum::<f64>() / f64::from(n);
            assert!((mean / dist.mean() - 1.0).abs() < 0.02, "{dist:?}: {mean} against {}", dist.mean());
        }
    }
}
