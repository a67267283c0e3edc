//! The progress of a job: which stages wait, which run, and what the end of one sets off.

use smallvec::SmallVec;

use super::attempts::Task;
use super::plan::{JobPlan, StagePlan};
use super::{Action, Actions, Call, Cluster, Fact, Outcome, Timer};
use crate::base::{Arrival, AttemptId, JobId, PoolId, StageIx, TaskId, Time, WorkerId};

/// A job in flight.
#[derive(Clone, Debug)]
pub(super) struct JobRun {
    pub(super) arrival: Arrival,
    arrived: Time,
    pub(super) stages: SmallVec<[StageRun; 1]>,
    /// Stages of its own that have not ended.
    stages_left: u16,
    /// Stages that a routed job has been at before this one.
    pub(super) visit: u32,
    /// Whether any of it has been served.
    pub(super) has_begun: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct StageRun {
    /// Stages before it that have not ended.
    needs: u16,
    /// Tasks that have not ended.
    tasks_left: u32,
    /// Its tasks so far; those that ended are stale.
    tasks: SmallVec<[TaskId; 1]>,
    /// Who made the partial results that there are, where a later stage needs to know.
    pub(super) made_at: Vec<WorkerId>,
}

impl JobRun {
    fn blank(arrival: &Arrival) -> Self {
        Self {
            arrival: *arrival,
            arrived: Time::ZERO,
            stages: SmallVec::new(),
            stages_left: 0,
            visit: 0,
            has_begun: false,
        }
    }

    /// Bytes of partial results that lie at the machines of this pool and that a later stage still needs.
    pub(super) fn stored(&self, plan: &JobPlan, pool: PoolId) -> u64 {
        let is_needed = |stage: &StagePlan| stage.successors.iter().any(|next| self.stages[next.ix()].tasks_left > 0);
        let stages = self.stages.iter().zip(&plan.stages);
        let lying = stages.filter(|(_, plan)| plan.pool == pool && is_needed(plan));
        lying.map(|(run, plan)| run.made_at.len() as u64 * plan.bytes_out.0).sum()
    }

    /// Makes it anew: a job whose stages have not begun. The memory of the one before it is used again.
    #[inline]
    fn begin(&mut self, now: Time, arrival: &Arrival, plan: &JobPlan) {
        (self.arrival, self.arrived, self.visit, self.has_begun) = (*arrival, now, 0, false);
        self.stages_left = plan.own_stages;
        self.stages.resize_with(plan.stages.len(), StageRun::default);
        for (stage, plan) in self.stages.iter_mut().zip(&plan.stages) {
            stage.needs = plan.needs;
            stage.tasks_left = plan.tasks;
            stage.tasks.clear();
            stage.made_at.clear();
        }
    }
}

impl Cluster {
    #[inline]
    pub(super) fn admit(&mut self, now: Time, arrival: &Arrival, actions: &mut Actions) {
        self.totals.jobs.arrive();
        actions.facts.push(Fact::JobArrived { kind: arrival.job, intended: arrival.intended });
        let (job, run) = self.jobs.renew(|| JobRun::blank(arrival));
        run.begin(now, arrival, self.plan.job(arrival.job));
        if arrival.leaves < Time::NEVER {
            actions.asks.push(Action::SetTimer { at: arrival.leaves, timer: Timer::Patience(job) });
        }
        if let Some(deadline) = self.plan.job(arrival.job).deadline {
            actions
                .asks
                .push(Action::SetTimer { at: (arrival.intended + deadline).max(now), timer: Timer::Deadline(job) });
        }
        if !self.plan.job(arrival.job).entry.is_empty() {
            self.enter_route(now, job, actions);
            return;
        }
        let stages = self.plan.job(arrival.job).stages.len();
        for stage in (0..stages).map(|ix| StageIx(ix as u16)) {
            let plan = self.plan.stage(arrival.job, stage);
            if plan.needs == 0 && !plan.called {
                self.start_stage(now, job, stage, actions);
            }
        }
    }

    #[inline]
    pub(super) fn start_stage(&mut self, now: Time, job: JobId, stage: StageIx, actions: &mut Actions) {
        let Some(run) = self.jobs.get(job) else { return };
        let Arrival { serial, job: kind, key, .. } = run.arrival;
        let call = Call { job, serial, kind, stage, task: 0, visit: run.visit, tries: 0, key };
        for task in 0..self.plan.stage(kind, stage).tasks {
            // A refused task ends its job at once.
            if self.jobs.get(job).is_none() {
                return;
            }
            self.start_task(now, &Call { task, ..call }, None, actions);
        }
    }

    /// Starts one task of a called stage on behalf of an attempt, which waits for it; `by` is what that was asked.
    pub(super) fn call_stage(
        &mut self,
        now: Time,
        by: &Call,
        stage: StageIx,
        caller: AttemptId,
        actions: &mut Actions,
    ) -> TaskId {
        self.start_task(now, &Call { stage, task: 0, tries: 0, ..*by }, Some(caller), actions)
    }

    #[inline]
    fn start_task(&mut self, now: Time, call: &Call, caller: Option<AttemptId>, actions: &mut Actions) -> TaskId {
        self.totals.tasks.arrive();
        let (id, task) = self.tasks.renew(Task::default);
        task.begin(call, caller);
        // A job that is over may still have attempts that call others.
        if let Some(run) = self.jobs.get_mut(call.job) {
            run.stages[call.stage.ix()].tasks.push(id);
        }
        self.dispatch(now, id, actions);
        id
    }

    /// A task has its result.
    #[inline]
    pub(super) fn complete_task(&mut self, now: Time, id: TaskId, actions: &mut Actions) {
        let Some(&mut Task { call: Call { job, stage, .. }, caller, .. }) = self.tasks.remove(id) else { return };
        self.totals.tasks.end(Outcome::Completed);
        if let Some(caller) = caller {
            self.resume_caller(now, caller, Outcome::Completed, actions);
            return;
        }
        let run = &mut self.jobs[job];
        let here = &mut run.stages[stage.ix()];
        here.tasks_left -= 1;
        if here.tasks_left > 0 {
            return;
        }
        if !self.plan.job(run.arrival.job).entry.is_empty() {
            self.go_on(now, job, stage, actions);
            return;
        }
        run.stages_left -= 1;
        if run.stages_left == 0 {
            self.end_job(now, job, Outcome::Completed, actions);
            return;
        }
        let kind = run.arrival.job;
        for successor in 0..self.plan.stage(kind, stage).successors.len() {
            let successor = self.plan.stage(kind, stage).successors[successor];
            let Some(run) = self.jobs.get_mut(job) else { return };
            let waiting = &mut run.stages[successor.ix()];
            waiting.needs -= 1;
            if waiting.needs == 0 {
                self.start_stage(now, job, successor, actions);
            }
        }
    }

    /// A task will never have its result: so will whoever waits for it, its caller or its job.
    pub(super) fn fail_task(&mut self, now: Time, id: TaskId, outcome: Outcome, actions: &mut Actions) {
        let Some(&mut Task { call: Call { job, .. }, caller, .. }) = self.tasks.remove(id) else { return };
        self.totals.tasks.end(outcome);
        match caller {
            Some(caller) => self.resume_caller(now, caller, outcome, actions),
            None => self.end_job(now, job, outcome, actions),
        }
    }

    /// The client of a job does not wait any longer: it leaves, unless it is being served.
    pub(super) fn lose_patience(&mut self, now: Time, id: JobId, actions: &mut Actions) {
        if self.jobs.get(id).is_some_and(|run| !run.has_begun) {
            self.end_job(now, id, Outcome::Abandoned, actions);
        }
    }

    /// Begins a stage of a routed job anew.
    pub(super) fn restart_stage(&mut self, id: JobId, stage: StageIx) {
        let run = &mut self.jobs[id];
        let tasks = self.plan.stage(run.arrival.job, stage).tasks;
        let stage = &mut run.stages[stage.ix()];
        stage.tasks_left = tasks;
        stage.tasks.clear();
    }

    /// Ends a job; what it still has in flight is called off.
    #[inline]
    pub(super) fn end_job(&mut self, now: Time, id: JobId, outcome: Outcome, actions: &mut Actions) {
        let Some(run) = self.jobs.remove(id) else { return };
        self.totals.jobs.end(outcome);
        let (arrival, arrived) = (run.arrival, run.arrived);
        let Arrival { serial, job: kind, source, key, intended, .. } = arrival;
        actions.facts.push(Fact::JobEnded { kind, serial, source, key, intended, arrived, outcome });
        if outcome != Outcome::Completed {
            let first = self.called_off.len();
            self.called_off.extend(run.stages.iter_mut().flat_map(|stage| stage.tasks.drain(..)));
            for next in first..self.called_off.len() {
                let task = self.called_off[next];
                match (self.tasks.get(task), outcome) {
                    // What was called ends with its caller, or goes on with it.
                    (Some(Task { caller: Some(_), .. }), _) => {}
                    (_, Outcome::TimedOut) => self.drop_task(now, task, outcome, actions),
                    _ => self.cancel_task(now, task, actions),
                }
            }
            self.called_off.truncate(first);
        }
        if self.is_live {
            actions.asks.push(Action::Forget { arrival, outcome });
        }
    }
}
