//! Least frequently used: what had the fewest hits goes first, and of those the one that has had so many for the longest.
//!
//! Counts are of hits in the cache only. With aging all counts are halved now and then, so that what was popular once does not
//! stay for ever ("LFU with dynamic aging" of squid and others; here by a period, as TinyLFU's reset).

use std::collections::BTreeSet;

use super::lists::{Lists, Name};
use super::{Kept, Replace};

/// An LFU cache.
#[derive(Clone, Debug)]
pub(super) struct Lfu<K> {
    capacity: u32,
    lists: Lists<K, 1>,
    /// Count, when it came to that, node.
    order: BTreeSet<(u32, u64, u32)>,
    /// By node: when it came to its count.
    since: Vec<u64>,
    clock: u64,
    /// Counts are halved after so many accesses; zero is never.
    age_after: u64,
    accesses: u64,
}

impl<K: Name> Lfu<K> {
    pub(super) fn new(capacity: u32, age_after: u64) -> Self {
        let (order, since) = (BTreeSet::new(), Vec::new());
        Self { capacity, lists: Lists::new(), order, since, clock: 0, age_after, accesses: 0 }
    }

    fn set(&mut self, node: u32, count: u32) {
        self.clock += 1;
        let place = node as usize;
        if self.since.len() <= place {
            self.since.resize(place + 1, 0);
        }
        self.since[place] = self.clock;
        *self.lists.mark(node) = count;
        self.order.insert((count, self.clock, node));
    }

    fn access(&mut self) {
        self.accesses += 1;
        if self.age_after > 0 && self.accesses.is_multiple_of(self.age_after) {
            let halved = self.order.iter().map(|&(count, since, node)| (count / 2, since, node)).collect();
            self.order = halved;
            for &(count, _, node) in &self.order {
                *self.lists.mark(node) = count;
            }
        }
    }
}

impl<K: Name> Replace<K> for Lfu<K> {
    fn find(&mut self, name: K) -> bool {
        self.access();
        let Some(node) = self.lists.find(name) else { return false };
        let count = *self.lists.mark(node);
        self.order.remove(&(count, self.since[node as usize], node));
        self.set(node, count.saturating_add(1));
        true
    }

    fn insert(&mut self, name: K) -> Kept<K> {
        let evicted = if self.lists.len(0) >= self.capacity {
            self.order.pop_first().map(|(_, _, node)| self.lists.remove(node))
        } else {
            None
        };
        let node = self.lists.add(name, 0, 0);
        self.set(node, 1);
        Kept::from(evicted)
    }
}
