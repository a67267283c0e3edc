//! How a run goes on, on stderr: a line that is rewritten on a terminal, else a line every 10 s.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, never, select};

use crate::engine::RowSink;
use crate::engine::handle::{Finished, Handle, Options, Request};
use crate::metrics::Row;
use crate::metrics::snapshot::{Mode, RunState, Snapshot};
use crate::scenario::Scenario;

/// Distance between lines that are not rewritten.
const QUIET: Duration = Duration::from_secs(10);

/// Lines that wait to be written, at most. A simulated run waits when there are so many; a live one drops what comes then.
const LINES_MAX: usize = 4_096;

/// Who writes a line for each second of run time, if anybody does.
pub(super) type Lines<'a> = Option<&'a dyn Fn(&Row) -> anyhow::Result<()>>;

/// Runs a scenario to its end, or to Ctrl-C; returns whether it was interrupted.
pub(super) fn follow(
    scenario: Arc<Scenario>,
    mut options: Options,
    quiet: bool,
    lines: Lines<'_>,
) -> anyhow::Result<(Finished, bool)> {
    let (rows, has_row) = bounded(LINES_MAX);
    let dropped = Arc::new(AtomicU64::new(0));
    if lines.is_some() {
        options.rows = Some(row_sink(rows, scenario.mode == Mode::Live, dropped.clone()));
    }
    let (pictures, has_picture) = bounded(1);
    // One word is enough: the newest picture is read off the handle.
    options.waker = Some(Box::new(move || _ = pictures.try_send(())));
    let interrupted = interruption();
    let handle = Handle::start(scenario, options)?;
    // A channel whose other end is gone would always be ready.
    let has_row = if lines.is_some() { has_row } else { never() };
    watch(&handle, &has_picture, &has_row, &interrupted, quiet, lines)?;
    let was_interrupted = interrupted.load(Ordering::Relaxed);
    let dropped = dropped.load(Ordering::Relaxed);
    if dropped > 0 {
        eprintln!("warning: {dropped} lines were dropped: who reads them is slower than the run");
    }
    Ok((handle.join()?, was_interrupted))
}

/// Hands lines over. Nobody may slow a live run down.
fn row_sink(rows: Sender<Row>, is_live: bool, dropped: Arc<AtomicU64>) -> RowSink {
    Box::new(move |row| {
        if is_live {
            dropped.fetch_add(u64::from(rows.try_send(*row).is_err()), Ordering::Relaxed);
        } else {
            // Where nobody reads any more, the program ends.
            let _ = rows.send(*row);
        }
    })
}

/// Becomes true at Ctrl-C.
pub(super) fn interruption() -> Arc<AtomicBool> {
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

fn watch(
    handle: &Handle,
    has_picture: &Receiver<()>,
    has_row: &Receiver<Row>,
    interrupted: &AtomicBool,
    quiet: bool,
    lines: Lines<'_>,
) -> anyhow::Result<()> {
    let write = |row: Row| lines.map_or(Ok(()), |write| write(&row));
    let is_terminal = std::io::stderr().is_terminal();
    let patience = Duration::from_millis(200);
    let (mut asked_to_stop, line_due) = (false, crossbeam_channel::tick(QUIET));
    while !handle.is_finished() {
        // Whether something came or patience ran out: look.
        select! {
            recv(has_row) -> row => if let Ok(row) = row { write(row)? },
            recv(has_picture) -> _ => {}
            default(patience) => {}
        }
        has_row.try_iter().try_for_each(write)?;
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
    has_row.try_iter().try_for_each(write)
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
