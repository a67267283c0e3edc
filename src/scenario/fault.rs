//! What goes wrong, with whom, and when.

use super::listing::name_of;
use super::{Dist, Listed, Scenario};
use crate::base::{PoolId, Span};

/// Something that goes wrong, and with whom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub strike: Strike,
    /// With whom.
    pub victim: Victim,
}

/// Who is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    /// One machine, by its position among the living ones of its pool.
    Machine(PoolId, u32),
    /// Every machine of a pool.
    Pool(PoolId),
    /// Every machine of a zone, by its position in [`Scenario::zones`].
    Zone(u16),
}

/// What can go wrong with a machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strike {
    /// It stops at once: what it held is lost; it boots again when the fault ends.
    Break,
    /// The same, and it boots again at once.
    Restart,
    /// The provider takes it away for good; the fault lasts from the notice to its end.
    Preempt,
    /// Each task takes `factor` times as long.
    Slow {
        /// At least 1.
        factor: f64,
    },
    /// Nothing is worked on and nothing answered, and all goes on afterwards: a collection of garbage, a stopped process.
    /// A health check is answered all the same.
    Pause,
    /// A share of its attempts end with an error.
    Errors {
        /// Which share.
        share: f64,
        /// How long one takes that does; without it, as long as one that does not.
        after: Option<Span>,
    },
    /// Its link is worse. What is lost is sent again, as TCP does: after 200 ms, then each time twice as long.
    Link {
        /// How much longer each message takes.
        delay: Span,
        /// And up to how much longer still, by chance.
        jitter: Span,
        /// The share of messages that is lost, each time that one is sent.
        loss: f64,
    },
    /// Nothing comes through, in either direction; its own work goes on.
    Partition,
    /// A share of its memory is gone. What tasks hold has to fit in the rest, and is collected the more often the less it does.
    Memory {
        /// Which share.
        share: f64,
    },
    /// So many threads of somebody else compete for its cores.
    Neighbour {
        /// How many.
        threads: u32,
    },
}

impl Strike {
    /// All of them, by their names in a file.
    pub const ALL: [Listed; 10] = [
        ("Break", "it stops, and what it held is lost; it boots again when the fault ends", "crash"),
        ("Restart", "it stops, and boots again at once", "reboot"),
        ("Preempt", "the provider takes it away, after a notice", "spot capacity"),
        ("Slow(factor: 5)", "each task takes so many times as long", "gray failure"),
        ("Pause", "nothing is worked on, then all goes on", "garbage collection, SIGSTOP"),
        ("Errors(share: 0.5)", "a share of its attempts fails, quickly if so wanted", "bad deployment"),
        (
            "Link(delay: \"100ms\", jitter: \"50ms\", loss: 0.01)",
            "its messages are late, uneven or lost",
            "tc netem; RFC 6298",
        ),
        ("Partition", "no message comes through", "network partition"),
        (
            "Memory(share: 0.5)",
            "less memory is left, and collecting garbage takes more of the time",
            "Jones et al. 2011",
        ),
        ("Neighbour(threads: 2)", "somebody else's threads compete for its cores", "noisy neighbour"),
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        let position = match self {
            Self::Break => 0,
            Self::Restart => 1,
            Self::Preempt => 2,
            Self::Slow { .. } => 3,
            Self::Pause => 4,
            Self::Errors { .. } => 5,
            Self::Link { .. } => 6,
            Self::Partition => 7,
            Self::Memory { .. } => 8,
            Self::Neighbour { .. } => 9,
        };
        name_of(&Self::ALL[position])
    }

    /// Whether it is about the link of a machine, of which this computer has none.
    pub fn needs_link(self) -> bool {
        matches!(self, Self::Link { .. } | Self::Partition)
    }
}

impl Victim {
    /// Its pool, where it is of one.
    pub fn pool(self) -> Option<PoolId> {
        match self {
            Self::Machine(pool, _) | Self::Pool(pool) => Some(pool),
            Self::Zone(_) => None,
        }
    }
}

/// Faults that come by chance.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomFault {
    /// What goes wrong each time.
    pub strike: Strike,
    /// With whom: one machine of this pool, drawn each time, or all of this zone. Never one by its position.
    pub victim: Victim,
    /// Seconds between the beginnings of two, drawn each time.
    pub every: Dist,
    /// Seconds that one lasts, drawn each time.
    pub lasts: Dist,
}

impl Scenario {
    /// Whether machines of a group are among those struck, if all of them are.
    pub fn is_in(&self, victim: Victim, pool: PoolId, group: crate::base::GroupIx) -> bool {
        match victim {
            Victim::Machine(of, _) | Victim::Pool(of) => of == pool,
            Victim::Zone(zone) => self.pools[pool.ix()].groups[group.ix()].zone == Some(zone),
        }
    }
}
