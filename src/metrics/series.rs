//! A time series that never grows: three tiers of cells, each ten times coarser than the one before.
//!
//! Cells are kept in blocks that are shared, so that a snapshot copies a few hundred pointers, not the history.

use crate::base::{Blocks, Span, Time};

/// Cells kept per tier at least: that is ten minutes, 100 minutes and 16 hours with ticks of 0.1 s.
const CELLS_MAX: usize = 6_016;
/// Each tier is this much coarser than the one before.
const STEP: usize = 10;
/// Tiers.
const TIERS: usize = 3;

/// What happened during one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// When the stretch began.
    pub start: Time,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Mean of the values.
    pub mean: f64,
    /// Last value.
    pub last: f64,
}

/// A bounded history of one quantity.
#[derive(Clone, Debug)]
pub struct Series {
    tick: Span,
    tiers: [Tier; TIERS],
}

#[derive(Clone, Debug)]
struct Tier {
    cells: Blocks<Cell>,
    /// Cells of this tier not yet part of a cell of the next.
    since_coarser: usize,
}

impl Series {
    /// An empty series with one value each `tick`.
    pub fn new(tick: Span) -> Self {
        Self { tick, tiers: [(); TIERS].map(|()| Tier { cells: Blocks::new(CELLS_MAX), since_coarser: 0 }) }
    }

    /// The distance between two values in the finest tier.
    pub fn tick(&self) -> Span {
        self.tick
    }

    /// Adds the value of the stretch that began at `start`.
    pub fn push(&mut self, start: Time, value: f64) {
        let mut cell = Cell { start, min: value, max: value, mean: value, last: value };
        for tier in &mut self.tiers {
            match tier.push(cell) {
                Some(coarser) => cell = coarser,
                None => break,
            }
        }
    }

    /// The newest value.
    pub fn last(&self) -> Option<f64> {
        self.tiers[0].cells.iter().next_back().map(|cell| cell.last)
    }

    /// Cells that touch `from..to`, oldest first, from the finest tier that still holds `from` and needs at most
    /// `cells_max` cells; where none does, from the coarsest.
    pub fn range(&self, from: Time, to: Time, cells_max: usize) -> impl Iterator<Item = &Cell> {
        let fits = |(ix, tier): &(usize, &Tier)| {
            let width = self.tick.0.max(1) * STEP.pow(*ix as u32) as u64;
            let complete = tier.cells.dropped() == 0 || tier.cells.iter().next().is_some_and(|cell| cell.start <= from);
            complete && to.since(from).0 / width <= cells_max as u64
        };
        let (ix, tier) = self.tiers.iter().enumerate().find(fits).unwrap_or((TIERS - 1, &self.tiers[TIERS - 1]));
        let width = Span(self.tick.0 * STEP.pow(ix as u32) as u64);
        tier.cells.iter().skip_while(move |cell| cell.start + width < from).take_while(move |cell| cell.start <= to)
    }

    /// All cells of the finest tier that are still held, oldest first.
    pub fn finest(&self) -> impl DoubleEndedIterator<Item = &Cell> {
        self.tiers[0].cells.iter()
    }
}

impl Tier {
    /// Adds a cell; returns the coarser cell that this one completes, if it does.
    fn push(&mut self, cell: Cell) -> Option<Cell> {
        self.cells.push(cell);
        self.since_coarser += 1;
        (self.since_coarser == STEP).then(|| {
            self.since_coarser = 0;
            merge(self.cells.iter().rev().take(STEP))
        })
    }
}

/// One cell for several neighbours, given newest first.
fn merge<'a>(mut newest_first: impl Iterator<Item = &'a Cell>) -> Cell {
    let newest = *newest_first.next().expect("a coarser cell is made of at least one");
    let (mut merged, mut count) = (newest, 1.0);
    for cell in newest_first {
        merged.start = cell.start;
        merged.min = merged.min.min(cell.min);
        merged.max = merged.max.max(cell.max);
        merged.mean += cell.mean;
        count += 1.0;
    }
    merged.mean /= count;
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(n: u64) -> Series {
        let mut series = Series::new(Span::from_millis(100));
        for i in 0..n {
            series.push(Time(i * 100_000_000), i as f64);
        }
        series
    }

    #[test]
    fn a_coarser_cell_keeps_extremes_mean_and_last() {
        let series = filled(100);
        let coarse: Vec<_> = series.range(Time::ZERO, Time(10_000_000_000), 20).collect();
        assert_eq!(coarse.len(), 10);
        assert_eq!(*coarse[3], Cell { start: Time(3_000_000_000), min: 30.0, max: 39.0, mean: 34.5, last: 39.0 });
    }

    #[test]
    fn memory_is_bounded_and_old_times_are_served_from_a_coarser_tier() {
        let n = 20_000;
        let series = filled(n);
        assert!(series.finest().count() <= CELLS_MAX + 64);
        let first = series.range(Time::ZERO, Time(n * 100_000_000), 5_000).next().expect("a coarser tier holds it");
        assert_eq!((first.start, first.min, first.max), (Time::ZERO, 0.0, 9.0));
    }

    #[test]
    fn a_range_is_cut_to_what_it_touches() {
        let series = filled(1_000);
        let starts: Vec<_> =
            series.range(Time(1_050_000_000), Time(1_300_000_000), 100).map(|cell| cell.start.0).collect();
        assert_eq!(starts, [1_000_000_000, 1_100_000_000, 1_200_000_000, 1_300_000_000]);
    }
}
