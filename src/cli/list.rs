//! `scalelab list policies|scenarios|instances`: what there is to choose from.

use std::fmt::Write;

use super::Exit;
use crate::scenario::{POLICIES, bundled, catalogue};

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What.
    #[arg(value_enum)]
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// What can be chosen for each decision of a pool, and where it comes from.
    Policies,
    /// The scenarios that are built in.
    Scenarios,
    /// Machine types with their prices.
    Instances,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    super::put(&match args.what {
        What::Policies => policies(),
        What::Scenarios => scenarios(),
        What::Instances => instances(),
    })?;
    Ok(Exit::Ok)
}

// Writing into a string cannot fail.
fn policies() -> String {
    let mut out = String::new();
    for (decision, listed) in POLICIES {
        let width = listed.iter().map(|(written, ..)| written.len()).max().unwrap_or_default();
        for (written, what, source) in listed {
            let _ = writeln!(out, "{decision:<24} {written:<width$}  {what} ({source})");
        }
    }
    out
}

fn scenarios() -> String {
    let mut out = String::new();
    for scenario in bundled::ALL {
        let _ = writeln!(out, "{:<16} {}", scenario.name, scenario.question());
    }
    out
}

fn instances() -> String {
    let mut out = String::new();
    let dollars = |price: Option<f64>| price.map_or("unknown".to_owned(), |usd| format!("${usd}"));
    for entry in catalogue::all() {
        let cores = entry.cores.map_or("?".to_owned(), |cores| cores.to_string());
        let memory = entry.memory_gib.map_or("?".to_owned(), |gib| gib.to_string());
        let (on_demand, spot) = (dollars(entry.usd_per_hour), dollars(entry.spot_usd_per_hour));
        let _ = writeln!(
            out,
            "{:<44} {cores:>4} cores {memory:>6} GiB  {on_demand:>10}/h on demand, {spot:>8} spot  {} ({})",
            entry.full_name(),
            entry.source,
            entry.as_of
        );
    }
    out
}
