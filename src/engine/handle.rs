//! The boundary: how a window or a command line starts a run, steers it and sees it, from another thread.

use std::path::PathBuf;
use std::sync::Arc;

use crate::metrics::snapshot::Snapshot;
use crate::metrics::summary::Summary;
use crate::scenario::{Command, Entry, Scenario};

/// How fast the virtual clock of a simulated run goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// As fast as the processor allows.
    AsFastAsPossible,
    /// So many virtual seconds in each wall second.
    Times(f64),
}

/// What a run is started with, besides its scenario.
pub struct Options {
    /// For a simulated run.
    pub pace: Pace,
    /// Where the run is written; nowhere if `None`.
    pub out: Option<PathBuf>,
    /// Called after every new snapshot, from the engine's thread.
    pub waker: Option<Box<dyn Fn() + Send>>,
    /// Whether a low-priority thread computes, off the clock, what modelled machines took (at most 5 % of one core).
    /// Off for measuring runs.
    pub background: bool,
    /// Text of the scenario file, for the run directory.
    pub source: String,
}

/// What a viewer asks of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// A change, by a person.
    Command(Command),
    /// Stand still.
    Pause,
    /// Go on.
    Resume,
    /// Another pace (simulated runs).
    Pace(Pace),
    /// End now, with what was done.
    Stop,
}

/// A run in its own thread. Dropping the handle stops it.
pub struct Handle {}

/// What is left of a run.
#[derive(Debug)]
pub struct Finished {
    /// The result.
    pub summary: Summary,
    /// Everything that changed, in order of time, whoever did it.
    pub timeline: Vec<Entry>,
    /// The last picture.
    pub snapshot: Arc<Snapshot>,
}

/// Why a run could not start or did not end.
#[derive(Debug)]
pub struct EngineError(pub String);

impl Handle {
    /// Starts a run.
    ///
    /// # Errors
    /// When a thread or the run directory cannot be made.
    pub fn start(_scenario: Arc<Scenario>, _options: Options) -> Result<Self, EngineError> {
        Err(EngineError("not built yet".to_owned()))
    }

    /// The newest picture. Never blocks for longer than it takes to copy a pointer.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        panic!("not built yet")
    }

    /// Asks something of the run; returns whether it was still there to hear it. Never blocks.
    pub fn send(&self, _request: Request) -> bool {
        false
    }

    /// Whether the run is over and [`join`](Self::join) will not wait.
    pub fn is_finished(&self) -> bool {
        true
    }

    /// Waits for the end of the run.
    ///
    /// # Errors
    /// When the engine broke: what it said, and where what was done is.
    pub fn join(self) -> Result<Finished, EngineError> {
        Err(EngineError("not built yet".to_owned()))
    }
}
