//! When a task is copied that waits for as long as few do.

use crate::base::Span;

/// Latencies that are remembered.
const REMEMBERED: usize = 1_000;
/// Before there are so many, nothing is copied.
const LEAST: usize = 100;
/// The quantile is looked up anew after so many answers.
const EVERY: usize = 100;

/// The delay after which a copy is made: a quantile of the latest latencies (Dean and Barroso, "The tail at scale", 2013).
#[derive(Clone, Debug, PartialEq)]
pub struct HedgeDelay {
    quantile: f64,
    latest: Vec<u64>,
    next: usize,
    since: usize,
    delay: Option<Span>,
}

impl HedgeDelay {
    /// With nothing known; the quantile is from 0 to 1.
    pub fn new(quantile: f64) -> Self {
        Self { quantile, latest: Vec::new(), next: 0, since: 0, delay: None }
    }

    /// An attempt was answered.
    pub fn answered(&mut self, took: Span) {
        if self.latest.len() < REMEMBERED {
            self.latest.push(took.0);
        } else {
            self.latest[self.next] = took.0;
            self.next = (self.next + 1) % REMEMBERED;
        }
        self.since += 1;
        if self.since >= EVERY && self.latest.len() >= LEAST {
            self.since = 0;
            let mut sorted = self.latest.clone();
            let rank = ((sorted.len() - 1) as f64 * self.quantile).round() as usize;
            self.delay = Some(Span(*sorted.select_nth_unstable(rank).1));
        }
    }

    /// The delay, once enough is known.
    pub fn delay(&self) -> Option<Span> {
        self.delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_follows_the_latest_answers() {
        let mut hedge = HedgeDelay::new(0.95);
        (1..100).for_each(|millis| hedge.answered(Span::from_millis(millis)));
        assert_eq!(hedge.delay(), None);
        hedge.answered(Span::from_millis(100));
        assert_eq!(hedge.delay(), Some(Span::from_millis(95)));
        (0..REMEMBERED).for_each(|_| hedge.answered(Span::from_millis(7)));
        assert_eq!(hedge.delay(), Some(Span::from_millis(7)));
    }
}
