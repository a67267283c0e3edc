//! Least recently used: what was not asked for the longest time goes first.
//!
//! Worked number: capacity 2 and the names 1 2 1 3 2 give a hit on the second 1, then 3 replaces 2 and 2 replaces 1.

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// An LRU cache.
#[derive(Clone, Debug)]
pub(super) struct Lru<K> {
    capacity: u32,
    lists: Lists<K, 1>,
}

impl<K: Name> Lru<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, lists: Lists::new() }
    }
}

impl<K: Name> Replace<K> for Lru<K> {
    fn find(&mut self, name: K) -> bool {
        let Some(node) = self.lists.find(name) else { return false };
        self.lists.move_to(node, 0);
        true
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let evicted = (self.lists.len(0) >= self.capacity).then(|| self.lists.remove(self.lists.oldest(0)));
        self.lists.add(name, 0, 0);
        Kept::from(evicted)
    }
}
