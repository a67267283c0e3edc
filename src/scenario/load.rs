//! From a text or a file to a checked [`Scenario`].

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::check::check;
use super::errors::{Finding, ScenarioErrors};
use super::file::read::{Cx, Names};
use super::{Layout, Scenario, file, limits, syntax};

/// The computer that a scenario is read on: an argument, so that reading stays a pure function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Cores that it can use at the same time.
    pub cores: u32,
    /// The name of its processor, for people.
    pub cpu: String,
}

/// Reads and checks a scenario. `origin` is the name of the text in messages.
///
/// # Errors
/// With everything that is wrong, each at its place. Only what is no RON at all, or of a newer version, ends early; and
/// what concerns several parts at once is looked at when each is right by itself.
pub fn load(text: &str, origin: &str, host: &Host) -> Result<Scenario, ScenarioErrors> {
    findings_or_scenario(text, host).map_err(|refused| match refused {
        Refused::Whole(what, hint) => ScenarioErrors::whole(origin, what, Some(hint)),
        Refused::Findings(findings) => ScenarioErrors::of(origin, text, findings),
    })
}

/// Reads a file into text; [`load`] does the rest.
///
/// # Errors
/// When it is missing, unreadable, no file, larger than [`limits::FILE_BYTES_MAX`] or not UTF-8.
pub fn read_text(path: &Path) -> Result<String, ScenarioErrors> {
    let origin = path.display().to_string();
    let fail = |err: std::io::Error| {
        let hint = match err.kind() {
            std::io::ErrorKind::NotFound => "check the name; `scalelab list scenarios` shows those that are built in",
            std::io::ErrorKind::PermissionDenied => "it may not be read: check its permissions",
            std::io::ErrorKind::IsADirectory => "it is a folder: name a file in it",
            _ => "check that it is a readable file",
        };
        ScenarioErrors::whole(&origin, format!("cannot read this file: {err}"), Some(hint))
    };
    let mut bytes = Vec::new();
    // One byte more than the limit tells a file that is too large from one that just fits, however large it is.
    File::open(path).and_then(|file| file.take(limits::FILE_BYTES_MAX.0 + 1).read_to_end(&mut bytes)).map_err(fail)?;
    if bytes.len() as u64 > limits::FILE_BYTES_MAX.0 {
        return Err(ScenarioErrors::whole(&origin, too_large(), Some(TOO_LARGE_HINT)));
    }
    String::from_utf8(bytes).map_err(|err| {
        let valid = err.utf8_error().valid_up_to();
        let line = 1 + err.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count();
        let what = format!("line {line} is not UTF-8 text (at byte {valid} of the file)");
        ScenarioErrors::whole(&origin, what, Some("save the file as UTF-8"))
    })
}

/// Reads and checks a scenario file; returns its text too, which saving and the run directory need.
///
/// # Errors
/// As [`read_text`] and [`load`].
pub fn load_file(path: &Path, host: &Host) -> Result<(String, Scenario), ScenarioErrors> {
    let text = read_text(path)?;
    let scenario = load(&text, &path.display().to_string(), host)?;
    Ok((text, scenario))
}

/// The scenario file that a path stands for: itself, or what a run directory recorded, with everything that was done.
///
/// # Errors
/// When it is a directory without a recorded run.
pub fn scenario_path(path: &Path) -> Result<PathBuf, ScenarioErrors> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let recorded = path.join(RECORDED);
    if recorded.is_file() {
        return Ok(recorded);
    }
    let what = format!("this is a directory, but not that of a run: it holds no {RECORDED}");
    let hint = "name a scenario file, or a directory that `scalelab run --out` wrote";
    Err(ScenarioErrors::whole(&path.display().to_string(), what, Some(hint)))
}

/// What a run directory calls its scenario with everything that was done as its timeline.
const RECORDED: &str = "replay.ron";

/// Why a text is refused.
pub(super) enum Refused {
    Whole(String, &'static str),
    Findings(Vec<Finding>),
}

const TOO_LARGE_HINT: &str = "a scenario is written by a person: is this the right file?";

fn too_large() -> String {
    format!("this file is larger than {}, the limit FILE_BYTES_MAX", limits::FILE_BYTES_MAX)
}

pub(super) fn findings_or_scenario(text: &str, host: &Host) -> Result<Scenario, Refused> {
    if text.len() as u64 > limits::FILE_BYTES_MAX.0 {
        return Err(Refused::Whole(too_large(), TOO_LARGE_HINT));
    }
    let tree = syntax::parse(text).map_err(|err| Refused::Findings(vec![err.into()]))?;
    let mut cx = Cx::new(host, Names::default());
    let mut read = file::version(&tree.root, &mut cx).and_then(|()| file::scenario(text, &tree, &mut cx));
    let fits = |scenario: &Scenario, cx: &mut Cx| {
        for conflict in check(scenario, host) {
            cx.wrong::<()>(tree.root.locate(&conflict.path), conflict.what, conflict.hint);
        }
    };
    read.iter().for_each(|scenario| fits(scenario, &mut cx));
    if cx.findings.is_empty() {
        // What fits a pool of its own may not fit the one pool of a monolith.
        read = read.map(|scenario| match scenario.layout {
            Layout::Microservices => scenario,
            Layout::Monolith => {
                let scenario = scenario.into_monolith();
                fits(&scenario, &mut cx);
                scenario
            }
        });
    }
    match read {
        Some(mut scenario) if cx.findings.is_empty() => {
            // Stable: entries of the same instant stay in the order of the file.
            scenario.timeline.sort_by_key(|entry| entry.at);
            Ok(scenario)
        }
        _ => Err(Refused::Findings(cx.findings)),
    }
}

/// Which scenario this is: the SHA-256 of its text in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
