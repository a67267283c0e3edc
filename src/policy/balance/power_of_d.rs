//! Power of d choices: the least loaded of d members drawn at random (Mitzenmacher, IEEE TPDS 2001; Vvedenskaya,
//! Dobrushin and Karpelevich 1996). A tie goes to the first drawn, which is uniform.
//!
//! With infinitely many servers the share of servers that have at least `i` jobs is rho^((d^i - 1) / (d - 1)): at 0.9 and
//! three choices 0.9^4 = 0.656 have two or more.

use super::{Roster, Seat};
use crate::base::Stream;
use crate::scenario::Drawing;
use crate::scenario::limits::CHOICES_MAX;

pub(super) fn pick(d: u32, drawing: Drawing, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
    let mut best: Option<Seat> = None;
    draw(d, drawing, roster, stream, |seat| {
        if best.is_none_or(|best| roster.load(seat) < roster.load(best)) {
            best = Some(seat);
        }
    });
    best
}

/// Draws so many members, and tells `take` of each.
pub(super) fn draw(d: u32, drawing: Drawing, roster: &Roster, stream: &mut Stream, mut take: impl FnMut(Seat)) {
    let members = roster.members();
    let n = members.len() as u64;
    if n == 0 {
        return;
    }
    let mut drawn = [0; CHOICES_MAX as usize];
    let d = match drawing {
        Drawing::WithReplacement => d,
        Drawing::Distinct => d.min(u32::try_from(n).unwrap_or(u32::MAX)),
    } as usize;
    for ix in 0..d {
        drawn[ix] = match drawing {
            Drawing::WithReplacement => stream.below(n),
            Drawing::Distinct => another(&drawn[..ix], n, stream),
        };
    }
    drawn[..d].iter().for_each(|&place| take(members[place as usize]));
}

/// One of 0..n that has not been drawn, each alike.
fn another(drawn: &[u64], n: u64, stream: &mut Stream) -> u64 {
    // As many smaller ones as were drawn are passed over; few are drawn, so looking is quick.
    let mut place = stream.below(n - drawn.len() as u64);
    let mut sorted = [0; CHOICES_MAX as usize];
    sorted[..drawn.len()].copy_from_slice(drawn);
    sorted[..drawn.len()].sort_unstable();
    for &taken in &sorted[..drawn.len()] {
        place += u64::from(taken <= place);
    }
    place
}
