//! CoDel for requests: while the shortest wait of an interval is too long, what waited too long is not begun any more.
//!
//! Source: Nichols and Jacobson, "Controlling queue delay" (ACM Queue 2012), for requests by Maurer, "Fail at scale" (ACM
//! Queue 2015), as folly's `Codel` has it: what is dropped has waited for more than twice the target.

use crate::base::{Span, Time};

/// One queue.
#[derive(Clone, Debug, PartialEq)]
pub struct CoDel {
    target: Span,
    interval: Span,
    ends: Time,
    /// The shortest wait of this interval.
    shortest: Option<Span>,
    is_overloaded: bool,
}

impl CoDel {
    /// A queue that is not overloaded.
    pub fn new(target: Span, interval: Span) -> Self {
        Self { target, interval, ends: Time::ZERO, shortest: None, is_overloaded: false }
    }

    /// The turn of one that waited so long; whether it is dropped instead.
    pub fn drops(&mut self, now: Time, waited: Span) -> bool {
        if now > self.ends {
            self.is_overloaded = self.shortest.is_some_and(|shortest| shortest > self.target);
            self.ends = now + self.interval;
            self.shortest = Some(waited);
            return false;
        }
        self.shortest = Some(self.shortest.map_or(waited, |shortest| shortest.min(waited)));
        self.is_overloaded && waited > self.target.scaled(2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    #[test]
    fn a_standing_queue_is_cut_and_a_burst_is_not() {
        let mut codel = CoDel::new(Span::from_millis(5), Span::from_millis(100));
        // A burst: long waits, and a short one in each interval.
        for millis in (1..1_000).step_by(10) {
            let waited = Span::from_millis(if millis % 50 == 1 { 1 } else { 40 });
            assert!(!codel.drops(at(millis), waited), "at {millis} ms");
        }
        // From here on the queue is never short.
        let dropped =
            (1_001..2_000).step_by(10).filter(|millis| codel.drops(at(*millis), Span::from_millis(40))).count();
        assert!((60..=90).contains(&dropped), "{dropped} of 100, after the first interval");
        // What has waited for less than twice the target goes on.
        assert!(!codel.drops(at(2_001), Span::from_millis(9)));
    }
}
