//! `scalelab explain PATH`: what a field of a scenario file is and means.

use super::Exit;
use crate::scenario;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A place in a scenario file, as pools.NAME.balance or pools.NAME.scale.Hpa; the file as a whole where it is not given.
    path: Option<String>,
    /// The whole language, as Markdown.
    #[arg(long, conflicts_with = "path")]
    all: bool,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    if args.all {
        super::put(&scenario::reference())?;
        return Ok(Exit::Ok);
    }
    match scenario::explain(args.path.as_deref().unwrap_or_default()) {
        Ok(told) => {
            super::put(&told)?;
            Ok(Exit::Ok)
        }
        Err(why) => {
            eprintln!("error: {why}");
            Ok(Exit::Usage)
        }
    }
}
