//! Other runs beside the one that knobs turn: as it was at an instant, or another strategy from its start.
//!
//! A simulated run is a function of its scenario, its seed and what was done to it, so another future is the same run once more, brought
//! to the instant again as fast as the processor allows; all of them stand still there, and go on together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::session::{Fixed, Run, Session};
use super::text;
use super::waker::Waker;
use crate::base::{Time, os};
use crate::engine::handle::{Handle, Options, Pace, Request};
use crate::experiment::figures::Figure;
use crate::experiment::twins::{Twins, compare_until};
use crate::metrics::snapshot::{Mode, RunState, Snapshot};
use crate::scenario::{self, Entry, Host, Scenario};

/// A run beside the one that knobs turn.
pub(crate) struct Twin {
    run: Run,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) is: TwinOf,
    /// What it runs.
    scenario: Arc<Scenario>,
}

/// What a run beside the other is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TwinOf {
    /// The run as it was, parted from it at this instant.
    AsItWas(Time),
    /// A twin of the scenario by its name, from the start, and what is different about it.
    Strategy(String, String),
    /// The scenario as its file has it, without what a person did.
    AsOpened,
}

/// The runs beside, and how sure the differences are.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) twins: Vec<Twin>,
    pub(super) comparison: Comparison,
    /// Ends a comparison that nobody waits for any more.
    stop: Arc<AtomicBool>,
}

/// What replications say of each run beside and the one that knobs turn, in the order of the twins.
#[derive(Debug, Default)]
pub(crate) enum Comparison {
    /// Nobody asked.
    #[default]
    None,
    /// They are being made.
    Working(Receiver<Result<Vec<Twins>, String>>),
    /// They are there, or why they are not.
    Done(Result<Vec<Twins>, String>),
}

/// Pairs of replications.
const PAIRS: u64 = 12;
/// Runs beside the one that knobs turn, at most: each is a simulation of its own, and has a colour of its own.
pub(crate) const TWINS_MAX: usize = 3;

impl Twin {
    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        match &self.is {
            TwinOf::AsItWas(_) => text::AS_IT_WAS,
            TwinOf::Strategy(_, title) => title,
            TwinOf::AsOpened => text::AS_OPENED,
        }
    }
}

impl Beside {
    fn forget_comparison(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        (self.comparison, self.stop) = (Comparison::None, Arc::default());
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Session {
    /// Parts the run at an instant that it has passed: both futures begin there and stand still, and so does what stands beside them.
    ///
    /// # Errors
    /// In a sentence, when it cannot be parted.
    pub fn fork(&mut self, at: Time, waker: &Waker) -> Result<(), String> {
        let snapshot = self.comparable()?;
        let at = at.min(snapshot.at);
        let end = self.opened().scenario.duration;
        if end.is_some_and(|end| at >= Time::ZERO + end) {
            return Err(text::FORK_AT_END.to_owned());
        }
        let scenario = Arc::new(self.as_it_runs(at));
        // Another instant than that of before: what was parted then is another past.
        self.beside.twins.retain(|twin| !matches!(twin.is, TwinOf::AsItWas(_)));
        self.lay_beside(TwinOf::AsItWas(at), &scenario, at, waker)?;
        let (run, shown) = self.part(&scenario, at, waker)?;
        self.stop();
        self.replace(run, shown);
        Ok(())
    }

    /// Lays a twin that the scenario names beside the run, or the scenario as its file has it, from its start to where the run is now.
    /// Both stand still there.
    ///
    /// # Errors
    /// In a sentence, when there is no such twin or no room for it.
    pub fn lay_strategy_beside(&mut self, name: Option<&str>, host: &Host, waker: &Waker) -> Result<(), String> {
        let snapshot = self.comparable()?;
        let opened = self.opened();
        let (is, scenario) = match name {
            None => (TwinOf::AsOpened, Arc::clone(&opened.scenario)),
            Some(name) => {
                let twin = opened.scenario.twins.iter().find(|twin| twin.name == name);
                let twin = twin.ok_or_else(|| text::no_such_twin(name))?.clone();
                let made = scenario::set(&opened.source, &twin.set, &twin.name, host);
                let (_, mut scenario) = made.map_err(|errors| errors.to_string())?;
                scenario.seed = opened.scenario.seed;
                Self::set_mode(&mut scenario, Mode::Simulate);
                scenario.duration = opened.scenario.duration;
                (TwinOf::Strategy(twin.name, twin.title), Arc::new(scenario))
            }
        };
        if self.twins().iter().any(|twin| twin.is == is) {
            return Ok(());
        }
        if !self.is_over() {
            // It is brought to where it is now once more, since it goes on while it is asked to stand still.
            let own = Arc::new(self.as_it_runs(snapshot.at));
            let (run, shown) = self.part(&own, snapshot.at, waker)?;
            self.lay_beside(is, &scenario, snapshot.at, waker)?;
            self.stop();
            self.go_on_with(run, shown);
            return Ok(());
        }
        self.lay_beside(is, &scenario, snapshot.at, waker)
    }

    /// The picture of a run beside which others can stand.
    fn comparable(&self) -> Result<Arc<Snapshot>, String> {
        let snapshot = self.snapshot().cloned().ok_or(text::NOTHING_RUNS)?;
        if snapshot.mode == Mode::Live { Err(text::FORK_LIVE.to_owned()) } else { Ok(snapshot) }
    }

    /// Brings another run to an instant, and with it those that stand beside already.
    fn lay_beside(&mut self, is: TwinOf, scenario: &Arc<Scenario>, at: Time, waker: &Waker) -> Result<(), String> {
        if self.beside.twins.len() >= TWINS_MAX {
            return Err(text::too_many_twins(TWINS_MAX));
        }
        let mut brought = Vec::with_capacity(self.beside.twins.len());
        for twin in &self.beside.twins {
            brought.push(self.part(&twin.scenario, at, waker)?);
        }
        let (run, snapshot) = self.part(scenario, at, waker)?;
        let before = self.beside.twins.iter_mut().zip(brought);
        before.for_each(|(twin, (run, snapshot))| (twin.run, twin.snapshot) = (run, snapshot));
        self.beside.twins.push(Twin { run, snapshot, is, scenario: Arc::clone(scenario) });
        self.beside.forget_comparison();
        Ok(())
    }

    /// Starts one of the futures; what is over at that instant runs to its end.
    fn part(&self, scenario: &Arc<Scenario>, at: Time, waker: &Waker) -> Result<(Run, Arc<Snapshot>), String> {
        if let Run::Fixed(fixed) = &self.run {
            let copy = Fixed { sent: Vec::new(), ..(**fixed).clone() };
            let snapshot = Arc::clone(&copy.snapshot);
            return Ok((Run::Fixed(Box::new(copy)), snapshot));
        }
        let is_over = scenario.duration.is_some_and(|end| at >= Time::ZERO + end);
        let options = Options {
            pace: if is_over { Pace::AsFastAsPossible } else { self.pace() },
            halt_at: Some(at),
            waker: Some(waker.for_engine()),
            source: self.opened().source.clone(),
            ..Options::default()
        };
        let handle = Handle::start(Arc::clone(scenario), options).map_err(|err| err.to_string())?;
        let snapshot = handle.snapshot();
        Ok((Run::Engine(handle), snapshot))
    }

    /// The scenario with what was done in this run until an instant, then what it has ahead.
    fn as_it_runs(&self, at: Time) -> Scenario {
        Scenario { timeline: self.timeline_until(at), ..(*self.opened().scenario).clone() }
    }

    /// What was done in this run until an instant, then what the scenario has ahead of it. Unlike what a file would hold, nothing of
    /// the run before is in it.
    pub(super) fn timeline_until(&self, at: Time) -> Vec<Entry> {
        let done = self.snapshot().map(|snapshot| Arc::clone(&snapshot.timeline)).unwrap_or_default();
        let before = done.iter().filter(|entry| entry.at <= at).cloned();
        let ahead = self.opened().scenario.timeline.iter().filter(|entry| entry.at > at).cloned();
        before.chain(ahead).collect()
    }

    /// Lets go of everything that stands beside.
    pub fn end_fork(&mut self) {
        self.beside = Beside::default();
    }

    /// What stands beside.
    pub(crate) fn twins(&self) -> &[Twin] {
        &self.beside.twins
    }

    /// How sure the differences are.
    pub(crate) fn comparison(&self) -> &Comparison {
        &self.beside.comparison
    }

    /// Fetches what is new of the others; returns whether anything is.
    pub(super) fn refresh_twins(&mut self) -> bool {
        let mut is_new = false;
        if let Comparison::Working(coming) = &self.beside.comparison {
            let came = match coming.try_recv() {
                Ok(came) => Some(came),
                Err(TryRecvError::Disconnected) => Some(Err(text::COMPARE_BROKE.to_owned())),
                Err(TryRecvError::Empty) => None,
            };
            if let Some(came) = came {
                (self.beside.comparison, is_new) = (Comparison::Done(came), true);
            }
        }
        for twin in &mut self.beside.twins {
            let newest = match &twin.run {
                Run::Engine(handle) => handle.snapshot(),
                Run::Fixed(fixed) => Arc::clone(&fixed.snapshot),
                Run::None => continue,
            };
            is_new |= !Arc::ptr_eq(&twin.snapshot, &newest);
            twin.snapshot = newest;
        }
        is_new
    }

    /// Asks the same of the others: all stand still together, and go at one pace.
    pub(super) fn send_twins(&mut self, request: &Request) {
        for twin in &mut self.beside.twins {
            match &mut twin.run {
                // One that is over need not hear it.
                Run::Engine(handle) => _ = handle.send(request.clone()),
                Run::Fixed(fixed) => fixed.sent.push(request.clone()),
                Run::None => {}
            }
        }
    }

    /// Replicates every run on the same luck, beside the window, to say how sure the differences are.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn compare_futures(&mut self) -> Result<(), String> {
        let own = self.as_it_runs(self.snapshot().map_or(Time::ZERO, |snapshot| snapshot.at));
        self.beside.forget_comparison();
        let others: Vec<_> = self.beside.twins.iter().map(|twin| Arc::clone(&twin.scenario)).collect();
        let (sender, coming) = bounded(1);
        let stop = Arc::clone(&self.beside.stop);
        let work = move || {
            let compared = others.iter().map(|other| compare_until(other, &own, PAIRS, Figure::P99, &stop));
            // Who asked may be gone.
            _ = sender.send(compared.collect::<Result<_, _>>().map_err(|err| err.to_string()));
        };
        os::spawn("window-compare", work).map_err(|err| text::no_thread(&err.to_string()))?;
        self.beside.comparison = Comparison::Working(coming);
        Ok(())
    }

    /// Whether anything beside still brings something new.
    pub(super) fn is_beside_moving(&self) -> bool {
        let is_moving = |twin: &Twin| matches!(twin.snapshot.state, RunState::Running | RunState::Finishing);
        matches!(self.beside.comparison, Comparison::Working(_)) || self.beside.twins.iter().any(is_moving)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::base::{SourceId, Span};
    use crate::scenario::{Command, bundled};
    use crate::ui::files::read_built_in;
    use crate::ui::history::Turn;

    /// Waits until every run stands still or is over.
    fn wait_still(session: &mut Session) {
        wait(session, |state| matches!(state, RunState::Paused | RunState::Finished));
    }

    fn wait_over(session: &mut Session) {
        wait(session, |state| *state == RunState::Finished);
    }

    fn wait(session: &mut Session, is_there: impl Fn(&RunState) -> bool) {
        for _ in 0..60_000 {
            session.refresh();
            let states = session.snapshot().into_iter().chain(session.twins().iter().map(|twin| &twin.snapshot));
            if states.map(|snapshot| &snapshot.state).all(&is_there) {
                return;
            }
            #[expect(clippy::disallowed_methods, reason = "a test that waits for threads")]
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("they never stood still");
    }

    #[test]
    fn a_strategy_beside_has_the_same_clock_and_is_the_run_that_it_is_alone() {
        let host = Host { cores: 2, cpu: String::new() };
        let found = bundled::ALL.iter().find(|scenario| scenario.name == "retry-storm").expect("it is built in");
        let opened = read_built_in(*found, None, &host).expect("a scenario");
        let waker = Waker::new(&eframe::egui::Context::default());
        let mut session = Session::start(opened, Pace::AsFastAsPossible, &waker);
        session.toggle_pause();
        wait_still(&mut session);
        let name = session.opened().scenario.twins[0].name.clone();
        session.lay_strategy_beside(Some(&name), &host, &waker).expect("it stands beside");
        wait_still(&mut session);
        session.lay_strategy_beside(None, &host, &waker).expect("and the file as well");
        wait_still(&mut session);
        let at = session.snapshot().expect("a picture").at;
        assert!(session.twins().iter().all(|twin| twin.snapshot.at == at), "one clock");
        session.fork(Time::ZERO + Span::from_secs(1), &waker).expect("a fork");
        wait_still(&mut session);
        assert_eq!(session.twins().len(), 3);
        assert_eq!(
            session.fork(Time::ZERO, &waker).map(|()| session.twins().len()),
            Ok(3),
            "the fork of before gave way"
        );
        wait_still(&mut session);
        session.toggle_pause();
        wait_over(&mut session);

        let (_, alone) =
            scenario::set(found.text, &session.opened().scenario.twins[0].set, "alone", &host).expect("a twin");
        let options = Options { pace: Pace::AsFastAsPossible, ..Options::default() };
        let finished = Handle::start(Arc::new(alone), options).expect("a run").join().expect("its end");
        let beside = &session.twins()[0].snapshot;
        assert_eq!(beside.totals.jobs, finished.summary.totals.jobs);
        let own = session.snapshot().expect("a picture");
        assert_eq!(own.totals.jobs, session.twins()[1].snapshot.totals.jobs, "nothing was changed");
        assert_eq!(own.totals.jobs, session.twins()[2].snapshot.totals.jobs);
    }

    #[test]
    fn what_was_done_before_a_restart_is_no_part_of_the_run_after_it() {
        let host = Host { cores: 2, cpu: String::new() };
        let found = bundled::ALL.iter().find(|scenario| scenario.name == "retry-storm").expect("it is built in");
        let opened = read_built_in(*found, None, &host).expect("a scenario");
        let waker = Waker::new(&eframe::egui::Context::default());
        let mut session = Session::start(opened, Pace::AsFastAsPossible, &waker);
        session.toggle_pause();
        wait_still(&mut session);
        let more = Command::SetTrafficFactor { source: SourceId(0), factor: 1.5 };
        session.turn(vec![more], Turn::New, &host).expect("it can be turned");
        session.toggle_pause();
        wait_over(&mut session);
        let turned = session.snapshot().expect("a picture").totals.jobs;
        assert_eq!(session.unsaved(), 1);
        session.restart(Mode::Simulate, &waker);
        session.toggle_pause();
        wait_still(&mut session);
        let at = session.snapshot().expect("a picture").at;
        assert!(session.timeline().len() > session.timeline_until(at).len(), "a file would hold it");
        session.lay_strategy_beside(None, &host, &waker).expect("it stands beside");
        wait_still(&mut session);
        session.toggle_pause();
        wait_over(&mut session);
        let own = session.snapshot().expect("a picture").totals.jobs;
        assert_eq!(own, session.twins()[0].snapshot.totals.jobs, "both are as the file has it");
        assert_ne!(own, turned);
    }
}
