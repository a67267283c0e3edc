//! Averages and maxima over a window of time that goes on in steps.
//!
//! Knative Serving, `pkg/autoscaler/aggregation/bucketing.go` and `max/timewindow.go`.

use std::collections::VecDeque;

use crate::base::{Span, Time};

/// Averages are cut off after so many decimals, as Knative does.
const PRECISION: f64 = 1e6;
/// The part of all weight that lies within the window, where samples weigh less the older they are.
const WEIGHT_WITHIN: f64 = 0.9999;
/// No sample weighs less than this over the one before it.
const SMOOTHING_MIN: f64 = 0.2;

/// Sums of a value over steps of time, as many steps as the window has.
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets {
    sums: Vec<f64>,
    step: Span,
    window: Span,
    /// The steps of the first and the last sample that count.
    written: Option<(u64, u64)>,
    total: f64,
}

impl Buckets {
    /// Nothing recorded yet.
    pub fn new(window: Span, step: Span) -> Self {
        let count = steps(window, step);
        Self { sums: vec![0.0; count], step, window, written: None, total: 0.0 }
    }

    fn number(&self, at: Time) -> u64 {
        at.0 / self.step.0
    }

    fn spans(&self, from: u64, to: u64) -> Span {
        Span(to.saturating_sub(from).saturating_mul(self.step.0))
    }

    fn slot(&self, number: u64) -> usize {
        (number % self.sums.len() as u64) as usize
    }

    /// Adds a value to the step of this instant. One from before the window is forgotten.
    pub fn record(&mut self, at: Time, value: f64) {
        let step = self.number(at);
        match self.written {
            Some((first, last)) if step > last && self.spans(last, step) < self.window => {
                (last + 1..=step).for_each(|gap| self.clear(gap));
                self.written = Some((first, step));
            }
            Some((first, last)) if step <= last => {
                if self.spans(step, last) >= self.window {
                    return;
                }
                self.written = Some((first.min(step), last));
            }
            _ => {
                self.sums.fill(0.0);
                self.total = 0.0;
                self.written = Some((step, step));
            }
        }
        let slot = self.slot(step);
        self.sums[slot] += value;
        self.total += value;
    }

    fn clear(&mut self, number: u64) {
        let slot = self.slot(number);
        self.total -= self.sums[slot];
        self.sums[slot] = 0.0;
    }

    /// The average over the window that ends now; while it is younger than that, over its age. Zero without any sample.
    pub fn average(&self, now: Time) -> f64 {
        let Some((first, last)) = self.written else { return 0.0 };
        let step = self.number(now);
        let age = last.saturating_sub(first) + 1;
        let buckets = self.sums.len() as u64;
        let (sum, count) = if step <= last {
            (self.total, age.min(buckets))
        } else if self.spans(last, step) < self.window {
            let gone: f64 = (last + 1..=step).map(|gap| self.sums[self.slot(gap)]).sum();
            (self.total - gone, age.min(buckets.saturating_sub(step - last)))
        } else {
            return 0.0;
        };
        // What comes off the sum may leave a trace of rounding.
        ((sum / count.max(1) as f64).max(0.0) * PRECISION).floor() / PRECISION
    }

    /// The same where each sample weighs less than the one after it.
    pub fn weighted_average(&self, now: Time) -> f64 {
        let Some((_, last)) = self.written else { return 0.0 };
        if self.spans(last, self.number(now)) >= self.window {
            return 0.0;
        }
        let smoothing = smoothing(self.sums.len());
        let mut weight = smoothing;
        (0..self.sums.len() as u64)
            .map_while(|back| last.checked_sub(back))
            .map(|number| {
                let part = self.sums[self.slot(number)] * weight;
                weight *= 1.0 - smoothing;
                part
            })
            .sum()
    }
}

/// How much of a step's weight the newest has, so that nearly all weight lies within so many steps.
pub fn smoothing(steps: usize) -> f64 {
    (1.0 - libm::pow(1.0 - WEIGHT_WITHIN, 1.0 / steps.max(1) as f64)).max(SMOOTHING_MIN)
}

/// The largest value of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Largest {
    /// Steps and values, each value smaller than the one before it.
    maxima: VecDeque<(u64, u32)>,
    step: Span,
    steps: u64,
}

impl Largest {
    /// Nothing recorded yet.
    pub fn new(window: Span, step: Span) -> Self {
        Self { maxima: VecDeque::new(), step, steps: steps(window, step) as u64 }
    }

    /// A value of now.
    pub fn record(&mut self, now: Time, value: u32) {
        let step = now.0 / self.step.0;
        while self.maxima.front().is_some_and(|(old, _)| old + self.steps <= step) {
            self.maxima.pop_front();
        }
        while self.maxima.back().is_some_and(|(_, smaller)| *smaller <= value) {
            self.maxima.pop_back();
        }
        self.maxima.push_back((step, value));
    }

    /// The largest of the window that ended with the last value; zero without any.
    pub fn current(&self) -> u32 {
        self.maxima.front().map_or(0, |(_, value)| *value)
    }
}

fn steps(window: Span, step: Span) -> usize {
    window.0.div_ceil(step.0.max(1)).max(1) as usize
}
