//! `scalelab about`: what this program is, and what it is built with.

use super::Exit;
use crate::engine::recorded::RUN_VERSION;
use crate::interop::about;
use crate::metrics::summary::SUMMARY_VERSION;
use crate::scenario::VERSION;

/// Arguments of `about`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The licences of everything that is built in.
    #[arg(long)]
    notices: bool,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    if args.notices {
        super::put(&about::notices())?;
        return Ok(Exit::Ok);
    }
    let log = about::log_file().map_or_else(|| "none".to_owned(), |file| file.display().to_string());
    let lines = [
        ("scalelab", about::build()),
        ("licence", format!("{}, at your choice", env!("CARGO_PKG_LICENSE").replace(" OR ", " or "))),
        (
            "reads",
            format!("scenarios up to version {VERSION}, runs up to {RUN_VERSION}, summaries up to {SUMMARY_VERSION}"),
        ),
        ("built with", "the packages that `scalelab about --notices` names with their licences".to_owned()),
        ("log", log),
    ];
    super::put(&lines.iter().map(|(name, says)| format!("{name:<11}{says}\n")).collect::<String>())?;
    Ok(Exit::Ok)
}
