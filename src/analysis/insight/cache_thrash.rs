//! Cache thrash: a cache that used to answer does not any more, and what is behind it cannot do without it.

use super::{Diagnoser, lately};
use crate::base::figures::share;
use crate::base::{Span, Time};
use crate::metrics::series::Series;
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
    let best = means(&series.hit_ratio, snapshot.at).fold(0.0, f64::max);
    (best >= BEST_MIN && now <= FALLEN_TO * best && completed <= ANSWERED_MAX * offered).then(|| {
        let answered = share(completed / offered);
        format!(
            "the cache answers {} of lookups, {} at its best; {answered} of the jobs get through",
            share(now),
            share(best)
        )
    })
}

/// The mean of each whole stretch that has values, newest first. Each value is looked at once: a long run has thousands of both.
fn means(series: &Series, now: Time) -> impl Iterator<Item = f64> {
    let whole = Time(now.0 / STRETCH.0 * STRETCH.0);
    let mut cells = series.finest().rev().skip_while(move |cell| cell.start >= whole).peekable();
    std::iter::from_fn(move || {
        let first = cells.next()?;
        let stretch = first.start.0 / STRETCH.0;
        let (mut sum, mut count) = (first.mean, 1_u32);
        while let Some(cell) = cells.next_if(|cell| cell.start.0 / STRETCH.0 == stretch) {
            (sum, count) = (sum + cell.mean, count + 1);
        }
        Some(sum / f64::from(count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_means_of_five_seconds_newest_first_without_the_one_that_goes_on() {
        let mut series = Series::new(Span::from_secs(1));
        (0..23).for_each(|second| series.push(Time::ZERO + Span::from_secs(second), second as f64));
        let now = Time::ZERO + Span::from_secs(23);
        assert_eq!(means(&series, now).collect::<Vec<_>>(), [17.0, 12.0, 7.0, 2.0]);
        assert_eq!(means(&series, Time::ZERO + Span::from_secs(4)).count(), 0);
    }

    #[test]
    fn a_run_of_a_year_is_looked_through_at_once() {
        let tick = Span::from_secs(5_000);
        let mut series = Series::new(tick);
        (0..6_000).for_each(|ix| series.push(Time(ix * tick.0), 0.5));
        assert_eq!(means(&series, Time(6_000 * tick.0)).count(), 6_000);
    }
}
