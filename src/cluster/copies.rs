//! Copies of a task while it is unanswered: hedging after a delay, redundancy at once.

use super::{Action, Actions, Cluster, ResultId, Timer};
use crate::base::{TaskId, Time};

impl Cluster {
    /// Makes the copies of a task that are due at once, or sets the timer of the next one.
    pub(super) fn plan_copies(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        // What was refused at once has ended, or is tried again, with copies of its own.
        while let Some(task) = self.tasks.get(id) {
            let copies = self.pools[self.plan.stage(self.jobs[task.job].arrival.job, task.stage).pool.ix()].copies;
            if task.copied >= copies.more {
                return;
            }
            if !copies.after.is_zero() {
                actions.asks.push(Action::SetTimer { at: now + copies.after, timer: Timer::Copy(id) });
                return;
            }
            self.copy(now, id, actions);
        }
    }

    /// A task has been unanswered for so long that it is copied.
    pub(super) fn copy_due(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        if self.tasks.get(id).is_some() {
            self.copy(now, id, actions);
            self.plan_copies(now, id, actions);
        }
    }

    /// Sends a copy to a worker that has none of this task; where there is none, there is no copy.
    fn copy(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        let task = &mut self.tasks[id];
        task.copied += 1;
        let taken: Vec<_> = task.attempts().map(|attempt| self.attempts[attempt].worker).collect();
        let (arrival, stage, index) = (self.jobs[task.job].arrival, task.stage, task.index);
        let pool = self.plan.stage(arrival.job, stage).pool;
        let about = ResultId { kind: arrival.job, stage, task: index, key: arrival.key };
        if let Some(worker) = self.pools[pool.ix()].balancer.pick_avoiding(now, &taken, about.key()) {
            let attempt = self.new_attempt(now, id);
            self.send(now, attempt, worker, actions);
        }
    }
}
