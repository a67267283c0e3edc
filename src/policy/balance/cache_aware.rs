//! Cache aware: the same data go where they went before, unless that member has much more than the others.
//!
//! As routers of inference servers do it, which send a prompt where its prefix is kept and fall back to the shorter queue
//! where load is uneven (SGLang's cache-aware load balancing; Preble, Srivatsa et al. 2024). Who had what is remembered in a
//! table of fixed size, in which a newer key takes the place of an older one; so nothing is moved when members come or go,
//! but those of one that goes.

use super::{Roster, Seat, power_of_two};
use crate::base::{Stream, WorkerId};

/// What is remembered, and what is in flight.
#[derive(Clone, Debug)]
pub(super) struct CacheAware {
    /// What a member may have at most, in percent of the mean.
    percent: u64,
    /// By key modulo its length.
    table: Vec<Option<Entry>>,
    /// By seat: whether somebody sits there.
    present: Vec<bool>,
    total: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    seat: Seat,
    worker: WorkerId,
}

impl CacheAware {
    pub(super) fn new(percent: u32, entries: u32) -> Self {
        let table = vec![None; entries.max(1) as usize];
        Self { percent: u64::from(percent), table, present: Vec::new(), total: 0 }
    }

    pub(super) fn joined(&mut self, roster: &Roster, seat: Seat) {
        let place = seat.0 as usize;
        if self.present.len() <= place {
            self.present.resize(place + 1, false);
        }
        self.present[place] = true;
        self.total += u64::from(roster.load(seat));
    }

    pub(super) fn leaving(&mut self, roster: &Roster, seat: Seat) {
        self.present[seat.0 as usize] = false;
        self.total -= u64::from(roster.load(seat));
    }

    pub(super) fn load_changed(&mut self, roster: &Roster, seat: Seat, before: u32) {
        self.total = self.total + u64::from(roster.load(seat)) - u64::from(before);
    }

    pub(super) fn pick(&mut self, roster: &Roster, key: u64, stream: &mut Stream) -> Option<Seat> {
        let place = (key % self.table.len() as u64) as usize;
        let remembered = self.table[place].filter(|entry| {
            entry.key == key && self.present[entry.seat.0 as usize] && roster.worker(entry.seat) == entry.worker
        });
        let members = roster.members().len() as u64;
        // What each may have once this one is placed, at least one.
        let most = (self.percent * (self.total + 1)).div_ceil(100 * members.max(1)).max(1);
        if let Some(entry) = remembered.filter(|entry| u64::from(roster.load(entry.seat)) < most) {
            return Some(entry.seat);
        }
        let seat = power_of_two::PowerOfTwo.pick(roster, stream)?;
        self.table[place] = Some(Entry { key, seat, worker: roster.worker(seat) });
        Some(seat)
    }
}
