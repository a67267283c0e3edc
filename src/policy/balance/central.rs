//! One queue for the whole pool: whoever has a free core takes the oldest attempt. No dispatcher does better, because
//! none can leave a core idle while work waits.

use std::collections::BTreeSet;

use super::{Roster, Seat};
use crate::base::WorkerId;

/// Members with a free core, in order of their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Central {
    free: BTreeSet<(WorkerId, Seat)>,
    /// The worker in each seat, known since it joined.
    workers: Vec<WorkerId>,
}

impl Central {
    pub(super) fn pick(&self) -> Option<Seat> {
        self.free.first().map(|&(_, seat)| seat)
    }

    /// A member joined, or its load changed.
    pub(super) fn changed(&mut self, roster: &Roster, seat: Seat) {
        let worker = roster.worker(seat);
        if self.workers.len() <= seat.0 as usize {
            self.workers.resize(seat.0 as usize + 1, worker);
        }
        self.workers[seat.0 as usize] = worker;
        if roster.load(seat) < roster.slots(seat) {
            self.free.insert((worker, seat));
        } else {
            self.free.remove(&(worker, seat));
        }
    }

    pub(super) fn leaving(&mut self, seat: Seat) {
        self.free.remove(&(self.workers[seat.0 as usize], seat));
    }
}
