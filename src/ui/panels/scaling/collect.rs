//! What a run shows of throughput against size while it goes through sizes under full load.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{PoolId, Time};
use crate::metrics::snapshot::{Outcome, RunState, Snapshot, WorkerState};
use crate::scenario::Scenario;

/// Cores that serve, and on how many machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size {
    pub(super) cores: u32,
    pub(super) machines: u32,
}

/// What was finished at one size under full load.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) jobs: u64,
    pub(super) secs: f64,
}

/// Everything that was seen, for each pool.
#[derive(Default)]
pub(super) struct Collector {
    scenario: Option<Arc<Scenario>>,
    at: Time,
    pools: Vec<Track>,
}

#[derive(Default)]
struct Track {
    seen: BTreeMap<Size, Seen>,
    stretch: Option<Stretch>,
}

/// A time at one size and under full load.
struct Stretch {
    size: Size,
    began: Time,
    /// The last picture.
    last: Time,
    /// From where on is counted, and how many jobs were finished by then.
    from: Option<(Time, u64)>,
}

/// From this utilisation on throughput is what the machines can do.
const FULL: f64 = 0.9;
/// For so long after a change rates and utilisation still tell of what was before, in seconds.
const SETTLE_SECS: f64 = 2.5;
/// What counts is at least so long, in seconds, and holds so many jobs: fewer would be luck.
const SECS_MIN: f64 = 5.0;
const JOBS_MIN: u64 = 20;
/// Between pictures further apart than this, in seconds of the run, anything may have happened.
const GAP_SECS_MAX: f64 = 10.0;
/// Sizes that are kept for a pool.
const SIZES_MAX: usize = 64;

impl Seen {
    /// Jobs a second.
    pub(super) fn throughput(self) -> f64 {
        self.jobs as f64 / self.secs
    }
}

impl Collector {
    /// Looks at a picture; one that was looked at already changes nothing. Another run begins anew.
    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        let is_same = self.scenario.as_ref().is_some_and(|own| Arc::ptr_eq(own, &snapshot.scenario));
        if !is_same || snapshot.at < self.at {
            *self = Self { scenario: Some(Arc::clone(&snapshot.scenario)), ..Self::default() };
            self.pools.resize_with(snapshot.pools.len(), Track::default);
        } else if snapshot.at == self.at {
            return;
        }
        self.at = snapshot.at;
        let finished = snapshot.totals.jobs.ended[Outcome::Completed as usize];
        for (track, pool) in self.pools.iter_mut().zip(&snapshot.pools) {
            let size = size_of(snapshot, pool.pool).filter(|_| pool.utilisation > FULL);
            track.observe(snapshot.at, finished, size);
        }
    }

    /// What was seen of a pool, by size.
    pub(super) fn seen(&self, pool: PoolId) -> impl Iterator<Item = (Size, Seen)> + '_ {
        let track = self.pools.get(pool.ix());
        track.into_iter().flat_map(|track| track.seen.iter().map(|(size, seen)| (*size, *seen)))
    }
}

/// What serves in a pool; `None` where it stands still or something is wrong with a machine.
pub(super) fn size_of(snapshot: &Snapshot, pool: PoolId) -> Option<Size> {
    let mut size = Size { cores: 0, machines: 0 };
    for worker in snapshot.workers.iter().filter(|worker| worker.pool == pool) {
        if worker.fault.is_some() {
            return None;
        }
        if worker.state == WorkerState::Ready {
            (size.cores, size.machines) = (size.cores + worker.cores, size.machines + 1);
        }
    }
    (size.cores > 0 && snapshot.state == RunState::Running).then_some(size)
}

impl Track {
    fn observe(&mut self, now: Time, finished: u64, size: Option<Size>) {
        let Some(size) = size else {
            self.stretch = None;
            return;
        };
        let goes_on = |stretch: &&mut Stretch| stretch.size == size && now.since(stretch.last).secs() <= GAP_SECS_MAX;
        let Some(stretch) = self.stretch.as_mut().filter(goes_on) else {
            self.stretch = Some(Stretch { size, began: now, last: now, from: None });
            return;
        };
        stretch.last = now;
        let Some((from, before)) = stretch.from else {
            if now.since(stretch.began).secs() >= SETTLE_SECS {
                stretch.from = Some((now, finished));
            }
            return;
        };
        let (secs, jobs) = (now.since(from).secs(), finished.saturating_sub(before));
        if secs < SECS_MIN || jobs < JOBS_MIN {
            return;
        }
        stretch.from = Some((now, finished));
        if self.seen.len() < SIZES_MAX || self.seen.contains_key(&size) {
            let seen = self.seen.entry(size).or_default();
            (seen.jobs, seen.secs) = (seen.jobs + jobs, seen.secs + secs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Size = Size { cores: 2, machines: 1 };
    const FOUR: Size = Size { cores: 4, machines: 2 };

    /// Pictures half a second apart: `(size, jobs a second)` for so many seconds each.
    fn track(stretches: &[(Option<Size>, u64, u64)]) -> Track {
        let (mut track, mut now, mut finished) = (Track::default(), 0_u64, 0);
        for (size, jobs_per_sec, secs) in stretches {
            for _ in 0..secs * 2 {
                (now, finished) = (now + 500_000_000, finished + jobs_per_sec / 2);
                track.observe(Time(now), finished, *size);
            }
        }
        track
    }

    #[test]
    fn each_size_is_a_mean_over_its_stretches_without_what_follows_a_change() {
        let track = track(&[(Some(TWO), 100, 20), (None, 0, 3), (Some(FOUR), 180, 15), (Some(TWO), 100, 10)]);
        let rates: Vec<_> = track.seen.iter().map(|(size, seen)| (*size, seen.throughput())).collect();
        assert_eq!(rates, [(TWO, 100.0), (FOUR, 180.0)]);
        assert!(track.seen[&TWO].secs > track.seen[&FOUR].secs);
    }

    #[test]
    fn what_is_short_or_of_few_jobs_or_between_distant_pictures_does_not_count() {
        assert!(track(&[(Some(TWO), 100, 7)]).seen.is_empty());
        assert!(track(&[(Some(TWO), 0, 60)]).seen.is_empty());
        let mut far = Track::default();
        for picture in 0..20 {
            far.observe(Time(picture * 11_000_000_000), picture * 1_000, Some(TWO));
        }
        assert!(far.seen.is_empty());
    }

    #[test]
    fn sizes_are_bounded() {
        let sizes: Vec<_> = (1..=80).map(|cores| (Some(Size { cores, machines: 1 }), 100, 10)).collect();
        assert_eq!(track(&sizes).seen.len(), SIZES_MAX);
    }
}
