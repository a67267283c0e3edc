//! Who may be picked, and how loaded each seems from the dispatcher.

use crate::base::{Time, WorkerId};

/// The place of a member; stays the same while it is one, is used again afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat(pub(super) u32);

/// The members.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    seats: Vec<Taken>,
    free: Vec<Seat>,
    /// Taken seats in ascending order of their workers.
    members: Vec<Seat>,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    worker: WorkerId,
    slots: u32,
    load: u32,
    weight: u32,
    since: Time,
}

impl Roster {
    /// Taken seats, in ascending order of their workers.
    pub fn members(&self) -> &[Seat] {
        &self.members
    }

    /// Attempts outstanding at a member, as seen from the dispatcher.
    pub fn load(&self, seat: Seat) -> u32 {
        self.seats[seat.0 as usize].load
    }

    /// How many attempts a member serves at a time.
    pub fn slots(&self, seat: Seat) -> u32 {
        self.seats[seat.0 as usize].slots
    }

    /// How much of the work a member should get, relative to others.
    pub fn weight(&self, seat: Seat) -> u32 {
        self.seats[seat.0 as usize].weight
    }

    /// Since when it may be picked.
    pub fn since(&self, seat: Seat) -> Time {
        self.seats[seat.0 as usize].since
    }

    /// Who sits there.
    pub fn worker(&self, seat: Seat) -> WorkerId {
        self.seats[seat.0 as usize].worker
    }

    pub(super) fn join(&mut self, since: Time, worker: WorkerId, slots: u32, load: u32, weight: u32) -> Seat {
        let taken = Taken { worker, slots, load, weight, since };
        let seat = if let Some(seat) = self.free.pop() {
            self.seats[seat.0 as usize] = taken;
            seat
        } else {
            self.seats.push(taken);
            Seat(self.seats.len() as u32 - 1)
        };
        let place = self.members.partition_point(|&member| self.worker(member) < worker);
        self.members.insert(place, seat);
        seat
    }

    pub(super) fn leave(&mut self, seat: Seat) {
        let place = self.place(seat);
        self.members.remove(place);
        self.free.push(seat);
    }

    pub(super) fn set_load(&mut self, seat: Seat, load: u32) {
        self.seats[seat.0 as usize].load = load;
    }

    /// The position of a member among [`members`](Self::members).
    pub(super) fn place(&self, seat: Seat) -> usize {
        let worker = self.worker(seat);
        self.members.partition_point(|&member| self.worker(member) < worker)
    }
}
