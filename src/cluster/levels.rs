//! What all machines have at work and waiting, together: kept as it changes, so that nobody has to ask each of them.

use super::worker::Worker;
use super::{Cluster, WorkerState};
use crate::base::{Time, WorkerId};

/// Sums over all machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Levels {
    sum: Level,
    since: Time,
    /// Core-nanoseconds at work until then.
    busy_area: u64,
}

/// What one machine has, or all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Level {
    /// Cores at work.
    busy: u64,
    /// Attempts that wait there, those in the hand of a live one among them.
    queue: u64,
}

impl Levels {
    #[inline]
    fn change(&mut self, now: Time, from: Level, to: Level) {
        if from.busy != to.busy {
            self.busy_area = self.busy_area(now);
            self.since = now;
        }
        self.sum.busy = self.sum.busy - from.busy + to.busy;
        self.sum.queue = self.sum.queue - from.queue + to.queue;
    }

    fn busy_area(&self, now: Time) -> u64 {
        self.busy_area + self.sum.busy * now.since(self.since).0
    }
}

impl Cluster {
    /// Changes what a machine has at work or waiting.
    #[inline]
    pub(super) fn at_worker<R>(&mut self, now: Time, id: WorkerId, change: impl FnOnce(&mut Worker) -> R) -> R {
        let worker = &mut self.workers[id.ix()];
        let from = worker.level();
        let result = change(worker);
        self.levels.change(now, from, worker.level());
        result
    }

    /// Core-nanoseconds at work until `now`, of all machines there ever were.
    pub fn busy_area(&self, now: Time) -> u64 {
        self.levels.busy_area(now)
    }

    /// Attempts that wait at machines, those in the hand of a live one among them.
    pub fn waiting_at_machines(&self) -> u64 {
        self.levels.sum.queue
    }

    /// Adds up again what is kept as it changes.
    pub(super) fn check_levels(&self) {
        let there = self.workers.iter().filter(|worker| worker.state != WorkerState::Retired);
        let sum = there
            .map(Worker::level)
            .fold(Level::default(), |sum, one| Level { busy: sum.busy + one.busy, queue: sum.queue + one.queue });
        assert_eq!(self.levels.sum, sum, "the sums over all machines are not what the machines say");
    }
}

impl Worker {
    #[inline]
    fn level(&self) -> Level {
        Level { busy: u64::from(self.busy()), queue: u64::from(self.waiting + self.held - self.busy()) }
    }
}
