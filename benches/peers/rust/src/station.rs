//! The queue itself, for engines that only keep the time: what happens when somebody comes, or is done.

use std::collections::VecDeque;

use hdrhistogram::Histogram;
use scalelab::base::{Domain, Stream};

use crate::{ARRIVALS, Measured, SERVERS};

/// Sixteen servers and those who wait. Times in seconds.
pub(crate) struct Station {
    draws: Stream,
    free: u32,
    waiting: VecDeque<f64>,
    customers: u64,
    arrived: u64,
    served: u64,
    sum: f64,
    responses: Histogram<u32>,
}

/// Who is served from now on: for how long, and when they came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    pub(crate) lasts: f64,
    pub(crate) came: f64,
}

impl Station {
    pub(crate) fn new(customers: u64, seed: u64) -> Self {
        Self {
            draws: Stream::new(seed, Domain::Swarm, [0; 4]),
            free: SERVERS,
            waiting: VecDeque::new(),
            customers,
            arrived: 0,
            served: 0,
            sum: 0.0,
            responses: Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("constant bounds"),
        }
    }

    /// How long it is until the next customer comes; `None` when all have.
    pub(crate) fn gap(&mut self) -> Option<f64> {
        (self.arrived < self.customers).then(|| self.draws.exponential() / ARRIVALS)
    }

    /// Somebody comes: is served at once, or waits.
    pub(crate) fn arrive(&mut self, now: f64) -> Option<Served> {
        self.arrived += 1;
        if self.free == 0 {
            self.waiting.push_back(now);
            return None;
        }
        self.free -= 1;
        Some(Served { lasts: self.draws.exponential(), came: now })
    }

    /// Who came then is done: the next one is served.
    pub(crate) fn finish(&mut self, now: f64, came: f64) -> Option<Served> {
        let response = now - came;
        self.served += 1;
        self.sum += response;
        self.responses.saturating_record((response * 1e9) as u64);
        match self.waiting.pop_front() {
            Some(came) => Some(Served { lasts: self.draws.exponential(), came }),
            None => {
                self.free += 1;
                None
            }
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.served >= self.customers
    }

    pub(crate) fn measured(&self, secs: f64) -> Measured {
        let p99 = self.responses.value_at_quantile(0.99) as f64 / 1e9;
        Measured { secs, mean: self.sum / self.served.max(1) as f64, p99 }
    }
}
