//! M/M/c+M, Erlang A (Palm 1946; Garnett, Mandelbaum and Reiman 2002): who waits too long leaves.
//!
//! Worked number: rate 10, 10 servers of rate 1, patience of mean 2: 10.391 % leave.

use super::{Solved, Unsolvable, at_least_one, birth_death, positive};

/// A queue in steady state whose waiting customers each leave at a rate; it is stable at any load.
#[derive(Clone, Debug, PartialEq)]
pub struct ErlangA {
    arrival_rate: f64,
    service_rate: f64,
    abandonment_rate: f64,
    servers: usize,
    law: Vec<f64>,
}

impl ErlangA {
    /// The queue with these rates: of arrivals, of one server, of leaving for each who waits.
    pub fn new(arrival_rate: f64, service_rate: f64, servers: u32, abandonment_rate: f64) -> Solved<Self> {
        positive("arrival rate", arrival_rate)?;
        positive("service rate", service_rate)?;
        at_least_one("servers", servers)?;
        positive("abandonment rate", abandonment_rate)?;
        let servers = servers as usize;
        let down =
            |n: usize| n.min(servers) as f64 * service_rate + n.saturating_sub(servers) as f64 * abandonment_rate;
        let law = birth_death::stationary(birth_death::STATES_MAX, |_| arrival_rate, down)?;
        if law.len() == birth_death::STATES_MAX {
            return Err(Unsolvable::OutOfReach { what: "the stationary law", why: "too many states" });
        }
        Ok(Self { arrival_rate, service_rate, abandonment_rate, servers, law })
    }

    /// Share of customers that do not find a free server.
    pub fn prob_wait(&self) -> f64 {
        self.law.iter().skip(self.servers).sum()
    }

    /// Share of customers that leave unserved.
    pub fn prob_abandon(&self) -> f64 {
        self.abandonment_rate * self.mean_queue_len() / self.arrival_rate
    }

    /// Mean wait over all customers, also those who leave.
    pub fn mean_wait(&self) -> f64 {
        self.mean_queue_len() / self.arrival_rate
    }

    /// Mean number that wait.
    pub fn mean_queue_len(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n.saturating_sub(self.servers) as f64)
    }

    /// Mean number in the system.
    pub fn mean_number(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n as f64)
    }

    /// Share of the time that a server is busy.
    pub fn utilization(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n.min(self.servers) as f64) / self.servers as f64
    }

    /// Customers served per unit of time.
    pub fn throughput(&self) -> f64 {
        self.service_rate * self.servers as f64 * self.utilization()
    }

    /// P(n in the system).
    pub fn prob_number(&self, n: usize) -> f64 {
        self.law.get(n).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::queueing::MMc;

    #[test]
    fn the_worked_number() {
        let queue = ErlangA::new(10.0, 1.0, 10, 0.5).expect("valid");
        assert!((queue.prob_abandon() / 0.103_913_212_326_308_04 - 1.0).abs() < 1e-12, "{}", queue.prob_abandon());
    }

    #[test]
    fn with_endless_patience_it_is_erlang_c_and_flow_is_conserved() {
        let patient = ErlangA::new(1.6, 1.0, 2, 1e-9).expect("valid");
        let endless = MMc::new(1.6, 1.0, 2).expect("stable");
        assert!((patient.mean_wait() / endless.mean_wait() - 1.0).abs() < 1e-6);
        let crowded = ErlangA::new(30.0, 1.0, 10, 0.1).expect("valid");
        assert!((crowded.throughput() + crowded.prob_abandon() * 30.0 - 30.0).abs() < 1e-10);
        assert!(ErlangA::new(1.0, 1.0, 1, 0.0).is_err());
    }

    #[test]
    fn patience_like_service_is_a_queue_of_endless_servers() {
        // With equal rates the number in the system is Poisson.
        let queue = ErlangA::new(50.0, 1.0, 50, 1.0).expect("valid");
        assert!((queue.mean_number() - 50.0).abs() < 1e-11);
    }
}
