//! Round robin: one after the other, in order of their numbers (nginx's default with equal weights).

use super::{Roster, Seat};

/// Whose turn is next, as a position among the members.
#[derive(Clone, Debug, Default)]
pub(super) struct RoundRobin {
    turn: usize,
}

impl RoundRobin {
    pub(super) fn pick(&mut self, roster: &Roster) -> Option<Seat> {
        let members = roster.members();
        if self.turn >= members.len() {
            self.turn = 0;
        }
        let seat = members.get(self.turn).copied()?;
        self.turn += 1;
        Some(seat)
    }

    /// Somebody who joins before the one whose turn it is does not change whose turn it is.
    pub(super) fn joined(&mut self, roster: &Roster, seat: Seat) {
        if roster.place(seat) < self.turn {
            self.turn += 1;
        }
    }

    pub(super) fn leaving(&mut self, roster: &Roster, seat: Seat) {
        if roster.place(seat) < self.turn {
            self.turn -= 1;
        }
    }
}
