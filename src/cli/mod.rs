//! Headless: how is it used without a display? One file per subcommand.
//!
//! stdout is data, stderr is progress. Exit codes are [`Exit`].

mod about;
mod cache;
mod calibrate;
mod compare;
mod completions;
mod doctor;
mod explain;
mod export;
mod extend;
mod list;
pub mod log;
mod pack;
mod plot;
mod progress;
mod replay;
mod run;
mod runs;
mod swarm;
mod sweep;
mod told;
mod truth;
mod twin;
mod validate;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::base::os;
use crate::scenario::Host;

/// A desktop lab for scaling strategies. Without a subcommand it opens the window.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do without the window.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to open the window.
    #[command(flatten)]
    pub window: Window,
}

/// How to open the window.
#[derive(Clone, Debug, clap::Args)]
pub struct Window {
    /// What draws: wgpu with glow as the fallback, or one of them alone.
    #[arg(long, value_enum, default_value_t = Renderer::Auto)]
    pub renderer: Renderer,
    /// Close the window by itself after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    pub quit_after: Option<f64>,
    /// Colours of the window.
    #[arg(long, value_enum)]
    pub theme: Option<Theme>,
    /// Size of the window in points, as 1280x720.
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    pub size: Option<(f32, f32)>,
    /// Run seconds in each second of a simulated run, or `max`: as fast as possible.
    #[arg(long, value_name = "TIMES", value_parser = pace)]
    pub pace: Option<f64>,
    /// Bring a simulated run to this second as fast as possible, and go on from there.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub from: Option<f64>,
    /// Time every frame, but those of the first seconds (2), and write what the window cost to stdout when it closes.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, num_args = 0..=1, require_equals = true,
          default_missing_value = "2")]
    pub measure_frames: Option<f64>,
}

impl Window {
    /// What is said here, and where nothing is, what `other` says.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        Self {
            renderer: if self.renderer == Renderer::Auto { other.renderer } else { self.renderer },
            quit_after: self.quit_after.or(other.quit_after),
            theme: self.theme.or(other.theme),
            size: self.size.or(other.size),
            pace: self.pace.or(other.pace),
            from: self.from.or(other.from),
            measure_frames: self.measure_frames.or(other.measure_frames),
        }
    }
}

/// Reads `60` or `max`.
fn pace(text: &str) -> Result<f64, String> {
    let times = text.parse::<f64>().ok().filter(|times| *times > 0.0 && *times <= 1e6);
    let times = times.or_else(|| (text == "max").then_some(f64::INFINITY));
    times.ok_or_else(|| "write `max`, or a number above 0 and up to 1000000".to_owned())
}

/// Reads seconds, of a year at the most.
fn seconds(text: &str) -> Result<f64, String> {
    let secs = text.parse::<f64>().ok().filter(|secs| (0.0..=366.0 * 86_400.0).contains(secs));
    secs.ok_or_else(|| "write seconds as a number from 0 to those of a year".to_owned())
}

/// Reads `1280x720`.
fn size(text: &str) -> Result<(f32, f32), String> {
    let side = |text: &str| text.parse::<f32>().ok().filter(|side| (100.0..=16_384.0).contains(side));
    let sides = text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
    sides.ok_or_else(|| "write it as 1280x720, each side from 100 to 16384".to_owned())
}

/// What draws the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Renderer {
    /// wgpu, or glow where that fails.
    Auto,
    /// wgpu alone.
    Wgpu,
    /// OpenGL alone.
    Glow,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What to do without the window, or with it on a file.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the window with a scenario, or with the scenario of a run.
    Open {
        /// A scenario file, a run directory, or a packed run (.slrun).
        file: PathBuf,
        /// How to open the window.
        #[command(flatten)]
        window: Window,
    },
    /// Say what this program is, what it is built with, and where its log is.
    About(about::Args),
    /// Run a scenario without a display.
    Run(run::Args),
    /// Compare two strategies on the same arrivals, keys and demands.
    Compare(compare::Args),
    /// Measure this computer at the work of a scenario, for simulating it.
    Calibrate(calibrate::Args),
    /// What caches of several sizes miss of a trace, policy by policy.
    Cache(cache::Args),
    /// Write what a shell needs to complete subcommands and flags.
    Completions(completions::Args),
    /// Say what this computer has of what the program needs, and what mends the rest.
    Doctor(doctor::Args),
    /// Say what a field of a scenario file is and means.
    Explain(explain::Args),
    /// Write a run for other programs: a page, a table, a trace, a notebook.
    Export(export::Args),
    /// Say what more of this machine would do, up and out, by the profile of a scenario.
    Extend(extend::Args),
    /// Say what there is to choose from.
    List(list::Args),
    /// Put a run directory into one file.
    Pack(pack::Args),
    /// Run the recorded scenario of a run again.
    Replay(replay::Args),
    /// Search, show and tag the runs that were kept (`run --track`).
    Runs(runs::Args),
    /// Run random scenarios and look at their books after every event.
    Swarm(swarm::Args),
    /// Try each value of some fields of a scenario, and find the cheapest that meets its objectives.
    Sweep(sweep::Args),
    /// Compare this program with what is known exactly, case by case.
    Truth(truth::Args),
    /// Predict what this computer does from the profile of a scenario, and see what it does.
    Twin(twin::Args),
    /// Check scenario files and say everything that is wrong with them.
    Validate(validate::Args),
}

/// Exit codes, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Ok = 0,
    /// The run, or reading or writing, failed.
    Failed = 1,
    /// The command line says something that cannot be.
    Usage = 2,
    /// A scenario is invalid.
    Invalid = 3,
    /// A replay came to something else.
    Diverged = 4,
    /// An objective failed.
    ObjectiveFailed = 99,
    /// Ctrl-C; what was done is written.
    Interrupted = 130,
}

/// Carries out a subcommand that needs no window.
pub fn execute(command: Command) -> ExitCode {
    let result = match command {
        Command::Run(args) => run::execute(&args),
        Command::About(args) => about::execute(&args),
        Command::Compare(args) => compare::execute(&args),
        Command::Cache(args) => cache::execute(&args),
        Command::Calibrate(args) => calibrate::execute(&args),
        Command::Completions(args) => completions::execute(&args),
        Command::Doctor(args) => doctor::execute(&args),
        Command::Explain(args) => explain::execute(&args),
        Command::Export(args) => export::execute(&args),
        Command::Extend(args) => extend::execute(&args),
        Command::List(args) => list::execute(&args),
        Command::Pack(args) => pack::execute(&args),
        Command::Replay(args) => replay::execute(&args),
        Command::Runs(args) => runs::execute(&args),
        Command::Swarm(args) => swarm::execute(&args),
        Command::Sweep(args) => sweep::execute(&args),
        Command::Truth(args) => truth::execute(&args),
        Command::Twin(args) => twin::execute(&args),
        Command::Validate(args) => validate::execute(&args),
        Command::Open { .. } => return no_window(),
    };
    let exit = result.unwrap_or_else(|err| {
        ::log::error!("{err:#}");
        eprintln!("error: {err:#}");
        Exit::Failed
    });
    ExitCode::from(exit as u8)
}

/// Says that this build has no window.
pub fn no_window() -> ExitCode {
    eprintln!(
        "error: this build of scalelab has no window; run a scenario with `scalelab run FILE`, or build it with the \
         feature `window`"
    );
    ExitCode::from(Exit::Usage as u8)
}

/// Writes data to stdout. A reader that has seen enough and closed the pipe is no error.
///
/// # Errors
/// When stdout cannot be written to.
pub fn put(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(err) if err.kind() != std::io::ErrorKind::BrokenPipe => Err(err).context("cannot write to stdout"),
        _ => Ok(()),
    }
}

/// This computer, as scenarios refer to it.
pub fn host() -> Host {
    Host { cores: os::cores() as u32, cpu: os::cpu() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(args: &[&str]) -> Window {
        let parsed = Cli::try_parse_from(["scalelab"].iter().chain(args)).unwrap_or_else(|err| panic!("{err}"));
        match parsed.command {
            Some(Command::Open { window, .. }) => window.or(&parsed.window),
            _ => parsed.window,
        }
    }

    #[test]
    fn how_a_window_opens_may_stand_before_or_after_what_it_opens() {
        let after = window(&["open", "mm1", "--renderer", "glow", "--pace", "max", "--measure-frames"]);
        let before = window(&["--renderer", "glow", "--pace", "max", "--measure-frames", "open", "mm1"]);
        for read in [after, before] {
            assert_eq!(
                (read.renderer, read.pace, read.measure_frames),
                (Renderer::Glow, Some(f64::INFINITY), Some(2.0))
            );
        }
        let both =
            window(&["--quit-after", "5", "--from=7", "open", "mm1", "--quit-after", "9", "--measure-frames=0.5"]);
        assert_eq!((both.quit_after, both.from, both.measure_frames), (Some(9.0), Some(7.0), Some(0.5)));
    }

    #[test]
    fn a_pace_is_a_number_or_the_most() {
        assert_eq!((pace("60"), pace("max"), pace("0.5")), (Ok(60.0), Ok(f64::INFINITY), Ok(0.5)));
        for wrong in ["0", "-1", "inf", "NaN", "2e6", "fast", ""] {
            assert!(pace(wrong).is_err(), "{wrong}");
        }
        assert!(
            seconds("-1").is_err() && seconds("NaN").is_err() && seconds("1e9").is_err() && seconds("90") == Ok(90.0)
        );
    }
}
