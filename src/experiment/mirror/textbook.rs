//! What a textbook would predict without a simulation: M/M/c and its relatives, from the mean time of a job alone.
//!
//! A job of one task at a time is a customer of c servers. One that is spread over all cores is a customer of one server that is
//! c times as fast: c servers would make it wait for work that the others do.

use super::grade::Figures;
use super::points::Kind;
use crate::analysis::queueing::{MMc, Repairman};

/// What is known of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Customer {
    /// Core-seconds of a job.
    pub(super) work_secs: f64,
    /// Whether it is spread over all cores.
    pub(super) is_wide: bool,
    pub(super) cores: u32,
}

impl Customer {
    fn servers(self) -> u32 {
        if self.is_wide { 1 } else { self.cores }
    }

    /// Jobs a second of one server.
    fn rate(self) -> f64 {
        if self.is_wide { f64::from(self.cores) / self.work_secs } else { 1.0 / self.work_secs }
    }

    /// What M/M/c says, as far as it does.
    pub(super) fn predicts(self, kind: Kind) -> Figures {
        let (servers, rate) = (self.servers(), self.rate());
        match kind {
            Kind::Open { jobs_per_sec } => {
                let queue = MMc::new(jobs_per_sec, rate, servers).ok();
                let quantile = |level: f64| queue.map(|queue| queue.response_quantile(level));
                Figures {
                    throughput: queue.map(|_| jobs_per_sec),
                    makespan: None,
                    p50: quantile(0.5),
                    p95: quantile(0.95),
                    p99: quantile(0.99),
                }
            }
            Kind::Closed { clients: 1, think_secs } => {
                // Nobody to wait for: exponential.
                let quantile = |level: f64| Some(-(1.0 - level).ln() / rate);
                Figures {
                    throughput: Some(1.0 / (think_secs + 1.0 / rate)),
                    makespan: Some(1.0 / rate),
                    p50: quantile(0.5),
                    p95: quantile(0.95),
                    p99: quantile(0.99),
                }
            }
            Kind::Closed { clients, think_secs } => {
                let repairman = Repairman::new(clients, servers, 1.0 / think_secs.max(1e-9), rate).ok();
                Figures { throughput: repairman.map(|queue| queue.throughput()), ..Figures::default() }
            }
            Kind::Burst { jobs } => {
                let all = jobs / (rate * f64::from(servers));
                Figures {
                    throughput: None,
                    makespan: Some(all),
                    p50: Some(0.5 * all),
                    p95: Some(0.95 * all),
                    p99: Some(0.99 * all),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_job_has_one_fast_server_and_a_narrow_one_has_many() {
        let wide = Customer { work_secs: 0.02, is_wide: true, cores: 2 };
        let narrow = Customer { is_wide: false, ..wide };
        let open = Kind::Open { jobs_per_sec: 50.0 };
        // M/M/1 at a half: the response is exponential with mean 1 / (100 - 50) s.
        let p50 = wide.predicts(open).p50.expect("stable");
        assert!((p50 - 2.0_f64.ln() / 50.0).abs() < 1e-9, "{p50}");
        let of_two = MMc::new(50.0, 50.0, 2).expect("stable").response_quantile(0.95);
        assert_eq!(narrow.predicts(open).p95, Some(of_two));
        assert_eq!(wide.predicts(Kind::Open { jobs_per_sec: 101.0 }).p50, None);
        let burst = narrow.predicts(Kind::Burst { jobs: 100.0 });
        assert_eq!((burst.makespan, burst.p50), (Some(1.0), Some(0.5)));
        let alone = wide.predicts(Kind::Closed { clients: 1, think_secs: 0.0 });
        assert_eq!((alone.throughput, alone.makespan), (Some(100.0), Some(0.01)));
    }
}
