//! One curve: a series, how it is read, and how it looks.

use eframe::egui::Color32;
use egui_plot::PlotPoint;

use super::Scale;
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

impl Curve<'_> {
    /// Points of the stretch, in pieces without gaps.
    pub(crate) fn runs(&self, from: f64, to: f64, cells_max: usize, scale: Scale) -> Vec<Vec<PlotPoint>> {
        let before = if self.reading == Reading::Smooth { SMOOTH.secs() } else { 0.0 };
        let start = Time::ZERO + Span::from_secs_f64(from - before);
        let end = Time::ZERO + Span::from_secs_f64(to);
        let cells: Vec<&Cell> = self.series.range(start, end, cells_max).collect();
        let point = |at: f64, value: f64| PlotPoint::new(at, scale.position(value));
        match self.reading {
            Reading::Smooth => vec![smoothed(&cells).map(|(at, value)| point(at, value)).collect()],
            Reading::Level => vec![cells.iter().map(|cell| point(cell.start.secs(), cell.last)).collect()],
            Reading::Largest => cells
                .split(|cell| cell.max <= 0.0)
                .filter(|run| !run.is_empty())
                .map(|run| run.iter().map(|cell| point(cell.start.secs(), cell.max)).collect())
                .collect(),
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
        let runs = curve(&series, Reading::Smooth).runs(0.0, 3.0, 1_000, Scale::Linear);
        let values: Vec<_> = runs[0].iter().map(|point| point.y).collect();
        assert_eq!(values[4..], [4.0, 6.0, 4.0]);
    }

    #[test]
    fn nothing_seen_is_a_gap_and_not_a_latency_of_zero() {
        let series = series(&[0.0, 1.0, 10.0, 0.0, 0.0, 100.0]);
        let runs = curve(&series, Reading::Largest).runs(0.0, 3.0, 1_000, Scale::LogSecs);
        let values: Vec<Vec<f64>> = runs.iter().map(|run| run.iter().map(|point| point.y).collect()).collect();
        assert_eq!(values, [vec![0.0, 1.0], vec![2.0]]);
    }

    #[test]
    fn the_value_at_a_time_is_raw_and_absent_beyond_the_end() {
        let series = series(&[1.0, 2.0, 3.0]);
        let curve = curve(&series, Reading::Smooth);
        assert_eq!(curve.at(0.7), Some(2.0));
        assert_eq!(curve.at(9.0), None);
    }
}
