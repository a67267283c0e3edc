//! Machines that are left out for what they answered, and let in again.

use super::attempts::NOBODY;
use super::worker::Goal;
use super::{Action, Actions, Cluster, Fact, Guarded, Timer, WorkerState};
use crate::base::{PoolId, Time, WorkerId};
use crate::policy::resilience::{Change, Ended, OutlierState};

impl Cluster {
    /// Sets the first comparison of each pool that compares its machines.
    pub(super) fn begin_sweeps(&mut self, actions: &mut Actions) {
        for pool in (0..self.pools.len()).map(|ix| PoolId(ix as u16)) {
            self.set_next_sweep(Time::ZERO, pool, actions);
        }
    }

    fn outliers(&mut self, pool: PoolId) -> Option<&mut OutlierState> {
        self.pools[pool.ix()].guard.as_mut()?.outliers.as_mut()
    }

    fn set_next_sweep(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        let next = self.outliers(pool).and_then(|outliers| outliers.interval()).map(|interval| now + interval);
        self.pools[pool.ix()].next_sweep = next;
        if let Some(at) = next {
            actions.asks.push(Action::SetTimer { at, timer: Timer::Sweep(pool) });
        }
    }

    /// It is time to compare the machines of a pool.
    pub(super) fn sweep_due(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        if self.pools[pool.ix()].next_sweep != Some(now) {
            // It belongs to what the pool did before.
            return;
        }
        let machines = self.in_service(pool);
        let changes = self.outliers(pool).map(|outliers| outliers.sweep(now, &machines)).unwrap_or_default();
        changes.into_iter().for_each(|change| self.change(now, change, actions));
        self.set_next_sweep(now, pool, actions);
    }

    /// A machine has answered somebody, or should have.
    pub(super) fn judge(&mut self, now: Time, pool: PoolId, worker: WorkerId, how: Ended, actions: &mut Actions) {
        if worker == NOBODY {
            return;
        }
        let machines = self.pools[pool.ix()].groups.iter().map(|group| group.count as usize).sum();
        let change = self.outliers(pool).and_then(|outliers| outliers.ended(now, worker, how, machines));
        if let Some(change) = change {
            self.change(now, change, actions);
        }
    }

    /// A machine that was left out is let in on trial.
    pub(super) fn revive(&mut self, now: Time, worker: WorkerId, actions: &mut Actions) {
        let pool = self.workers[worker.ix()].pool;
        let is_due = self.workers[worker.ix()].aside.revived_at.take_if(|at| *at == now).is_some();
        if !is_due || self.workers[worker.ix()].state == WorkerState::Retired {
            return;
        }
        if let Some(outliers) = self.outliers(pool) {
            outliers.try_again(worker);
        }
        self.change(now, Change::In(worker), actions);
    }

    /// A machine that is on trial gets one attempt, and no second one until that is answered.
    pub(super) fn note_trial(&mut self, pool: PoolId, worker: WorkerId) {
        if self.outliers(pool).is_some_and(|outliers| outliers.sent(worker)) {
            self.workers[worker.ix()].aside.is_left_out = true;
            self.reseat(pool);
        }
    }

    /// Nobody is left out any longer, and comparing begins anew.
    pub(super) fn let_all_in(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        for ix in 0..self.workers.len() {
            let worker = &mut self.workers[ix];
            if worker.pool == pool && worker.aside.is_left_out && worker.state != WorkerState::Retired {
                worker.aside.revived_at = None;
                self.change(now, Change::In(WorkerId(ix as u32)), actions);
            }
        }
        // Where too few were left, another share of them is now too few.
        self.reseat(pool);
        self.set_next_sweep(now, pool, actions);
    }

    /// A machine is given back.
    pub(super) fn forget_outlier(&mut self, worker: WorkerId) {
        let pool = self.workers[worker.ix()].pool;
        if let Some(outliers) = self.outliers(pool) {
            outliers.forget(worker);
        }
    }

    fn change(&mut self, now: Time, change: Change, actions: &mut Actions) {
        let (worker, is_left_out, what) = match change {
            Change::Out(worker) | Change::OutUntil(worker, _) => (worker, true, Guarded::Ejected(worker)),
            Change::In(worker) => (worker, false, Guarded::Readmitted(worker)),
        };
        if let Change::OutUntil(_, until) = change {
            self.workers[worker.ix()].aside.revived_at = Some(until);
            actions.asks.push(Action::SetTimer { at: until, timer: Timer::Revive(worker) });
        }
        let pool = self.workers[worker.ix()].pool;
        if std::mem::replace(&mut self.workers[worker.ix()].aside.is_left_out, is_left_out) != is_left_out {
            actions.facts.push(Fact::Guarded { pool, what });
        }
        self.reseat(pool);
        if !is_left_out {
            self.unpark(now, pool, actions);
        }
    }

    /// A machine has come into service, or left it: whether too few are left besides those left out is another question now.
    pub(super) fn others_in_service(&mut self, pool: PoolId) {
        if self.outliers(pool).is_some() {
            self.reseat(pool);
        }
    }

    /// Lets the balancer pick whom it may: those in service that are not left out, or all of them where too few were left.
    pub(super) fn reseat(&mut self, pool: PoolId) {
        let machines = self.in_service(pool);
        let panic_below = self.outliers(pool).map_or(0.0, |outliers| outliers.panic_below());
        let fine = machines.iter().filter(|worker| !self.workers[worker.ix()].aside.is_left_out).count();
        let is_panic = fine == 0 || (fine as f64) < panic_below * machines.len() as f64;
        for worker in machines {
            let is_picked = is_panic || !self.workers[worker.ix()].aside.is_left_out;
            match self.workers[worker.ix()].seat.is_some() {
                false if is_picked => self.join(worker),
                true if !is_picked => self.leave(worker),
                _ => {}
            }
        }
    }

    /// The machines of a pool that take work, left out or not.
    fn in_service(&self, pool: PoolId) -> Vec<WorkerId> {
        let members = self.workers.iter().enumerate().filter(|(_, worker)| {
            worker.pool == pool && worker.state == WorkerState::Ready && worker.goal == Goal::Stay
        });
        members.map(|(ix, _)| WorkerId(ix as u32)).collect()
    }
}
