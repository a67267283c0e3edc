//! Insight: what kind of trouble is this? Small diagnosers, each with its evidence in numbers.
//!
//! They see what a viewer sees, symptoms alone: never what was injected, nor the scenario's timeline. Each looks at the last
//! ten seconds, or at what it has seen so far where that is what it is about, and says nothing unless it is sure: a healthy
//! run has no findings.

mod cache_thrash;
mod flapping;
mod hot_shard;
mod retry_storm;
mod saturated;
mod sinkhole;
mod straggler;

use std::borrow::Cow;

use crate::base::{PoolId, Span, Time};
use crate::metrics::series::Series;
use crate::metrics::snapshot::{PoolView, Snapshot, WorkerState, WorkerView};

/// How long is looked at.
const WINDOW: Span = Span::from_secs(10);
/// Before so much has passed nothing is said.
const SETTLING: Span = Span::from_secs(15);

/// Machines that a pool must have to compare one with the others.
const MACHINES_MIN: usize = 3;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// What it is called.
    pub name: Cow<'static, str>,
    /// What it is seen by, with its numbers.
    pub evidence: String,
    /// What it means, and what helps.
    pub explanation: Cow<'static, str>,
}

/// Somebody who knows one kind of trouble.
#[derive(Clone, Copy, Debug)]
pub struct Diagnoser {
    /// What it is called.
    pub name: &'static str,
    /// What it means, and what helps.
    pub explain: &'static str,
    /// The evidence, if it is there.
    pub check: fn(&Snapshot) -> Option<String>,
}

/// One machine is slower than the others.
pub const STRAGGLER: &str = straggler::DIAGNOSER.name;
/// The least specific of them.
pub const SATURATED: &str = saturated::DIAGNOSER.name;

/// All of them, the most specific first.
pub const ALL: [Diagnoser; 7] = [
    retry_storm::DIAGNOSER,
    sinkhole::DIAGNOSER,
    cache_thrash::DIAGNOSER,
    hot_shard::DIAGNOSER,
    straggler::DIAGNOSER,
    flapping::DIAGNOSER,
    saturated::DIAGNOSER,
];

/// What is the matter, the most specific first; empty where nothing is, or too little is known.
pub fn diagnose(snapshot: &Snapshot) -> Vec<Finding> {
    if snapshot.at < Time::ZERO + SETTLING {
        return Vec::new();
    }
    let found = |own: &Diagnoser| {
        let evidence = (own.check)(snapshot)?;
        Some(Finding { name: own.name.into(), evidence, explanation: own.explain.into() })
    };
    ALL.iter().filter_map(found).collect()
}

/// The pool in which one machine is slower than the others.
pub fn slow_machine(snapshot: &Snapshot) -> Option<PoolId> {
    straggler::slowest(snapshot).map(|(worker, _)| worker.pool)
}

/// Which of several pools is busy all the time.
pub fn bottleneck(snapshot: &Snapshot) -> Option<String> {
    (snapshot.pools.len() > 1).then(|| saturated::busy_pool(snapshot)).flatten()
}

/// The mean of a series over the window.
fn lately(snapshot: &Snapshot, series: &Series) -> Option<f64> {
    mean(series, Time(snapshot.at.0.saturating_sub(WINDOW.0)), snapshot.at)
}

/// The mean of a series over a stretch; `None` where it has no values there.
fn mean(series: &Series, from: Time, to: Time) -> Option<f64> {
    let cells = series.finest().rev().take_while(|cell| cell.start >= from).filter(|cell| cell.start < to);
    let (sum, count) = cells.fold((0.0, 0u32), |(sum, count), cell| (sum + cell.mean, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// For each pool with machines enough to compare one with the others, those that take work.
fn comparable(snapshot: &Snapshot) -> impl Iterator<Item = Vec<&WorkerView>> {
    let in_service = |pool: &PoolView| {
        let takes = |worker: &&WorkerView| worker.pool == pool.pool && worker.state == WorkerState::Ready;
        snapshot.workers.iter().filter(takes).collect()
    };
    snapshot.pools.iter().map(in_service).filter(|machines: &Vec<_>| machines.len() >= MACHINES_MIN)
}

/// The middle of some values; zero of none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
