//! Does a run keep up? Stable, saturated or overloaded, with the evidence.
//!
//! Overloaded: the jobs in the system grow over the last half of the run by more than chance explains, or more work is
//! refused or fails than can be overlooked. A queue that neither grows nor shrinks in the mean still wanders like a
//! random walk: with `a` arrivals and `d` departures its number moves by about sqrt(a + d). Worked example: 185/s arrive
//! and 142/s finish for 30 s, so 1,290 more jobs are inside; chance gives sqrt(5,550 + 4,260) = 99, twice that is 198:
//! overloaded.
//!
//! Saturated: not that, but the cores of the busiest pool are at work nearly all the time, so that a little more load
//! would be too much (the knee of a closed system, where throughput follows the clients no more).

use serde::Serialize;

use crate::base::figures::{share, signed_per_sec};
use crate::base::{Span, Time};
use crate::metrics::series::Series;
use crate::metrics::snapshot::Snapshot;
use crate::scenario::Sensitivity;

/// Whether a run keeps up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Saturation {
    /// The verdict.
    pub state: State,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// What arrives is finished, and there is room.
    Stable,
    /// What arrives is finished, but there is no room.
    Saturated,
    /// More arrives than is finished.
    Overloaded,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Saturated => "saturated",
            Self::Overloaded => "overloaded",
        }
    }
}

/// Whether the run in this picture keeps up.
pub fn saturation(snapshot: &Snapshot) -> Saturation {
    let sensitivity = snapshot.scenario.sensitivity;
    let half = Time::ZERO + Span(snapshot.at.0 / 2);
    let from = half.max(Time::ZERO + snapshot.scenario.warmup);
    let secs = snapshot.at.since(from).secs();
    let series = &snapshot.series;
    let total = |series: &Series| mean(series, from, snapshot.at) * secs;
    let (arrived, completed, failed) = (total(&series.offered), total(&series.completed), total(&series.errors));
    let mut inside = series.in_flight.range(from, snapshot.at, usize::MAX);
    let first = inside.next().map_or(0.0, |cell| cell.mean);
    let last = inside.last().map_or(first, |cell| cell.mean);
    let per_sec = |jobs: f64| if secs > 0.0 { jobs / secs } else { 0.0 };
    let growth = per_sec(last - first);
    let walk = sensitivity.standard_deviations() * (arrived + completed + failed).sqrt();
    let chance = per_sec(walk).max(sensitivity.growth_share() * per_sec(arrived));
    let errors_share = if failed > 0.0 { failed / (completed + failed) } else { 0.0 };
    let (busiest_pool, busiest_utilisation) = busiest(snapshot, from);
    let busy = share(busiest_utilisation);
    let errors = share(errors_share);
    let (grows, by_chance) = (signed_per_sec(growth), signed_per_sec(chance));
    let (state, evidence) = if growth > chance {
        (State::Overloaded, format!("the jobs inside grow by {grows}; chance explains {by_chance}"))
    } else if errors_share > sensitivity.errors_share() {
        (State::Overloaded, format!("{errors} of the jobs that end are refused or fail"))
    } else if busiest_utilisation >= sensitivity.busy_share() {
        (
            State::Saturated,
            format!("{busy} of the cores of \"{busiest_pool}\" are at work; the jobs inside do not grow"),
        )
    } else {
        (State::Stable, format!("{busy} of the cores of \"{busiest_pool}\" are at work; the jobs inside do not grow"))
    };
    Saturation {
        state,
        sensitivity,
        growth_per_sec: growth,
        chance_per_sec: chance,
        errors_share,
        busiest_pool,
        busiest_utilisation,
        evidence,
    }
}

/// The pool with the most of its cores at work, and how many that is.
fn busiest(snapshot: &Snapshot, from: Time) -> (String, f64) {
    let name = |ix: usize| snapshot.scenario.pools[ix].name.clone();
    if let [only] = snapshot.pools.as_slice() {
        return (name(only.pool.ix()), mean(&snapshot.series.utilisation, from, snapshot.at));
    }
    let busiest = snapshot.pools.iter().max_by(|one, other| one.utilisation.total_cmp(&other.utilisation));
    busiest.map_or((String::new(), 0.0), |pool| (name(pool.pool.ix()), pool.utilisation))
}

/// The mean of a series over a stretch of time.
fn mean(series: &Series, from: Time, to: Time) -> f64 {
    let cells = series.range(from, to, usize::MAX).filter(|cell| cell.start >= from);
    let (sum, count) = cells.fold((0.0, 0u32), |(sum, count), cell| (sum + cell.mean, count + 1));
    sum / f64::from(count.max(1))
}
