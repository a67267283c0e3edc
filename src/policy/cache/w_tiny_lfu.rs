//! W-TinyLFU: a small window of what is new; what it pushes out gets into the main cache only if it was asked for more often,
//! lately, than what would have to go (Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache admission policy",
//! ACM Transactions on Storage 2017).
//!
//! A hundredth for the window, as the main cache a segmented LRU. How often something was asked for is estimated by a count-min
//! sketch of four rows with conservative updates; counts are of four bits, so they are halved after 16 times as many accesses
//! as the cache has places (the paper's W / C).

use super::lists::{Lists, Name};
use super::slru::Slru;
use super::{Kept, Replace};
use crate::base::streams::mix;

/// A W-TinyLFU cache.
#[derive(Clone, Debug)]
pub(super) struct WTinyLfu<K> {
    window_max: u32,
    main_max: u32,
    window: Lists<K, 1>,
    main: Slru<K, 4>,
    sketch: Sketch,
}

impl<K: Name> WTinyLfu<K> {
    pub(super) fn new(capacity: u32) -> Self {
        let window_max = (capacity / 100).max(1);
        let main_max = capacity - window_max;
        let main = Slru::new(main_max, [1; 4]);
        Self { window_max, main_max, window: Lists::new(), main, sketch: Sketch::new(capacity) }
    }

    /// Makes room in the window; returns who leaves the cache for that, if anybody has to.
    fn push_out(&mut self) -> Option<K> {
        let candidate = self.window.remove(self.window.oldest(0));
        if self.main.len() < self.main_max {
            self.main.insert(candidate);
            return None;
        }
        let victim = self.main.victim();
        let asked = |name: K| self.sketch.estimate(name.hash());
        let is_admitted = victim.is_some_and(|victim| asked(candidate) > asked(victim));
        if is_admitted {
            match self.main.insert(candidate) {
                Kept::Replaced(gone) => Some(gone),
                _ => None,
            }
        } else {
            Some(candidate)
        }
    }
}

impl<K: Name> Replace<K> for WTinyLfu<K> {
    fn find(&mut self, name: K) -> bool {
        self.sketch.see(name.hash());
        if let Some(node) = self.window.find(name) {
            self.window.move_to(node, 0);
            return true;
        }
        self.main.find(name)
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let evicted = if self.window.len(0) >= self.window_max { self.push_out() } else { None };
        self.window.add(name, 0, 0);
        Kept::from(evicted)
    }
}

/// How often names were asked for, about and lately: never too low.
#[derive(Clone, Debug)]
struct Sketch {
    /// Four rows one after the other, each a power of two long; none before the first access.
    counts: Vec<u8>,
    mask: u64,
    seen: u64,
    halve_after: u64,
}

impl Sketch {
    /// Counts are of four bits.
    const COUNT_MAX: u8 = 15;
    const ROWS: u64 = 4;
    /// Counters in a row for each place, and at most: larger caches are told apart less well.
    const WIDTH: u64 = 4;
    const WIDTH_MAX: u64 = 1 << 22;

    fn new(capacity: u32) -> Self {
        let width = (Self::WIDTH * u64::from(capacity.max(16))).next_power_of_two().min(Self::WIDTH_MAX);
        let halve_after = (u64::from(Self::COUNT_MAX) + 1) * u64::from(capacity.max(1));
        Self { counts: Vec::new(), mask: width - 1, seen: 0, halve_after }
    }

    fn places(&self, hash: u64) -> [usize; 4] {
        let (mask, other) = (self.mask, mix(hash ^ mix(1)) | 1);
        [0, 1, 2, 3].map(|row: u64| {
            let own = hash.wrapping_add(row.wrapping_mul(other));
            ((mix(own) & mask) + row * (mask + 1)) as usize
        })
    }

    fn see(&mut self, hash: u64) {
        if self.counts.is_empty() {
            self.counts = vec![0; ((self.mask + 1) * Self::ROWS) as usize];
        }
        let places = self.places(hash);
        // Only the lowest grow, so that others disturb less.
        let least = places.iter().map(|&place| self.counts[place]).min().unwrap_or(0);
        if least < Self::COUNT_MAX {
            for place in places {
                if self.counts[place] == least {
                    self.counts[place] += 1;
                }
            }
        }
        self.seen += 1;
        if self.seen >= self.halve_after {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.seen = 0;
        }
    }

    fn estimate(&self, hash: u64) -> u8 {
        self.places(hash).iter().map(|&place| self.counts[place]).min().unwrap_or(0)
    }
}
