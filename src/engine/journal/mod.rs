//! Record and replay: the directory that a run writes, readable after a kill at any moment.
//!
//! ```text
//! run.json       what this is: versions, host, seed, state (running, finished)      replaced as a whole
//! scenario.ron   exact copy of what was run                                          written once
//! replay.ron     the scenario with everything that was done as its timeline          replaced as a whole
//! metrics.csv    one line a second of run time                                       appended, whole lines
//! latency.hlog   latencies, one histogram a second (HdrHistogram)                    appended, whole lines
//! trace.json     jobs, and attempts on each core, up to 64 MiB (Perfetto, Chrome)    appended, whole lines
//! events.jsonl   live: every event the cluster was told, up to 64 MiB                appended, whole lines
//! summary.json   the result                                                          written once, at the end
//! ```
//!
//! What is replaced is written beside and renamed. What cannot be written (a full disk) ends the writing, not the run.

mod latency;
mod lines;
mod trace;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::latency::Intervals;
use self::lines::Lines;
use self::trace::Trace;
use super::recorded::{BROKEN, FILE_BYTES_MAX, FINISHED, RUN_VERSION, RUNNING, RunHead, Told};
use crate::base::{Span, Time, about, os};
use crate::cluster::{Event, Fact, Outcome};
use crate::metrics::summary::Summary;
use crate::metrics::{Recorder, Row};
use crate::scenario::{self, Entry, Mode, Profile, Scenario};

/// Largest `events.jsonl`; what comes after is counted, not written.
const EVENTS_BYTES_MAX: u64 = 64 << 20;
/// Largest of the other files that grow, so that each can be read again: a day of lines fits. What comes after is counted, too.
const LINES_BYTES_MAX: u64 = FILE_BYTES_MAX - (1 << 20);

/// Takes a line of numbers a second, from the engine's thread.
pub type RowSink = Box<dyn FnMut(&Row) + Send>;

/// Writes a run, or nothing.
pub(super) struct Journal {
    writer: Option<Box<Writer>>,
    /// Who else is told a line a second.
    sink: Option<RowSink>,
    /// When the next line is due.
    next_row: Time,
}

struct Writer {
    dir: PathBuf,
    scenario: Arc<Scenario>,
    source: String,
    head: RunHead,
    /// Open from when the directory is in its place.
    files: Option<Files>,
    latencies: Intervals,
    /// The first thing that went wrong; nothing is written after it.
    broken: Option<String>,
}

/// What grows.
struct Files {
    metrics: Lines,
    latency: Lines,
    trace: Trace,
    events: Option<Lines>,
}

/// Why a run directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Something of the file system.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        source: io::Error,
    },
    /// There is something there.
    #[error("{0}: there is something there already; name a directory that does not exist yet")]
    Exists(PathBuf),
}

impl RunHead {
    fn of(scenario: &Scenario, source: &str) -> Self {
        let started = os::unix_secs();
        Self {
            version: RUN_VERSION,
            scalelab: env!("CARGO_PKG_VERSION").to_owned(),
            state: RUNNING.to_owned(),
            title: scenario.title.clone(),
            mode: scenario.mode.name().to_owned(),
            seed: scenario.seed,
            started: os::utc_text(started),
            started_unix_secs: started,
            scenario_sha256: scenario::sha256(source),
            build: about::build(),
            profile: scenario.profile.as_ref().map(Profile::origin),
            host: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cores: os::cores(),
            ended: None,
            hash: None,
            events_dropped: 0,
            trace_dropped: 0,
            lines_dropped: 0,
        }
    }
}

impl Journal {
    /// Writes nothing.
    pub(super) fn nowhere() -> Self {
        Self { writer: None, sink: None, next_row: Time::ZERO }
    }

    /// Begins a run directory. It is made beside its place and moved there when it can be read: a kill leaves a
    /// readable run or none.
    ///
    /// # Errors
    /// When it exists, or cannot be written.
    pub(super) fn create(dir: &Path, scenario: &Arc<Scenario>, source: &str) -> Result<Self, JournalError> {
        let io_err = |source: io::Error| JournalError::Io { path: dir.to_owned(), source };
        if dir.symlink_metadata().is_ok() {
            return Err(JournalError::Exists(dir.to_owned()));
        }
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent).map_err(io_err)?;
        }
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        let beside = dir.with_file_name(format!(".{name}.{}.new", std::process::id()));
        fs::create_dir(&beside).map_err(io_err)?;
        let begun = Writer::begin(&beside, dir, scenario, source);
        if begun.is_err() {
            // Half a directory is of no use; if it cannot be removed either, there is nothing left to try.
            drop(fs::remove_dir_all(&beside));
        }
        let writer = begun.map_err(|err| match dir.symlink_metadata() {
            // Another writer was quicker, and its run is left as it is.
            Ok(_) => JournalError::Exists(dir.to_owned()),
            Err(_) => io_err(err),
        })?;
        Ok(Self { writer: Some(Box::new(writer)), ..Self::nowhere() })
    }

    /// Tells somebody else, too.
    pub(super) fn with_sink(self, sink: Option<RowSink>) -> Self {
        Self { sink, ..self }
    }

    /// The cluster is told something.
    #[inline]
    pub(super) fn event(&mut self, now: Time, event: &Event) {
        if let Some(writer) = &mut self.writer {
            writer.event(now, event);
        }
    }

    /// Something has happened.
    #[inline]
    pub(super) fn fact(&mut self, now: Time, fact: &Fact) {
        if let Some(writer) = &mut self.writer {
            writer.fact(now, fact);
        }
    }

    /// A tick has passed.
    pub(super) fn tick(&mut self, now: Time, recorder: &Recorder) {
        if now < self.next_row || (self.writer.is_none() && self.sink.is_none()) {
            return;
        }
        self.next_row = now + Span::from_secs(1).max(recorder.tick_span());
        let row = recorder.row(now);
        if let Some(sink) = &mut self.sink {
            sink(&row);
        }
        if let Some(writer) = &mut self.writer {
            writer.row(now, &row);
        }
    }

    /// Something changed.
    pub(super) fn timeline(&mut self, timeline: &[Entry]) {
        if let Some(writer) = &mut self.writer {
            writer.attempt(|writer| writer.write_replay(timeline));
            writer.attempt(|writer| writer.files.as_mut().map_or(Ok(()), |files| files.trace.timeline(timeline)));
        }
    }

    /// The run is over. Returns where it was written, or what went wrong.
    pub(super) fn close(self, summary: &Summary, timeline: &[Entry], end: Time) -> Option<Result<PathBuf, String>> {
        let mut writer = self.writer?;
        writer.attempt(|writer| {
            let line = writer.latencies.line(end)?;
            if let Some(files) = &mut writer.files {
                files.latency.push(&line)?;
                files.trace.close()?;
                files.flush()?;
                writer.head.trace_dropped = files.trace.dropped();
                writer.head.lines_dropped = files.metrics.dropped + files.latency.dropped;
                writer.head.events_dropped = files.events.as_ref().map_or(0, |events| events.dropped);
            }
            writer.write_replay(timeline)?;
            let mut json = serde_json::to_vec_pretty(summary)?;
            json.push(b'\n');
            writer.replace("summary.json", &json)?;
            writer.head.state = FINISHED.to_owned();
            writer.head.ended = Some(end);
            writer.head.hash = Some(summary.hash.clone());
            writer.write_head()
        });
        Some(match writer.broken.take() {
            Some(why) => Err(why),
            None => Ok(writer.dir.clone()),
        })
    }
}

impl Files {
    fn flush(&mut self) -> io::Result<()> {
        self.metrics.flush()?;
        self.latency.flush()?;
        self.trace.flush()?;
        self.events.as_mut().map_or(Ok(()), Lines::flush)
    }
}

/// A run that was not closed ended by a panic of the engine: the directory says so.
impl Drop for Writer {
    fn drop(&mut self) {
        if self.head.state == RUNNING {
            self.attempt(|writer| {
                writer.files.as_mut().map_or(Ok(()), Files::flush)?;
                writer.head.state = BROKEN.to_owned();
                writer.write_head()
            });
        }
    }
}

impl Writer {
    fn event(&mut self, now: Time, event: &Event) {
        self.attempt(|writer| {
            let Some(events) = writer.files.as_mut().and_then(|files| files.events.as_mut()) else { return Ok(()) };
            let mut line = serde_json::to_vec(&Told { at: now, event: event.clone() })?;
            line.push(b'\n');
            events.push(&line)
        });
    }

    fn fact(&mut self, now: Time, fact: &Fact) {
        if let Fact::JobEnded { intended, outcome: Outcome::Completed, .. } = *fact {
            self.latencies.record(now.since(intended));
        }
        self.attempt(|writer| writer.files.as_mut().map_or(Ok(()), |files| files.trace.fact(now, fact)));
    }

    fn row(&mut self, now: Time, row: &Row) {
        self.attempt(|writer| {
            let line = writer.latencies.line(now)?;
            let Some(files) = &mut writer.files else { return Ok(()) };
            files.metrics.push(row.csv().as_bytes())?;
            files.latency.push(&line)?;
            files.trace.row(now, row)?;
            files.flush()
        });
    }

    /// Writes what a run begins with into `beside` and moves that to `dir`.
    fn begin(beside: &Path, dir: &Path, scenario: &Arc<Scenario>, source: &str) -> io::Result<Self> {
        let mut writer = Self {
            dir: beside.to_owned(),
            scenario: scenario.clone(),
            source: source.to_owned(),
            head: RunHead::of(scenario, source),
            files: None,
            latencies: Intervals::new(),
            broken: None,
        };
        let is_live = scenario.mode == Mode::Live;
        fs::write(beside.join("metrics.csv"), Row::csv_header())?;
        let started = writer.head.started_unix_secs;
        fs::write(beside.join("latency.hlog"), Intervals::header(&scenario.title, started))?;
        fs::write(beside.join("trace.json"), trace::header(&scenario.title))?;
        if is_live {
            File::create(beside.join("events.jsonl"))?;
        }
        writer.replace("scenario.ron", source.as_bytes())?;
        writer.write_head()?;
        writer.write_replay(&[])?;
        fs::rename(beside, dir)?;
        // Opened anew: some systems do not move a directory with open files in it.
        writer.files = Some(Files {
            metrics: Lines::append(&dir.join("metrics.csv"), LINES_BYTES_MAX)?,
            latency: Lines::append(&dir.join("latency.hlog"), LINES_BYTES_MAX)?,
            trace: Trace::append(&dir.join("trace.json"), scenario.clone())?,
            events: is_live.then(|| Lines::append(&dir.join("events.jsonl"), EVENTS_BYTES_MAX)).transpose()?,
        });
        writer.dir = dir.to_owned();
        Ok(writer)
    }

    /// Writes, unless something went wrong before.
    fn attempt(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) {
        if self.broken.is_none()
            && let Err(err) = write(self)
        {
            log::error!("{}: {err}", self.dir.display());
            self.broken =
                Some(format!("{}: {err}; the run went on, what was written until then stands", self.dir.display()));
        }
    }

    fn write_head(&mut self) -> io::Result<()> {
        let json = serde_json::to_vec_pretty(&self.head)?;
        self.replace("run.json", &json)
    }

    fn write_replay(&mut self, timeline: &[Entry]) -> io::Result<()> {
        let text = scenario::save_with_timeline(&self.source, timeline, &self.scenario).map_err(io::Error::other)?;
        self.replace("replay.ron", text.as_bytes())
    }

    /// Writes a file beside its place and moves it there, so that it is old or new, never half.
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = self.dir.join(format!(".{name}.new"));
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, self.dir.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, bundled, load};

    #[test]
    fn a_run_that_was_not_closed_says_that_it_broke() {
        let text = bundled::find("mm1").expect("it is bundled").text;
        let host = Host { cores: 2, cpu: String::new() };
        let scenario = Arc::new(load(text, "mm1", &host).expect("it is valid"));
        let parent = tempfile::tempdir().expect("a directory for tests");
        let dir = parent.path().join("run");
        let journal = Journal::create(&dir, &scenario, text).expect("a new directory");
        let state = || {
            let head = fs::read_to_string(dir.join("run.json")).expect("it is there at any time");
            serde_json::from_str::<RunHead>(&head).expect("it is whole at any time").state
        };
        assert_eq!(state(), RUNNING);
        drop(journal);
        assert_eq!(state(), BROKEN);
        let again = Journal::create(&dir, &scenario, text).err().map(|err| err.to_string());
        assert!(again.is_some_and(|err| err.contains("there is something there already")));
    }
}
