//! The slowest and the fastest of several, and the hedge after a delay: order statistics, without any queueing.

use super::{Law, Solved, Unsolvable, at_least_one, not_negative};
use crate::analysis::numeric;

/// Relative precision of the integrals.
const PRECISION: f64 = 1e-12;

/// The slowest or the fastest of independent draws from one law.
#[derive(Clone, Debug, PartialEq)]
pub struct Extreme {
    law: Law,
    count: f64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Slowest,
    Fastest,
}

impl Extreme {
    /// A request that waits for all of `count` parallel calls; with exponential calls its mean is the harmonic number.
    pub fn slowest(count: u32, law: Law) -> Solved<Self> {
        at_least_one("parallel calls", count).map(|count| Self { law, count: f64::from(count), kind: Kind::Slowest })
    }

    /// A request sent in `count` copies whose first answer wins.
    pub fn fastest(count: u32, law: Law) -> Solved<Self> {
        at_least_one("copies", count).map(|count| Self { law, count: f64::from(count), kind: Kind::Fastest })
    }

    /// P(X > t).
    pub fn survival(&self, t: f64) -> f64 {
        self.of(self.law.survival(t))
    }

    /// The mean, by integration.
    pub fn mean(&self) -> Solved<f64> {
        self.law.expect_tail(PRECISION, |_, tail| self.of(tail))
    }

    /// The t with P(X <= t) = `level`; infinite at 1 where the law has no end.
    pub fn quantile(&self, level: f64) -> f64 {
        numeric::quantile(level, self.law.mean(), |t| self.survival(t)).unwrap_or(f64::INFINITY)
    }

    fn of(&self, tail: f64) -> f64 {
        match self.kind {
            // 1 - (1 - tail)^n
            Kind::Slowest if tail < 1.0 => -libm::expm1(self.count * libm::log1p(-tail)),
            Kind::Slowest => 1.0,
            Kind::Fastest => libm::pow(tail, self.count),
        }
    }
}

/// A second copy sent when the first has not answered after a delay; the first answer wins, the copies are independent.
///
/// P(X > t) = S(t) before the delay and S(t) S(t - delay) after it (Dean and Barroso, "The Tail at Scale", 2013).
#[derive(Clone, Debug, PartialEq)]
pub struct Hedged {
    law: Law,
    delay: f64,
}

impl Hedged {
    /// Calls of this law, hedged after this delay.
    pub fn new(law: Law, delay: f64) -> Solved<Self> {
        not_negative("hedge delay", delay).map(|delay| Self { law, delay })
    }

    /// The law of one call.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// P(X > t).
    pub fn survival(&self, t: f64) -> f64 {
        let first = self.law.survival(t);
        if t < self.delay { first } else { first * self.law.survival(t - self.delay) }
    }

    /// Second copies per request.
    pub fn extra_requests(&self) -> f64 {
        self.law.survival(self.delay)
    }

    /// The mean, by integration between the corners of both factors.
    pub fn mean(&self) -> Solved<f64> {
        let ends = self.law.pieces().into_iter().flat_map(|(low, high)| [low, high]).filter(|end| end.is_finite());
        let mut corners: Vec<f64> = ends.flat_map(|end| [end, end + self.delay]).collect();
        corners.push(self.delay);
        corners.sort_by(f64::total_cmp);
        let last = corners.last().copied().unwrap_or(0.0);
        let inner = corners.windows(2).filter(|pair| pair[0] < pair[1]);
        let survival = |t: f64| self.survival(t);
        let mut sum = Some(0.0);
        for pair in inner {
            sum = sum.zip(numeric::integrate(pair[0], pair[1], PRECISION, survival)).map(|(sum, part)| sum + part);
        }
        sum.zip(numeric::integrate_to_infinity(last, self.law.mean(), PRECISION, survival))
            .map(|(sum, part)| sum + part)
            .ok_or(Unsolvable::OutOfReach { what: "the mean of a hedged call", why: "the integral is not finite" })
    }

    /// The t with P(X <= t) = `level`; infinite at 1 where the law has no end.
    pub fn quantile(&self, level: f64) -> f64 {
        numeric::quantile(level, self.law.mean(), |t| self.survival(t)).unwrap_or(f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::special;

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got - expected).abs() <= relative * expected.abs(), "{got} is not {expected}");
    }

    #[test]
    fn the_slowest_of_exponentials_is_harmonic_and_the_fastest_divides() {
        let law = Law::exponential(1.0).expect("valid");
        for n in [1, 2, 10, 1_000, 100_000] {
            let slowest = Extreme::slowest(n, law.clone()).expect("valid");
            near(slowest.mean().expect("finite"), special::harmonic(n), 1e-11);
            let fastest = Extreme::fastest(n, law.clone()).expect("valid");
            near(fastest.mean().expect("finite"), 1.0 / f64::from(n), 1e-11);
            near(fastest.quantile(0.99), libm::log(100.0) / f64::from(n), 1e-10);
        }
        // P(max <= t) = (1 - e^-t)^5.
        near(Extreme::slowest(5, law).expect("valid").quantile(0.99), 6.210_592_004_447_284, 1e-13);
    }

    #[test]
    fn bounded_laws_have_bounded_extremes() {
        let law = Law::uniform(0.0, 1.0).expect("valid");
        let slowest = Extreme::slowest(9, law.clone()).expect("valid");
        near(slowest.mean().expect("finite"), 0.9, 1e-12);
        near(Extreme::fastest(9, law).expect("valid").mean().expect("finite"), 0.1, 1e-12);
        assert!(Extreme::slowest(0, Law::constant(1.0).expect("valid")).is_err());
    }

    #[test]
    fn a_hedge_at_the_median_of_an_exponential_saves_a_quarter() {
        let hedged = Hedged::new(Law::exponential(1.0).expect("valid"), std::f64::consts::LN_2).expect("valid");
        near(hedged.mean().expect("finite"), 0.75, 1e-12);
        near(hedged.extra_requests(), 0.5, 1e-15);
        near(hedged.quantile(0.99), 2.649_158_683_274_02, 1e-12);
    }

    #[test]
    fn hedging_at_once_is_two_copies_and_hedging_never_is_none() {
        for law in [Law::lognormal_of(1.0, 4.0), Law::uniform(0.2, 1.8), Law::constant(1.0)] {
            let law = law.expect("valid");
            let at_once = Hedged::new(law.clone(), 0.0).expect("valid").mean().expect("finite");
            let two = Extreme::fastest(2, law.clone()).expect("valid").mean().expect("finite");
            near(at_once, two, 1e-10);
            near(Hedged::new(law.clone(), 1e7).expect("valid").mean().expect("finite"), law.mean(), 1e-8);
        }
    }
}
