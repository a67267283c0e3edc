//! How long tasks take: by the laws of the scenario, or by what this machine just measured.

use crate::base::{JobType, Span, StageIx};
use crate::cluster::Call;
use crate::scenario::{DemandLaws, Scenario};

/// Measurements of one stage that are kept: the newest.
const MEASUREMENTS_MAX: usize = 256;

/// Where the service time of each stage comes from.
#[derive(Clone, Debug)]
pub struct ServiceTimes {
    laws: DemandLaws,
    /// For each kind of job, for each stage; empty in a simulated run.
    measured: Vec<Vec<Measured>>,
    /// Bytes of memory, alike; `None` where no task is said to hold any.
    memory: Option<Vec<Vec<f32>>>,
}

/// The newest measurements, in nanoseconds.
#[derive(Clone, Debug, Default)]
struct Measured {
    values: Vec<u64>,
    next: usize,
}

impl ServiceTimes {
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Self {
        let measured = scenario.jobs.iter().map(|job| vec![Measured::default(); job.stages.len()]).collect();
        let memory = scenario.jobs.iter().map(|job| job.stages.iter().map(|stage| stage.memory.0 as f32).collect());
        let memory: Vec<Vec<f32>> = memory.collect();
        let memory = memory.iter().flatten().any(|bytes| *bytes > 0.0).then_some(memory);
        Self { laws: DemandLaws::new(scenario, seed), measured, memory }
    }

    /// Seconds of one core of speed 1 that a task needs on average, by law or profile.
    pub fn mean_secs(&self, kind: JobType, stage: StageIx) -> f64 {
        self.laws.mean_secs(kind, stage)
    }

    /// The same on the machine that was measured, with so many cores at work.
    pub fn mean_secs_beside(&self, kind: JobType, stage: StageIx, busy: u32) -> f64 {
        self.laws.mean_secs_beside(kind, stage, busy)
    }

    /// Takes in how long a task took on this machine.
    pub fn measure(&mut self, kind: JobType, stage: StageIx, span: Span) {
        let measured = &mut self.measured[kind.ix()][stage.ix()];
        if measured.values.len() < MEASUREMENTS_MAX {
            measured.values.push(span.0);
        } else {
            measured.values[measured.next] = span.0;
            measured.next = (measured.next + 1) % MEASUREMENTS_MAX;
        }
    }

    /// What one free core of speed 1 needs for this call: a function of the seed and the call, and of what was measured
    /// where anything was.
    #[inline]
    pub(super) fn demand(&self, call: &Call) -> Span {
        self.demand_beside(call, 1)
    }

    /// The same with so many cores at work, itself among them, on the machine that the profile of the scenario tells of.
    #[inline]
    pub(super) fn demand_beside(&self, call: &Call, busy: u32) -> Span {
        let measured = &self.measured[call.kind.ix()][call.stage.ix()].values;
        if measured.is_empty() {
            return self.laws.demand_beside(&call.draw(), busy);
        }
        let mut stream = self.laws.stream(&call.draw());
        Span(measured[stream.below(measured.len() as u64) as usize])
    }

    /// Bytes of memory that a call holds while it is worked on.
    #[inline]
    pub(super) fn memory(&self, call: &Call) -> f32 {
        self.memory.as_ref().map_or(0.0, |memory| memory[call.kind.ix()][call.stage.ix()])
    }

    /// Whether this call ends with an error.
    #[inline]
    pub(super) fn fails(&self, call: &Call) -> bool {
        self.laws.fails(&call.draw())
    }
}
