//! `scalelab runs`: what was kept of runs, searched, shown, tagged and forgotten; and how a command keeps one.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Exit;
use crate::base::figures::{dollars, figure, secs};
use crate::base::os;
use crate::experiment::sweep::{Axis, Point};
use crate::interop::runs::{KeptRun, Lineage, NewRun, Runs};
use crate::metrics::summary::Summary;
use crate::scenario::{Profile, Scenario};

/// Arguments of `runs`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// What to do; without it, runs are listed.
    #[command(subcommand)]
    act: Option<Act>,
    /// How to list them.
    #[command(flatten)]
    list: List,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// List runs for which a query holds, the newest first.
    List(List),
    /// Show all that is known of a run.
    Show {
        /// Its name, or how that begins.
        run: String,
        /// What stands on stdout.
        #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
        format: ShowFormat,
    },
    /// Set tags of a run, as why=baseline; without a value, as why=, a tag is removed.
    Tag {
        /// Its name, or how that begins.
        run: String,
        /// The tags.
        #[arg(value_name = "NAME=VALUE", required = true, value_parser = pair)]
        tags: Vec<(String, String)>,
    },
    /// Forget a run and its parts. Its run directory stays.
    Remove {
        /// Its name, or how that begins.
        run: String,
    },
}

#[derive(Clone, Debug, clap::Args)]
struct List {
    /// What must hold, as "metrics.p99 < 0.2 and params.balance = 'p2c'".
    query: Option<String>,
    /// With the parts of sweeps.
    #[arg(long)]
    nested: bool,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ListFormat {
    /// A table for people.
    Text,
    /// A line for each run, with a column for each figure and field that any of them has.
    Csv,
    /// A JSON array.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ShowFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// Whether a run is kept.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Track {
    /// Keep it in the store of runs, which `scalelab runs` searches (SCALELAB_RUNS names another file).
    #[arg(long)]
    track: bool,
    /// Keep it with a tag, as why=baseline. May be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    tag: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    pair.filter(|(name, _)| !name.is_empty()).ok_or_else(|| "write it as NAME=VALUE".to_owned())
}

/// An open store, and the tags of what is kept.
pub(super) struct Kept {
    runs: Runs,
    tags: BTreeMap<String, String>,
}

/// A sweep that is being kept.
pub(super) struct KeptSweep {
    kept: Kept,
    id: String,
    text: String,
    scenario: Scenario,
}

impl Track {
    /// The store, where something is to be kept.
    pub(super) fn open(&self) -> anyhow::Result<Option<Kept>> {
        if !self.track && self.tag.is_empty() {
            return Ok(None);
        }
        let runs = Runs::open(&Runs::default_place()?)?;
        Ok(Some(Kept { runs, tags: self.tag.iter().cloned().collect() }))
    }
}

impl Kept {
    /// Keeps a run that is over.
    pub(super) fn keep_one(
        mut self,
        summary: &Summary,
        text: &str,
        scenario: &Scenario,
        started: u64,
        interrupted: bool,
        dir: Option<&PathBuf>,
    ) -> anyhow::Result<()> {
        let profile = scenario.profile.as_ref().map(Profile::origin);
        let mut run = NewRun::of(summary, scenario, Lineage { profile, ..lineage(text) }, started);
        if interrupted {
            run.state = "interrupted".to_owned();
        }
        run.dir = dir.map(|dir| std::path::absolute(dir).unwrap_or_else(|_| dir.clone()));
        if let Some(together) = &summary.replications {
            run.tags.insert("replications".to_owned(), together.count.to_string());
        }
        run.tags.extend(self.tags.clone());
        let id = self.runs.add(&run)?;
        eprintln!("kept as {id}");
        Ok(())
    }

    /// Keeps a sweep that begins.
    pub(super) fn begin_sweep(mut self, text: &str, scenario: Scenario, axes: &[Axis]) -> anyhow::Result<KeptSweep> {
        let over: Vec<&str> = axes.iter().map(|axis| axis.path.as_str()).collect();
        let run = NewRun {
            title: format!("sweep over {}", over.join(", ")),
            mode: "sweep".to_owned(),
            state: "running".to_owned(),
            started: os::unix_secs(),
            lineage: lineage(text),
            params: axes.iter().map(|axis| (axis.path.clone(), axis.values.join(", "))).collect(),
            tags: self.tags.clone(),
            ..NewRun::default()
        };
        let id = self.runs.add(&run)?;
        eprintln!("kept as {id}");
        Ok(KeptSweep { kept: self, id, text: text.to_owned(), scenario })
    }
}

impl KeptSweep {
    /// Keeps a point as a part of the sweep.
    pub(super) fn point(&mut self, axes: &[Axis], point: &Point) -> anyhow::Result<()> {
        let Some(summary) = point.came.as_ref().ok().and_then(|came| came.summary.as_ref()) else { return Ok(()) };
        let mut run = NewRun::of(summary, &self.scenario, lineage(&self.text), os::unix_secs());
        run.parent = Some(self.id.clone());
        let came = point.came.as_ref().map(|came| &came.figures).into_iter().flatten();
        run.metrics.extend(came.map(|(figure, interval)| (figure.name().to_owned(), interval.estimate)));
        // What the point has of its own stands above what the file says, by its whole path and by the short one.
        for (axis, value) in axes.iter().zip(&point.values) {
            let short = axis.path.strip_prefix("pools.").and_then(|rest| rest.split_once('.')).map(|(_, rest)| rest);
            for path in [Some(axis.path.as_str()), short].into_iter().flatten() {
                if path == axis.path || self.scenario.pools.len() == 1 {
                    run.params.insert(path.to_owned(), value.clone());
                }
            }
        }
        self.kept.runs.add(&run)?;
        Ok(())
    }

    /// Says how the sweep ended.
    pub(super) fn end(mut self, interrupted: bool) -> anyhow::Result<()> {
        Ok(self.kept.runs.end(&self.id, if interrupted { "interrupted" } else { "finished" })?)
    }
}

fn lineage(text: &str) -> Lineage {
    Lineage::of(text, &super::host())
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let mut runs = Runs::open(&Runs::default_place()?)?;
    match &args.act {
        None => list(&runs, &args.list),
        Some(Act::List(own)) => list(&runs, own),
        Some(Act::Show { run, format }) => show(&runs, run, *format),
        Some(Act::Tag { run, tags }) => {
            let id = runs.find(run)?.id;
            for (name, value) in tags {
                runs.tag(&id, name, Some(value.as_str()).filter(|value| !value.is_empty()))?;
            }
            Ok(Exit::Ok)
        }
        Some(Act::Remove { run }) => {
            let id = runs.find(run)?.id;
            runs.remove(&id)?;
            super::put(&format!("{id} is forgotten\n"))?;
            Ok(Exit::Ok)
        }
    }
}

fn list(runs: &Runs, own: &List) -> anyhow::Result<Exit> {
    let found = runs.search(own.query.as_deref().unwrap_or_default(), own.nested, own.limit as usize)?;
    match own.format {
        ListFormat::Text => super::put(&table(&found)),
        ListFormat::Csv => super::put(&csv(&found)?),
        ListFormat::Json => {
            let all: Vec<Value> = found.iter().map(json_of).collect();
            super::put(&(serde_json::to_string_pretty(&all)? + "\n"))
        }
    }?;
    if found.len() == own.limit as usize {
        eprintln!("these are the newest {}; there may be more: --limit", own.limit);
    }
    Ok(Exit::Ok)
}

fn table(found: &[KeptRun]) -> String {
    if found.is_empty() {
        return "no such runs: `scalelab run FILE --track` keeps one\n".to_owned();
    }
    let row = |KeptRun { id, run }: &KeptRun| {
        let metric = |name: &str, written: fn(f64) -> String| {
            run.metrics.get(name).map_or("-".to_owned(), |value| written(*value))
        };
        let tags =
            run.tags.iter().filter(|(name, _)| *name != "saturation").map(|(name, value)| format!("{name}={value}"));
        [
            id.clone(),
            os::utc_text(run.started).replace('T', " ").trim_end_matches(":00Z").trim_end_matches('Z').to_owned(),
            run.mode.clone(),
            run.state.clone(),
            metric("p50", secs),
            metric("p99", secs),
            metric("throughput", figure),
            metric("cost", dollars),
            run.tags.get("saturation").cloned().unwrap_or_default(),
            run.title.clone(),
            tags.collect::<Vec<_>>().join(" "),
        ]
    };
    let head = ["run", "started (UTC)", "mode", "state", "p50", "p99", "jobs/s", "$/h", "verdict", "title", "tags"];
    let rows: Vec<[String; 11]> = std::iter::once(head.map(str::to_owned)).chain(found.iter().map(row)).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let cell = |(at, text): (usize, &String)| {
            let width = widths[at];
            if (4..8).contains(&at) { format!("{text:>width$}") } else { format!("{text:<width$}") }
        };
        let line = row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ");
        // Writing into a string cannot fail.
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn csv(found: &[KeptRun]) -> anyhow::Result<String> {
    type Pairs = fn(&NewRun) -> Vec<(String, String)>;
    let kinds: [(&str, Pairs); 3] = [
        ("metrics", |run| run.metrics.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()),
        ("params", |run| run.params.clone().into_iter().collect()),
        ("tags", |run| run.tags.clone().into_iter().collect()),
    ];
    let pairs = |run: &NewRun| -> BTreeMap<String, String> {
        let named = kinds
            .iter()
            .flat_map(|(kind, of)| of(run).into_iter().map(move |(name, value)| (format!("{kind}.{name}"), value)));
        named.collect()
    };
    let all: Vec<BTreeMap<String, String>> = found.iter().map(|kept| pairs(&kept.run)).collect();
    let columns: std::collections::BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    let own = ["id", "parent", "title", "mode", "seed", "state", "started", "duration", "dir"];
    out.write_record(own.into_iter().chain(columns.iter().map(|name| name.as_str())))?;
    for (KeptRun { id, run }, pairs) in found.iter().zip(&all) {
        let own = [
            id.clone(),
            run.parent.clone().unwrap_or_default(),
            run.title.clone(),
            run.mode.clone(),
            run.seed.to_string(),
            run.state.clone(),
            os::utc_text(run.started),
            run.duration.map_or(String::new(), |secs| secs.to_string()),
            run.dir.as_ref().map_or(String::new(), |dir| dir.display().to_string()),
        ];
        out.write_record(
            own.into_iter().chain(columns.iter().map(|name| pairs.get(*name).cloned().unwrap_or_default())),
        )?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

fn show(runs: &Runs, begins: &str, format: ShowFormat) -> anyhow::Result<Exit> {
    let kept = runs.find(begins)?;
    let parts = runs.parts(&kept.id)?;
    if format == ShowFormat::Json {
        let mut all = json_of(&kept);
        all["scenario"] = json!(kept.run.lineage.scenario);
        all["parts"] = parts.iter().map(json_of).collect();
        super::put(&(serde_json::to_string_pretty(&all)? + "\n"))?;
        return Ok(Exit::Ok);
    }
    let KeptRun { id, run } = &kept;
    let Lineage { scenario, build, host, profile } = &run.lineage;
    let mut lines = vec![
        (id.clone(), run.title.clone()),
        ("started".to_owned(), os::utc_text(run.started)),
        ("state".to_owned(), format!("{}, {}", run.mode, run.state)),
        ("seed".to_owned(), run.seed.to_string()),
        ("scenario".to_owned(), format!("sha256 {}", crate::scenario::sha256(scenario))),
        ("build".to_owned(), build.clone()),
        ("host".to_owned(), host.clone()),
    ];
    let also = [("profile", profile.clone()), ("hash", run.hash.clone()), ("parent", run.parent.clone())];
    lines.extend(also.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    lines.extend(run.dir.iter().map(|dir| ("directory".to_owned(), dir.display().to_string())));
    lines.extend(run.metrics.iter().map(|(name, value)| (format!("metrics.{name}"), figure(*value))));
    lines.extend(run.params.iter().map(|(name, value)| (format!("params.{name}"), value.clone())));
    lines.extend(run.tags.iter().map(|(name, value)| (format!("tags.{name}"), value.clone())));
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut out: String = lines.iter().map(|(name, value)| format!("{name:<width$}  {value}\n")).collect();
    if !parts.is_empty() {
        out += &format!("\n{}", table(&parts));
    }
    super::put(&out)?;
    Ok(Exit::Ok)
}

fn json_of(KeptRun { id, run }: &KeptRun) -> Value {
    let Lineage { scenario, build, host, profile } = &run.lineage;
    json!({
        "id": id, "parent": run.parent, "title": run.title, "mode": run.mode, "seed": run.seed, "state": run.state,
        "started": os::utc_text(run.started), "duration_secs": run.duration, "hash": run.hash, "dir": run.dir,
        "lineage": {"scenario_sha256": crate::scenario::sha256(scenario), "build": build, "host": host, "profile": profile},
        "metrics": run.metrics, "params": run.params, "tags": run.tags,
    })
}
