//! Machines that are taken away: replaced as soon as that is known, and lost with what they still have.

use super::worker::Goal;
use super::{Actions, Cluster, Fact, WorkerState};
use crate::base::{Time, WorkerId};
use crate::scenario::limits;

impl Cluster {
    /// A machine will be taken away: it takes nothing new, and another one is ordered in its place.
    pub(super) fn replace(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        let worker = &mut self.workers[id.ix()];
        if worker.state == WorkerState::Retired || worker.is_leaving() {
            return;
        }
        worker.goal = Goal::Retire;
        let (pool, group, state) = (worker.pool, worker.group, worker.state);
        if state == WorkerState::Ready {
            self.drain(now, id, actions);
        }
        if self.workers.len() < limits::MACHINES_ORDERED_MAX {
            let count = self.pools[pool.ix()].groups[group.ix()].count;
            self.set_count(now, pool, group, count, actions);
        }
    }

    /// A machine was taken away.
    pub(super) fn preempted(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        if self.workers[id.ix()].state == WorkerState::Retired {
            return;
        }
        actions.facts.push(Fact::Preempted { worker: id });
        // Whether or not there was a notice.
        self.replace(now, id, actions);
        match self.workers[id.ix()].state {
            // Drained at once by the replacement.
            WorkerState::Retired => {}
            WorkerState::Booting | WorkerState::Warming | WorkerState::Down => self.retire(now, id, actions),
            WorkerState::Ready | WorkerState::Draining | WorkerState::Resizing => self.lose(now, id, actions),
        }
    }
}
