//! One machine alone: rates and times of its tasks, made of the tasks that are remembered one by one.

use crate::base::{Span, Time, WorkerId};
use crate::metrics::series::Series;
use crate::metrics::snapshot::{Outcome, Snapshot};
use crate::metrics::watch::TaskBar;

/// What is told of a machine.
pub(crate) struct OneMachine {
    of: WorkerId,
    /// What it is called.
    pub(crate) name: String,
    /// Tasks that had ended when this was made.
    ended: u64,
    /// Tasks that came to it, and what became of them, a second.
    pub(crate) came: Series,
    pub(crate) finished: Series,
    pub(crate) failed: Series,
    /// How long its tasks took from when they were sent until they ended, in seconds: half, 95 % and 99 % of them took at most so long.
    pub(crate) quantiles: [Series; 3],
    /// The newest value of each rate, and of each quantile.
    pub(crate) rates_now: [f64; 3],
    pub(crate) quantiles_now: [f64; 3],
}

/// A value stands for so long.
const TICK: Span = Span::from_millis(500);
/// The shares of tasks.
const SHARES: [f64; 3] = [0.5, 0.95, 0.99];

/// What happened in one stretch.
#[derive(Default)]
struct Stretch {
    came: u32,
    finished: u32,
    failed: u32,
    secs: Vec<f64>,
}

impl OneMachine {
    /// What is told of a machine, made anew when another task has ended.
    pub(crate) fn keep(known: &mut Option<Self>, of: Option<WorkerId>, snapshot: &Snapshot) {
        let Some(of) = of else { return *known = None };
        let tasks = &snapshot.watch.tasks;
        let ended = tasks.dropped() + tasks.len() as u64;
        if known.as_ref().is_none_or(|known| known.of != of || known.ended != ended) {
            let worker = snapshot.workers.iter().find(|worker| worker.worker == of);
            let before = known.take().filter(|known| known.of == of).map(|known| known.name);
            let name = worker.map(|worker| worker.name.clone()).or(before);
            *known = Some(Self::made(of, name.unwrap_or_else(|| super::text::gone_machine(of.0)), snapshot));
        }
    }

    fn made(of: WorkerId, name: String, snapshot: &Snapshot) -> Self {
        let tasks = &snapshot.watch.tasks;
        // Of a stretch before the oldest task that is remembered, not everything is known.
        let oldest = tasks.iter().next().filter(|_| tasks.dropped() > 0).map_or(Time::ZERO, |bar| bar.ended + TICK);
        let first = oldest.0 / TICK.0;
        // A stretch that has not ended would read low.
        let count = (snapshot.at.0 / TICK.0).saturating_sub(first) as usize;
        let stretches = stretches(tasks.iter().filter(|bar| bar.worker == of), first, count);
        let new = || Series::new(TICK);
        let mut made = Self {
            of,
            name,
            ended: tasks.dropped() + tasks.len() as u64,
            came: new(),
            finished: new(),
            failed: new(),
            quantiles: [new(), new(), new()],
            rates_now: [0.0; 3],
            quantiles_now: [f64::NAN; 3],
        };
        for (ix, mut stretch) in stretches.into_iter().enumerate() {
            let start = Time((first + ix as u64) * TICK.0);
            made.rates_now = [stretch.came, stretch.finished, stretch.failed].map(|n| f64::from(n) / TICK.secs());
            made.came.push(start, made.rates_now[0]);
            made.finished.push(start, made.rates_now[1]);
            made.failed.push(start, made.rates_now[2]);
            stretch.secs.sort_unstable_by(f64::total_cmp);
            for ((series, now), share) in made.quantiles.iter_mut().zip(&mut made.quantiles_now).zip(SHARES) {
                // Nothing ended is no time of zero: a curve leaves zero out.
                let value = quantile(&stretch.secs, share);
                series.push(start, value.unwrap_or(0.0));
                *now = value.unwrap_or(f64::NAN);
            }
        }
        made
    }
}

/// What happened in each stretch.
fn stretches<'a>(bars: impl Iterator<Item = &'a TaskBar>, first: u64, count: usize) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = (0..count).map(|_| Stretch::default()).collect();
    let ix_of = |time: Time| (time.0 / TICK.0).checked_sub(first).map(|ix| ix as usize);
    for bar in bars {
        if let Some(stretch) = ix_of(bar.delivered).and_then(|ix| stretches.get_mut(ix)) {
            stretch.came += 1;
        }
        let Some(stretch) = ix_of(bar.ended).and_then(|ix| stretches.get_mut(ix)) else { continue };
        if bar.outcome == Outcome::Completed {
            stretch.finished += 1;
            stretch.secs.push(bar.ended.since(bar.sent).secs());
        } else {
            stretch.failed += 1;
        }
    }
    stretches
}

/// The smallest value that so large a share of the sorted values does not exceed.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{JobType, StageIx};

    fn bar(millis: [u64; 2], outcome: Outcome) -> TaskBar {
        let [sent, ended] = millis.map(|millis| Time(millis * 1_000_000));
        TaskBar {
            worker: WorkerId(7),
            core: Some(0),
            kind: JobType(0),
            stage: StageIx(0),
            serial: 0,
            task: 0,
            tries: 0,
            sent,
            delivered: sent,
            began: sent,
            ended,
            outcome,
            cached: false,
        }
    }

    #[test]
    fn each_task_counts_where_it_came_and_where_it_ended() {
        let bars = [
            bar([100, 300], Outcome::Completed),
            bar([400, 900], Outcome::Completed),
            bar([600, 700], Outcome::Failed),
        ];
        let seen = stretches(bars.iter(), 0, 2);
        assert_eq!(
            seen.iter().map(|one| (one.came, one.finished, one.failed)).collect::<Vec<_>>(),
            [(2, 1, 0), (1, 1, 1)]
        );
        assert_eq!((seen[0].secs[0], seen[1].secs[0]), (0.2, 0.5));
        let late = stretches(bars.iter(), 1, 1);
        assert_eq!((late[0].came, late[0].finished), (1, 1), "what came before is of a stretch that is not shown");
    }

    #[test]
    fn a_quantile_is_a_value_that_was_seen() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(SHARES.map(|share| quantile(&values, share)), [Some(50.0), Some(95.0), Some(99.0)]);
        assert_eq!((quantile(&[3.0], 0.99), quantile(&[], 0.5)), (Some(3.0), None));
    }
}
