//! M/M/c: Poisson arrivals, exponential services, c servers behind one queue, first come first served.
//!
//! Erlang 1917 for the chances of loss and delay; a wait, if there is one, is exponential with rate c mu - lambda.
//! Worked number: lambda 1.8, mu 1, c 2 give P(wait) 0.85263, a mean wait of 4.26316 and a p99 response of 23.3444.

use super::{Solved, at_least_one, not_negative, positive, stable};
use crate::analysis::{numeric, special};

/// Erlang B: the share of arrivals lost with `servers` and no queue, at `offered_load` erlangs (lambda / mu).
///
/// By the recursion over servers, which is stable and needs `servers` steps; also right for M/G/c/c.
pub fn erlang_b(servers: u32, offered_load: f64) -> Solved<f64> {
    not_negative("offered load", offered_load)?;
    // Inverse form: 1 / B(c) = 1 + (c / a) / B(c - 1). It goes to infinity where B goes to zero.
    let inverse = (1..=servers).fold(1.0, |inverse, c| 1.0 + inverse * f64::from(c) / offered_load);
    Ok(1.0 / inverse)
}

/// Erlang C: the share of arrivals that wait with `servers` and an endless queue, at `offered_load` erlangs.
pub fn erlang_c(servers: u32, offered_load: f64) -> Solved<f64> {
    at_least_one("servers", servers)?;
    let lost = erlang_b(servers, offered_load)?;
    let utilization = stable(offered_load / f64::from(servers))?;
    Ok(lost / (1.0 - utilization * (1.0 - lost)))
}

/// The limit of P(wait) when servers grow as load + `beta` * sqrt(load), the square-root rule (Halfin and Whitt 1981).
///
/// [1 + beta Phi(beta) / phi(beta)]^-1; 0.22336 for `beta` = 1.
pub fn halfin_whitt_prob_wait(beta: f64) -> Solved<f64> {
    positive("beta", beta)?;
    Ok(1.0 / (1.0 + beta * special::normal_cdf(beta) / special::normal_density(beta)))
}

/// An M/M/c queue in steady state; M/M/1 with one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MMc {
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
    prob_wait: f64,
}

impl MMc {
    /// The queue with these rates (of one server) and servers.
    pub fn new(arrival_rate: f64, service_rate: f64, servers: u32) -> Solved<Self> {
        positive("arrival rate", arrival_rate)?;
        positive("service rate", service_rate)?;
        let prob_wait = erlang_c(servers, arrival_rate / service_rate)?;
        Ok(Self { arrival_rate, service_rate, servers, prob_wait })
    }

    /// Share of the time that a server is busy.
    pub fn utilization(&self) -> f64 {
        self.arrival_rate / self.capacity()
    }

    /// Share of customers that wait.
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }

    /// Mean wait, over all customers.
    pub fn mean_wait(&self) -> f64 {
        self.prob_wait / self.spare()
    }

    /// Variance of the wait.
    pub fn wait_variance(&self) -> f64 {
        self.prob_wait * (2.0 - self.prob_wait) / self.spare().powi(2)
    }

    /// Mean of wait and service.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + 1.0 / self.service_rate
    }

    /// Mean number that wait.
    pub fn mean_queue_len(&self) -> f64 {
        self.arrival_rate * self.mean_wait()
    }

    /// Mean number in the system.
    pub fn mean_number(&self) -> f64 {
        self.arrival_rate * self.mean_response()
    }

    /// P(wait > t).
    pub fn wait_survival(&self, t: f64) -> f64 {
        if t < 0.0 { 1.0 } else { self.prob_wait * libm::exp(-self.spare() * t) }
    }

    /// P(response > t).
    pub fn response_survival(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        if self.servers == 1 {
            return libm::exp(-self.spare() * t);
        }
        let service = libm::exp(-self.service_rate * t);
        (1.0 - self.prob_wait) * service + self.prob_wait * two_phases(self.spare(), self.service_rate, t)
    }

    /// The wait that a share `level` of customers does not exceed; infinite at 1.
    pub fn wait_quantile(&self, level: f64) -> f64 {
        (libm::log(self.prob_wait / (1.0 - level)) / self.spare()).max(0.0)
    }

    /// The response that a share `level` of customers does not exceed; infinite at 1.
    pub fn response_quantile(&self, level: f64) -> f64 {
        if self.servers == 1 {
            return -libm::log(1.0 - level) / self.spare();
        }
        numeric::quantile(level, self.mean_response(), |t| self.response_survival(t)).unwrap_or(f64::INFINITY)
    }

    /// P(n in the system).
    pub fn prob_number(&self, n: u64) -> f64 {
        let (c, load) = (f64::from(self.servers), self.arrival_rate / self.service_rate);
        // P(wait) is the chance of c or more, a geometric tail from P(N = c) on.
        let full = self.prob_wait * (1.0 - self.utilization());
        if n >= u64::from(self.servers) {
            return full * libm::pow(self.utilization(), n as f64 - c);
        }
        // Below c the weights are those of the Poisson law.
        full / special::poisson_term(c, load) * special::poisson_term(n as f64, load)
    }

    fn capacity(&self) -> f64 {
        f64::from(self.servers) * self.service_rate
    }

    fn spare(&self) -> f64 {
        self.capacity() - self.arrival_rate
    }
}

/// P(X + Y > t) of independent exponentials with rates `a` and `b`, also when they are equal or nearly so.
fn two_phases(a: f64, b: f64, t: f64) -> f64 {
    let (slow, fast) = if a < b { (a, b) } else { (b, a) };
    // e^-slow t + slow (e^-slow t - e^-fast t) / (fast - slow)
    let gap = (fast - slow) * t;
    let mean_decay = if gap < 1e-8 { t * (1.0 - gap / 2.0) } else { -t * libm::expm1(-gap) / gap };
    libm::exp(-slow * t) * (1.0 + slow * mean_decay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::queueing::Unsolvable;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{got} is not {expected}");
    }

    #[test]
    fn the_worked_number() {
        let queue = MMc::new(1.8, 1.0, 2).expect("stable");
        near(queue.prob_wait(), 0.852_631_578_947_368_4);
        near(queue.mean_wait(), 4.263_157_894_736_842);
        near(queue.response_quantile(0.99), 23.344_429_999_479_94);
    }

    #[test]
    fn equal_rates_of_wait_and_service_are_no_special_case() {
        // c mu - lambda = mu: the response of those who wait is Erlang-2.
        near(MMc::new(1.0, 1.0, 2).expect("stable").response_quantile(0.5), 0.974_411_605_189_929_1);
        near(two_phases(1.0, 1.0, 2.0), 3.0 * libm::exp(-2.0));
        near(two_phases(1.0, 1.0 + 1e-9, 2.0), 3.0 * libm::exp(-2.0) - 2e-9 * libm::exp(-2.0));
    }

    #[test]
    fn the_law_of_the_number_adds_up_to_its_mean() {
        let queue = MMc::new(7.2, 1.0, 8).expect("stable");
        let total: f64 = (0..500).map(|n| queue.prob_number(n)).sum();
        let mean: f64 = (0..500).map(|n| n as f64 * queue.prob_number(n)).sum();
        near(total, 1.0);
        near(mean, queue.mean_number());
    }

    #[test]
    fn a_queue_without_steady_state_is_an_error() {
        assert_eq!(MMc::new(2.0, 1.0, 2), Err(Unsolvable::Overloaded { utilization: 1.0 }));
        assert!(matches!(MMc::new(f64::NAN, 1.0, 2), Err(Unsolvable::OutOfDomain { name: "arrival rate", .. })));
        assert!(matches!(MMc::new(0.5, 1.0, 0), Err(Unsolvable::OutOfDomain { name: "servers", .. })));
        assert!(matches!(erlang_b(3, -1.0), Err(Unsolvable::OutOfDomain { .. })));
    }

    #[test]
    fn the_square_root_rule_is_a_limit() {
        near(halfin_whitt_prob_wait(1.0).expect("positive"), 0.223_361_274_798_260_76);
        let large = erlang_c(1_000_000, 1e6 - 1e3).expect("stable");
        assert!((large / 0.223_361_274_798_260_76 - 1.0).abs() < 1e-3, "{large}");
    }

    #[test]
    fn loss_without_load_is_zero_and_large_systems_stay_finite() {
        assert_eq!(erlang_b(3, 0.0), Ok(0.0));
        assert_eq!(erlang_b(0, 2.0), Ok(1.0));
        assert!(erlang_c(100_000, 99_900.0).is_ok_and(|c| c > 0.5 && c < 1.0));
    }
}
