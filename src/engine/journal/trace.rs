//! `trace.json`: the run as a trace that Perfetto and Chrome open (Trace Event Format, an array of events).
//!
//! Of events that overlap on one track viewers show only one, so each core of each machine has a track of its own; what shares cores, was
//! interrupted or called off, and jobs, which overlap, are asynchronous. Times are microseconds of run time.
//!
//! Each event is a line; without the bracket at its end, which a kill leaves out, the array is still what viewers read.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::lines::Lines;
use crate::base::{GroupIx, PoolId, Span, Time, WorkerId};
use crate::cluster::{Fact, Outcome};
use crate::metrics::Row;
use crate::scenario::{Entry, Scenario, ServeOrder};

/// Largest `trace.json`; what comes after is counted, not written.
const BYTES_MAX: u64 = 64 << 20;
/// The process of jobs, counters and notes; machines come after it.
const RUN: u64 = 1;
/// Numbers of tracks are above those of processes: one that has the number of its process is taken for its first thread.
const FIRST_TRACK: u64 = 1 << 24;

/// Writes events as they happen.
pub(super) struct Trace {
    scenario: Arc<Scenario>,
    lines: Lines,
    /// The track of each core that was used.
    tracks: BTreeMap<(WorkerId, u16), u64>,
    /// Machines that have a name.
    named: BTreeSet<WorkerId>,
    /// Asynchronous events that were written.
    spans: u64,
    /// Entries of the timeline that were written.
    noted: usize,
}

/// What the file begins with.
pub(super) fn header(title: &str) -> String {
    let about =
        json!({"name": "process_name", "ph": "M", "pid": RUN, "tid": 0, "args": {"name": format!("run: {title}")}});
    format!("[{about}\n")
}

impl Trace {
    pub(super) fn append(path: &Path, scenario: Arc<Scenario>) -> io::Result<Self> {
        let lines = Lines::append(path, BYTES_MAX)?;
        Ok(Self { scenario, lines, tracks: BTreeMap::new(), named: BTreeSet::new(), spans: 0, noted: 0 })
    }

    pub(super) fn fact(&mut self, now: Time, fact: &Fact) -> io::Result<()> {
        match *fact {
            Fact::JobEnded { kind, serial, key, intended, outcome, .. } => {
                let name = self.scenario.jobs[kind.ix()].name.clone();
                let args = json!({"number": serial, "key": key, "outcome": outcome.name()});
                self.span(RUN, "job", &name, (intended, now), &args)
            }
            Fact::AttemptEnded { worker, kind, stage, core, wait, run, outcome, cached, .. } => {
                let stage = &self.scenario.jobs[kind.ix()].stages[stage.ix()];
                let (name, order) = (stage.name.clone(), self.scenario.pools[stage.pool.ix()].serve.order);
                let args = json!({"wait_ms": millis(wait), "run_ms": millis(run), "outcome": outcome.name()});
                let overlaps = order.preempts() || order == ServeOrder::ProcessorSharing;
                match core {
                    Some((slot, ended)) if !run.is_zero() && !overlaps => {
                        self.slice(worker, slot, &name, (ended, run), outcome, &args)
                    }
                    _ if cached => self.instant(process(worker), "p", &format!("{name}, kept"), now),
                    _ => self.span(process(worker), "attempt", &name, (before(now, wait + run), now), &args),
                }
            }
            Fact::Worker { worker, pool, group, state, .. } => {
                self.name_machine(worker, pool, group)?;
                self.instant(process(worker), "p", state.name(), now)
            }
            _ => Ok(()),
        }
    }

    /// How the run stands, as counters.
    pub(super) fn row(&mut self, now: Time, row: &Row) -> io::Result<()> {
        for (name, value) in row.values().filter(|(name, _)| *name != "time_secs") {
            let Some(value) = value else { continue };
            self.push(
                &json!({"name": name, "ph": "C", "pid": RUN, "tid": 0, "ts": micros(now), "args": {"value": value}}),
            )?;
        }
        Ok(())
    }

    /// What was changed since the last time, as notes.
    pub(super) fn timeline(&mut self, timeline: &[Entry]) -> io::Result<()> {
        for entry in &timeline[self.noted.min(timeline.len())..] {
            let label = entry.command.label(&self.scenario);
            self.instant(RUN, "g", &label, entry.at)?;
        }
        self.noted = timeline.len();
        Ok(())
    }

    /// Hands on what was kept back.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }

    /// Ends the array.
    pub(super) fn close(&mut self) -> io::Result<()> {
        self.lines.last(b"]\n")
    }

    /// Events that had no room.
    pub(super) fn dropped(&self) -> u64 {
        self.lines.dropped
    }

    /// An attempt on the core that worked on it.
    fn slice(
        &mut self,
        worker: WorkerId,
        slot: u16,
        name: &str,
        (ended, run): (Time, Span),
        outcome: Outcome,
        args: &Value,
    ) -> io::Result<()> {
        let (pid, next) = (process(worker), FIRST_TRACK + self.tracks.len() as u64);
        let track = *self.tracks.entry((worker, slot)).or_insert(next);
        if track == next {
            let core = format!("core {slot}");
            self.push(&json!({"name": "thread_name", "ph": "M", "pid": pid, "tid": track, "args": {"name": core}}))?;
        }
        let category = if outcome == Outcome::Completed { "task" } else { "error" };
        let start = micros(before(ended, run));
        self.push(&json!({"name": name, "cat": category, "ph": "X", "pid": pid, "tid": track, "ts": start,
                          "dur": run.0 as f64 / 1e3, "args": args}))
    }

    /// Something that may overlap with others of its kind.
    fn span(&mut self, pid: u64, category: &str, name: &str, (from, to): (Time, Time), args: &Value) -> io::Result<()> {
        self.spans += 1;
        let id = format!("{:#x}", self.spans);
        let begin = json!({"name": name, "cat": category, "ph": "b", "id": id, "pid": pid, "tid": 0, "ts": micros(from), "args": args});
        let end = json!({"name": name, "cat": category, "ph": "e", "id": id, "pid": pid, "tid": 0, "ts": micros(to)});
        // Both or none.
        self.lines.push(format!(",{begin}\n,{end}\n").as_bytes())
    }

    /// Something at an instant: for all (`g`) or for a process (`p`).
    fn instant(&mut self, pid: u64, scope: &str, name: &str, at: Time) -> io::Result<()> {
        self.push(&json!({"name": name, "ph": "i", "s": scope, "pid": pid, "tid": 0, "ts": micros(at)}))
    }

    fn name_machine(&mut self, worker: WorkerId, pool: PoolId, group: GroupIx) -> io::Result<()> {
        if !self.named.insert(worker) {
            return Ok(());
        }
        let own = &self.scenario.pools[pool.ix()];
        let name = format!("{} · {} #{}", own.name, own.groups[group.ix()].instance.name, worker.0);
        let pid = process(worker);
        self.push(&json!({"name": "process_name", "ph": "M", "pid": pid, "tid": 0, "args": {"name": name}}))?;
        self.push(&json!({"name": "process_sort_index", "ph": "M", "pid": pid, "tid": 0, "args": {"sort_index": pid}}))
    }

    fn push(&mut self, event: &Value) -> io::Result<()> {
        self.lines.push(format!(",{event}\n").as_bytes())
    }
}

/// The process that a machine is in the trace.
fn process(worker: WorkerId) -> u64 {
    RUN + 1 + u64::from(worker.0)
}

fn before(at: Time, span: Span) -> Time {
    Time(at.0.saturating_sub(span.0))
}

fn micros(at: Time) -> f64 {
    at.0 as f64 / 1e3
}

fn millis(span: Span) -> f64 {
    span.0 as f64 / 1e6
}
