//! The loop: the whole story on one screen, for a clock that jumps and a clock that waits.

use std::sync::Arc;

use super::audit::Auditor;
use super::clock::{Clock, STEPS_PER_LOOK, Wake};
use super::handle::{EngineError, Finished, Message, Options, Pace, Request};
use super::inbox::{Inbox, inbox};
use super::journal::Journal;
use super::publish::Publisher;
use super::queue::{Due, Queue};
use crate::base::{PoolId, Span, Time};
use crate::cluster::{Action, Actions, Cluster, Event, Fact, Outcome, Timer};
use crate::metrics::snapshot::RunState;
use crate::metrics::study::StudyAsk;
use crate::metrics::{Gauges, Recorder, RunFacts};
use crate::scenario::{By, Command, Entry, Mode, Scenario};
use crate::traffic::{Departure, Parting, Traffic};
use crate::world::{FromThread, Haste, World};

/// Everything of a run, on one thread.
pub(super) struct Engine {
    pub(super) scenario: Arc<Scenario>,
    pub(super) cluster: Cluster,
    pub(super) world: World,
    pub(super) traffic: Traffic,
    pub(super) recorder: Recorder,
    pub(super) clock: Clock,
    pub(super) queue: Queue,
    pub(super) state: RunState,
    /// Everything that changed so far, as it took effect.
    pub(super) timeline: Arc<Vec<Entry>>,
    pub(super) capacity: Option<f64>,
    pub(super) bounds: Vec<f64>,
    pub(super) factors: Vec<f64>,
    pub(super) publisher: Publisher,
    journal: Journal,
    pub(super) end: Time,
    /// Where it stops for now: its end, or an instant before at which it is to stand still, and with which pace it goes on.
    halt: Option<(Time, Pace)>,
    /// Looks at the books after every event, where that was asked for.
    pub(super) auditor: Option<Auditor>,
    /// What threads finished while everything stands still: no more than they had in hand.
    held_back: Vec<(FromThread, Time, Time)>,
    /// What the cluster handed out and has not been carried out yet.
    actions: Actions,
    /// What is being carried out. Like the above, memory that is used again.
    asks: Vec<Action>,
    /// What was last read off the cluster: memory that is used again.
    gauges: Gauges,
}

impl Engine {
    pub(super) fn new(
        scenario: Arc<Scenario>,
        options: &Options,
        publisher: Publisher,
        journal: Journal,
        deliver: impl Fn(Message, Haste) + Send + Clone + 'static,
    ) -> Result<Self, EngineError> {
        let seed = scenario.seed;
        let mut actions = Actions::default();
        let mut world = World::new(scenario.clone(), seed);
        if scenario.mode == Mode::Live {
            world.calibrate();
        }
        let end = scenario.duration.map_or(Time::NEVER, |duration| Time::ZERO + duration);
        let halt_at = options.halt_at.filter(|at| scenario.mode == Mode::Simulate && *at < end);
        let pace = if halt_at.is_some() { Pace::AsFastAsPossible } else { options.pace };
        let clock = Clock::new(scenario.mode, pace);
        if scenario.mode == Mode::Live {
            let deliver = move |done, haste| deliver(Message::Worker(done), haste);
            world.go_live(clock.origin(), options.background, deliver).map_err(EngineError::new)?;
        }
        let mut engine = Self {
            cluster: Cluster::new(scenario.clone(), seed, &mut actions),
            world,
            traffic: Traffic::new(&scenario, seed),
            recorder: Recorder::new(scenario.clone()),
            clock,
            queue: Queue::default(),
            state: RunState::Running,
            timeline: Arc::default(),
            capacity: None,
            bounds: scenario.objectives.iter().map(|objective| objective.bound).collect(),
            factors: vec![1.0; scenario.traffic.len()],
            publisher,
            journal,
            end,
            halt: halt_at.map(|at| (at, options.pace)),
            auditor: None,
            held_back: Vec::new(),
            actions,
            asks: Vec::new(),
            gauges: Gauges::default(),
            scenario,
        };
        if let Some(ask) = &options.study {
            engine.recorder.study(ask.clone());
        }
        if engine.scenario.mode == Mode::Live {
            engine.recorder.knows_operations(&engine.world.operations());
        }
        if engine.publisher.has_watcher() {
            engine.recorder.watch();
        }
        engine.begin();
        Ok(engine)
    }

    fn begin(&mut self) {
        self.settle(Time::ZERO);
        let recorded = |entry: &Entry| match entry.by {
            By::Person | By::Cli | By::Timeline => true,
            // What the engine found out is given again, so that a replay sees the same load.
            By::Nature => false,
            By::Policy => matches!(entry.command, Command::SetCapacity { .. }) && self.scenario.mode == Mode::Live,
        };
        for entry in self.scenario.timeline.iter().filter(|entry| recorded(entry)) {
            self.queue.push(entry.at, Due::Entry(Box::new(entry.clone())));
        }
        self.queue.push(Time::ZERO + self.recorder.tick_span(), Due::Tick);
        self.begin_faults();
        self.begin_load();
    }

    /// Runs to the end.
    pub(super) fn run(mut self, inbox: &Inbox<Message>) -> Finished {
        // What a viewer has not seen yet. While everything stands still, nothing new is shown to it.
        let mut unseen = true;
        loop {
            let next = self.queue.next_at();
            let until = self.until();
            if next.unwrap_or(Time::NEVER) > until && self.clock.reaches(until) {
                let Some((_, pace)) = self.halt.take() else { break };
                // First still, then the pace: the clock must not go on in between.
                self.serve(Request::Pause);
                self.serve(Request::Pace(pace));
                continue;
            }
            let wake = self.clock.wait(next.map(|at| at.min(until)), inbox);
            unseen |= !(self.clock.is_paused() && matches!(wake, Wake::Idle));
            match wake {
                Wake::At(now) => self.step(now.min(until)),
                Wake::Free => self.stretch(),
                Wake::Message(Message::Worker(done)) => self.thread_finished(done),
                Wake::Message(Message::Request(Request::Stop)) | Wake::Stop => break,
                Wake::Message(Message::Request(request)) => self.serve(request),
                Wake::Idle => {}
            }
            if self.publisher.has_viewer() && self.clock.publish_due() {
                let pending = self.pending_chunks();
                self.world.poll();
                if unseen || self.pending_chunks() != pending {
                    self.publish();
                }
                unseen = false;
            }
        }
        self.finish(inbox)
    }

    /// Everything that is due, each at its own time: modelled machines do not wait for an engine that is late.
    pub(super) fn step(&mut self, now: Time) {
        while let Some((at, due)) = self.queue.pop_until(now) {
            self.happen(at, due);
        }
    }

    /// What is due next, and next, at its own time, until it is time to look up.
    fn stretch(&mut self) {
        let until = self.until();
        for _ in 0..STEPS_PER_LOOK {
            let Some((at, due)) = self.queue.pop_until(until) else { return };
            self.clock.jump(at);
            self.happen(at, due);
        }
    }

    /// Nothing after this happens now.
    fn until(&self) -> Time {
        self.halt.map_or(self.end, |(at, _)| at)
    }

    #[inline]
    fn happen(&mut self, at: Time, due: Due) {
        match due {
            // Nothing more is ordered or given back while everything is to come to its end.
            Due::Event(
                Event::TimerFired(Timer::Scale(_) | Timer::Sweep(_))
                | Event::PreemptionNotice(_)
                | Event::WorkerPreempted(_),
            ) if self.is_draining() => {}
            Due::Event(event) => {
                if self.world.still_happens(at, &event, &mut self.queue) {
                    self.feed(at, &event);
                }
            }
            Due::Arrival(_) | Due::Entry(_) | Due::Strike(..) | Due::Tick if self.is_draining() => {}
            Due::Arrival(tick) => {
                if let Some(arrival) = self.traffic.arrive(at, tick, &mut self.queue) {
                    self.recorder.in_orbit(at, self.traffic.in_orbit());
                    self.feed(at, &Event::JobArrived(arrival));
                }
            }
            Due::Entry(entry) => self.apply(at, *entry),
            Due::Repair(worker, id) => self.repair(at, worker, id),
            Due::Strike(ix, before) => self.strike(at, ix, before),
            Due::Tick => self.tick(at),
            Due::ProbeEnds => self.end_probe(at),
        }
    }

    fn is_draining(&self) -> bool {
        self.auditor.is_some_and(|auditor| auditor.is_draining)
    }

    /// Tells the cluster something, and carries out all that follows from it at this instant.
    #[inline]
    pub(super) fn feed(&mut self, now: Time, event: &Event) {
        self.tell(now, event);
        self.settle(now);
    }

    #[inline]
    fn tell(&mut self, now: Time, event: &Event) {
        self.journal.event(now, event);
        self.cluster.handle(now, event, &mut self.actions);
        if self.auditor.is_some() {
            self.look(now);
        }
    }

    /// Carries out what the cluster asks for, in order, and tells it what follows at once, until nothing follows.
    #[inline]
    fn settle(&mut self, now: Time) {
        while !self.actions.asks.is_empty() {
            std::mem::swap(&mut self.actions.asks, &mut self.asks);
            for next in 0..self.asks.len() {
                if let Some(event) = self.world.carry_out(now, &self.asks[next], &mut self.queue) {
                    self.tell(now, &event);
                }
            }
            self.asks.clear();
        }
        self.take_facts(now);
    }

    #[inline]
    fn take_facts(&mut self, now: Time) {
        for fact in &self.actions.facts {
            self.recorder.fact(now, fact);
            self.journal.fact(now, fact);
            if let Fact::JobEnded { source, serial, key, intended, outcome, .. } = *fact {
                let how = if outcome == Outcome::Shed { Parting::Refused } else { Parting::Served };
                self.traffic.job_ended(now, &Departure { source, serial, key, intended, how }, &mut self.queue);
                self.recorder.in_orbit(now, self.traffic.in_orbit());
            }
        }
        self.actions.facts.clear();
    }

    /// Changes what the sources do next.
    pub(super) fn with_traffic(&mut self, change: impl FnOnce(&mut Traffic, &mut Queue)) {
        change(&mut self.traffic, &mut self.queue);
    }

    /// Changes something in the world.
    pub(super) fn with_world(&mut self, now: Time, change: impl FnOnce(&mut World, &mut Queue)) {
        change(&mut self.world, &mut self.queue);
        self.settle(now);
    }

    /// A thread has finished; its clock readings become run time.
    fn thread_finished(&mut self, done: FromThread) {
        let (began, ended) = (self.clock.run_time(done.began_nanos), self.clock.run_time(done.ended_nanos));
        if self.clock.is_paused() {
            self.held_back.push((done, began, ended));
        } else {
            self.take_in(done, began, ended);
        }
    }

    fn take_in(&mut self, done: FromThread, began: Time, ended: Time) {
        let now = self.clock.now().min(self.end);
        // Time never runs backwards: what was due before goes first.
        self.step(now);
        let event = self.world.thread_finished(done, began, ended);
        self.feed(now, &event);
    }

    fn tick(&mut self, at: Time) {
        self.with_gauges(at, self.recorder.looks_at_machines(), |recorder, gauges| recorder.tick(at, gauges));
        self.journal.tick(at, &self.recorder);
        self.queue.push(at + self.recorder.tick_span(), Due::Tick);
    }

    /// Reads what the recorder is to be told of the control plane, each machine too or only sums over them.
    pub(super) fn with_gauges<R>(
        &mut self,
        now: Time,
        each_machine: bool,
        read: impl FnOnce(&mut Recorder, &Gauges) -> R,
    ) -> R {
        let Gauges { workers, waiting_at_machines, waiting_in_pools, busy_area } = &mut self.gauges;
        workers.clear();
        if each_machine {
            workers.extend(self.cluster.gauges(now));
        }
        waiting_in_pools.clear();
        let pools = (0..self.scenario.pools.len()).map(|ix| PoolId(ix as u16));
        waiting_in_pools.extend(pools.map(|pool| self.cluster.waiting_in_pool(pool)));
        (*waiting_at_machines, *busy_area) = (self.cluster.waiting_at_machines(), self.cluster.busy_area(now));
        read(&mut self.recorder, &self.gauges)
    }

    /// Carries out what a viewer asks for.
    pub(super) fn serve(&mut self, request: Request) {
        match request {
            // The next instant: nothing else has happened there yet.
            Request::Command(command) => {
                let at = self.clock.now().max(self.latest()) + Span(1);
                self.queue.push(at, Due::Entry(Box::new(Entry { at, command, by: By::Person })));
                if self.clock.is_paused() {
                    // A knob turned while everything stands still takes effect at once.
                    self.step(at);
                }
            }
            Request::Pause => {
                self.clock.pause();
                self.state = RunState::Paused;
            }
            Request::Resume => {
                self.clock.resume();
                self.state = RunState::Running;
                for (done, began, ended) in std::mem::take(&mut self.held_back) {
                    self.take_in(done, began, ended);
                }
            }
            Request::Pace(pace) if self.scenario.mode == Mode::Simulate => self.clock.set_pace(pace),
            Request::Pace(_) | Request::Stop => {}
        }
        self.publish();
    }

    /// The last instant at which something changed.
    fn latest(&self) -> Time {
        self.timeline.last().map_or(Time::ZERO, |entry| entry.at)
    }

    pub(super) fn record(&mut self, entry: Entry) {
        Arc::make_mut(&mut self.timeline).push(entry);
        self.journal.timeline(&self.timeline);
    }

    fn finish(mut self, inbox: &Inbox<Message>) -> Finished {
        self.clock.pause();
        let end = self.clock.now().max(self.latest()).min(self.end);
        if self.scenario.mode == Mode::Simulate {
            // Stopped between two looks: what was due by now has happened, as it will in a replay.
            self.step(end);
        }
        let waited_secs = self.world.threads_waited_secs();
        self.world.stop_threads();
        while inbox.try_take().is_ok() {}
        self.state = RunState::Finishing;
        self.publish();
        let publisher = self.publisher.clone();
        self.world.finish_pending(|pending| publisher.pending(pending));
        self.with_gauges(end, true, |recorder, gauges| recorder.close(end, gauges));
        let summary = self.recorder.summary(&RunFacts {
            end,
            seed: self.scenario.seed,
            totals: self.cluster.totals(),
            in_progress: self.cluster.core_time_in_progress(end),
            capacity: self.capacity,
            bounds: &self.bounds,
            caches: &self.cluster.cache_uses(),
            answers: &self.answers(),
            waited_secs,
        });
        let study = self.recorder.studied(end);
        self.cluster.check();
        self.state = RunState::Finished;
        let snapshot = self.publish();
        let written = self.journal.close(&summary, &self.timeline, end);
        Finished { summary, timeline: self.timeline, snapshot, study, written }
    }
}

/// Runs a simulated scenario to its end on this thread, as fast as possible, with nobody watching.
///
/// # Errors
/// When the scenario is live: that needs threads and a [`Handle`](super::handle::Handle).
pub fn simulate(scenario: Arc<Scenario>) -> Result<Finished, EngineError> {
    simulate_studied(scenario, None)
}

/// The same, with a closer look where one is asked for.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_studied(scenario: Arc<Scenario>, study: Option<StudyAsk>) -> Result<Finished, EngineError> {
    if scenario.mode == Mode::Live {
        return Err(EngineError::new("a live scenario cannot be simulated: set its mode to Simulate"));
    }
    let (_outbox, inbox) = inbox(1);
    let options = Options { pace: Pace::AsFastAsPossible, study, ..Options::default() };
    let engine = Engine::new(scenario, &options, Publisher::nobody(), Journal::nowhere(), |_, _| {})?;
    Ok(engine.run(&inbox))
}
