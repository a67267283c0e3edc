//! Fork and join: each arrival puts one task into each of n queues M/M/1 and ends with the last of them.
//!
//! Exact for two (Flatto and Hahn 1984), approximated above (Nelson and Tantawi 1988, within 5 % up to 32).

use super::{Solved, at_least_one, positive, stable};
use crate::analysis::special;

/// A fork-join queue in steady state with exponential services.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForkJoin {
    arrival_rate: f64,
    service_rate: f64,
    servers: u32,
}

impl ForkJoin {
    /// The queue with these rates (of one server) and branches.
    pub fn new(arrival_rate: f64, service_rate: f64, servers: u32) -> Solved<Self> {
        stable(positive("arrival rate", arrival_rate)? / positive("service rate", service_rate)?)?;
        at_least_one("servers", servers).map(|servers| Self { arrival_rate, service_rate, servers })
    }

    /// Mean response where it is known exactly: with one or two branches.
    pub fn exact_mean_response(&self) -> Option<f64> {
        match self.servers {
            1 => Some(self.single()),
            2 => Some(self.double()),
            _ => None,
        }
    }

    /// Mean response by Nelson and Tantawi: [H_n/H_2 + 4/11 (1 - H_n/H_2) rho] T_2; exact for one and two branches.
    pub fn mean_response_approximation(&self) -> f64 {
        if let Some(exact) = self.exact_mean_response() {
            return exact;
        }
        let ratio = special::harmonic(self.servers) / 1.5;
        (ratio + 4.0 / 11.0 * (1.0 - ratio) * self.utilization()) * self.double()
    }

    /// An upper bound: as if the branches were independent, H_n / (mu - lambda).
    pub fn mean_response_upper(&self) -> f64 {
        special::harmonic(self.servers) * self.single()
    }

    /// A lower bound: as if nobody ever waited, H_n / mu.
    pub fn mean_response_lower(&self) -> f64 {
        special::harmonic(self.servers) / self.service_rate
    }

    /// Share of the time that a server is busy.
    pub fn utilization(&self) -> f64 {
        self.arrival_rate / self.service_rate
    }

    fn single(&self) -> f64 {
        1.0 / (self.service_rate - self.arrival_rate)
    }

    fn double(&self) -> f64 {
        (12.0 - self.utilization()) / 8.0 * self.single()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_branches_are_exact_and_more_lie_between_the_bounds() {
        let two = ForkJoin::new(0.8, 1.0, 2).expect("stable");
        assert!((two.exact_mean_response().expect("two") - 7.0).abs() < 1e-13);
        for servers in [3, 4, 8, 16, 32] {
            let queue = ForkJoin::new(0.5, 1.0, servers).expect("stable");
            let approximation = queue.mean_response_approximation();
            assert_eq!(queue.exact_mean_response(), None);
            assert!(approximation < queue.mean_response_upper() && approximation > queue.mean_response_lower());
        }
        // T_4 at load 0.5: 3.78977.
        let four = ForkJoin::new(0.5, 1.0, 4).expect("stable").mean_response_approximation();
        assert!((four - 3.789_772_727_272_726_6).abs() < 1e-13);
        assert!(ForkJoin::new(1.0, 1.0, 2).is_err());
    }

    #[test]
    fn with_hardly_any_load_the_approximation_is_the_slowest_service() {
        let queue = ForkJoin::new(1e-12, 2.0, 16).expect("stable");
        assert!((queue.mean_response_approximation() / queue.mean_response_lower() - 1.0).abs() < 1e-11);
    }
}
