//! Peak EWMA: the smaller product of latency and what is outstanding, of two distinct members drawn at random.
//!
//! Finagle, `PeakEwma.scala`, and tower, `peak_ewma.rs`: an estimate jumps up to a larger sample, and decays towards a smaller
//! one by exp(-elapsed / decay); to be read is a sample of nothing. Load = estimate x (outstanding + 1); a member of which
//! nothing is known and that has work already counts as very slow. 10 ms after 100 ms with a decay of 1 s are 9.05 ms.

use super::{Roster, Seat};
use crate::base::{Span, Stream, Time};

/// What a member of which nothing is known counts, in nanoseconds, once it has work (Finagle).
const PENALTY: f64 = (u64::MAX >> 16) as f64;

/// What is known of each member's latency.
#[derive(Clone, Debug)]
pub(super) struct PeakEwma {
    decay: Span,
    /// By seat.
    estimates: Vec<Estimate>,
}

/// A latency that is remembered less and less.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Nanoseconds; zero where nothing is known.
    pub nanos: f64,
    /// As of when.
    pub at: Time,
}

impl Estimate {
    /// Takes in a sample, in nanoseconds.
    pub fn see(&mut self, now: Time, sample: f64, decay: Span) {
        if sample > self.nanos {
            (self.nanos, self.at) = (sample, now);
        } else {
            self.see_evenly(now, sample, decay);
        }
    }

    /// The same without jumping up; the first is taken as it is.
    pub fn see_evenly(&mut self, now: Time, sample: f64, decay: Span) {
        let kept = libm::exp(-(now.since(self.at).0 as f64) / decay.0.max(1) as f64);
        self.nanos = if self.nanos == 0.0 { sample } else { self.nanos * kept + sample * (1.0 - kept) };
        self.at = now;
    }
}

/// What a member with this estimate counts, with so many outstanding.
pub fn load(estimate: f64, outstanding: u32) -> f64 {
    if estimate == 0.0 && outstanding > 0 {
        PENALTY + f64::from(outstanding)
    } else {
        estimate * (f64::from(outstanding) + 1.0)
    }
}

impl PeakEwma {
    pub(super) fn new(decay_millis: u32) -> Self {
        Self { decay: Span::from_millis(u64::from(decay_millis)), estimates: Vec::new() }
    }

    pub(super) fn joined(&mut self, seat: Seat) {
        let needed = seat.0 as usize + 1;
        if self.estimates.len() < needed {
            self.estimates.resize(needed, Estimate::default());
        }
        self.estimates[seat.0 as usize] = Estimate::default();
    }

    /// A member has answered after so long.
    pub(super) fn answered(&mut self, now: Time, seat: Seat, latency: Span) {
        self.estimates[seat.0 as usize].see(now, latency.0 as f64, self.decay);
    }

    pub(super) fn pick(&mut self, now: Time, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
        let members = roster.members();
        let n = members.len() as u64;
        let mut of = |place: u64| {
            let seat = members[place as usize];
            let estimate = &mut self.estimates[seat.0 as usize];
            estimate.see(now, 0.0, self.decay);
            (seat, load(estimate.nanos, roster.load(seat)))
        };
        match n {
            0 => None,
            1 => Some(members[0]),
            _ => {
                let first = stream.below(n);
                let second = (first + 1 + stream.below(n - 1)) % n;
                let (one, other) = (of(first), of(second));
                Some(if other.1 < one.1 { other.0 } else { one.0 })
            }
        }
    }
}
