//! One pool for each service, or one for all of them: the same stages, the same machines.

use super::{Command, Entry, Fault, Group, GroupOf, Job, RandomFault, Scenario, Victim};
use crate::base::{GroupIx, PoolId, StageIx};

/// How services stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Each stage in its pool; a call goes over the network and needs a slot where it arrives.
    #[default]
    Microservices,
    /// All stages in one pool with all machines and the policies of the first; a call is a function call, done on the core of its
    /// caller.
    Monolith,
}

impl Scenario {
    /// The same scenario with all its machines in one pool, and calls done where they are made.
    pub(super) fn into_monolith(mut self) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let (mut of, mut machines) = (Vec::new(), Vec::new());
        for pool in &self.pools {
            of.push(groups.len());
            machines.push(pool.groups.iter().map(|group| group.count).sum());
            groups.extend(pool.groups.iter().cloned());
        }
        self.merged = self
            .pools
            .iter()
            .flat_map(|pool| (0..pool.groups.len()).map(|ix| GroupOf { pool: pool.name.clone(), group: ix as u16 }))
            .collect();
        self.pools.truncate(1);
        if let Some(pool) = self.pools.first_mut() {
            pool.groups = groups;
        }
        self.jobs.iter_mut().for_each(inline);
        let group = |pool: PoolId, group: GroupIx| GroupIx((of[pool.ix()] + group.ix()) as u16);
        let victim = |victim: Victim| match victim {
            Victim::Machine(pool, position) => Victim::Machine(PoolId(0), merged(&machines, pool, position)),
            Victim::Pool(_) => Victim::Pool(PoolId(0)),
            Victim::Zone(zone) => Victim::Zone(zone),
        };
        for Entry { command, .. } in &mut self.timeline {
            match command {
                Command::SetBalance { pool, .. }
                | Command::SetCache { pool, .. }
                | Command::SetResilience { pool, .. }
                | Command::SwitchScaling { pool, .. } => {
                    *pool = PoolId(0);
                }
                Command::SetCount { pool, group: own, .. } | Command::Resize { pool, group: own, .. } => {
                    (*own, *pool) = (group(*pool, *own), PoolId(0));
                }
                Command::Inject { fault: Fault { victim: own, .. }, .. } => *own = victim(*own),
                _ => {}
            }
        }
        for RandomFault { victim: own, .. } in &mut self.faults {
            *own = victim(*own);
        }
        self
    }
}

impl Scenario {
    /// How a file names this group: in a monolith, by the pool that it stands in there.
    pub(super) fn group_in_file(&self, pool: PoolId, group: GroupIx) -> (&str, u16) {
        match self.merged.get(group.ix()) {
            Some(of) => (of.pool.as_str(), of.group),
            None => (self.pools.get(pool.ix()).map_or("?", |pool| pool.name.as_str()), group.0),
        }
    }

    /// How a file names the machine at this position of a pool.
    pub(super) fn machine_in_file(&self, pool: PoolId, position: u32) -> (&str, u32) {
        let Some(of) = self.pools.get(pool.ix()) else { return ("?", position) };
        let (mut name, mut before, mut all) = (of.name.as_str(), 0, 0);
        for (at, group) in self.merged.iter().zip(&of.groups) {
            if at.pool != name {
                (name, before) = (at.pool.as_str(), all);
            }
            all += group.count;
            if position < all {
                return (name, position - before);
            }
        }
        let first = self.merged.iter().zip(&of.groups).filter(|(at, _)| at.pool == of.name);
        let own: u32 = first.map(|(_, group)| group.count).sum();
        (of.name.as_str(), own + (position - all))
    }
}

/// Where a machine of a pool stands among those of all: machines that a pool does not begin with come after all others.
fn merged(machines: &[u32], pool: PoolId, position: u32) -> u32 {
    let (own, before) = (machines[pool.ix()], machines[..pool.ix()].iter().sum::<u32>());
    if position < own { before + position } else { machines.iter().sum::<u32>() + (position - own) }
}

/// Puts every stage into the one pool, and what it calls into itself.
fn inline(job: &mut Job) {
    // Calls go down the list, so those of a called stage are known when it is looked at from the end.
    for ix in (0..job.stages.len()).rev() {
        let calls = std::mem::take(&mut job.stages[ix].calls);
        let mut inlined = Vec::new();
        for call in calls {
            inlined.push(call);
            inlined.extend(job.stages[call.ix()].inlined.iter().copied());
        }
        let memory: u64 = inlined.iter().map(|call: &StageIx| job.stages[call.ix()].memory.0).sum();
        let stage = &mut job.stages[ix];
        stage.pool = PoolId(0);
        stage.memory.0 += memory;
        stage.inlined = inlined;
    }
}
