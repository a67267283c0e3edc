//! The ledger, at every instant, in a thousand random scenarios: jobs, tasks, attempts and dollars.
//!
//! Each scenario is run twice: by the engine, and step by step by a small loop of this test, which knows the public
//! parts only and looks at the books after every step. Both must come to the same. First a safety phase, in which all
//! kinds of trouble happen; then a liveness phase: load and trouble end, and everything in flight must come to its end.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use scalelab::base::{GroupIx, PoolId, SourceId, StageIx, Time, WorkerId};
use scalelab::cluster::{Actions, Cluster, Control, Event, Fact};
use scalelab::engine;
use scalelab::experiment::swarm;
use scalelab::metrics::snapshot::{AnswersView, CostView};
use scalelab::metrics::{Recorder, RunFacts};
use scalelab::scenario::{Command, Entry, Fault, Host, Scenario, Stage, load};
use scalelab::traffic::{Tick, Traffic};
use scalelab::world::{Effects, World};

/// Seeds of the scenarios.
const SEEDS: std::ops::Range<u64> = 0..1_000;
/// Far more steps than any of them takes: a run that takes more goes in circles.
const STEPS_MAX: u64 = 100_000;
/// The books are looked through after so many steps; the ledger proper after each.
const STEPS_PER_AUDIT: u64 = 16;

#[test]
fn the_ledger_balances_at_every_instant_of_a_thousand_random_scenarios() {
    let (mut steps, mut jobs, mut failed) = (0, 0, Vec::new());
    for seed in SEEDS {
        let run = catch_unwind(AssertUnwindSafe(|| audit(seed)));
        match run {
            Ok(audited) => (steps, jobs) = (steps + audited.0, jobs + audited.1),
            Err(_) => failed.push(seed),
        }
    }
    println!("seeds {SEEDS:?}: {jobs} jobs in {steps} steps");
    assert!(failed.is_empty(), "the books were wrong with the seeds {failed:?}; `swarm::scenario(seed)` is the file");
    assert!(jobs > 20_000, "so few jobs show little");
}

/// Runs the scenario with this seed both ways; returns the steps that it took and its jobs.
fn audit(seed: u64) -> (u64, u64) {
    let host = Host { cores: 2, cpu: "test".to_owned() };
    let scenario = Arc::new(load(&swarm::scenario(seed), "swarm", &host).expect("random scenarios are valid"));
    let mut by_hand = Run::new(scenario.clone());
    by_hand.go_on_to_the_end();
    let (totals, hash) = (by_hand.cluster.totals(), by_hand.hash());
    let finished = engine::simulate(scenario).expect("it is a simulated scenario");
    check_dollars(&finished.summary.cost);
    assert_eq!(finished.summary.totals, totals, "the engine came to another ledger");
    assert_eq!(finished.summary.hash, hash, "the engine came to another history");
    by_hand.drain();
    (by_hand.steps, totals.jobs.arrived)
}

/// Whether callers may hold all the cores that those they call need: calls have no deadline yet, so that lasts.
fn can_deadlock(scenario: &Scenario) -> bool {
    scenario.jobs.iter().any(|job| {
        let upward = |stage: &Stage, call: &StageIx| job.stages[call.ix()].pool <= stage.pool;
        job.stages.iter().any(|stage| stage.calls.iter().any(|call| upward(stage, call)))
    })
}

fn check_dollars(cost: &CostView) {
    let parts = cost.useful + cost.idle + cost.boot_and_drain + cost.wasted;
    let tolerance = 1e-9 * (1.0 + cost.billed);
    assert!((cost.billed - parts).abs() <= tolerance, "billed is not what its parts are: {cost:?}");
    let least = cost.useful.min(cost.idle).min(cost.boot_and_drain).min(cost.wasted);
    assert!(least >= -tolerance, "dollars below zero: {cost:?}");
}

/// A run, step by step.
struct Run {
    scenario: Arc<Scenario>,
    cluster: Cluster,
    world: World,
    traffic: Traffic,
    recorder: Recorder,
    queue: BTreeMap<(Time, u8, u64), Due>,
    planned: u64,
    now: Time,
    end: Time,
    /// Whether anything still arrives.
    has_load: bool,
    steps: u64,
}

enum Due {
    Event(Event),
    Arrival(Tick),
    Entry(Entry),
    Repair(WorkerId, Fault),
}

impl Run {
    fn new(scenario: Arc<Scenario>) -> Self {
        let mut actions = Actions::default();
        let mut run = Self {
            cluster: Cluster::new(scenario.clone(), scenario.seed, &mut actions),
            world: World::new(scenario.clone(), scenario.seed),
            traffic: Traffic::new(&scenario, scenario.seed),
            recorder: Recorder::new(scenario.clone()),
            queue: BTreeMap::new(),
            planned: 0,
            now: Time::ZERO,
            end: Time::ZERO + scenario.duration.expect("it ends"),
            has_load: true,
            steps: 0,
            scenario,
        };
        run.carry_out(&actions);
        for entry in &run.scenario.clone().timeline {
            run.plan(entry.at, Due::Entry(entry.clone()));
        }
        run.with_traffic(|traffic, ticks| traffic.start(Time::ZERO, ticks));
        run
    }

    fn go_on_to_the_end(&mut self) {
        while self.queue.first_key_value().is_some_and(|((at, ..), _)| *at <= self.end) {
            self.step();
        }
        self.now = self.end;
        self.audit();
    }

    /// Nothing arrives any more, and every pool has a machine: what is in flight comes to its end.
    fn drain(&mut self) {
        self.has_load = false;
        for pool in (0..self.scenario.pools.len()).map(|ix| PoolId(ix as u16)) {
            if self.cluster.sizes(pool).all(|(count, _)| count == 0) {
                self.tell(Event::Command(Control::SetCount(pool, GroupIx(0), 1)));
            }
        }
        while !self.queue.is_empty() {
            self.step();
        }
        self.audit();
        if can_deadlock(&self.scenario) {
            return;
        }
        let totals = self.cluster.totals();
        let left = [totals.jobs, totals.tasks, totals.attempts].map(|account| account.in_flight);
        assert_eq!(left, [0; 3], "something never ends: {totals:?}");
    }

    fn step(&mut self) {
        let Some(((at, ..), due)) = self.queue.pop_first() else { return };
        self.now = at;
        self.steps += 1;
        assert!(self.steps < STEPS_MAX, "it goes in circles at {at}");
        match due {
            Due::Event(event) => {
                if self.world.still_happens(at, &event) {
                    self.tell(event);
                }
            }
            Due::Arrival(tick) if self.has_load => {
                let mut arrival = None;
                self.with_traffic(|traffic, ticks| arrival = traffic.arrive(at, tick, ticks));
                arrival.into_iter().for_each(|arrival| self.tell(Event::JobArrived(arrival)));
            }
            Due::Arrival(_) => {}
            Due::Entry(entry) => self.apply(&entry.command),
            Due::Repair(worker, fault) => _ = self.world.repair(worker, fault),
        }
        if self.steps.is_multiple_of(STEPS_PER_AUDIT) {
            self.audit();
        }
    }

    /// Everything that must hold between two steps.
    fn audit(&mut self) {
        self.cluster.check();
        check_dollars(&self.recorder.cost(self.now));
    }

    fn apply(&mut self, command: &Command) {
        let control = match *command {
            Command::SetBalance { pool, balance } => Control::SetBalance(pool, balance),
            Command::SetCache { pool, cache } => Control::SetCache(pool, cache),
            Command::SetCount { pool, group, count } => Control::SetCount(pool, group, count),
            Command::Resize { pool, group, cores } => Control::Resize(pool, group, cores),
            Command::SetTrafficFactor { source, factor } => return self.set_factor(source, factor),
            Command::Inject { fault, lasts } => {
                let (Fault::Break { pool, worker } | Fault::Slow { pool, worker, .. }) = fault;
                let Some(worker) = self.cluster.worker_at(pool, worker) else { return };
                let until = self.now + lasts;
                let mut effects = Effects::default();
                self.world.inject(self.now, worker, fault, until, &mut effects);
                self.take(&mut effects);
                return self.plan(until, Due::Repair(worker, fault));
            }
            _ => panic!("random scenarios have no such command: {command:?}"),
        };
        self.tell(Event::Command(control));
    }

    fn set_factor(&mut self, source: SourceId, factor: f64) {
        let now = self.now;
        self.with_traffic(|traffic, ticks| traffic.set_factor(now, source, factor, ticks));
    }

    fn tell(&mut self, event: Event) {
        let mut events = std::collections::VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let mut actions = Actions::default();
            self.cluster.handle(self.now, event, &mut actions);
            let totals = self.cluster.totals();
            for account in [totals.jobs, totals.tasks, totals.attempts] {
                assert!(account.balances(), "after {event:?}: {totals:?}");
            }
            events.append(&mut self.carry_out(&actions));
        }
    }

    /// Returns what follows at once.
    fn carry_out(&mut self, actions: &Actions) -> std::collections::VecDeque<Event> {
        let mut ticks = Vec::new();
        for fact in &actions.facts {
            self.recorder.fact(self.now, fact);
            if let Fact::JobEnded { source, serial, intended, .. } = *fact {
                self.traffic.job_ended(self.now, source, serial, intended, &mut ticks);
            }
        }
        let mut effects = Effects::default();
        for action in &actions.asks {
            self.world.carry_out(self.now, action, &mut effects);
        }
        self.take(&mut effects);
        ticks.into_iter().for_each(|(at, tick)| self.plan(at, Due::Arrival(tick)));
        effects.now
    }

    fn take(&mut self, effects: &mut Effects) {
        effects.later.drain(..).for_each(|(at, event)| self.plan(at, Due::Event(event)));
    }

    fn with_traffic(&mut self, change: impl FnOnce(&mut Traffic, &mut Vec<(Time, Tick)>)) {
        let mut ticks = Vec::new();
        change(&mut self.traffic, &mut ticks);
        ticks.into_iter().for_each(|(at, tick)| self.plan(at, Due::Arrival(tick)));
    }

    fn plan(&mut self, at: Time, due: Due) {
        self.planned += 1;
        let class = u8::from(!matches!(due, Due::Entry(_)));
        self.queue.insert((at, class, self.planned), due);
    }

    fn hash(&self) -> String {
        let facts = RunFacts {
            end: self.end,
            seed: self.scenario.seed,
            totals: self.cluster.totals(),
            capacity: None,
            bounds: &[],
            answers: &AnswersView::default(),
        };
        self.recorder.summary(&facts).hash
    }
}
