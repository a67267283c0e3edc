//! `scalelab pack RUN [--to FILE]`: a run directory as one file, which `open`, `replay` and `export` take as well.

use std::path::PathBuf;

use super::Exit;
use crate::interop::record::{PACK_ENDING, Record, pack};

/// Arguments of `pack`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A run directory.
    run: PathBuf,
    /// The file to write, which must not exist yet; the name of the directory with .slrun where it is not given.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let record = Record::open(&args.run)?;
    let to = args.to.clone().unwrap_or_else(|| {
        let mut name = args.run.components().as_path().as_os_str().to_owned();
        name.push(format!(".{PACK_ENDING}"));
        name.into()
    });
    pack(&record, &to)?;
    super::put(&format!("{}\n", to.display()))?;
    Ok(Exit::Ok)
}
