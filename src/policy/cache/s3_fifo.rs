//! S3-FIFO: a small queue that most of what is asked for once never leaves alive, a main queue, and names of what left the
//! small one (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023).
//!
//! A tenth for what is new; from there two uses lead to the main queue; uses count up to 3; names of nine tenths. Before
//! anything was evicted, what finds the small queue full goes to the main queue.

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// New, proven, and names of what left the first.
const SMALL: usize = 0;
const MAIN: usize = 1;
const GHOST: usize = 2;
/// Uses that lead from the small queue to the main one.
const PROMOTE: u32 = 2;
/// Uses that are counted.
const USES_MAX: u32 = 3;

/// An S3-FIFO cache.
#[derive(Clone, Debug)]
pub(super) struct S3Fifo<K> {
    small: u32,
    main: u32,
    ghost: u32,
    has_evicted: bool,
    lists: Lists<K, 3>,
}

impl<K: Name> S3Fifo<K> {
    pub(super) fn new(capacity: u32) -> Self {
        let small = (capacity / 10).max(1);
        let ghost = u32::try_from(u64::from(capacity) * 9 / 10).unwrap_or(u32::MAX);
        Self { small, main: capacity - small.min(capacity), ghost, has_evicted: false, lists: Lists::new() }
    }

    fn evict(&mut self) -> K {
        self.has_evicted = true;
        if self.lists.len(MAIN) <= self.main
            && let Some(name) = self.evict_small()
        {
            return name;
        }
        loop {
            let oldest = self.lists.oldest(MAIN);
            let uses = *self.lists.mark(oldest);
            if uses == 0 {
                return self.lists.remove(oldest);
            }
            *self.lists.mark(oldest) = uses - 1;
            self.lists.move_to(oldest, MAIN);
        }
    }

    /// The oldest of the small queue that was used too little; those before it get into the main queue, even where that
    /// becomes too long. None where all were used enough.
    fn evict_small(&mut self) -> Option<K> {
        while self.lists.len(SMALL) > 0 {
            let oldest = self.lists.oldest(SMALL);
            if *self.lists.mark(oldest) >= PROMOTE {
                *self.lists.mark(oldest) = 0;
                self.lists.move_to(oldest, MAIN);
                continue;
            }
            if self.ghost == 0 {
                return Some(self.lists.remove(oldest));
            }
            if self.lists.len(GHOST) >= self.ghost {
                self.lists.remove(self.lists.oldest(GHOST));
            }
            let name = self.lists.name(oldest);
            self.lists.move_to(oldest, GHOST);
            return Some(name);
        }
        None
    }
}

impl<K: Name> Replace<K> for S3Fifo<K> {
    fn find(&mut self, name: K) -> bool {
        let Some(node) = self.lists.find(name) else { return false };
        let is_there = self.lists.list(node) != GHOST;
        if is_there {
            let uses = self.lists.mark(node);
            *uses = (*uses + 1).min(USES_MAX);
        }
        is_there
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let ghost = self.lists.find(name);
        if let Some(ghost) = ghost {
            self.lists.remove(ghost);
        }
        let is_full = self.lists.len(SMALL) + self.lists.len(MAIN) >= self.small + self.main;
        let evicted = is_full.then(|| self.evict());
        let overflows = !self.has_evicted && self.lists.len(SMALL) >= self.small;
        let list = if ghost.is_some() || overflows { MAIN } else { SMALL };
        self.lists.add(name, list, 0);
        Kept::from(evicted)
    }
}
