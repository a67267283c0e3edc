//! A bounded queue that drops its oldest entry when full, and counts what it dropped.

use std::collections::VecDeque;

/// The newest `capacity` values pushed.
#[derive(Clone, Debug)]
pub struct Ring<T> {
    values: VecDeque<T>,
    capacity: usize,
    dropped: u64,
}

impl<T> Ring<T> {
    /// An empty ring for at least one value.
    pub fn new(capacity: usize) -> Self {
        Self { values: VecDeque::new(), capacity: capacity.max(1), dropped: 0 }
    }

    /// Adds a value; when full, the oldest is dropped and counted.
    pub fn push(&mut self, value: T) {
        if self.values.len() == self.capacity {
            self.values.pop_front();
            self.dropped += 1;
        }
        self.values.push_back(value);
    }

    /// How many values were dropped so far.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many values are held.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value at `index`, oldest first.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.values.get(index)
    }

    /// Takes a value out; those after it move up.
    pub fn remove(&mut self, index: usize) -> Option<T> {
        self.values.remove(index)
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.values.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_and_is_counted() {
        let mut ring = Ring::new(2);
        for value in 1..=5 {
            ring.push(value);
        }
        assert_eq!(ring.iter().copied().collect::<Vec<_>>(), [4, 5]);
        assert_eq!(ring.dropped(), 3);
    }
}
