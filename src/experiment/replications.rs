//! Independent replications: the same scenario under seeds of its own for each, so that their means are independent and
//! a Student interval over them holds (Law, *Simulation Modeling and Analysis*, chapter 9).
//!
//! A steady scenario forgets how it began; what it has not yet forgotten is removed, by the warm-up of the file or, where
//! that says nothing, by MSER-5 on the mean of a few pilot runs. A scenario whose load or machines change on the way is
//! a story with an end (terminating): its replications are whole runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::figures::{Figure, Until};
use crate::analysis::intervals::{Interval, Moments, mean_interval, replications_needed};
use crate::analysis::warmup::mser5;
use crate::base::{Domain, Span, Stream};
use crate::engine;
use crate::engine::handle::{EngineError, Finished};
use crate::metrics::summary::{FigureSummary, Replications, Summary};
use crate::scenario::{Arrivals, Command, Comparison, RateSpec, Scenario};

/// The share of intervals that hold the truth.
const CONFIDENCE: f64 = 0.95;
/// Runs that are looked at to find the warm-up.
const PILOTS: u64 = 5;

/// How many replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// So many, or so many to begin with.
    pub count: u64,
    /// Until this is known well enough.
    pub until: Option<Until>,
    /// At most so many.
    pub cap: u64,
}

/// What replications came to.
#[derive(Clone, Debug)]
pub struct Replicated {
    /// The summary of each, in the order of their numbers.
    pub summaries: Vec<Summary>,
    /// What they say together.
    pub together: Replications,
}

impl Replicated {
    /// The summary of the first replication, with what all of them say: the seed of the experiment, their figures, each objective by the
    /// mean of what it measured, and the laws of one that breaks any.
    pub fn summary(&self, scenario: &Scenario) -> Option<Summary> {
        let mut summary = self.summaries.first()?.clone();
        summary.seed = scenario.seed;
        for (place, (result, objective)) in summary.objectives.iter_mut().zip(&scenario.objectives).enumerate() {
            let values = self.summaries.iter().filter_map(|one| one.objectives.get(place)?.measured);
            let values: Moments = values.collect();
            result.measured = (values.count() > 0).then(|| values.mean());
            result.interval = mean_interval(&values, CONFIDENCE).map(|interval| (interval.low, interval.high));
            result.met = result.measured.is_some_and(|value| match objective.comparison {
                Comparison::Less => value < result.bound,
                Comparison::LessOrEqual => value <= result.bound,
                Comparison::Greater => value > result.bound,
                Comparison::GreaterOrEqual => value >= result.bound,
            });
        }
        // A law that one of them breaks is broken, whoever comes first.
        let broken = self.summaries.iter().find(|one| one.checks.iter().any(|check| !check.holds));
        if let Some(one) = broken {
            summary.checks = one.checks.clone();
        }
        summary.replications = Some(self.together.clone());
        Some(summary)
    }
}

/// The seed of the replication with this number, in an experiment with this seed.
pub fn seed(experiment: u64, replication: u64) -> u64 {
    Stream::new(experiment, Domain::Replication, [replication, 0, 0, 0]).bits()
}

/// Simulates `count` replications in parallel, and returns what `keep` takes of each, in the order of their numbers.
///
/// The seed of the scenario is that of the experiment. What a run leaves is large; `keep` decides how much of it stays.
/// Runs in the pool of threads of the caller (`rayon::ThreadPool::install`), whose size changes nothing but the time.
///
/// # Errors
/// When the scenario is live.
pub fn replicate<T: Send>(
    scenario: &Scenario,
    count: u64,
    keep: impl Fn(Finished) -> T + Sync,
) -> Result<Vec<T>, EngineError> {
    replicate_from(scenario, 0..count, keep)
}

/// The same for replications with these numbers.
///
/// # Errors
/// When the scenario is live.
pub fn replicate_from<T: Send>(
    scenario: &Scenario,
    numbers: std::ops::Range<u64>,
    keep: impl Fn(Finished) -> T + Sync,
) -> Result<Vec<T>, EngineError> {
    replicate_until(scenario, numbers, &AtomicBool::new(false), keep)
}

/// The same; those that have not begun when `stop` becomes true are left out.
fn replicate_until<T: Send>(
    scenario: &Scenario,
    numbers: std::ops::Range<u64>,
    stop: &AtomicBool,
    keep: impl Fn(Finished) -> T + Sync,
) -> Result<Vec<T>, EngineError> {
    let one = |number: u64| (!stop.load(Ordering::Relaxed)).then(|| replicate_one(scenario, number, &keep));
    numbers.into_par_iter().filter_map(one).collect()
}

/// One replication.
pub(super) fn replicate_one<T>(
    scenario: &Scenario,
    number: u64,
    keep: impl Fn(Finished) -> T,
) -> Result<T, EngineError> {
    let seeded = Scenario { seed: seed(scenario.seed, number), ..scenario.clone() };
    engine::simulate(Arc::new(seeded)).map(keep)
}

/// Runs replications of a scenario as asked, with what is to be left out of each found first.
///
/// # Errors
/// When the scenario is live.
pub fn run(scenario: &Scenario, ask: &Ask) -> Result<Replicated, EngineError> {
    run_until(scenario, ask, &AtomicBool::new(false))
}

/// The same; when `stop` becomes true it ends with those that were done.
///
/// # Errors
/// When the scenario is live.
pub fn run_until(scenario: &Scenario, ask: &Ask, stop: &AtomicBool) -> Result<Replicated, EngineError> {
    let (scenario, warmup) = without_transient(scenario)?;
    let cap = ask.cap.max(2);
    let mut summaries: Vec<Summary> = Vec::new();
    let mut wanted = ask.count.clamp(2, cap);
    let stopped_by = loop {
        let numbers = summaries.len() as u64..wanted;
        summaries.extend(replicate_until(&scenario, numbers, stop, |finished| finished.summary)?);
        if stop.load(Ordering::Relaxed) {
            break "interruption";
        }
        let Some(until) = ask.until else { break "count" };
        let values = moments(&summaries, until.figure);
        let known = mean_interval(&values, CONFIDENCE);
        if known.is_some_and(|interval| interval.relative_half_width() <= until.relative) {
            break "precision";
        }
        if wanted >= cap {
            break "cap";
        }
        // The variance is itself an estimate: no more than twice as many before it is looked at again.
        let needed = replications_needed(&values, CONFIDENCE, until.relative).unwrap_or(u64::MAX);
        wanted = needed.clamp(wanted + 1, wanted * 2).min(cap);
    };
    let together = Replications {
        count: summaries.len() as u64,
        confidence: CONFIDENCE,
        is_terminating: !is_steady(&scenario),
        warmup_secs: scenario.warmup.secs(),
        warmup_by: warmup.to_owned(),
        stopped_by: stopped_by.to_owned(),
        figures: Figure::ALL.into_iter().filter_map(|figure| figure_summary(&summaries, figure)).collect(),
    };
    Ok(Replicated { summaries, together })
}

/// The interval of the mean of a figure over replications; `None` where fewer than two have it.
///
/// A percentile is that of each replication, which makes a replication a batch: the interval is that of their mean, and
/// needs no more of the law than that replications are alike.
pub fn interval(summaries: &[Summary], figure: Figure) -> Option<Interval> {
    mean_interval(&moments(summaries, figure), CONFIDENCE)
}

fn moments(summaries: &[Summary], figure: Figure) -> Moments {
    summaries.iter().filter_map(|summary| figure.of(summary)).collect()
}

fn figure_summary(summaries: &[Summary], figure: Figure) -> Option<(String, FigureSummary)> {
    let Interval { estimate, low, high, .. } = interval(summaries, figure)?;
    Some((figure.field().to_owned(), FigureSummary { mean: estimate, low, high }))
}

/// The scenario with a warm-up that leaves out what is not steady, and what decided it.
pub(super) fn without_transient(scenario: &Scenario) -> Result<(Scenario, &'static str), EngineError> {
    if !scenario.warmup.is_zero() {
        return Ok((scenario.clone(), "the scenario"));
    }
    if !is_steady(scenario) {
        return Ok((scenario.clone(), "nothing, since the run is a story with an end"));
    }
    let levels = |finished: Finished| -> Vec<f64> {
        finished.snapshot.series.in_flight.finest().map(|cell| cell.mean).collect()
    };
    let pilots = replicate(scenario, PILOTS, |finished| (finished.snapshot.series.in_flight.tick(), levels(finished)))?;
    let tick = pilots.first().map_or(Span::ZERO, |(tick, _)| *tick);
    let length = pilots.iter().map(|(_, levels)| levels.len()).min().unwrap_or(0);
    let mean = |at: usize| pilots.iter().map(|(_, levels)| levels[at]).sum::<f64>() / pilots.len() as f64;
    let Some(cut) = mser5(&(0..length).map(mean).collect::<Vec<f64>>()) else {
        return Ok((scenario.clone(), "nothing: MSER-5 finds no end of the transient, so the run is too short"));
    };
    let warmup = Span(tick.0.saturating_mul(cut as u64));
    Ok((Scenario { warmup, ..scenario.clone() }, "MSER-5"))
}

/// Whether nothing changes on the way: no stages of load, and no timeline but notes.
pub fn is_steady(scenario: &Scenario) -> bool {
    let same = |one: RateSpec, other: RateSpec| match (one, other) {
        (RateSpec::PerSec(one), RateSpec::PerSec(other)) | (RateSpec::Auto(one), RateSpec::Auto(other)) => one == other,
        _ => false,
    };
    let is_level = |arrivals: &Arrivals| match arrivals {
        Arrivals::Open { load, .. } => load.windows(2).all(|pair| same(pair[0].to, pair[1].to)),
        Arrivals::Closed { .. } => true,
    };
    scenario.traffic.iter().all(|source| is_level(&source.arrivals))
        && scenario.timeline.iter().all(|entry| matches!(entry.command, Command::Note(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replications_have_seeds_of_their_own() {
        let mut seeds: Vec<u64> = (0..1_000).map(|number| seed(42, number)).collect();
        assert_ne!(seeds[0], seed(43, 0));
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 1_000);
    }
}
