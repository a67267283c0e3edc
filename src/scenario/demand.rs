//! How large each task is: a function of the seed and the task, so that no strategy changes the luck of another.

use std::sync::Arc;

use super::{Dist, Scenario, Stage, Work};
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
    errors: f64,
}

impl DemandLaws {
    /// The laws of a scenario; those of kernels come from its profile, and are zero where it has none.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let law = |job: &str, stage: &Stage| match &stage.work {
            Work::Service(law) => law.clone(),
            Work::Kernel(_) => {
                let name = format!("{job}.{}", stage.name);
                let mut profile = scenario.profile.iter().flat_map(|profile| &profile.service);
                profile.find(|(key, _)| *key == name).map_or(Dist::Constant(0.0), |(_, law)| law.clone())
            }
        };
        let stage = |job: &str, stage: &Stage| StageLaw { demand: law(job, stage), errors: stage.errors };
        let stages = scenario.jobs.iter().map(|job| job.stages.iter().map(|one| stage(&job.name, one)).collect());
        let (demands, errors) = (Family::new(seed, Domain::Demand), Family::new(seed, Domain::Errors));
        Self { demands, errors, stages: stages.collect() }
    }

    /// Seconds of one core of speed 1 that a task of this stage needs on average.
    pub fn mean_secs(&self, kind: JobType, stage: StageIx) -> f64 {
        self.law(kind, stage).demand.mean()
    }

    /// What one free core of speed 1 needs for this task.
    #[inline]
    pub fn demand(&self, of: &Draw) -> Span {
        Span::from_secs_f64(self.law(of.kind, of.stage).demand.sample(&mut self.stream(of)))
    }

    /// Whether it ends with an error.
    #[inline]
    pub fn fails(&self, of: &Draw) -> bool {
        let errors = self.law(of.kind, of.stage).errors;
        // The unit is never zero, so a share of 1 always fails, and one of 0 never.
        errors > 0.0 && of.stream(self.errors).unit() <= errors
    }

    /// The stream of demands of this task, for those who draw from measurements.
    pub fn stream(&self, of: &Draw) -> Stream {
        of.stream(self.demands)
    }

    fn law(&self, kind: JobType, stage: StageIx) -> &StageLaw {
        &self.stages[kind.ix()][stage.ix()]
    }
}
