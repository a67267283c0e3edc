//! `scalelab truth [FILE…]`: this program against tables of what is known exactly.

use std::env;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Exit;
use crate::experiment::truth::bundled::{self, TOPICS};
use crate::experiment::truth::{self, Case, Effort, Report, Simulated, Table, TableError, Verdict};

/// A folder of tables to be judged instead of those built in.
const FOLDER: &str = "SCALELAB_TRUTH_DIR";

/// Arguments of `truth`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tables; without any, those of the folder that SCALELAB_TRUTH_DIR names, or those built in.
    files: Vec<PathBuf>,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Short runs with wide intervals, which no half-width is asked of.
    #[arg(long)]
    quick: bool,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each case, for people.
    Text,
    /// A JSON object for each case, then one with the counts.
    Json,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let tables = tables(args)?;
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    let heard = |case: &Case, run: &Simulated| {
        if !args.quiet {
            let (seed, replications) = (run.seed, run.replications);
            eprintln!("simulated {} {}: {replications} replications from seed {seed}", case.index, case.kind);
        }
    };
    let report = truth::judge(&tables, &effort, &heard);
    let cases: usize = tables.iter().map(|table| table.cases.len()).sum();
    let mut out = String::new();
    for case in &report.cases {
        out += &match args.format {
            Format::Text => format!("{case}\n"),
            Format::Json => format!("{}\n", case.to_json()),
        };
    }
    out += &counts(&report, cases, args.format);
    super::put(&out)?;
    Ok(if report.passes() && report.cases.len() == cases { Exit::Ok } else { Exit::Failed })
}

fn tables(args: &Args) -> Result<Vec<Table>, TableError> {
    match env::var_os(FOLDER) {
        _ if !args.files.is_empty() => args.files.iter().map(|file| Table::read(file)).collect(),
        Some(folder) => Table::read_folder(Path::new(&folder), &TOPICS),
        None => bundled::tables(),
    }
}

/// The last line: how many verdicts of which kind, and how samples lie.
fn counts(report: &Report, cases: usize, format: Format) -> String {
    let count = |verdict| report.count(verdict);
    let (verdicts, sampled, inside) = (report.cases.len(), report.sampled, report.sampled_inside);
    match format {
        Format::Json => {
            let line = json!({
                "verdicts": verdicts,
                "cases": cases,
                "agrees": count(Verdict::Agrees),
                "disagrees": count(Verdict::Disagrees),
                "documented": count(Verdict::Documented),
                "not_yet_covered": count(Verdict::NotYetCovered),
                "unknown_kind": count(Verdict::UnknownKind),
                "sampled_quantities": sampled,
                "inside_99_percent_interval": inside,
            });
            format!("{line}\n")
        }
        Format::Text => format!(
            "{verdicts} verdicts on {cases} cases: {} agree, {} disagree, {} documented, {} not yet covered, {} unknown; \
             {inside} of {sampled} sampled quantities lie inside their 99 % interval\n",
            count(Verdict::Agrees),
            count(Verdict::Disagrees),
            count(Verdict::Documented),
            count(Verdict::NotYetCovered),
            count(Verdict::UnknownKind),
        ),
    }
}
