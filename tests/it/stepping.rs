//! A run step by step, through the public parts alone: a second, simpler loop beside the engine's, in which a test can
//! look after every step.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use scalelab::base::{Arrival, Domain, GroupIx, PoolId, SourceId, Span, Stream, Time, WorkerId};
use scalelab::cluster::{Action, Actions, Cluster, Control, Event, Fact, Outcome, Timer};
use scalelab::metrics::snapshot::AnswersView;
use scalelab::metrics::{Recorder, RunFacts};
use scalelab::scenario::limits::RANDOM_FAULT_EVERY_MIN;
use scalelab::scenario::{Command, Entry, Fault, Scenario, Victim};
use scalelab::traffic::{Departure, Parting, Tick, Traffic};
use scalelab::world::World;

/// Far more steps than any run of a test takes: one that takes more goes in circles.
const STEPS_MAX: u64 = 100_000;

/// A run, step by step.
pub(crate) struct Run {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) cluster: Cluster,
    pub(crate) world: World,
    traffic: Traffic,
    pub(crate) recorder: Recorder,
    queue: BTreeMap<(Time, u8, u64), Due>,
    planned: u64,
    pub(crate) now: Time,
    end: Time,
    /// Whether anything still arrives.
    has_load: bool,
    pub(crate) steps: u64,
    /// Everything that arrived.
    pub(crate) arrivals: Vec<Arrival>,
    /// How long each attempt took, by job, stage, task and try.
    pub(crate) demands: BTreeMap<(u64, u16, u32, u32), Span>,
    /// Attempts that were said to have ended where their worker is concerned.
    pub(crate) attempts_ended: u64,
}

enum Due {
    Event(Event),
    Arrival(Tick),
    Entry(Entry),
    Repair(WorkerId, u32),
    Strike(usize, u64),
}

impl Run {
    pub(crate) fn new(scenario: Arc<Scenario>) -> Self {
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
            arrivals: Vec::new(),
            demands: BTreeMap::new(),
            attempts_ended: 0,
            scenario,
        };
        run.carry_out(&actions);
        for entry in &run.scenario.clone().timeline {
            run.plan(entry.at, Due::Entry(entry.clone()));
        }
        (0..run.scenario.faults.len()).for_each(|ix| run.plan_fault(ix, 0));
        run.with_traffic(|traffic, ticks| traffic.start(Time::ZERO, ticks));
        run
    }

    /// Runs until its end; `look` sees it after every step.
    pub(crate) fn go_on_to_the_end(&mut self, mut look: impl FnMut(&Self)) {
        while self.queue.first_key_value().is_some_and(|((at, ..), _)| *at <= self.end) {
            self.step();
            look(self);
        }
        self.now = self.end;
        look(self);
    }

    /// Nothing arrives any more, and every pool has a machine: runs until nothing is left to happen.
    pub(crate) fn drain(&mut self, mut look: impl FnMut(&Self)) {
        self.has_load = false;
        for pool in (0..self.scenario.pools.len()).map(|ix| PoolId(ix as u16)) {
            if self.cluster.sizes(pool).all(|(count, _)| count == 0) {
                self.tell(Event::Command(Box::new(Control::SetCount(pool, GroupIx(0), 1))));
            }
        }
        while !self.queue.is_empty() {
            self.step();
            look(self);
        }
    }

    fn step(&mut self) {
        let Some(((at, ..), due)) = self.queue.pop_first() else { return };
        self.now = at;
        self.steps += 1;
        assert!(self.steps < STEPS_MAX, "it goes in circles at {at}");
        match due {
            Due::Event(
                Event::TimerFired(Timer::Scale(_) | Timer::Sweep(_))
                | Event::PreemptionNotice(_)
                | Event::WorkerPreempted(_),
            ) if !self.has_load => {}
            Due::Event(event) => {
                let mut later = Vec::new();
                let happens = self.world.still_happens(at, &event, &mut later);
                self.take(later);
                if happens {
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
            Due::Strike(ix, before) => {
                if self.has_load {
                    self.strike(ix, before);
                }
            }
            Due::Repair(worker, id) => {
                let mut later = Vec::new();
                self.world.repair(at, worker, id, &mut later);
                self.take(later);
            }
        }
    }

    fn apply(&mut self, command: &Command) {
        let control = match *command {
            Command::SetBalance { pool, balance } => Control::SetBalance(pool, balance),
            Command::SetCache { pool, cache } => Control::SetCache(pool, cache),
            Command::SetResilience { pool, ref resilience } => Control::SetResilience(pool, resilience.clone()),
            Command::SetCount { pool, group, count } => Control::SetCount(pool, group, count),
            Command::SwitchScaling { pool, switch } => Control::SwitchScaling(pool, switch),
            Command::Resize { pool, group, cores } => Control::Resize(pool, group, cores),
            Command::SetTrafficFactor { source, factor } => return self.set_factor(source, factor),
            Command::Inject { fault, lasts } => {
                return self.inject(fault, lasts);
            }
            _ => panic!("random scenarios have no such command: {command:?}"),
        };
        self.tell(Event::Command(Box::new(control)));
    }

    /// What the engine draws for a fault that comes by chance.
    fn luck(&self, ix: usize, before: u64, what: u64) -> Stream {
        Stream::new(self.scenario.seed, Domain::Fault, [u64::MAX, ix as u64, before, what])
    }

    fn plan_fault(&mut self, ix: usize, before: u64) {
        let every = self.scenario.faults[ix].every.sample(&mut self.luck(ix, before, 0));
        let next = self.now + Span::from_secs_f64(every).max(RANDOM_FAULT_EVERY_MIN);
        self.plan(next, Due::Strike(ix, before));
    }

    fn strike(&mut self, ix: usize, before: u64) {
        let fault = self.scenario.faults[ix].clone();
        let mut luck = self.luck(ix, before, 1);
        let lasts = Span::from_secs_f64(fault.lasts.sample(&mut luck));
        let Victim::Pool(pool) = fault.victim else { panic!("random scenarios strike pools by chance") };
        let there = self.cluster.gauges(self.now).filter(|gauge| gauge.pool == pool).count() as u64;
        if there > 0 {
            let victim = Victim::Machine(pool, luck.below(there) as u32);
            self.inject(Fault { strike: fault.strike, victim }, lasts);
        }
        self.plan_fault(ix, before + 1);
    }

    fn inject(&mut self, fault: Fault, lasts: Span) {
        let there: Vec<_> = self.cluster.gauges(self.now).collect();
        let struck: Vec<WorkerId> = match fault.victim {
            Victim::Machine(pool, position) => self.cluster.worker_at(pool, position).into_iter().collect(),
            meant => {
                let meant = there.iter().filter(|gauge| self.scenario.is_in(meant, gauge.pool, gauge.group));
                meant.map(|gauge| gauge.worker).collect()
            }
        };
        let until = self.now + lasts;
        for worker in struck {
            let mut later = Vec::new();
            let injected = self.world.inject(self.now, worker, fault.strike, until, &mut later);
            self.take(later);
            if let Some((id, _)) = injected {
                self.plan(until, Due::Repair(worker, id));
            }
        }
    }

    fn set_factor(&mut self, source: SourceId, factor: f64) {
        let now = self.now;
        self.with_traffic(|traffic, ticks| traffic.set_factor(now, source, factor, ticks));
    }

    fn tell(&mut self, event: Event) {
        if let Event::JobArrived(arrival) = event {
            self.arrivals.push(arrival);
        }
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let mut actions = Actions::default();
            self.cluster.handle(self.now, &event, &mut actions);
            let totals = self.cluster.totals();
            for account in [totals.jobs, totals.tasks, totals.attempts] {
                assert!(account.balances(), "after {event:?}: {totals:?}");
            }
            events.append(&mut self.carry_out(&actions));
        }
    }

    /// Returns what follows at once.
    fn carry_out(&mut self, actions: &Actions) -> VecDeque<Event> {
        let mut ticks = Vec::new();
        for fact in &actions.facts {
            self.recorder.fact(self.now, fact);
            self.attempts_ended += u64::from(matches!(fact, Fact::AttemptEnded { .. }));
            if let Fact::JobEnded { source, serial, key, intended, outcome, .. } = *fact {
                let how = if outcome == Outcome::Shed { Parting::Refused } else { Parting::Served };
                self.traffic.job_ended(self.now, &Departure { source, serial, key, intended, how }, &mut ticks);
            }
        }
        let (mut at_once, mut later) = (VecDeque::new(), Vec::new());
        for action in &actions.asks {
            at_once.extend(self.world.carry_out(self.now, action, &mut later));
            let newest = later.last().map(|(_, event)| event.clone());
            if let (Action::Execute { call, .. }, Some(Event::AttemptFinished { began, ended, .. })) = (action, newest)
            {
                let name = (call.serial, call.stage.0, call.task, call.tries);
                self.demands.insert(name, ended.since(began));
            }
        }
        self.take(later);
        ticks.into_iter().for_each(|(at, tick)| self.plan(at, Due::Arrival(tick)));
        at_once
    }

    fn take(&mut self, later: Vec<(Time, Event)>) {
        later.into_iter().for_each(|(at, event)| self.plan(at, Due::Event(event)));
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

    pub(crate) fn hash(&self) -> String {
        let facts = RunFacts {
            end: self.end,
            seed: self.scenario.seed,
            totals: self.cluster.totals(),
            in_progress: self.cluster.core_time_in_progress(self.end),
            capacity: None,
            bounds: &[],
            caches: &[],
            answers: &AnswersView::default(),
            waited_secs: None,
        };
        self.recorder.summary(&facts).hash
    }
}
