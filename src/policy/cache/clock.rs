//! Clock, or second chance: first in, first out, but what was used since it was last looked at stays another round
//! (Corbató 1968). One bit for each entry.

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// A Clock cache.
#[derive(Clone, Debug)]
pub(super) struct Clock<K> {
    capacity: u32,
    lists: Lists<K, 1>,
}

impl<K: Name> Clock<K> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { capacity, lists: Lists::new() }
    }

    fn evict(&mut self) -> K {
        loop {
            let oldest = self.lists.oldest(0);
            if *self.lists.mark(oldest) == 0 {
                return self.lists.remove(oldest);
            }
            *self.lists.mark(oldest) = 0;
            self.lists.move_to(oldest, 0);
        }
    }
}

impl<K: Name> Replace<K> for Clock<K> {
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
