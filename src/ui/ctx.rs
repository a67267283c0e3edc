//! What every part of the window is handed: what to show, how it looks, and where wishes go.

use std::cell::RefCell;

use super::command::UiCommand;
use super::one_machine::OneMachine;
use super::plots::export::Exports;
use super::shell::Shown;
use super::standing::Standing;
use super::time_range::{TimeChange, TimeRange};
use super::tokens::{Contrast, Motion, Palette, Sizes};
use super::twin::{Comparison, Twin};
use crate::analysis::verdict::Verdict;
use crate::base::{Provenance, WorkerId};
use crate::engine::handle::Pace;
use crate::metrics::snapshot::{Mode, RunState, SeriesSet, Snapshot, WorkerState};
use crate::metrics::watch::WatchView;
use crate::scenario::Command;

/// What every part of the window is handed.
pub(crate) struct Ctx<'a> {
    /// What to show.
    pub(crate) snapshot: &'a Snapshot,
    /// Series of the run before, drawn in grey.
    pub(crate) before: Option<&'a SeriesSet>,
    /// What only pictures show of it.
    pub(crate) watch_before: Option<&'a WatchView>,
    /// Other runs beside it, and how sure the differences are.
    pub(crate) twins: &'a [Twin],
    pub(crate) comparison: &'a Comparison,
    /// The machine that was picked, if one was.
    pub(crate) focus: Option<WorkerId>,
    /// What is told of it alone.
    pub(crate) one: Option<&'a OneMachine>,
    /// What it means.
    pub(crate) verdict: &'a Verdict,
    /// What the knobs stand at.
    pub(crate) standing: &'a Standing,
    /// The stretch of time that is looked at.
    pub(crate) time: &'a TimeRange,
    /// Colours.
    pub(crate) palette: &'a Palette,
    /// How strong they are.
    pub(crate) contrast: Contrast,
    /// Sizes.
    pub(crate) size: &'a Sizes,
    /// Whether what is only pleasant may move.
    pub(crate) motion: Motion,
    /// How the window is arranged, and what is on.
    pub(crate) shell: Shown<'a>,
    /// What the bars show of the session.
    pub(crate) chrome: Chrome<'a>,
    /// What is taken out of the views.
    pub(crate) exports: &'a Exports,
    /// Where wishes go.
    pub(crate) wishes: &'a RefCell<Vec<UiCommand>>,
}

/// What the bars show of the session.
#[derive(Clone, Copy)]
pub(crate) struct Chrome<'a> {
    pub(crate) pace: Pace,
    pub(crate) can_undo: bool,
    pub(crate) can_redo: bool,
    /// Changes by a person that no file holds.
    pub(crate) unsaved: usize,
    /// Name of the open file, if it has one.
    pub(crate) file: Option<&'a str>,
    /// Runs that were kept from this window.
    pub(crate) runs_kept: u64,
    /// What the window takes of one core, if that is known yet.
    pub(crate) window_share: Option<f64>,
}

impl Ctx<'_> {
    /// Asks for something; it is done before the next frame.
    pub(crate) fn ask(&self, wish: UiCommand) {
        self.wishes.borrow_mut().push(wish);
    }

    /// Turns one knob.
    pub(crate) fn turn(&self, command: Command) {
        self.ask(UiCommand::Turn(vec![command]));
    }

    /// Looks at another stretch of time.
    pub(crate) fn look(&self, change: TimeChange) {
        self.ask(UiCommand::Time(change));
    }

    /// What the curves in grey are of.
    pub(crate) fn behind(&self) -> &str {
        match self.twins.first() {
            Some(twin) => twin.name(),
            None => super::text::BEFORE,
        }
    }

    /// Whether the clock of the run moves.
    pub(crate) fn is_moving(&self) -> bool {
        matches!(self.snapshot.state, RunState::Probing { .. } | RunState::Running)
    }

    /// What kind of knowledge the rates and latencies of this run are.
    pub(crate) fn provenance(&self) -> &'static str {
        let has = |provenance| {
            let mut serving = self.snapshot.workers.iter().filter(|worker| worker.state == WorkerState::Ready);
            serving.any(|worker| worker.provenance == provenance)
        };
        match (self.snapshot.mode, has(Provenance::Measured), has(Provenance::Modelled)) {
            (Mode::Simulate, ..) | (Mode::Live, false, true) => Provenance::Modelled.word(),
            (Mode::Live, true, true) => super::text::MEASURED_AND_MODELLED,
            (Mode::Live, ..) => Provenance::Measured.word(),
        }
    }
}
