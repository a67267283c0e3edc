//! The one command bus: what a person, the command line, a timeline or a policy changes during a run.

use std::sync::Arc;

use super::{Balance, Cache, Fault, Resilience, Switch};
use crate::base::{GroupIx, PoolId, SourceId, Span, Time};

/// A change, and from when on it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When it takes effect.
    pub at: Time,
    /// What changes.
    pub command: Command,
    /// Who asked for it. A replay feeds what a person, the command line and the timeline did; what the engine and
    /// its policies did is asserted, not repeated.
    pub by: By,
}

/// Who changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A knob in the window.
    Person,
    /// An option of the command line.
    Cli,
    /// The scenario's timeline.
    Timeline,
    /// A policy, or the engine itself (a measured capacity).
    Policy,
    /// Nature: a fault that came by chance. A replay draws it again.
    Nature,
}

/// A change during a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `Set("pools.NAME.balance", …)`
    SetBalance {
        /// Whose.
        pool: PoolId,
        /// The new one.
        balance: Balance,
    },
    /// `Set("pools.NAME.cache", …)`: the caches start empty.
    SetCache {
        /// Whose.
        pool: PoolId,
        /// The new one.
        cache: Cache,
    },
    /// `Set("pools.NAME.resilience", (timeout: "1s", …))`: all of it but copies; what was learned of machines is forgotten.
    SetResilience {
        /// Whose.
        pool: PoolId,
        /// The new one, without copies.
        resilience: Arc<Resilience>,
    },
    /// `Set("pools.NAME.scale", Off)`: its autoscaler rests, or works again.
    SwitchScaling {
        /// Whose.
        pool: PoolId,
        /// Whether it works.
        switch: Switch,
    },
    /// `Set("pools.NAME.groups.I.count", n)`: scaling out or in. New machines boot; those that leave drain.
    SetCount {
        /// Whose.
        pool: PoolId,
        /// Which group.
        group: GroupIx,
        /// Machines from now on.
        count: u32,
    },
    /// `Resize("NAME", group: I, cores: n)`: scaling up or down. A modelled machine drains and restarts with the new
    /// size and the price per core it had; the local worker takes more or fewer threads at once.
    Resize {
        /// Whose.
        pool: PoolId,
        /// Which group.
        group: GroupIx,
        /// Cores of each machine from now on.
        cores: u32,
    },
    /// `Set("traffic.I.factor", x)`: multiplies the load (open) or the number of clients (closed) of a source.
    SetTrafficFactor {
        /// Whose.
        source: SourceId,
        /// 1.0 is as written.
        factor: f64,
    },
    /// `Set("objectives.NAME.bound", x)`: moves a goal.
    SetBound {
        /// Position of the objective.
        objective: usize,
        /// The new bound in the metric's unit.
        bound: f64,
    },
    /// `Inject(fault: …, for: "30s")`
    Inject {
        /// What goes wrong.
        fault: Fault,
        /// After which it is repaired.
        lasts: Span,
    },
    /// `Capacity(x)`: jobs per second that `Auto` rates refer to, as the engine resolved it.
    SetCapacity {
        /// Jobs per second.
        jobs_per_sec: f64,
    },
    /// `Note("…")`: a mark on the plots.
    Note(String),
}

impl Command {
    /// Whether the other one turns the same knob, so that the later of them is what counts.
    pub fn is_same_knob(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::SetBalance { pool: one, .. }, Self::SetBalance { pool: two, .. })
            | (Self::SetCache { pool: one, .. }, Self::SetCache { pool: two, .. })
            | (Self::SetResilience { pool: one, .. }, Self::SetResilience { pool: two, .. })
            | (Self::SwitchScaling { pool: one, .. }, Self::SwitchScaling { pool: two, .. }) => one == two,
            (Self::SetCount { pool, group, .. }, Self::SetCount { pool: other_pool, group: other_group, .. })
            | (Self::Resize { pool, group, .. }, Self::Resize { pool: other_pool, group: other_group, .. }) => {
                (pool, group) == (other_pool, other_group)
            }
            (Self::SetTrafficFactor { source: one, .. }, Self::SetTrafficFactor { source: two, .. }) => one == two,
            (Self::SetBound { objective: one, .. }, Self::SetBound { objective: two, .. }) => one == two,
            // Each of these happens for itself.
            _ => false,
        }
    }
}
