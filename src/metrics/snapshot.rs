//! What a viewer sees: one consistent picture of a run, made 20 to 30 times a second, never changed after.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use super::scaling::Decided;
use super::series::Series;
use super::watch::WatchView;
use crate::base::{GroupIx, PoolId, Provenance, Span, Time, WorkerId};
pub use crate::cluster::{Account, Outcome, Totals, WorkerState};
pub use crate::scenario::{Balance, By, Entry, MachineLimits, Metric, Mode, Sensitivity, Strike, Switch};
use crate::scenario::{Resilience, Scenario};

/// A picture of a run.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What runs; the position of pools, groups and sources below is the position there.
    pub scenario: Arc<Scenario>,
    /// Run time of this picture.
    pub at: Time,
    /// What carries the run out.
    pub mode: Mode,
    /// How far it is.
    pub state: RunState,
    /// How far the engine is behind the clock it should keep. Zero in a run as fast as possible.
    pub lag: Span,
    /// Virtual seconds per wall second, as asked for; `None` is as fast as possible. 1 when live.
    pub pace: Option<f64>,
    /// Time series.
    pub series: SeriesSet,
    /// Jobs, tasks and attempts by what became of them.
    pub totals: Totals,
    /// Latency of completed jobs over the last 2.5 s.
    pub latency_recent: LatencyView,
    /// Latency of completed jobs over the whole run without its warm-up.
    pub latency_whole: LatencyView,
    /// Rates over the last 2.5 s.
    pub recent: RatesView,
    /// One for each pool.
    pub pools: Vec<PoolView>,
    /// Every machine that is not retired, in order of its number.
    pub workers: Vec<WorkerView>,
    /// Dollars.
    pub cost: CostView,
    /// What the knobs stand at.
    pub knobs: Vec<PoolKnobs>,
    /// Factor on the load of each source.
    pub traffic_factors: Vec<f64>,
    /// Current bound of each objective.
    pub bounds: Vec<f64>,
    /// Jobs per second that this configuration can finish, as measured or derived at the start, if known.
    pub capacity: Option<f64>,
    /// What the autoscaler of each pool last decided, and how often it did; `None` where it has not.
    pub scaling: Vec<Option<ScalingView>>,
    /// What only pictures show.
    pub watch: WatchView,
    /// Marks on the time axis, oldest first.
    pub marks: Vec<Mark>,
    /// Everything that changed so far, whoever did it, in order of time: what is saved beside the scenario.
    pub timeline: Arc<Vec<Entry>>,
    /// Answers of real work.
    pub answers: AnswersView,
    /// What was dropped because a bound was reached: what, and how often.
    pub dropped: Vec<(&'static str, u64)>,
}

impl Snapshot {
    /// The first goal that is set for a quantile of latency: its position, the quantile (0 to 1), its bound now in seconds.
    pub fn latency_goal(&self) -> Option<(usize, f64, f64)> {
        self.scenario.objectives.iter().zip(&self.bounds).enumerate().find_map(|(ix, (objective, bound))| {
            match objective.metric {
                Metric::Latency { quantile, .. } => Some((ix, quantile, *bound)),
                _ => None,
            }
        })
    }
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Measures what this machine can do, until this run time.
    Probing {
        /// When load begins.
        until: Time,
    },
    /// Runs.
    Running,
    /// Stands still.
    Paused,
    /// The clock has stopped; what is pending is computed.
    Finishing,
    /// Over.
    Finished,
    /// Broken off by an error; what was done stands.
    Failed(String),
}

/// Time series, each in its unit. One value a tick.
#[derive(Clone, Debug)]
pub struct SeriesSet {
    /// Jobs that arrived, per second.
    pub offered: Series,
    /// Jobs that completed, per second.
    pub completed: Series,
    /// Jobs that ended in anything but success, per second.
    pub errors: Series,
    /// Jobs that were refused because too much was there already, per second; they are among `errors`.
    pub shed: Series,
    /// Tasks tried again, per second.
    pub retries: Series,
    /// Tasks completed, per second.
    pub tasks: Series,
    /// Bytes of input processed, per second.
    pub bytes: Series,
    /// Median latency of completed jobs in seconds, over the 2.5 s before.
    pub p50: Series,
    /// 95th percentile.
    pub p95: Series,
    /// 99th percentile.
    pub p99: Series,
    /// 99th percentile as a load generator would report it that waits for each answer before it asks again (coordinated omission).
    pub p99_omitting: Series,
    /// Jobs in the system.
    pub in_flight: Series,
    /// Attempts that wait, over all workers.
    pub waiting: Series,
    /// Busy cores over ready cores.
    pub utilisation: Series,
    /// Dollars per hour.
    pub cost_per_hour: Series,
    /// Share of lookups that a cache answered.
    pub hit_ratio: Series,
}

impl SeriesSet {
    pub(super) fn new(tick: Span) -> Self {
        let new = || Series::new(tick);
        Self {
            offered: new(),
            completed: new(),
            errors: new(),
            shed: new(),
            retries: new(),
            tasks: new(),
            bytes: new(),
            p50: new(),
            p95: new(),
            p99: new(),
            in_flight: new(),
            waiting: new(),
            utilisation: new(),
            cost_per_hour: new(),
            hit_ratio: new(),
            p99_omitting: new(),
        }
    }
}

/// Percentiles of latency in seconds; all zero where nothing was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatencyView {
    /// Jobs recorded.
    pub count: u64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Largest.
    pub max: f64,
}

/// Rates over the last 2.5 s.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RatesView {
    /// Jobs arriving per second.
    pub offered: f64,
    /// Jobs completing per second.
    pub completed: f64,
    /// Jobs ending otherwise per second.
    pub errors: f64,
    /// Jobs refused per second, among `errors`.
    pub shed: f64,
    /// Tasks tried again per second.
    pub retries: f64,
    /// Tasks completing per second.
    pub tasks: f64,
    /// Bytes of input processed per second.
    pub bytes: f64,
    /// Growth of the jobs in the system per second (negative: it shrinks).
    pub backlog_growth: f64,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct PoolView {
    /// Which.
    pub pool: PoolId,
    /// Attempts that wait in its queues.
    pub waiting: u64,
    /// Busy cores over ready cores, over the last 2.5 s.
    pub utilisation: f64,
    /// Share of lookups answered by its caches over the last 2.5 s, if it has any.
    pub hit_ratio: Option<f64>,
}

/// A machine.
#[derive(Clone, Debug)]
pub struct WorkerView {
    /// Its number.
    pub worker: WorkerId,
    /// Whose.
    pub pool: PoolId,
    /// Of which group.
    pub group: GroupIx,
    /// The position that a fault names it by.
    pub position: u32,
    /// "This computer", or its instance and number.
    pub name: String,
    /// What is known of its service times: measured here, or modelled.
    pub provenance: Provenance,
    /// Where it is in its life.
    pub state: WorkerState,
    /// When it will be ready, if it boots or restarts.
    pub ready_at: Option<Time>,
    /// What is wrong with it, if anything.
    pub fault: Option<Strike>,
    /// Whether it is left out for what it answered.
    pub is_left_out: bool,
    /// Cores.
    pub cores: u32,
    /// Cores at work now.
    pub busy: u32,
    /// Attempts waiting, those a live worker holds among them.
    pub queue: u32,
    /// Busy cores over cores, over the last 2.5 s.
    pub utilisation: f64,
    /// Tasks completed.
    pub completed: u64,
    /// Attempts that ended with an error there.
    pub failed: u64,
    /// Tasks completed per second over the last 2.5 s.
    pub tasks_per_sec: f64,
    /// Bytes of input that kernels read per second over the last 2.5 s.
    pub bytes_per_sec: f64,
    /// Floating-point operations of kernels per second over the last 2.5 s, where they are known.
    pub operations_per_sec: f64,
}

/// Dollars. Billed = useful + idle + boot and drain + wasted, at every instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CostView {
    /// Per hour, as of now.
    pub per_hour: f64,
    /// So far.
    pub billed: f64,
    /// Per 1,000 completed jobs; `None` before the first.
    pub per_1000_jobs: Option<f64>,
    /// Of cores at work on what counted.
    pub useful: f64,
    /// Of cores without work.
    pub idle: f64,
    /// Of machines not yet, or no longer, in service.
    pub boot_and_drain: f64,
    /// Of work that did not count.
    pub wasted: f64,
    /// Of results that left machines.
    pub egress: f64,
    /// Of machines that the provider took away, and does not charge.
    pub forgiven: f64,
    /// Where the prices stand, with their date.
    pub sources: Vec<String>,
    /// What kind of knowledge the least certain of them is.
    pub provenance: Option<Provenance>,
}

/// What the knobs of a pool stand at.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolKnobs {
    /// The balancer.
    pub balance: crate::scenario::Balance,
    /// The cache.
    pub cache: crate::scenario::Cache,
    /// What it does about failures and too much, but for copies.
    pub resilience: Arc<Resilience>,
    /// For each group: machines and cores of each, as asked for.
    pub groups: Vec<(u32, u32)>,
    /// Whether its autoscaler works; `None` where it has none.
    pub scaling: Option<Switch>,
}

/// What an autoscaler last decided.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalingView {
    /// The newest decision.
    pub last: Decided,
    /// The newest ones that said something new, oldest first.
    pub recent: Vec<Decided>,
    /// How often it decided.
    pub decisions: u64,
    /// How often it asked for more machines.
    pub ups: u64,
    /// How often for fewer.
    pub downs: u64,
}

/// A mark on the time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// What, in a few words.
    pub label: String,
    /// Who did it.
    pub by: By,
    /// Until when, for what lasts (a fault).
    pub until: Option<Time>,
}

/// Answers of real work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswersView {
    /// Jobs whose answer is complete.
    pub complete: u64,
    /// Chunks that a modelled machine took and that are still to be computed.
    pub pending_chunks: u64,
    /// The newest complete answer.
    pub newest: Option<Answer>,
    /// The first complete answer of each kind of job, by name.
    pub first: Vec<(String, Answer)>,
    /// Answers outside four standard errors of what is known exactly.
    pub wrong: u64,
}

/// The answer of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The number of the job.
    pub serial: u64,
    /// The data seed.
    pub data_seed: u64,
    /// The value.
    pub value: f64,
    /// What is known exactly, if anything is.
    pub exact: Option<f64>,
    /// The standard error of the value as an estimate of `exact`.
    pub std_error: Option<f64>,
}
