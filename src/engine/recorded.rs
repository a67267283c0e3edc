//! Reading back what a run has written. Pure functions on bytes: whatever the bytes are, the answer is what they say or
//! why they say nothing.

use serde::{Deserialize, Serialize};

use crate::base::Time;
use crate::cluster::Event;

/// Version of the layout. A reader accepts unknown files and fields, and refuses a newer version.
pub const RUN_VERSION: u32 = 1;

/// Largest `run.json`; a real one has a few hundred bytes.
const HEAD_BYTES_MAX: usize = 1 << 20;

/// Largest file of a run: what grows ends before it, and nothing larger is read.
pub const FILE_BYTES_MAX: u64 = 256 << 20;

/// State of a run that goes on, or was killed.
pub const RUNNING: &str = "running";
/// State of a run that came to its end.
pub const FINISHED: &str = "finished";
/// State of a run in which the engine broke.
pub const BROKEN: &str = "broken";

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
    /// The same in seconds since 1970.
    #[serde(default)]
    pub started_unix_secs: u64,
    /// What was run: the SHA-256 of the scenario as text, in hexadecimal digits.
    #[serde(default)]
    pub scenario_sha256: String,
    /// What ran it: version, commit and how it was built.
    #[serde(default)]
    pub build: String,
    /// When and on which machine the profile of the scenario was measured, if it has one.
    #[serde(default)]
    pub profile: Option<String>,
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
    /// Events that `trace.json` has no room for.
    #[serde(default)]
    pub trace_dropped: u64,
    /// Lines that `metrics.csv` and `latency.hlog` have no room for.
    #[serde(default)]
    pub lines_dropped: u64,
}

/// A line of `events.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// When, in nanoseconds of run time.
    pub at: Time,
    /// What the cluster was told.
    pub event: Event,
}

/// Why something recorded cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordedError {
    /// It is larger than such a thing can be.
    #[error("it has {0} bytes, and at most {HEAD_BYTES_MAX} make sense: it is no run.json")]
    TooLarge(usize),
    /// It is not what it should be.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A newer program wrote it.
    #[error(
        "it was written by a newer scalelab ({scalelab}): version {version}; this one reads run directories up to \
         version {RUN_VERSION}"
    )]
    Newer {
        /// Which program.
        scalelab: String,
        /// The version of its layout.
        version: u32,
    },
    /// A line of the events is no event.
    #[error("line {line} is no event: {what}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// Reads `run.json`. Unknown fields are accepted; a newer version is refused, whatever else it says.
///
/// # Errors
/// When it is no such file, or of a newer version.
pub fn read_head(bytes: &[u8]) -> Result<RunHead, RecordedError> {
    /// What every version says of itself.
    #[derive(serde::Deserialize)]
    struct Version {
        version: u32,
        #[serde(default)]
        scalelab: String,
    }
    if bytes.len() > HEAD_BYTES_MAX {
        return Err(RecordedError::TooLarge(bytes.len()));
    }
    let damaged = |err: serde_json::Error| RecordedError::Damaged(err.to_string());
    let Version { version, scalelab } = serde_json::from_slice(bytes).map_err(damaged)?;
    if version > RUN_VERSION {
        return Err(RecordedError::Newer { scalelab, version });
    }
    serde_json::from_slice(bytes).map_err(damaged)
}

/// Reads `events.jsonl`. A last line without its end was being written when the run was killed, and is left out.
///
/// # Errors
/// With the first line that is no event.
pub fn read_events(bytes: &[u8]) -> Result<Vec<Told>, RecordedError> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(&[][..], |last| &bytes[..last]);
    if whole.is_empty() {
        return Ok(Vec::new());
    }
    let lines = whole.split(|byte| *byte == b'\n').enumerate();
    let read = |(ix, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|err| RecordedError::Line { line: ix + 1, what: err.to_string() })
    };
    lines.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_head_is_refused_by_its_version_and_unknown_fields_are_accepted() {
        let newer = br#"{"version": 99, "scalelab": "9.0", "another": "layout"}"#;
        let refused = read_head(newer).expect_err("it is newer").to_string();
        assert!(refused.contains("newer scalelab (9.0): version 99"), "{refused}");
        let known =
            br#"{"version": 1, "scalelab": "0.1.0", "state": "running", "title": "t", "mode": "live", "seed": 1,
            "started": "", "host": "", "cores": 2, "hash": null, "events_dropped": 0, "unknown": [1]}"#;
        assert_eq!(read_head(known).map(|head| head.seed), Ok(1));
        assert!(matches!(read_head(b"{}"), Err(RecordedError::Damaged(_))));
        assert_eq!(read_head(&vec![b' '; HEAD_BYTES_MAX + 1]), Err(RecordedError::TooLarge(HEAD_BYTES_MAX + 1)));
    }

    #[test]
    fn a_cut_last_line_is_left_out_and_a_wrong_one_is_named() {
        let line = r#"{"at":5,"event":{"WorkerReady":3}}"#;
        let cut = format!("{line}\n{line}\n{{\"at\":6,\"ev");
        assert_eq!(read_events(cut.as_bytes()).map(|told| told.len()), Ok(2));
        assert_eq!(read_events(b"").map(|told| told.len()), Ok(0));
        assert_eq!(read_events(b"{\"at\":6").map(|told| told.len()), Ok(0));
        let wrong = format!("{line}\nnonsense\n{line}\n");
        assert!(matches!(read_events(wrong.as_bytes()), Err(RecordedError::Line { line: 2, .. })));
    }
}
