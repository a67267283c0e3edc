//! First come, first served.

use std::collections::VecDeque;

/// Who waits, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Fifo<T>(VecDeque<T>);

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Fifo<T> {
    pub(super) fn push(&mut self, waiting: T) {
        self.0.push_back(waiting);
    }

    pub(super) fn push_first(&mut self, waiting: T) {
        self.0.push_front(waiting);
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.0.pop_front()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        self.0.retain(keep);
    }
}
