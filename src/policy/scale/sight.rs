//! What an autoscaler is shown: symptoms, never causes.

use crate::base::{Span, Time};

/// A pool as its autoscaler sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sight {
    /// Machines asked for.
    pub size: u32,
    /// Cores of each of them, as asked for.
    pub cores: u32,
    /// Machines of the group that were not given back, in order of their numbers.
    pub machines: Vec<Machine>,
    /// Attempts that wait or run now.
    pub in_flight: u32,
    /// The same on average since the last look.
    pub in_flight_mean: f64,
    /// Attempts for which no core is free.
    pub waiting: u32,
    /// Attempts that came in since the last look.
    pub arrived: u64,
    /// Attempts that were done since the last look, and the core time that took.
    pub done: u64,
    /// Core time of those.
    pub run: Span,
    /// Bytes of results that the machines of the pool hold for others, over what their memory holds; `None` where that is not
    /// known, or nobody goes by it.
    pub stored: Option<f64>,
    /// How long ago the last look was.
    pub since: Span,
}

/// A machine as its autoscaler sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// Its number.
    pub id: u32,
    /// When it was ordered.
    pub ordered: Time,
    /// Since when it takes work; `None` while it does not.
    pub ready: Option<Time>,
    /// Whether it finishes what it has and goes.
    pub is_leaving: bool,
    /// Its cores.
    pub cores: u32,
    /// Cores at work, on average since the last look.
    pub busy: f64,
    /// Attempts sent there and not answered.
    pub in_flight: u32,
}

impl Sight {
    /// Machines that take work.
    pub fn ready(&self) -> u32 {
        self.machines.iter().filter(|machine| machine.ready.is_some()).count() as u32
    }

    /// Busy cores over cores, of the machines that take work and have for so long; `None` without any.
    pub fn utilisation(&self, now: Time, warmup: Span) -> Option<f64> {
        let warm = |machine: &&Machine| machine.ready.is_some_and(|ready| now.since(ready) >= warmup);
        let sum = |(busy, cores): (f64, f64), one: &Machine| (busy + one.busy, cores + f64::from(one.cores));
        let (busy, cores) = self.machines.iter().filter(warm).fold((0.0, 0.0), sum);
        (cores > 0.0).then(|| busy / cores)
    }

    /// Cores at work on machines that take work, on average since the last look.
    pub fn busy(&self) -> f64 {
        self.machines.iter().filter(|machine| machine.ready.is_some()).map(|machine| machine.busy).sum()
    }

    /// Whether machines are still to get the size that was asked for.
    pub fn is_restarting(&self) -> bool {
        self.machines.iter().any(|machine| machine.cores != self.cores && !machine.is_leaving)
    }
}

#[cfg(test)]
impl Sight {
    /// Machines of two cores that have been there for ever, with so many of these at work at each.
    pub(super) fn of_machines(count: u32, busy: f64) -> Self {
        let one = |id| Machine {
            id,
            ordered: Time::ZERO,
            ready: Some(Time::ZERO),
            is_leaving: false,
            cores: 2,
            busy,
            in_flight: 0,
        };
        Self { size: count, cores: 2, machines: (0..count).map(one).collect(), ..Self::default() }
    }
}
