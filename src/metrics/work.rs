//! How much real work machines do: bytes that kernels read, and floating-point operations.

use super::recorder::Recorder;
use super::summary::WorkSummary;
use crate::base::{JobType, StageIx, Time, WorkerId};
use crate::scenario::{Job, Mode, Scenario, Work};

/// Bytes and operations.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Volume {
    /// Bytes of input that are read.
    pub bytes: f64,
    /// Floating-point operations, without those that make the data.
    pub operations: f64,
}

/// Adds up what tasks are worth.
#[derive(Clone, Debug)]
pub(super) struct WorkMeter {
    /// Of a task, by kind of job, by stage.
    tasks: Vec<Vec<Volume>>,
    /// By worker.
    done: Vec<Volume>,
    /// Of all workers when the warm-up ended.
    at_warm: Volume,
}

impl WorkMeter {
    /// `None` where no stage has a kernel. `operations` are those of a task, by kind of job, by stage.
    pub(super) fn new(scenario: &Scenario, operations: &[Vec<f64>]) -> Option<Self> {
        let volume = |kind: usize, job: &Job| -> Vec<Volume> {
            let of = |(ix, stage): (usize, &crate::scenario::Stage)| Volume {
                bytes: stage.bytes_read_per_task(),
                operations: operations.get(kind).and_then(|stages| stages.get(ix)).copied().unwrap_or(0.0),
            };
            job.stages.iter().enumerate().map(of).collect()
        };
        let is_real =
            scenario.jobs.iter().flat_map(|job| &job.stages).any(|stage| matches!(stage.work, Work::Kernel(_)));
        let tasks = || scenario.jobs.iter().enumerate().map(|(kind, job)| volume(kind, job)).collect();
        is_real.then(|| Self { tasks: tasks(), done: Vec::new(), at_warm: Volume::default() })
    }

    pub(super) fn add(&mut self, worker: WorkerId, kind: JobType, stage: StageIx) {
        if self.done.len() <= worker.ix() {
            self.done.resize(worker.ix() + 1, Volume::default());
        }
        let (done, task) = (&mut self.done[worker.ix()], self.tasks[kind.ix()][stage.ix()]);
        *done = Volume { bytes: done.bytes + task.bytes, operations: done.operations + task.operations };
    }

    pub(super) fn of(&self, worker: WorkerId) -> Volume {
        self.done.get(worker.ix()).copied().unwrap_or_default()
    }

    pub(super) fn end_warmup(&mut self) {
        self.at_warm = self.all();
    }

    fn all(&self) -> Volume {
        let add = |sum: Volume, own: &Volume| Volume {
            bytes: sum.bytes + own.bytes,
            operations: sum.operations + own.operations,
        };
        self.done.iter().fold(Volume::default(), add)
    }
}

impl Recorder {
    /// Is told how many floating-point operations a task takes, by kind of job, by stage.
    pub fn knows_operations(&mut self, operations: &[Vec<f64>]) {
        self.work = WorkMeter::new(&self.scenario, operations).map(Box::new);
    }

    /// What all machines did a second after the warm-up; `waited_secs` are those that threads were kept from a core by others.
    pub(super) fn work_summary(&self, end: Time, waited_secs: Option<f64>) -> Option<WorkSummary> {
        let work = self.work.as_ref()?;
        let secs = end.since(self.warm_since()).secs();
        let (all, before) = (work.all(), work.at_warm);
        let per_sec = |done: f64| if secs > 0.0 { done / secs } else { 0.0 };
        let limits = self.scenario.profile.as_ref().and_then(|profile| profile.limits);
        Some(WorkSummary {
            bytes_per_sec: per_sec(all.bytes - before.bytes),
            operations_per_sec: per_sec(all.operations - before.operations),
            // What was measured elsewhere is no limit here.
            limits: limits.filter(|_| self.scenario.mode == Mode::Live),
            waited_for_a_core_secs: waited_secs,
        })
    }
}
