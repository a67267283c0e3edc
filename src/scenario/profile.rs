//! What was measured on a machine: for simulating its kernels without running them.

use std::fmt;

use super::policies::Contention;
use super::{Dist, Job, Kernel, Leaves, Mode, Place, Scenario, ServeOrder, Work};
use crate::base::{GroupIx, PoolId, Span, StageIx};

/// What was measured on a machine: how long tasks of its kernels take there, and what handing them over costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// What was measured: processor and cores.
    pub machine: String,
    /// Its cores: a simulated run has as many, wherever it runs.
    pub cores: u32,
    /// The day, `2026-11-24`.
    pub date: String,
    /// The seed of the runs that were measured, where that is known.
    pub seed: Option<u64>,
    /// For each stage `job.stage`, how long its tasks take.
    pub service: Vec<(String, TaskTimes)>,
    /// What it takes to hand a task to a core and to hear that it is done.
    pub dispatch: Option<Dispatch>,
    /// What all of its cores together can do at most, where that was measured.
    pub limits: Option<MachineLimits>,
    /// How much the cores of that machine slow each other down, beyond as many busy cores as were measured.
    pub contention: Contention,
    /// Standard errors of the two coefficients, where they are known.
    pub contention_errors: Option<(f64, f64)>,
    /// How far predictions from it were off, where they were compared with live runs.
    pub compared: Option<Agreement>,
}

/// How far predictions from a profile were off when they were compared with live runs, as `scalelab twin` does.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// The day, `2026-11-29`.
    pub date: String,
    /// Points that were compared: loads and sizes, each run twice.
    pub points: u32,
    /// Mean of the absolute relative errors of all figures, as a share.
    pub error: f64,
    /// Mean distance of two live runs of a point, as a share: nothing predicts better than that.
    pub noise: f64,
    /// The grade of the worst point, `A` to `D`.
    pub grade: String,
}

/// What a machine can do at most, all of its cores together.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct MachineLimits {
    /// Bytes of memory that it reads a second, from outside of its caches.
    pub read_bytes_per_sec: f64,
    /// Floating-point operations a second, on doubles, products and sums fused.
    pub operations_per_sec: f64,
}

/// How long the tasks of a stage take, by the size of their chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskTimes {
    /// What was measured, from the smallest chunks to the largest; at least one.
    pub sizes: Vec<SizeTimes>,
}

/// How long tasks with chunks of one size take.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeTimes {
    /// Items of a task, see [`Job::items_per_task`]; `None` stands for any.
    pub items: Option<f64>,
    /// Seconds, in quantiles at equally spaced levels, with 1, 2, … cores at work; at least one.
    pub busy: Vec<Vec<f64>>,
}

/// How much longer than its work a task occupies a core, in seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// A task that comes to a core that has long been at rest, besides `next`.
    pub idle: Dist,
    /// How many seconds that is; after a shorter rest it is as much less. Zero is after any rest.
    pub rested: f64,
    /// A task that is sent when the one before has been reported.
    pub next: Dist,
    /// A task that its core already had in hand.
    pub held: Dist,
}

/// The least part of its proportional share to which a task with a smaller chunk than any measured one is extrapolated.
const EXTRAPOLATED_MIN: f64 = 0.1;

impl Profile {
    /// On what it was measured, and when.
    pub fn origin(&self) -> String {
        format!("{}, {}", self.machine, self.date)
    }

    /// The law of the seconds that a task of this stage takes with so many cores at work, itself among them.
    ///
    /// Between two sizes of chunks each quantile is a power of the items of a task (where chunks outgrow a cache, a straight line would
    /// bring that forward), beyond them a straight line; of one size it is proportional to them. `None` where the profile does not know the stage.
    pub fn law(&self, stage: &str, items: f64, busy: u32) -> Option<Dist> {
        let (_, times) = self.service.iter().find(|(name, _)| name == stage)?;
        Some(Dist::Quantiles(times.quantiles(items, busy)))
    }

    /// With how many cores at work tasks were measured.
    pub fn levels(&self) -> u32 {
        let levels = self.service.iter().flat_map(|(_, times)| &times.sizes).map(|size| size.busy.len());
        levels.max().unwrap_or(1) as u32
    }
}

impl TaskTimes {
    /// The same for chunks of any size.
    pub fn of_any_size(quantiles: Vec<f64>) -> Self {
        Self { sizes: vec![SizeTimes { items: None, busy: vec![quantiles] }] }
    }

    fn quantiles(&self, items: f64, busy: u32) -> Vec<f64> {
        let above = self.sizes.iter().position(|size| size.items.is_none_or(|own| own >= items));
        let last = self.sizes.len() - 1;
        let upper = above.unwrap_or(last).max(1).min(last);
        let high = &self.sizes[upper];
        let (Some(high_items), high_times) = (high.items, high.at(busy)) else { return high.at(busy).to_vec() };
        let Some((low_items, low_times)) =
            upper.checked_sub(1).and_then(|at| Some((self.sizes[at].items?, self.sizes[at].at(busy))))
        else {
            return high_times.iter().map(|secs| secs * items / high_items).collect();
        };
        let is_between = low_items < items && items < high_items;
        let along = (items - low_items) / (high_items - low_items);
        let power = libm::log(items / low_items) / libm::log(high_items / low_items);
        let of_level = |level: usize| {
            let (low, high) = (low_times[level], high_times[level]);
            if is_between && low > 0.0 {
                return low * libm::pow(high / low, power);
            }
            (low + (high - low) * along).max(EXTRAPOLATED_MIN * high * items / high_items)
        };
        let mut quantiles: Vec<f64> = (0..low_times.len().min(high_times.len())).map(of_level).collect();
        quantiles.sort_by(f64::total_cmp);
        quantiles
    }
}

impl SizeTimes {
    fn at(&self, busy: u32) -> &[f64] {
        &self.busy[(busy.max(1) as usize).min(self.busy.len()) - 1]
    }
}

impl Scenario {
    /// Whether machines of this group are told what to do next before they are done, and take it up themselves: threads of this
    /// computer, and what stands for them in a simulated run where it was measured what that costs. Not where work is interrupted or
    /// shared or calls others, of which what stands for threads knows nothing.
    pub fn is_handed_ahead(&self, pool: PoolId, group: GroupIx) -> bool {
        let order = self.pools[pool.ix()].serve.order;
        let is_plain = || {
            let mut stages = self.jobs.iter().flat_map(|job| &job.stages).filter(|stage| stage.pool == pool);
            !order.preempts() && order != ServeOrder::ProcessorSharing && stages.all(|stage| stage.calls.is_empty())
        };
        let is_measured = || self.profile.as_ref().is_some_and(|profile| profile.dispatch.is_some());
        self.pools[pool.ix()].groups[group.ix()].place == Place::Threads
            && (self.mode == Mode::Live || (is_measured() && is_plain()))
    }

    /// Whether any are: then nobody but they knows when they begin.
    pub fn hands_ahead(&self) -> bool {
        let groups = self.pools.iter().enumerate().flat_map(|(pool, spec)| {
            (0..spec.groups.len()).map(move |group| (PoolId(pool as u16), GroupIx(group as u16)))
        });
        groups.into_iter().any(|(pool, group)| self.is_handed_ahead(pool, group))
    }
}

impl Job {
    /// Items that one task of a stage works on, on average: elements, points, rows, products of two numbers, or partial results
    /// that it combines. How long a task takes goes with them; 1 for an empty task, and for a service that no chunk has.
    pub fn items_per_task(&self, stage: StageIx) -> f64 {
        let stage = &self.stages[stage.ix()];
        let tasks = f64::from(stage.tasks.max(1));
        let Work::Kernel(kernel) = stage.work else { return 1.0 };
        let before = || stage.after.iter().map(|(before, _)| f64::from(self.stages[before.ix()].tasks)).sum::<f64>();
        match (kernel, kernel.leaves()) {
            (Kernel::Empty, _) => 1.0,
            (Kernel::MergeGroups { groups }, _) => (before() * f64::from(groups) / tasks).max(1.0),
            (_, Leaves::Combined { .. }) => (before() / tasks).max(1.0),
            _ => (kernel.items() / tasks).max(1.0),
        }
    }
}

/// As a scenario file has it, after `profile: `.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "(\n    machine: {:?},\n    cores: {},\n    date: {:?},", self.machine, self.cores, self.date)?;
        if let Some(seed) = self.seed {
            writeln!(f, "    seed: {seed},")?;
        }
        writeln!(f, "    service: {{")?;
        for (stage, times) in &self.service {
            // Of chunks of any size there is one list alone.
            if let [SizeTimes { items: None, busy }] = times.sizes.as_slice()
                && let [quantiles] = busy.as_slice()
            {
                writeln!(f, "      {stage:?}: {},", Texts(quantiles))?;
                continue;
            }
            writeln!(f, "      {stage:?}: [")?;
            for size in &times.sizes {
                write!(f, "        (")?;
                if let Some(items) = size.items {
                    write!(f, "items: {items}, ")?;
                }
                writeln!(f, "busy: [")?;
                for quantiles in &size.busy {
                    writeln!(f, "          {},", Texts(quantiles))?;
                }
                writeln!(f, "        ]),")?;
            }
            writeln!(f, "      ],")?;
        }
        writeln!(f, "    }},")?;
        if let Some(dispatch) = &self.dispatch {
            writeln!(f, "    dispatch: (")?;
            for (name, law) in [("idle", &dispatch.idle), ("next", &dispatch.next), ("held", &dispatch.held)] {
                let quantiles = if let Dist::Quantiles(quantiles) = law { quantiles.clone() } else { vec![law.mean()] };
                writeln!(f, "      {name}: {},", Texts(&quantiles))?;
            }
            writeln!(f, "      rested: {},\n    ),", Text(dispatch.rested))?;
        }
        if let Some(MachineLimits { read_bytes_per_sec, operations_per_sec }) = self.limits {
            writeln!(
                f,
                "    limits: (read_bytes_per_sec: {read_bytes_per_sec:.3e}, operations_per_sec: {operations_per_sec:.3e}),"
            )?;
        }
        if let Some(Agreement { date, points, error, noise, grade }) = &self.compared {
            writeln!(
                f,
                "    compared: (date: {date:?}, points: {points}, error: {error}, noise: {noise}, grade: {grade:?}),"
            )?;
        }
        if !self.contention.is_none() || self.contention_errors.is_some() {
            write!(f, "    contention: (alpha: {}, beta: {}", self.contention.alpha, self.contention.beta)?;
            if let Some((alpha, beta)) = self.contention_errors {
                write!(f, ", alpha_error: {alpha}, beta_error: {beta}")?;
            }
            writeln!(f, "),")?;
        }
        write!(f, "  )")
    }
}

/// Quantiles as a list of texts, to four digits.
struct Texts<'a>(&'a [f64]);

impl fmt::Display for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (at, secs) in self.0.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { ", " }, Text(*secs))?;
        }
        f.write_str("]")
    }
}

/// Seconds as a text.
struct Text(f64);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = (self.0 * 1e9).max(0.0);
        let digit = libm::pow(10.0, libm::log10(nanos.max(1.0)).floor() - 3.0).max(1.0);
        write!(f, "\"{}\"", Span(((nanos / digit).round() * digit).round() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(sizes: &[(f64, &[f64])]) -> TaskTimes {
        let size = |(items, secs): &(f64, &[f64])| SizeTimes { items: Some(*items), busy: vec![secs.to_vec()] };
        TaskTimes { sizes: sizes.iter().map(size).collect() }
    }

    #[test]
    fn two_sizes_give_a_power_between_a_line_beyond_and_one_a_proportion() {
        // 1 s of overhead, 0.01 s an item.
        let two = times(&[(100.0, &[2.0, 4.0]), (400.0, &[5.0, 10.0])]);
        for (items, expected) in [(100.0, [2.0, 4.0]), (400.0, [5.0, 10.0]), (600.0, [7.0, 14.0])] {
            assert_eq!(two.quantiles(items, 1), expected, "{items}");
        }
        // Half way on a logarithmic scale.
        let between = two.quantiles(200.0, 1);
        assert!((between[0] - 10.0_f64.sqrt()).abs() < 1e-12 && (between[1] - 40.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(two.quantiles(50.0, 1), [1.5, 3.0]);
        assert_eq!(times(&[(100.0, &[2.0])]).quantiles(50.0, 1), [1.0]);
        assert_eq!(TaskTimes::of_any_size(vec![2.0, 3.0]).quantiles(50.0, 1), [2.0, 3.0]);
    }

    #[test]
    fn what_is_extrapolated_is_never_negative_and_never_out_of_order() {
        // A cache makes small chunks cheap: the line goes below zero at 90 items.
        let two = times(&[(100.0, &[0.1, 9.0]), (200.0, &[1.1, 10.0])]);
        for items in [1.0, 10.0, 50.0, 90.0, 400.0] {
            let quantiles = two.quantiles(items, 1);
            assert!(quantiles[0] > 0.0 && quantiles[0] <= quantiles[1], "{items}: {quantiles:?}");
        }
    }

    #[test]
    fn more_busy_cores_than_were_measured_count_as_the_most() {
        let size = SizeTimes { items: None, busy: vec![vec![1.0], vec![1.5]] };
        assert_eq!([0, 1, 2, 9].map(|busy| size.at(busy)[0]), [1.0, 1.0, 1.5, 1.5]);
    }

    #[test]
    fn quantiles_are_written_to_four_digits_and_never_finer_than_a_nanosecond() {
        assert_eq!(Texts(&[0.000_000_012_3, 0.000_123_456, 1.5]).to_string(), "[\"12ns\", \"123.5us\", \"1.5s\"]");
    }
}
