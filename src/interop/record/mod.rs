//! A run as it was written: a run directory, or the same in one file (`.slrun`), read back.
//!
//! Unknown files and fields are passed over; a newer version of the layout is refused.

mod pack;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use self::pack::{PACK_ENDING, pack};
use crate::analysis::insight::Finding;
use crate::engine::recorded::{FILE_BYTES_MAX, RecordedError, RunHead, read_head};
use crate::metrics::summary::{SUMMARY_VERSION, Summary};

/// The files of a run, in the order in which they are told of and packed.
pub const FILES: [&str; 10] = [
    "run.json",
    "scenario.ron",
    "replay.ron",
    "summary.json",
    "findings.json",
    "metrics.csv",
    "latency.hlog",
    "trace.json",
    "events.jsonl",
    "report.html",
];

/// A run that was written.
#[derive(Clone, Debug)]
pub struct Record {
    place: PathBuf,
    is_packed: bool,
    head: RunHead,
}

/// Why a run cannot be read or packed.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// There is no run.
    #[error(
        "{path} is no run: {why}; name a run directory (`scalelab run FILE --out DIR` writes one) or a .{PACK_ENDING} file"
    )]
    NoRun {
        /// Where.
        path: PathBuf,
        /// What is missing.
        why: String,
    },
    /// A file of it cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of it is not what it should be.
    #[error("{file} of {path}: {what}")]
    Damaged {
        /// Where.
        path: PathBuf,
        /// Which file.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// A file that it needs is not there.
    #[error("{path} has no {file}: {why}")]
    Missing {
        /// Where.
        path: PathBuf,
        /// Which file.
        file: &'static str,
        /// What that means.
        why: &'static str,
    },
}

impl Record {
    /// Looks at a run directory or a packed run, and reads what it is.
    ///
    /// # Errors
    /// When there is none, or a newer program wrote it.
    pub fn open(place: &Path) -> Result<Self, RecordError> {
        let no_run = |why: String| RecordError::NoRun { path: place.to_owned(), why };
        let is_packed = place.is_file();
        let read = if is_packed { pack::read(place, "run.json") } else { read_file(&place.join("run.json")) };
        let bytes = read.map_err(|err| no_run(format!("its run.json cannot be read ({err})")))?;
        let bytes = bytes.ok_or_else(|| no_run("it has no run.json".to_owned()))?;
        let head = read_head(&bytes).map_err(|err| match err {
            RecordedError::Newer { .. } => {
                RecordError::Damaged { path: place.to_owned(), file: "run.json".to_owned(), what: err.to_string() }
            }
            other => no_run(format!("its run.json is none: {other}")),
        })?;
        Ok(Self { place: place.to_owned(), is_packed, head })
    }

    /// What it is.
    pub fn head(&self) -> &RunHead {
        &self.head
    }

    /// Where it is.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// One of its files; `None` where it has none of this name.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than [`FILE_BYTES_MAX`].
    pub fn file(&self, name: &str) -> Result<Option<Vec<u8>>, RecordError> {
        let path = self.place.join(name);
        let read = if self.is_packed { pack::read(&self.place, name) } else { read_file(&path) };
        read.map_err(|source| RecordError::Io { path, source })
    }

    /// One of its files as text.
    ///
    /// # Errors
    /// As [`Self::file`], or when it is no UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<String>, RecordError> {
        let Some(bytes) = self.file(name)? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(|err| self.damaged(name, &err.to_string()))
    }

    /// The scenario as it was run, with its comments.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn scenario(&self) -> Result<String, RecordError> {
        self.text("scenario.ron")?.ok_or_else(|| self.missing("scenario.ron", "somebody removed it"))
    }

    /// What the run came to; `None` where it was killed before its end.
    ///
    /// # Errors
    /// When it cannot be read, or a newer program wrote it.
    pub fn summary(&self) -> Result<Option<Summary>, RecordError> {
        let Some(bytes) = self.file("summary.json")? else { return Ok(None) };
        summary_of(&bytes).map(Some).map_err(|what| self.damaged("summary.json", &what))
    }

    /// The kinds of trouble that were found; none where that is not written.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn findings(&self) -> Result<Vec<Finding>, RecordError> {
        let Some(bytes) = self.file("findings.json")? else { return Ok(Vec::new()) };
        serde_json::from_slice(&bytes).map_err(|err| self.damaged("findings.json", &err.to_string()))
    }

    pub(super) fn damaged(&self, file: &str, what: &str) -> RecordError {
        RecordError::Damaged { path: self.place.clone(), file: file.to_owned(), what: what.to_owned() }
    }

    pub(super) fn missing(&self, file: &'static str, why: &'static str) -> RecordError {
        RecordError::Missing { path: self.place.clone(), file, why }
    }
}

/// The scenario of a run with everything that was done in it as its timeline: what is opened, run again and changed.
///
/// # Errors
/// When there is no run, or it has no such file.
pub fn scenario_text(place: &Path) -> Result<String, RecordError> {
    let record = Record::open(place)?;
    record.text("replay.ron")?.ok_or_else(|| record.missing("replay.ron", "somebody removed it"))
}

/// Reads a summary. Unknown fields are passed over, and a newer version is refused.
///
/// # Errors
/// With what is wrong with it.
pub fn summary_of(bytes: &[u8]) -> Result<Summary, String> {
    /// What every version says of itself.
    #[derive(serde::Deserialize)]
    struct Version {
        version: u32,
    }
    let Version { version } = serde_json::from_slice(bytes).map_err(|err| err.to_string())?;
    if version > SUMMARY_VERSION {
        return Err(format!(
            "a newer scalelab wrote it (version {version}; this one reads up to {SUMMARY_VERSION}): update scalelab"
        ));
    }
    serde_json::from_slice(bytes).map_err(|err| err.to_string())
}

/// Where a file is written before it is moved to its place: beside it, under a name that no other program has.
pub(super) fn beside(to: &Path) -> PathBuf {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    to.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

/// A file, if it is there and not too large.
fn read_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(err),
    };
    bounded(file).map(Some)
}

/// Everything that a reader has, unless that is more than [`FILE_BYTES_MAX`].
fn bounded(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let what = format!("it is larger than {FILE_BYTES_MAX} bytes, the limit FILE_BYTES_MAX");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}
