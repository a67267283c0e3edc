//! GI/M/1: independent interarrival times of any law, exponential services, one server, first come first served.
//!
//! An arrival finds the server busy with the chance sigma, the root in (0, 1) of sigma = A*(mu (1 - sigma)), where A* is
//! the Laplace transform of the interarrival law (Kendall 1953); the response is exponential with rate mu (1 - sigma).
//! Round robin over n servers of Poisson arrivals gives each of them Erlang-n interarrival times.
//! Worked number: constant gaps of 2 and mean services of 1 give sigma 0.203188.

use super::{Law, Solved, Unsolvable, positive, stable};
use crate::analysis::numeric;

/// A GI/M/1 queue in steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GiM1 {
    arrival_rate: f64,
    service_rate: f64,
    prob_wait: f64,
}

impl GiM1 {
    /// The queue with these gaps between arrivals and services at this rate.
    pub fn new(interarrival: &Law, service_rate: f64) -> Solved<Self> {
        positive("service rate", service_rate)?;
        let arrival_rate = 1.0 / interarrival.mean();
        stable(arrival_rate / service_rate)?;
        Ok(Self { arrival_rate, service_rate, prob_wait: root(interarrival, service_rate)? })
    }

    /// Share of the time that the server is busy.
    pub fn utilization(&self) -> f64 {
        self.arrival_rate / self.service_rate
    }

    /// Share of customers that wait: sigma.
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }

    /// Mean wait over all customers.
    pub fn mean_wait(&self) -> f64 {
        self.prob_wait / self.decay()
    }

    /// Variance of the wait.
    pub fn wait_variance(&self) -> f64 {
        self.prob_wait * (2.0 - self.prob_wait) / self.decay().powi(2)
    }

    /// Mean of wait and service.
    pub fn mean_response(&self) -> f64 {
        1.0 / self.decay()
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
        if t < 0.0 { 1.0 } else { self.prob_wait * libm::exp(-self.decay() * t) }
    }

    /// P(response > t).
    pub fn response_survival(&self, t: f64) -> f64 {
        libm::exp(-self.decay() * t.max(0.0))
    }

    /// The wait that a share `level` of customers does not exceed; infinite at 1.
    pub fn wait_quantile(&self, level: f64) -> f64 {
        (libm::log(self.prob_wait / (1.0 - level)) / self.decay()).max(0.0)
    }

    /// The response that a share `level` of customers does not exceed; infinite at 1.
    pub fn response_quantile(&self, level: f64) -> f64 {
        -libm::log1p(-level) / self.decay()
    }

    fn decay(&self) -> f64 {
        self.service_rate * (1.0 - self.prob_wait)
    }
}

/// sigma, from the root of f(x) = 1 - x - A*(mu x) in x = 1 - sigma by bisection.
fn root(interarrival: &Law, service_rate: f64) -> Solved<f64> {
    // Errors of the transform do not depend on its argument, so one trial shows them all.
    interarrival.transform(service_rate)?;
    // f is concave in x with f(0) = 0 and f'(0) > 0 below saturation: positive up to the root, negative after it.
    let is_past = |x: f64| interarrival.transform(service_rate * x).is_ok_and(|value| 1.0 - x <= value);
    let spare = numeric::turning_point(f64::MIN_POSITIVE.sqrt(), 1.0, |x| is_past(x) && x > 1e-13);
    if spare <= 1e-12 {
        return Err(Unsolvable::OutOfReach { what: "the root of the transform", why: "the load is too close to 1" });
    }
    Ok(1.0 - spare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(law: Solved<Law>) -> GiM1 {
        GiM1::new(&law.expect("valid"), 1.0).expect("stable")
    }

    #[test]
    fn the_worked_number() {
        let got = queue(Law::constant(2.0));
        assert!((got.prob_wait() / 0.203_187_869_979_979_92 - 1.0).abs() < 1e-13, "{got:?}");
        assert!((got.response_quantile(0.99) / 5.779_493_073_069_037 - 1.0).abs() < 1e-13);
    }

    #[test]
    fn exponential_gaps_are_the_simple_queue() {
        let got = queue(Law::exponential(1.25));
        assert!((got.prob_wait() - 0.8).abs() < 1e-14 && (got.mean_response() - 5.0).abs() < 1e-12, "{got:?}");
    }

    #[test]
    fn laws_without_closed_transform_work_too() {
        // More variation, more waiting; all between constant gaps and hyperexponential ones of the same mean.
        let waits: Vec<f64> =
            [Law::constant(1.25), Law::uniform(0.0, 2.5), Law::exponential(1.25), Law::lognormal_of(1.25, 4.0)]
                .into_iter()
                .map(|law| queue(law).mean_wait())
                .collect();
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
    }

    #[test]
    fn overload_is_an_error() {
        let law = Law::constant(1.0).expect("valid");
        assert!(matches!(GiM1::new(&law, 1.0), Err(Unsolvable::Overloaded { .. })));
        assert!(GiM1::new(&law, -1.0).is_err());
    }
}
