//! `scalelab run FILE`: a scenario without a display.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use serde_json::json;

use super::progress::Lines;
use super::runs::Track;
use super::{Exit, progress, told};
use crate::analysis::insight;
use crate::base::os;
use crate::engine::handle::{Finished, Options, Pace};
use crate::experiment::figures::{Figure, Until};
use crate::experiment::mirror;
use crate::experiment::replications::{self, Ask, Replicated};
use crate::interop::export;
use crate::interop::record::{self, PACK_ENDING};
use crate::interop::report::{Curves, Form, Report};
use crate::metrics::Row;
use crate::metrics::summary::Summary;
use crate::scenario::{self, Scenario, ScenarioErrors};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file, or the name of a bundled scenario.
    file: PathBuf,
    /// Change a value of the file, as `pools.machines.groups.1.count=3`. May be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Run a twin that the file names: the same with something changed, as its cure.
    #[arg(long, value_name = "NAME")]
    twin: Option<String>,
    /// The seed of every random stream.
    #[arg(long)]
    seed: Option<u64>,
    /// Real threads on the wall clock, or everything modelled in virtual time.
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// How long to run, as `30s` or `2m`.
    #[arg(long, value_name = "SPAN")]
    duration: Option<String>,
    /// Write the run into this directory, which must not exist yet.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Virtual seconds per wall second of a simulated run; as fast as possible where it is not given.
    #[arg(long)]
    pace: Option<f64>,
    /// Write a report to this file: a page (.html), text (.md) or objectives as tests for a build server (JUnit, .xml). May be given
    /// several times; what is there is replaced.
    #[arg(long, value_name = "FILE", value_parser = report_file)]
    report: Vec<PathBuf>,
    /// Simulate so many independent replications, each with a seed of its own, and say how sure each figure is.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=REPLICATIONS_MAX))]
    replications: Option<u64>,
    /// Go on until a figure is known that well, as p99=2% (half-width at 95 % confidence).
    #[arg(long, value_name = "FIGURE=SHARE")]
    until: Option<Until>,
    /// With --until: replications at most.
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u64).range(2..=REPLICATIONS_MAX))]
    cap: u64,
    /// Whether the run is kept.
    #[command(flatten)]
    track: Track,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

/// Replications, at most.
const REPLICATIONS_MAX: u64 = 100_000;
/// Replications to begin with, where only the precision is asked for.
const REPLICATIONS: u64 = 10;

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Mode {
    Live,
    Simulate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A summary for people.
    Text,
    /// The summary, versioned, as one JSON object.
    Json,
    /// A JSON object a line, as the run goes on: what begins, a line for each second, the summary. Of replications, a line for each.
    Jsonl,
    /// A line of numbers for each second, as the run goes on. Of replications, a line for each.
    Csv,
}

impl Args {
    /// What `--set` and its short forms change.
    fn assignments(&self) -> Vec<String> {
        let mode = self.mode.map(|mode| match mode {
            Mode::Live => "mode=Live".to_owned(),
            Mode::Simulate => "mode=Simulate".to_owned(),
        });
        let seed = self.seed.map(|seed| format!("seed={seed}"));
        let duration = self.duration.as_ref().map(|duration| format!("duration={duration}"));
        self.set.iter().cloned().chain(mode).chain(seed).chain(duration).collect()
    }
}

/// A file whose ending says what kind of report it is.
fn report_file(name: &str) -> Result<PathBuf, String> {
    Form::of_file(name)
        .map(|_| PathBuf::from(name))
        .ok_or_else(|| "a report ends in .html, .md or .xml (JUnit)".to_owned())
}

/// Writes reports, each beside its place first, so that a kill leaves the old one or the new one.
fn write_reports(files: &[PathBuf], report: &Report<'_>) -> anyhow::Result<()> {
    for file in files {
        let Some(form) = Form::of_file(&file.to_string_lossy()) else { continue };
        export::write(file, report.written(form).as_bytes())?;
    }
    Ok(())
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let (text, scenario) = match scenario_of(args) {
        Ok(read) => read,
        Err(errors) => return Ok(refuse(&errors)),
    };
    if scenario.duration.is_none() {
        let file = args.file.display();
        bail!("{file} has no duration, and without a display nobody could stop it; add --duration 60s");
    }
    if let Some(concern) = mirror::concern(&scenario, &super::host(), os::unix_secs()).filter(|_| !args.quiet) {
        eprintln!("warning: {concern}");
    }
    // What cannot be kept is said before the run, not after it.
    let track = args.track.open()?;
    let started = os::unix_secs();
    if args.replications.is_some() || args.until.is_some() {
        return replicate(args, &text, &scenario, track);
    }
    let scenario = Arc::new(scenario);
    let options = Options {
        pace: args.pace.map_or(Pace::AsFastAsPossible, Pace::Times),
        out: args.out.clone(),
        source: text.clone(),
        ..Options::default()
    };
    begin_stream(args.format, &scenario)?;
    let lines: Lines<'_> = match args.format {
        Format::Csv => Some(&|row: &Row| super::put(&row.csv())),
        // As text, for a value would lose the order of the columns.
        Format::Jsonl => {
            Some(&|row: &Row| super::put(&format!("{{\"type\":\"row\",\"row\":{}}}\n", serde_json::to_string(row)?)))
        }
        Format::Text | Format::Json => None,
    };
    let (finished, interrupted) = progress::follow(scenario.clone(), options, args.quiet, lines)?;
    // The result first: what cannot be kept or written afterwards takes nothing of it away.
    match args.format {
        Format::Json => super::put(&(serde_json::to_string_pretty(&finished.summary)? + "\n")),
        Format::Text => super::put(&told::run(&finished)),
        Format::Jsonl => super::put(&(json!({"type": "summary", "summary": finished.summary}).to_string() + "\n")),
        Format::Csv => Ok(()),
    }?;
    if let Some(track) = track {
        let dir = args.out.as_ref().filter(|_| matches!(finished.written, Some(Ok(_))));
        track.keep_one(&finished.summary, &text, &scenario, started, interrupted, dir)?;
    }
    report(args, &text, &finished)?;
    if let Some(Err(why)) = &finished.written {
        bail!("the run could not be written: {why}");
    }
    let missed = finished.summary.objectives.iter().any(|objective| objective.fails_run && !objective.met);
    Ok(match (interrupted, missed) {
        (true, _) => Exit::Interrupted,
        (_, true) => Exit::ObjectiveFailed,
        _ => Exit::Ok,
    })
}

/// The scenario with everything that the command line changes, and its text.
fn scenario_of(args: &Args) -> Result<(String, Scenario), ScenarioErrors> {
    let (text, origin) = text_of_file(&args.file)?;
    let twin = match &args.twin {
        None => None,
        name => scenario::twin(&text, name.as_deref(), &origin, &super::host())?,
    };
    let changes: Vec<String> = twin.into_iter().flat_map(|twin| twin.set).chain(args.assignments()).collect();
    scenario::set(&text, &changes, &origin, &super::host())
}

/// What stands before the first line.
fn begin_stream(format: Format, scenario: &Scenario) -> anyhow::Result<()> {
    let mode = scenario.mode.name();
    let begins = json!({"type": "start", "version": 1, "scalelab": env!("CARGO_PKG_VERSION"), "title": scenario.title,
                        "mode": mode, "seed": scenario.seed});
    match format {
        Format::Csv => super::put(&Row::csv_header()),
        Format::Jsonl => super::put(&format!("{begins}\n")),
        Format::Text | Format::Json => Ok(()),
    }
}

/// Writes the reports that were asked for, and that of the run directory.
fn report(args: &Args, text: &str, finished: &Finished) -> anyhow::Result<()> {
    let host = super::host();
    let host = mirror::calibrate::machine(&host.cpu, host.cores);
    let (curves, findings) = (Curves::of_series(&finished.snapshot.series), insight::diagnose(&finished.snapshot));
    let report =
        Report { summary: &finished.summary, curves: &curves, findings: &findings, scenario: text, host: &host };
    write_reports(&args.report, &report)?;
    if let Some(Ok(dir)) = &finished.written {
        export::write(&dir.join("findings.json"), &serde_json::to_vec_pretty(&findings)?)?;
        export::write(&dir.join("report.html"), report.written(Form::Html).as_bytes())?;
    }
    Ok(())
}

/// Many runs instead of one.
fn replicate(args: &Args, text: &str, scenario: &Scenario, track: Option<super::runs::Kept>) -> anyhow::Result<Exit> {
    if args.out.is_some() {
        bail!("a run directory holds one run, not several: leave out --out");
    }
    if args.pace.is_some() {
        bail!("replications run as fast as possible: leave out --pace");
    }
    if scenario.mode == scenario::Mode::Live {
        bail!("a live run cannot be had several times at once: add --mode simulate");
    }
    let started = os::unix_secs();
    let ask = Ask { count: args.replications.unwrap_or(REPLICATIONS), until: args.until, cap: args.cap };
    // A number of replications that was asked for is no cap to itself.
    let ask = Ask { cap: if ask.until.is_some() { ask.cap.max(ask.count) } else { ask.count }, ..ask };
    let interrupted = progress::interruption();
    let replicated = replications::run_until(scenario, &ask, &interrupted)?;
    let Some(summary) = replicated.summary(scenario) else {
        bail!("it was interrupted before two replications were done")
    };
    match args.format {
        Format::Json => super::put(&(serde_json::to_string_pretty(&summary)? + "\n")),
        Format::Text => super::put(&told::replications(&summary, &replicated.together)),
        Format::Jsonl => super::put(&jsonl_of_replications(&replicated, &summary)),
        Format::Csv => super::put(&csv_of_replications(&replicated)),
    }?;
    let host = super::host();
    let host = mirror::calibrate::machine(&host.cpu, host.cores);
    let curves = Curves::none();
    write_reports(
        &args.report,
        &Report { summary: &summary, curves: &curves, findings: &[], scenario: text, host: &host },
    )?;
    let was_interrupted = interrupted.load(std::sync::atomic::Ordering::Relaxed);
    if let Some(track) = track {
        track.keep_one(&summary, text, scenario, started, was_interrupted, None)?;
    }
    let missed = summary.objectives.iter().any(|objective| objective.fails_run && !objective.met);
    Ok(match (was_interrupted, missed) {
        (true, _) => Exit::Interrupted,
        (_, true) => Exit::ObjectiveFailed,
        _ => Exit::Ok,
    })
}

/// A line for each replication, and one for all of them.
fn jsonl_of_replications(replicated: &Replicated, together: &Summary) -> String {
    let one = |(number, summary): (usize, &Summary)| {
        json!({"type": "replication", "number": number, "summary": summary}).to_string() + "\n"
    };
    let each: String = replicated.summaries.iter().enumerate().map(one).collect();
    each + &json!({"type": "summary", "summary": together}).to_string() + "\n"
}

/// The figures of each replication.
fn csv_of_replications(replicated: &Replicated) -> String {
    let names: Vec<&str> = Figure::ALL.into_iter().map(Figure::field).collect();
    let line = |(number, summary): (usize, &Summary)| {
        let cells =
            Figure::ALL.into_iter().map(|figure| figure.of(summary).map_or(String::new(), |value| value.to_string()));
        format!("{number},{},{}\n", summary.seed, cells.collect::<Vec<_>>().join(","))
    };
    let lines: String = replicated.summaries.iter().enumerate().map(line).collect();
    format!("replication,seed,{}\n{lines}", names.join(","))
}

/// The text of a scenario file, or of a bundled scenario of that name, and where it comes from.
pub(super) fn text_of_file(file: &Path) -> Result<(String, String), ScenarioErrors> {
    let origin = file.display().to_string();
    if file.extension().is_some_and(|ending| ending == PACK_ENDING) {
        let text = record::scenario_text(file).map_err(|err| ScenarioErrors::whole(&origin, err.to_string(), None))?;
        return Ok((text, origin));
    }
    match (scenario::bundled::find(&file.to_string_lossy()), file.exists()) {
        (Some(bundled), false) => Ok((bundled.text.to_owned(), bundled.name.to_owned())),
        _ => scenario::read_text(file).map(|text| (text, file.display().to_string())),
    }
}

/// A scenario with what is changed in it, simulated whatever the file says.
pub(super) fn simulated(text: &str, origin: &str, mut assignments: Vec<String>) -> Result<Scenario, ScenarioErrors> {
    let (_, scenario) = scenario::set(text, &assignments, origin, &super::host())?;
    if scenario.mode == scenario::Mode::Simulate {
        return Ok(scenario);
    }
    // Read again, since a simulated run needs things that a live one does not.
    assignments.push("mode=Simulate".to_owned());
    scenario::set(text, &assignments, origin, &super::host()).map(|(_, scenario)| scenario)
}

/// Says what is wrong with a scenario.
pub(super) fn refuse(errors: &ScenarioErrors) -> Exit {
    eprintln!("{errors}");
    Exit::Invalid
}
