//! Which results are kept.
//!
//! A cache holds names; the world holds bytes. Laws: it never holds more than its capacity, a name is found exactly
//! from its insertion to its eviction, and each insertion evicts one at most, the newcomer itself among them never.

mod aged;
mod arc;
pub mod belady;
mod clock;
mod fifo;
mod lfu;
mod lirs;
mod lists;
mod lru;
mod s3_fifo;
mod sieve;
mod slru;
mod two_q;
mod w_tiny_lfu;

pub use aged::{AgedCache, Found};
pub use lists::Name;

use crate::scenario::{Cache, Eviction, limits};

/// LFU with aging halves its counts after so many accesses for each of its places (as TinyLFU's sketch).
const AGE_AFTER: u64 = 10;

/// What every policy of eviction does.
trait Replace<K> {
    /// Looks a name up, which counts as a use.
    fn find(&mut self, name: K) -> bool;

    /// Keeps a name that was just looked up and is not there.
    fn insert(&mut self, name: K) -> Kept<K>;
}

/// A cache of names `K`.
#[derive(Clone, Debug)]
pub struct CacheState<K>(Option<Box<Policy<K>>>);

#[derive(Clone, Debug)]
enum Policy<K> {
    Lru(lru::Lru<K>),
    Fifo(fifo::Fifo<K>),
    Clock(clock::Clock<K>),
    Lfu(lfu::Lfu<K>),
    TwoQ(two_q::TwoQ<K>),
    Arc(arc::Arc<K>),
    Lirs(lirs::Lirs<K>),
    Sieve(sieve::Sieve<K>),
    S3Fifo(s3_fifo::S3Fifo<K>),
    WTinyLfu(w_tiny_lfu::WTinyLfu<K>),
    Slru(slru::Slru<K, 4>),
}

impl<K: Name> CacheState<K> {
    /// An empty cache.
    pub fn new(cache: Cache) -> Self {
        Self(match cache {
            Cache::Off => None,
            Cache::Keep { by, entries } => Some(Box::new(Policy::new(by, entries.max(1)))),
        })
    }

    /// Whether anything is ever kept.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Looks a name up, which counts as a use.
    #[inline]
    pub fn find(&mut self, name: K) -> bool {
        self.0.as_mut().is_some_and(|policy| policy.find(name))
    }

    /// Keeps a name, unless it is there.
    pub fn insert(&mut self, name: K) -> Kept<K> {
        let Some(policy) = &mut self.0 else { return Kept::No };
        if policy.find(name) { Kept::Already } else { policy.insert(name) }
    }

    /// Looks a name up and keeps it where it is missing; returns whether it was there. What a cache in front of a store does.
    #[inline]
    pub fn access(&mut self, name: K) -> bool {
        let Some(policy) = &mut self.0 else { return false };
        let hit = policy.find(name);
        if !hit {
            policy.insert(name);
        }
        hit
    }
}

impl<K: Name> Policy<K> {
    fn new(by: Eviction, entries: u32) -> Self {
        match by {
            Eviction::Lru => Self::Lru(lru::Lru::new(entries)),
            Eviction::Fifo => Self::Fifo(fifo::Fifo::new(entries)),
            Eviction::Clock => Self::Clock(clock::Clock::new(entries)),
            Eviction::Lfu => Self::Lfu(lfu::Lfu::new(entries, 0)),
            Eviction::LfuAging => Self::Lfu(lfu::Lfu::new(entries, AGE_AFTER * u64::from(entries))),
            Eviction::TwoQ => Self::TwoQ(two_q::TwoQ::new(entries)),
            Eviction::Arc => Self::Arc(arc::Arc::new(entries)),
            Eviction::Lirs => Self::Lirs(lirs::Lirs::new(entries)),
            Eviction::Sieve => Self::Sieve(sieve::Sieve::new(entries)),
            Eviction::S3Fifo => Self::S3Fifo(s3_fifo::S3Fifo::new(entries)),
            Eviction::WTinyLfu => Self::WTinyLfu(w_tiny_lfu::WTinyLfu::new(entries)),
            Eviction::Slru => Self::Slru(slru::Slru::new(entries, [1; 4])),
            // Nothing is without bound; what comes after that pushes out what came first.
            Eviction::Unbounded => Self::Fifo(fifo::Fifo::new(limits::CACHE_ENTRIES_MAX as u32)),
        }
    }
}

/// Asks whichever policy it is.
macro_rules! ask {
    ($which:expr, $policy:ident => $call:expr) => {
        match $which {
            Self::Lru($policy) => $call,
            Self::Fifo($policy) => $call,
            Self::Clock($policy) => $call,
            Self::Lfu($policy) => $call,
            Self::TwoQ($policy) => $call,
            Self::Arc($policy) => $call,
            Self::Lirs($policy) => $call,
            Self::Sieve($policy) => $call,
            Self::S3Fifo($policy) => $call,
            Self::WTinyLfu($policy) => $call,
            Self::Slru($policy) => $call,
        }
    };
}

impl<K: Name> Replace<K> for Policy<K> {
    #[inline]
    fn find(&mut self, name: K) -> bool {
        ask!(self, policy => policy.find(name))
    }

    #[inline]
    fn insert(&mut self, name: K) -> Kept<K> {
        ask!(self, policy => policy.insert(name))
    }
}

/// What became of an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<K> {
    /// Not kept: the cache is off.
    No,
    /// It was there already.
    Already,
    /// Kept in a free place.
    Added,
    /// Kept in the place of this one.
    Replaced(K),
}

impl<K> Kept<K> {
    fn from(evicted: Option<K>) -> Self {
        evicted.map_or(Self::Added, Self::Replaced)
    }
}

#[cfg(test)]
mod tests;
