//! Record and replay: the directory that a run writes, readable after a kill at any moment.
//!
//! ```text
//! run.json       what this is: versions, host, seed, state (running, finished)      replaced as a whole
//! scenario.ron   exact copy of what was run                                          written once
//! replay.ron     the scenario with everything that was done as its timeline          replaced as a whole
//! metrics.csv    one line a second of run time                                       appended, whole lines
//! events.jsonl   live: every event the cluster was told, up to 64 MiB                appended, whole lines
//! summary.json   the result                                                          written once, at the end
//! ```
//!
//! What is replaced is written beside and renamed. What cannot be written (a full disk) ends the writing, not the run.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Time, os};
use crate::cluster::Event;
use crate::metrics::Recorder;
use crate::metrics::summary::Summary;
use crate::scenario::{self, Entry, Mode, Scenario};

/// Version of the layout. A reader accepts unknown files and fields, and refuses a newer version.
pub const RUN_VERSION: u32 = 1;
/// Largest `events.jsonl`; what comes after is counted, not written.
const EVENTS_BYTES_MAX: u64 = 64 << 20;
/// Lines are kept back until there are this many bytes, or a second has passed.
const EVENTS_BUFFER: usize = 1 << 16;

const RUNNING: &str = "running";
const FINISHED: &str = "finished";
const BROKEN: &str = "broken";

/// Writes a run, or nothing.
pub(super) struct Journal(Option<Box<Writer>>);

struct Writer {
    dir: PathBuf,
    scenario: Arc<Scenario>,
    source: String,
    head: RunHead,
    /// Open from when the directory is in its place.
    metrics: Option<File>,
    events: Option<BufWriter<File>>,
    events_bytes: u64,
    next_line: Time,
    /// The first thing that went wrong; nothing is written after it.
    broken: Option<String>,
}

/// What `run.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunHead {
    /// [`RUN_VERSION`].
    pub version: u32,
    /// Version of scalelab.
    pub scalelab: String,
    /// `running` (or killed), `finished`, or `broken` by an error of the engine.
    pub state: String,
    /// Title of the scenario.
    pub title: String,
    /// `live` or `simulate`.
    pub mode: String,
    /// Seed of the run.
    pub seed: u64,
    /// When it began, UTC.
    pub started: String,
    /// Operating system and processor.
    pub host: String,
    /// Cores of the host.
    pub cores: usize,
    /// Run time at the end, in nanoseconds; a replay ends there.
    #[serde(default)]
    pub ended: Option<Time>,
    /// Hash of the summary at the end.
    pub hash: Option<String>,
    /// Events of the cluster that `events.jsonl` has no room for.
    pub events_dropped: u64,
}

/// A line of `events.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// When, in nanoseconds of run time.
    pub at: Time,
    /// What the cluster was told.
    pub event: Event,
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
    fn of(scenario: &Scenario) -> Self {
        Self {
            version: RUN_VERSION,
            scalelab: env!("CARGO_PKG_VERSION").to_owned(),
            state: RUNNING.to_owned(),
            title: scenario.title.clone(),
            mode: if scenario.mode == Mode::Live { "live" } else { "simulate" }.to_owned(),
            seed: scenario.seed,
            started: os::utc_text(os::unix_secs()),
            host: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cores: os::cores(),
            ended: None,
            hash: None,
            events_dropped: 0,
        }
    }
}

impl Journal {
    /// Writes nothing.
    pub(super) fn nowhere() -> Self {
        Self(None)
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
        begun.map(|writer| Self(Some(Box::new(writer)))).map_err(io_err)
    }

    /// The cluster is told something.
    #[inline]
    pub(super) fn event(&mut self, now: Time, event: &Event) {
        if let Some(writer) = &mut self.0 {
            writer.event(now, event);
        }
    }

    /// A tick has passed.
    pub(super) fn tick(&mut self, now: Time, recorder: &Recorder) {
        let Some(writer) = &mut self.0 else { return };
        if now < writer.next_line {
            return;
        }
        writer.next_line = now + crate::base::Span::from_secs(1).max(recorder.tick_span());
        writer.attempt(|writer| {
            let line = recorder.csv_line(now);
            writer.metrics.as_mut().map_or(Ok(()), |metrics| metrics.write_all(line.as_bytes()))?;
            writer.events.as_mut().map_or(Ok(()), Write::flush)
        });
    }

    /// Something changed.
    pub(super) fn timeline(&mut self, timeline: &[Entry]) {
        if let Some(writer) = &mut self.0 {
            writer.attempt(|writer| writer.write_replay(timeline));
        }
    }

    /// The run is over. Returns where it was written, or what went wrong.
    pub(super) fn close(self, summary: &Summary, timeline: &[Entry], end: Time) -> Option<Result<PathBuf, String>> {
        let mut writer = self.0?;
        writer.attempt(|writer| {
            if let Some(events) = &mut writer.events {
                events.flush()?;
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

/// A run that was not closed ended by a panic of the engine: the directory says so.
impl Drop for Writer {
    fn drop(&mut self) {
        if self.head.state == RUNNING {
            self.attempt(|writer| {
                if let Some(events) = &mut writer.events {
                    events.flush()?;
                }
                writer.head.state = BROKEN.to_owned();
                writer.write_head()
            });
        }
    }
}

impl Writer {
    fn event(&mut self, now: Time, event: &Event) {
        self.attempt(|writer| {
            let Some(events) = &mut writer.events else { return Ok(()) };
            if writer.events_bytes >= EVENTS_BYTES_MAX {
                writer.head.events_dropped += 1;
                return Ok(());
            }
            let mut line = serde_json::to_vec(&Told { at: now, event: event.clone() })?;
            line.push(b'\n');
            writer.events_bytes += line.len() as u64;
            // A line that does not fit goes out as a whole with those before it.
            if events.buffer().len() + line.len() > EVENTS_BUFFER {
                events.flush()?;
            }
            events.write_all(&line)
        });
    }

    /// Writes what a run begins with into `beside` and moves that to `dir`.
    fn begin(beside: &Path, dir: &Path, scenario: &Arc<Scenario>, source: &str) -> io::Result<Self> {
        let mut writer = Self {
            dir: beside.to_owned(),
            scenario: scenario.clone(),
            source: source.to_owned(),
            head: RunHead::of(scenario),
            metrics: None,
            events: None,
            events_bytes: 0,
            next_line: Time::ZERO,
            broken: None,
        };
        fs::write(beside.join("metrics.csv"), Recorder::csv_header())?;
        writer.replace("scenario.ron", source.as_bytes())?;
        writer.write_head()?;
        writer.write_replay(&[])?;
        let is_live = scenario.mode == Mode::Live;
        if is_live {
            File::create(beside.join("events.jsonl"))?;
        }
        fs::rename(beside, dir)?;
        // Opened anew: some systems do not move a directory with open files in it.
        let append = |name: &str| File::options().append(true).open(dir.join(name));
        writer.metrics = Some(append("metrics.csv")?);
        if is_live {
            writer.events = Some(BufWriter::with_capacity(EVENTS_BUFFER, append("events.jsonl")?));
        }
        writer.dir = dir.to_owned();
        Ok(writer)
    }

    /// Writes, unless something went wrong before.
    fn attempt(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) {
        if self.broken.is_none()
            && let Err(err) = write(self)
        {
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
