//! Locality: the task goes where most of what it needs is, unless that member has much more than the others.
//!
//! As Dask's scheduler weighs the bytes that would have to move against how busy workers are, with a bound on load in place of
//! its estimate of both in seconds. The key is the worker's number and one more; none where nothing lies anywhere.

use super::{Roster, Seat, power_of_two};
use crate::base::{Stream, WorkerId};

/// Locality with a bound on load.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// What a member may have at most, in percent of the mean.
    percent: u64,
    total: u64,
}

impl Local {
    pub(super) fn new(percent: u32) -> Self {
        Self { percent: u64::from(percent), total: 0 }
    }

    pub(super) fn joined(&mut self, roster: &Roster, seat: Seat) {
        self.total += u64::from(roster.load(seat));
    }

    pub(super) fn leaving(&mut self, roster: &Roster, seat: Seat) {
        self.total -= u64::from(roster.load(seat));
    }

    pub(super) fn load_changed(&mut self, roster: &Roster, seat: Seat, before: u32) {
        self.total = self.total + u64::from(roster.load(seat)) - u64::from(before);
    }

    pub(super) fn pick(&mut self, roster: &Roster, key: u64, stream: &mut Stream) -> Option<Seat> {
        let members = roster.members();
        let wanted = key.checked_sub(1).and_then(|worker| u32::try_from(worker).ok()).map(WorkerId);
        let there = wanted.and_then(|worker| members.iter().copied().find(|seat| roster.worker(*seat) == worker));
        // What each may have once this one is placed, at least one.
        let most = (self.percent * (self.total + 1)).div_ceil(100 * (members.len() as u64).max(1)).max(1);
        match there {
            Some(seat) if u64::from(roster.load(seat)) < most => Some(seat),
            _ => power_of_two::PowerOfTwo.pick(roster, stream),
        }
    }
}
