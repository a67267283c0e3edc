//! First come, first served.

use std::collections::VecDeque;

/// Who waits, oldest first.
#[derive(Clone, Debug)]
pub struct Fifo<T>(VecDeque<T>);

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Fifo<T> {
    pub(super) fn push(&mut self, waiting: T) {
        self.0.push_back(waiting);
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.0.pop_front()
    }
}
