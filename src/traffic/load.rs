//! The rate of an open source over time: straight lines, integrated and inverted exactly.
//!
//! The next arrival is when the area under the rate since the last one reaches a gap drawn in units of its mean. A
//! change of load keeps the part of the gap that is left, so that the same draws serve before and after it.

use crate::base::{Span, Time};
use crate::scenario::{LoadStep, RateSpec};

#[derive(Clone, Debug)]
pub(super) struct Load {
    steps: Vec<LoadStep>,
    /// Jobs per second that a share of 1 stands for; unknown, it stands for none.
    capacity: Option<f64>,
    factor: f64,
    /// What the source multiplies it by at the moment, if it comes in bursts.
    burst: f64,
    segments: Vec<Segment>,
    /// The segment that `since` lies in.
    cursor: usize,
    /// Area that is left until the next arrival.
    left: f64,
    since: f64,
}

/// A stretch of time in seconds over which the rate runs in a straight line.
#[derive(Clone, Copy, Debug)]
struct Segment {
    start: f64,
    end: f64,
    from: f64,
    to: f64,
}

impl Load {
    pub(super) fn new(steps: &[LoadStep]) -> Self {
        let mut load = Self {
            steps: steps.to_vec(),
            capacity: None,
            factor: 1.0,
            burst: 1.0,
            segments: Vec::new(),
            cursor: 0,
            left: 0.0,
            since: 0.0,
        };
        load.lay_out();
        load
    }

    /// Counts a new gap, in units of its mean, from `now` on.
    #[inline]
    pub(super) fn begin(&mut self, now: Time, gap: f64) {
        self.left = gap;
        self.move_to(now.secs());
    }

    /// When the area that is left is used up; never, if the load ends before.
    #[inline]
    pub(super) fn next_arrival(&self) -> Option<Time> {
        if self.burst <= 0.0 {
            return None;
        }
        let (mut left, mut from) = (if self.burst == 1.0 { self.left } else { self.left / self.burst }, self.since);
        for segment in &self.segments[self.cursor..] {
            // What the root below comes to where the line is flat, which it is nearly always.
            let flat = left / segment.from;
            if segment.from == segment.to && flat.is_finite() && from + flat <= segment.end {
                return Some(Time::ZERO + Span::from_secs_f64(from + flat));
            }
            let rate = segment.rate(from);
            let slope = segment.slope();
            // The root of slope/2 x^2 + rate x = left, in the form that does not cancel.
            let discriminant = rate * rate + 2.0 * slope * left;
            let x = 2.0 * left / (rate + discriminant.max(0.0).sqrt());
            if discriminant >= 0.0 && x.is_finite() && from + x <= segment.end {
                return Some(Time::ZERO + Span::from_secs_f64(from + x));
            }
            left -= segment.area(from, segment.end);
            from = segment.end;
        }
        None
    }

    pub(super) fn set_factor(&mut self, now: Time, factor: f64) {
        self.consume(now);
        self.factor = factor;
        self.lay_out();
        self.move_to(now.secs());
    }

    /// From now on the load is multiplied by this, too; that of before no more.
    pub(super) fn set_burst(&mut self, now: Time, burst: f64) {
        self.consume(now);
        self.burst = burst;
        self.move_to(now.secs());
    }

    pub(super) fn set_capacity(&mut self, now: Time, jobs_per_sec: f64) {
        self.consume(now);
        self.capacity = Some(jobs_per_sec);
        self.lay_out();
        self.move_to(now.secs());
    }

    /// Jobs per second at `now`, bursts among them.
    pub(super) fn rate(&self, now: Time) -> f64 {
        let secs = now.secs();
        self.segments.iter().find(|segment| secs < segment.end).map_or(0.0, |segment| self.burst * segment.rate(secs))
    }

    fn move_to(&mut self, secs: f64) {
        self.since = secs;
        while self.segments.get(self.cursor).is_some_and(|segment| segment.end <= secs) {
            self.cursor += 1;
        }
    }

    /// Takes off what has passed of the current gap.
    fn consume(&mut self, now: Time) {
        let to = now.secs();
        let mut from = self.since;
        for segment in &self.segments[self.cursor..] {
            if from >= to {
                break;
            }
            let end = segment.end.min(to);
            self.left -= self.burst * segment.area(from, end);
            from = end;
        }
        self.left = self.left.max(0.0);
    }

    fn lay_out(&mut self) {
        let resolve = |rate: RateSpec| match rate {
            RateSpec::PerSec(rate) => rate * self.factor,
            RateSpec::Auto(share) => share * self.capacity.unwrap_or(0.0) * self.factor,
        };
        let mut start = 0.0;
        let mut from = self.steps.first().map_or(0.0, |step| resolve(step.to));
        let mut segments = Vec::with_capacity(self.steps.len() + 1);
        for step in &self.steps {
            let to = resolve(step.to);
            let end = start + step.over.secs();
            if end > start {
                segments.push(Segment { start, end, from, to });
            }
            (start, from) = (end, to);
        }
        segments.push(Segment { start, end: f64::INFINITY, from, to: from });
        self.segments = segments;
        self.cursor = 0;
    }
}

impl Segment {
    fn slope(&self) -> f64 {
        if self.from == self.to { 0.0 } else { (self.to - self.from) / (self.end - self.start) }
    }

    fn rate(&self, at: f64) -> f64 {
        self.from + self.slope() * (at - self.start)
    }

    fn area(&self, from: f64, to: f64) -> f64 {
        if self.from == self.to {
            return if self.from == 0.0 { 0.0 } else { self.from * (to - from) };
        }
        f64::midpoint(self.rate(from), self.rate(to)) * (to - from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(steps: &[(u64, f64)]) -> Vec<LoadStep> {
        steps.iter().map(|&(secs, to)| LoadStep { over: Span::from_secs(secs), to: RateSpec::PerSec(to) }).collect()
    }

    /// All arrivals until `end` with gaps of 1: one each time the area grows by one.
    fn arrivals(load: &mut Load, end: f64) -> Vec<f64> {
        load.begin(Time::ZERO, 1.0);
        let mut times = Vec::new();
        while let Some(at) = load.next_arrival().filter(|at| at.secs() <= end) {
            times.push(at.secs());
            load.begin(at, 1.0);
        }
        times
    }

    #[test]
    fn a_ramp_is_inverted_exactly() {
        // From 0 to 10 per second over 10 s the area is t^2 / 2.
        let times = arrivals(&mut Load::new(&steps(&[(0, 0.0), (10, 10.0)])), 10.0);
        assert_eq!(times.len(), 50);
        for (i, time) in times.iter().enumerate() {
            assert!((time - (2.0 * (i + 1) as f64).sqrt()).abs() < 1e-6, "{i}: {time}");
        }
    }

    #[test]
    fn steps_jump_and_the_last_rate_stays() {
        let times = arrivals(&mut Load::new(&steps(&[(2, 1.0), (0, 10.0)])), 4.0);
        assert_eq!(times.len(), 2 + 20);
        assert!((times[2] - 2.1).abs() < 1e-6);
    }

    #[test]
    fn a_change_keeps_what_is_left_of_the_gap() {
        let mut load = Load::new(&steps(&[(0, 1.0)]));
        load.begin(Time::ZERO, 1.0);
        load.set_factor(Time(500_000_000), 2.0);
        assert_eq!(load.next_arrival(), Some(Time(750_000_000)));
    }

    #[test]
    fn a_burst_uses_up_the_gap_faster_and_silence_not_at_all() {
        let mut load = Load::new(&steps(&[(0, 1.0)]));
        load.begin(Time::ZERO, 1.0);
        load.set_burst(Time(250_000_000), 0.0);
        assert_eq!((load.next_arrival(), load.rate(Time(300_000_000))), (None, 0.0));
        load.set_burst(Time(500_000_000), 3.0);
        assert_eq!((load.next_arrival(), load.rate(Time(500_000_000))), (Some(Time(750_000_000)), 3.0));
    }

    #[test]
    fn an_unknown_capacity_offers_nothing_until_it_is_known() {
        let mut load = Load::new(&[LoadStep { over: Span::ZERO, to: RateSpec::Auto(0.5) }]);
        load.begin(Time::ZERO, 1.0);
        assert_eq!(load.next_arrival(), None);
        load.set_capacity(Time(2_000_000_000), 4.0);
        assert_eq!(load.next_arrival(), Some(Time(2_500_000_000)));
    }
}
