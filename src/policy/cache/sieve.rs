//! SIEVE: a hand sifts from the oldest to the newest, evicts what was not used since it came by, and leaves what was where it
//! stands (Zhang et al., "SIEVE is simpler than LRU", NSDI 2024).

use super::lists::{Lists, NONE, Name};
use super::{Kept, Replace};

/// A SIEVE cache.
#[derive(Clone, Debug)]
pub(super) struct Sieve<K> {
    capacity: u32,
    lists: Lists<K, 1>,
    hand: u32,
}

impl<K: Name> Sieve<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, lists: Lists::new(), hand: NONE }
    }

    fn evict(&mut self) -> K {
        loop {
            let at = if self.hand == NONE { self.lists.oldest(0) } else { self.hand };
            self.hand = self.lists.newer(at);
            if *self.lists.mark(at) == 0 {
                return self.lists.remove(at);
            }
            *self.lists.mark(at) = 0;
        }
    }
}

impl<K: Name> Replace<K> for Sieve<K> {
    fn find(&mut self, name: K) -> bool {
        let Some(node) = self.lists.find(name) else { return false };
        *self.lists.mark(node) = 1;
        true
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let evicted = (self.lists.len(0) >= self.capacity).then(|| self.evict());
        self.lists.add(name, 0, 0);
        Kept::from(evicted)
    }
}
