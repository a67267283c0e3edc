//! What the knobs stand at, as a person sees them: the newest snapshot with what was just asked for laid over it.
//!
//! A knob must not jump back for the few milliseconds until a snapshot shows its turn.

use crate::base::{GroupIx, PoolId, SourceId};
use crate::metrics::snapshot::{PoolKnobs, Snapshot};
use crate::scenario::Command;

/// What the knobs stand at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// One for each pool.
    pub pools: Vec<PoolKnobs>,
    /// Factor on the load of each source.
    pub factors: Vec<f64>,
    /// Bound of each objective.
    pub bounds: Vec<f64>,
}

impl Standing {
    /// As the snapshot has it.
    pub fn of(snapshot: &Snapshot) -> Self {
        let Snapshot { knobs, traffic_factors, bounds, .. } = snapshot;
        Self { pools: knobs.clone(), factors: traffic_factors.clone(), bounds: bounds.clone() }
    }

    /// Machines of a group and cores of each.
    pub fn group(&self, pool: PoolId, group: GroupIx) -> Option<(u32, u32)> {
        self.pools.get(pool.ix())?.groups.get(group.ix()).copied()
    }

    /// Factor on the load of a source.
    pub fn factor(&self, source: SourceId) -> f64 {
        self.factors.get(source.ix()).copied().unwrap_or(1.0)
    }

    /// Lays a command over what stands.
    pub fn apply(&mut self, command: &Command) {
        match command {
            Command::SetBalance { pool, balance } => self.with_pool(*pool, |knobs| knobs.balance = *balance),
            Command::SetCache { pool, cache } => self.with_pool(*pool, |knobs| knobs.cache = *cache),
            Command::SetResilience { pool, resilience } => {
                self.with_pool(*pool, |knobs| knobs.resilience = resilience.clone());
            }
            Command::SwitchScaling { pool, switch } => {
                self.with_pool(*pool, |knobs| knobs.scaling = knobs.scaling.map(|_| *switch));
            }
            Command::SetCount { pool, group, count } => self.with_group(*pool, *group, |knobs| knobs.0 = *count),
            Command::Resize { pool, group, cores } => self.with_group(*pool, *group, |knobs| knobs.1 = *cores),
            Command::SetTrafficFactor { source, factor } => set(&mut self.factors, source.ix(), *factor),
            Command::SetBound { objective, bound } => set(&mut self.bounds, *objective, *bound),
            Command::Inject { .. } | Command::SetCapacity { .. } | Command::Note(_) => {}
        }
    }

    /// The command that brings back what stands now, if this one can be taken back.
    pub fn inverse(&self, command: &Command) -> Option<Command> {
        match *command {
            Command::SetBalance { pool, .. } => {
                Some(Command::SetBalance { pool, balance: self.pools.get(pool.ix())?.balance })
            }
            Command::SetCache { pool, .. } => Some(Command::SetCache { pool, cache: self.pools.get(pool.ix())?.cache }),
            Command::SetResilience { pool, .. } => {
                Some(Command::SetResilience { pool, resilience: self.pools.get(pool.ix())?.resilience.clone() })
            }
            Command::SwitchScaling { pool, .. } => {
                Some(Command::SwitchScaling { pool, switch: self.pools.get(pool.ix())?.scaling? })
            }
            Command::SetCount { pool, group, .. } => {
                Some(Command::SetCount { pool, group, count: self.group(pool, group)?.0 })
            }
            Command::Resize { pool, group, .. } => {
                Some(Command::Resize { pool, group, cores: self.group(pool, group)?.1 })
            }
            Command::SetTrafficFactor { source, .. } => {
                Some(Command::SetTrafficFactor { source, factor: *self.factors.get(source.ix())? })
            }
            Command::SetBound { objective, .. } => {
                Some(Command::SetBound { objective, bound: *self.bounds.get(objective)? })
            }
            // A fault ends by itself after the time it was given; a note and a measured capacity stay.
            Command::Inject { .. } | Command::SetCapacity { .. } | Command::Note(_) => None,
        }
    }

    fn with_pool(&mut self, pool: PoolId, change: impl FnOnce(&mut PoolKnobs)) {
        if let Some(knobs) = self.pools.get_mut(pool.ix()) {
            change(knobs);
        }
    }

    fn with_group(&mut self, pool: PoolId, group: GroupIx, change: impl FnOnce(&mut (u32, u32))) {
        self.with_pool(pool, |knobs| {
            if let Some(group) = knobs.groups.get_mut(group.ix()) {
                change(group);
            }
        });
    }
}

fn set(values: &mut [f64], ix: usize, value: f64) {
    if let Some(slot) = values.get_mut(ix) {
        *slot = value;
    }
}
