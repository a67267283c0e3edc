//! What follows when an attempt is over: its task is done, or is tried again, or fails.

use smallvec::SmallVec;

use super::attempts::Attempt;
use super::{Action, Actions, Cluster, Fact, Guarded, Outcome, Timer};
use crate::base::{AttemptId, Domain, Stream, TaskId, Time};
use crate::policy::resilience::backoff;

impl Cluster {
    /// An attempt of a task is over and out of the books. With a result the task is done, and its other attempts are
    /// called off; without one it is up to those in flight, then to another try, if another could bring it.
    #[inline]
    pub(super) fn attempt_over(
        &mut self,
        now: Time,
        task_id: TaskId,
        id: AttemptId,
        outcome: Outcome,
        actions: &mut Actions,
    ) {
        let Some(task) = self.tasks.get_mut(task_id) else { return };
        let has_others = task.remove(id);
        match outcome {
            Outcome::Completed => {
                if has_others {
                    let others: SmallVec<[AttemptId; 4]> = task.attempts().collect();
                    others.into_iter().for_each(|other| self.cancel_attempt(now, other, Outcome::Cancelled, actions));
                }
                self.complete_task(now, task_id, actions);
            }
            _ if has_others => {}
            Outcome::Failed | Outcome::Lost | Outcome::TimedOut | Outcome::Shed => {
                self.try_again(now, task_id, outcome, actions);
            }
            _ => self.fail_task(now, task_id, outcome, actions),
        }
    }

    /// Tries a task again, at once or when it has rested, if it may be.
    fn try_again(&mut self, now: Time, id: TaskId, outcome: Outcome, actions: &mut Actions) {
        let task = &mut self.tasks[id];
        task.tries += 1;
        let (call, tries) = (task.call, task.tries);
        let pool = self.plan.stage(call.kind, call.stage).pool;
        let retry = self.pools[pool.ix()].retry;
        let is_refused = outcome == Outcome::Shed;
        let is_wanted = tries < retry.attempts_max && (!is_refused || retry.of_refused);
        if !is_wanted {
            self.fail_task(now, id, outcome, actions);
            return;
        }
        let Some(paid) = self.pay(now, pool, is_refused) else {
            actions.facts.push(Fact::Guarded { pool, what: Guarded::RetryRefused });
            self.fail_task(now, id, outcome, actions);
            return;
        };
        self.tasks[id].paid = paid;
        actions.facts.push(Fact::Guarded { pool, what: Guarded::Retried });
        let about = u64::from(call.stage.0) << 32 | u64::from(call.task);
        let mut stream = Stream::new(
            self.seed,
            Domain::Resilience,
            [call.serial, about, u64::from(call.visit), call.kind.ix() as u64],
        );
        let rest = backoff::rest(retry.backoff, tries - 1, &mut stream);
        // Who was refused at once would be refused again in the same breath.
        if rest.is_zero() && !is_refused {
            self.dispatch(now, id, actions);
        } else {
            self.tasks[id].is_resting = true;
            actions.asks.push(Action::SetTimer { at: now + rest, timer: Timer::Retry(id) });
        }
    }

    /// A task has rested.
    pub(super) fn retry_due(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        if let Some(task) = self.tasks.get_mut(id)
            && std::mem::take(&mut task.is_resting)
        {
            self.dispatch(now, id, actions);
        }
    }

    /// An attempt ends before any worker had it.
    pub(super) fn give_up(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        if self.attempts[id].pass.is_counted() {
            self.heard(now, id, outcome, actions);
        }
        let Some(&mut Attempt { task, pool, .. }) = self.attempts.remove(id) else { return };
        self.left_pool(now, pool);
        self.totals.attempts.end(outcome);
        self.attempt_over(now, task, id, outcome, actions);
    }
}
