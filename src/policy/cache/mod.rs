//! Which results are kept.
//!
//! A cache holds names; the world holds bytes. Laws: it never holds more than its capacity, and a name is found exactly
//! from its insertion to its eviction.

mod lru;

use lru::Lru;

use crate::scenario::Cache;

/// A cache of names `K`.
#[derive(Clone, Debug)]
pub enum CacheState<K> {
    /// Finds nothing, keeps nothing.
    Off,
    /// Least recently used.
    Lru(Box<Lru<K>>),
}

impl<K: Copy + Ord> CacheState<K> {
    /// An empty cache.
    pub fn new(cache: Cache) -> Self {
        match cache {
            Cache::Off => Self::Off,
            Cache::Lru { entries } => Self::Lru(Box::new(Lru::new(entries))),
        }
    }

    /// Whether anything is ever kept.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Looks a name up, which counts as a use.
    pub fn find(&mut self, name: K) -> bool {
        match self {
            Self::Off => false,
            Self::Lru(cache) => cache.find(name),
        }
    }

    /// Keeps a name.
    pub fn insert(&mut self, name: K) -> Kept<K> {
        match self {
            Self::Off => Kept::No,
            Self::Lru(cache) => cache.insert(name),
        }
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
