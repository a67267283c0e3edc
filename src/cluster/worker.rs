//! A machine as the control plane knows it.

use std::collections::BTreeMap;

use super::caching::Flight;
use super::probes::Recent;
use super::{ResultId, WorkerGauge, WorkerState};
use crate::base::{AttemptId, GroupIx, PoolId, Time, WorkerId};
use crate::policy::admit::CoDel;
use crate::policy::balance::{Balancer, Seat};
use crate::policy::cache::AgedCache;
use crate::policy::serve::{Queue, Standing};
use crate::scenario::ServeOrder;

/// A machine.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub(super) pool: PoolId,
    pub(super) group: GroupIx,
    pub(super) state: WorkerState,
    /// What happens when it is drained.
    pub(super) goal: Goal,
    pub(super) cores: u32,
    /// Cores that can be at work: those that were taken away finish what they run.
    pub(super) at_work_max: u32,
    /// Attempts it holds per core besides what it runs, where it is told beforehand; `None` where it is not.
    pub(super) prefetch: Option<u32>,
    /// Whether nothing lies between the dispatcher and it: an answer is there as soon as it is given.
    pub(super) is_near: bool,
    pub(super) order: ServeOrder,
    /// Whether it looks at attempts once more when their turn comes.
    pub(super) sifts: bool,
    /// Attempts that may share its cores; `None` where each has one of its own.
    pub(super) sharing_max: Option<u32>,
    /// Its place in the balancer while it may be picked.
    pub(super) seat: Option<Seat>,
    /// Attempts sent and not answered, as the dispatcher sees it.
    pub(super) outstanding: u32,
    /// Attempts executing, those in its hand among them.
    pub(super) held: u32,
    /// Attempts in its queue (those called off stay there until their turn, not counted).
    pub(super) waiting: u32,
    pub(super) queue: Queue<AttemptId>,
    pub(super) cache: AgedCache<ResultId>,
    /// Whether it looks up what may be kept before it works.
    pub(super) looks_up: bool,
    pub(super) completed: u64,
    pub(super) busy_area: u64,
    pub(super) busy_since: Time,
    pub(super) aside: Box<Aside>,
}

/// What is needed of few machines, apart from what is looked at for every attempt.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    /// The speed its cores should have.
    pub(super) speed: f64,
    /// Attempts on its cores, kept where they may be interrupted.
    pub(super) running: Vec<AttemptId>,
    /// What [`Worker::core_time`] was at the last change, where attempts share cores.
    pub(super) core_time: f64,
    /// When a worker with a hand last gave something back: what it took from there began no earlier. Zero for others.
    pub(super) freed: Time,
    /// When it was ordered.
    pub(super) ordered: Time,
    /// When it last came into service.
    pub(super) ready: Time,
    /// What it tells whoever asks how long attempts take there; kept only where somebody does.
    pub(super) recent: Recent,
    /// Attempts executed that ended with an error.
    pub(super) failed: u64,
    /// Attempts that it has and nobody waits for.
    pub(super) disowned: u32,
    /// Whether it is left out for what it answered.
    pub(super) is_left_out: bool,
    /// When it is let in again on trial.
    pub(super) revived_at: Option<Time>,
    /// Requests for what is being worked out, by what they ask for.
    pub(super) flights: BTreeMap<ResultId, Flight>,
    /// What drops attempts from its queue that waited too long.
    pub(super) codel: Option<CoDel>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Stay,
    Retire,
    Resize(u32),
}

impl Worker {
    /// Whether it takes up by itself what it holds: threads, and what stands for them in a simulated run.
    pub(super) fn is_handed_ahead(&self) -> bool {
        self.prefetch.is_some()
    }

    /// Whether it finishes what it has, and is then given back.
    pub(super) fn is_leaving(&self) -> bool {
        self.goal == Goal::Retire
    }

    /// How loaded a balancer takes it for. Machines that say themselves when they are free count also what nobody waits for.
    #[inline]
    pub(super) fn load_for(&self, balancer: &Balancer) -> u32 {
        match self.aside.disowned {
            0 => self.outstanding,
            disowned => self.outstanding + if balancer.is_told_by_machines() { disowned } else { 0 },
        }
    }

    /// How many attempts it may hold at a time.
    #[inline]
    pub(super) fn hand(&self) -> u32 {
        self.sharing_max.unwrap_or(self.cores * (1 + self.prefetch.unwrap_or(0)))
    }

    /// How many may wait in its queue.
    pub(super) fn room(&self, queue_max: u32) -> u32 {
        if self.sharing_max.is_some() { 0 } else { queue_max }
    }

    /// Whether those it holds share its cores.
    pub(super) fn is_shared(&self) -> bool {
        self.sharing_max.is_some()
    }

    /// The core time in nanoseconds that somebody would have had by `now` who had shared its cores from the start; kept
    /// only where they are shared.
    pub(super) fn core_time(&self, now: Time) -> f64 {
        self.aside.core_time + self.share() * now.since(self.busy_since).0 as f64
    }

    /// The share of a core that each of those it holds has.
    fn share(&self) -> f64 {
        f64::from(self.busy()) / f64::from(self.held.max(1))
    }

    /// An attempt waits for a core.
    pub(super) fn enqueue(&mut self, standing: &Standing, id: AttemptId) {
        self.waiting += 1;
        self.queue.push(standing, id);
    }

    /// One that was interrupted waits for a core again.
    pub(super) fn enqueue_first(&mut self, standing: &Standing, id: AttemptId) {
        self.waiting += 1;
        self.queue.push_first(standing, id);
    }

    /// An attempt takes a core.
    #[inline]
    pub(super) fn occupy(&mut self, now: Time, id: AttemptId) {
        self.change_held(now, 1);
        if self.order.preempts() {
            self.aside.running.push(id);
        }
    }

    /// An attempt gives its core back.
    #[inline]
    pub(super) fn vacate(&mut self, now: Time, id: AttemptId) {
        self.change_held(now, -1);
        if self.order.preempts() {
            self.aside.running.retain(|running| *running != id);
        }
    }

    /// Cores at work.
    #[inline]
    pub(super) fn busy(&self) -> u32 {
        self.held.min(self.at_work_max)
    }

    /// Has so many cores from now on.
    pub(super) fn set_cores(&mut self, cores: u32) {
        self.at_work_max = cores.max(self.busy());
        self.cores = cores;
    }

    #[inline]
    fn change_held(&mut self, now: Time, change: i32) {
        self.settle(now);
        if change < 0 && self.is_handed_ahead() {
            self.aside.freed = now;
            if self.at_work_max > self.cores {
                self.at_work_max -= 1;
            }
        }
        self.held = self.held.checked_add_signed(change).expect("no core is freed twice");
    }

    /// Adds the time since the last change to the time at work.
    #[inline]
    pub(super) fn settle(&mut self, now: Time) {
        self.busy_area += u64::from(self.busy()) * now.since(self.busy_since).0;
        if self.is_shared() {
            self.aside.core_time = self.core_time(now);
        }
        self.busy_since = now;
    }

    pub(super) fn gauge(&self, worker: WorkerId, now: Time) -> WorkerGauge {
        WorkerGauge {
            worker,
            pool: self.pool,
            group: self.group,
            state: self.state,
            cores: self.cores,
            busy: self.busy(),
            queue: self.waiting + self.held - self.busy(),
            busy_area: self.busy_area + u64::from(self.busy()) * now.since(self.busy_since).0,
            completed: self.completed,
            failed: self.aside.failed,
            is_left_out: self.aside.is_left_out,
        }
    }
}
