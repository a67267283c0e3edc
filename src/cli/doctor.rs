//! `scalelab doctor`: what this computer has of what the program needs, and the command that mends what is missing.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Serialize;

use super::Exit;
use crate::base::os;
use crate::interop::about::{self, LOG_VARIABLE};
use crate::interop::runs::{PLACE_VARIABLE, Runs};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each finding, for people.
    Text,
    /// One JSON object.
    Json,
}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it should be.
    Good,
    /// Good to know; everything works without.
    Note,
    /// Something does not work.
    Bad,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    says: String,
    /// The command, or what to do.
    mend: Option<String>,
}

/// Libraries that the window loads when it opens, and the packages of Debian that have them.
#[cfg(all(target_os = "linux", feature = "window"))]
const LIBRARIES: [(&str, &str); 4] = [
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libEGL.so.1", "libegl1"),
];
/// Clocks that are read without asking the kernel.
const QUICK_CLOCKS: [&str; 4] = ["tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page"];
/// With less memory to spare the mean of the bundled scenario is slowed by its own data.
const MEMORY_MIN: u64 = 1 << 30;

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let findings =
        [build(), cores(), memory(), clock(), waits(), display(), renderer(), python(), dask(), log(), store()];
    let text = match args.format {
        Format::Json => format!("{}\n", serde_json::json!({ "version": 1, "findings": findings })),
        Format::Text => findings.iter().map(line).collect(),
    };
    super::put(&text)?;
    Ok(if findings.iter().any(|finding| finding.state == State::Bad) { Exit::Failed } else { Exit::Ok })
}

fn line(finding: &Finding) -> String {
    let Finding { what, state, says, mend } = finding;
    let word = match state {
        State::Good => "good",
        State::Note => "note",
        State::Bad => "BAD",
    };
    let mut line = format!("{word:<5} {what:<10} {says}\n");
    if let Some(mend) = mend {
        // Writing into a string cannot fail.
        let _ = writeln!(line, "{:<16} = {mend}", "");
    }
    line
}

fn good(what: &'static str, says: String) -> Finding {
    Finding { what, state: State::Good, says, mend: None }
}

/// Where what happens is written down.
fn log() -> Finding {
    let Some(file) = about::log_file() else {
        let says = format!("none is written, as {LOG_VARIABLE} asks");
        return Finding { what: "log", state: State::Note, says, mend: None };
    };
    let opened = fs::File::options().append(true).create(true).open(&file);
    match opened {
        Ok(_) => good("log", file.display().to_string()),
        Err(err) => Finding {
            what: "log",
            state: State::Note,
            says: format!("{} cannot be written: {err}", file.display()),
            mend: Some(format!("name another file: {LOG_VARIABLE}=FILE")),
        },
    }
}

/// Where runs are kept that are asked to be.
fn store() -> Finding {
    // Where there is none yet, looking makes none.
    let looked = Runs::default_place().and_then(|place| match place.exists() {
        true => Runs::open(&place).map(|_| place.display().to_string()),
        false => Ok(format!("{}, which the first `run --track` makes", place.display())),
    });
    match looked {
        Ok(says) => good("runs", says),
        Err(err) => Finding {
            what: "runs",
            state: State::Note,
            says: err.to_string(),
            mend: Some(format!("name another file: {PLACE_VARIABLE}=FILE")),
        },
    }
}

fn build() -> Finding {
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    good("build", format!("scalelab {}, for {system} on {processor}", about::build()))
}

fn cores() -> Finding {
    let says = format!("{} of {}", os::cores(), os::cpu());
    let limit = read("/sys/fs/cgroup/cpu.max").and_then(|text| cores_of_cgroup(&text));
    match limit {
        Some(limit) if limit < os::cores() as f64 => Finding {
            what: "cores",
            state: State::Note,
            says: format!("{says}, but this control group may use {limit:.2} of them at a time"),
            mend: Some(
                "a live run with more threads than that is throttled: give the container more, or set `cores`"
                    .to_owned(),
            ),
        },
        _ => good("cores", says),
    }
}

/// Cores that `cpu.max` of a control group allows; `None` where it sets no limit.
fn cores_of_cgroup(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    let (quota, period) = (quota.parse::<f64>().ok()?, period.parse::<f64>().ok()?);
    (period > 0.0).then(|| quota / period)
}

fn memory() -> Finding {
    let available = read("/proc/meminfo").and_then(|text| available_bytes(&text));
    let limit = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse::<u64>().ok());
    let Some(bytes) = available.into_iter().chain(limit).min() else {
        return Finding { what: "memory", state: State::Note, says: "this system does not say".to_owned(), mend: None };
    };
    let says = format!("{:.1} GiB to spare", bytes as f64 / f64::from(1 << 30));
    if bytes >= MEMORY_MIN {
        return good("memory", says);
    }
    let mend = Some("close other programs, or take smaller chunks".to_owned());
    Finding { what: "memory", state: State::Note, says, mend }
}

/// What `/proc/meminfo` says is available.
fn available_bytes(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

fn clock() -> Finding {
    let Some(name) = read("/sys/devices/system/clocksource/clocksource0/current_clocksource") else {
        return good("clock", "that of the system".to_owned());
    };
    let name = name.trim().to_owned();
    if QUICK_CLOCKS.contains(&name.as_str()) {
        return good("clock", format!("{name}, which is read in tens of nanoseconds"));
    }
    let says = format!("{name}, which may take a microsecond to read: short live tasks are measured too long");
    let mend = "boot with `clocksource=tsc` where the processor has a steady one".to_owned();
    Finding { what: "clock", state: State::Note, says, mend: Some(mend) }
}

fn waits() -> Finding {
    if os::run_queue_secs(|_| true).is_some() {
        return good("scheduler", "says how long threads are kept from a core".to_owned());
    }
    let says = "does not say how long threads are kept from a core; live runs leave that out".to_owned();
    Finding { what: "scheduler", state: State::Note, says, mend: None }
}

/// Whether a graphics processor draws.
#[cfg(not(all(target_os = "linux", feature = "window")))]
fn renderer() -> Finding {
    let says = if cfg!(feature = "window") { "that of the system" } else { "none needed: this build has no window" };
    good("renderer", says.to_owned())
}

/// Whether a graphics processor draws: Linux has a node for each under /dev/dri.
#[cfg(all(target_os = "linux", feature = "window"))]
fn renderer() -> Finding {
    let nodes = fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let nodes: Vec<String> = nodes.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if let Some(node) = nodes.iter().find(|name| name.starts_with("renderD")) {
        return good("renderer", format!("/dev/dri/{node}, through wgpu or else OpenGL"));
    }
    Finding {
        what: "renderer",
        state: State::Note,
        says: "no graphics processor is there: the window is drawn in software, which takes more of the cores"
            .to_owned(),
        mend: Some("scalelab --renderer glow, and in its help (?) Quiet, which draws less often".to_owned()),
    }
}

#[cfg(not(all(target_os = "linux", feature = "window")))]
fn display() -> Finding {
    let says = if cfg!(feature = "window") { "that of the system" } else { "none needed: this build has no window" };
    good("display", says.to_owned())
}

#[cfg(all(target_os = "linux", feature = "window"))]
fn display() -> Finding {
    let missing: Vec<&str> =
        LIBRARIES.iter().filter(|(library, _)| !has_library(library)).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        return Finding {
            what: "display",
            state: State::Bad,
            says: format!("the window cannot open: libraries are missing ({})", missing.join(", ")),
            mend: Some(format!("sudo apt-get install {}", missing.join(" "))),
        };
    }
    let named = ["WAYLAND_DISPLAY", "DISPLAY"].iter().find_map(|name| Some((name, std::env::var(name).ok()?)));
    match named {
        Some((name, value)) => good("display", format!("{name}={value}, and its libraries are there")),
        None => Finding {
            what: "display",
            state: State::Note,
            says: "none: the window cannot open here; everything else works".to_owned(),
            mend: Some("scalelab run FILE, or xvfb-run scalelab for a look".to_owned()),
        },
    }
}

/// Whether a shared library is in one of the folders where they are kept.
#[cfg(all(target_os = "linux", feature = "window"))]
fn has_library(name: &str) -> bool {
    let subfolders = |folder: &str| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = ["/usr/lib", "/lib", "/usr/lib64", "/usr/local/lib"];
    folders.iter().any(|folder| {
        Path::new(folder).join(name).exists() || subfolders(folder).any(|sub| sub.is_dir() && sub.join(name).exists())
    })
}

fn python() -> Finding {
    match said_by(&["--version"]) {
        Some(version) => good("python", version),
        None => Finding {
            what: "python",
            state: State::Note,
            says: "not there; it is for comparing with Dask and other simulators alone".to_owned(),
            mend: Some("sudo apt-get install python3 python3-venv".to_owned()),
        },
    }
}

fn dask() -> Finding {
    match said_by(&["-c", "import distributed; print(distributed.__version__)"]) {
        Some(version) => good("dask", format!("distributed {version}")),
        None => Finding {
            what: "dask",
            state: State::Note,
            says: "not there; `benches/work/run` compares with it and fetches its own".to_owned(),
            mend: Some("python3 -m pip install 'dask[distributed]'".to_owned()),
        },
    }
}

/// The first line that Python says to this; `None` where it is not there or fails.
fn said_by(args: &[&str]) -> Option<String> {
    let output = Command::new("python3").args(args).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::to_owned)
}

fn read(path: impl AsRef<Path>) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_group_says_how_many_cores_it_may_use() {
        assert_eq!(cores_of_cgroup("150000 100000\n"), Some(1.5));
        assert_eq!([cores_of_cgroup("max 100000"), cores_of_cgroup("1 0"), cores_of_cgroup("")], [None; 3]);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(available_bytes("MemTotal: 9 kB\nMemAvailable:   2048 kB\n"), Some(2 << 20));
        assert_eq!(available_bytes("MemTotal: 9 kB\n"), None);
    }

    #[test]
    fn what_is_wrong_comes_with_what_mends_it() {
        let finding =
            Finding { what: "display", state: State::Bad, says: "gone".to_owned(), mend: Some("mend it".to_owned()) };
        assert_eq!(line(&finding), "BAD   display    gone\n                 = mend it\n");
    }
}
