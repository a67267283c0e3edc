//! The universal scalability law (Gunther 1993): X(n) = gamma n / (1 + alpha (n - 1) + beta n (n - 1)).
//!
//! gamma is what one does alone, alpha what waiting in line costs (contention), beta what agreeing costs (coherency).
//! Others write sigma, kappa and lambda for alpha, beta and gamma. With beta = 0 it is Amdahl's law.

use crate::analysis::domain::{Solved, not_negative, positive, within};

/// The law with its three parameters, all checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usl {
    /// Contention.
    pub alpha: f64,
    /// Coherency.
    pub beta: f64,
    /// Throughput of one.
    pub gamma: f64,
}

/// What the time of a unit of work is made of at n, in units of the time of one alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overhead {
    /// 1 / n: what would remain if all were parallel.
    pub ideal: f64,
    /// alpha (n - 1) / n: waiting in line.
    pub contention: f64,
    /// beta (n - 1) / 2, so with the factor one half by which the R package `usl` reports it.
    pub coherency: f64,
}

impl Usl {
    /// The law with these parameters; `gamma` in units of throughput.
    pub fn new(alpha: f64, beta: f64, gamma: f64) -> Solved<Self> {
        Ok(Self {
            alpha: not_negative("alpha", alpha)?,
            beta: not_negative("beta", beta)?,
            gamma: positive("gamma", gamma)?,
        })
    }

    /// Throughput of `n`.
    pub fn throughput(&self, n: f64) -> f64 {
        self.gamma * n / self.slowdown(n)
    }

    /// Throughput of `n` over what n times one alone would do.
    pub fn efficiency(&self, n: f64) -> f64 {
        1.0 / self.slowdown(n)
    }

    /// Response time with `n` at work, by Little's law n / X(n), in the unit of time of gamma.
    pub fn latency(&self, n: f64) -> f64 {
        self.slowdown(n) / self.gamma
    }

    /// Response time at a throughput when coherency costs nothing: (1 - alpha) / (gamma - alpha X).
    ///
    /// This is the closed form that the library usl4j offers; an error from the limit gamma / alpha on.
    pub fn latency_at_throughput(&self, throughput: f64) -> Solved<f64> {
        not_negative("throughput", throughput)?;
        let rest = self.gamma - self.alpha * throughput;
        within("throughput", throughput, rest > 0.0, "below gamma / alpha")?;
        Ok((1.0 - self.alpha) / rest)
    }

    /// How many are at work when each takes this long: the positive root of latency(n) = `latency`; at least one.
    ///
    /// `None` when the latency is below that of one alone or, without any overhead, is reached by any number.
    pub fn concurrency_at_latency(&self, latency: f64) -> Option<f64> {
        // beta n^2 + (alpha - beta) n + 1 - alpha - gamma latency = 0
        let excess = self.gamma * latency - 1.0 + self.alpha;
        let linear = self.alpha - self.beta;
        let root = (linear * linear + 4.0 * self.beta * excess).sqrt();
        // Of the two forms of the root the one without cancellation; the first also holds for beta = 0.
        let n = if linear > 0.0 { 2.0 * excess / (linear + root) } else { (root - linear) / (2.0 * self.beta) };
        (n.is_finite() && n >= 1.0 - 1e-12).then_some(n)
    }

    /// The n with the highest throughput, sqrt((1 - alpha) / beta) as a real number; `None` where more is never worse.
    pub fn peak_n(&self) -> Option<f64> {
        (self.beta > 0.0).then(|| ((1.0 - self.alpha).max(0.0) / self.beta).sqrt())
    }

    /// The highest throughput; `None` where there is no peak.
    pub fn peak_throughput(&self) -> Option<f64> {
        self.peak_n().map(|n| self.throughput(n))
    }

    /// The throughput that contention alone would allow, gamma / alpha; `None` without contention.
    pub fn contention_limit(&self) -> Option<f64> {
        (self.alpha > 0.0).then(|| self.gamma / self.alpha)
    }

    /// The n at which the line through the origin with slope gamma meets that limit, 1 / alpha.
    pub fn optimal_n(&self) -> Option<f64> {
        (self.alpha > 0.0).then(|| 1.0 / self.alpha)
    }

    /// What the time of a unit of work is made of.
    pub fn overhead(&self, n: f64) -> Overhead {
        Overhead { ideal: 1.0 / n, contention: self.alpha * (n - 1.0) / n, coherency: self.beta * (n - 1.0) / 2.0 }
    }

    fn slowdown(&self, n: f64) -> f64 {
        1.0 + (n - 1.0) * (self.alpha + self.beta * n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_where_it_says() {
        let law = Usl::new(0.05, 0.0001, 1000.0).expect("valid");
        assert!((law.peak_n().expect("a peak") - 97.467_943_448_089_64).abs() < 1e-11);
        let peak = law.peak_throughput().expect("a peak");
        assert!((peak - 14_410.553_177_654_168).abs() < 1e-8);
        assert!(law.throughput(96.0) < peak && law.throughput(99.0) < peak);
        assert_eq!((law.contention_limit(), law.optimal_n()), (Some(20_000.0), Some(20.0)));
    }

    #[test]
    fn without_overhead_there_is_no_limit() {
        let law = Usl::new(0.0, 0.0, 3.0).expect("valid");
        assert_eq!((law.peak_n(), law.contention_limit(), law.throughput(7.0)), (None, None, 21.0));
        assert_eq!(law.concurrency_at_latency(1.0), None);
        assert!(Usl::new(-0.1, 0.0, 1.0).is_err() && Usl::new(0.1, 0.0, 0.0).is_err());
    }

    #[test]
    fn latency_and_concurrency_undo_each_other() {
        for (alpha, beta) in [(0.06, 0.06), (0.2, 0.0), (0.0, 0.01), (0.01, 0.2)] {
            let law = Usl::new(alpha, beta, 40.0).expect("valid");
            for n in [1.0, 3.0, 50.0] {
                let got = law.concurrency_at_latency(law.latency(n)).expect("reached");
                assert!((got / n - 1.0).abs() < 1e-10, "{law:?} {n}: {got}");
                assert!((law.throughput(n) * law.latency(n) / n - 1.0).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn the_closed_form_of_latency_stops_at_the_limit() {
        let law = Usl::new(0.06, 0.06, 40.0).expect("valid");
        assert!((law.latency_at_throughput(400.0).expect("below") - 0.058_75).abs() < 1e-15);
        assert!(law.latency_at_throughput(700.0).is_err());
    }
}
