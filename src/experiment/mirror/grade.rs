//! How far apart real and simulated are, and whether that is good.

use serde::Serialize;

/// What is compared of a run; `None` where it means nothing there. Times in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Jobs a second.
    pub throughput: Option<f64>,
    /// From the first job of a burst to the last answer, or of one job that is alone.
    pub makespan: Option<f64>,
    /// Latency of the median job.
    pub p50: Option<f64>,
    /// Latency that 5 % exceed.
    pub p95: Option<f64>,
    /// Latency that 1 % exceed.
    pub p99: Option<f64>,
}

/// A figure: its name, how it is read, and how far a prediction may be off, where that is asked.
pub struct Asked {
    /// Its name.
    pub name: &'static str,
    /// Relative error that is good enough.
    pub goal: Option<f64>,
    read: fn(&Figures) -> Option<f64>,
}

/// What is compared, and how far off a prediction may be.
pub const ASKED: [Asked; 5] = [
    Asked { name: "throughput", goal: Some(0.05), read: |figures| figures.throughput },
    Asked { name: "makespan", goal: Some(0.05), read: |figures| figures.makespan },
    Asked { name: "p50", goal: Some(0.10), read: |figures| figures.p50 },
    Asked { name: "p95", goal: Some(0.15), read: |figures| figures.p95 },
    Asked { name: "p99", goal: None, read: |figures| figures.p99 },
];

/// An error is also good that is so many times the distance of two live runs.
const NOISE_FACTOR: f64 = 2.0;

/// One figure of one point: live twice, simulated, and by the textbook.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Which.
    pub figure: &'static str,
    /// Relative error that is good enough.
    pub goal: Option<f64>,
    /// What two live runs of the same point measured.
    pub live: [f64; 2],
    /// What the simulation came to.
    pub predicted: f64,
    /// What M/M/c says; `None` where it says nothing.
    pub textbook: Option<f64>,
}

impl Row {
    /// The mean of the two live runs.
    pub fn measured(&self) -> f64 {
        f64::midpoint(self.live[0], self.live[1])
    }

    /// Of the prediction, relative to what was measured.
    pub fn error(&self) -> f64 {
        self.predicted / self.measured() - 1.0
    }

    /// Of M/M/c.
    pub fn textbook_error(&self) -> Option<f64> {
        self.textbook.map(|value| value / self.measured() - 1.0)
    }

    /// How far the two live runs are apart, relative to their mean: nobody can predict better than that.
    pub fn noise(&self) -> f64 {
        (self.live[0] - self.live[1]).abs() / self.measured()
    }

    /// The error over what is good enough; at most 1 is good. `None` where nothing is asked.
    fn strain(&self) -> Option<f64> {
        self.goal.map(|goal| self.error().abs() / goal.max(NOISE_FACTOR * self.noise()))
    }
}

/// How good predictions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Grade {
    /// Every error is within its goal.
    A,
    /// Every error is within its goal or twice the distance of two live runs.
    B,
    /// Every error is within twice that.
    C,
    /// At least one is worse.
    D,
}

/// The grade of some rows; `None` where nothing is asked of any.
pub fn grade(rows: &[Row]) -> Option<Grade> {
    let asked = || rows.iter().filter(|row| row.goal.is_some());
    let strain = asked().filter_map(Row::strain).fold(0.0, f64::max);
    asked().next()?;
    let is_within = asked().all(|row| row.goal.is_some_and(|goal| row.error().abs() <= goal));
    Some(match strain {
        _ if is_within => Grade::A,
        strain if strain <= 1.0 => Grade::B,
        strain if strain <= 2.0 => Grade::C,
        _ => Grade::D,
    })
}

/// The mean error of predictions and of M/M/c, over the rows where both say something; `None` where there are none.
pub fn against_textbook<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<(f64, f64)> {
    let both: Vec<(f64, f64)> = rows.filter_map(|row| Some((row.error().abs(), row.textbook_error()?.abs()))).collect();
    let count = both.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| both.iter().map(of).sum::<f64>() / count;
    (!both.is_empty()).then(|| (mean(|pair| pair.0), mean(|pair| pair.1)))
}

/// The rows of a point.
pub(super) fn rows(live: [&Figures; 2], predicted: &Figures, textbook: &Figures) -> Vec<Row> {
    let row = |asked: &Asked| {
        let live = [(asked.read)(live[0])?, (asked.read)(live[1])?];
        let row = Row {
            figure: asked.name,
            goal: asked.goal,
            live,
            predicted: (asked.read)(predicted)?,
            textbook: (asked.read)(textbook),
        };
        (row.measured() > 0.0).then_some(row)
    };
    ASKED.iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(goal: Option<f64>, live: [f64; 2], predicted: f64) -> Row {
        Row { figure: "p50", goal, live, predicted, textbook: Some(2.0 * predicted) }
    }

    #[test]
    fn an_error_is_relative_to_the_mean_of_both_runs() {
        let row = row(Some(0.1), [0.9, 1.1], 1.2);
        assert!((row.error() - 0.2).abs() < 1e-12 && (row.noise() - 0.2).abs() < 1e-12);
        assert!((row.textbook_error().expect("known") - 1.4).abs() < 1e-12);
    }

    #[test]
    fn grades_ask_for_every_figure() {
        let good = row(Some(0.1), [1.0, 1.0], 1.09);
        let noisy = row(Some(0.1), [0.9, 1.1], 1.35);
        assert_eq!(grade(&[good]), Some(Grade::A));
        assert_eq!(grade(&[good, noisy]), Some(Grade::B));
        assert_eq!(grade(&[good, row(Some(0.1), [1.0, 1.0], 0.81)]), Some(Grade::C));
        assert_eq!(grade(&[good, row(Some(0.1), [1.0, 1.0], 0.79)]), Some(Grade::D));
        assert_eq!(grade(&[good, row(None, [1.0, 1.0], 9.0)]), Some(Grade::A));
        assert_eq!(grade(&[row(None, [1.0, 1.0], 9.0)]), None);
    }

    #[test]
    fn a_figure_that_one_side_lacks_is_no_row() {
        let full = Figures { throughput: Some(2.0), p50: Some(1.0), ..Figures::default() };
        let part = Figures { p50: Some(1.0), ..Figures::default() };
        let names = |rows: Vec<Row>| rows.iter().map(|row| row.figure).collect::<Vec<_>>();
        assert_eq!(names(rows([&full, &full], &full, &part)), ["throughput", "p50"]);
        assert_eq!(names(rows([&full, &part], &full, &full)), ["p50"]);
        assert_eq!(against_textbook(rows([&full, &full], &full, &part).iter()), Some((0.0, 0.0)));
    }
}
