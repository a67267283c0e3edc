//! Modulo hashing: the hash of the key modulo the number of members. Even, and a warning: when a member joins n others,
//! all keys but the part 1 / (n + 1) move.

use super::{Roster, Seat, hashing};

pub(super) fn pick(roster: &Roster, key: u64) -> Option<Seat> {
    let members = roster.members();
    let place = hashing::of_key(key) % members.len().max(1) as u64;
    members.get(place as usize).copied()
}
