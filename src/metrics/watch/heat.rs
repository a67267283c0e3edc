//! Latency over time as a heat map: how many jobs took how long, column by column.

use std::sync::Arc;

use crate::base::{Span, Time};

/// Steps to each factor of ten.
const STEPS_PER_DECADE: usize = 8;
/// The shortest latency told apart, as a power of ten of seconds: 10 us.
const LOWEST_DECADE: i32 = -5;
/// Cells of a column: 10 us to 1,000 s.
pub const CELLS: usize = 8 * STEPS_PER_DECADE;
/// Columns that are kept. When there are more, two become one: the whole run is always there.
const COLUMNS_MAX: usize = 2_048;

/// Columns of the whole run, oldest first.
#[derive(Clone, Debug)]
pub struct Heat {
    columns: Arc<Vec<Column>>,
    open: [u32; CELLS],
    /// How long a column is.
    span: Span,
    /// The parts of the run that the open column has so far, and how many make one.
    parts: (u32, u32),
}

/// How many jobs took how long, in one stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// When the stretch began.
    pub start: Time,
    /// Jobs for each step of latency, shortest first; see [`Heat::bounds`].
    pub counts: [u32; CELLS],
}

impl Heat {
    /// Empty; a column is `part` long at first.
    pub fn new(part: Span) -> Self {
        Self { columns: Arc::default(), open: [0; CELLS], span: part, parts: (0, 1) }
    }

    /// A job took so long.
    pub fn record(&mut self, latency: Span) {
        let decades = libm::log10(latency.secs().max(1e-9)) - f64::from(LOWEST_DECADE);
        let cell = (decades * STEPS_PER_DECADE as f64).floor().clamp(0.0, (CELLS - 1) as f64) as usize;
        self.open[cell] = self.open[cell].saturating_add(1);
    }

    /// Ends a part.
    pub fn seal(&mut self, now: Time) {
        self.parts.0 += 1;
        if self.parts.0 < self.parts.1 {
            return;
        }
        self.parts.0 = 0;
        let start = Time(now.0.saturating_sub(self.span.0));
        let column = Column { start, counts: std::mem::replace(&mut self.open, [0; CELLS]) };
        let columns = Arc::make_mut(&mut self.columns);
        columns.push(column);
        if columns.len() == COLUMNS_MAX {
            *columns = columns.chunks(2).map(merge).collect();
            (self.span, self.parts.1) = (Span(self.span.0 * 2), self.parts.1 * 2);
        }
    }

    /// Columns, oldest first.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How long a column is.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The latencies in seconds between which a cell counts.
    pub fn bounds(cell: usize) -> (f64, f64) {
        let edge = |cell: usize| libm::pow(10.0, cell as f64 / STEPS_PER_DECADE as f64 + f64::from(LOWEST_DECADE));
        (edge(cell), edge(cell + 1))
    }
}

fn merge(pair: &[Column]) -> Column {
    let mut merged = pair[0].clone();
    for more in &pair[1..] {
        for (sum, count) in merged.counts.iter_mut().zip(more.counts) {
            *sum = sum.saturating_add(count);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_is_counted_between_its_bounds() {
        for secs in [1e-7, 1.1e-5, 0.02, 0.5, 1.7, 900.0, 1e6] {
            let mut heat = Heat::new(Span::from_millis(500));
            heat.record(Span::from_secs_f64(secs));
            heat.seal(Time(500_000_000));
            let cell = heat.columns()[0].counts.iter().position(|count| *count == 1).expect("counted once");
            let (low, high) = Heat::bounds(cell);
            let is_shortest = cell == 0 && secs < high;
            let is_longest = cell == CELLS - 1 && secs >= low;
            assert!(is_shortest || is_longest || (low..high).contains(&secs), "{secs} in {low} to {high}");
        }
    }

    #[test]
    fn a_long_run_is_there_from_its_beginning_and_loses_no_job() {
        let mut heat = Heat::new(Span::from_millis(500));
        let parts = 3 * COLUMNS_MAX as u64;
        for part in 1..=parts {
            heat.record(Span::from_millis(20));
            heat.seal(Time(part * 500_000_000));
        }
        let columns = heat.columns();
        assert!(columns.len() < COLUMNS_MAX && columns[0].start == Time::ZERO);
        let ends = |pair: &[Column]| pair[1].start.since(pair[0].start) == heat.span();
        assert!(columns.windows(2).all(ends));
        let counted: u64 = columns.iter().flat_map(|column| column.counts).map(u64::from).sum();
        assert_eq!(counted, parts - u64::from(heat.parts.0));
    }
}
