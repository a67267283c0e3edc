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
    /// The sum of `stages` equal exponentials; coefficient of variation 1 / sqrt(stages).
    Erlang {
        /// How many, at least 1.
        stages: u32,
        /// Mean of the sum.
        mean: f64,
    },
    /// Gamma; coefficient of variation 1 / sqrt(shape).
    Gamma {
        /// Shape, above 0.
        shape: f64,
        /// Mean.
        mean: f64,
    },
    /// A mixture of exponentials: pairs of probability and mean; the probabilities add up to 1.
    HyperExponential(Vec<(f64, f64)>),
    /// Pareto with the exponent `alpha`, cut off at both ends.
    BoundedPareto {
        /// Smallest value, above 0.
        low: f64,
        /// Largest value.
        high: f64,
        /// Exponent of the tail, above 0; the smaller, the heavier.
        alpha: f64,
    },
    /// Weibull: P(X > t) = exp(-(t / scale)^shape).
    Weibull {
        /// Shape, above 0; below 1 the tail is heavier than exponential.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Measured quantiles at equally spaced levels, the smallest at 0 and the largest at 1, joined by straight lines.
    Quantiles(Vec<f64>),
}

impl Dist {
    /// Draws one value.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential { mean } => mean * stream.exponential(),
            Self::Uniform { low, high } => low + (high - low) * stream.unit(),
            Self::LogNormal { mean, cv } => {
                let sigma2 = libm::log(1.0 + cv * cv);
                mean * libm::exp(sigma2.sqrt() * stream.normal() - sigma2 / 2.0)
            }
            Self::Erlang { stages, mean } => mean / f64::from(*stages) * erlang(*stages, stream),
            Self::Gamma { shape, mean } => mean / shape * gamma(*shape, stream),
            Self::HyperExponential(phases) => phase_mean(phases, stream.unit()) * stream.exponential(),
            Self::BoundedPareto { low, high, alpha } => {
                // The share of the unbounded law's tail that lies between the ends is cut evenly.
                let cut = -libm::expm1(alpha * libm::log(low / high));
                let tail = -libm::log1p(-stream.unit() * cut);
                (low * libm::exp(tail / alpha)).clamp(*low, *high)
            }
            Self::Weibull { shape, scale } => scale * libm::pow(stream.exponential(), 1.0 / shape),
            Self::Quantiles(values) => quantile(values, stream.unit()),
        }
    }

    /// The two-phase hyperexponential with balanced means (each phase brings half of the mean), by mean and coefficient
    /// of variation, at least 1. A coefficient of 2 has its phases with probabilities 0.887 and 0.113.
    pub fn balanced_hyperexponential(mean: f64, cv: f64) -> Self {
        let scv = cv * cv;
        let often = f64::midpoint(1.0, ((scv - 1.0).max(0.0) / (scv + 1.0)).sqrt());
        let half = mean / 2.0;
        Self::HyperExponential(vec![(often, half / often), (1.0 - often, half / (1.0 - often))])
    }

    /// The same law of a quantity `factor` times as large.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        match self.clone() {
            Self::Constant(value) => Self::Constant(value * factor),
            Self::Exponential { mean } => Self::Exponential { mean: mean * factor },
            Self::Uniform { low, high } => Self::Uniform { low: low * factor, high: high * factor },
            Self::LogNormal { mean, cv } => Self::LogNormal { mean: mean * factor, cv },
            Self::Erlang { stages, mean } => Self::Erlang { stages, mean: mean * factor },
            Self::Gamma { shape, mean } => Self::Gamma { shape, mean: mean * factor },
            Self::HyperExponential(phases) => {
                Self::HyperExponential(phases.into_iter().map(|(p, mean)| (p, mean * factor)).collect())
            }
            Self::BoundedPareto { low, high, alpha } => {
                Self::BoundedPareto { low: low * factor, high: high * factor, alpha }
            }
            Self::Weibull { shape, scale } => Self::Weibull { shape, scale: scale * factor },
            Self::Quantiles(values) => Self::Quantiles(values.into_iter().map(|value| value * factor).collect()),
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential { mean }
            | Self::LogNormal { mean, .. }
            | Self::Erlang { mean, .. }
            | Self::Gamma { mean, .. } => *mean,
            Self::HyperExponential(phases) => phases.iter().map(|(probability, mean)| probability * mean).sum(),
            Self::BoundedPareto { low, high, .. } if low >= high => *low,
            Self::BoundedPareto { low, high, alpha } => {
                // alpha low^alpha / (1 - (low/high)^alpha) times the integral of x^-alpha, also where alpha is 1.
                let (ratio, power) = (libm::log(high / low), 1.0 - alpha);
                let integral = if (power * ratio).abs() < 1e-12 { ratio } else { libm::expm1(power * ratio) / power };
                alpha * low * integral / -libm::expm1(-alpha * ratio)
            }
            Self::Weibull { shape, scale } => scale * libm::tgamma(1.0 + 1.0 / shape),
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

/// The sum of so many exponentials of mean 1. Logarithms cost most of it, so several factors share one.
fn erlang(stages: u32, stream: &mut Stream) -> f64 {
    /// Each factor is at least 2^-53, so that many of them do not underflow.
    const FACTORS: u32 = 16;
    let (mut left, mut sum) = (stages, 0.0);
    while left > 0 {
        let factors = left.min(FACTORS);
        sum -= libm::log((0..factors).map(|_| stream.unit()).product());
        left -= factors;
    }
    sum
}

/// A gamma variate of scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 2000):
/// cubes of a normal, of which it rejects less than 5 %. Below shape 1 one of shape + 1 is shrunk.
fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        let shrink = libm::exp(-stream.exponential() / shape);
        return gamma(shape + 1.0, stream) * shrink;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = stream.normal();
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let cube = root * root * root;
        if libm::log(stream.unit()) < 0.5 * x * x + d - d * cube + d * libm::log(cube) {
            return d * cube;
        }
    }
}

/// The mean of the phase at `level` (0 to 1) of a mixture.
fn phase_mean(phases: &[(f64, f64)], level: f64) -> f64 {
    let mut below = 0.0;
    for &(probability, mean) in phases {
        below += probability;
        if level <= below {
            return mean;
        }
    }
    // The probabilities add up to 1 but for rounding.
    phases.last().map_or(0.0, |&(_, mean)| mean)
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

    fn all() -> Vec<Dist> {
        vec![
            Dist::Constant(2.0),
            Dist::Exponential { mean: 0.5 },
            Dist::Uniform { low: 1.0, high: 3.0 },
            Dist::LogNormal { mean: 0.018, cv: 1.2 },
            Dist::Erlang { stages: 40, mean: 3.0 },
            Dist::Gamma { shape: 0.4, mean: 2.0 },
            Dist::balanced_hyperexponential(1.0, 2.0),
            Dist::BoundedPareto { low: 0.2, high: 90.0, alpha: 1.5 },
            Dist::BoundedPareto { low: 0.2, high: 9.0, alpha: 1.0 },
            Dist::Weibull { shape: 0.8, scale: 1.1 },
            Dist::Quantiles(vec![1.0, 2.0, 4.0, 10.0]),
        ]
    }

    #[test]
    fn sampled_means_agree_with_stated_means() {
        for dist in all() {
            let mut stream = Stream::new(11, Domain::Demand, [0; 4]);
            let n = 200_000;
            let mean = (0..n).map(|_| dist.sample(&mut stream)).sum::<f64>() / f64::from(n);
            assert!((mean / dist.mean() - 1.0).abs() < 0.02, "{dist:?}: {mean} against {}", dist.mean());
        }
    }

    #[test]
    fn a_scaled_law_is_the_same_law_of_larger_values() {
        for dist in all() {
            let scaled = dist.scaled(8.0);
            assert!((scaled.mean() / dist.mean() - 8.0).abs() < 1e-12, "{dist:?}");
            let draw = |dist: &Dist| dist.sample(&mut Stream::new(3, Domain::Demand, [0; 4]));
            assert!((draw(&scaled) / draw(&dist) - 8.0).abs() < 1e-9, "{dist:?}");
        }
    }

    #[test]
    fn balanced_phases_have_the_coefficient_asked_for() {
        let Dist::HyperExponential(phases) = Dist::balanced_hyperexponential(1.0, 2.0) else { panic!("two phases") };
        let second: f64 = phases.iter().map(|(p, mean)| p * 2.0 * mean * mean).sum();
        assert!((second - 5.0).abs() < 1e-12 && (phases[0].0 - 0.887_298).abs() < 1e-6, "{phases:?}");
    }
}
