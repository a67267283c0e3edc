//! The boundary: how a window or a command line starts a run, steers it and sees it, from another thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use crossbeam_channel::bounded;

use super::inbox::{Outbox, inbox};
use super::journal::{Journal, RowSink};
use super::publish::{Publisher, Shared};
use super::run::Engine;
use crate::base::{Time, os};
use crate::metrics::snapshot::Snapshot;
use crate::metrics::study::{Study, StudyAsk};
use crate::metrics::summary::Summary;
use crate::scenario::{Command, Entry, Scenario};
use crate::world::{FromThread, Haste};

/// Requests and finished tasks that wait for the engine. Threads that find it full wait: they are ahead.
const INBOX_MAX: usize = 1 << 14;

/// How fast the virtual clock of a simulated run goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// As fast as the processor allows.
    AsFastAsPossible,
    /// So many virtual seconds in each wall second.
    Times(f64),
}

/// Called after every new picture, from the engine's thread.
pub type Waker = Box<dyn Fn() + Send>;

/// What a run is started with, besides its scenario.
pub struct Options {
    /// For a simulated run.
    pub pace: Pace,
    /// A simulated run gets here as fast as the processor allows, and stands still: where a fork begins.
    pub halt_at: Option<Time>,
    /// Where the run is written; nowhere if `None`.
    pub out: Option<PathBuf>,
    /// Called after every new snapshot, from the engine's thread.
    pub waker: Option<Waker>,
    /// Whether a low-priority thread computes, off the clock, what modelled machines took (at most 5 % of one core).
    /// Off for measuring runs.
    pub background: bool,
    /// Text of the scenario file, for the run directory.
    pub source: String,
    /// A closer look than the summary takes, if any is wanted.
    pub study: Option<StudyAsk>,
    /// Told a line of numbers a second of run time, from the engine's thread.
    pub rows: Option<RowSink>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pace: Pace::Times(1.0),
            halt_at: None,
            out: None,
            waker: None,
            background: true,
            source: String::new(),
            study: None,
            rows: None,
        }
    }
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

/// What reaches the engine.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Request(Request),
    Worker(FromThread),
}

/// A run in its own thread. Dropping the handle stops it, without waiting for it.
pub struct Handle {
    outbox: Outbox<Message>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result<Finished, EngineError>>>,
}

/// What is left of a run.
#[derive(Debug)]
pub struct Finished {
    /// The result.
    pub summary: Summary,
    /// Everything that changed, in order of time, whoever did it.
    pub timeline: Arc<Vec<Entry>>,
    /// The last picture.
    pub snapshot: Arc<Snapshot>,
    /// What a closer look has found, if one was asked for.
    pub study: Option<Study>,
    /// Where the run was written, or why that failed; `None` where it was not asked for.
    pub written: Option<Result<PathBuf, String>>,
}

/// Why a run could not start or did not end.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct EngineError(pub String);

impl EngineError {
    pub(super) fn new(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl Handle {
    /// Starts a run and waits until its first picture is there.
    ///
    /// # Errors
    /// When a thread or the run directory cannot be made.
    pub fn start(scenario: Arc<Scenario>, options: Options) -> Result<Self, EngineError> {
        let mut options = options;
        let journal = match &options.out {
            Some(dir) => Journal::create(dir, &scenario, &options.source).map_err(EngineError::new)?,
            None => Journal::nowhere(),
        }
        .with_sink(options.rows.take());
        let (publisher, shared) = Publisher::new(options.waker.take());
        let (outbox, inbox) = inbox(INBOX_MAX);
        let (started, has_started) = bounded(1);
        let threads_outbox = outbox.clone();
        // A thread whose engine is gone has nobody to tell.
        let deliver = move |message, haste| {
            _ = match haste {
                Haste::Now => threads_outbox.send(message),
                Haste::Soon => threads_outbox.put(message),
            };
        };
        let watched = shared.clone();
        let title = format!("{:?}, {:?}, seed {}", scenario.title, scenario.mode, scenario.seed);
        let body = move || {
            let result = catch_unwind(AssertUnwindSafe(|| {
                let mut engine = match Engine::new(scenario, &options, publisher, journal, deliver) {
                    Ok(engine) => engine,
                    Err(err) => {
                        drop(started.send(Err(err.clone())));
                        return Err(err);
                    }
                };
                engine.publish();
                drop(started.send(Ok(())));
                log::info!("run begins: {title}");
                let finished = engine.run(&inbox);
                log::info!("run ends after {:.1} s, hash {}", finished.summary.duration_secs, finished.summary.hash);
                Ok(finished)
            }))
            .unwrap_or_else(|panic| {
                let why = format!("the engine broke: {}; what was recorded until then stands", panic_text(&*panic));
                log::error!("{why}");
                watched.fail(&why);
                Err(EngineError(why))
            });
            watched.is_over.store(true, Ordering::Release);
            result
        };
        let thread = os::spawn("engine", body)
            .map_err(|err| EngineError(format!("cannot start the engine's thread: {err}; close other programs")))?;
        match has_started.recv() {
            Ok(Ok(())) => Ok(Self { outbox, shared, thread: Some(thread) }),
            Ok(Err(err)) => Err(err),
            Err(_) => match thread.join() {
                Ok(Err(err)) => Err(err),
                _ => Err(EngineError("the engine ended before it began".to_owned())),
            },
        }
    }

    /// The newest picture. Waits no longer than it takes to copy a pointer.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.newest().expect("the first picture is there before a handle is")
    }

    /// Asks something of the run; returns whether it was still there, and not too busy, to hear it. Never blocks.
    pub fn send(&self, request: Request) -> bool {
        !self.is_finished() && self.outbox.try_send(Message::Request(request))
    }

    /// Whether the run is over and [`join`](Self::join) will not wait.
    pub fn is_finished(&self) -> bool {
        self.shared.is_over.load(Ordering::Acquire)
    }

    /// Waits for the end of the run.
    ///
    /// # Errors
    /// When the engine broke: what it said, and where what was done is.
    pub fn join(mut self) -> Result<Finished, EngineError> {
        let thread = self.thread.take().expect("a handle is joined once, here");
        thread.join().unwrap_or_else(|panic| Err(EngineError(panic_text(&*panic))))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.shared.is_abandoned.store(true, Ordering::Relaxed);
            // A full inbox is emptied by the engine at once; then it hears this.
            self.outbox.send(Message::Request(Request::Stop));
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}
