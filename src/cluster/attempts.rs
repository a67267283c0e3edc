//! The life of an attempt: picked for a worker, carried there, queued, executed, answered; or called off on the way.

use smallvec::SmallVec;

use super::guards::Pass;
use super::{Action, Actions, Call, Cluster, Fact, Leg, Outcome, ResultId, Timer, WorkerState};
use crate::base::{AttemptId, PoolId, Span, TaskId, Time, WorkerId};
use crate::policy::balance::Report;
use crate::policy::serve::Standing;
use crate::scenario::Demands;

/// A task in flight.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    /// What each of its attempts asks for; which of them it is is filled in.
    pub(super) call: Call,
    /// Times that all its attempts had ended without a result.
    pub(super) tries: u32,
    /// Attempts so far.
    pub(super) made: u32,
    /// Copies so far.
    pub(super) copied: u32,
    /// What was paid for its next attempt out of a budget.
    pub(super) paid: u32,
    /// Whether it waits to be tried again.
    pub(super) is_resting: bool,
    /// The attempt that waits for this task, if a stage called it.
    pub(super) caller: Option<AttemptId>,
    /// The attempts in flight: one, and copies of it.
    attempt: Option<AttemptId>,
    copies: SmallVec<[AttemptId; 2]>,
}

/// An attempt in flight.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempt {
    pub(super) task: TaskId,
    pub(super) pool: PoolId,
    pub(super) call: Call,
    /// What an order of service knows of it; what is left of its demand is as of when it last began.
    pub(super) standing: Standing,
    /// Whose it is; nobody's while it is parked.
    pub(super) worker: WorkerId,
    pub(super) phase: Phase,
    /// When it was sent to its worker, or made if it was not.
    pub(super) sent: Time,
    /// When it reached its worker.
    pub(super) delivered: Time,
    /// When its core began, as far as the dispatcher knows.
    pub(super) began: Time,
    /// How long it had a core before it was interrupted.
    pub(super) served: Span,
    /// The core time of its worker when it began, where attempts share cores.
    pub(super) core_time: f64,
    /// What its worker says of itself with the answer, where a balancer wants to know.
    pub(super) report: Report,
    /// Who waits for it.
    pub(super) owner: Owner,
    /// Whether others wait for its answer.
    pub(super) leads: bool,
    /// What the guard of its pool counts it as.
    pub(super) pass: Pass,
}

/// Who waits for an attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Owner {
    /// Its task.
    #[default]
    Task,
    /// Nobody any longer; it is booked as this when it ends.
    Nobody(Outcome),
    /// Nobody: it makes an entry of a cache anew.
    Cache,
}

impl Owner {
    /// How an attempt is booked that ended like this.
    pub(super) fn booked(self, outcome: Outcome) -> Outcome {
        match self {
            Self::Nobody(booked) => booked,
            Self::Task | Self::Cache => outcome,
        }
    }
}

/// Where an attempt is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// In the queue of the pool: nobody could be picked.
    #[default]
    Parked,
    /// On its way to a worker.
    Sending,
    /// At its worker, which fetches what it needs from others.
    Fetching,
    /// At its worker, which asks the shared cache.
    Asking,
    /// At its worker, where another one that asks for the same is worked on.
    Joined,
    /// In the queue of its worker.
    Waiting,
    /// On a core, or in the hand of a live worker.
    Executing,
    /// Its core, with this number, is kept while the stage at this position among its calls works for it.
    Calling { position: u16, slot: u16 },
    /// On its way back.
    Replying(Outcome),
    /// Called off, but a real thread cannot be interrupted: the core is free when it says so, and this is how it ended.
    Orphaned(Outcome),
}

/// What a worker says of work done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Executed {
    pub(super) began: Time,
    pub(super) ended: Time,
    pub(super) slot: u16,
    pub(super) ok: bool,
}

/// When an answer is with the dispatcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrives {
    AtOnce,
    Later,
}

/// No worker.
pub(super) const NOBODY: WorkerId = WorkerId(u32::MAX);

/// Whether more than half of a queue, and more than a few, were called off: clearing it then costs less than filling it.
fn is_littered(queued: usize, waiting: u32) -> bool {
    queued > 2 * waiting as usize + 64
}

impl Task {
    /// Makes it anew: a task that nobody works for yet. The memory of the one before it is used again.
    #[inline]
    pub(super) fn begin(&mut self, call: &Call, caller: Option<AttemptId>) {
        self.copies.clear();
        (self.call, self.caller, self.attempt) = (*call, caller, None);
        (self.tries, self.made, self.copied, self.paid, self.is_resting) = (0, 0, 0, 0, false);
    }

    /// The attempts in flight.
    pub(super) fn attempts(&self) -> impl Iterator<Item = AttemptId> {
        self.attempt.into_iter().chain(self.copies.iter().copied())
    }

    /// Takes them out.
    pub(super) fn take_attempts(&mut self) -> (Option<AttemptId>, SmallVec<[AttemptId; 2]>) {
        (self.attempt.take(), std::mem::take(&mut self.copies))
    }

    #[inline]
    fn add(&mut self, id: AttemptId) {
        self.made += 1;
        match self.attempt {
            None => self.attempt = Some(id),
            Some(_) => self.copies.push(id),
        }
    }

    /// An attempt is over; returns whether others are still in flight.
    #[inline]
    pub(super) fn remove(&mut self, id: AttemptId) -> bool {
        if self.attempt == Some(id) {
            self.attempt = self.copies.pop();
        } else {
            self.copies.retain(|copy| *copy != id);
        }
        self.attempt.is_some()
    }
}

impl Cluster {
    /// Makes a new attempt of a task and finds a worker for it.
    #[inline]
    pub(super) fn dispatch(&mut self, now: Time, task_id: TaskId, actions: &mut Actions) {
        let id = self.new_attempt(now, task_id);
        let Attempt { pool, standing, .. } = self.attempts[id];
        if self.pools[pool.ix()].guard.is_some() && !self.pass_guard(now, id, actions) {
            self.give_up(now, id, Outcome::Shed, actions);
            return;
        }
        if let Some(timeout) = self.pools[pool.ix()].timeout {
            actions.asks.push(Action::SetTimer { at: now + timeout, timer: Timer::Timeout(id) });
        }
        let key = self.key_of(id);
        match self.pools[pool.ix()].balancer.pick(now, key) {
            Some(worker) => self.send(now, id, worker, actions),
            None if self.pools[pool.ix()].waiting < self.pools[pool.ix()].queue_max => {
                self.pools[pool.ix()].waiting += 1;
                self.pools[pool.ix()].queue.push(&standing, id);
                self.tidy_pool(pool);
                self.wake(now, pool, actions);
            }
            None => self.give_up(now, id, Outcome::Shed, actions),
        }
        if self.pools[pool.ix()].balancer.is_probing() {
            self.probe(now, pool, actions);
        }
        if self.pools[pool.ix()].copies.more > 0 {
            self.plan_copies(now, task_id, actions);
        }
    }

    /// Makes an attempt of a task that nobody has yet.
    #[inline]
    pub(super) fn new_attempt(&mut self, now: Time, task_id: TaskId) -> AttemptId {
        let task = &self.tasks[task_id];
        let pool = self.pool_of(task);
        let tries = match self.pools[pool.ix()].copies.demands {
            Demands::Independent => task.made,
            Demands::Same => task.tries,
        };
        let call = Call { tries, ..task.call };
        let left = match &self.oracle {
            Some(demands) if self.pools[pool.ix()].order.knows_sizes() => demands.demand(&call.draw()),
            _ => Span::ZERO,
        };
        let id = self.begin_attempt(now, pool, &call, left);
        self.attempts[id].task = task_id;
        self.tasks[task_id].add(id);
        id
    }

    /// Books an attempt that no task has yet, and no worker.
    #[inline]
    pub(super) fn begin_attempt(&mut self, now: Time, pool: PoolId, call: &Call, left: Span) -> AttemptId {
        self.totals.attempts.arrive();
        if let Some(scaling) = &mut self.pools[pool.ix()].scaling {
            scaling.arrive(now);
        }
        let (id, attempt) = self.attempts.renew(Attempt::default);
        *attempt = Attempt {
            pool,
            call: *call,
            standing: Standing { job: call.serial, priority: self.plan.job(call.kind).priority, left },
            worker: NOBODY,
            sent: now,
            delivered: now,
            began: now,
            ..Attempt::default()
        };
        id
    }

    /// The pool that serves a task.
    #[inline]
    pub(super) fn pool_of(&self, task: &Task) -> PoolId {
        self.plan.stage(task.call.kind, task.call.stage).pool
    }

    /// Clears the queue of a worker of those called off, where they are most of it: there is no other bound on them.
    pub(super) fn tidy_worker(&mut self, id: WorkerId) {
        let worker = &mut self.workers[id.ix()];
        if is_littered(worker.queue.len(), worker.waiting) {
            let attempts = &self.attempts;
            worker.queue.retain(|id| attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Waiting));
        }
    }

    /// The same for the queue of a pool.
    fn tidy_pool(&mut self, id: PoolId) {
        let pool = &mut self.pools[id.ix()];
        if is_littered(pool.queue.len(), pool.waiting) {
            let attempts = &self.attempts;
            pool.queue.retain(|id| attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Parked));
        }
    }

    #[inline]
    pub(super) fn execute(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Executing;
        attempt.began = now;
        // Nobody asks where no client is impatient.
        if self.has_patience
            && let Some(run) = self.jobs.get_mut(attempt.call.job)
        {
            run.has_begun = true;
        }
        let (worker_id, call) = (attempt.worker, attempt.call);
        let worker = &self.workers[worker_id.ix()];
        if worker.is_shared() {
            attempt.core_time = worker.core_time(now);
        }
        let busy = self.at_worker(now, worker_id, |worker| {
            worker.occupy(now, id);
            worker.busy()
        });
        actions.asks.push(Action::Execute { worker: worker_id, attempt: id, call, busy });
    }

    /// A worker was asked to begin an attempt, and does not hear.
    pub(super) fn unheard(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get_mut(id).filter(|attempt| attempt.phase == Phase::Executing) else {
            return;
        };
        attempt.phase = Phase::Sending;
        let worker = attempt.worker;
        self.at_worker(now, worker, |worker| worker.vacate(now, id));
        self.serve(now, worker, actions);
    }

    /// Gives free cores of a worker what waits there.
    #[inline]
    pub(super) fn serve(&mut self, now: Time, worker_id: WorkerId, actions: &mut Actions) {
        loop {
            let worker = &mut self.workers[worker_id.ix()];
            if worker.waiting == 0 || worker.held >= worker.hand() || worker.state == WorkerState::Down {
                return;
            }
            let id = std::iter::from_fn(|| worker.queue.pop())
                .find(|id| self.attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Waiting))
                .expect("as many waiting attempts are queued as are counted");
            if worker.sifts && self.is_sifted_out(now, id, actions) {
                continue;
            }
            self.at_worker(now, worker_id, |worker| worker.waiting -= 1);
            self.execute(now, id, actions);
        }
    }

    /// A core is done with an attempt.
    #[inline]
    pub(super) fn finish(&mut self, now: Time, id: AttemptId, executed: Executed, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get_mut(id) else { return };
        match attempt.phase {
            Phase::Executing => {
                attempt.began = executed.began;
                let call = attempt.call;
                let calls = executed.ok && !self.plan.stage(call.kind, call.stage).calls.is_empty();
                if calls && self.may_go_on(id) {
                    self.call_next(now, id, 0, executed.slot, actions);
                } else {
                    self.release(now, id, executed, actions);
                }
            }
            Phase::Orphaned(outcome) => {
                let (worker, run) = (attempt.worker, executed.ended.since(executed.began));
                let core = Some((executed.slot, executed.ended));
                self.end_fact(id, (Span::ZERO, run), core, outcome, actions);
                self.at_worker(now, worker, |worker| worker.vacate(now, id));
                self.forget(now, id, outcome, actions);
                self.serve(now, worker, actions);
            }
            _ => {}
        }
    }

    /// Calls the stage at `position` among the calls of an attempt, whose core is kept.
    fn call_next(&mut self, now: Time, id: AttemptId, position: u16, slot: u16, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Calling { position, slot };
        let call = attempt.call;
        let stage = self.plan.stage(call.kind, call.stage).calls[usize::from(position)];
        self.call_stage(now, &call, stage, id, actions);
    }

    /// What a caller waited for has ended.
    pub(super) fn resume_caller(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id) else { return };
        let Phase::Calling { position, slot } = attempt.phase else { return };
        let began = attempt.began;
        let calls = self.plan.stage(attempt.call.kind, attempt.call.stage).calls.len();
        if outcome == Outcome::Completed && usize::from(position) + 1 < calls && self.may_go_on(id) {
            self.call_next(now, id, position + 1, slot, actions);
        } else {
            let ok = outcome == Outcome::Completed;
            self.release(now, id, Executed { began, ended: now, slot, ok }, actions);
        }
    }

    /// The core of an attempt is free; its answer goes back.
    #[inline]
    fn release(&mut self, now: Time, id: AttemptId, executed: Executed, actions: &mut Actions) {
        let attempt = &self.attempts[id];
        let (worker_id, call) = (attempt.worker, attempt.call);
        let (pool, leads, owner) = (attempt.pool, attempt.leads, attempt.owner);
        self.at_worker(now, worker_id, |worker| worker.vacate(now, id));
        let worker = &mut self.workers[worker_id.ix()];
        worker.completed += u64::from(executed.ok);
        if !executed.ok {
            worker.aside.failed += 1;
        }
        let is_kept = worker.looks_up && self.plan.stage(call.kind, call.stage).cacheable;
        if is_kept && executed.ok {
            self.keep(now, worker_id, pool, &call, actions);
        } else if is_kept && owner == Owner::Cache {
            self.workers[worker_id.ix()].cache.not_renewed(ResultId::of(&call));
        }
        let outcome = if executed.ok { Outcome::Completed } else { Outcome::Failed };
        let outcome = self.attempts[id].owner.booked(outcome);
        let arrives = self.reply(now, id, outcome, Some(executed), actions);
        self.serve(now, worker_id, actions);
        if leads {
            self.land(now, worker_id, id, ResultId::of(&call), outcome, actions);
        }
        if arrives == Arrives::AtOnce {
            self.answer(now, id, actions);
        }
    }

    /// Answers an attempt that needed no core.
    pub(super) fn reply_without_work(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let outcome = self.attempts[id].owner.booked(outcome);
        if self.reply(now, id, outcome, None, actions) == Arrives::AtOnce {
            self.answer(now, id, actions);
        }
    }

    /// Sends the answer of an attempt back, for better or worse. `executed` is `None` where no core was needed. Where
    /// nothing lies between, it arrives as soon as the caller has done what else there is to do at the worker.
    #[inline]
    fn reply(
        &mut self,
        now: Time,
        id: AttemptId,
        outcome: Outcome,
        executed: Option<Executed>,
        actions: &mut Actions,
    ) -> Arrives {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Replying(outcome);
        let (worker, call, owner) = (attempt.worker, attempt.call, attempt.owner);
        self.say_how_it_is(now, id);
        let attempt = &self.attempts[id];
        let (run, core, ended) = match executed {
            Some(done) if self.workers[worker.ix()].is_shared() => (self.spent(now, id), None, done.ended),
            Some(done) => (attempt.served + done.ended.since(done.began), Some((done.slot, done.ended)), done.ended),
            None => (Span::ZERO, None, now),
        };
        let wait = ended.since(attempt.delivered) - run;
        if let Some(scaling) = self.pools[attempt.pool.ix()].scaling.as_mut().filter(|_| executed.is_some()) {
            scaling.done(run);
        }
        let bytes = self.plan.stage(call.kind, call.stage).bytes_back;
        actions.facts.push(Fact::AttemptEnded {
            worker,
            kind: call.kind,
            stage: call.stage,
            which: attempt.which(),
            core,
            wait,
            run,
            outcome,
            cached: executed.is_none() && outcome == Outcome::Completed,
            asked: owner != Owner::Cache,
        });
        if self.workers[worker.ix()].is_near || owner == Owner::Cache {
            return Arrives::AtOnce;
        }
        actions.asks.push(Action::Send { attempt: id, worker, leg: Leg::Reply, bytes });
        Arrives::Later
    }

    /// The answer of an attempt has come back.
    #[inline]
    pub(super) fn answer(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id) else { return };
        let Phase::Replying(outcome) = attempt.phase else { return };
        if attempt.owner != Owner::Task {
            self.forget(now, id, outcome, actions);
            return;
        }
        let (task, is_counted) = (attempt.task, attempt.pass.is_counted());
        let balancer = &mut self.pools[attempt.pool.ix()].balancer;
        if balancer.needs_latency()
            && let Some(seat) = self.workers[attempt.worker.ix()].seat
        {
            balancer.answered(now, seat, now.since(attempt.sent));
        }
        if balancer.needs_report()
            && let Some(seat) = self.workers[attempt.worker.ix()].seat
        {
            balancer.reported(seat, attempt.report);
        }
        if is_counted {
            self.heard(now, id, outcome, actions);
        }
        if outcome == Outcome::Completed && self.has_edges {
            self.note_place(task, self.attempts[id].worker);
        }
        self.forget(now, id, outcome, actions);
        self.attempt_over(now, task, id, outcome, actions);
    }
}
