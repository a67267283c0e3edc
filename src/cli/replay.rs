//! `scalelab replay DIR`: what was recorded, again.
//!
//! A simulated run is bit-exact: its hash is compared. A live run is command-exact: the same commands at the same
//! offsets; what it comes to is printed beside what it came to.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;

use super::{Exit, progress, run, told};
use crate::base::Time;
use crate::engine::handle::{Options, Pace};
use crate::interop::record::Record;
use crate::scenario::{self, Mode};

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A run directory, or a packed run.
    run: PathBuf,
    /// Compare the hash of a simulated run, and say nothing else if it is the same.
    #[arg(long)]
    verify: bool,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let record = Record::open(&args.run)?;
    let (head, place) = (record.head(), record.place().display());
    let Some(source) = record.text("replay.ron")? else { bail!("{place} has no replay.ron: somebody removed it") };
    let mut scenario = match scenario::load(&source, &format!("replay.ron of {place}"), &super::host()) {
        Ok(scenario) => scenario,
        Err(errors) => return Ok(run::refuse(&errors)),
    };
    // A run that was stopped ended before its duration did.
    if let Some(ended) = head.ended {
        scenario.duration = Some(ended.since(Time::ZERO));
    }
    if scenario.duration.is_none() {
        bail!("{place} has no end: it was killed, and its scenario has no duration; add one to its replay.ron");
    }
    let is_live = scenario.mode == Mode::Live;
    if is_live && args.verify {
        bail!("a live run is command-exact, not bit-exact: replay it without --verify, and compare");
    }
    let options = Options { pace: Pace::AsFastAsPossible, source, ..Options::default() };
    let (finished, interrupted) = progress::follow(Arc::new(scenario), options, args.quiet || args.verify, None)?;
    if interrupted {
        return Ok(Exit::Interrupted);
    }
    let Some(recorded) = head.hash.as_ref().filter(|_| !is_live) else {
        super::put(&told::run(&finished))?;
        return Ok(Exit::Ok);
    };
    if *recorded == finished.summary.hash {
        super::put(&format!("the same: {recorded}\n"))?;
        Ok(Exit::Ok)
    } else {
        eprintln!("error: the replay came to {}, the record says {recorded}", finished.summary.hash);
        Ok(Exit::Diverged)
    }
}
