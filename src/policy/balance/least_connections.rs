//! Least connections, as nginx does it (`ngx_http_upstream_least_conn_module`): the member with the fewest attempts
//! outstanding for its weight, compared by multiplying across; ties by smooth weighted round robin among the tied.

use super::smooth_round_robin::SmoothRoundRobin;
use super::{Roster, Seat};

#[derive(Clone, Debug, Default)]
pub(super) struct LeastConnections {
    ties: SmoothRoundRobin,
}

impl LeastConnections {
    pub(super) fn pick(&mut self, roster: &Roster) -> Option<Seat> {
        let of = |seat: Seat| (u64::from(roster.load(seat)), u64::from(roster.weight(seat)));
        // Less load for its weight: loads are multiplied by the weight of the other.
        let cross = |one: (u64, u64), other: (u64, u64)| (one.0 * other.1).cmp(&(other.0 * one.1));
        let least = roster.members().iter().map(|&seat| of(seat)).min_by(|one, other| cross(*one, *other))?;
        let is_tied = |seat: Seat| cross(of(seat), least).is_eq();
        let mut tied = roster.members().iter().copied().filter(|&seat| is_tied(seat));
        match (tied.next(), tied.next()) {
            (only, None) => only,
            _ => self.ties.pick_among(roster, is_tied),
        }
    }

    pub(super) fn joined(&mut self, seat: Seat) {
        self.ties.joined(seat);
    }
}
