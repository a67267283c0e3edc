//! LIRS: what is asked for again soon has a low reuse distance and stays; the rest passes through a hundredth of the cache
//! (Jiang and Zhang, "LIRS: an efficient low inter-reference recency set replacement policy", SIGMETRICS 2002).
//!
//! The stack has every name younger than the oldest of the low set, kept or not, so that whoever is found in it was asked for
//! again sooner than that one, and takes its place. Names that are not kept any more are forgotten, the oldest first, once the
//! stack is twice as long as the cache.

use super::lists::{Lists, NONE, Name};
use super::{Kept, Replace};

/// Of what is not in the low set: kept, or only a name that the stack still has.
const QUEUE: usize = 0;
const GONE: usize = 1;

/// A LIRS cache.
#[derive(Clone, Debug)]
pub(super) struct Lirs<K> {
    capacity: u32,
    /// Places of the low set.
    low_max: u32,
    low: u32,
    /// By recency; its oldest is one of the low set.
    stack: Lists<K, 1>,
    /// Who is in the stack and not here is of the low set.
    high: Lists<K, 2>,
}

impl<K: Name> Lirs<K> {
    pub(super) fn new(capacity: u32) -> Self {
        let low_max = capacity - (capacity / 100).max(1);
        Self { capacity, low_max, low: 0, stack: Lists::new(), high: Lists::new() }
    }

    /// Forgets names at the bottom of the stack until one of the low set is there.
    fn prune(&mut self) {
        loop {
            let oldest = self.stack.oldest(0);
            if oldest == NONE {
                return;
            }
            let high = self.high.find(self.stack.name(oldest));
            match high {
                None => return,
                Some(node) if self.high.list(node) == GONE => _ = self.high.remove(node),
                Some(_) => {}
            }
            self.stack.remove(oldest);
        }
    }

    /// Takes a name at the top of the stack into the low set; whose place it takes goes to the queue.
    fn make_low(&mut self, high: u32) {
        self.high.remove(high);
        self.low += 1;
        if self.low > self.low_max {
            let oldest = self.stack.remove(self.stack.oldest(0));
            self.low -= 1;
            self.high.add(oldest, QUEUE, 0);
            self.prune();
        }
    }

    /// Lets the first of the queue go; the stack remembers it if it is there.
    fn evict(&mut self) -> K {
        let first = self.high.oldest(QUEUE);
        let name = self.high.name(first);
        if self.stack.find(name).is_some() {
            self.high.move_to(first, GONE);
        } else {
            self.high.remove(first);
        }
        name
    }

    /// Keeps the stack as short as its limit.
    fn forget(&mut self) {
        while self.stack.len(0) > 2 * self.capacity && self.high.len(GONE) > 0 {
            let name = self.high.remove(self.high.oldest(GONE));
            if let Some(node) = self.stack.find(name) {
                self.stack.remove(node);
            }
        }
    }
}

impl<K: Name> Replace<K> for Lirs<K> {
    fn find(&mut self, name: K) -> bool {
        let (in_stack, high) = (self.stack.find(name), self.high.find(name));
        let Some(node) = in_stack else {
            if let Some(high) = high {
                self.high.move_to(high, QUEUE);
                self.stack.add(name, 0, 0);
                self.forget();
            }
            return high.is_some();
        };
        if high.is_some_and(|high| self.high.list(high) == GONE) {
            return false;
        }
        self.stack.move_to(node, 0);
        match high {
            Some(high) if self.low_max > 0 => self.make_low(high),
            _ => self.prune(),
        }
        true
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let is_full = self.low + self.high.len(QUEUE) >= self.capacity;
        let evicted = is_full.then(|| self.evict());
        // The name itself may have been forgotten meanwhile.
        let known = self.high.find(name);
        if let Some(node) = self.stack.find(name) {
            self.stack.move_to(node, 0);
        } else {
            self.stack.add(name, 0, 0);
        }
        match known {
            Some(high) if self.low_max > 0 => self.make_low(high),
            Some(high) => self.high.move_to(high, QUEUE),
            None if self.low < self.low_max => self.low += 1,
            None => _ = self.high.add(name, QUEUE, 0),
        }
        self.forget();
        Kept::from(evicted)
    }
}
