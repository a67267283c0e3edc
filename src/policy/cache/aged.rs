//! Caches whose entries grow old.
//!
//! An entry is given up after its lifetime, which is shortened by chance so that entries of one time do not all end at one
//! time (RFC 5861 and Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, on the herds that follow otherwise). From
//! its soft lifetime on it still answers, and the first who meets it so has it made anew. What is too old keeps its place
//! until it is made anew or evicted, as in memcached.

use std::collections::BTreeMap;

use super::{CacheState, Kept, Name};
use crate::base::{Span, Time};
use crate::scenario::{Cache, Lifetime};

/// A cache, and how old its entries are where that counts.
#[derive(Clone, Debug)]
pub struct AgedCache<K> {
    cache: CacheState<K>,
    ages: Option<Box<Ages<K>>>,
}

#[derive(Clone, Debug)]
struct Ages<K> {
    lifetime: Lifetime,
    ends: BTreeMap<K, Ends>,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    soft: Time,
    hard: Time,
    /// Whether it is being made anew.
    is_renewed: bool,
}

/// What a lookup found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or what is too old.
    No,
    /// An entry.
    Yes,
    /// An entry that is to be made anew, by who found it.
    Stale,
}

impl<K: Name + Ord> AgedCache<K> {
    /// An empty one.
    pub fn new(cache: Cache, lifetime: Option<Lifetime>) -> Self {
        let ages = lifetime.map(|lifetime| Box::new(Ages { lifetime, ends: BTreeMap::new() }));
        Self { cache: CacheState::new(cache), ages }
    }

    /// Whether anything is ever kept.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.cache.is_on()
    }

    /// Looks a name up, which counts as a use unless it is too old.
    #[inline]
    pub fn find(&mut self, now: Time, name: K) -> Found {
        let Some(ages) = &mut self.ages else {
            return if self.cache.find(name) { Found::Yes } else { Found::No };
        };
        let Some(ends) = ages.ends.get_mut(&name).filter(|ends| now < ends.hard) else { return Found::No };
        if !self.cache.find(name) {
            return Found::No;
        }
        if now < ends.soft || std::mem::replace(&mut ends.is_renewed, true) { Found::Yes } else { Found::Stale }
    }

    /// Keeps a name, or makes it new. `chance`, uniform on (0, 1], shortens its life.
    pub fn insert(&mut self, now: Time, name: K, chance: f64) -> Kept<K> {
        let kept = self.cache.insert(name);
        if let Some(ages) = &mut self.ages {
            if let Kept::Replaced(old) = kept {
                ages.ends.remove(&old);
            }
            if kept != Kept::No {
                ages.ends.insert(name, ages.lifetime.from(now, chance));
            }
        }
        kept
    }

    /// What was to be made anew was not: the next one tries.
    pub fn not_renewed(&mut self, name: K) {
        if let Some(ends) = self.ages.as_mut().and_then(|ages| ages.ends.get_mut(&name)) {
            ends.is_renewed = false;
        }
    }
}

impl Lifetime {
    fn from(&self, now: Time, chance: f64) -> Ends {
        let kept = 1.0 - self.jitter * chance;
        let after = |span: Span| now + span.scaled(kept);
        Ends { soft: after(self.soft.unwrap_or(self.hard)), hard: after(self.hard), is_renewed: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Eviction;

    fn at(secs: u64) -> Time {
        Time::ZERO + Span::from_secs(secs)
    }

    fn cache(soft: Option<u64>, jitter: f64) -> AgedCache<u64> {
        let lifetime = Lifetime { hard: Span::from_secs(10), soft: soft.map(Span::from_secs), jitter };
        AgedCache::new(Cache::Keep { by: Eviction::Lru, entries: 2 }, Some(lifetime))
    }

    #[test]
    fn an_entry_answers_until_it_is_too_old_and_again_when_it_is_made_anew() {
        let mut cache = cache(None, 0.0);
        cache.insert(at(0), 1, 1.0);
        assert_eq!((cache.find(at(9), 1), cache.find(at(10), 1)), (Found::Yes, Found::No));
        assert_eq!(cache.insert(at(11), 1, 1.0), Kept::Already);
        assert_eq!((cache.find(at(20), 1), cache.find(at(21), 1)), (Found::Yes, Found::No));
        cache.insert(at(22), 2, 1.0);
        assert_eq!(cache.insert(at(22), 3, 1.0), Kept::Replaced(1));
        assert_eq!(cache.find(at(22), 1), Found::No);
    }

    #[test]
    fn one_of_those_who_find_it_stale_makes_it_anew() {
        let mut cache = cache(Some(6), 0.0);
        cache.insert(at(0), 1, 1.0);
        let found: Vec<_> = [5, 6, 7, 8].into_iter().map(|secs| cache.find(at(secs), 1)).collect();
        assert_eq!(found, [Found::Yes, Found::Stale, Found::Yes, Found::Yes]);
        cache.not_renewed(1);
        assert_eq!(cache.find(at(9), 1), Found::Stale);
        cache.insert(at(9), 1, 1.0);
        assert_eq!((cache.find(at(14), 1), cache.find(at(15), 1)), (Found::Yes, Found::Stale));
    }

    #[test]
    fn lives_are_shortened_by_chance() {
        let mut cache = cache(None, 0.5);
        cache.insert(at(0), 1, 1.0);
        cache.insert(at(0), 2, 0.2);
        assert_eq!((cache.find(at(4), 1), cache.find(at(5), 1)), (Found::Yes, Found::No));
        assert_eq!((cache.find(at(8), 2), cache.find(at(9), 2)), (Found::Yes, Found::No));
    }
}
