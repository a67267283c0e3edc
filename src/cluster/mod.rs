//! Control: what does the control plane do next?
//!
//! One deterministic state machine. It is told events and answers with actions and facts; it reads no clock, draws no
//! randomness of the system's, starts no thread, does no I/O, and cannot name a fault.
//!
//! ```text
//! job ── stages ── tasks ── attempts        (jobs.rs: progress of a job; attempts.rs: life of an attempt)
//!
//! attempt:  Parked ─▶ Sending ─▶ Waiting ─▶ Executing ─▶ Replying ─▶ gone
//!            no worker   request    queue     core   │        reply
//!            to pick     on link                     └▶ Calling a stage, core kept
//!
//! worker:   Booting ─▶ Warming ─▶ Ready ─▶ Draining ─▶ Retired     (workers.rs)
//!                                  │  ▲ └─▶ Draining ─▶ Resizing ─▶ Ready
//!                                  ▼  │
//!                                  Down
//! ```
//!
//! Invariants: the ledger balances at every instant; a stale key is ignored, whoever sends it; what waits is bounded by
//! `queue_max`; the same events give the same actions.

mod attempts;
mod caching;
mod checks;
mod copies;
mod ejection;
mod endings;
mod event;
mod fetching;
mod guards;
mod jobs;
mod ledger;
mod levels;
mod lookups;
mod plan;
mod preempt;
mod probes;
mod retries;
mod route;
mod scaling;
mod sending;
mod spot;
mod timeouts;
mod worker;
mod workers;

use std::sync::Arc;

use attempts::{Attempt, Task};
pub use event::{
    Action, Actions, Call, Control, Event, Fact, Guarded, Leg, Outcome, ResultId, ScaleFact, Timer, Which, WorkerGauge,
    WorkerState,
};
use jobs::JobRun;
pub use ledger::{Account, CacheBounds, CacheUse, Totals};
use levels::Levels;
use plan::Plan;
use worker::Worker;
use workers::PoolState;

use crate::base::ids::{AttemptMark, JobMark, TaskMark};
use crate::base::{PoolId, Slab, TaskId, Time, WorkerId};
use crate::scenario::{DemandLaws, Edge, Mode, Scenario};

/// The control plane of a run.
#[derive(Clone, Debug)]
pub struct Cluster {
    scenario: Arc<Scenario>,
    plan: Plan,
    seed: u64,
    /// Whether the world keeps anything for jobs.
    is_live: bool,
    /// Whether stages need to know where partial results are.
    has_edges: bool,
    /// Whether any client leaves that waits too long.
    has_patience: bool,
    /// What tells orders of service how large demands are, where one asks.
    oracle: Option<DemandLaws>,
    pools: Vec<PoolState>,
    /// By number; a machine that was given back keeps its place.
    workers: Vec<Worker>,
    jobs: Slab<JobMark, JobRun>,
    tasks: Slab<TaskMark, Task>,
    attempts: Slab<AttemptMark, Attempt>,
    totals: Totals,
    levels: Levels,
    /// Tasks that are being called off: memory that is used again.
    called_off: Vec<TaskId>,
    lookups: lookups::Lookups,
}

impl Cluster {
    /// The control plane of a scenario before anything has happened, with the seed of its random choices.
    /// `actions` receives what its first machines need.
    pub fn new(scenario: Arc<Scenario>, seed: u64, actions: &mut Actions) -> Self {
        let mut cluster = Self {
            plan: Plan::new(&scenario),
            seed,
            is_live: scenario.mode == Mode::Live,
            has_edges: scenario.jobs.iter().any(|job| {
                let moves = |edge: &Edge| !matches!(edge, Edge::Nothing | Edge::Gather);
                job.stages.iter().any(|stage| stage.after.iter().any(|(_, edge)| moves(edge)))
            }),
            has_patience: scenario.traffic.iter().any(|source| source.patience.is_some()),
            oracle: scenario
                .pools
                .iter()
                .any(|pool| pool.serve.order.knows_sizes() || pool.balance.knows_sizes())
                .then(|| DemandLaws::new(&scenario, seed)),
            pools: PoolState::all(&scenario, seed),
            workers: Vec::new(),
            jobs: Slab::default(),
            tasks: Slab::default(),
            attempts: Slab::default(),
            totals: Totals::default(),
            levels: Levels::default(),
            called_off: Vec::new(),
            lookups: lookups::Lookups::default(),
            scenario,
        };
        cluster.provision_first(actions);
        cluster.begin_scaling(actions);
        cluster.begin_sweeps(actions);
        cluster
    }

    /// Takes an event in and appends what follows from it to `actions`.
    #[inline]
    pub fn handle(&mut self, now: Time, event: &Event, actions: &mut Actions) {
        match *event {
            Event::JobArrived(ref arrival) => self.admit(now, arrival, actions),
            Event::Delivered { attempt, leg: Leg::Request, .. } => self.arrive(now, attempt, actions),
            Event::Delivered { attempt, leg: Leg::Reply, .. } => self.answer(now, attempt, actions),
            Event::Probe { worker, leg: Leg::Request, .. } => self.probe_arrived(worker, actions),
            Event::Probe { worker, leg: Leg::Reply, in_flight, latency } => {
                self.probe_answered(now, worker, in_flight, latency);
            }
            Event::Fetched { attempt, .. } => self.fetched(now, attempt, actions),
            Event::Looked(attempt) => self.looked(now, attempt, actions),
            Event::Unheard(attempt) => self.unheard(now, attempt, actions),
            Event::AttemptFinished { attempt, began, ended, slot, ok } => {
                self.finish(now, attempt, attempts::Executed { began, ended, slot, ok }, actions);
            }
            Event::WorkerReady(worker) => self.ready(now, worker, actions),
            Event::WorkerLost(worker) => self.lose(now, worker, actions),
            Event::WorkerBooted(worker) => self.booted(worker, actions),
            Event::PreemptionNotice(worker) => self.replace(now, worker, actions),
            Event::WorkerPreempted(worker) => self.preempted(now, worker, actions),
            Event::TimerFired(Timer::Resized(worker)) => self.resized(now, worker, actions),
            Event::TimerFired(Timer::Patience(job)) => self.lose_patience(now, job, actions),
            Event::TimerFired(Timer::Copy(task)) => self.copy_due(now, task, actions),
            Event::TimerFired(Timer::Timeout(attempt)) => self.timed_out(now, attempt, actions),
            Event::TimerFired(Timer::Deadline(job)) => self.deadline_passed(now, job, actions),
            Event::TimerFired(Timer::Retry(task)) => self.retry_due(now, task, actions),
            Event::TimerFired(Timer::Sweep(pool)) => self.sweep_due(now, pool, actions),
            Event::TimerFired(Timer::Revive(worker)) => self.revive(now, worker, actions),
            Event::TimerFired(Timer::Scale(pool)) => self.scale_due(now, pool, actions),
            Event::Command(ref control) => self.control(now, control, actions),
        }
    }

    /// The ledger. What is in flight is counted from what is held, not from the other numbers.
    pub fn totals(&self) -> Totals {
        let mut totals = self.totals;
        totals.jobs.in_flight = self.jobs.len() as u64;
        totals.tasks.in_flight = self.tasks.len() as u64;
        totals.attempts.in_flight = self.attempts.len() as u64;
        totals
    }

    /// What each machine that is not given back looks like at `now`, in order of their numbers.
    pub fn gauges(&self, now: Time) -> impl Iterator<Item = WorkerGauge> {
        self.workers
            .iter()
            .enumerate()
            .filter(|(_, worker)| worker.state != WorkerState::Retired)
            .map(move |(ix, worker)| worker.gauge(WorkerId(ix as u32), now))
    }

    /// Attempts that wait in the queue of a pool itself: no worker could be picked, or the queue is a central one.
    pub fn waiting_in_pool(&self, pool: PoolId) -> u32 {
        self.pools[pool.ix()].waiting
    }

    /// The machine at this position among those of a pool that are not given back.
    pub fn worker_at(&self, pool: PoolId, position: u32) -> Option<WorkerId> {
        self.gauges(Time::ZERO).filter(|gauge| gauge.pool == pool).nth(position as usize).map(|gauge| gauge.worker)
    }

    /// For each group of a pool: machines and cores of each, as asked for.
    pub fn sizes(&self, pool: PoolId) -> impl Iterator<Item = (u32, u32)> {
        self.pools[pool.ix()].groups.iter().map(|group| (group.count, group.cores))
    }

    /// Asserts that everything that came in is in flight or has ended, once. Costs the same however much is held.
    ///
    /// # Panics
    /// When the control plane has a bug; the message says which account is wrong.
    pub fn check_ledger(&self) {
        let totals = self.totals();
        for (name, account) in [("jobs", totals.jobs), ("tasks", totals.tasks), ("attempts", totals.attempts)] {
            assert!(account.balances(), "the ledger of {name} does not balance: {account:?}");
        }
    }

    /// Asserts everything that must hold between two events. Costs time in proportion to what is held.
    ///
    /// # Panics
    /// When the control plane has a bug; the message says which law is broken.
    pub fn check(&self) {
        self.check_ledger();
        self.check_workers();
        self.check_levels();
        self.check_tasks();
    }
}
