//! Queues with an end: M/M/c/K with K places (loss systems for K = c), and M/M/c//N with N customers (machine repair).

use super::{Solved, at_least_one, birth_death, positive, within};
use crate::analysis::{numeric, special};

/// An M/M/c/K queue in steady state: who finds `capacity` customers in the system is lost.
#[derive(Clone, Debug, PartialEq)]
pub struct MMcK {
    arrival_rate: f64,
    service_rate: f64,
    servers: usize,
    capacity: usize,
    law: Vec<f64>,
}

impl MMcK {
    /// The queue with these rates (of one server), servers, and places including those in service.
    pub fn new(arrival_rate: f64, service_rate: f64, servers: u32, capacity: u32) -> Solved<Self> {
        positive("arrival rate", arrival_rate)?;
        positive("service rate", service_rate)?;
        at_least_one("servers", servers)?;
        within("capacity", f64::from(capacity), capacity >= servers, "at least the number of servers")?;
        let (servers, capacity) = (servers as usize, capacity as usize);
        let law = birth_death::stationary(capacity, |_| arrival_rate, |n| n.min(servers) as f64 * service_rate)?;
        Ok(Self { arrival_rate, service_rate, servers, capacity, law })
    }

    /// P(n in the system).
    pub fn prob_number(&self, n: usize) -> f64 {
        self.law.get(n).copied().unwrap_or(0.0)
    }

    /// Share of arrivals that are lost.
    pub fn blocking(&self) -> f64 {
        self.prob_number(self.capacity)
    }

    /// Customers served per unit of time.
    pub fn throughput(&self) -> f64 {
        // By what departs: no cancellation when nearly all are lost.
        self.service_rate * self.mean_busy()
    }

    /// Mean number of busy servers.
    pub fn mean_busy(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n.min(self.servers) as f64)
    }

    /// Share of the time that a server is busy.
    pub fn utilization(&self) -> f64 {
        self.mean_busy() / self.servers as f64
    }

    /// Mean number in the system.
    pub fn mean_number(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n as f64)
    }

    /// Mean number that wait.
    pub fn mean_queue_len(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n.saturating_sub(self.servers) as f64)
    }

    /// Mean wait of those who were accepted.
    pub fn mean_wait(&self) -> f64 {
        self.mean_queue_len() / self.throughput()
    }

    /// Mean of wait and service of those who were accepted.
    pub fn mean_response(&self) -> f64 {
        self.mean_number() / self.throughput()
    }

    /// Share of those who were accepted that wait.
    pub fn prob_wait(&self) -> f64 {
        self.wait_survival(0.0)
    }

    /// P(wait > t) of those who were accepted.
    pub fn wait_survival(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        let mean = self.servers as f64 * self.service_rate * t;
        self.over_accepted(|n| {
            // Who finds n waits for n - c + 1 departures.
            if n < self.servers { 0.0 } else { special::gamma_q((n - self.servers + 1) as f64, mean) }
        })
    }

    /// P(response > t) of those who were accepted.
    pub fn response_survival(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        let servers = self.servers as f64;
        let (rate, mean) = (self.service_rate, servers * self.service_rate * t);
        let single = libm::exp(-rate * t);
        if self.servers == 1 {
            return self.over_accepted(|n| special::gamma_q((n + 1) as f64, mean));
        }
        // P(Erlang(k, c mu) + Exp(mu) > t): the stages last beyond t, or they end before and the service goes on.
        let (grow, less) = (libm::log(servers / (servers - 1.0)), (servers - 1.0) * rate * t);
        self.over_accepted(|n| {
            if n < self.servers {
                return single;
            }
            let k = (n - self.servers + 1) as f64;
            let ended = special::gamma_p(k, less);
            let after = if ended > 0.0 { libm::exp(k * grow - rate * t + libm::log(ended)) } else { 0.0 };
            special::gamma_q(k, mean) + after
        })
    }

    /// The wait that a share `level` of the accepted does not exceed; infinite at 1.
    pub fn wait_quantile(&self, level: f64) -> f64 {
        let scale = 1.0 / self.service_rate;
        numeric::quantile(level, scale, |t| self.wait_survival(t)).unwrap_or(f64::INFINITY)
    }

    /// The response that a share `level` of the accepted does not exceed; infinite at 1.
    pub fn response_quantile(&self, level: f64) -> f64 {
        let scale = 1.0 / self.service_rate;
        numeric::quantile(level, scale, |t| self.response_survival(t)).unwrap_or(f64::INFINITY)
    }

    /// The mean over the states that accepted customers find.
    fn over_accepted(&self, value: impl Fn(usize) -> f64) -> f64 {
        let open = &self.law[..self.law.len().min(self.capacity)];
        birth_death::expectation(open, value) / open.iter().sum::<f64>()
    }
}

/// M/M/c//N, the machine repairman: each of N machines fails at a rate while it runs, and c repairmen mend them.
#[derive(Clone, Debug, PartialEq)]
pub struct Repairman {
    service_rate: f64,
    servers: usize,
    law: Vec<f64>,
}

impl Repairman {
    /// `customers` that each ask at `request_rate` while idle, and `servers` that serve at `service_rate` each.
    pub fn new(customers: u32, servers: u32, request_rate: f64, service_rate: f64) -> Solved<Self> {
        at_least_one("customers", customers)?;
        at_least_one("servers", servers)?;
        positive("request rate", request_rate)?;
        positive("service rate", service_rate)?;
        let (customers, servers) = (customers as usize, servers as usize);
        let law = birth_death::stationary(
            customers,
            |n| (customers - n) as f64 * request_rate,
            |n| n.min(servers) as f64 * service_rate,
        )?;
        Ok(Self { service_rate, servers, law })
    }

    /// Services per unit of time.
    pub fn throughput(&self) -> f64 {
        self.service_rate * birth_death::expectation(&self.law, |n| n.min(self.servers) as f64)
    }

    /// Mean number that wait or are served.
    pub fn mean_number(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n as f64)
    }

    /// Mean number that wait.
    pub fn mean_queue_len(&self) -> f64 {
        birth_death::expectation(&self.law, |n| n.saturating_sub(self.servers) as f64)
    }

    /// Mean of wait and service.
    pub fn mean_response(&self) -> f64 {
        self.mean_number() / self.throughput()
    }

    /// Mean wait.
    pub fn mean_wait(&self) -> f64 {
        self.mean_queue_len() / self.throughput()
    }

    /// Share of the time that all servers are busy (an arrival sees less: it is not there itself).
    pub fn prob_all_busy(&self) -> f64 {
        self.law.iter().skip(self.servers).sum()
    }

    /// Share of the time that a server is busy.
    pub fn utilization(&self) -> f64 {
        self.throughput() / (self.service_rate * self.servers as f64)
    }

    /// P(n wait or are served).
    pub fn prob_number(&self, n: usize) -> f64 {
        self.law.get(n).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::queueing::{MMc, Unsolvable, erlang_b};

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got - expected).abs() <= relative * expected.abs(), "{got} is not {expected}");
    }

    #[test]
    fn without_room_to_wait_it_is_erlang_b() {
        let queue = MMcK::new(12.0, 1.0, 10, 10).expect("valid");
        near(queue.blocking(), erlang_b(10, 12.0).expect("valid"), 1e-13);
        assert_eq!(queue.prob_wait(), 0.0);
        near(queue.response_survival(2.0), libm::exp(-2.0), 1e-13);
    }

    #[test]
    fn with_much_room_it_is_the_endless_queue() {
        for servers in [1, 2, 5] {
            let rate = 0.7 * f64::from(servers);
            let (finite, endless) =
                (MMcK::new(rate, 1.0, servers, 300).expect("valid"), MMc::new(rate, 1.0, servers).expect("stable"));
            near(finite.mean_wait(), endless.mean_wait(), 1e-11);
            near(finite.prob_wait(), endless.prob_wait(), 1e-11);
            near(finite.wait_quantile(0.99), endless.wait_quantile(0.99), 1e-10);
            near(finite.response_quantile(0.95), endless.response_quantile(0.95), 1e-10);
        }
    }

    #[test]
    fn overload_and_huge_waiting_rooms_are_fine() {
        let queue = MMcK::new(50.0, 1.0, 2, 5_000).expect("finite");
        near(queue.throughput(), 2.0, 1e-12);
        near(queue.blocking(), 0.96, 1e-12);
        near(queue.prob_wait(), 1.0, 1e-12);
        assert!(matches!(MMcK::new(1.0, 1.0, 4, 3), Err(Unsolvable::OutOfDomain { name: "capacity", .. })));
    }

    #[test]
    fn one_machine_alternates() {
        let one = Repairman::new(1, 1, 0.25, 1.0).expect("valid");
        near(one.throughput(), 0.2, 1e-14);
        near(one.mean_response(), 1.0, 1e-14);
        // As many repairmen as machines: nobody waits.
        let free = Repairman::new(30, 30, 0.25, 1.0).expect("valid");
        near(free.mean_number(), 6.0, 1e-12);
        assert!(free.mean_wait() == 0.0 && Repairman::new(0, 1, 1.0, 1.0).is_err());
    }
}
