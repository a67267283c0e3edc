//! Power of two choices: two distinct members drawn at random, the less loaded of them wins (Mitzenmacher, "The power
//! of two choices in randomized load balancing", IEEE TPDS 2001).
//!
//! With infinitely many servers the share of servers that have at least `i` jobs is rho^(2^i - 1).

use super::{Roster, Seat};
use crate::base::Stream;

#[derive(Clone, Debug)]
pub(super) struct PowerOfTwo;

impl PowerOfTwo {
    #[expect(clippy::unused_self, reason = "all pickers are asked alike")]
    pub(super) fn pick(&self, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
        let members = roster.members();
        let n = members.len() as u64;
        if n < 2 {
            return members.first().copied();
        }
        let one = stream.below(n);
        // Of the other n - 1: those from `one` on move up by one place.
        let other = stream.below(n - 1);
        let other = other + u64::from(other >= one);
        let (one, other) = (members[one as usize], members[other as usize]);
        // A tie goes to the first drawn, which is uniform.
        Some(if roster.load(other) < roster.load(one) { other } else { one })
    }
}
