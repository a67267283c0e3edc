//! Those who wait, by a rank; within one rank in order of arrival.

use std::collections::BTreeMap;

/// Who waits, by rank and then by arrival. The smallest rank goes first.
#[derive(Clone, Debug)]
pub(super) struct Ranked<T> {
    waiting: BTreeMap<(u64, i64), T>,
    arrivals: i64,
    returns: i64,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), arrivals: 0, returns: 0 }
    }
}

impl<T> Ranked<T> {
    pub(super) fn push(&mut self, rank: u64, waiting: T) {
        self.arrivals += 1;
        self.waiting.insert((rank, self.arrivals), waiting);
    }

    /// Ahead of all of its rank.
    pub(super) fn push_first(&mut self, rank: u64, waiting: T) {
        self.returns -= 1;
        self.waiting.insert((rank, self.returns), waiting);
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.waiting.pop_first().map(|(_, waiting)| waiting)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.waiting.retain(|_, waiting| keep(waiting));
    }
}
