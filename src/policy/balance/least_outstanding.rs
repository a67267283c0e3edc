//! Least outstanding: the member with the fewest attempts outstanding; ties at random (join the shortest queue, where
//! the measure is fresh).
//!
//! Members lie in one list per load, so that a pick and a change of load by one take constant time: never a scan.

use super::{Roster, Seat};
use crate::base::Stream;

/// Loads above this share one list; they are told apart no more, and nothing grows without bound.
const LEVEL_MAX: u32 = 1 << 20;

#[derive(Clone, Debug, Default)]
pub(super) struct LeastOutstanding {
    /// Members by load.
    levels: Vec<Vec<Seat>>,
    /// Where each seat lies in its level.
    places: Vec<u32>,
    /// No level below this one has members.
    lowest: usize,
}

impl LeastOutstanding {
    pub(super) fn pick(&mut self, stream: &mut Stream) -> Option<Seat> {
        while self.levels.get(self.lowest)?.is_empty() {
            self.lowest += 1;
        }
        let ties = &self.levels[self.lowest];
        let chosen = if ties.len() == 1 { 0 } else { stream.below(ties.len() as u64) as usize };
        Some(ties[chosen])
    }

    pub(super) fn joined(&mut self, roster: &Roster, seat: Seat) {
        self.insert(seat, roster.load(seat));
    }

    pub(super) fn leaving(&mut self, roster: &Roster, seat: Seat) {
        self.remove(seat, roster.load(seat));
    }

    pub(super) fn load_changed(&mut self, roster: &Roster, seat: Seat, before: u32) {
        self.remove(seat, before);
        self.insert(seat, roster.load(seat));
    }

    fn insert(&mut self, seat: Seat, load: u32) {
        let level = load.min(LEVEL_MAX) as usize;
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        if self.places.len() <= seat.0 as usize {
            self.places.resize(seat.0 as usize + 1, 0);
        }
        self.places[seat.0 as usize] = self.levels[level].len() as u32;
        self.levels[level].push(seat);
        self.lowest = self.lowest.min(level);
    }

    fn remove(&mut self, seat: Seat, load: u32) {
        let level = &mut self.levels[load.min(LEVEL_MAX) as usize];
        let place = self.places[seat.0 as usize];
        level.swap_remove(place as usize);
        if let Some(moved) = level.get(place as usize) {
            self.places[moved.0 as usize] = place;
        }
    }
}
