//! How attempts end without an answer: called off, or lost with their worker.

use std::collections::BTreeSet;

use super::attempts::{Attempt, NOBODY, Owner, Phase};
use super::{Action, Actions, Call, Cluster, Fact, Outcome, ResultId, Which};
use crate::base::{AttemptId, Span, TaskId, Time, WorkerId};

impl Cluster {
    /// Calls a task off, and what it has in flight.
    pub(super) fn cancel_task(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        let Some(task) = self.tasks.remove(id) else { return };
        self.totals.tasks.end(Outcome::Cancelled);
        let (attempt, mut copies) = task.take_attempts();
        for attempt in attempt.into_iter().chain(copies.drain(..)) {
            self.cancel_attempt(now, attempt, Outcome::Cancelled, actions);
        }
    }

    /// Calls an attempt off, wherever it is; `outcome` says why.
    pub(super) fn cancel_attempt(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        if self.attempts.get(id).is_some_and(|attempt| attempt.pass.is_counted()) {
            self.heard(now, id, outcome, actions);
        }
        let Some(attempt) = self.attempts.get_mut(id) else { return };
        let (worker, phase) = (attempt.worker, attempt.phase);
        match phase {
            Phase::Parked => self.pools[attempt.pool.ix()].waiting -= 1,
            Phase::Waiting => {
                let (run, at_worker) = (attempt.served, now.since(attempt.delivered));
                self.at_worker(now, worker, |worker| worker.waiting -= 1);
                self.end_fact(id, (at_worker - run, run), None, outcome, actions);
            }
            Phase::Fetching | Phase::Asking | Phase::Joined => {
                let wait = now.since(attempt.delivered);
                self.end_fact(id, (wait, Span::ZERO), None, outcome, actions);
            }
            Phase::Sending if !attempt.served.is_zero() => {
                let run = attempt.served;
                self.end_fact(id, (Span::ZERO, run), None, outcome, actions);
            }
            Phase::Sending | Phase::Replying(_) => {}
            Phase::Executing if self.workers[worker.ix()].is_handed_ahead() => {
                attempt.phase = Phase::Orphaned(outcome);
                actions.asks.push(Action::Cancel { worker, attempt: id });
                return;
            }
            Phase::Executing | Phase::Calling { .. } => {
                let run = self.spent(now, id);
                let wait = now.since(self.attempts[id].delivered) - run;
                self.end_fact(id, (wait, run), None, outcome, actions);
                self.at_worker(now, worker, |worker| worker.vacate(now, id));
                if matches!(phase, Phase::Calling { .. }) {
                    self.cancel_called(now, id, actions);
                }
            }
            Phase::Orphaned(_) => return,
        }
        if worker != NOBODY {
            actions.asks.push(Action::Cancel { worker, attempt: id });
        }
        self.forget(now, id, outcome, actions);
        if worker != NOBODY {
            self.serve(now, worker, actions);
        }
    }

    /// How long an attempt that began has had a core; its part of the cores where they are shared.
    pub(super) fn spent(&self, now: Time, id: AttemptId) -> Span {
        let attempt = &self.attempts[id];
        let worker = &self.workers[attempt.worker.ix()];
        if worker.is_shared() {
            return Span((worker.core_time(now) - attempt.core_time) as u64);
        }
        attempt.served + now.since(attempt.began.max(worker.aside.freed))
    }

    /// The core time in nanoseconds that attempts have had by now that have not ended.
    pub fn core_time_in_progress(&self, now: Time) -> u64 {
        // Of what a worker has in its hand only the oldest are at work.
        let handed: Vec<WorkerId> =
            (0..self.workers.len() as u32).map(WorkerId).filter(|id| self.workers[id.ix()].is_handed_ahead()).collect();
        let in_hand = handed.iter().map(|worker| {
            let here = self.attempts.iter().filter(|(_, attempt)| attempt.worker == *worker).map(|(id, _)| id);
            self.at_work(*worker, &here.collect::<Vec<_>>()).into_iter().map(|id| self.spent(now, id).0).sum::<u64>()
        });
        let elsewhere = self.attempts.iter().filter(|(_, attempt)| !handed.contains(&attempt.worker));
        let spent = elsewhere.map(|(id, attempt)| match attempt.phase {
            Phase::Executing | Phase::Calling { .. } => self.spent(now, id).0,
            // Interrupted; and perhaps not heard when it was to go on.
            Phase::Waiting | Phase::Sending => attempt.served.0,
            Phase::Parked
            | Phase::Fetching
            | Phase::Asking
            | Phase::Joined
            | Phase::Replying(_)
            | Phase::Orphaned(_) => 0,
        });
        spent.sum::<u64>() + in_hand.sum::<u64>()
    }

    /// Takes an attempt out of the books.
    #[inline]
    pub(super) fn forget(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let Some(&mut Attempt { worker, pool, owner, leads, call, .. }) = self.attempts.remove(id) else { return };
        self.left_pool(now, pool);
        self.totals.attempts.end(outcome);
        if worker != NOBODY {
            if owner == Owner::Task {
                self.change_outstanding(worker, -1);
            } else {
                self.change_disowned(worker, -1);
            }
            if owner == Owner::Cache && outcome != Outcome::Completed {
                self.workers[worker.ix()].cache.not_renewed(ResultId::of(&call));
            }
            if leads {
                self.pass_lead(now, worker, id, actions);
            }
            self.after_answer(now, worker, actions);
        }
    }

    /// Everything a lost worker had is lost with it; returns the attempts whose tasks are to hear of it.
    pub(super) fn lose_attempts(
        &mut self,
        now: Time,
        worker: WorkerId,
        actions: &mut Actions,
    ) -> Vec<(TaskId, AttemptId)> {
        let held: Vec<_> =
            self.attempts.iter().filter(|(_, attempt)| attempt.worker == worker).map(|(id, _)| id).collect();
        let mut tasks = Vec::with_capacity(held.len());
        let at_work = self.at_work(worker, &held);
        for id in held {
            // What was called on behalf of another one may have been called off meanwhile.
            let Some(attempt) = self.attempts.get(id) else { continue };
            let (task, pool) = (attempt.task, attempt.pool);
            let owner = attempt.owner;
            let outcome = match attempt.phase {
                Phase::Orphaned(outcome) => outcome,
                _ => owner.booked(Outcome::Lost),
            };
            let run = match attempt.phase {
                Phase::Executing | Phase::Calling { .. } | Phase::Orphaned(_) if at_work.contains(&id) => {
                    self.spent(now, id)
                }
                _ => attempt.served,
            };
            let calling = matches!(attempt.phase, Phase::Calling { .. });
            // What is on its way back has been said to be done there.
            if !matches!(attempt.phase, Phase::Replying(_)) {
                self.end_fact(id, (Span::ZERO, run), None, outcome, actions);
            }
            if self.attempts[id].pass.is_counted() {
                self.heard(now, id, outcome, actions);
            }
            self.attempts.remove(id);
            self.left_pool(now, pool);
            self.totals.attempts.end(outcome);
            if calling {
                self.cancel_called(now, id, actions);
            }
            if outcome == Outcome::Lost && owner == Owner::Task {
                tasks.push((task, id));
            }
        }
        tasks
    }

    /// Those of `held` that cores of this worker work on, as far as the dispatcher knows: a live worker has more in its
    /// hand, and takes the oldest first.
    fn at_work(&self, worker: WorkerId, held: &[AttemptId]) -> BTreeSet<AttemptId> {
        let has_core = |phase: Phase| matches!(phase, Phase::Executing | Phase::Calling { .. } | Phase::Orphaned(_));
        let mut oldest: Vec<_> = held.iter().filter(|id| has_core(self.attempts[**id].phase)).copied().collect();
        oldest.sort_by_key(|id| (self.attempts[*id].began, *id));
        if !self.workers[worker.ix()].is_shared() {
            oldest.truncate(self.workers[worker.ix()].busy() as usize);
        }
        oldest.into_iter().collect()
    }

    /// Calls off what was called on behalf of an attempt that is gone.
    pub(super) fn cancel_called(&mut self, now: Time, caller: AttemptId, actions: &mut Actions) {
        let called: Vec<_> =
            self.tasks.iter().filter(|(_, task)| task.caller == Some(caller)).map(|(id, _)| id).collect();
        for task in called {
            self.cancel_task(now, task, actions);
        }
    }

    pub(super) fn end_fact(
        &self,
        id: AttemptId,
        (wait, run): (Span, Span),
        core: Option<(u16, Time)>,
        outcome: Outcome,
        actions: &mut Actions,
    ) {
        let attempt = &self.attempts[id];
        let (worker, kind, stage) = (attempt.worker, attempt.call.kind, attempt.call.stage);
        actions.facts.push(Fact::AttemptEnded {
            worker,
            kind,
            stage,
            which: attempt.which(),
            core,
            wait,
            run,
            outcome,
            cached: false,
            asked: attempt.owner != Owner::Cache,
        });
    }
}

impl Attempt {
    /// What it is told from others by.
    #[inline]
    pub(super) fn which(&self) -> Which {
        let Call { serial, key, task, tries, .. } = self.call;
        Which { serial, key, task, tries, sent: self.sent }
    }
}
