//! What the caches of workers were asked for, and what no cache of their size could have done better.

use super::Cluster;
use super::ledger::{CacheBounds, CacheUse};
use crate::base::{PoolId, WorkerId};
use crate::policy::cache::belady;
use crate::scenario::limits::LOOKUPS_KEPT_MAX;
use crate::scenario::{Cache, Eviction};

/// Lookups so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Lookups {
    /// At which worker what was asked for, in order.
    first: Vec<(WorkerId, u64)>,
    /// Of each pool that was asked for anything.
    pools: Vec<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    all: u64,
    hits: u64,
    /// Hits among those that are kept.
    first_hits: u64,
    /// Whether it got other caches on the way.
    is_changed: bool,
}

impl Lookups {
    fn of(&mut self, pool: PoolId) -> &mut Counts {
        if self.pools.len() <= pool.ix() {
            self.pools.resize(pool.ix() + 1, Counts::default());
        }
        &mut self.pools[pool.ix()]
    }

    /// A worker was asked for this.
    pub(super) fn note(&mut self, pool: PoolId, worker: WorkerId, name: u64, is_hit: bool) {
        let is_kept = self.first.len() < LOOKUPS_KEPT_MAX;
        if is_kept {
            self.first.push((worker, name));
        }
        let counts = self.of(pool);
        counts.all += 1;
        counts.hits += u64::from(is_hit);
        counts.first_hits += u64::from(is_hit && is_kept);
    }

    /// A pool has other caches from now on.
    pub(super) fn change(&mut self, pool: PoolId) {
        self.of(pool).is_changed = true;
    }
}

impl Cluster {
    /// What the caches of workers were asked for and had, for each pool that was asked at all.
    pub fn cache_uses(&self) -> Vec<CacheUse> {
        let asked = self.lookups.pools.iter().enumerate().filter(|(_, counts)| counts.all > 0);
        asked.map(|(ix, counts)| self.cache_use(PoolId(ix as u16), counts)).collect()
    }

    fn cache_use(&self, pool: PoolId, counts: &Counts) -> CacheUse {
        let mut first: Vec<(WorkerId, u64)> = self.lookups.first.clone();
        first.retain(|(worker, _)| self.workers[worker.ix()].pool == pool);
        // Those of one worker stay in their order.
        first.sort_by_key(|(worker, _)| *worker);
        let misses = |entries: u32| -> u64 {
            let of_one = first.chunk_by(|one, other| one.0 == other.0);
            of_one.map(|own| belady::misses(&own.iter().map(|(_, name)| *name).collect::<Vec<_>>(), entries)).sum()
        };
        let lookups = first.len() as u64;
        let clairvoyant = match self.choices(pool).1 {
            Cache::Keep { by, entries } if by != Eviction::Unbounded && !counts.is_changed => Some(entries),
            _ => None,
        };
        CacheUse {
            pool,
            lookups: counts.all,
            hits: counts.hits,
            bounds: CacheBounds {
                lookups,
                hits: counts.first_hits,
                unbounded: lookups - misses(u32::MAX),
                clairvoyant: clairvoyant.map(|entries| lookups - misses(entries)),
            },
        }
    }
}
