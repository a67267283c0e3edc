//! Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM ToN 1998): the
//! member whose hash together with the key is the largest. When one leaves, only its own keys move.

use super::{Roster, Seat, hashing};
use crate::base::streams::mix;

pub(super) fn pick(roster: &Roster, key: u64) -> Option<Seat> {
    let key = hashing::of_key(key);
    roster.members().iter().copied().max_by_key(|&seat| mix(key ^ hashing::of_member(roster.worker(seat), 0)))
}
