//! The state of a source that comes in bursts, and when it changes.

use crate::base::{Span, Stream, Time};
use crate::scenario::BurstState;

/// A cycle of states, each for an exponential time.
#[derive(Clone, Debug)]
pub(super) struct Bursts {
    states: Vec<BurstState>,
    at: usize,
    /// When the state ends.
    until: Time,
    stream: Stream,
}

impl Bursts {
    /// In a state drawn by the share of time spent there: exponential times have no memory, so that is the steady state.
    pub(super) fn new(states: &[BurstState], mut stream: Stream) -> Self {
        let whole: f64 = states.iter().map(|state| state.mean.secs()).sum();
        let mut left = stream.unit() * whole;
        let passed = |state: &BurstState| {
            left -= state.mean.secs();
            left <= 0.0
        };
        let at = states.iter().position(passed).unwrap_or(0);
        Self { states: states.to_vec(), at, until: Time::ZERO, stream }
    }

    /// What the load is multiplied by now.
    pub(super) fn factor(&self) -> f64 {
        self.states[self.at].factor
    }

    /// When the state changes.
    pub(super) fn until(&self) -> Time {
        self.until
    }

    /// Begins to stay in the state.
    pub(super) fn stay(&mut self, now: Time) {
        let mean = self.states[self.at].mean.secs();
        // A stay of no length would be followed by another at the same instant.
        self.until = now + Span::from_secs_f64(mean * self.stream.exponential()).max(Span(1));
    }

    /// Goes on to the next state.
    pub(super) fn change(&mut self, now: Time) {
        self.at = (self.at + 1) % self.states.len();
        self.stay(now);
    }
}
