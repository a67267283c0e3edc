//! Interrupting one that runs for one that matters more.

use super::attempts::Phase;
use super::{Action, Actions, Cluster};
use crate::base::{AttemptId, Span, Time, WorkerId};
use crate::policy::serve::{self, Standing};

impl Cluster {
    /// Who of those that run at a worker gives way to a newcomer: the last in the order of service, if the newcomer is
    /// ahead of it. Of equals the one that began last.
    pub(super) fn who_gives_way(&self, now: Time, worker: WorkerId, newcomer: &Standing) -> Option<AttemptId> {
        let worker = &self.workers[worker.ix()];
        if !worker.order.preempts() {
            return None;
        }
        let running = worker.aside.running.iter().filter(|id| self.attempts[**id].phase == Phase::Executing);
        let last = running.max_by_key(|id| {
            let standing = self.standing_now(now, **id);
            (serve::rank(worker.order, &standing), self.attempts[**id].began, **id)
        })?;
        serve::takes_over(worker.order, newcomer, &self.standing_now(now, *last)).then_some(*last)
    }

    /// Takes the core of an attempt away; it waits for another one, ahead of its equals.
    pub(super) fn interrupt(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let standing = self.standing_now(now, id);
        let attempt = &mut self.attempts[id];
        attempt.served += now.since(attempt.began);
        (attempt.standing, attempt.phase) = (standing, Phase::Waiting);
        let worker = attempt.worker;
        self.at_worker(now, worker, |worker| {
            worker.vacate(now, id);
            worker.enqueue_first(&standing, id);
        });
        actions.asks.push(Action::Pause { worker, attempt: id });
    }

    /// What an order of service knows of an attempt that runs: what is left of it as far as the speed goes that its
    /// machine should have.
    fn standing_now(&self, now: Time, id: AttemptId) -> Standing {
        let attempt = &self.attempts[id];
        let done = now.since(attempt.began).scaled(self.workers[attempt.worker.ix()].aside.speed);
        Standing { left: Span(attempt.standing.left.0.saturating_sub(done.0)), ..attempt.standing }
    }
}
