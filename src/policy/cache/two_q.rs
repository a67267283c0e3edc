//! 2Q: what comes stands in a short queue first; only what is asked for again after it has left that gets into the main cache
//! (Johnson and Shasha, "2Q: a low overhead high performance buffer management replacement algorithm", VLDB 1994).
//!
//! Full version with the paper's shares: a quarter for what is new (Kin), and names of half a cache that have left (Kout).

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// New, proven, and names of what has left.
const IN: usize = 0;
const MAIN: usize = 1;
const OUT: usize = 2;

/// A 2Q cache.
#[derive(Clone, Debug)]
pub(super) struct TwoQ<K> {
    capacity: u32,
    kin: u32,
    kout: u32,
    lists: Lists<K, 3>,
}

impl<K: Name> TwoQ<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, kin: (capacity / 4).max(1), kout: (capacity / 2).max(1), lists: Lists::new() }
    }

    fn evict(&mut self) -> K {
        if self.lists.len(IN) <= self.kin && self.lists.len(MAIN) > 0 {
            return self.lists.remove(self.lists.oldest(MAIN));
        }
        let oldest = self.lists.oldest(IN);
        let name = self.lists.name(oldest);
        if self.lists.len(OUT) >= self.kout {
            self.lists.remove(self.lists.oldest(OUT));
        }
        self.lists.move_to(oldest, OUT);
        name
    }
}

impl<K: Name> Replace<K> for TwoQ<K> {
    fn find(&mut self, name: K) -> bool {
        let Some(node) = self.lists.find(name) else { return false };
        match self.lists.list(node) {
            MAIN => {
                self.lists.move_to(node, MAIN);
                true
            }
            list => list == IN,
        }
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let ghost = self.lists.find(name);
        let list = if ghost.is_some() { MAIN } else { IN };
        if let Some(ghost) = ghost {
            self.lists.remove(ghost);
        }
        let is_full = self.lists.len(IN) + self.lists.len(MAIN) >= self.capacity;
        let evicted = is_full.then(|| self.evict());
        self.lists.add(name, list, 0);
        Kept::from(evicted)
    }
}
