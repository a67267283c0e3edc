//! Prequal: a pool of probes that were asked for before they are needed (Wydrowski et al., "Load is not what you should
//! balance", NSDI 2024).
//!
//! Each pick asks a few members at random what they have in flight and how long such requests took there; the answers wait
//! in a pool. Members with more in flight than most are hot: the quickest of those that are not is picked, or where all are,
//! the one with the fewest in flight. A probe is used a few times at most, counts one more in flight each time, and goes when
//! it is old; the worst and the oldest go by turns. With 16 probes of 100 members, 3 asked for and 1 removed at each pick, a
//! probe is used 2 / ((1 - 16 / 100) x 3 - 1) = 1.3 times.

use super::{Roster, Seat};
use crate::base::{Span, Stream, Time};

/// The settings, of which the paper says how it set them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settings {
    /// Probes kept at most (16).
    pub(super) pool: u32,
    /// Probes asked for at each pick (3).
    pub(super) probes: f64,
    /// Probes removed at each pick (1).
    pub(super) removed: f64,
    /// Members above this quantile of what probes say is in flight are hot (2^-0.25 = 0.84).
    pub(super) quantile: f64,
    /// Older probes are not used (1 s).
    pub(super) age: Span,
}

/// Fewer probes than these say too little: then anybody is picked at random.
const PROBES_MIN: usize = 2;

/// The pool of probes.
#[derive(Clone, Debug)]
pub(super) struct Prequal {
    settings: Settings,
    /// Oldest first.
    probes: Vec<Probe>,
    /// What is owed to those that are whole: fractions of probes to ask for, of uses, and of probes to remove.
    to_ask: f64,
    to_use: f64,
    to_remove: f64,
    removes_worst: bool,
    in_flight: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Probe {
    seat: Seat,
    at: Time,
    in_flight: u32,
    latency: Span,
    uses: u32,
}

impl Prequal {
    pub(super) fn new(settings: Settings) -> Self {
        let probes = Vec::with_capacity(settings.pool as usize + 1);
        let in_flight = Vec::with_capacity(settings.pool as usize + 1);
        Self { settings, probes, to_ask: 0.0, to_use: 0.0, to_remove: 0.0, removes_worst: false, in_flight }
    }

    pub(super) fn leaving(&mut self, seat: Seat) {
        self.probes.retain(|probe| probe.seat != seat);
    }

    /// How many members are to be asked now.
    pub(super) fn asks(&mut self) -> u32 {
        self.to_ask += self.settings.probes;
        let whole = self.to_ask.floor();
        self.to_ask -= whole;
        whole as u32
    }

    /// A member has answered what it has in flight, and how long such requests take there.
    pub(super) fn probed(&mut self, now: Time, roster: &Roster, seat: Seat, in_flight: u32, latency: Span) {
        let Settings { pool, probes, removed, .. } = self.settings;
        let kept = 1.0 - f64::from(pool) / roster.members().len().max(1) as f64;
        let rate = kept.max(0.0) * probes - removed;
        // Where probes cannot keep up with what is removed, each is used as long as it is there.
        let uses = if rate > 0.0 {
            // Whole uses, and now and then one more.
            self.to_use += (2.0 / rate).clamp(1.0, f64::from(u32::MAX));
            let whole = self.to_use.floor();
            self.to_use -= whole;
            whole as u32
        } else {
            u32::MAX
        };
        self.probes.push(Probe { seat, at: now, in_flight, latency, uses });
        if self.probes.len() > pool as usize {
            self.probes.remove(0);
        }
    }

    pub(super) fn pick(&mut self, now: Time, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
        let age = self.settings.age;
        self.probes.retain(|probe| now.since(probe.at) <= age);
        let members = roster.members();
        let picked = if self.probes.len() < PROBES_MIN {
            let anybody = (!members.is_empty()).then(|| members[stream.below(members.len() as u64) as usize]);
            anybody?
        } else {
            self.use_best()
        };
        self.remove();
        Some(picked)
    }

    fn use_best(&mut self) -> Seat {
        let limit = self.hot_limit();
        let rank = |probe: &Probe| match probe.in_flight <= limit {
            true => (false, probe.latency.0, u64::from(probe.in_flight)),
            false => (true, u64::from(probe.in_flight), probe.latency.0),
        };
        let best = (0..self.probes.len()).min_by_key(|&ix| rank(&self.probes[ix])).unwrap_or(0);
        let probe = &mut self.probes[best];
        let seat = probe.seat;
        probe.in_flight += 1;
        probe.uses -= 1;
        if probe.uses == 0 {
            self.probes.remove(best);
        }
        seat
    }

    /// What may be in flight at a member that is not hot.
    fn hot_limit(&mut self) -> u32 {
        self.in_flight.clear();
        self.in_flight.extend(self.probes.iter().map(|probe| probe.in_flight));
        self.in_flight.sort_unstable();
        let place = (self.settings.quantile * self.in_flight.len() as f64).ceil() as usize;
        self.in_flight[place.clamp(1, self.in_flight.len()) - 1]
    }

    /// Removes the oldest and the worst by turns.
    fn remove(&mut self) {
        self.to_remove += self.settings.removed;
        while self.to_remove >= 1.0 {
            self.to_remove -= 1.0;
            if self.probes.is_empty() {
                continue;
            }
            let limit = self.hot_limit();
            let badness = |probe: &Probe| match probe.in_flight > limit {
                true => (true, u64::from(probe.in_flight)),
                false => (false, probe.latency.0),
            };
            let worst = (0..self.probes.len()).max_by_key(|&ix| badness(&self.probes[ix])).unwrap_or(0);
            self.probes.remove(if self.removes_worst { worst } else { 0 });
            self.removes_worst = !self.removes_worst;
        }
    }
}
