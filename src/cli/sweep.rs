//! `scalelab sweep FILE --over PATH[=VALUES]`: each value of some fields of a scenario, on the same luck.

use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use super::runs::Track;
use super::{Exit, progress, run};
use crate::analysis::intervals::Interval;
use crate::base::figures::dollars;
use crate::experiment::figures::Figure;
use crate::experiment::sweep::{self, Axis, Came, Point, Sweep};
use crate::scenario::limits::SWEEP_POINTS_MAX;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file, or the name of a bundled scenario.
    file: PathBuf,
    /// A field and its values, as `pools.api.groups.0.count=1,2,4` or `…=1..=8`; without values, everything that `list policies` has for
    /// it, as `pools.api.balance`. Given several times: every combination.
    #[arg(long, value_name = "PATH[=VALUES]", required = true)]
    over: Vec<Axis>,
    /// Change a value of every point. May be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Runs of each point.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(2..=10_000))]
    replications: u64,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Whether the sweep is kept, with each point as a part of it.
    #[command(flatten)]
    track: Track,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table for people.
    Text,
    /// A line for each point.
    Csv,
    /// One JSON object.
    Json,
}

/// What the table for people shows of a point, and how it is called there.
const SHOWN: [(Figure, &str); 6] = [
    (Figure::P50, "p50"),
    (Figure::P99, "p99"),
    (Figure::Throughput, "jobs/s"),
    (Figure::Errors, "errors"),
    (Figure::Cost, "$/h"),
    (Figure::CostPer1000, "$/1,000"),
];

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let points = sweep::points(&args.over);
    if points > SWEEP_POINTS_MAX {
        bail!("these are {points} points, more than {SWEEP_POINTS_MAX}, the limit SWEEP_POINTS_MAX: give fewer values");
    }
    let (text, origin) = match run::text_of_file(&args.file) {
        Ok(read) => read,
        Err(errors) => return Ok(run::refuse(&errors)),
    };
    let make = |own: &[String]| run::simulated(&text, &origin, args.set.iter().chain(own).cloned().collect());
    let scenario = match make(&[]) {
        Ok(scenario) if scenario.duration.is_none() => {
            bail!("{origin} has no duration, so its runs would never end; add --set duration=60s")
        }
        Ok(scenario) => scenario,
        Err(errors) => return Ok(run::refuse(&errors)),
    };
    let mut count = progress::Count::new(points, "points", args.quiet);
    let mut kept = args.track.open()?.map(|track| track.begin_sweep(&text, scenario, &args.over)).transpose()?;
    let mut trouble = None;
    let swept = sweep::run(args.over.clone(), args.replications, make, |point| {
        if let Some(kept) = &mut kept
            && let Err(err) = kept.point(&args.over, point)
        {
            trouble = Some(err);
        }
        count.one_more() && trouble.is_none()
    })?;
    if let Some(err) = trouble {
        return Err(err);
    }
    if let Some(kept) = kept {
        kept.end(count.was_interrupted())?;
    }
    // What no point can have is wrong with the sweep, not with a point.
    if let Some(Err(errors)) = swept.points.first().map(|point| &point.came)
        && swept.points.iter().all(|point| point.came.is_err())
    {
        return Ok(run::refuse(errors));
    }
    match args.format {
        Format::Text => super::put(&text_of(&swept, args.replications)),
        Format::Csv => super::put(&csv_of(&swept, args.replications)?),
        Format::Json => super::put(&(serde_json::to_string_pretty(&json_of(&swept, args.replications))? + "\n")),
    }?;
    Ok(if count.was_interrupted() { Exit::Interrupted } else { Exit::Ok })
}

/// Why a point cannot be had, in a line.
fn refusal(point: &Point) -> Option<String> {
    let errors = point.came.as_ref().err()?;
    Some(errors.problems.first().map_or_else(|| errors.to_string(), |problem| problem.what.clone()))
}

fn text_of(swept: &Sweep, replications: u64) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let head = swept.axes.iter().map(|axis| axis.path.clone());
    let figures = SHOWN.iter().flat_map(|(_, name)| [(*name).to_owned(), "±".to_owned()]);
    rows.push(head.chain(figures).chain(["objectives".to_owned()]).collect());
    for point in &swept.points {
        let told = match &point.came {
            Ok(came) => cells(came, replications),
            Err(_) => vec![format!("refused: {}", refusal(point).unwrap_or_default())],
        };
        rows.push(point.values.iter().cloned().chain(told).collect());
    }
    let columns = rows[0].len();
    // A refusal is as long as it is.
    let whole = || rows.iter().filter(|row| row.len() == columns);
    let width = |column: usize| whole().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let named = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let axes = swept.axes.len();
    let widths: Vec<usize> = (0..columns).map(|at| if at < axes { named(at) } else { width(at) }).collect();
    let cheapest = swept.cheapest();
    let mut out = String::new();
    for (ix, row) in rows.iter().enumerate() {
        let mark = if ix > 0 && cheapest == Some(ix - 1) { "*" } else { " " };
        let cell = |(at, text): (usize, &String)| {
            if at < axes || row.len() < columns {
                format!("{text:<width$}", width = widths[at])
            } else {
                format!("{text:>width$}", width = widths[at])
            }
        };
        let line = row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ");
        out.push_str(format!("{mark} {line}").trim_end());
        out.push('\n');
    }
    out.push_str(&verdict(swept, replications));
    out
}

/// The figures of a point, each with half of its interval, and how it stands with the objectives.
fn cells(came: &Came, replications: u64) -> Vec<String> {
    // Columns have the unit of rates at their head.
    let written = |figure: Figure, value: f64| match figure {
        Figure::Throughput => format!("{value:.1}"),
        _ => figure.written(value),
    };
    let figures = SHOWN.iter().flat_map(|(figure, _)| match came.figures.get(figure) {
        Some(own) => [written(*figure, own.estimate), written(*figure, own.half_width())],
        None => ["-".to_owned(), String::new()],
    });
    let objectives = match came.meets {
        None => "none".to_owned(),
        Some(true) => format!("met ({} of {replications} runs)", came.met),
        Some(false) => format!("MISSED (met in {} of {replications} runs)", came.met),
    };
    let unsound = (!came.is_sound).then(|| "CHECK FAILED: a bug of scalelab".to_owned());
    figures.chain([unsound.unwrap_or(objectives)]).collect()
}

/// Which point is the cheapest that does what is asked.
fn verdict(swept: &Sweep, replications: u64) -> String {
    let has_objectives = swept.points.iter().any(|point| point.came.as_ref().is_ok_and(|came| came.meets.is_some()));
    let Some(best) = swept.cheapest().and_then(|ix| swept.points.get(ix)) else {
        return if has_objectives {
            "no point meets every objective\n".to_owned()
        } else {
            "the scenario has no objectives: with some, the cheapest point that meets them is named here\n".to_owned()
        };
    };
    let named = swept.axes.iter().zip(&best.values).map(|(axis, value)| format!("{}={value}", axis.path));
    let named: Vec<String> = named.collect();
    let cost = best.came.as_ref().ok().and_then(|came| came.figures.get(&Figure::CostPer1000).copied());
    let cost = cost.map_or(String::new(), |cost| {
        format!(", at {} ± {} for 1,000 jobs", dollars(cost.estimate), dollars(cost.half_width()))
    });
    let named = named.join(" ");
    format!("* the cheapest that meets every objective on average of {replications} runs: {named}{cost}\n")
}

fn csv_of(swept: &Sweep, replications: u64) -> anyhow::Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let axes = swept.axes.iter().map(|axis| axis.path.clone());
    let bounds = |figure: Figure| ["mean", "low", "high"].map(|of| format!("{}_{of}", figure.field()));
    let rest = ["replications", "replications_met", "objectives_met", "refused"].map(str::to_owned);
    out.write_record(axes.chain(Figure::ALL.into_iter().flat_map(bounds)).chain(rest))?;
    for point in &swept.points {
        let came = point.came.as_ref().ok();
        let bounds = |figure: Figure| {
            let own = came.and_then(|came| came.figures.get(&figure));
            let values = own.map(|own| [own.estimate, own.low, own.high].map(|value| value.to_string()));
            values.unwrap_or_default()
        };
        let rest = [
            came.map_or(String::new(), |_| replications.to_string()),
            came.map_or(String::new(), |came| came.met.to_string()),
            came.and_then(|came| came.meets).map_or(String::new(), |meets| meets.to_string()),
            refusal(point).unwrap_or_default(),
        ];
        out.write_record(point.values.iter().cloned().chain(Figure::ALL.into_iter().flat_map(bounds)).chain(rest))?;
    }
    let bytes = out.into_inner().context("cannot write the table")?;
    String::from_utf8(bytes).context("the table is no text")
}

fn json_of(swept: &Sweep, replications: u64) -> Value {
    let interval = |own: &Interval| json!({"mean": own.estimate, "low": own.low, "high": own.high});
    let point = |point: &Point| {
        let set: Map<String, Value> =
            swept.axes.iter().zip(&point.values).map(|(axis, value)| (axis.path.clone(), json!(value))).collect();
        match &point.came {
            Ok(came) => {
                let figures: Map<String, Value> =
                    came.figures.iter().map(|(figure, own)| (figure.field().to_owned(), interval(own))).collect();
                json!({"set": set, "figures": figures, "objectives_met": came.meets, "replications_met": came.met,
                       "checks_hold": came.is_sound})
            }
            Err(_) => json!({"set": set, "refused": refusal(point)}),
        }
    };
    json!({
        "replications": replications,
        "confidence": 0.95,
        "cheapest": swept.cheapest(),
        "points": swept.points.iter().map(point).collect::<Vec<_>>(),
    })
}
