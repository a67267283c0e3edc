//! What must hold between two events, looked at attempt by attempt.

use super::attempts::{Attempt, Owner, Phase};
use super::worker::Worker;
use super::{Cluster, WorkerState};

/// What a worker counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    outstanding: u32,
    disowned: u32,
    waiting: u32,
    held: u32,
}

impl Cluster {
    /// Counts again, attempt by attempt, what workers and pools count as they go.
    fn check_counts(&self) {
        let mut counted = vec![Counts::default(); self.workers.len()];
        let mut parked = vec![0; self.pools.len()];
        for (id, attempt) in self.attempts.iter() {
            if attempt.phase == Phase::Parked {
                parked[attempt.pool.ix()] += 1;
                continue;
            }
            let counts = &mut counted[attempt.worker.ix()];
            counts.outstanding += u32::from(attempt.owner == Owner::Task);
            counts.disowned += u32::from(attempt.owner != Owner::Task);
            match attempt.phase {
                Phase::Waiting => counts.waiting += 1,
                Phase::Executing | Phase::Calling { .. } | Phase::Orphaned(_) => counts.held += 1,
                Phase::Parked
                | Phase::Sending
                | Phase::Fetching
                | Phase::Asking
                | Phase::Joined
                | Phase::Replying(_) => {}
            }
            let task = self.tasks.get(attempt.task);
            let known = task.is_some_and(|task| task.attempts().any(|own| own == id));
            let is_let_go = (attempt.owner != Owner::Task) || matches!(attempt.phase, Phase::Orphaned(_));
            assert!(known != is_let_go, "attempt {id:?} works for nobody: {attempt:?}");
        }
        for (ix, (worker, counted)) in self.workers.iter().zip(&counted).enumerate() {
            let says = Counts {
                outstanding: worker.outstanding,
                disowned: worker.aside.disowned,
                waiting: worker.waiting,
                held: worker.held,
            };
            assert_eq!(says, *counted, "worker {ix} counts what it does not have: {worker:?}");
        }
        for (pool, parked) in self.pools.iter().zip(parked) {
            assert_eq!(pool.waiting, parked, "a pool counts what does not wait there");
            assert!(pool.waiting <= pool.queue_max, "the queue of a pool is over its limit");
        }
        self.check_guards();
        for (ix, pool) in self.pools.iter().enumerate() {
            let Some(scaling) = &pool.scaling else { continue };
            let own = self.attempts.iter().filter(|(_, attempt)| attempt.pool.ix() == ix).count();
            assert_eq!(scaling.in_flight() as usize, own, "the autoscaler of pool {ix} counts what is not there");
        }
    }

    pub(super) fn check_workers(&self) {
        self.check_counts();
        for (ix, worker) in self.workers.iter().enumerate() {
            let at_home = worker.held + worker.waiting;
            assert!(
                at_home <= worker.outstanding + worker.aside.disowned,
                "worker {ix} holds more than was sent to it: {worker:?}"
            );
            assert!(worker.held <= worker.hand() || worker.is_handed_ahead(), "worker {ix} holds too much: {worker:?}");
            let queue_max = self.pools[worker.pool.ix()].queue_max;
            assert!(worker.waiting <= queue_max, "the queue of worker {ix} is over its limit: {worker:?}");
            let served = worker.waiting == 0 || worker.held >= worker.hand();
            assert!(served, "work waits at worker {ix} while a core is free: {worker:?}");
            let away = matches!(
                worker.state,
                WorkerState::Booting | WorkerState::Warming | WorkerState::Retired | WorkerState::Resizing
            );
            let has_none = worker.outstanding + worker.aside.disowned == 0;
            assert!(!away || has_none, "worker {ix} is away and has work: {worker:?}");
            let is_ready = worker.state == WorkerState::Ready;
            let is_picked = worker.seat.is_some();
            assert!(is_ready || !is_picked, "worker {ix} is picked and not ready: {worker:?}");
            let is_right = is_picked || worker.aside.is_left_out;
            assert!(!is_ready || is_right, "worker {ix} is ready and not picked: {worker:?}");
        }
        let sent = |worker: &Worker| u64::from(worker.outstanding) + u64::from(worker.aside.disowned);
        let outstanding: u64 = self.workers.iter().map(sent).sum();
        let parked: u64 = self.pools.iter().map(|pool| u64::from(pool.waiting)).sum();
        assert_eq!(outstanding + parked, self.attempts.len() as u64, "every attempt is somewhere, once");
    }

    /// Counts again what guards count as they go.
    fn check_guards(&self) {
        for (ix, pool) in self.pools.iter().enumerate() {
            let Some(guard) = &pool.guard else { continue };
            let own = || self.attempts.iter().filter(|(_, one)| one.pool.ix() == ix && one.pass.is_counted());
            let again = own().filter(|(_, attempt)| attempt.pass.is_again()).count();
            let counted = (guard.in_flight() as usize, guard.again() as usize);
            assert_eq!(counted, (own().count(), again), "the guard of pool {ix} counts what is not there");
        }
    }

    pub(super) fn check_tasks(&self) {
        for (id, task) in self.tasks.iter() {
            let is_wanted = self.jobs.get(task.call.job).is_some() || task.caller.is_some();
            assert!(is_wanted, "task {id:?} works for a job that is over: {task:?}");
            let is_served = task.attempts().next().is_some() != task.is_resting;
            assert!(is_served, "nobody works for task {id:?}, or somebody while it rests: {task:?}");
            let allowed = self.pools[self.pool_of(task).ix()].attempts_ever;
            assert!(task.tries < allowed, "task {id:?} is tried too often: {task:?}");
            let Some(caller) = task.caller else { continue };
            let waits = |caller: &Attempt| matches!(caller.phase, Phase::Calling { .. });
            assert!(self.attempts.get(caller).is_some_and(waits), "nobody waits for task {id:?}: {task:?}");
        }
    }
}
