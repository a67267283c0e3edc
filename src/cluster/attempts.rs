//! The life of an attempt: picked for a worker, carried there, queued, executed, answered; or called off on the way.

use std::collections::BTreeSet;

use super::{Action, Actions, Call, Cluster, Fact, Leg, Outcome, ResultId, WorkerState};
use crate::base::{AttemptId, JobId, PoolId, Span, StageIx, TaskId, Time, WorkerId};
use crate::policy::cache::Kept;

/// A task in flight.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) job: JobId,
    pub(super) stage: StageIx,
    index: u32,
    /// Attempts that have ended without a result.
    tries: u32,
    /// The attempt that waits for this task, if a stage called it.
    pub(super) caller: Option<AttemptId>,
    /// The attempt in flight.
    attempt: Option<AttemptId>,
}

/// An attempt in flight.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    task: TaskId,
    pool: PoolId,
    call: Call,
    /// Whose it is; nobody's while it is parked.
    pub(super) worker: WorkerId,
    pub(super) phase: Phase,
    /// When it reached its worker.
    delivered: Time,
    /// When its core began, as far as the dispatcher knows.
    began: Time,
}

/// Where an attempt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// In the queue of the pool: nobody could be picked.
    Parked,
    /// On its way to a worker.
    Sending,
    /// In the queue of its worker.
    Waiting,
    /// On a core, or in the hand of a live worker.
    Executing,
    /// Its core is kept while the stage at this position among its calls works for it.
    Calling(u16, Executed),
    /// On its way back.
    Replying(Outcome),
    /// Called off, but a real thread cannot be interrupted: the core is free when it says so.
    Orphaned,
}

/// What a worker says of work done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Executed {
    pub(super) began: Time,
    pub(super) ended: Time,
    pub(super) slot: u16,
    pub(super) ok: bool,
}

/// No worker.
const NOBODY: WorkerId = WorkerId(u32::MAX);

impl Task {
    pub(super) fn new(job: JobId, stage: StageIx, index: u32, caller: Option<AttemptId>) -> Self {
        Self { job, stage, index, tries: 0, caller, attempt: None }
    }
}

impl Cluster {
    /// Makes a new attempt of a task and finds a worker for it.
    pub(super) fn dispatch(&mut self, now: Time, task_id: TaskId, actions: &mut Actions) {
        let task = &self.tasks[task_id];
        let arrival = &self.jobs[task.job].arrival;
        let (serial, kind, key) = (arrival.serial, arrival.job, arrival.key);
        let call = Call { job: task.job, serial, kind, stage: task.stage, task: task.index, tries: task.tries, key };
        let pool = self.plan.stage(kind, task.stage).pool;
        self.totals.attempts.arrive();
        let phase = Phase::Parked;
        let attempt = Attempt { task: task_id, pool, call, worker: NOBODY, phase, delivered: now, began: now };
        let id = self.attempts.insert(attempt);
        self.tasks[task_id].attempt = Some(id);
        match self.pools[pool.ix()].balancer.pick() {
            Some(worker) => self.send(id, worker, actions),
            None if self.pools[pool.ix()].waiting < self.pools[pool.ix()].queue_max => {
                self.pools[pool.ix()].waiting += 1;
                self.pools[pool.ix()].queue.push(serial, id);
            }
            None => self.give_up(now, id, Outcome::Shed, actions),
        }
    }

    /// Sends what is parked in a pool while somebody can be picked.
    pub(super) fn unpark(&mut self, pool_id: PoolId, actions: &mut Actions) {
        while self.pools[pool_id.ix()].waiting > 0 {
            let Some(worker) = self.pools[pool_id.ix()].balancer.pick() else { return };
            let pool = &mut self.pools[pool_id.ix()];
            let id = std::iter::from_fn(|| pool.queue.pop())
                .find(|id| self.attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Parked))
                .expect("as many parked attempts are queued as are counted");
            pool.waiting -= 1;
            self.send(id, worker, actions);
        }
    }

    fn send(&mut self, id: AttemptId, worker: WorkerId, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.worker = worker;
        attempt.phase = Phase::Sending;
        let bytes = self.plan.stage(attempt.call.kind, attempt.call.stage).bytes_in;
        self.change_outstanding(worker, 1);
        actions.asks.push(Action::Send { attempt: id, worker, leg: Leg::Request, bytes });
    }

    /// A request has reached its worker: a kept result answers it, a core takes it, or it waits.
    pub(super) fn arrive(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get_mut(id).filter(|attempt| attempt.phase == Phase::Sending) else {
            return;
        };
        attempt.delivered = now;
        let (call, worker_id) = (attempt.call, attempt.worker);
        let worker = &mut self.workers[worker_id.ix()];
        let cacheable = worker.cache.is_on() && self.plan.stage(call.kind, call.stage).cacheable;
        let result = ResultId::of(&call);
        if cacheable && worker.cache.find(result) {
            actions.asks.push(Action::Recycle { worker: worker_id, call, result });
            self.reply(now, id, Outcome::Completed, None, actions);
        } else if worker.held < worker.hand() {
            self.execute(now, id, actions);
        } else if worker.waiting < self.pools[worker.pool.ix()].queue_max {
            worker.waiting += 1;
            worker.queue.push(call.serial, id);
            self.attempts[id].phase = Phase::Waiting;
        } else {
            self.reply(now, id, Outcome::Shed, None, actions);
        }
    }

    fn execute(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Executing;
        attempt.began = now;
        let worker = &mut self.workers[attempt.worker.ix()];
        worker.change_held(now, 1);
        let busy = worker.busy();
        actions.asks.push(Action::Execute { worker: attempt.worker, attempt: id, call: attempt.call, busy });
    }

    /// Gives free cores of a worker what waits there.
    pub(super) fn serve(&mut self, now: Time, worker_id: WorkerId, actions: &mut Actions) {
        loop {
            let worker = &mut self.workers[worker_id.ix()];
            if worker.waiting == 0 || worker.held >= worker.hand() || worker.state == WorkerState::Down {
                return;
            }
            let id = std::iter::from_fn(|| worker.queue.pop())
                .find(|id| self.attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Waiting))
                .expect("as many waiting attempts are queued as are counted");
            worker.waiting -= 1;
            self.execute(now, id, actions);
        }
    }

    /// A core is done with an attempt.
    pub(super) fn finish(&mut self, now: Time, id: AttemptId, executed: Executed, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get_mut(id) else { return };
        match attempt.phase {
            Phase::Executing => {
                attempt.began = executed.began;
                let call = attempt.call;
                if executed.ok && !self.plan.stage(call.kind, call.stage).calls.is_empty() {
                    self.call_next(now, id, 0, executed, actions);
                } else {
                    self.release(now, id, executed, actions);
                }
            }
            Phase::Orphaned => {
                let (worker, run) = (attempt.worker, executed.ended.since(executed.began));
                self.end_fact(id, Span::ZERO, run, executed.slot, Outcome::Cancelled, actions);
                self.workers[worker.ix()].change_held(now, -1);
                self.forget(now, id, Outcome::Cancelled, actions);
                self.serve(now, worker, actions);
            }
            _ => {}
        }
    }

    /// Calls the stage at `position` among the calls of an attempt, whose core is kept.
    fn call_next(&mut self, now: Time, id: AttemptId, position: u16, executed: Executed, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Calling(position, executed);
        let call = attempt.call;
        let stage = self.plan.stage(call.kind, call.stage).calls[usize::from(position)];
        self.call_stage(now, call.job, stage, id, actions);
    }

    /// What a caller waited for has ended.
    pub(super) fn resume_caller(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id) else { return };
        let Phase::Calling(position, executed) = attempt.phase else { return };
        let calls = self.plan.stage(attempt.call.kind, attempt.call.stage).calls.len();
        if outcome == Outcome::Completed && usize::from(position) + 1 < calls {
            self.call_next(now, id, position + 1, executed, actions);
        } else {
            let ok = outcome == Outcome::Completed;
            self.release(now, id, Executed { ended: now, ok, ..executed }, actions);
        }
    }

    /// The core of an attempt is free; its answer goes back.
    fn release(&mut self, now: Time, id: AttemptId, executed: Executed, actions: &mut Actions) {
        let attempt = &self.attempts[id];
        let (worker_id, call) = (attempt.worker, attempt.call);
        let worker = &mut self.workers[worker_id.ix()];
        worker.change_held(now, -1);
        worker.completed += u64::from(executed.ok);
        if executed.ok && worker.cache.is_on() && self.plan.stage(call.kind, call.stage).cacheable {
            let result = ResultId::of(&call);
            let kept = worker.cache.insert(result);
            if let Kept::Replaced(old) = kept {
                actions.asks.push(Action::Drop { worker: worker_id, result: old });
            }
            if matches!(kept, Kept::Added | Kept::Replaced(_)) {
                actions.asks.push(Action::Store { worker: worker_id, call, result });
            }
        }
        let outcome = if executed.ok { Outcome::Completed } else { Outcome::Failed };
        self.reply(now, id, outcome, Some(executed), actions);
        self.serve(now, worker_id, actions);
    }

    /// Sends the answer of an attempt back, for better or worse. `executed` is `None` where no core was needed.
    fn reply(&mut self, now: Time, id: AttemptId, outcome: Outcome, executed: Option<Executed>, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Replying(outcome);
        let (worker, call) = (attempt.worker, attempt.call);
        let (wait, run, slot) = match executed {
            Some(done) => (done.began.since(attempt.delivered), done.ended.since(done.began), done.slot),
            None => (now.since(attempt.delivered), Span::ZERO, 0),
        };
        let bytes = self.plan.stage(call.kind, call.stage).bytes_out;
        actions.facts.push(Fact::AttemptEnded {
            worker,
            kind: call.kind,
            stage: call.stage,
            slot,
            wait,
            run,
            outcome,
            cached: executed.is_none() && outcome == Outcome::Completed,
        });
        actions.asks.push(Action::Send { attempt: id, worker, leg: Leg::Reply, bytes });
    }

    /// The answer of an attempt has come back.
    pub(super) fn answer(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id) else { return };
        let Phase::Replying(outcome) = attempt.phase else { return };
        let task = attempt.task;
        self.forget(now, id, outcome, actions);
        match outcome {
            Outcome::Completed => self.complete_task(now, task, actions),
            Outcome::Failed => self.try_again(now, task, outcome, actions),
            _ => self.fail_task(now, task, outcome, actions),
        }
    }

    /// An attempt ended without a result that another attempt may still bring.
    pub(super) fn try_again(&mut self, now: Time, id: TaskId, outcome: Outcome, actions: &mut Actions) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.attempt = None;
        task.tries += 1;
        let kind = self.jobs[task.job].arrival.job;
        let pool = self.plan.stage(kind, task.stage).pool;
        if task.tries < self.scenario.pools[pool.ix()].attempts_max {
            self.dispatch(now, id, actions);
        } else {
            self.fail_task(now, id, outcome, actions);
        }
    }

    /// An attempt ends before any worker had it.
    fn give_up(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let Some(attempt) = self.attempts.remove(id) else { return };
        self.totals.attempts.end(outcome);
        self.fail_task(now, attempt.task, outcome, actions);
    }

    /// Calls a task off, and what it has in flight.
    pub(super) fn cancel_task(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        let Some(task) = self.tasks.remove(id) else { return };
        self.totals.tasks.end(Outcome::Cancelled);
        let Some(attempt_id) = task.attempt else { return };
        let Some(attempt) = self.attempts.get_mut(attempt_id) else { return };
        let worker = attempt.worker;
        match attempt.phase {
            Phase::Parked => self.pools[attempt.pool.ix()].waiting -= 1,
            Phase::Waiting => self.workers[worker.ix()].waiting -= 1,
            Phase::Sending | Phase::Replying(_) => {}
            Phase::Executing if self.workers[worker.ix()].is_live() => {
                attempt.phase = Phase::Orphaned;
                actions.asks.push(Action::Cancel { worker, attempt: attempt_id });
                return;
            }
            Phase::Executing | Phase::Calling(..) => {
                let run = now.since(attempt.began);
                let calling = matches!(attempt.phase, Phase::Calling(..));
                self.end_fact(attempt_id, Span::ZERO, run, 0, Outcome::Cancelled, actions);
                self.workers[worker.ix()].change_held(now, -1);
                if calling {
                    self.cancel_called(now, attempt_id, actions);
                }
            }
            Phase::Orphaned => return,
        }
        if worker != NOBODY {
            actions.asks.push(Action::Cancel { worker, attempt: attempt_id });
        }
        self.forget(now, attempt_id, Outcome::Cancelled, actions);
        if worker != NOBODY {
            self.serve(now, worker, actions);
        }
    }

    /// Takes an attempt out of the books.
    fn forget(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let Some(attempt) = self.attempts.remove(id) else { return };
        self.totals.attempts.end(outcome);
        if attempt.worker != NOBODY {
            self.change_outstanding(attempt.worker, -1);
            self.after_answer(now, attempt.worker, actions);
        }
    }

    /// Everything a lost worker had is lost with it; returns the tasks that are left without an attempt.
    pub(super) fn lose_attempts(&mut self, now: Time, worker: WorkerId, actions: &mut Actions) -> Vec<TaskId> {
        let held: Vec<_> =
            self.attempts.iter().filter(|(_, attempt)| attempt.worker == worker).map(|(id, _)| id).collect();
        let mut tasks = Vec::with_capacity(held.len());
        let at_work = self.at_work(worker, &held);
        for id in held {
            // What was called on behalf of another one may have been called off meanwhile.
            let Some(attempt) = self.attempts.get(id) else { continue };
            let task = attempt.task;
            let outcome = if attempt.phase == Phase::Orphaned { Outcome::Cancelled } else { Outcome::Lost };
            let run = match attempt.phase {
                Phase::Executing | Phase::Calling(..) | Phase::Orphaned if at_work.contains(&id) => {
                    now.since(attempt.began.max(self.workers[worker.ix()].freed))
                }
                _ => Span::ZERO,
            };
            let calling = matches!(attempt.phase, Phase::Calling(..));
            // What is on its way back has been said to be done there.
            if !matches!(attempt.phase, Phase::Replying(_)) {
                self.end_fact(id, Span::ZERO, run, 0, outcome, actions);
            }
            self.attempts.remove(id);
            self.totals.attempts.end(outcome);
            if calling {
                self.cancel_called(now, id, actions);
            }
            if outcome == Outcome::Lost {
                tasks.push(task);
            }
        }
        tasks
    }

    /// Those of `held` that cores of this worker work on, as far as the dispatcher knows: a live worker has more in its
    /// hand, and takes the oldest first.
    fn at_work(&self, worker: WorkerId, held: &[AttemptId]) -> BTreeSet<AttemptId> {
        let has_core = |phase: Phase| matches!(phase, Phase::Executing | Phase::Calling(..) | Phase::Orphaned);
        let mut oldest: Vec<_> = held.iter().filter(|id| has_core(self.attempts[**id].phase)).copied().collect();
        oldest.sort_by_key(|id| (self.attempts[*id].began, *id));
        oldest.truncate(self.workers[worker.ix()].busy() as usize);
        oldest.into_iter().collect()
    }

    /// Calls off what was called on behalf of an attempt that is gone.
    fn cancel_called(&mut self, now: Time, caller: AttemptId, actions: &mut Actions) {
        let called: Vec<_> =
            self.tasks.iter().filter(|(_, task)| task.caller == Some(caller)).map(|(id, _)| id).collect();
        for task in called {
            self.cancel_task(now, task, actions);
        }
    }

    fn end_fact(&self, id: AttemptId, wait: Span, run: Span, slot: u16, outcome: Outcome, actions: &mut Actions) {
        let attempt = &self.attempts[id];
        let (worker, kind, stage) = (attempt.worker, attempt.call.kind, attempt.call.stage);
        actions.facts.push(Fact::AttemptEnded { worker, kind, stage, slot, wait, run, outcome, cached: false });
    }

    pub(super) fn check_tasks(&self) {
        for (id, task) in self.tasks.iter() {
            assert!(self.jobs.get(task.job).is_some(), "task {id:?} works for a job that is over: {task:?}");
            let Some(caller) = task.caller else { continue };
            let waits = |caller: &Attempt| matches!(caller.phase, Phase::Calling(..));
            assert!(self.attempts.get(caller).is_some_and(waits), "nobody waits for task {id:?}: {task:?}");
        }
    }
}
