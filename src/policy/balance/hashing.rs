//! What hashing pickers share: what is hashed, and what each of them must know of the members.

use crate::base::WorkerId;
use crate::base::streams::mix;

/// Keys and members are hashed apart.
const OF_KEYS: u64 = 0x6B65_7973_0000_0001;
const OF_MEMBERS: u64 = 0x6D65_6D62_6572_7331;

/// The place of a key on the circle of all 64-bit numbers.
pub(super) fn of_key(key: u64) -> u64 {
    mix(key ^ OF_KEYS)
}

/// A place of a member: the `n`-th of several.
pub(super) fn of_member(worker: WorkerId, n: u32) -> u64 {
    mix(mix(u64::from(worker.0) ^ OF_MEMBERS).wrapping_add(u64::from(n)))
}
