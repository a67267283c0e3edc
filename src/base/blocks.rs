//! A bounded history that is cheap to copy: sealed blocks are shared, so that a picture of it copies a few pointers.

use std::collections::VecDeque;
use std::sync::Arc;

/// Values in a block.
const BLOCK: usize = 64;

/// The newest values pushed, whole blocks of them: when full, the oldest block is dropped and counted.
#[derive(Clone, Debug)]
pub struct Blocks<T> {
    sealed: VecDeque<Arc<[T]>>,
    open: Vec<T>,
    blocks_max: usize,
    dropped: u64,
}

impl<T: Clone> Blocks<T> {
    /// An empty history that holds at least the newest `capacity` values.
    pub fn new(capacity: usize) -> Self {
        let blocks_max = capacity.div_ceil(BLOCK).max(1);
        Self { sealed: VecDeque::new(), open: Vec::new(), blocks_max, dropped: 0 }
    }

    /// Adds a value.
    pub fn push(&mut self, value: T) {
        self.open.push(value);
        if self.open.len() < BLOCK {
            return;
        }
        self.sealed.push_back(Arc::from(self.open.as_slice()));
        self.open.clear();
        if self.sealed.len() > self.blocks_max {
            self.sealed.pop_front();
            self.dropped += BLOCK as u64;
        }
    }

    /// All values that are held, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.sealed.iter().flat_map(|block| block.iter()).chain(&self.open)
    }

    /// How many values are held.
    pub fn len(&self) -> usize {
        self.sealed.len() * BLOCK + self.open.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values were dropped so far.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_the_newest_and_counts_what_it_dropped() {
        let mut blocks = Blocks::new(2 * BLOCK);
        assert!(blocks.is_empty());
        let n = 5 * BLOCK as u64 + 7;
        (0..n).for_each(|value| blocks.push(value));
        assert_eq!((blocks.len(), blocks.dropped()), (2 * BLOCK + 7, 3 * BLOCK as u64));
        assert!(blocks.iter().copied().eq(3 * BLOCK as u64..n));
        assert_eq!(blocks.iter().next_back(), Some(&(n - 1)));
    }
}
