//! Nature: how is what the cluster asks for carried out?
//!
//! Modelled machines, the links to them, faults, and (live) this computer's own threads. The cluster sees symptoms of
//! what happens here, never causes. From carrying out an action follows at most one event at once; those that follow later
//! go to an [`Agenda`].

pub mod answers;
mod fault;
mod hand;
mod link;
mod live;
mod modelled;
mod running;
mod service;
mod sharing;
mod spot;
pub mod store;
pub mod threads;

use std::sync::Arc;

pub use answers::JobAnswer;
pub use fault::DETECTION;
use live::Live;
use modelled::{Machine, Running};
use running::Begin;
pub use service::ServiceTimes;
pub use threads::{FromThread, Haste};

use crate::base::{Agenda, AttemptId, Bytes, Domain, PoolId, Span, Stream, Time, WorkerId};
use crate::cluster::{Action, Call, Event, Leg, Timer};
use crate::scenario::{Link, Scenario, Strike};

/// Everything outside the control plane.
pub struct World {
    scenario: Arc<Scenario>,
    seed: u64,
    /// By number of the worker.
    machines: Vec<Machine>,
    /// What runs on modelled machines, by position of the attempt.
    running: Vec<Option<Running>>,
    service: ServiceTimes,
    live: Option<Live>,
    /// Faults so far: the number of the newest.
    faults: u32,
    /// For each pool, what lies between its workers and the cache that they share.
    shared: Vec<Option<(Link, Stream)>>,
}

impl World {
    /// A world without machines.
    pub fn new(scenario: Arc<Scenario>, seed: u64) -> Self {
        let service = ServiceTimes::new(&scenario, seed);
        let shared = scenario.pools.iter().enumerate().map(|(ix, pool)| {
            let stream = Stream::new(seed, Domain::Link, [u64::MAX, ix as u64, 0, 0]);
            pool.caching.shared.as_ref().map(|shared| (shared.link.clone(), stream))
        });
        let shared = shared.collect();
        Self { scenario, seed, machines: Vec::new(), running: Vec::new(), service, live: None, faults: 0, shared }
    }

    /// Carries out what the cluster asks for. Returns what follows at once; what follows later goes to the `agenda`.
    #[inline]
    pub fn carry_out(&mut self, now: Time, action: &Action, agenda: &mut impl Agenda<Event>) -> Option<Event> {
        match *action {
            Action::Send { attempt, worker, leg, bytes } => {
                let machine = &mut self.machines[worker.ix()];
                let mut delay = machine.delay(bytes);
                if !machine.is_calm {
                    let later = machine.hold_back(now, leg)?;
                    delay += later;
                }
                if !delay.is_zero() {
                    agenda.plan(now + delay, Event::Delivered { attempt, worker, leg });
                } else if leg == Leg::Reply || !machine.down {
                    return Some(Event::Delivered { attempt, worker, leg });
                }
            }
            Action::Probe { worker, leg, in_flight, latency } => {
                let machine = &mut self.machines[worker.ix()];
                let delay = machine.delay(Bytes(0));
                let later = machine.hold_back(now, leg)?;
                agenda.plan(now + delay + later, Event::Probe { worker, leg, in_flight, latency });
            }
            Action::Execute { worker, attempt, ref call, busy } => {
                return self.execute(now, &Begin { worker, attempt, call, busy }, agenda);
            }
            Action::Pause { attempt, .. } => self.pause(now, attempt),
            Action::Cancel { worker, attempt } => match &mut self.live {
                Some(live) if self.machines[worker.ix()].is_local() => return live.cancel(now, attempt),
                _ if self.machines[worker.ix()].hand.is_some() => return self.call_off(now, worker, attempt),
                _ => self.stop(now, attempt, agenda),
            },
            Action::Hand { from, to, bytes } => {
                let sent = self.machines[from.ix()].send_out(now, bytes);
                self.machines[to.ix()].awaits(sent);
            }
            Action::Fetch { attempt, worker, bytes, exchange } => {
                let machine = &mut self.machines[worker.ix()];
                let later = machine.held_up(now)?;
                let delay = machine.fetch_delay(now + later, bytes, exchange);
                agenda.plan(now + later + delay, Event::Fetched { attempt, worker });
            }
            Action::Ask { attempt, pool, bytes } => {
                let delay = self.ask_delay(pool, bytes);
                agenda.plan(now + delay, Event::Looked(attempt));
            }
            Action::SetTimer { at, timer } => {
                if let Timer::Resized(worker) = timer {
                    self.machines[worker.ix()].resized_at = Some(at);
                }
                agenda.plan(at, Event::TimerFired(timer));
            }
            Action::Provision { worker, pool, group, cores, at_once } => {
                let machine = Machine::new(&self.scenario, self.seed, worker, pool, group, cores);
                self.provision(now, worker, machine, at_once, agenda);
            }
            Action::SetCores { worker, cores } => {
                self.machines[worker.ix()].set_cores(cores);
                self.reshare(now, worker, agenda);
                if self.is_live(worker) {
                    self.live.iter_mut().for_each(|live| live.set_cores(cores));
                } else {
                    self.take_up(now, worker, agenda);
                }
            }
            _ => self.account(action),
        }
        None
    }

    /// A machine begins an attempt, or is told to.
    #[inline]
    fn execute(&mut self, now: Time, what: &Begin<'_>, agenda: &mut impl Agenda<Event>) -> Option<Event> {
        let machine = &self.machines[what.worker.ix()];
        if machine.down {
            return Some(Event::Unheard(what.attempt));
        }
        if self.is_live(what.worker) {
            self.execute_live(what.attempt, *what.call);
        } else if machine.hand.is_some() {
            self.take_in_hand(now, what, agenda);
        } else {
            self.begin(now, what, agenda);
        }
        None
    }

    /// Takes in a machine, which is there at once or boots.
    fn provision(
        &mut self,
        now: Time,
        worker: WorkerId,
        mut machine: Machine,
        at_once: bool,
        agenda: &mut impl Agenda<Event>,
    ) {
        if !at_once {
            let booted = now + machine.boot(&self.scenario);
            let at = booted + machine.warm(&self.scenario);
            machine.ready_at = Some(at);
            if at > booted {
                agenda.plan(booted, Event::WorkerBooted(worker));
            }
            agenda.plan(at, Event::WorkerReady(worker));
        }
        assert_eq!(self.machines.len(), worker.ix(), "machines are numbered in order");
        self.machines.push(machine);
        self.plan_preemption(now, worker, agenda);
    }

    /// How long a worker of a pool waits for the answer of its shared cache: there and back, and the bytes.
    fn ask_delay(&mut self, pool: PoolId, bytes: Bytes) -> Span {
        let Some((link, stream)) = &mut self.shared[pool.ix()] else { return Span::ZERO };
        link::delay(link, Bytes(0), stream) + link::delay(link, bytes, stream)
    }

    /// Carries out what has no effect in time: what becomes of results.
    fn account(&mut self, action: &Action) {
        let Some(live) = &mut self.live else { return };
        match *action {
            Action::Store { worker, call, result } => live.keep(worker, &call, result),
            Action::Recycle { worker, call, result } => live.recycle(worker, &call, result),
            Action::Copy { from, to, result } => live.copy(from, to, result),
            Action::Drop { worker, result } => live.drop_result(worker, result),
            Action::DropAll { worker } | Action::Retire { worker } => live.drop_all(worker),
            Action::Forget { arrival, outcome } => {
                live.answers.job_done(arrival.serial, arrival.job, arrival.key, outcome);
            }
            _ => {}
        }
    }

    fn execute_live(&mut self, attempt: AttemptId, call: Call) {
        let Some(live) = &mut self.live else { return };
        let work = &self.scenario.jobs[call.kind.ix()].stages[call.stage.ix()].work;
        let inputs = live.inputs(&call, work, || self.service.demand(&call));
        live.execute(attempt, call, inputs);
    }

    /// Where service times come from.
    pub fn service_times(&self) -> &ServiceTimes {
        &self.service
    }

    /// Whether an event that was planned still happens: a machine that broke meanwhile neither hears nor answers.
    #[inline]
    pub fn still_happens(&mut self, now: Time, event: &Event, agenda: &mut impl Agenda<Event>) -> bool {
        match *event {
            Event::AttemptFinished { attempt, began, .. } => self.ends(now, attempt, began, agenda),
            Event::Delivered { worker, leg: Leg::Request, .. } | Event::Probe { worker, leg: Leg::Request, .. } => {
                !self.machines[worker.ix()].down
            }
            Event::Fetched { worker, .. } => match self.machines[worker.ix()].held_up(now) {
                Some(Span::ZERO) => true,
                Some(later) => {
                    agenda.plan(now + later, event.clone());
                    false
                }
                None => false,
            },
            Event::WorkerReady(worker) => {
                let is_up = self.joins(now, worker, agenda);
                if is_up && self.is_live(worker) {
                    self.live.iter_mut().for_each(Live::come_up);
                }
                is_up
            }
            Event::WorkerLost(worker) => self.is_missed(worker),
            Event::TimerFired(Timer::Resized(worker)) => self.machines[worker.ix()].come_resized(now),
            Event::WorkerPreempted(worker) => {
                self.take_away(worker);
                true
            }
            _ => true,
        }
    }

    /// When a machine will be ready, if it boots or restarts.
    pub fn ready_at(&self, worker: WorkerId) -> Option<Time> {
        let machine = &self.machines[worker.ix()];
        machine.ready_at.or(machine.resized_at)
    }

    /// What is wrong with a machine, if anything.
    pub fn fault(&self, worker: WorkerId) -> Option<Strike> {
        self.machines[worker.ix()].strike()
    }
}
