//! The life of a machine, and how a pool grows and shrinks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::guards::Guard;
use super::probes::Recent;
use super::scaling::Scaling;
use super::worker::{Aside, Goal, Worker};
use super::{Action, Actions, Cluster, Control, Fact, Outcome, ResultId, Timer, WorkerState};
use crate::base::{AttemptId, Domain, GroupIx, PoolId, Span, Stream, Time, WorkerId};
use crate::policy::balance::Balancer;
use crate::policy::cache::AgedCache;
use crate::policy::serve::Queue;
use crate::scenario::{
    Balance, Cache, Copies, DemandLaws, Late, Lifetime, Pool, Resilience, Retry, Scenario, ServeOrder,
};

/// A pool as it stands.
#[derive(Clone, Debug)]
pub(super) struct PoolState {
    pub(super) balancer: Balancer,
    /// Attempts for which nobody could be picked.
    pub(super) queue: Queue<AttemptId>,
    /// How many of those still wait (those called off stay in the queue until their turn).
    pub(super) waiting: u32,
    pub(super) queue_max: u32,
    pub(super) order: ServeOrder,
    pub(super) retry: Retry,
    /// The most attempts of a task that it has ever allowed: some may have been made before it allowed fewer.
    pub(super) attempts_ever: u32,
    pub(super) copies: Copies,
    pub(super) timeout: Option<Span>,
    pub(super) late: Late,
    /// Whether it looks at attempts once more when their turn comes.
    pub(super) sifts: bool,
    /// What it does about failures and too much, but for copies.
    pub(super) resilience: Arc<Resilience>,
    /// The same, if it does more than try again.
    pub(super) guard: Option<Box<Guard>>,
    /// When its machines are compared next.
    pub(super) next_sweep: Option<Time>,
    pub(super) groups: Vec<GroupState>,
    /// Its autoscaler, if it has one.
    pub(super) scaling: Option<Box<Scaling>>,
    balance: Balance,
    cache: Cache,
    lifetime: Option<Lifetime>,
    /// Whether requests for what is being worked out already wait for that.
    pub(super) coalesces: bool,
    /// The cache that its workers share.
    pub(super) shared: Option<Box<AgedCache<ResultId>>>,
}

/// A group as asked for.
#[derive(Clone, Debug)]
pub(super) struct GroupState {
    pub(super) count: u32,
    pub(super) cores: u32,
    /// Machines that are to restart with another size, one at a time.
    resizing: VecDeque<WorkerId>,
}

impl PoolState {
    pub(super) fn all(scenario: &Scenario, seed: u64) -> Vec<Self> {
        let one = |(ix, pool): (usize, &Pool)| Self {
            balancer: Balancer::new(pool.balance, Stream::new(seed, Domain::Balance, [ix as u64, 0, 0, 0])),
            queue: Queue::new(pool.serve.order),
            waiting: 0,
            queue_max: pool.serve.queue_max,
            order: pool.serve.order,
            resilience: Arc::new(Resilience { copies: Copies::OFF, ..pool.resilience.clone() }),
            retry: pool.resilience.retry,
            attempts_ever: pool.resilience.retry.attempts_max,
            copies: pool.resilience.copies,
            timeout: pool.resilience.timeout,
            late: pool.resilience.late,
            sifts: pool.resilience.sifts(),
            guard: Guard::new(&pool.resilience, Stream::new(seed, Domain::Resilience, [u64::MAX, ix as u64, 0, 0])),
            next_sweep: None,
            groups: pool
                .groups
                .iter()
                .map(|group| GroupState { count: group.count, cores: group.instance.cores, resizing: VecDeque::new() })
                .collect(),
            scaling: pool.scale.as_ref().map(|scale| Box::new(Scaling::new(scale, pool))),
            balance: pool.balance,
            cache: pool.cache,
            lifetime: pool.caching.lifetime,
            coalesces: pool.caching.coalesce,
            shared: pool.caching.shared.as_ref().map(|own| Box::new(AgedCache::new(own.cache, pool.caching.lifetime))),
        };
        scenario.pools.iter().enumerate().map(one).collect()
    }
}

impl PoolState {
    /// An empty cache for one of its workers.
    fn new_cache(&self) -> AgedCache<ResultId> {
        AgedCache::new(self.cache, self.lifetime)
    }

    /// Whether its workers look up what may be kept before they work.
    fn looks_up(&self) -> bool {
        self.cache != Cache::Off || self.coalesces || self.shared.is_some()
    }
}

impl Cluster {
    pub(super) fn provision_first(&mut self, actions: &mut Actions) {
        for (pool, spec) in self.scenario.clone().pools.iter().enumerate() {
            for (group, spec) in spec.groups.iter().enumerate() {
                for _ in 0..spec.count {
                    self.provision(Time::ZERO, PoolId(pool as u16), GroupIx(group as u16), true, actions);
                }
            }
        }
    }

    /// Orders a machine; at the start of a run those of the scenario are there at once.
    fn provision(&mut self, now: Time, pool: PoolId, group: GroupIx, at_once: bool, actions: &mut Actions) {
        let id = WorkerId(self.workers.len() as u32);
        let spec = &self.scenario.pools[pool.ix()];
        let place = &spec.groups[group.ix()].place;
        let state = &self.pools[pool.ix()];
        let cores = state.groups[group.ix()].cores;
        self.workers.push(Worker {
            pool,
            group,
            state: WorkerState::Booting,
            goal: Goal::Stay,
            cores,
            at_work_max: cores,
            prefetch: self.scenario.is_handed_ahead(pool, group).then_some(spec.prefetch),
            is_near: place.is_near(),
            sifts: state.sifts,
            order: spec.serve.order,
            sharing_max: (spec.serve.order == ServeOrder::ProcessorSharing).then_some(spec.serve.queue_max),
            seat: None,
            outstanding: 0,
            held: 0,
            waiting: 0,
            queue: Queue::new(spec.serve.order),
            cache: state.new_cache(),
            looks_up: state.looks_up(),
            completed: 0,
            busy_area: 0,
            busy_since: Time::ZERO,
            aside: Box::new(Aside {
                speed: spec.groups[group.ix()].instance.speed,
                running: Vec::new(),
                core_time: 0.0,
                freed: Time::ZERO,
                ordered: now,
                ready: now,
                recent: Recent::default(),
                failed: 0,
                disowned: 0,
                is_left_out: false,
                revived_at: None,
                flights: BTreeMap::new(),
                codel: state.guard.as_ref().and_then(|guard| guard.codel()),
            }),
        });
        actions.asks.push(Action::Provision { worker: id, pool, group, cores, at_once });
        self.tell(id, actions);
        if at_once {
            self.ready(now, id, actions);
        }
    }

    fn tell(&self, id: WorkerId, actions: &mut Actions) {
        let &Worker { pool, group, cores, state, .. } = &self.workers[id.ix()];
        actions.facts.push(Fact::Worker { worker: id, pool, group, cores, state });
    }

    fn set_state(&mut self, id: WorkerId, state: WorkerState, actions: &mut Actions) {
        self.workers[id.ix()].state = state;
        self.tell(id, actions);
    }

    /// A machine has booted, or is back after a fault.
    pub(super) fn ready(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        match self.workers[id.ix()].state {
            WorkerState::Booting | WorkerState::Warming | WorkerState::Down => self.enter(now, id, actions),
            _ => {}
        }
    }

    /// A machine has booted, and is not ready to serve yet.
    pub(super) fn booted(&mut self, id: WorkerId, actions: &mut Actions) {
        if self.workers[id.ix()].state == WorkerState::Booting {
            self.set_state(id, WorkerState::Warming, actions);
        }
    }

    /// Takes a machine into service, or on to what was asked of it meanwhile.
    fn enter(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        self.workers[id.ix()].aside.ready = now;
        self.set_state(id, WorkerState::Ready, actions);
        if self.workers[id.ix()].goal == Goal::Stay {
            self.join(id);
            // What it did before it was away still counts.
            self.others_in_service(self.workers[id.ix()].pool);
            self.unpark(now, self.workers[id.ix()].pool, actions);
        } else {
            self.drain(now, id, actions);
        }
    }

    /// Stops sending to a machine; it goes on with what it has.
    pub(super) fn drain(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        self.leave(id);
        self.set_state(id, WorkerState::Draining, actions);
        self.others_in_service(self.workers[id.ix()].pool);
        self.unpark(now, self.workers[id.ix()].pool, actions);
        self.if_drained(now, id, actions);
    }

    pub(super) fn join(&mut self, id: WorkerId) {
        let worker = &mut self.workers[id.ix()];
        let weight = self.scenario.pools[worker.pool.ix()].groups[worker.group.ix()].weight;
        let balancer = &mut self.pools[worker.pool.ix()].balancer;
        let load = worker.load_for(balancer);
        worker.seat = Some(balancer.join(worker.aside.ready, id, worker.cores, load, weight));
    }

    pub(super) fn leave(&mut self, id: WorkerId) {
        let worker = &mut self.workers[id.ix()];
        if let Some(seat) = worker.seat.take() {
            self.pools[worker.pool.ix()].balancer.leave(seat);
        }
    }

    /// Tells the balancer how the load of a worker changed.
    #[inline]
    pub(super) fn change_outstanding(&mut self, id: WorkerId, change: i32) {
        let worker = &mut self.workers[id.ix()];
        worker.outstanding = worker.outstanding.checked_add_signed(change).expect("no attempt is answered twice");
        if let Some(seat) = worker.seat {
            let balancer = &mut self.pools[worker.pool.ix()].balancer;
            balancer.set_load(seat, worker.load_for(balancer));
        }
    }

    /// The same for attempts that nobody waits for.
    pub(super) fn change_disowned(&mut self, id: WorkerId, change: i32) {
        let disowned = &mut self.workers[id.ix()].aside.disowned;
        *disowned = disowned.checked_add_signed(change).expect("no attempt ends twice");
        self.change_outstanding(id, 0);
    }

    /// Looks whether an answer frees a place that somebody waits for.
    #[inline]
    pub(super) fn after_answer(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        let worker = &self.workers[id.ix()];
        match worker.state {
            WorkerState::Draining => self.if_drained(now, id, actions),
            _ if self.pools[worker.pool.ix()].waiting > 0 => self.unpark(now, worker.pool, actions),
            _ => {}
        }
    }

    fn if_drained(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        let worker = &self.workers[id.ix()];
        if worker.outstanding + worker.aside.disowned > 0 {
            return;
        }
        match worker.goal {
            Goal::Retire => self.retire(now, id, actions),
            Goal::Resize(_) => {
                self.set_state(id, WorkerState::Resizing, actions);
                let away = self.scenario.pools[self.workers[id.ix()].pool.ix()].resize;
                actions.asks.push(Action::SetTimer { at: now + away, timer: Timer::Resized(id) });
            }
            Goal::Stay => {}
        }
    }

    pub(super) fn retire(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        self.leave(id);
        self.forget_outlier(id);
        self.workers[id.ix()].settle(now);
        self.set_state(id, WorkerState::Retired, actions);
        actions.asks.push(Action::Retire { worker: id });
        self.resize_next(now, id, actions);
    }

    /// A drained machine is back with its new size.
    pub(super) fn resized(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        let worker = &mut self.workers[id.ix()];
        if worker.state != WorkerState::Resizing {
            return;
        }
        if let Goal::Resize(cores) = worker.goal {
            worker.set_cores(cores);
            worker.goal = Goal::Stay;
            actions.asks.push(Action::SetCores { worker: id, cores });
        }
        worker.cache = self.pools[worker.pool.ix()].new_cache();
        self.enter(now, id, actions);
        self.resize_next(now, id, actions);
    }

    /// A machine is gone with all it had; its tasks are tried elsewhere.
    pub(super) fn lose(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        // One that restarts with another size has no work to lose; back again, it restarts once more.
        let is_in_use = WorkerState::Ready..=WorkerState::Resizing;
        if !is_in_use.contains(&self.workers[id.ix()].state) {
            return;
        }
        self.leave(id);
        self.workers[id.ix()].state = WorkerState::Down;
        self.others_in_service(self.workers[id.ix()].pool);
        let tasks = self.lose_attempts(now, id, actions);
        self.at_worker(now, id, |worker| {
            worker.settle(now);
            (worker.held, worker.waiting, worker.outstanding, worker.aside.disowned) = (0, 0, 0, 0);
            worker.at_work_max = worker.cores;
        });
        let worker = &mut self.workers[id.ix()];
        worker.aside.running.clear();
        worker.aside.flights.clear();
        worker.queue = Queue::new(self.scenario.pools[worker.pool.ix()].serve.order);
        worker.cache = self.pools[worker.pool.ix()].new_cache();
        if worker.goal == Goal::Retire {
            self.retire(now, id, actions);
        } else {
            self.tell(id, actions);
        }
        for (task, attempt) in tasks {
            self.attempt_over(now, task, attempt, Outcome::Lost, actions);
        }
        self.unpark(now, self.workers[id.ix()].pool, actions);
    }

    /// Carries out a command.
    pub(super) fn control(&mut self, now: Time, control: &Control, actions: &mut Actions) {
        match *control {
            Control::SetBalance(pool, balance) => {
                self.pools[pool.ix()].balance = balance;
                self.pools[pool.ix()].balancer.set_picker(balance);
                // Some count what nobody waits for, and others do not.
                let members = self.workers.iter().enumerate().filter(|(_, worker)| worker.pool == pool);
                let members: Vec<_> = members.map(|(ix, _)| WorkerId(ix as u32)).collect();
                members.into_iter().for_each(|id| self.change_outstanding(id, 0));
                if balance.knows_sizes() && self.oracle.is_none() {
                    self.oracle = Some(DemandLaws::new(&self.scenario, self.seed));
                }
                self.unpark(now, pool, actions);
            }
            Control::SetCache(pool, cache) => self.set_cache(pool, cache, actions),
            Control::SetResilience(pool, ref resilience) => self.set_resilience(now, pool, resilience, actions),
            Control::SetCount(pool, group, count) => self.set_count(now, pool, group, count, actions),
            Control::Resize(pool, group, cores) => self.resize(now, pool, group, cores, actions),
            Control::SwitchScaling(pool, switch) => self.switch_scaling(pool, switch),
        }
    }

    fn set_cache(&mut self, pool: PoolId, cache: Cache, actions: &mut Actions) {
        self.pools[pool.ix()].cache = cache;
        self.lookups.change(pool);
        for (ix, worker) in self.workers.iter_mut().enumerate().filter(|(_, worker)| worker.pool == pool) {
            worker.cache = self.pools[pool.ix()].new_cache();
            worker.looks_up = self.pools[pool.ix()].looks_up();
            actions.asks.push(Action::DropAll { worker: WorkerId(ix as u32) });
        }
    }

    pub(super) fn set_count(&mut self, now: Time, pool: PoolId, group: GroupIx, count: u32, actions: &mut Actions) {
        self.pools[pool.ix()].groups[group.ix()].count = count;
        let staying = self.members(pool, group).filter(|id| self.workers[id.ix()].goal != Goal::Retire);
        let staying: Vec<_> = staying.collect();
        for _ in staying.len()..count as usize {
            self.provision(now, pool, group, false, actions);
        }
        let excess = staying.len().saturating_sub(count as usize);
        // The newest go first: those still booting have no work yet.
        for &id in staying.iter().rev().take(excess) {
            self.workers[id.ix()].goal = Goal::Retire;
            match self.workers[id.ix()].state {
                WorkerState::Ready => self.drain(now, id, actions),
                WorkerState::Booting | WorkerState::Warming | WorkerState::Resizing | WorkerState::Down => {
                    self.retire(now, id, actions);
                }
                WorkerState::Draining => self.if_drained(now, id, actions),
                WorkerState::Retired => {}
            }
        }
    }

    fn members(&self, pool: PoolId, group: GroupIx) -> impl Iterator<Item = WorkerId> {
        self.workers
            .iter()
            .enumerate()
            .filter(move |(_, worker)| {
                (worker.pool, worker.group) == (pool, group) && worker.state != WorkerState::Retired
            })
            .map(|(ix, _)| WorkerId(ix as u32))
    }

    pub(super) fn resize(&mut self, now: Time, pool: PoolId, group: GroupIx, cores: u32, actions: &mut Actions) {
        self.pools[pool.ix()].groups[group.ix()].cores = cores;
        let members: Vec<_> = self.members(pool, group).collect();
        for &id in &members {
            if self.workers[id.ix()].is_handed_ahead() {
                // Threads come and go at once.
                self.at_worker(now, id, |worker| {
                    worker.settle(now);
                    worker.set_cores(cores);
                });
                self.rejoin(id);
                actions.asks.push(Action::SetCores { worker: id, cores });
                self.tell(id, actions);
                self.serve(now, id, actions);
                self.unpark(now, pool, actions);
            }
        }
        let modelled = members.into_iter().filter(|id| !self.workers[id.ix()].is_handed_ahead());
        self.pools[pool.ix()].groups[group.ix()].resizing = modelled.collect();
        self.resize_one(now, pool, group, actions);
    }

    /// Enters the balancer again, which then knows the new size.
    fn rejoin(&mut self, id: WorkerId) {
        if self.workers[id.ix()].seat.is_some() {
            self.leave(id);
            self.join(id);
        }
    }

    fn resize_next(&mut self, now: Time, id: WorkerId, actions: &mut Actions) {
        let (pool, group) = (self.workers[id.ix()].pool, self.workers[id.ix()].group);
        self.resize_one(now, pool, group, actions);
    }

    /// Restarts the next machine of a group with the size it should have; one is away at a time.
    fn resize_one(&mut self, now: Time, pool: PoolId, group: GroupIx, actions: &mut Actions) {
        let busy = self.members(pool, group).any(|id| {
            let worker = &self.workers[id.ix()];
            matches!(worker.goal, Goal::Resize(_)) && worker.state != WorkerState::Down
        });
        if busy {
            return;
        }
        let cores = self.pools[pool.ix()].groups[group.ix()].cores;
        while let Some(id) = self.pools[pool.ix()].groups[group.ix()].resizing.pop_front() {
            let worker = &mut self.workers[id.ix()];
            if worker.goal == Goal::Retire || worker.state == WorkerState::Retired || worker.cores == cores {
                continue;
            }
            worker.goal = Goal::Resize(cores);
            match worker.state {
                WorkerState::Ready => {
                    self.drain(now, id, actions);
                    return;
                }
                // Restarts when it is there, or back.
                _ => continue,
            }
        }
    }

    /// The balancer and the cache of a pool.
    pub fn choices(&self, pool: PoolId) -> (Balance, Cache) {
        (self.pools[pool.ix()].balance, self.pools[pool.ix()].cache)
    }

    /// What a pool does about failures and too much, but for copies.
    pub fn resilience(&self, pool: PoolId) -> &Arc<Resilience> {
        &self.pools[pool.ix()].resilience
    }
}
