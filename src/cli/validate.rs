//! `scalelab validate FILE…`: everything that is wrong with scenario files.

use std::path::PathBuf;

use super::Exit;
use crate::scenario;

/// Arguments of `validate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let mut exit = Exit::Ok;
    for file in &args.files {
        match scenario::load_file(file, &super::host()) {
            Ok((_, scenario)) => super::put(&format!("{}: ok, {:?}\n", file.display(), scenario.title))?,
            Err(errors) => {
                eprintln!("{errors}");
                exit = Exit::Invalid;
            }
        }
    }
    Ok(exit)
}
