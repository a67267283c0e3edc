//! Another future of the same run: it stands beside the one that knobs turn, as it was when the two were parted.
//!
//! A simulated run is a function of its scenario, its seed and what was done to it, so a fork is the same run twice, brought to the
//! instant again as fast as the processor allows; both stand still there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::session::{Fixed, Run, Session};
use super::text;
use super::waker::Waker;
use crate::base::{Time, os};
use crate::engine::handle::{Handle, Options, Request};
use crate::experiment::figures::Figure;
use crate::experiment::twins::{Twins, compare_until};
use crate::metrics::snapshot::{Mode, RunState, Snapshot};
use crate::scenario::{Entry, Scenario};

/// The run that goes on as it was.
pub(crate) struct Twin {
    pub(super) run: Run,
    pub(super) snapshot: Arc<Snapshot>,
    /// When the two were parted.
    pub(super) parted: Time,
    /// What it runs: the scenario with everything that was done until then.
    scenario: Arc<Scenario>,
    pub(super) comparison: Comparison,
    /// Ends a comparison that nobody waits for any more.
    stop: Arc<AtomicBool>,
}

/// What replications of both say.
#[derive(Debug)]
pub(crate) enum Comparison {
    /// Nobody asked.
    None,
    /// They are being made.
    Working(Receiver<Result<Twins, String>>),
    /// They are there, or why they are not.
    Done(Result<Twins, String>),
}

/// Pairs of replications.
const PAIRS: u64 = 12;

impl Drop for Twin {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Session {
    /// Parts the run at an instant that it has passed: both futures begin there and stand still.
    ///
    /// # Errors
    /// In a sentence, when it cannot be parted.
    pub fn fork(&mut self, at: Time, waker: &Waker) -> Result<(), String> {
        let Some(snapshot) = self.snapshot().cloned() else { return Err(text::NOTHING_RUNS.to_owned()) };
        if snapshot.mode == Mode::Live {
            return Err(text::FORK_LIVE.to_owned());
        }
        let at = at.min(snapshot.at);
        let end = self.opened().scenario.duration;
        if end.is_some_and(|end| at >= Time::ZERO + end) {
            return Err(text::FORK_AT_END.to_owned());
        }
        let scenario = Scenario { timeline: self.timeline_until(at), ..(*self.opened().scenario).clone() };
        let scenario = Arc::new(scenario);
        let (run, shown) = self.part(&scenario, at, waker)?;
        let (mine, own) = self.part(&scenario, at, waker)?;
        self.stop();
        self.replace(mine, own);
        let (comparison, stop) = (Comparison::None, Arc::default());
        self.twin = Some(Box::new(Twin { run, snapshot: shown, parted: at, scenario, comparison, stop }));
        Ok(())
    }

    /// Starts one of the futures.
    fn part(&self, scenario: &Arc<Scenario>, at: Time, waker: &Waker) -> Result<(Run, Arc<Snapshot>), String> {
        if let Run::Fixed(fixed) = &self.run {
            let copy = Fixed { sent: Vec::new(), ..(**fixed).clone() };
            let snapshot = Arc::clone(&copy.snapshot);
            return Ok((Run::Fixed(Box::new(copy)), snapshot));
        }
        let options = Options {
            pace: self.pace(),
            halt_at: Some(at),
            waker: Some(waker.for_engine()),
            source: self.opened().source.clone(),
            ..Options::default()
        };
        let handle = Handle::start(Arc::clone(scenario), options).map_err(|err| err.to_string())?;
        let snapshot = handle.snapshot();
        Ok((Run::Engine(handle), snapshot))
    }

    /// What was done until an instant, then what the scenario has ahead of it.
    fn timeline_until(&self, at: Time) -> Vec<Entry> {
        let done = self.snapshot().map(|snapshot| Arc::clone(&snapshot.timeline)).unwrap_or_default();
        let before = done.iter().filter(|entry| entry.at <= at).cloned();
        let ahead = self.opened().scenario.timeline.iter().filter(|entry| entry.at > at).cloned();
        before.chain(ahead).collect()
    }

    /// Lets go of the other future.
    pub fn end_fork(&mut self) {
        self.twin = None;
    }

    /// The other future, if there is one.
    pub(crate) fn twin(&self) -> Option<&Twin> {
        self.twin.as_deref()
    }

    /// Fetches what is new of the other future; returns whether anything is.
    pub(super) fn refresh_twin(&mut self) -> bool {
        let Some(twin) = &mut self.twin else { return false };
        let mut is_new = false;
        if let Comparison::Working(coming) = &twin.comparison {
            let came = match coming.try_recv() {
                Ok(came) => Some(came),
                Err(TryRecvError::Disconnected) => Some(Err(text::COMPARE_BROKE.to_owned())),
                Err(TryRecvError::Empty) => None,
            };
            if let Some(came) = came {
                (twin.comparison, is_new) = (Comparison::Done(came), true);
            }
        }
        let newest = match &twin.run {
            Run::Engine(handle) => handle.snapshot(),
            Run::Fixed(fixed) => Arc::clone(&fixed.snapshot),
            Run::None => return is_new,
        };
        is_new |= !Arc::ptr_eq(&twin.snapshot, &newest);
        twin.snapshot = newest;
        is_new
    }

    /// Asks the same of the other future: both stand still together, and go at one pace.
    pub(super) fn send_twin(&mut self, request: &Request) {
        let Some(twin) = &mut self.twin else { return };
        match &mut twin.run {
            // One that is over need not hear it.
            Run::Engine(handle) => _ = handle.send(request.clone()),
            Run::Fixed(fixed) => fixed.sent.push(request.clone()),
            Run::None => {}
        }
    }

    /// Replicates both futures on the same luck, beside the window, to say how sure the difference is.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn compare_futures(&mut self) -> Result<(), String> {
        let timeline = self.timeline();
        let second = Scenario { timeline, ..(*self.opened().scenario).clone() };
        let Some(twin) = &mut self.twin else { return Ok(()) };
        let (sender, coming) = bounded(1);
        let (first, stop) = (Arc::clone(&twin.scenario), Arc::clone(&twin.stop));
        let work = move || {
            let twins = compare_until(&first, &second, PAIRS, Figure::P99, &stop).map_err(|err| err.to_string());
            // Who asked may be gone.
            _ = sender.send(twins);
        };
        os::spawn("window-compare", work).map_err(|err| text::no_thread(&err.to_string()))?;
        twin.comparison = Comparison::Working(coming);
        Ok(())
    }
}

impl Twin {
    /// Whether it still brings something new.
    pub(super) fn is_moving(&self) -> bool {
        matches!(self.comparison, Comparison::Working(_))
            || matches!(self.snapshot.state, RunState::Running | RunState::Finishing)
    }
}
