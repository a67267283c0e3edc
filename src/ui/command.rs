//! What a person asks of the window. Collected while drawing, run in the next `logic`.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{Rect, ThemePreference};

use super::export::{Form, Over};
use super::frame::Rate;
use super::plots::Wanted;
use super::shell::ShellWish;
use super::time_range::TimeChange;
use crate::base::{Time, WorkerId};
use crate::engine::handle::Pace;
use crate::interop::figure::Figure;
use crate::scenario::{Command, Mode};

/// One wish.
#[derive(Clone, Debug, PartialEq)]
pub enum UiCommand {
    /// Turn knobs, as one step that can be undone.
    Turn(Vec<Command>),
    /// Turn the same knobs further, within the step before: a slider that is still dragged.
    TurnFurther(Vec<Command>),
    /// Take the last turn back.
    Undo,
    /// Turn again what was taken back.
    Redo,
    /// Stand still, or go on.
    TogglePause,
    /// Another speed of the virtual clock.
    SetPace(Pace),
    /// Live or simulated: starts the run again.
    SetMode(Mode),
    /// Start the run again.
    Restart,
    /// Look at another stretch of time.
    Time(TimeChange),
    /// Part the run at this instant: two futures that can be compared.
    Fork(Time),
    /// Let go of the other future.
    EndFork,
    /// Lay a twin that the scenario names beside the run, or the scenario as its file has it.
    LayBeside(Option<String>),
    /// Say how sure the difference between the futures is.
    CompareFutures,
    /// Look at one machine alone, or at all.
    Focus(Option<WorkerId>),
    /// Another theme.
    SetTheme(ThemePreference),
    /// Draw more or less often.
    SetRate(Rate),
    /// Show or hide something that lies over the window.
    Toggle(Overlay),
    /// Hide whatever lies over the window.
    CloseOverlay,
    /// Open this scenario file.
    Open(PathBuf),
    /// Open the built-in scenario of this name, or a twin of it.
    OpenBuiltIn {
        /// Its name.
        name: &'static str,
        /// That of the twin.
        twin: Option<String>,
    },
    /// Open the scenario of a run that is kept in this store, with what a sweep set for it.
    OpenKept {
        /// The file of the store.
        store: PathBuf,
        /// The name of the run.
        run: String,
    },
    /// Keep what the run came to so far in this store, or in that which all commands use.
    KeepRun(Option<PathBuf>),
    /// Save the scenario, with everything done as its timeline, to this new file.
    Save(PathBuf, Over),
    /// Ask the system for a file.
    Browse(Overlay),
    /// Take what a plot shows out of it.
    Export(Export),
    /// Open what was dropped onto the window.
    OpenDropped(PathBuf),
    /// This, although changes are in no file.
    Anyway(Box<UiCommand>),
    /// Bring the unsaved changes of before back.
    Restore,
    /// Forget the unsaved changes of before.
    Discard,
    /// Hide the message.
    DismissNotice,
    /// Close the window.
    Quit,
    /// Arrange the views, or change how the window looks.
    Shell(ShellWish),
}

impl UiCommand {
    /// Whether another scenario takes the place of the one that is open.
    pub(super) fn opens(&self) -> bool {
        matches!(self, Self::Open(_) | Self::OpenDropped(_) | Self::OpenBuiltIn { .. } | Self::OpenKept { .. })
    }
}

/// What can lie over the window; one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Every knob there is.
    AllKnobs,
    /// Keys and words.
    Help,
    /// Which file to open.
    Open,
    /// Which file to write.
    Save,
    /// Everything that can be done.
    Palette,
    /// Which file to write what a plot shows to.
    Export,
    /// The numbers of a plot.
    Table,
}

/// How what a plot shows is taken out of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Export {
    /// As a table over the window.
    Table(Arc<Figure>),
    /// As a file of this form.
    File(Arc<Figure>, Form),
    /// This of the view of that kind, when it is drawn next.
    Of(&'static str, Wanted),
    /// That view has no numbers.
    NoNumbers,
    /// As it is on the screen.
    Pixels {
        /// Of which view.
        view: String,
        /// Which stretch it shows, in seconds.
        stretch: (f64, f64),
        /// Where it stands, in points.
        place: Rect,
    },
    /// To this file.
    Write(PathBuf, Over),
}
