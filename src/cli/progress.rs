//! How a run goes on, on stderr: a line that is rewritten on a terminal, else a line every 10 s.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use crate::engine::handle::{EngineError, Finished, Handle, Options, Request};
use crate::metrics::snapshot::{RunState, Snapshot};
use crate::scenario::Scenario;

/// Distance between lines that are not rewritten.
const QUIET: Duration = Duration::from_secs(10);

/// Runs a scenario to its end, or to Ctrl-C; returns whether it was interrupted.
pub(super) fn follow(
    scenario: Arc<Scenario>,
    mut options: Options,
    quiet: bool,
) -> Result<(Finished, bool), EngineError> {
    let (pictures, has_picture) = bounded(1);
    // One word is enough: the newest picture is read off the handle.
    options.waker = Some(Box::new(move || _ = pictures.try_send(())));
    let interrupted = interruption();
    let handle = Handle::start(scenario, options)?;
    watch(&handle, &has_picture, &interrupted, quiet);
    let was_interrupted = interrupted.load(Ordering::Relaxed);
    handle.join().map(|finished| (finished, was_interrupted))
}

/// Becomes true at Ctrl-C.
fn interruption() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    // A second handler cannot be set in one process; then Ctrl-C simply ends the program.
    drop(ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed)));
    interrupted
}

/// How far work has come that is done piece by piece.
pub(super) struct Count {
    of: usize,
    what: &'static str,
    done: usize,
    quiet: bool,
    is_terminal: bool,
    /// Whether the next line is due that is not rewritten.
    is_due: Box<dyn Fn() -> bool>,
    interrupted: Arc<AtomicBool>,
}

impl Count {
    /// Of so many pieces, called `what`.
    pub(super) fn new(of: usize, what: &'static str, quiet: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let (due, interrupted) = (crossbeam_channel::tick(QUIET), interruption());
        let is_due = Box::new(move || due.try_recv().is_ok());
        Self { of, what, done: 0, quiet, is_terminal, is_due, interrupted }
    }

    /// One more is done; returns whether to go on.
    pub(super) fn one_more(&mut self) -> bool {
        self.done += 1;
        let goes_on = !self.was_interrupted() && self.done < self.of;
        let line = format!("{} of {} {}", self.done, self.of, self.what);
        if self.is_terminal && !self.quiet {
            eprint!("\r\x1b[K{line}{}", if goes_on { "" } else { "\n" });
            drop(std::io::stderr().flush());
        } else if !self.quiet && (self.is_due)() {
            eprintln!("{line}");
        }
        goes_on
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn was_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

fn watch(handle: &Handle, has_picture: &Receiver<()>, interrupted: &AtomicBool, quiet: bool) {
    let is_terminal = std::io::stderr().is_terminal();
    let patience = Duration::from_millis(200);
    let (mut asked_to_stop, line_due) = (false, crossbeam_channel::tick(QUIET));
    while !handle.is_finished() {
        // Whether a picture came or patience ran out: look.
        _ = has_picture.recv_timeout(patience);
        if interrupted.load(Ordering::Relaxed) && !asked_to_stop {
            asked_to_stop = handle.send(Request::Stop);
        }
        let snapshot = handle.snapshot();
        if quiet {
            continue;
        }
        if is_terminal {
            eprint!("\r\x1b[K{}", line(&snapshot));
            drop(std::io::stderr().flush());
        } else if line_due.try_recv().is_ok() {
            eprintln!("{}", line(&snapshot));
        }
    }
    if is_terminal && !quiet {
        eprintln!();
    }
}

fn line(snapshot: &Snapshot) -> String {
    let end = snapshot.scenario.duration.map_or(String::new(), |duration| format!("/{:.0}", duration.secs()));
    let what = match &snapshot.state {
        RunState::Probing { .. } => "measuring this machine",
        RunState::Running => "running",
        RunState::Paused => "paused",
        RunState::Finishing => "computing what is pending",
        RunState::Finished => "finished",
        RunState::Failed(_) => "failed",
    };
    format!(
        "{:.1}{end} s  {what}  {:.1} jobs/s arrive, {:.1} finish, p99 {:.3} s, {} waiting, ${:.4}",
        snapshot.at.secs(),
        snapshot.recent.offered,
        snapshot.recent.completed,
        snapshot.latency_recent.p99,
        snapshot.pools.iter().map(|pool| pool.waiting).sum::<u64>(),
        snapshot.cost.billed,
    )
}
