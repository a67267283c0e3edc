//! What becomes of attempts and jobs whose time is over.
//!
//! Who waited is gone; whether the work is, is another question. `Owner::Nobody` marks an attempt that goes on for nobody: it is
//! booked as that when it ends, wherever it is, and is no longer counted as outstanding by those who pick.

use super::attempts::{NOBODY, Owner, Phase};
use super::{Actions, Cluster, Fact, Guarded, Outcome};
use crate::base::{AttemptId, JobId, Span, TaskId, Time};
use crate::scenario::Late;

impl Cluster {
    /// An attempt was not answered in time.
    pub(super) fn timed_out(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id) else { return };
        if (attempt.owner != Owner::Task) || matches!(attempt.phase, Phase::Orphaned(_)) {
            return;
        }
        let (task, pool, worker) = (attempt.task, attempt.pool, attempt.worker);
        actions.facts.push(Fact::Guarded { pool, what: Guarded::TimedOut });
        if worker != NOBODY && self.pools[pool.ix()].balancer.needs_latency() {
            let sent = self.attempts[id].sent;
            if let Some(seat) = self.workers[worker.ix()].seat {
                self.pools[pool.ix()].balancer.answered(now, seat, now.since(sent));
            }
        }
        self.let_go(now, id, Outcome::TimedOut, actions);
        self.attempt_over(now, task, id, Outcome::TimedOut, actions);
    }

    /// A job was not answered in time.
    pub(super) fn deadline_passed(&mut self, now: Time, id: JobId, actions: &mut Actions) {
        self.end_job(now, id, Outcome::TimedOut, actions);
    }

    /// Nobody waits any longer for a task.
    pub(super) fn drop_task(&mut self, now: Time, id: TaskId, outcome: Outcome, actions: &mut Actions) {
        let Some(task) = self.tasks.remove(id) else { return };
        self.totals.tasks.end(outcome);
        let (attempt, mut copies) = task.take_attempts();
        for attempt in attempt.into_iter().chain(copies.drain(..)) {
            self.let_go(now, attempt, outcome, actions);
        }
    }

    /// Nobody waits any longer for an attempt; its pool says what becomes of it.
    fn let_go(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id) else { return };
        match self.pools[attempt.pool.ix()].late {
            Late::CallOff => self.cancel_attempt(now, id, outcome, actions),
            Late::RunOn | Late::DropUnbegun => self.disown(now, id, outcome, actions),
        }
    }

    fn disown(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        if self.attempts[id].pass.is_counted() {
            self.heard(now, id, outcome, actions);
        }
        let attempt = &mut self.attempts[id];
        attempt.owner = Owner::Nobody(outcome);
        let (worker, phase) = (attempt.worker, attempt.phase);
        if let Phase::Replying(_) = phase {
            attempt.phase = Phase::Replying(outcome);
        }
        if worker != NOBODY {
            self.change_outstanding(worker, -1);
            self.change_disowned(worker, 1);
        }
        if matches!(phase, Phase::Calling { .. }) {
            self.drop_called(now, id, actions);
        }
        if worker != NOBODY {
            // A place is free, as far as those who wait for one can see.
            self.after_answer(now, worker, actions);
        }
    }

    /// The caller of a task is late: where deadlines travel with calls, what it called is, too, and it does not wait for it.
    fn drop_called(&mut self, now: Time, caller: AttemptId, actions: &mut Actions) {
        let called = self.tasks.iter().find(|(_, task)| task.caller == Some(caller));
        let Some((task, late)) = called.map(|(id, task)| (id, self.pools[self.pool_of(task).ix()].late)) else {
            return;
        };
        if late != Late::RunOn {
            self.drop_task(now, task, Outcome::TimedOut, actions);
            self.resume_caller(now, caller, Outcome::TimedOut, actions);
        }
    }

    /// Whether an attempt calls further stages: not if nobody waits for it and it knows that.
    pub(super) fn may_go_on(&self, id: AttemptId) -> bool {
        let attempt = &self.attempts[id];
        (attempt.owner == Owner::Task) || self.pools[attempt.pool.ix()].late == Late::RunOn
    }

    /// The turn of an attempt that waits at its worker; whether it is dropped instead.
    pub(super) fn is_sifted_out(&mut self, now: Time, id: AttemptId, actions: &mut Actions) -> bool {
        let attempt = &self.attempts[id];
        let (worker, pool, waited) = (attempt.worker, attempt.pool, now.since(attempt.delivered));
        if !attempt.served.is_zero() {
            return false;
        }
        if let (Owner::Nobody(outcome), Late::DropUnbegun) = (attempt.owner, self.pools[pool.ix()].late) {
            actions.facts.push(Fact::Guarded { pool, what: Guarded::Unbegun });
            self.at_worker(now, worker, |worker| worker.waiting -= 1);
            self.end_fact(id, (waited, Span::ZERO), None, outcome, actions);
            self.forget(now, id, outcome, actions);
            return true;
        }
        let codel = &mut self.workers[worker.ix()].aside.codel;
        if !codel.as_mut().is_some_and(|codel| codel.drops(now, waited)) {
            return false;
        }
        actions.facts.push(Fact::Guarded { pool, what: Guarded::Refused("CoDel") });
        self.at_worker(now, worker, |worker| worker.waiting -= 1);
        self.reply_without_work(now, id, Outcome::Shed, actions);
        true
    }

    /// The same for an attempt that waits in the queue of its pool.
    pub(super) fn is_sifted_out_of_pool(&mut self, now: Time, id: AttemptId, actions: &mut Actions) -> bool {
        let attempt = &self.attempts[id];
        let (pool, waited) = (attempt.pool, now.since(attempt.sent));
        if let (Owner::Nobody(outcome), Late::DropUnbegun) = (attempt.owner, self.pools[pool.ix()].late) {
            actions.facts.push(Fact::Guarded { pool, what: Guarded::Unbegun });
            self.forget(now, id, outcome, actions);
            return true;
        }
        let codel = self.pools[pool.ix()].guard.as_mut().and_then(|guard| guard.pool_codel.as_mut());
        if !codel.is_some_and(|codel| codel.drops(now, waited)) {
            return false;
        }
        actions.facts.push(Fact::Guarded { pool, what: Guarded::Refused("CoDel") });
        match self.attempts[id].owner {
            Owner::Task => self.give_up(now, id, Outcome::Shed, actions),
            owner => self.forget(now, id, owner.booked(Outcome::Shed), actions),
        }
        true
    }
}
