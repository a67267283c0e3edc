//! What stands in the table of runs: which columns, what in each cell, and in which order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::read::{Opens, Row};
use crate::base::os;
use crate::experiment::figures::Figure;
use crate::ui::text;

/// Fields of scenarios that are listed: what is further right nobody scrolls to.
pub(super) const PARAMS_MAX: usize = 40;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Title,
    Opens,
    Figure(Figure),
    GoalsMet,
    Mode,
    Seed,
    Started,
    Param(String),
}

/// What comes first in every table.
const FIRST: [Column; 9] = [
    Column::Title,
    Column::Opens,
    Column::Figure(Figure::P99),
    Column::Figure(Figure::Throughput),
    Column::Figure(Figure::Cost),
    Column::GoalsMet,
    Column::Mode,
    Column::Seed,
    Column::Started,
];

/// Which fields of the scenarios have columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Params {
    /// Those whose values differ among the runs.
    #[default]
    Different,
    /// All of them.
    All,
}

/// The columns for these runs, and how many more fields there are.
pub(super) fn columns(rows: &[Row], params: Params) -> (Vec<Column>, usize) {
    let names: Vec<&str> = match params {
        Params::Different => different(rows),
        Params::All => rows.iter().flat_map(|row| row.params.keys()).collect::<BTreeSet<_>>(),
    }
    .into_iter()
    .map(String::as_str)
    .collect();
    let more = names.len().saturating_sub(PARAMS_MAX);
    let params = names.into_iter().take(PARAMS_MAX).map(|name| Column::Param(name.to_owned()));
    (FIRST.into_iter().chain(params).collect(), more)
}

/// The fields whose values differ; having none is a value of its own. What a sweep goes through is its title already.
pub(super) fn different(rows: &[Row]) -> BTreeSet<&String> {
    let mut seen: BTreeMap<&String, (BTreeSet<&str>, usize)> = BTreeMap::new();
    let runs = rows.iter().filter(|row| row.opens != Opens::Parts);
    let mut count = 0;
    for row in runs {
        count += 1;
        for (name, value) in &row.params {
            let (values, times) = seen.entry(name).or_default();
            values.insert(value);
            *times += 1;
        }
    }
    let differs = |(values, times): &(BTreeSet<&str>, usize)| values.len() > 1 || *times < count;
    seen.iter().filter(|(_, seen)| differs(seen)).map(|(name, _)| *name).collect()
}

impl Column {
    /// What stands above it.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Title => text::RUNS_RUN.to_owned(),
            Self::Opens => text::RUNS_OPENS.to_owned(),
            Self::Figure(Figure::P99) => text::P99.to_owned(),
            Self::Figure(Figure::Cost) => text::RUNS_COST.to_owned(),
            Self::Figure(figure) => figure.label().to_owned(),
            Self::GoalsMet => text::RUNS_GOALS.to_owned(),
            Self::Mode => text::RUNS_MODE.to_owned(),
            Self::Seed => text::RUNS_SEED.to_owned(),
            Self::Started => text::RUNS_STARTED.to_owned(),
            Self::Param(path) => path.rsplit_once('.').map_or(path.as_str(), |(_, last)| last).to_owned(),
        }
    }

    /// Its width in points.
    pub(super) fn width(&self) -> f32 {
        match self {
            Self::Title => 210.0,
            Self::Started => 120.0,
            Self::Figure(Figure::P99) => 112.0,
            Self::Seed => 44.0,
            Self::Mode => 64.0,
            _ => 88.0,
        }
    }

    /// What a cell says.
    pub(super) fn cell(&self, row: &Row) -> String {
        match self {
            Self::Title => row.title.clone(),
            Self::Opens => row.opens.words().to_owned(),
            Self::Figure(figure) => {
                let value = row.metrics.get(figure.name());
                value.map_or_else(|| text::NO_VALUE.to_owned(), |value| figure.written(*value))
            }
            Self::GoalsMet => {
                let (met, all) = goals(row);
                if all == 0 { text::NO_VALUE.to_owned() } else { text::runs_goals_met(met, all) }
            }
            Self::Mode => row.mode.clone(),
            Self::Seed if row.mode == "sweep" => text::NO_VALUE.to_owned(),
            Self::Seed => row.seed.to_string(),
            Self::Started => text::runs_started(&os::utc_text(row.started)),
            Self::Param(name) => row.params.get(name).cloned().unwrap_or_else(|| text::NO_VALUE.to_owned()),
        }
    }

    /// Which of two runs stands first by it. Who has no value comes last, whichever way it is sorted.
    pub(super) fn order(&self, a: &Row, b: &Row, direction: Direction) -> Ordering {
        let turned = |order: Ordering| if direction == Direction::Down { order.reverse() } else { order };
        let of_number = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        match self {
            Self::Figure(figure) => {
                of_number(a.metrics.get(figure.name()).copied(), b.metrics.get(figure.name()).copied())
            }
            Self::GoalsMet => {
                let share =
                    |row| Some(goals(row)).filter(|(_, all)| *all > 0).map(|(met, all)| met as f64 / all as f64);
                of_number(share(a), share(b))
            }
            Self::Seed => turned(a.seed.cmp(&b.seed)),
            Self::Started => turned(a.started.cmp(&b.started)),
            Self::Title => turned(a.title.cmp(&b.title)),
            Self::Opens => turned(a.opens.words().cmp(b.opens.words())),
            Self::Mode => turned(a.mode.cmp(&b.mode)),
            Self::Param(name) => match (a.params.get(name), b.params.get(name)) {
                (Some(a), Some(b)) => turned(by_size(a, b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            },
        }
    }
}

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The least first.
    Up,
    /// The most first.
    Down,
}

/// How many goals a run met, and of how many.
fn goals(row: &Row) -> (usize, usize) {
    let goals: Vec<f64> =
        row.metrics.iter().filter(|(name, _)| name.starts_with("met.")).map(|(_, met)| *met).collect();
    (goals.iter().filter(|met| **met > 0.5).count(), goals.len())
}

/// Values by their size where they have one, else as texts.
pub(super) fn by_size(a: &str, b: &str) -> Ordering {
    match (size(a), size(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
    .then_with(|| a.cmp(b))
}

/// The size of a value as scenario files write it: a number, perhaps with a unit of time, of rate or of bytes.
pub(super) fn size(value: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 14] = [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("ms", 1e-3),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3_600.0),
        ("%", 0.01),
        ("/s", 1.0),
        ("KiB", 1_024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("x", 1.0),
        ("", 1.0),
        ("B", 1.0),
    ];
    let value = value.trim().trim_matches('"').replace('_', "");
    let end = value.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '-' | '+')).unwrap_or(value.len());
    let (number, unit) = value.split_at(end);
    let (_, factor) = UNITS.into_iter().find(|(name, _)| *name == unit.trim())?;
    number.parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, params: &[(&str, &str)], p99: Option<f64>) -> Row {
        Row {
            id: id.to_owned(),
            params: params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            metrics: p99.map(|value| ("p99".to_owned(), value)).into_iter().collect(),
            ..Row::default()
        }
    }

    #[test]
    fn only_fields_that_differ_have_columns() {
        let rows = [
            row("a", &[("balance", "RoundRobin"), ("count", "2"), ("extra", "1")], None),
            row("b", &[("balance", "PowerOfTwo"), ("count", "2")], None),
            Row { opens: Opens::Parts, ..row("c", &[("count", "2, 4")], None) },
        ];
        let names = |params| {
            let (columns, more) = columns(&rows, params);
            assert_eq!((&columns[..FIRST.len()], more), (&FIRST[..], 0));
            columns[FIRST.len()..].iter().map(Column::title).collect::<Vec<_>>()
        };
        assert_eq!(names(Params::Different), ["balance", "extra"]);
        assert_eq!(names(Params::All), ["balance", "count", "extra"]);
        assert_eq!(different(&rows[..1]), BTreeSet::new());
    }

    #[test]
    fn columns_are_bounded_and_it_is_known_how_many_are_left() {
        let names: Vec<String> = (0..50).map(|n| format!("field{n:02}")).collect();
        let params: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        let (columns, more) = columns(&[row("a", &params, None)], Params::All);
        assert_eq!((columns.len(), more), (FIRST.len() + PARAMS_MAX, 10));
    }

    #[test]
    fn who_has_no_value_comes_last_both_ways() {
        let rows = [row("a", &[], Some(2.0)), row("b", &[], None), row("c", &[], Some(1.0))];
        let sorted = |direction| {
            let mut rows = rows.to_vec();
            rows.sort_by(|a, b| Column::Figure(Figure::P99).order(a, b, direction));
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(sorted(Direction::Up), ["c", "a", "b"]);
        assert_eq!(sorted(Direction::Down), ["a", "c", "b"]);
    }

    #[test]
    fn values_are_sorted_by_what_they_stand_for() {
        let mut values = ["20ms", "1s", "PowerOfTwo", "5ms", "\"2us\""];
        values.sort_by(|a, b| by_size(a, b));
        assert_eq!(values, ["\"2us\"", "5ms", "20ms", "1s", "PowerOfTwo"]);
        assert_eq!((size("1_000"), size("80/s"), size("50%"), size("Fifo")), (Some(1e3), Some(80.0), Some(0.5), None));
    }

    #[test]
    fn goals_are_counted() {
        let mut run = row("a", &[], None);
        assert_eq!(Column::GoalsMet.cell(&run), "–");
        run.metrics.insert("met.fast".to_owned(), 1.0);
        assert_eq!(Column::GoalsMet.cell(&run), "met");
        run.metrics.insert("met.cheap".to_owned(), 0.0);
        assert_eq!(Column::GoalsMet.cell(&run), "1 of 2 met");
    }
}
