//! One curve: a series, how it is read, and how it looks.

use eframe::egui::Color32;
use egui_plot::PlotPoint;

use crate::base::{Span, Time};
use crate::metrics::series::{Cell, Series};

/// One curve.
pub(crate) struct Curve<'a> {
    /// What it is called in the legend.
    pub(crate) name: &'a str,
    /// Tells curves of one name apart (a run and the one before).
    pub(crate) id: u8,
    /// Where its values are.
    pub(crate) series: &'a Series,
    /// Colour.
    pub(crate) colour: Color32,
    /// Width in points.
    pub(crate) width: f32,
    /// How a value becomes a point.
    pub(crate) reading: Reading,
}

/// How values become points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The mean of the 2.5 s before: what a person can read of a rate.
    Smooth,
    /// The largest of each stretch: what must not be lost of a latency. Zero means that nothing was seen.
    Largest,
    /// The value as it stands at the end of each stretch, in steps.
    Level,
}

/// What people read is a mean over this long.
const SMOOTH: Span = Span::from_millis(2_500);
/// A number of a stretch is taken of at most so many cells.
const CELLS_OVER_MAX: usize = 4_000;

impl Curve<'_> {
    /// Points of the stretch, time and value, in pieces without gaps.
    pub(crate) fn runs(&self, from: f64, to: f64, cells_max: usize) -> Vec<Vec<PlotPoint>> {
        let before = if self.reading == Reading::Smooth { SMOOTH.secs() } else { 0.0 };
        let start = Time::ZERO + Span::from_secs_f64(from - before);
        let end = Time::ZERO + Span::from_secs_f64(to);
        let cells: Vec<&Cell> = self.series.range(start, end, cells_max).collect();
        match self.reading {
            Reading::Smooth => vec![smoothed(&cells).map(|(at, value)| PlotPoint::new(at, value)).collect()],
            Reading::Level => vec![cells.iter().map(|cell| PlotPoint::new(cell.start.secs(), cell.last)).collect()],
            Reading::Largest => cells
                .split(|cell| cell.max <= 0.0)
                .filter(|run| !run.is_empty())
                .map(|run| run.iter().map(|cell| PlotPoint::new(cell.start.secs(), cell.max)).collect())
                .collect(),
        }
    }

    /// One number for a stretch: the mean of a rate, each cell weighted by how much of it lies within; the largest of a
    /// latency. None where nothing was seen.
    pub(crate) fn over(&self, from: f64, to: f64) -> Option<f64> {
        let time = |secs: f64| Time::ZERO + Span::from_secs_f64(secs.max(0.0));
        let cells: Vec<&Cell> = self.series.range(time(from), time(to), CELLS_OVER_MAX).collect();
        // Rates have no gaps, so the distance of two cells is the length of each.
        let length = cells.get(1).map_or(self.series.tick(), |second| second.start.since(cells[0].start)).secs();
        let within = |cell: &Cell| {
            let start = cell.start.secs();
            ((start + length).min(to) - start.max(from)).max(0.0)
        };
        match self.reading {
            Reading::Smooth | Reading::Level => {
                let weight: f64 = cells.iter().map(|cell| within(cell)).sum();
                let sum: f64 = cells.iter().map(|cell| cell.mean * within(cell)).sum();
                (weight > 0.0).then(|| sum / weight)
            }
            Reading::Largest => {
                let tick = self.series.tick().secs();
                let inside = |cell: &&&Cell| cell.start.secs() + tick > from && cell.start.secs() < to;
                cells.iter().filter(inside).map(|cell| cell.max).filter(|max| *max > 0.0).reduce(f64::max)
            }
        }
    }

    /// The raw value at a time, if it is still held.
    pub(crate) fn at(&self, secs: f64) -> Option<f64> {
        let time = Time::ZERO + Span::from_secs_f64(secs);
        let cell = self.series.range(time, time, usize::MAX).last()?;
        let value = match self.reading {
            Reading::Smooth => cell.mean,
            Reading::Largest => cell.max,
            Reading::Level => cell.last,
        };
        (cell.start + self.series.tick() + self.series.tick() >= time).then_some(value)
    }
}

/// The value of a drawn curve at a time, between two of its points; none beside its ends and in its gaps.
pub(crate) fn drawn_at(runs: &[Vec<PlotPoint>], secs: f64) -> Option<f64> {
    let holds = |run: &&Vec<PlotPoint>| {
        run.first().is_some_and(|first| first.x <= secs) && run.last().is_some_and(|last| secs <= last.x)
    };
    let run = runs.iter().find(holds)?;
    let next = run.partition_point(|point| point.x < secs);
    let (right, left) = (run.get(next)?, run.get(next.saturating_sub(1))?);
    let length = right.x - left.x;
    let share = if length > 0.0 { (secs - left.x) / length } else { 1.0 };
    Some(left.y + share * (right.y - left.y))
}

/// The mean over [`SMOOTH`] up to and including each cell, at the cell's time. Each cell is added and taken away once.
fn smoothed<'a>(cells: &'a [&Cell]) -> impl Iterator<Item = (f64, f64)> + 'a {
    let (mut oldest, mut sum) = (0, 0.0);
    // Before the run there was nothing: a first job must not look like ten a second.
    let distance = cells.get(1).map_or(SMOOTH, |second| second.start.since(cells[0].start)).0.max(1);
    let whole = (SMOOTH.0 / distance).max(1) as f64;
    cells.iter().enumerate().map(move |(ix, cell)| {
        sum += cell.mean;
        while oldest < ix && cell.start.since(cells[oldest].start) >= SMOOTH {
            sum -= cells[oldest].mean;
            oldest += 1;
        }
        // Rounding errors must not show as a tiny negative rate.
        (cell.start.secs(), (sum / whole.max((ix - oldest + 1) as f64)).max(0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(series: &Series, reading: Reading) -> Curve<'_> {
        Curve { name: "x", id: 0, series, colour: Color32::WHITE, width: 1.0, reading }
    }

    fn series(values: &[f64]) -> Series {
        let mut series = Series::new(Span::from_millis(500));
        for (ix, value) in values.iter().enumerate() {
            series.push(Time(ix as u64 * 500_000_000), *value);
        }
        series
    }

    #[test]
    fn a_smooth_curve_is_the_mean_of_what_came_in_two_and_a_half_seconds() {
        let series = series(&[0.0, 10.0, 0.0, 10.0, 0.0, 10.0, 0.0]);
        let runs = curve(&series, Reading::Smooth).runs(0.0, 3.0, 1_000);
        let values: Vec<_> = runs[0].iter().map(|point| point.y).collect();
        assert_eq!(values[4..], [4.0, 6.0, 4.0]);
    }

    #[test]
    fn nothing_seen_is_a_gap_and_not_a_latency_of_zero() {
        let series = series(&[0.0, 1.0, 10.0, 0.0, 0.0, 100.0]);
        let runs = curve(&series, Reading::Largest).runs(0.0, 3.0, 1_000);
        let values: Vec<Vec<f64>> = runs.iter().map(|run| run.iter().map(|point| point.y).collect()).collect();
        assert_eq!(values, [vec![1.0, 10.0], vec![100.0]]);
    }

    #[test]
    fn a_stretch_has_the_mean_of_a_rate_and_the_largest_of_a_latency() {
        let series = series(&[4.0, 10.0, 20.0, 0.0, 8.0]);
        let (rate, latency) = (curve(&series, Reading::Smooth), curve(&series, Reading::Largest));
        assert_eq!(rate.over(0.5, 1.5), Some(15.0));
        assert_eq!(rate.over(0.25, 0.75), Some(7.0), "half of each of two cells");
        assert_eq!((latency.over(0.5, 1.5), latency.over(1.6, 1.9)), (Some(20.0), None));
        assert_eq!((rate.over(9.0, 12.0), latency.over(9.0, 12.0)), (None, None));
        assert_eq!((rate.over(1.0, 1.0), rate.over(2.0, 1.0)), (None, None), "nothing lies within");
    }

    #[test]
    fn a_drawn_curve_has_a_value_between_its_points_and_none_in_a_gap() {
        let run = |points: &[(f64, f64)]| points.iter().map(|(x, y)| PlotPoint::new(*x, *y)).collect::<Vec<_>>();
        let runs = [run(&[(0.0, 1.0), (1.0, 3.0)]), vec![], run(&[(4.0, 5.0)])];
        let values: Vec<_> = [0.0, 0.5, 1.0, 2.0, 4.0, 4.1].into_iter().map(|at| drawn_at(&runs, at)).collect();
        assert_eq!(values, [Some(1.0), Some(2.0), Some(3.0), None, Some(5.0), None]);
    }

    #[test]
    fn the_value_at_a_time_is_raw_and_absent_beyond_the_end() {
        let series = series(&[1.0, 2.0, 3.0]);
        let curve = curve(&series, Reading::Smooth);
        assert_eq!(curve.at(0.7), Some(2.0));
        assert_eq!(curve.at(9.0), None);
    }
}
