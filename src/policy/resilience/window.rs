//! What has happened lately, in ten steps.

use crate::base::{Span, Time};

const SLICES: usize = 10;

/// A sum over a sliding window, which forgets a tenth of it at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    slice: Span,
    /// The number of the newest slice since the start of the run.
    newest: u64,
    sums: [i64; SLICES],
}

impl Window {
    /// An empty one of this length.
    pub fn new(length: Span) -> Self {
        Self { slice: Span((length.0 / SLICES as u64).max(1)), newest: 0, sums: [0; SLICES] }
    }

    /// Adds to it.
    pub fn add(&mut self, now: Time, amount: i64) {
        self.forget(now);
        self.sums[(self.newest % SLICES as u64) as usize] += amount;
    }

    /// What was added and is not forgotten.
    pub fn sum(&mut self, now: Time) -> i64 {
        self.forget(now);
        self.sums.iter().sum()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.sums = [0; SLICES];
    }

    fn forget(&mut self, now: Time) {
        let slice = now.0 / self.slice.0;
        for gone in self.newest + 1..=slice.min(self.newest + SLICES as u64) {
            self.sums[(gone % SLICES as u64) as usize] = 0;
        }
        self.newest = self.newest.max(slice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_window_is_forgotten_by_tenths() {
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        let mut window = Window::new(Span::from_secs(1));
        window.add(at(50), 3);
        window.add(at(150), 4);
        assert_eq!((window.sum(at(999)), window.sum(at(1_000))), (7, 4));
        assert_eq!(window.sum(at(1_100)), 0);
        window.add(at(9_000), 5);
        assert_eq!((window.sum(at(9_900)), window.sum(at(60_000))), (5, 0));
    }
}
