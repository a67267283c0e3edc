//! Sweeps: one scenario with each value of some of its fields, on the same luck: which of them does best?
//!
//! A decision is swept over what is listed for it ([`POLICIES`](crate::scenario::POLICIES)), a number over the values given.
//! Replications of all points have the same seeds, so that arrivals, keys and demands are the same wherever the changed
//! field leaves them alone (common random numbers; Law, chapter 11).

use std::collections::BTreeMap;
use std::str::FromStr;

use super::figures::Figure;
use super::replications::{self, Ask, Replicated};
use crate::analysis::intervals::Interval;
use crate::engine::handle::EngineError;
use crate::metrics::summary::Summary;
use crate::scenario::limits::SWEEP_POINTS_MAX;
use crate::scenario::{Listed, Scenario, ScenarioErrors, listed, values};

/// A field, and the values that it takes one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The field, as `--set` takes it: `pools.api.balance`.
    pub path: String,
    /// Its values, as a file has them.
    pub values: Vec<String>,
}

/// What came of a sweep.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What was changed.
    pub axes: Vec<Axis>,
    /// Every combination of values, the last axis changing first.
    pub points: Vec<Point>,
}

/// One combination of values.
#[derive(Clone, Debug)]
pub struct Point {
    /// One of each axis.
    pub values: Vec<String>,
    /// What came of it, or why the scenario cannot have these values.
    pub came: Result<Came, ScenarioErrors>,
}

/// What the replications of a point came to.
#[derive(Clone, Debug)]
pub struct Came {
    /// The mean of each figure, and where its truth lies.
    pub figures: BTreeMap<Figure, Interval>,
    /// Whether each objective is met by the mean of what it measured; `None` where the scenario has none.
    pub meets: Option<bool>,
    /// Replications in which every objective was met.
    pub met: usize,
    /// Whether the laws that hold in every run held in all of them.
    pub is_sound: bool,
    /// The summary of the first replication, with what all of them say.
    pub summary: Option<Summary>,
}

impl Axis {
    /// As `PATH=VALUE` for each value.
    fn assignments(&self) -> impl Iterator<Item = String> {
        self.values.iter().map(|value| format!("{}={value}", self.path))
    }
}

impl FromStr for Axis {
    type Err = String;

    /// `pools.api.balance` or `pools.api.balance=all` for everything that is listed; `pools.api.groups.0.count=1,2,4`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (path, wanted) = text.split_once('=').unwrap_or((text, "all"));
        let (path, wanted) = (path.trim().to_owned(), wanted.trim());
        if wanted == "all" {
            let Some(list) = listed(&path) else {
                return Err(format!("no list says what {path} can be: give its values, as {path}=1,2,4"));
            };
            let in_list =
                |choice: &Listed| if is_list(&path) { format!("[{}]", choice.0) } else { choice.0.to_owned() };
            return Ok(Self { values: list.iter().map(in_list).collect(), path });
        }
        let values = match whole_numbers(wanted) {
            Some(range) if range.clone().count() > SWEEP_POINTS_MAX => {
                return Err(format!("these are more than {SWEEP_POINTS_MAX} values, the limit SWEEP_POINTS_MAX"));
            }
            Some(range) => range.map(|number| number.to_string()).collect(),
            None => values(wanted).map_err(|errors| errors.to_string())?,
        };
        if values.is_empty() {
            return Err(format!("{path} needs values, as {path}=1,2,4"));
        }
        Ok(Self { path, values })
    }
}

/// `1..=8`
fn whole_numbers(text: &str) -> Option<std::ops::RangeInclusive<u32>> {
    let (first, last) = text.split_once("..=")?;
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}

/// Whether a field holds several choices at once.
fn is_list(path: &str) -> bool {
    path.ends_with(".admit")
}

/// How many points the axes span.
pub fn points(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.values.len()).fold(1, usize::saturating_mul)
}

/// Simulates every point, `count` replications each. `make` turns assignments into a scenario; `goes_on` is asked after
/// each point.
///
/// # Errors
/// When a scenario is live.
pub fn run(
    axes: Vec<Axis>,
    count: u64,
    make: impl Fn(&[String]) -> Result<Scenario, ScenarioErrors>,
    mut goes_on: impl FnMut(&Point) -> bool,
) -> Result<Sweep, EngineError> {
    let mut swept = Vec::new();
    let ask = Ask { count, until: None, cap: count };
    for number in 0..points(&axes) {
        let (values, assignments) = at(&axes, number);
        let came = match make(&assignments) {
            Ok(scenario) => Ok(Came::of(&scenario, &replications::run(&scenario, &ask)?)),
            Err(errors) => Err(errors),
        };
        let point = Point { values, came };
        let more = goes_on(&point);
        swept.push(point);
        if !more {
            break;
        }
    }
    Ok(Sweep { axes, points: swept })
}

/// The values of a point by its number, and the assignments for them.
fn at(axes: &[Axis], mut number: usize) -> (Vec<String>, Vec<String>) {
    let mut point = Vec::new();
    for axis in axes.iter().rev() {
        let ix = number % axis.values.len();
        number /= axis.values.len();
        point.push((axis.values[ix].clone(), axis.assignments().nth(ix).unwrap_or_default()));
    }
    point.into_iter().rev().unzip()
}

impl Came {
    fn of(scenario: &Scenario, replicated: &Replicated) -> Self {
        let summaries = &replicated.summaries;
        let figures = Figure::ALL.into_iter();
        let figures = figures.filter_map(|figure| Some((figure, replications::interval(summaries, figure)?))).collect();
        let together = replicated.summary(scenario);
        let meets = together.as_ref().filter(|summary| !summary.objectives.is_empty());
        Self {
            figures,
            meets: meets.map(|summary| summary.objectives.iter().all(|objective| objective.met)),
            met: summaries.iter().filter(|summary| summary.objectives.iter().all(|one| one.met)).count(),
            is_sound: summaries.iter().all(|summary| summary.checks.iter().all(|check| check.holds)),
            summary: together,
        }
    }
}

impl Sweep {
    /// The position of the point that meets every objective for the least money a job; `None` where none does, or there are
    /// no objectives.
    pub fn cheapest(&self) -> Option<usize> {
        let cost = |point: &Point| {
            let came = point.came.as_ref().ok().filter(|came| came.meets == Some(true))?;
            came.figures.get(&Figure::CostPer1000).map(|cost| cost.estimate)
        };
        let costs = self.points.iter().enumerate().filter_map(|(ix, point)| Some((ix, cost(point)?)));
        costs.min_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(ix, _)| ix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(text: &str) -> Axis {
        text.parse().expect("an axis")
    }

    #[test]
    fn values_are_given_or_those_that_are_listed() {
        assert_eq!(axis("pools.a.groups.0.count=1, 2,4").values, ["1", "2", "4"]);
        assert_eq!(axis("pools.a.cache=[Off, Lru(entries: 4)]").values, ["Off", "Lru(entries: 4)"]);
        assert_eq!(axis("pools.a.groups.0.count=2..=4").values, ["2", "3", "4"]);
        assert!("seed=0..=4000000000".parse::<Axis>().is_err());
        assert!("seed=5..=4".parse::<Axis>().is_err());
        assert_eq!(axis("duration=1m,2m").values, ["1m", "2m"]);
        let balance = axis("pools.a.balance");
        assert!(balance.values.len() > 20 && balance.values.contains(&"PowerOfD(d: 3)".to_owned()), "{balance:?}");
        assert!(axis("pools.a.resilience.admit=all").values.contains(&"[CoDel]".to_owned()));
        assert!("pools.a.groups.0.count".parse::<Axis>().is_err(), "no list has counts");
        assert!("seed=".parse::<Axis>().is_err());
        assert!("seed=1,(".parse::<Axis>().is_err());
    }

    #[test]
    fn the_last_axis_changes_first() {
        let axes = [axis("a=1,2"), axis("b=3,4,5")];
        assert_eq!(points(&axes), 6);
        assert_eq!(at(&axes, 0).0, ["1", "3"]);
        assert_eq!(at(&axes, 1).0, ["1", "4"]);
        assert_eq!(at(&axes, 5), (vec!["2".to_owned(), "5".to_owned()], vec!["a=2".to_owned(), "b=5".to_owned()]));
    }
}
