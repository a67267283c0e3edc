//! Copies of a task while it is unanswered: hedging after a delay, redundancy at once.

use super::{Action, Actions, Cluster, Fact, Guarded, ResultId, Timer};
use crate::base::{TaskId, Time};
use crate::scenario::CopyAfter;

impl Cluster {
    /// Makes the copies of a task that are due at once, or sets the timer of the next one.
    pub(super) fn plan_copies(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        // What was refused at once has ended, or is tried again, with copies of its own.
        while let Some(task) = self.tasks.get(id) {
            let pool = &self.pools[self.pool_of(task).ix()];
            if task.copied >= pool.copies.more || task.is_resting {
                return;
            }
            let after = match pool.copies.after {
                CopyAfter::Delay(delay) => Some(delay),
                CopyAfter::Quantile { .. } => pool.guard.as_ref().and_then(|guard| guard.hedge_delay()),
            };
            // Where too little is known, there is no copy.
            let Some(after) = after else { return };
            if !after.is_zero() {
                actions.asks.push(Action::SetTimer { at: now + after, timer: Timer::Copy(id) });
                return;
            }
            self.copy(now, id, actions);
        }
    }

    /// A task has been unanswered for so long that it is copied.
    pub(super) fn copy_due(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        if self.tasks.get(id).is_some_and(|task| !task.is_resting) {
            self.copy(now, id, actions);
            self.plan_copies(now, id, actions);
        }
    }

    /// Sends a copy to a worker that has none of this task; where there is none, there is no copy.
    fn copy(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        let task = &mut self.tasks[id];
        task.copied += 1;
        let taken: Vec<_> = task.attempts().map(|attempt| self.attempts[attempt].worker).collect();
        let about = ResultId::of(&task.call);
        let pool = self.plan.stage(task.call.kind, task.call.stage).pool;
        let Some(worker) = self.pools[pool.ix()].balancer.pick_avoiding(now, &taken, about.key()) else { return };
        let Some(paid) = self.pay(now, pool, false) else {
            actions.facts.push(Fact::Guarded { pool, what: Guarded::CopyRefused });
            return;
        };
        actions.facts.push(Fact::Guarded { pool, what: Guarded::Copied });
        let attempt = self.new_attempt(now, id);
        self.pass_copy(attempt, paid);
        if let Some(timeout) = self.pools[pool.ix()].timeout {
            actions.asks.push(Action::SetTimer { at: now + timeout, timer: Timer::Timeout(attempt) });
        }
        self.send(now, attempt, worker, actions);
    }
}
