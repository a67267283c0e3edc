//! `scalelab swarm --seeds N`: random scenarios whose books are looked at after every event, for as long as one likes.

use std::panic;
use std::sync::atomic::Ordering;

use super::{Exit, progress};
use crate::experiment::swarm;

/// Arguments of `swarm`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many scenarios.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    seeds: u64,
    /// The seed of the first.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Write the scenario of the first seed to stdout instead of running it.
    #[arg(long)]
    print: bool,
}

/// Scenarios between two looks whether somebody pressed Ctrl-C.
const PORTION: u64 = 500;
/// Portions between two lines of progress.
const QUIET: u64 = 20;

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    if args.print {
        super::put(&swarm::scenario(args.from))?;
        return Ok(Exit::Ok);
    }
    // What went wrong is said once, below, with its seed.
    panic::set_hook(Box::new(|_| {}));
    let end = args.from.saturating_add(args.seeds);
    let (mut seeds, mut events, mut jobs, mut failures) = (0, 0, 0, 0);
    let mut from = args.from;
    let interrupted = progress::interruption();
    while from < end && !interrupted.load(Ordering::Relaxed) {
        let to = end.min(from.saturating_add(PORTION));
        let report = swarm::examine(from..to);
        (seeds, events, jobs) = (seeds + report.seeds, events + report.events, jobs + report.jobs);
        failures += report.failures.len();
        for (seed, what) in &report.failures {
            super::put(&format!("seed {seed}: {what}\n  again: scalelab swarm --seeds 1 --from {seed}\n"))?;
        }
        if (to - args.from).is_multiple_of(PORTION * QUIET) || to == end {
            eprintln!("seeds {} to {}: {jobs} jobs in {events} events, {failures} failures", args.from, to - 1);
        }
        from = to;
    }
    super::put(&format!("{seeds} random scenarios, {jobs} jobs, {events} events: {failures} failures\n"))?;
    Ok(match failures {
        0 if from < end => Exit::Interrupted,
        0 => Exit::Ok,
        _ => Exit::Failed,
    })
}
