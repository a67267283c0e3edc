//! How large each task is: a function of the seed and the task, so that no strategy changes the luck of another.

use std::sync::Arc;

use super::{Dist, Job, Profile, Scenario, Stage, Work};
use crate::base::{Domain, Family, JobType, Span, StageIx, Stream};

/// Which attempt of which task something is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The kind of job.
    pub kind: JobType,
    /// The stage.
    pub stage: StageIx,
    /// The number of the job over the whole run.
    pub serial: u64,
    /// The task within its stage.
    pub task: u32,
    /// How often a routed job had been at a stage before.
    pub visit: u32,
    /// Which draw of this task: copies of one demand have the same.
    pub draw: u32,
}

impl Draw {
    fn stream(&self, family: Family) -> Stream {
        let which = u64::from(self.visit) << 32 | u64::from(self.draw);
        family.stream([self.serial, u64::from(self.stage.0), u64::from(self.task), which])
    }
}

/// The laws of all stages.
#[derive(Clone, Debug)]
pub struct DemandLaws {
    demands: Family,
    errors: Family,
    /// For each kind of job, for each stage.
    stages: Arc<[Vec<StageLaw>]>,
}

#[derive(Debug)]
struct StageLaw {
    demand: Dist,
    /// The same with 2, 3, … cores at work, where that was measured.
    busier: Vec<Dist>,
    errors: f64,
    /// Stages that a task does itself after its own work.
    inlined: Vec<StageIx>,
}

impl DemandLaws {
    /// The laws of a scenario; those of kernels come from its profile, and are zero where it has none.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let law = |job: &Job, ix: usize, busy: u32| match &job.stages[ix].work {
            Work::Service(law) => law.clone(),
            Work::Kernel(_) => {
                let name = format!("{}.{}", job.name, job.stages[ix].name);
                let items = job.items_per_task(StageIx(ix as u16));
                let measured = scenario.profile.as_ref().and_then(|profile| profile.law(&name, items, busy));
                measured.unwrap_or(Dist::Constant(0.0))
            }
        };
        let levels = scenario.profile.as_ref().map_or(1, Profile::levels);
        let stage = |job: &Job, ix: usize| {
            let Stage { errors, inlined, work, .. } = &job.stages[ix];
            let measured = if matches!(work, Work::Kernel(_)) { levels } else { 1 };
            let busier = (2..=measured).map(|busy| law(job, ix, busy)).collect();
            StageLaw { demand: law(job, ix, 1), busier, errors: *errors, inlined: inlined.clone() }
        };
        let stages = scenario.jobs.iter().map(|job| (0..job.stages.len()).map(|ix| stage(job, ix)).collect());
        let (demands, errors) = (Family::new(seed, Domain::Demand), Family::new(seed, Domain::Errors));
        Self { demands, errors, stages: stages.collect() }
    }

    /// Seconds of one core of the machine that was measured that a task of this stage needs on average with so many at work.
    pub fn mean_secs_beside(&self, kind: JobType, stage: StageIx, busy: u32) -> f64 {
        let law = self.law(kind, stage);
        let level = law.busier.len().min(busy.max(1) as usize - 1);
        level.checked_sub(1).map_or_else(|| self.mean_secs(kind, stage), |at| law.busier[at].mean())
    }

    /// Seconds of one core of speed 1 that a task of this stage needs on average.
    pub fn mean_secs(&self, kind: JobType, stage: StageIx) -> f64 {
        let law = self.law(kind, stage);
        law.demand.mean() + law.inlined.iter().map(|stage| self.law(kind, *stage).demand.mean()).sum::<f64>()
    }

    /// What one free core of speed 1 needs for this task.
    #[inline]
    pub fn demand(&self, of: &Draw) -> Span {
        let law = self.law(of.kind, of.stage);
        let own = law.demand.sample(&mut self.stream(of));
        Span::from_secs_f64(if law.inlined.is_empty() { own } else { own + self.inlined_secs(law, of) })
    }

    /// What one core of the machine that was measured needs for this task with so many cores at work, itself among them.
    #[inline]
    pub fn demand_beside(&self, of: &Draw, busy: u32) -> Span {
        let law = self.law(of.kind, of.stage);
        match law.busier.get((busy.max(2) as usize - 2).min(law.busier.len().saturating_sub(1))) {
            Some(busier) if busy > 1 && law.inlined.is_empty() => {
                Span::from_secs_f64(busier.sample(&mut self.stream(of)))
            }
            _ => self.demand(of),
        }
    }

    /// What the stages that a task does itself add to its own demand.
    #[cold]
    fn inlined_secs(&self, law: &StageLaw, of: &Draw) -> f64 {
        let one = |stage: &StageIx| {
            let of = Draw { stage: *stage, ..*of };
            self.law(of.kind, of.stage).demand.sample(&mut self.stream(&of))
        };
        law.inlined.iter().map(one).sum()
    }

    /// Whether it ends with an error.
    #[inline]
    pub fn fails(&self, of: &Draw) -> bool {
        let law = self.law(of.kind, of.stage);
        // The unit is never zero, so a share of 1 always fails, and one of 0 never.
        (law.errors > 0.0 && of.stream(self.errors).unit() <= law.errors)
            || (!law.inlined.is_empty() && self.inlined_fail(law, of))
    }

    /// Whether one of the stages that a task does itself ends with an error.
    #[cold]
    fn inlined_fail(&self, law: &StageLaw, of: &Draw) -> bool {
        law.inlined.iter().any(|stage| {
            let of = Draw { stage: *stage, ..*of };
            let errors = self.law(of.kind, of.stage).errors;
            errors > 0.0 && of.stream(self.errors).unit() <= errors
        })
    }

    /// The stream of demands of this task, for those who draw from measurements.
    pub fn stream(&self, of: &Draw) -> Stream {
        of.stream(self.demands)
    }

    fn law(&self, kind: JobType, stage: StageIx) -> &StageLaw {
        &self.stages[kind.ix()][stage.ix()]
    }
}
