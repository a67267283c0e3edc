//! First in, first out: what came first goes first, however often it is used.
//!
//! Under independent requests its hit ratio is that of evicting at random (Gelenbe, "A unified approach to the evaluation of a
//! class of replacement algorithms", 1973).

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// A FIFO cache.
#[derive(Clone, Debug)]
pub(super) struct Fifo<K> {
    capacity: u32,
    lists: Lists<K, 1>,
}

impl<K: Name> Fifo<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, lists: Lists::new() }
    }
}

impl<K: Name> Replace<K> for Fifo<K> {
    fn find(&mut self, name: K) -> bool {
        self.lists.find(name).is_some()
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let evicted = (self.lists.len(0) >= self.capacity).then(|| self.lists.remove(self.lists.oldest(0)));
        self.lists.add(name, 0, 0);
        Kept::from(evicted)
    }
}
