//! What only pictures show: measured from the moment on at which somebody watches, and never part of a summary.
//!
//! Invariants: nothing grows without bound, and a copy for a picture shares all but the newest few hundred values.

mod heat;
mod pools;
mod tasks;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub use heat::{CELLS, Column, Heat};
pub use pools::PoolSeries;
pub use tasks::TaskBar;

use super::looks::Gauges;
use super::summary::Check;
use super::window::PARTS;
use crate::base::{Blocks, Span, Time, WorkerId};
use crate::cluster::{Fact, Outcome};
use crate::scenario::Scenario;

/// Tasks that are remembered one by one: the newest.
pub const TASKS_MAX: usize = 24_576;
/// Keys that are remembered: the newest.
const KEYS_MAX: usize = 20_480;

/// Folds what only pictures show.
#[derive(Clone, Debug)]
pub(super) struct WatchMeter {
    heat: Heat,
    tasks: Blocks<TaskBar>,
    keys: Blocks<u64>,
    pools: Vec<PoolSeries>,
    /// What ended badly at each machine, for each part of the smoothing window, newest last.
    trouble: VecDeque<Trouble>,
    has_cache: bool,
    /// Percentile curves, and how many jobs they are of: to walk through all counters at every picture would be felt by a live run.
    curves: (u64, Curves),
}

/// Percentile curves as measured, and as one would report them who waits for each answer.
type Curves = [Arc<Vec<(f64, f64)>>; 2];

/// Curves are made anew when there is one more job for so many.
const JOBS_PER_NEW_JOB: u64 = 50;

/// How often attempts ended in each way but success, by machine.
type Trouble = BTreeMap<(WorkerId, Outcome), u64>;

/// What only pictures show.
#[derive(Clone, Debug)]
pub struct WatchView {
    /// Latencies of completed jobs over time.
    pub heat: Heat,
    /// Latency at each of many quantiles over the whole run without its warm-up, as it was: quantile (0 to 1) and seconds.
    pub percentiles: Arc<Vec<(f64, f64)>>,
    /// The same as a load generator would report it that waits for each answer (coordinated omission).
    pub percentiles_omitting: Arc<Vec<(f64, f64)>>,
    /// The newest tasks, in order of their ends.
    pub tasks: Blocks<TaskBar>,
    /// What the newest jobs asked for, in order of their first attempts' ends; empty where no pool may keep results.
    pub keys: Blocks<u64>,
    /// One for each pool.
    pub pools: Vec<PoolSeries>,
    /// For each machine at which attempts ended badly over the last 2.5 s: how most of them did, and how many a second.
    pub trouble: BTreeMap<WorkerId, (Outcome, f64)>,
    /// Little's law, the utilisation law and conservation, as of now.
    pub laws: Vec<Check>,
}

impl Default for WatchView {
    fn default() -> Self {
        Self {
            heat: Heat::new(Span::from_millis(500)),
            percentiles: Arc::default(),
            percentiles_omitting: Arc::default(),
            tasks: Blocks::new(TASKS_MAX),
            keys: Blocks::new(KEYS_MAX),
            pools: Vec::new(),
            trouble: BTreeMap::new(),
            laws: Vec::new(),
        }
    }
}

impl WatchMeter {
    /// `part` is the distance between two looks at all machines.
    pub(super) fn new(scenario: &Scenario, part: Span) -> Self {
        let may_keep = |stage: &crate::scenario::Stage| stage.after.is_empty() && stage.calls.is_empty();
        Self {
            heat: Heat::new(part),
            tasks: Blocks::new(TASKS_MAX),
            keys: Blocks::new(KEYS_MAX),
            pools: scenario.pools.iter().map(|_| PoolSeries::new(part)).collect(),
            trouble: VecDeque::from([Trouble::new()]),
            has_cache: scenario.jobs.iter().any(|job| job.stages.iter().any(may_keep)),
            curves: (0, Curves::default()),
        }
    }

    pub(super) fn fact(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::JobEnded { intended, outcome: Outcome::Completed, .. } => self.heat.record(now.since(intended)),
            Fact::AttemptEnded { worker, outcome, ref which, asked, .. } => {
                self.tasks.push(TaskBar::of(now, fact).expect("it is an attempt that ended"));
                // A copy that is called off is no trouble.
                if !matches!(outcome, Outcome::Completed | Outcome::Cancelled)
                    && let Some(newest) = self.trouble.back_mut()
                {
                    *newest.entry((worker, outcome)).or_default() += 1;
                }
                if self.has_cache && asked && which.task == 0 && which.tries == 0 {
                    self.keys.push(which.key);
                }
            }
            _ => {}
        }
    }

    /// Ends a part of the smoothing window.
    pub(super) fn seal(&mut self, now: Time, part: Span, gauges: &Gauges) {
        self.heat.seal(now);
        for (ix, pool) in self.pools.iter_mut().enumerate() {
            pool.look(Time(now.0.saturating_sub(part.0)), ix, gauges);
        }
        self.trouble.push_back(Trouble::new());
        if self.trouble.len() > PARTS {
            self.trouble.pop_front();
        }
    }

    /// How most attempts ended that ended badly, for each machine, and how many a second.
    fn trouble(&self, part: Span) -> BTreeMap<WorkerId, (Outcome, f64)> {
        let mut sums = Trouble::new();
        for (key, count) in self.trouble.iter().flatten() {
            *sums.entry(*key).or_default() += count;
        }
        let secs = self.trouble.len() as f64 * part.secs();
        let mut worst: BTreeMap<WorkerId, (Outcome, f64)> = BTreeMap::new();
        for ((worker, outcome), count) in sums {
            let per_sec = count as f64 / secs.max(part.secs());
            let known = worst.entry(worker).or_insert((outcome, per_sec));
            if known.1 < per_sec {
                *known = (outcome, per_sec);
            }
        }
        worst
    }

    /// The percentile curves of `jobs` jobs; those of before where there are hardly more.
    pub(super) fn curves(&mut self, jobs: u64, make: impl FnOnce() -> [Vec<(f64, f64)>; 2]) -> Curves {
        let (known, curves) = &mut self.curves;
        // After the warm-up there are fewer.
        if jobs < *known || jobs > *known + *known / JOBS_PER_NEW_JOB {
            (*known, *curves) = (jobs, make().map(Arc::new));
        }
        curves.clone()
    }

    /// Everything but what other meters know.
    pub(super) fn view(&self, part: Span) -> WatchView {
        WatchView {
            heat: self.heat.clone(),
            tasks: self.tasks.clone(),
            keys: self.keys.clone(),
            pools: self.pools.clone(),
            trouble: self.trouble(part),
            ..WatchView::default()
        }
    }
}
