//! Laws of service and interarrival times: moments, distribution function, Laplace transform.

use super::{Solved, Unsolvable, at_least_one, not_negative, positive, within};
use crate::analysis::{numeric, special};

/// Relative precision of integrals that have no closed form.
const PRECISION: f64 = 1e-12;

/// A law of a positive quantity. Made by its constructors, which check the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Law(Shape);

/// What a law is, in the parameters of textbooks.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Always the same.
    Constant {
        /// What it is.
        value: f64,
    },
    /// Alike between two values.
    Uniform {
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Gamma; exponential for shape 1, Erlang for a whole one.
    Gamma {
        /// Shape.
        shape: f64,
        /// Mean over shape.
        scale: f64,
    },
    /// Lognormal.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Weibull.
    Weibull {
        /// Shape.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// One of several exponentials.
    Mixture {
        /// Pairs of probability and rate.
        phases: Vec<(f64, f64)>,
    },
    /// Pareto, cut off.
    BoundedPareto {
        /// Exponent.
        alpha: f64,
        /// The smallest.
        low: f64,
        /// The largest.
        high: f64,
    },
}

impl Law {
    /// What it is.
    pub fn shape(&self) -> &Shape {
        &self.0
    }

    /// Always `value`.
    pub fn constant(value: f64) -> Solved<Self> {
        positive("value", value).map(|value| Self(Shape::Constant { value }))
    }

    /// Exponential with this mean.
    pub fn exponential(mean: f64) -> Solved<Self> {
        Self::gamma(1.0, mean)
    }

    /// The sum of `stages` equal exponentials, with this mean in all.
    pub fn erlang(stages: u32, mean: f64) -> Solved<Self> {
        at_least_one("stages", stages)?;
        Self::gamma(f64::from(stages), mean)
    }

    /// Gamma by its shape and mean; the squared coefficient of variation is 1 / shape.
    pub fn gamma(shape: f64, mean: f64) -> Solved<Self> {
        let shape = positive("shape", shape)?;
        Ok(Self(Shape::Gamma { shape, scale: positive("mean", mean)? / shape }))
    }

    /// Uniform between two values.
    pub fn uniform(low: f64, high: f64) -> Solved<Self> {
        not_negative("low", low)?;
        within("high", high, high > low && high.is_finite(), "finite and above the low end")?;
        Ok(Self(Shape::Uniform { low, high }))
    }

    /// Lognormal by mean and standard deviation of the logarithm.
    pub fn lognormal(mu: f64, sigma: f64) -> Solved<Self> {
        within("mu", mu, mu.is_finite(), "finite")?;
        Ok(Self(Shape::LogNormal { mu, sigma: positive("sigma", sigma)? }))
    }

    /// Lognormal by its own mean and squared coefficient of variation.
    pub fn lognormal_of(mean: f64, scv: f64) -> Solved<Self> {
        let sigma2 = libm::log1p(positive("squared coefficient of variation", scv)?);
        Self::lognormal(libm::log(positive("mean", mean)?) - sigma2 / 2.0, sigma2.sqrt())
    }

    /// Weibull by shape and scale: P(X > t) = exp(-(t / scale)^shape).
    pub fn weibull(shape: f64, scale: f64) -> Solved<Self> {
        Ok(Self(Shape::Weibull { shape: positive("shape", shape)?, scale: positive("scale", scale)? }))
    }

    /// A mixture of exponentials (hyperexponential): pairs of probability and rate; the probabilities add up to 1.
    pub fn hyperexponential(phases: &[(f64, f64)]) -> Solved<Self> {
        for &(probability, rate) in phases {
            super::probability("probability of a phase", probability)?;
            positive("rate of a phase", rate)?;
        }
        let total: f64 = phases.iter().map(|phase| phase.0).sum();
        within("sum of the probabilities", total, (total - 1.0).abs() < 1e-9, "1")?;
        Ok(Self(Shape::Mixture { phases: phases.to_vec() }))
    }

    /// The two-phase hyperexponential with balanced means (p1 / rate1 = p2 / rate2), by mean and squared coefficient of
    /// variation (at least 1).
    pub fn balanced_hyperexponential(mean: f64, scv: f64) -> Solved<Self> {
        positive("mean", mean)?;
        within("squared coefficient of variation", scv, scv >= 1.0 && scv.is_finite(), "at least 1")?;
        let p = f64::midpoint(1.0, ((scv - 1.0) / (scv + 1.0)).sqrt());
        Self::hyperexponential(&[(p, 2.0 * p / mean), (1.0 - p, 2.0 * (1.0 - p) / mean)])
    }

    /// Pareto with this exponent, cut off at both ends.
    pub fn bounded_pareto(alpha: f64, low: f64, high: f64) -> Solved<Self> {
        positive("low", low)?;
        within("high", high, high > low && high.is_finite(), "finite and above the low end")?;
        Ok(Self(Shape::BoundedPareto { alpha: positive("alpha", alpha)?, low, high }))
    }

    /// The same law of a quantity `factor` times as large.
    pub fn scaled(&self, factor: f64) -> Solved<Self> {
        let by = positive("factor", factor)?;
        Ok(Self(match self.0.clone() {
            Shape::Constant { value } => Shape::Constant { value: value * by },
            Shape::Uniform { low, high } => Shape::Uniform { low: low * by, high: high * by },
            Shape::Gamma { shape, scale } => Shape::Gamma { shape, scale: scale * by },
            Shape::LogNormal { mu, sigma } => Shape::LogNormal { mu: mu + libm::log(by), sigma },
            Shape::Weibull { shape, scale } => Shape::Weibull { shape, scale: scale * by },
            Shape::Mixture { phases } => {
                Shape::Mixture { phases: phases.into_iter().map(|(p, rate)| (p, rate / by)).collect() }
            }
            Shape::BoundedPareto { alpha, low, high } => Shape::BoundedPareto { alpha, low: low * by, high: high * by },
        }))
    }

    /// The mean of X^k.
    pub fn moment(&self, k: u32) -> f64 {
        let n = f64::from(k);
        match &self.0 {
            Shape::Constant { value } => libm::pow(*value, n),
            Shape::Uniform { low, high } => {
                (libm::pow(*high, n + 1.0) - libm::pow(*low, n + 1.0)) / ((n + 1.0) * (high - low))
            }
            Shape::Gamma { shape, scale } => (0..k).map(|i| (shape + f64::from(i)) * scale).product(),
            Shape::LogNormal { mu, sigma } => libm::exp(n * mu + n * n * sigma * sigma / 2.0),
            Shape::Weibull { shape, scale } => libm::pow(*scale, n) * libm::tgamma(1.0 + n / shape),
            Shape::Mixture { phases } => {
                let factorial: f64 = (1..=k).map(f64::from).product();
                phases.iter().map(|(p, rate)| p * factorial / libm::pow(*rate, n)).sum()
            }
            Shape::BoundedPareto { alpha, low, high } => pareto_moment(*alpha, *low, *high, n, *high),
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.moment(1)
    }

    /// Variance over squared mean.
    pub fn scv(&self) -> f64 {
        // Where a closed form exists it has no cancellation.
        match &self.0 {
            Shape::Constant { .. } => 0.0,
            Shape::Uniform { low, high } => ((high - low) / (high + low)).powi(2) / 3.0,
            Shape::Gamma { shape, .. } => 1.0 / shape,
            Shape::LogNormal { sigma, .. } => libm::expm1(sigma * sigma),
            _ => (self.moment(2) / self.mean().powi(2) - 1.0).max(0.0),
        }
    }

    /// E[X^k; X <= t], so the distribution function for k = 0.
    pub fn partial_moment(&self, k: u32, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        let n = f64::from(k);
        match &self.0 {
            Shape::Constant { value } => {
                if *value <= t {
                    libm::pow(*value, n)
                } else {
                    0.0
                }
            }
            Shape::Uniform { low, high } => {
                let t = t.clamp(*low, *high);
                (libm::pow(t, n + 1.0) - libm::pow(*low, n + 1.0)) / ((n + 1.0) * (high - low))
            }
            Shape::Gamma { shape, scale } => self.moment(k) * special::gamma_p(shape + n, t / scale),
            Shape::LogNormal { mu, sigma } => {
                self.moment(k) * special::normal_cdf((libm::log(t) - mu) / sigma - n * sigma)
            }
            Shape::Weibull { shape, scale } => {
                self.moment(k) * special::gamma_p(1.0 + n / shape, libm::pow(t / scale, *shape))
            }
            Shape::Mixture { phases } => {
                let factorial: f64 = (1..=k).map(f64::from).product();
                let part = |rate: f64| factorial / libm::pow(rate, n) * special::gamma_p(1.0 + n, rate * t);
                phases.iter().map(|(p, rate)| p * part(*rate)).sum()
            }
            Shape::BoundedPareto { alpha, low, high } => pareto_moment(*alpha, *low, *high, n, t),
        }
    }

    /// P(X > t), precise in the tail.
    pub fn survival(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        match &self.0 {
            Shape::Constant { value } => f64::from(u8::from(*value > t)),
            Shape::Uniform { low, high } => (high - t.clamp(*low, *high)) / (high - low),
            Shape::Gamma { shape, scale } if *shape == 1.0 => libm::exp(-t / scale),
            Shape::Gamma { shape, scale } => special::gamma_q(*shape, t / scale),
            Shape::LogNormal { mu, sigma } => special::normal_cdf((mu - libm::log(t)) / sigma),
            Shape::Weibull { shape, scale } => libm::exp(-libm::pow(t / scale, *shape)),
            Shape::Mixture { phases } => phases.iter().map(|(p, rate)| p * libm::exp(-rate * t)).sum(),
            Shape::BoundedPareto { alpha, low, high } => {
                let t = t.clamp(*low, *high);
                let end = libm::pow(low / high, *alpha);
                (libm::pow(low / t, *alpha) - end) / (1.0 - end)
            }
        }
    }

    /// The density at t, zero where there is none; a constant has no density.
    pub fn density(&self, t: f64) -> Option<f64> {
        if let Shape::Constant { .. } = self.0 {
            return None;
        }
        if t <= 0.0 {
            return Some(0.0);
        }
        Some(match &self.0 {
            Shape::Constant { .. } => 0.0,
            Shape::Uniform { low, high } => f64::from(u8::from((*low..=*high).contains(&t))) / (high - low),
            // x^(a-1) e^-x / Gamma(a) is a / x times the Poisson term.
            Shape::Gamma { shape, scale } => special::poisson_term(*shape, t / scale) * shape / t,
            Shape::LogNormal { mu, sigma } => special::normal_density((libm::log(t) - mu) / sigma) / (sigma * t),
            Shape::Weibull { shape, scale } => {
                let power = libm::pow(t / scale, *shape);
                shape * power / t * libm::exp(-power)
            }
            Shape::Mixture { phases } => phases.iter().map(|(p, rate)| p * rate * libm::exp(-rate * t)).sum(),
            Shape::BoundedPareto { alpha, low, high } => {
                if (*low..=*high).contains(&t) {
                    alpha / t * libm::pow(low / t, *alpha) / (1.0 - libm::pow(low / high, *alpha))
                } else {
                    0.0
                }
            }
        })
    }

    /// The t with P(X <= t) = `level`; infinite at 1 where the law has no end.
    pub fn quantile(&self, level: f64) -> f64 {
        numeric::quantile(level, self.mean(), |t| self.survival(t)).unwrap_or(f64::INFINITY)
    }

    /// E[min(X, t)^k] for k >= 1, which is the integral of k u^(k-1) P(X > u) up to t.
    pub fn limited_moment(&self, k: u32, t: f64) -> f64 {
        self.partial_moment(k, t) + libm::pow(t, f64::from(k)) * self.survival(t)
    }

    /// E[exp(-s X)] for s >= 0.
    pub fn transform(&self, s: f64) -> Solved<f64> {
        not_negative("argument of the transform", s)?;
        if s == 0.0 {
            return Ok(1.0);
        }
        Ok(match &self.0 {
            Shape::Constant { value } => libm::exp(-s * value),
            Shape::Uniform { low, high } => {
                let width = s * (high - low);
                libm::exp(-s * low) * -libm::expm1(-width) / width
            }
            Shape::Gamma { shape, scale } => libm::exp(-shape * libm::log1p(s * scale)),
            Shape::Mixture { phases } => phases.iter().map(|(p, rate)| p * rate / (rate + s)).sum(),
            // 1 - s times the transform of the tail, which is smoother than the density.
            _ => 1.0 - s * self.expect_tail(PRECISION, |t, tail| libm::exp(-s * t) * tail)?,
        })
    }

    /// The integral over t from 0 to infinity of `f(t, P(X > t))`, cut where the law has corners.
    pub(super) fn expect_tail(&self, precision: f64, f: impl Fn(f64, f64) -> f64) -> Solved<f64> {
        let whole = |t: f64| f(t, self.survival(t));
        let sum = self.pieces().into_iter().try_fold(0.0, |sum, (low, high)| {
            let piece = if high.is_finite() {
                numeric::integrate(low, high, precision, whole)
            } else {
                numeric::integrate_to_infinity(low, self.mean(), precision, whole)
            };
            piece.map(|piece| sum + piece)
        });
        sum.ok_or(Unsolvable::OutOfReach { what: "an integral over the law", why: "it is not finite" })
    }

    /// Ranges between the corners of the law, so that each is smooth; wide ones are cut at powers of ten.
    pub(super) fn pieces(&self) -> Vec<(f64, f64)> {
        let corners = match &self.0 {
            Shape::Constant { value } => vec![*value],
            Shape::Uniform { low, high } => vec![*low, *high],
            Shape::BoundedPareto { low, high, .. } => {
                let decades = (1..40).map(|k| low * libm::pow(10.0, f64::from(k))).take_while(|t| t < high);
                [*low].into_iter().chain(decades).chain([*high]).collect()
            }
            _ => return vec![(0.0, self.mean()), (self.mean(), f64::INFINITY)],
        };
        let starts = [0.0].into_iter().chain(corners.clone());
        starts.zip(corners).filter(|(low, high)| low < high).collect()
    }

    /// The value if it is always the same.
    pub(super) fn as_constant(&self) -> Option<f64> {
        if let Shape::Constant { value } = self.0 { Some(value) } else { None }
    }
}

/// E[X^n; X <= t] of the bounded Pareto law.
fn pareto_moment(alpha: f64, low: f64, high: f64, n: f64, t: f64) -> f64 {
    let t = t.clamp(low, high);
    let scale = alpha * libm::pow(low, n) / -libm::expm1(alpha * libm::log(low / high));
    // low^alpha times the integral of x^(n - alpha - 1), also where the exponent is -1.
    let (power, ratio) = (n - alpha, libm::log(t / low));
    scale * if (power * ratio).abs() < 1e-12 { ratio } else { libm::expm1(power * ratio) / power }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Law> {
        [
            Law::constant(2.0),
            Law::exponential(0.7),
            Law::erlang(4, 1.5),
            Law::gamma(0.6, 2.0),
            Law::uniform(0.5, 2.5),
            Law::lognormal_of(1.0, 4.0),
            Law::weibull(0.8, 1.1),
            Law::balanced_hyperexponential(1.0, 16.0),
            Law::bounded_pareto(1.5, 0.344_207_592_200_561_24, 344.207_592_200_561_24),
            Law::bounded_pareto(1.0, 0.2, 90.0),
        ]
        .into_iter()
        .map(|law| law.expect("inside the domain"))
        .collect()
    }

    fn near(got: f64, expected: f64, relative: f64, what: &str) {
        assert!((got - expected).abs() <= relative * expected.abs().max(1e-6), "{what}: {got} is not {expected}");
    }

    #[test]
    fn moments_are_integrals_of_the_tail() {
        for law in all() {
            let mean = law.expect_tail(PRECISION, |_, tail| tail).expect("finite");
            let square = law.expect_tail(PRECISION, |t, tail| 2.0 * t * tail).expect("finite");
            near(mean, law.moment(1), 1e-9, &format!("{law:?}"));
            near(square, law.moment(2), 1e-8, &format!("{law:?}"));
            near(law.moment(2) / law.mean().powi(2) - 1.0, law.scv(), 1e-9, &format!("{law:?}"));
        }
    }

    #[test]
    fn partial_moments_end_at_the_moments_and_match_the_tail() {
        for law in all() {
            for k in 0..=3 {
                near(law.partial_moment(k, 1e9), law.moment(k), 1e-9, &format!("{law:?} {k}"));
            }
            for t in [0.1, 0.9, 2.0, 30.0] {
                near(law.partial_moment(0, t) + law.survival(t), 1.0, 1e-12, &format!("{law:?} {t}"));
            }
            let level = law.survival(law.quantile(0.9));
            assert!(law.as_constant().is_some() || (level - 0.1).abs() < 1e-12, "{law:?} {level}");
        }
    }

    #[test]
    fn transforms_agree_with_the_integral_of_the_tail() {
        for law in all() {
            for s in [0.01, 1.0, 20.0] {
                let tail = law.expect_tail(PRECISION, |t, tail| libm::exp(-s * t) * tail).expect("finite");
                near(1.0 - s * tail, law.transform(s).expect("finite"), 1e-8, &format!("{law:?} {s}"));
            }
        }
    }

    #[test]
    fn densities_integrate_to_what_lies_between() {
        for law in all() {
            let Some(_) = law.density(1.0) else { continue };
            let between = numeric::integrate(0.6, 2.4, 1e-12, |t| law.density(t).unwrap_or(0.0)).expect("finite");
            near(between, law.survival(0.6) - law.survival(2.4), 1e-9, &format!("{law:?}"));
        }
    }

    #[test]
    fn parameters_outside_their_domain_are_errors() {
        assert!(Law::uniform(2.0, 1.0).is_err() && Law::lognormal_of(1.0, 0.0).is_err());
        assert!(Law::hyperexponential(&[(0.5, 1.0)]).is_err() && Law::balanced_hyperexponential(1.0, 0.5).is_err());
        assert!(
            Law::exponential(f64::INFINITY).is_err() && Law::exponential(1.0).is_ok_and(|l| l.scaled(0.0).is_err())
        );
    }
}
