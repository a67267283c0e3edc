//! M/G/1, first come first served: Pollaczek (1930) and Khinchine (1932); and Kingman's approximation of G/G/1.
//!
//! Worked number: rate 0.8 and constant services of 1 give a mean wait of 2 with variance 16/3.

use super::{Law, Solved, Unsolvable, not_negative, positive, stable, within};

/// An M/G/1 queue in steady state.
#[derive(Clone, Debug, PartialEq)]
pub struct MG1 {
    arrival_rate: f64,
    service: Law,
    utilization: f64,
}

impl MG1 {
    /// The queue with Poisson arrivals at this rate and services of this law.
    pub fn new(arrival_rate: f64, service: Law) -> Solved<Self> {
        let utilization = stable(positive("arrival rate", arrival_rate)? * service.mean())?;
        Ok(Self { arrival_rate, service, utilization })
    }

    /// Share of the time that the server is busy; with Poisson arrivals also the share of customers that wait.
    pub fn utilization(&self) -> f64 {
        self.utilization
    }

    /// The law of a service.
    pub fn service(&self) -> &Law {
        &self.service
    }

    /// Arrivals per unit of time.
    pub fn arrival_rate(&self) -> f64 {
        self.arrival_rate
    }

    /// Mean wait: lambda E[S^2] / 2 (1 - rho).
    pub fn mean_wait(&self) -> f64 {
        self.arrival_rate * self.service.moment(2) / (2.0 * (1.0 - self.utilization))
    }

    /// Variance of the wait: its mean squared plus lambda E[S^3] / 3 (1 - rho).
    pub fn wait_variance(&self) -> f64 {
        self.mean_wait().powi(2) + self.arrival_rate * self.service.moment(3) / (3.0 * (1.0 - self.utilization))
    }

    /// Mean of wait and service.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service.mean()
    }

    /// Variance of wait and service, which are independent.
    pub fn response_variance(&self) -> f64 {
        self.wait_variance() + self.service.scv() * self.service.mean().powi(2)
    }

    /// Mean number that wait.
    pub fn mean_queue_len(&self) -> f64 {
        self.arrival_rate * self.mean_wait()
    }

    /// Mean number in the system.
    pub fn mean_number(&self) -> f64 {
        self.mean_queue_len() + self.utilization
    }
}

/// Kingman's approximation (1961) of the mean wait in G/G/1, exact in heavy traffic:
/// rho / (1 - rho) times the mean of both squared coefficients of variation times the mean service.
pub fn kingman_mean_wait(utilization: f64, interarrival_scv: f64, service_scv: f64, mean_service: f64) -> Solved<f64> {
    not_negative("utilisation", utilization)?;
    stable(utilization)?;
    let variation = f64::midpoint(
        not_negative("squared variation of interarrival times", interarrival_scv)?,
        not_negative("squared variation of services", service_scv)?,
    );
    let wait = utilization / (1.0 - utilization) * variation * positive("mean service", mean_service)?;
    within("mean wait", wait, wait.is_finite(), "finite")
}

/// Rejects what only a law with a density has.
pub(super) fn needs_density(law: &Law) -> Solved<()> {
    law.density(1.0).map(|_| ()).ok_or(Unsolvable::OutOfReach { what: "the density", why: "the law has none" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_number_and_the_exponential_special_case() {
        let constant = MG1::new(0.8, Law::constant(1.0).expect("valid")).expect("stable");
        assert!((constant.mean_wait() - 2.0).abs() < 1e-14);
        assert!((constant.wait_variance() - 16.0 / 3.0).abs() < 1e-13);
        let exponential = MG1::new(0.8, Law::exponential(1.0).expect("valid")).expect("stable");
        let simple = super::super::MMc::new(0.8, 1.0, 1).expect("stable");
        assert!((exponential.mean_wait() - simple.mean_wait()).abs() < 1e-13);
        assert!((exponential.wait_variance() - simple.wait_variance()).abs() < 1e-12);
        assert!((exponential.response_variance() - 25.0).abs() < 1e-12);
        assert!((exponential.mean_number() - simple.mean_number()).abs() < 1e-13);
    }

    #[test]
    fn overload_is_an_error() {
        let law = Law::uniform(0.0, 2.0).expect("valid");
        assert!(matches!(MG1::new(1.0, law), Err(Unsolvable::Overloaded { .. })));
        assert!(matches!(kingman_mean_wait(1.2, 1.0, 1.0, 1.0), Err(Unsolvable::Overloaded { .. })));
    }
}
