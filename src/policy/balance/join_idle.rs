//! Join an idle member at random, else any at random (Lu et al., "Join-idle-queue", Performance Evaluation 2011, with one
//! dispatcher, which knows at once who is idle).

use super::{Roster, Seat, random};
use crate::base::Stream;

#[derive(Clone, Debug, Default)]
pub(super) struct JoinIdle {
    idle: Vec<Seat>,
    /// Where each seat lies among the idle.
    places: Vec<u32>,
}

impl JoinIdle {
    pub(super) fn pick(&mut self, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
        if self.idle.is_empty() {
            return random::pick(roster, stream);
        }
        Some(self.idle[stream.below(self.idle.len() as u64) as usize])
    }

    pub(super) fn joined(&mut self, roster: &Roster, seat: Seat) {
        if roster.load(seat) == 0 {
            self.insert(seat);
        }
    }

    pub(super) fn leaving(&mut self, roster: &Roster, seat: Seat) {
        if roster.load(seat) == 0 {
            self.remove(seat);
        }
    }

    pub(super) fn load_changed(&mut self, roster: &Roster, seat: Seat, before: u32) {
        match (before, roster.load(seat)) {
            (0, 0) => {}
            (0, _) => self.remove(seat),
            (_, 0) => self.insert(seat),
            _ => {}
        }
    }

    fn insert(&mut self, seat: Seat) {
        if self.places.len() <= seat.0 as usize {
            self.places.resize(seat.0 as usize + 1, 0);
        }
        self.places[seat.0 as usize] = self.idle.len() as u32;
        self.idle.push(seat);
    }

    fn remove(&mut self, seat: Seat) {
        let place = self.places[seat.0 as usize];
        self.idle.swap_remove(place as usize);
        if let Some(moved) = self.idle.get(place as usize) {
            self.places[moved.0 as usize] = place;
        }
    }
}
