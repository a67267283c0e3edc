//! Segmented LRU: what is used moves up a segment, what is pushed out of one falls to the one below; only the lowest evicts
//! (Karedla, Love and Wherry, IEEE Computer 1994). Four segments of the same size in a cache
//! of its own; what is new goes to the lowest that has
//! room, so that they fill up from below.

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// A segmented LRU cache.
#[derive(Clone, Debug)]
pub(super) struct Slru<K, const N: usize> {
    capacity: u32,
    /// Places of each segment, from the lowest.
    places: [u32; N],
    lists: Lists<K, N>,
}

impl<K: Name, const N: usize> Slru<K, N> {
    /// Segments with these shares of so many places.
    pub(super) fn new(capacity: u32, shares: [u32; N]) -> Self {
        let whole = u64::from(shares.iter().sum::<u32>().max(1));
        let places = shares.map(|share| (u64::from(capacity) * u64::from(share) / whole) as u32);
        Self { capacity, places, lists: Lists::new() }
    }

    /// Entries.
    pub(super) fn len(&self) -> u32 {
        (0..N).map(|list| self.lists.len(list)).sum()
    }

    /// Who would go, if anybody is there.
    pub(super) fn victim(&self) -> Option<K> {
        let lowest = (0..N).find(|&list| self.lists.len(list) > 0)?;
        Some(self.lists.name(self.lists.oldest(lowest)))
    }

    fn evict(&mut self) -> K {
        let lowest = (0..N).find(|&list| self.lists.len(list) > 0).unwrap_or(0);
        self.lists.remove(self.lists.oldest(lowest))
    }
}

impl<K: Name, const N: usize> Replace<K> for Slru<K, N> {
    fn find(&mut self, name: K) -> bool {
        let Some(node) = self.lists.find(name) else { return false };
        let up = (self.lists.list(node) + 1).min(N - 1);
        self.lists.move_to(node, up);
        // Who is pushed out of a segment becomes the newest of the one below.
        for list in (1..=up).rev() {
            if self.lists.len(list) > self.places[list].max(1) {
                let oldest = self.lists.oldest(list);
                self.lists.move_to(oldest, list - 1);
            }
        }
        true
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let evicted = (self.len() >= self.capacity).then(|| self.evict());
        let room = (0..N).find(|&list| self.lists.len(list) < self.places[list]).unwrap_or(0);
        self.lists.add(name, room, 0);
        Kept::from(evicted)
    }
}
