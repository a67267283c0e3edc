//! What a finished run leaves: the machine-readable result, versioned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::scaling::PoolDecisions;
use super::snapshot::{Answer, CostView, LatencyView, Totals};
use crate::cluster::CacheBounds;
use crate::scenario::{MachineLimits, Sensitivity};

/// Version of the layout below. A reader accepts unknown fields and refuses a newer major version.
pub const SUMMARY_VERSION: u32 = 1;

/// The result of a run. Field names carry their unit; times are seconds of run time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SUMMARY_VERSION`].
    pub version: u32,
    /// Title of the scenario.
    pub title: String,
    /// `live` or `simulate`.
    pub mode: String,
    /// The seed of the run.
    pub seed: u64,
    /// Run time at the end.
    pub duration_secs: f64,
    /// How much of the beginning the figures below leave out.
    pub warmup_secs: f64,
    /// Jobs per second that `Auto` rates referred to, if any did.
    pub capacity_jobs_per_sec: Option<f64>,
    /// The ledger of jobs, tasks and attempts.
    pub totals: Totals,
    /// Completed jobs per second after the warm-up.
    pub throughput_jobs_per_sec: f64,
    /// Completed tasks per second after the warm-up.
    pub throughput_tasks_per_sec: f64,
    /// Latency of completed jobs after the warm-up.
    pub latency_secs: LatencyView,
    /// The same as a load generator would report it that waits for each answer before it asks again (coordinated omission); `null` where
    /// every source waits anyway.
    pub latency_omitting_secs: Option<LatencyView>,
    /// Mean number of jobs in the system after the warm-up, integrated over time by its own meter.
    pub jobs_in_system_mean: f64,
    /// Busy cores over ready cores after the warm-up.
    pub utilisation: f64,
    /// How much real work was done; `null` where there was none.
    pub work: Option<WorkSummary>,
    /// Dollars.
    pub cost: CostView,
    /// One for each kind of job, by name.
    pub jobs: BTreeMap<String, JobSummary>,
    /// One for each pool whose autoscaler decided anything, by name.
    pub scaling: BTreeMap<String, PoolDecisions>,
    /// Machines that the provider took away.
    pub preempted: u64,
    /// Bytes of partial results that workers fetched from each other.
    pub fetched_bytes: u64,
    /// Bytes of partial results that were where they were needed.
    pub local_bytes: u64,
    /// One for each pool whose workers were asked for what they keep, by name.
    pub caches: BTreeMap<String, CacheSummary>,
    /// For each pool, what was done about failures and about too much, and how often; what never happened is left out.
    pub resilience: BTreeMap<String, BTreeMap<String, u64>>,
    /// One for each objective.
    pub objectives: Vec<ObjectiveResult>,
    /// Whether the run kept up.
    pub saturation: Saturation,
    /// Laws that hold in every run; one that does not is a bug of this program.
    pub checks: Vec<Check>,
    /// What several replications say together; everything else here but the seed and objectives is then of the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replications: Option<Replications>,
    /// Hash of everything that happened, as 16 hexadecimal digits; equal for equal runs.
    pub hash: String,
}

/// Real work, over the run without its warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkSummary {
    /// Bytes of input that kernels read per second.
    pub bytes_per_sec: f64,
    /// Floating-point operations of kernels per second, without those that make their data; zero where they are not known.
    pub operations_per_sec: f64,
    /// What this computer can do at most, where a live run has a profile that says so.
    pub limits: Option<MachineLimits>,
    /// Seconds over the whole run that threads of this computer could have worked and were kept from a core by others; `null` where
    /// nothing ran live, or the system does not tell.
    pub waited_for_a_core_secs: Option<f64>,
}

/// One kind of job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobSummary {
    /// Completed after the warm-up.
    pub completed: u64,
    /// Ended in anything but success after the warm-up.
    pub errors: u64,
    /// Latency of completed ones.
    pub latency_secs: LatencyView,
    /// Answer of the first job of this kind; `null` where nothing real was computed.
    pub answer: Option<f64>,
    /// The same with its error.
    pub first_answer: Option<Answer>,
}

/// What the caches of the workers of a pool were good for, over the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CacheSummary {
    /// How often any was asked.
    pub lookups: u64,
    /// Share of these that it could answer.
    pub hit_ratio: f64,
    /// What no other caches could have done for the first of these.
    pub bounds: CacheBounds,
}

/// How an objective came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveResult {
    /// Its name.
    pub name: String,
    /// What was asked, in words.
    pub asked: String,
    /// What was measured; `None` where nothing was.
    pub measured: Option<f64>,
    /// The bound at the end of the run.
    pub bound: f64,
    /// Whether it was met. Nothing measured is not met.
    pub met: bool,
    /// Whether a miss fails the run.
    pub fails_run: bool,
    /// Lower and upper end of the 95 % interval of what was measured, over replications; `null` for a single run.
    #[serde(default)]
    pub interval: Option<(f64, f64)>,
}

impl ObjectiveResult {
    /// Whether the bound lies outside of the interval, so that chance alone does not decide; `None` where there is no interval.
    pub fn is_sure(&self) -> Option<bool> {
        self.interval.map(|(low, high)| !(low..=high).contains(&self.bound))
    }
}

/// Whether a run keeps up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    /// The verdict.
    pub state: SaturationState,
    /// How little it takes to say so.
    pub sensitivity: Sensitivity,
    /// Growth of the jobs in the system per second, over the last half of the run.
    pub growth_per_sec: f64,
    /// Growth per second that is taken for chance.
    pub chance_per_sec: f64,
    /// Share of the jobs that ended over the last half of the run and were refused or failed.
    pub errors_share: f64,
    /// The busiest pool.
    pub busiest_pool: String,
    /// Its busy cores over its ready cores over the last 2.5 s, or a longer time where there is one pool only.
    pub busiest_utilisation: f64,
    /// The reason in a sentence with its numbers.
    pub evidence: String,
}

/// Whether a run keeps up, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaturationState {
    /// What arrives is finished, and there is room.
    Stable,
    /// What arrives is finished, but there is no room.
    Saturated,
    /// More arrives than is finished.
    Overloaded,
}

impl SaturationState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Saturated => "saturated",
            Self::Overloaded => "overloaded",
        }
    }
}

/// A law with both its sides, each from meters of its own, over the whole run with its warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which law, in words.
    pub law: String,
    /// Its left side.
    pub measured: f64,
    /// Its right side.
    pub expected: f64,
    /// Whether the two agree.
    pub holds: bool,
}

/// What independent replications say together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replications {
    /// How many.
    pub count: u64,
    /// The share of intervals like those below that hold the truth.
    pub confidence: f64,
    /// Whether load or machines change on the way, so that nothing of a run may be removed.
    pub is_terminating: bool,
    /// How much of the beginning of each run is left out.
    pub warmup_secs: f64,
    /// What decided that: `the scenario`, `MSER-5`, or why nothing is left out.
    pub warmup_by: String,
    /// What ended it: `count`, `precision`, `cap` or `interruption`.
    pub stopped_by: String,
    /// Each figure by its name with its unit.
    pub figures: BTreeMap<String, FigureSummary>,
}

/// The mean of a figure over replications, and where its truth lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureSummary {
    /// Mean over replications.
    pub mean: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}
