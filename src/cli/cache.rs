//! `scalelab cache TRACE --policies all --sizes 1%,10%`: what caches miss of a trace.

use std::fmt::Write;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::{Exit, plot};
use crate::experiment::curves::{Missed, Policy, Trace, miss_ratios};
use crate::scenario::limits::CACHE_ENTRIES_MAX;

/// Arguments of `cache`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A CSV file: a line with a key, or a key and a size in bytes, for each request.
    trace: PathBuf,
    /// `all`, or names as in `scalelab list policies`, with commas; `Belady` is the clairvoyant bound.
    #[arg(long, default_value = "all")]
    policies: String,
    /// Entries of the caches, with commas: shares of the different keys (`1%`), or numbers (`400`).
    #[arg(long, default_value = "0.1%,1%,10%,50%")]
    sizes: String,
    /// Draw the curves into this SVG file.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// Characters of a full bar.
const BAR: usize = 40;

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let policies = policies(&args.policies)?;
    let file = File::open(&args.trace).with_context(|| format!("cannot read {}", args.trace.display()))?;
    let trace = Trace::read(BufReader::new(file)).with_context(|| args.trace.display().to_string())?;
    let entries =
        args.sizes.split(',').map(|size| entries(size.trim(), trace.distinct)).collect::<anyhow::Result<Vec<u32>>>()?;
    let by: Vec<Policy> = policies.iter().map(|(_, policy)| *policy).collect();
    let missed = miss_ratios(&trace, &by, &entries);
    super::put(&text(&trace, &policies, &missed))?;
    if let Some(path) = &args.plot {
        plot::miss_ratios(path, &policies, &missed)?;
    }
    Ok(Exit::Ok)
}

fn policies(text: &str) -> anyhow::Result<Vec<(&'static str, Policy)>> {
    let all = Policy::all();
    if text == "all" {
        return Ok(all);
    }
    let named = text.split(',').map(|name| {
        let known = all.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim())).copied();
        let names = || all.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        known.with_context(|| format!("no cache is called {name:?}: write `all`, or some of {}", names()))
    });
    named.collect()
}

/// `1%` of the different keys, or a number; one entry at least.
fn entries(text: &str, distinct: u64) -> anyhow::Result<u32> {
    let wanted = match text.strip_suffix('%') {
        Some(percent) => percent.parse().ok().map(|percent: f64| (percent / 100.0 * distinct as f64).floor()),
        None => text.parse().ok().map(|entries: u32| f64::from(entries)),
    };
    match wanted {
        Some(wanted) if wanted >= 0.0 && wanted <= CACHE_ENTRIES_MAX as f64 => Ok((wanted as u32).max(1)),
        Some(_) => bail!("{text} is not from 1 to {CACHE_ENTRIES_MAX} entries, the limit CACHE_ENTRIES_MAX"),
        None => bail!("{text:?} is no size of a cache: write a share of the different keys as 1%, or a number"),
    }
}

/// Ratios as numbers and bars. Writing into a string cannot fail.
fn text(trace: &Trace, policies: &[(&str, Policy)], missed: &[Missed]) -> String {
    let mut out = String::new();
    let (requests, distinct) = (trace.names.len(), trace.distinct);
    let _ = writeln!(out, "{requests} requests, {distinct} different keys");
    let _ = writeln!(out, "{:<10} {:>10} {:>9} {:>9}", "policy", "entries", "misses", "bytes");
    for own in missed {
        let name = policies.iter().find(|(_, policy)| *policy == own.policy).map_or("", |(name, _)| name);
        let bytes = own.bytes.map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", share * 100.0));
        let bar = "#".repeat((own.requests * BAR as f64).round() as usize);
        let misses = format!("{:.2} %", own.requests * 100.0);
        let _ = writeln!(out, "{name:<10} {:>10} {misses:>9} {bytes:>9}  {bar}", own.entries);
    }
    out
}
