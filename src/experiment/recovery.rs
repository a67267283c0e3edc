//! When is a run well again? The time from which on, to its end, what comes in is answered.

use crate::base::{Span, Time};
use crate::metrics::snapshot::SeriesSet;

/// Over how long is looked at a time.
const STRETCH: Span = Span::from_secs(5);

/// How long after `since` a run was well again: from then on, until `end`, at least this share of what comes in is answered in
/// every five seconds. `None` where it was not at its end.
pub fn recovered_after(series: &SeriesSet, since: Time, end: Time, answered: f64) -> Option<Span> {
    let stretches = end.since(since).0 / STRETCH.0;
    let at = |n: u64| since + Span(n * STRETCH.0);
    let sum = |series: &crate::metrics::series::Series, n: u64| -> f64 {
        let cells = series.finest().filter(|cell| cell.start >= at(n) && cell.start < at(n + 1));
        cells.map(|cell| cell.mean).sum()
    };
    let is_well = |n: u64| sum(&series.completed, n) >= answered * sum(&series.offered, n);
    let ill = (0..stretches).rev().find(|n| !is_well(*n));
    let well_from = ill.map_or(0, |n| n + 1);
    (well_from < stretches).then(|| at(well_from).since(since))
}
