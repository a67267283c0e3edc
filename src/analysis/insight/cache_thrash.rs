//! Cache thrash: a cache that used to answer does not any more, and what is behind it cannot do without it.

use super::{Diagnoser, lately, mean};
use crate::base::figures::share;
use crate::base::{Span, Time};
use crate::metrics::snapshot::Snapshot;

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "cache thrash",
    explain: "The cache answers far less than it did, so work that it used to save goes to machines that cannot do it all. Finish \
              what is begun so that it fills again, let one request work for all who ask the same, and let less in until it has.",
    check,
};

/// The share of hits has fallen to this part of its best, at most.
const FALLEN_TO: f64 = 0.5;
/// The best share of hits that makes it a cache that mattered.
const BEST_MIN: f64 = 0.3;
/// Over how long the best is looked for.
const STRETCH: Span = Span::from_secs(5);
/// Answered of what comes in, at most.
const ANSWERED_MAX: f64 = 0.8;

fn check(snapshot: &Snapshot) -> Option<String> {
    let series = &snapshot.series;
    let (offered, completed) = (lately(snapshot, &series.offered)?, lately(snapshot, &series.completed)?);
    // Where nothing is answered at all, nothing is looked up with success either.
    let now = lately(snapshot, &series.hit_ratio).unwrap_or(0.0);
    let stretches = snapshot.at.0 / STRETCH.0;
    let at = |n: u64| Time(n * STRETCH.0);
    let means = (0..stretches).filter_map(|n| mean(&series.hit_ratio, at(n), at(n + 1)));
    let best = means.fold(0.0, f64::max);
    (best >= BEST_MIN && now <= FALLEN_TO * best && completed <= ANSWERED_MAX * offered).then(|| {
        let answered = share(completed / offered);
        format!(
            "the cache answers {} of lookups, {} at its best; {answered} of the jobs get through",
            share(now),
            share(best)
        )
    })
}
