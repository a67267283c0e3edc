//! A pool that grows and shrinks by itself: what its autoscaler is shown, when, and what becomes of its decisions.

use super::{Action, Actions, Cluster, Fact, ScaleFact, Timer, WorkerState};
use crate::base::{GroupIx, PoolId, Span, Time, WorkerId};
use crate::policy::scale::{Decision, Machine, PoolScaler, Reason, Sight};
use crate::scenario::{Autoscale, Pool, Switch, limits};

/// The autoscaler of a pool, and what it counts for it.
#[derive(Clone, Debug)]
pub(super) struct Scaling {
    scaler: PoolScaler,
    pub(super) group: GroupIx,
    switch: Switch,
    /// When it last looked.
    looked: Time,
    /// Core-nanoseconds of each machine by then, by number.
    busy_areas: Vec<u64>,
    /// Attempts in the pool, and their integral in attempt-nanoseconds.
    in_flight: u32,
    area: u128,
    since: Time,
    arrived: u64,
    done: u64,
    run: Span,
    /// What it is shown: memory that is used again.
    sight: Sight,
}

impl Scaling {
    pub(super) fn new(scale: &Autoscale, pool: &Pool) -> Self {
        Self {
            scaler: PoolScaler::new(scale, pool),
            group: scale.group,
            switch: Switch::On,
            looked: Time::ZERO,
            busy_areas: Vec::new(),
            in_flight: 0,
            area: 0,
            since: Time::ZERO,
            arrived: 0,
            done: 0,
            run: Span::ZERO,
            sight: Sight::default(),
        }
    }

    /// An attempt has come in.
    pub(super) fn arrive(&mut self, now: Time) {
        self.settle(now);
        self.in_flight += 1;
        self.arrived += 1;
    }

    /// An attempt is out of the books.
    pub(super) fn leave(&mut self, now: Time) {
        self.settle(now);
        self.in_flight -= 1;
    }

    /// A core is done with an attempt.
    pub(super) fn done(&mut self, run: Span) {
        self.done += 1;
        self.run += run;
    }

    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight
    }

    fn settle(&mut self, now: Time) {
        self.area += u128::from(self.in_flight) * u128::from(now.since(self.since).0);
        self.since = now;
    }

    /// Whether what comes in now, while there is no machine, is not to wait for the next look.
    fn wakes(&self) -> bool {
        self.switch == Switch::On && self.scaler.wakes()
    }
}

impl Cluster {
    /// Sets the first look of each autoscaler.
    pub(super) fn begin_scaling(&self, actions: &mut Actions) {
        for ix in 0..self.pools.len() {
            self.set_next_look(Time::ZERO, PoolId(ix as u16), actions);
        }
    }

    fn set_next_look(&self, now: Time, pool: PoolId, actions: &mut Actions) {
        if let Some(scaling) = &self.pools[pool.ix()].scaling {
            let at = now + scaling.scaler.every();
            actions.asks.push(Action::SetTimer { at, timer: Timer::Scale(pool) });
        }
    }

    /// An attempt of this pool is out of the books.
    #[inline]
    pub(super) fn left_pool(&mut self, now: Time, pool: PoolId) {
        if let Some(scaling) = &mut self.pools[pool.ix()].scaling {
            scaling.leave(now);
        }
    }

    /// It is time for the autoscaler of a pool to look.
    pub(super) fn scale_due(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        self.scale(now, pool, actions);
        self.set_next_look(now, pool, actions);
    }

    /// Something waits in a pool: where there is no machine, its autoscaler may not wait for its next look.
    pub(super) fn wake(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        let state = &self.pools[pool.ix()];
        let Some(scaling) = &state.scaling else { return };
        if state.groups[scaling.group.ix()].count == 0 && scaling.wakes() {
            self.scale(now, pool, actions);
        }
    }

    /// Switches the autoscaler of a pool on or off.
    pub(super) fn switch_scaling(&mut self, pool: PoolId, switch: Switch) {
        if let Some(scaling) = &mut self.pools[pool.ix()].scaling {
            scaling.switch = switch;
        }
    }

    /// Whether the autoscaler of a pool is at work; `None` where it has none.
    pub fn scaling(&self, pool: PoolId) -> Option<Switch> {
        self.pools[pool.ix()].scaling.as_ref().map(|scaling| scaling.switch)
    }

    fn scale(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        let Some(mut scaling) = self.pools[pool.ix()].scaling.take() else { return };
        self.see(now, pool, &mut scaling);
        let decision = match scaling.switch {
            Switch::On => scaling.scaler.look(now, &scaling.sight),
            Switch::Off => None,
        };
        let group = scaling.group;
        self.pools[pool.ix()].scaling = Some(scaling);
        let Some(mut decision) = decision else { return };
        if self.workers.len() + decision.size.saturating_sub(decision.before) as usize > limits::MACHINES_ORDERED_MAX {
            decision = Decision { size: decision.before, why: Reason::Exhausted, ..decision };
        }
        let Decision { before, wanted, stabilised, size, why, seen, cores, .. } = decision;
        let seen = seen.map(|seen| (seen.at, seen.value));
        let cores_before = self.pools[pool.ix()].groups[group.ix()].cores;
        let cores = [cores_before, cores.unwrap_or(cores_before)];
        let decided = Box::new(ScaleFact { seen, before, wanted, stabilised, size, cores, why });
        actions.facts.push(Fact::Scaled { pool, group, decided });
        if size != before {
            self.set_count(now, pool, group, size, actions);
        }
        if cores[1] != cores_before {
            self.resize(now, pool, group, cores[1], actions);
        }
    }

    /// Bytes of partial results that lie at the machines of a pool, over their memory; `None` where that is not known.
    fn stored(&self, pool: PoolId) -> Option<f64> {
        let groups = &self.scenario.pools[pool.ix()].groups;
        let there = self.workers.iter().filter(|worker| worker.pool == pool && worker.state == WorkerState::Ready);
        let memory = there.map(|worker| groups[worker.group.ix()].instance.memory.map(|memory| memory.0));
        let memory = memory.sum::<Option<u64>>().filter(|memory| *memory > 0)?;
        let stored: u64 = self.jobs.iter().map(|(_, run)| run.stored(self.plan.job(run.arrival.job), pool)).sum();
        Some(stored as f64 / memory as f64)
    }

    /// Fills in what an autoscaler is shown.
    fn see(&self, now: Time, pool: PoolId, scaling: &mut Scaling) {
        scaling.settle(now);
        let since = now.since(scaling.looked);
        let nanos = since.0.max(1) as f64;
        let sight = &mut scaling.sight;
        sight.machines.clear();
        scaling.busy_areas.resize(self.workers.len(), 0);
        for (ix, worker) in self.workers.iter().enumerate() {
            if worker.pool != pool || worker.state == WorkerState::Retired {
                continue;
            }
            let area = worker.gauge(WorkerId(ix as u32), now).busy_area;
            let before = std::mem::replace(&mut scaling.busy_areas[ix], area);
            if worker.group == scaling.group {
                sight.machines.push(Machine {
                    id: ix as u32,
                    ordered: worker.aside.ordered,
                    ready: (worker.state == WorkerState::Ready).then_some(worker.aside.ready),
                    is_leaving: worker.is_leaving(),
                    cores: worker.cores,
                    busy: area.saturating_sub(before) as f64 / nanos,
                    in_flight: worker.outstanding,
                });
            }
        }
        let state = &self.pools[pool.ix()];
        let waiting =
            self.workers.iter().filter(|worker| worker.pool == pool).map(|worker| worker.waiting).sum::<u32>();
        sight.size = state.groups[scaling.group.ix()].count;
        sight.cores = state.groups[scaling.group.ix()].cores;
        sight.in_flight = scaling.in_flight;
        sight.in_flight_mean = scaling.area as f64 / nanos;
        sight.waiting = waiting + state.waiting;
        sight.stored = if scaling.scaler.looks_at_memory() { self.stored(pool) } else { None };
        sight.since = since;
        (sight.arrived, sight.done, sight.run) = (scaling.arrived, scaling.done, scaling.run);
        (scaling.arrived, scaling.done, scaling.run, scaling.area) = (0, 0, Span::ZERO, 0);
        scaling.looked = now;
    }
}
