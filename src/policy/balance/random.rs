//! Random: each member alike, whatever its load. With n machines each is a queue of its own at the n-th part of the rate,
//! so with Poisson arrivals the mean response of M/M machines at 0.9 is 10 services.

use super::{Roster, Seat};
use crate::base::Stream;

pub(super) fn pick(roster: &Roster, stream: &mut Stream) -> Option<Seat> {
    let members = roster.members();
    if members.is_empty() { None } else { Some(members[stream.below(members.len() as u64) as usize]) }
}
