//! Least request, as Envoy does it (`least_request.proto`, `edf_scheduler.h`).
//!
//! Where all weights are alike: of some members drawn at random, with replacement, the one with the fewest attempts
//! outstanding. Where they are not, or a member came a short while ago: earliest deadline first, where a member that was picked
//! is due again after 1 / w, w = weight / (outstanding + 1)^bias. A weight of 5 with 9 outstanding and a bias of 1 is 0.5.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Roster, Seat, power_of_d, slow_start};
use crate::base::{Span, Stream, Time};
use crate::scenario::Drawing;

/// Settings and deadlines.
#[derive(Clone, Debug)]
pub(super) struct LeastRequest {
    choices: u32,
    bias: f64,
    window: Span,
    /// When each member is due, as the bits of a number that is not negative, so that they are in its order; then who came
    /// first, and who it is.
    due: BinaryHeap<Reverse<(u64, u64, Seat)>>,
    added: u64,
    clock: f64,
    /// Whether members came or went since the deadlines were set.
    is_stale: bool,
    /// Whether all weigh the same; unknown when members came or went.
    are_weights_alike: Option<bool>,
    /// Until when a member that came last is treated with care.
    careful_until: Time,
}

/// The weight that counts: less for each attempt outstanding.
pub fn effective_weight(weight: f64, outstanding: u32, bias: f64) -> f64 {
    weight / libm::pow(f64::from(outstanding) + 1.0, bias)
}

impl LeastRequest {
    pub(super) fn new(choices: u32, bias_percent: u32, slow_start_millis: u32) -> Self {
        Self {
            choices,
            bias: f64::from(bias_percent) / 100.0,
            window: Span::from_millis(u64::from(slow_start_millis)),
            due: BinaryHeap::new(),
            added: 0,
            clock: 0.0,
            is_stale: true,
            are_weights_alike: None,
            careful_until: Time::ZERO,
        }
    }

    /// Members came or went.
    pub(super) fn changed(&mut self, roster: &Roster, seat: Seat) {
        (self.is_stale, self.are_weights_alike) = (true, None);
        self.careful_until = self.careful_until.max(roster.since(seat) + self.window);
    }

    pub(super) fn pick(&mut self, now: Time, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
        let members = roster.members();
        let are_alike = *self.are_weights_alike.get_or_insert_with(|| {
            let first = members.first().map(|&seat| roster.weight(seat));
            members.iter().all(|&seat| Some(roster.weight(seat)) == first)
        });
        if are_alike && now >= self.careful_until {
            return power_of_d::pick(self.choices, Drawing::WithReplacement, roster, stream);
        }
        if self.is_stale {
            self.due.clear();
            for &seat in members {
                let due = self.clock + 1.0 / weight(now, roster, seat, self.window, self.bias);
                self.due.push(Reverse((due.to_bits(), self.added, seat)));
                self.added += 1;
            }
            self.is_stale = false;
        }
        let mut next = self.due.peek_mut()?;
        let Reverse((due, _, seat)) = *next;
        self.clock = f64::from_bits(due);
        let weight = weight(now, roster, seat, self.window, self.bias);
        // Sinks to its place when the borrow ends.
        *next = Reverse(((self.clock + 1.0 / weight).to_bits(), self.added, seat));
        self.added += 1;
        Some(seat)
    }
}

/// The weight of a member now: what it was given, less while it is new, less for what it has.
fn weight(now: Time, roster: &Roster, seat: Seat, window: Span, bias: f64) -> f64 {
    let given = f64::from(roster.weight(seat)) * slow_start::factor(now.since(roster.since(seat)), window);
    effective_weight(given, roster.load(seat), bias)
}
