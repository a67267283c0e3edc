//! Smooth weighted round robin, as nginx does it (commit 52327e0627f4): before each pick every member gains its weight,
//! the largest is picked and loses the sum of all weights. Ties go to the first member.
//!
//! Weights 5, 1, 1 give a a b a c a a, then all start from zero again.

use super::{Roster, Seat};

#[derive(Clone, Debug, Default)]
pub(super) struct SmoothRoundRobin {
    /// What each seat has gained and not lost.
    current: Vec<i64>,
}

impl SmoothRoundRobin {
    pub(super) fn pick(&mut self, roster: &Roster) -> Option<Seat> {
        self.pick_among(roster, |_| true)
    }

    /// The same among those of the members that `is_among` says yes to.
    pub(super) fn pick_among(&mut self, roster: &Roster, is_among: impl Fn(Seat) -> bool) -> Option<Seat> {
        let mut best: Option<(Seat, i64)> = None;
        let mut total = 0;
        for &seat in roster.members().iter().filter(|&&seat| is_among(seat)) {
            let weight = i64::from(roster.weight(seat));
            let current = &mut self.current[seat.0 as usize];
            *current += weight;
            total += weight;
            if best.is_none_or(|(_, largest)| *current > largest) {
                best = Some((seat, *current));
            }
        }
        let (seat, _) = best?;
        self.current[seat.0 as usize] -= total;
        Some(seat)
    }

    /// What each member has gained and not lost, in order of their numbers.
    pub(super) fn current(&self, roster: &Roster) -> Vec<i64> {
        roster.members().iter().map(|seat| self.current[seat.0 as usize]).collect()
    }

    pub(super) fn joined(&mut self, seat: Seat) {
        let place = seat.0 as usize;
        if self.current.len() <= place {
            self.current.resize(place + 1, 0);
        }
        self.current[place] = 0;
    }
}
