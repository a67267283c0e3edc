//! `scalelab compare A [B]`: two strategies on the same luck.
//!
//! Two files, or one file with what differs: `scalelab compare api.ron --b pools.api.balance=PowerOfTwo`.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::{Exit, progress, run};
use crate::analysis::intervals::Interval;
use crate::experiment::figures::Figure;
use crate::experiment::twins::{self, Twins};
use crate::scenario::{self, Scenario, ScenarioErrors, Twin};

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The first scenario: a file, or the name of a bundled one.
    first: PathBuf,
    /// The second; the first again where it is not given.
    second: Option<PathBuf>,
    /// Change a value of both, as `pools.api.groups.0.count=3`. May be given several times, as all three.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Change a value of the first alone.
    #[arg(long, value_name = "PATH=VALUE")]
    a: Vec<String>,
    /// Change a value of the second alone.
    #[arg(long, value_name = "PATH=VALUE")]
    b: Vec<String>,
    /// As the second, this twin that the file of the first names; its first one where nothing else differs.
    #[arg(long, value_name = "NAME", conflicts_with = "second")]
    twin: Option<String>,
    /// Runs of each.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=10_000))]
    replications: u64,
    /// What the verdict is about: mean, p50, p95, p99, throughput, utilisation, in_system, errors, cost or cost_per_1000.
    #[arg(long, default_value_t = Figure::P99)]
    figure: Figure,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The verdict and a table for people.
    Text,
    /// One JSON object.
    Json,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let twin = match twin(args) {
        Ok(twin) => twin,
        Err(errors) => return Ok(run::refuse(&errors)),
    };
    if is_alike(args) && twin.is_none() {
        bail!("nothing differs: give a second file, or say what B is to have with --b PATH=VALUE");
    }
    let second = args.second.as_ref().unwrap_or(&args.first);
    let title = twin.as_ref().map(|twin| twin.title.clone());
    let changes: Vec<String> = twin.into_iter().flat_map(|twin| twin.set).chain(args.b.iter().cloned()).collect();
    let (first, second) = match (read(&args.first, &args.set, &args.a), read(second, &args.set, &changes)) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(errors), _) | (_, Err(errors)) => return Ok(run::refuse(&errors)),
    };
    let interrupted = progress::interruption();
    let twins = twins::compare_until(&first, &second, args.replications, args.figure, &interrupted)?;
    let was_interrupted = interrupted.load(Ordering::Relaxed);
    if twins.replications < 2 {
        bail!("it was interrupted before two replications of each were done");
    }
    match args.format {
        Format::Text => {
            let title = title.map_or_else(String::new, |title| format!("B: {title}\n"));
            super::put(&(title + &text_of(&twins)))
        }
        Format::Json => super::put(&(serde_json::to_string_pretty(&json_of(&twins))? + "\n")),
    }?;
    Ok(if was_interrupted { Exit::Interrupted } else { Exit::Ok })
}

/// The twin that is asked for, by its name or because nothing else differs.
fn twin(args: &Args) -> Result<Option<Twin>, ScenarioErrors> {
    if args.twin.is_none() && !is_alike(args) {
        return Ok(None);
    }
    let (text, origin) = run::text_of_file(&args.first)?;
    scenario::twin(&text, args.twin.as_deref(), &origin, &super::host())
}

/// Whether nothing is said to differ.
fn is_alike(args: &Args) -> bool {
    args.second.is_none() && args.a.is_empty() && args.b.is_empty()
}

/// A scenario with what is changed in it.
fn read(file: &Path, both: &[String], own: &[String]) -> Result<Scenario, ScenarioErrors> {
    let (text, origin) = run::text_of_file(file)?;
    run::simulated(&text, &origin, both.iter().chain(own).cloned().collect())
}

fn text_of(twins: &Twins) -> String {
    use std::fmt::Write;
    let mut out = format!("{}\n", twins.sentence);
    // Writing into a string cannot fail.
    let _ = writeln!(out, "  {:<24} {:>14} {:>14} {:>24}", "", "A", "B", "B less A (95 %)");
    for compared in &twins.figures {
        let (first, second, difference) = (compared.first, compared.second, compared.difference);
        let _ = writeln!(
            out,
            "  {:<24} {:>14.6} {:>14.6} {:>+13.6} ± {:<.6}",
            compared.figure.field(),
            first.estimate,
            second.estimate,
            difference.estimate,
            difference.half_width(),
        );
    }
    out
}

fn json_of(twins: &Twins) -> Value {
    let interval = |interval: Interval| json!({"mean": interval.estimate, "low": interval.low, "high": interval.high});
    let figures: Map<String, Value> = twins
        .figures
        .iter()
        .map(|compared| {
            let figure = json!({
                "a": interval(compared.first),
                "b": interval(compared.second),
                "difference": interval(compared.difference),
                "change": compared.change.map(interval),
                "is_real": compared.is_real(),
            });
            (compared.figure.field().to_owned(), figure)
        })
        .collect();
    json!({
        "verdict": twins.sentence,
        "replications": twins.replications,
        "warmup_secs": twins.warmup_secs,
        "confidence": 0.95,
        "figures": figures,
    })
}
