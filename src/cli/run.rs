//! `scalelab run FILE`: a scenario without a display.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;

use super::{Exit, progress};
use crate::engine::handle::{Finished, Options, Pace};
use crate::metrics::summary::Summary;
use crate::scenario;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file, or the name of a bundled scenario.
    file: PathBuf,
    /// Change a value of the file, as `pools.machines.groups.1.count=3`. May be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
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
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

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

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let (text, origin) = match (scenario::bundled::find(&args.file.to_string_lossy()), args.file.exists()) {
        (Some(bundled), false) => (bundled.text.to_owned(), bundled.name.to_owned()),
        _ => match scenario::read_text(&args.file) {
            Ok(text) => (text, args.file.display().to_string()),
            Err(errors) => return Ok(refuse(&errors)),
        },
    };
    let (text, scenario) = match scenario::set(&text, &args.assignments(), &origin, &super::host()) {
        Ok(read) => read,
        Err(errors) => return Ok(refuse(&errors)),
    };
    if scenario.duration.is_none() {
        bail!("{origin} has no duration, and without a display nobody could stop it; add --duration 60s");
    }
    let options = Options {
        pace: args.pace.map_or(Pace::AsFastAsPossible, Pace::Times),
        out: args.out.clone(),
        source: text,
        ..Options::default()
    };
    let (finished, interrupted) = progress::follow(Arc::new(scenario), options, args.quiet)?;
    match args.format {
        Format::Json => super::put(&(serde_json::to_string_pretty(&finished.summary)? + "\n")),
        Format::Text => super::put(&text_of(&finished)),
    }?;
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

/// Says what is wrong with a scenario.
fn refuse(errors: &scenario::ScenarioErrors) -> Exit {
    eprintln!("{errors}");
    Exit::Invalid
}

/// The summary for people.
pub(super) fn text_of(finished: &Finished) -> String {
    use std::fmt::Write;
    let Summary { title, mode, seed, duration_secs, totals, latency_secs, cost, jobs, objectives, .. } =
        &finished.summary;
    let summary = &finished.summary;
    let (times, source) = match mode.as_str() {
        "live" => ("live", "this computer measured, other machines modelled"),
        _ => ("simulated", "modelled"),
    };
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{title}\n  {times}, {duration_secs:.1} s, seed {seed} ({source})");
    for (name, job) in jobs {
        if let Some(answer) = &job.first_answer {
            let error = answer.std_error.map_or(String::new(), |error| format!(" (standard error {error:.6})"));
            let _ = writeln!(out, "  answer      {name}: {}{error}", answer.value);
        }
    }
    if let Some(capacity) = summary.capacity_jobs_per_sec {
        let how = if mode == "live" { "measured" } else { "calibrated" };
        let _ = writeln!(out, "  capacity    {capacity:.1} jobs/s ({how} at the start)");
    }
    let _ = writeln!(
        out,
        "  jobs        {} arrived, {} completed, {} failed in any way, {} in flight",
        totals.jobs.arrived,
        totals.jobs.of(crate::cluster::Outcome::Completed),
        totals.jobs.errors(),
        totals.jobs.in_flight,
    );
    let _ = writeln!(
        out,
        "  throughput  {:.1} jobs/s, {:.1} tasks/s",
        summary.throughput_jobs_per_sec, summary.throughput_tasks_per_sec
    );
    let _ = writeln!(
        out,
        "  latency     mean {:.4} s, p50 {:.4} s, p95 {:.4} s, p99 {:.4} s, max {:.4} s",
        latency_secs.mean, latency_secs.p50, latency_secs.p95, latency_secs.p99, latency_secs.max
    );
    let _ = writeln!(out, "  utilisation {:.1} %", summary.utilisation * 100.0);
    let per_1000 = cost.per_1000_jobs.map_or("no jobs yet".to_owned(), |usd| format!("${usd:.5} per 1,000 jobs"));
    let price = cost.provenance.map_or("", |provenance| provenance.word());
    let _ = writeln!(
        out,
        "  cost        ${:.4}/h, ${:.6} billed, {per_1000} (idle ${:.6}, wasted ${:.6}; prices {price})",
        cost.per_hour, cost.billed, cost.idle, cost.wasted
    );
    for objective in objectives {
        let verdict = if objective.met { "met" } else { "MISSED" };
        let measured = objective.measured.map_or("nothing measured".to_owned(), |value| format!("{value:.6}"));
        let _ = writeln!(out, "  objective   {} ({}): {measured}, {verdict}", objective.name, objective.asked);
    }
    if let Some(Ok(dir)) = &finished.written {
        let _ = writeln!(out, "  written     {}", dir.display());
    }
    out
}
