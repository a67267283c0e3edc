//! `scalelab export RUN --to FILE`: a run for other programs; the ending says how.

use std::path::PathBuf;

use super::Exit;
use crate::interop::export::{self, ENDINGS, Format};
use crate::interop::record::Record;

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
#[command(after_help = endings())]
pub struct Args {
    /// A run directory, or a packed run.
    run: PathBuf,
    /// The file to write, whose ending says how (below). May be given several times; what is there is replaced.
    #[arg(long, value_name = "FILE", required = true, value_parser = file)]
    to: Vec<PathBuf>,
}

fn endings() -> String {
    let lines = ENDINGS.iter().map(|(ending, _, what)| format!("\n  {ending:<12} {what}"));
    format!("Endings:{}", lines.collect::<String>())
}

fn file(name: &str) -> Result<PathBuf, String> {
    let known = || ENDINGS.iter().map(|(ending, ..)| *ending).collect::<Vec<_>>().join(", ");
    Format::of_file(name).map(|_| PathBuf::from(name)).ok_or_else(|| format!("the ending says how; known: {}", known()))
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let record = Record::open(&args.run)?;
    for to in &args.to {
        let Some(format) = Format::of_file(&to.to_string_lossy()) else { continue };
        for written in export::export(&record, format, to)? {
            super::put(&format!("{}\n", written.display()))?;
        }
    }
    Ok(Exit::Ok)
}
