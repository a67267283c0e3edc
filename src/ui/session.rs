//! What is open: the scenario, its run, what was turned, and what of it is not saved.
//!
//! The run is hidden behind [`Run`], so that tests feed pictures made by hand and read what was asked of the engine.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};

use super::history::{History, Turn};
use super::standing::Standing;
use super::text;
use super::twin::Beside;
use super::waker::Waker;
use crate::base::{Span, Time, os};
use crate::engine::handle::{Handle, Options, Pace, Request};
use crate::metrics::snapshot::{RunState, SeriesSet, Snapshot};
use crate::metrics::watch::WatchView;
use crate::scenario::{By, Command, Entry, Host, Mode, Scenario};

/// A scenario as it was read: what it says and the text it was said in.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What is to be run.
    pub scenario: Arc<Scenario>,
    /// The text of its file, which is never rewritten.
    pub source: String,
    /// Where that file stands, if anywhere.
    pub path: Option<PathBuf>,
}

/// How the first run of what is opened begins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beginning {
    /// The speed of the virtual clock, if one was asked for.
    pub pace: Option<Pace>,
    /// A simulated run gets here as fast as the processor allows, and goes on from here at its pace.
    pub from: Option<Time>,
}

/// What is open.
pub struct Session {
    opened: Opened,
    pub(super) run: Run,
    /// Other runs beside it.
    pub(super) beside: Beside,
    snapshot: Option<Arc<Snapshot>>,
    /// Commands that a snapshot may not show yet, and how many more snapshots they are waited for.
    pending: Vec<(Command, u32)>,
    history: History,
    pace: Pace,
    /// The run before this one, for comparison.
    before: Option<Arc<Snapshot>>,
    /// What a person did in the run before, while nothing was done in this one.
    done_before: Arc<Vec<Entry>>,
    /// Length of the timeline when it was saved last.
    saved: usize,
    /// Where the run is brought before it goes on at its pace.
    catching_up: Option<Time>,
    failure: Option<String>,
}

/// Where pictures come from and requests go.
pub enum Run {
    /// An engine.
    Engine(Handle),
    /// A picture made by hand; requests are written down.
    Fixed(Box<Fixed>),
    /// There is no run.
    None,
}

/// A picture made by hand.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The picture.
    pub snapshot: Arc<Snapshot>,
    /// Everything that was asked.
    pub sent: Vec<Request>,
    /// The mode of each start.
    pub starts: Vec<Mode>,
}

/// Snapshots after which a turn must show, or it was refused.
const SHOWN_AFTER: u32 = 3;
/// What happens to a pool that grows and shrinks by itself takes minutes: it is shown so many times as fast.
const SCALING_PACE: Pace = Pace::Times(30.0);
/// A run that is only stopped by hand cannot be simulated; it gets this end instead.
const SIMULATED_MAX: Span = Span::from_secs(600);

impl Session {
    /// Opens a scenario and starts it. A run that cannot start is shown as a failure.
    pub fn start(opened: Opened, pace: Pace, waker: &Waker) -> Self {
        Self::begin(opened, pace, Beginning::default(), waker)
    }

    /// The same, as it was asked for; `usual` is the pace where nothing was.
    pub fn begin(opened: Opened, usual: Pace, beginning: Beginning, waker: &Waker) -> Self {
        let mut session = Self::with(opened, Run::None);
        let scenario = &session.opened.scenario;
        let is_simulated = scenario.mode == Mode::Simulate;
        let scales = is_simulated && scenario.pools.iter().any(|pool| pool.scale.is_some());
        let ends_after = |from: Time| scenario.duration.is_none_or(|end| from < Time::ZERO + end);
        session.catching_up = beginning.from.filter(|from| is_simulated && ends_after(*from));
        session.pace = beginning.pace.unwrap_or(if scales { SCALING_PACE } else { usual });
        session.launch(waker);
        session
    }

    /// A session on a picture made by hand, without an engine.
    pub fn fixed(snapshot: Snapshot, source: &str) -> Self {
        let opened = Opened { scenario: Arc::clone(&snapshot.scenario), source: source.to_owned(), path: None };
        let snapshot = Arc::new(snapshot);
        let fixed = Fixed { snapshot: Arc::clone(&snapshot), sent: Vec::new(), starts: Vec::new() };
        let mut session = Self::with(opened, Run::Fixed(Box::new(fixed)));
        session.snapshot = Some(snapshot);
        session
    }

    fn with(opened: Opened, run: Run) -> Self {
        Self {
            opened,
            run,
            beside: Beside::default(),
            snapshot: None,
            pending: Vec::new(),
            history: History::default(),
            pace: Pace::Times(1.0),
            before: None,
            done_before: Arc::default(),
            saved: 0,
            catching_up: None,
            failure: None,
        }
    }

    /// Starts the run again, from the same scenario, in this mode. What is on the screen stays behind it in grey.
    pub fn restart(&mut self, mode: Mode, waker: &Waker) {
        if mode != self.opened.scenario.mode {
            let mut scenario = (*self.opened.scenario).clone();
            Self::set_mode(&mut scenario, mode);
            self.opened.scenario = Arc::new(scenario);
        }
        if self.is_dirty() {
            self.done_before = self.done();
        }
        (self.saved, self.history) = (0, History::default());
        self.pending.clear();
        (self.beside, self.catching_up) = (Beside::default(), None);
        self.before = self.snapshot.take().or_else(|| self.before.take());
        self.launch(waker);
    }

    fn launch(&mut self, waker: &Waker) {
        self.failure = None;
        if let Run::Fixed(fixed) = &mut self.run {
            let mut snapshot = (*fixed.snapshot).clone();
            snapshot.mode = self.opened.scenario.mode;
            fixed.snapshot = Arc::new(snapshot);
            fixed.starts.push(self.opened.scenario.mode);
            self.snapshot = Some(Arc::clone(&fixed.snapshot));
            return;
        }
        self.stop();
        let options = Options {
            pace: self.pace,
            halt_at: self.catching_up,
            out: None,
            waker: Some(waker.for_engine()),
            background: true,
            source: self.opened.source.clone(),
            ..Options::default()
        };
        match Handle::start(Arc::clone(&self.opened.scenario), options) {
            Ok(handle) => {
                self.snapshot = Some(handle.snapshot());
                self.run = Run::Engine(handle);
            }
            Err(err) => self.failure = Some(err.to_string()),
        }
    }

    /// Lets a scenario run live or simulated. What has no end of its own gets one when it is simulated.
    pub fn set_mode(scenario: &mut Scenario, mode: Mode) {
        scenario.mode = mode;
        if mode == Mode::Simulate {
            scenario.duration = scenario.duration.or(Some(SIMULATED_MAX));
        }
    }

    /// Ends the run without waiting for it: a thread of its own lets go of the handle, which may join the engine's. What
    /// is returned hears of the end.
    pub fn stop(&mut self) -> Option<Receiver<()>> {
        let Run::Engine(handle) = std::mem::replace(&mut self.run, Run::None) else { return None };
        handle.send(Request::Stop);
        let (sender, ended) = bounded(1);
        let stopping = move || {
            // What is left of the run is in its directory; here only its end matters.
            let _ = handle.join();
            let _ = sender.send(());
        };
        os::spawn("window-stop", stopping).ok().map(|_| ended)
    }

    /// Goes on with another run of what is open.
    pub(super) fn replace(&mut self, run: Run, snapshot: Arc<Snapshot>) {
        self.pending.clear();
        // What was turned after its beginning has not been turned here.
        self.history = History::default();
        (self.run, self.snapshot, self.before, self.catching_up) = (run, Some(snapshot), None, None);
    }

    /// Goes on with the same run, which was brought to the same instant once more.
    pub(super) fn go_on_with(&mut self, run: Run, snapshot: Arc<Snapshot>) {
        // It stands still because it was asked to, wherever it was to be brought before.
        (self.run, self.snapshot, self.catching_up) = (run, Some(snapshot), None);
    }

    /// Fetches the newest pictures; returns whether there is a new one.
    pub fn refresh(&mut self) -> bool {
        let is_new = self.refresh_twins();
        self.refresh_own() || is_new
    }

    fn refresh_own(&mut self) -> bool {
        let newest = match &self.run {
            Run::Engine(handle) => handle.snapshot(),
            Run::Fixed(fixed) => Arc::clone(&fixed.snapshot),
            Run::None => return false,
        };
        if self.snapshot.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, &newest)) {
            return false;
        }
        if let RunState::Failed(what) = &newest.state {
            self.failure = Some(what.clone());
        }
        let has_caught_up = newest.state == RunState::Paused && self.catching_up.take().is_some();
        self.snapshot = Some(newest);
        if has_caught_up {
            self.send(Request::Resume);
        }
        self.pending.retain_mut(|(_, snapshots_left)| {
            *snapshots_left = snapshots_left.saturating_sub(1);
            *snapshots_left > 0
        });
        true
    }

    /// Turns knobs as one step that can be undone, or further within the step before.
    ///
    /// # Errors
    /// In a sentence, when one of them cannot be turned that way; then none is.
    pub fn turn(&mut self, commands: Vec<Command>, turn: Turn, host: &Host) -> Result<(), String> {
        let standing = self.standing();
        let counts: Vec<Vec<u32>> =
            standing.pools.iter().map(|pool| pool.groups.iter().map(|(count, _)| *count).collect()).collect();
        if let Some(why) = commands.iter().find_map(|command| self.opened.scenario.refusal(command, &counts, host)) {
            return Err(why);
        }
        let back: Option<Vec<_>> = commands.iter().rev().map(|command| standing.inverse(command)).collect();
        self.send_all(&commands);
        self.history.push(commands, back.unwrap_or_default(), turn);
        Ok(())
    }

    /// Takes the last turn back.
    pub fn undo(&mut self) {
        if let Some(commands) = self.history.undo() {
            self.send_all(&commands);
        }
    }

    /// Turns again what was taken back.
    pub fn redo(&mut self) {
        if let Some(commands) = self.history.redo() {
            self.send_all(&commands);
        }
    }

    fn send_all(&mut self, commands: &[Command]) {
        for command in commands {
            self.send(Request::Command(command.clone()));
            self.pending.retain(|(asked, _)| !asked.is_same_knob(command));
            self.pending.push((command.clone(), SHOWN_AFTER));
        }
    }

    /// Pauses or resumes.
    pub fn toggle_pause(&mut self) {
        match self.snapshot.as_ref().map(|snapshot| &snapshot.state) {
            Some(RunState::Paused) => self.send_both(Request::Resume),
            Some(RunState::Probing { .. } | RunState::Running) => self.send_both(Request::Pause),
            _ => {}
        }
    }

    /// Another speed of the virtual clock, for this run and those after it.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
        self.send_both(Request::Pace(pace));
    }

    fn send_both(&mut self, request: Request) {
        self.send_twins(&request);
        self.send(request);
    }

    fn send(&mut self, request: Request) {
        match &mut self.run {
            Run::Engine(handle) => {
                let heard = handle.send(request);
                let is_finished = handle.is_finished();
                // It may have ended since the last picture.
                self.refresh();
                if !heard && self.failure.is_none() && !self.is_over() {
                    let what = if is_finished { text::RUN_IS_GONE } else { text::RUN_IS_BUSY };
                    self.failure = Some(what.to_owned());
                }
            }
            Run::Fixed(fixed) => fixed.sent.push(request),
            Run::None => {}
        }
    }

    /// What the knobs stand at, what was just asked for included.
    pub fn standing(&self) -> Standing {
        let mut standing = self.snapshot.as_deref().map(Standing::of).unwrap_or_default();
        for (command, _) in &self.pending {
            standing.apply(command);
        }
        standing
    }

    /// Everything that changed in this run (or in the one before, while nothing was done in this one).
    fn done(&self) -> Arc<Vec<Entry>> {
        let here = self.snapshot.as_ref().map(|snapshot| Arc::clone(&snapshot.timeline)).unwrap_or_default();
        if by_person(&here) == 0 && by_person(&self.done_before) > 0 { Arc::clone(&self.done_before) } else { here }
    }

    /// What a file that holds this run has as its timeline: what was done, then what the scenario still had ahead.
    pub fn timeline(&self) -> Vec<Entry> {
        let at = self.snapshot.as_ref().map(|snapshot| snapshot.at).unwrap_or_default();
        let ahead = self.opened.scenario.timeline.iter().filter(|entry| entry.at > at);
        self.done().iter().chain(ahead).cloned().collect()
    }

    /// How many changes a person made that no file holds.
    pub fn unsaved(&self) -> usize {
        self.by_hand(&self.done()).saturating_sub(self.saved)
    }

    /// How many of these a person did by hand: what the file has ahead was done before.
    fn by_hand(&self, done: &[Entry]) -> usize {
        let written = &self.opened.scenario.timeline;
        let is_written = |entry: &&Entry| {
            let first = written.partition_point(|own| own.at < entry.at);
            written[first..].iter().take_while(|own| own.at == entry.at).any(|own| own.command == entry.command)
        };
        done.iter().filter(|entry| entry.by == By::Person).filter(|entry| !is_written(entry)).count()
    }

    /// Whether a person made changes that no file holds.
    pub fn is_dirty(&self) -> bool {
        self.unsaved() > 0
    }

    /// Everything done so far is in a file now.
    pub fn set_saved(&mut self, path: PathBuf) {
        self.saved = self.by_hand(&self.done());
        self.opened.path = Some(path);
    }

    /// Whether the run has ended, for better or worse.
    pub fn is_over(&self) -> bool {
        let state = self.snapshot.as_ref().map(|snapshot| &snapshot.state);
        matches!(state, None | Some(RunState::Finished | RunState::Failed(_)))
    }

    /// Whether a knob was turned that no picture has shown yet.
    pub fn is_awaited(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether pictures change by themselves.
    pub fn is_moving(&self) -> bool {
        let state = self.snapshot.as_ref().map(|snapshot| &snapshot.state);
        matches!(state, Some(RunState::Probing { .. } | RunState::Running | RunState::Finishing))
            || self.is_beside_moving()
    }

    /// What is open.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The newest picture.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// What only pictures show of it.
    pub fn watch_before(&self) -> Option<&WatchView> {
        self.behind().map(|snapshot| &snapshot.watch)
    }

    /// Series of the first run beside, or else of the run before this one.
    pub fn series_before(&self) -> Option<&SeriesSet> {
        self.behind().map(|snapshot| &snapshot.series)
    }

    /// What lies behind this run in grey.
    fn behind(&self) -> Option<&Snapshot> {
        self.twins().first().map(|twin| &*twin.snapshot).or(self.before.as_deref())
    }

    /// Turns that can be taken back.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The speed of the virtual clock, as asked for.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// Why there is no run, or why it broke off.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The picture made by hand and what was asked of it, in tests.
    pub fn fixed_run(&mut self) -> Option<&mut Fixed> {
        match &mut self.run {
            Run::Fixed(fixed) => Some(fixed),
            _ => None,
        }
    }
}

fn by_person(timeline: &[Entry]) -> usize {
    timeline.iter().filter(|entry| entry.by == By::Person).count()
}
