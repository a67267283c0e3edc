//! Words of the library.

use crate::base::figures::plural;
use crate::scenario::Mode;

pub(crate) const LIBRARY_TITLE: &str = "Library, scenarios by the question they ask";
pub(crate) const LIBRARY_SEARCH: &str = "Search the library";
pub(crate) const LIBRARY_READING: &str = "The scenarios are being read…";
pub(crate) const LIBRARY_NOTHING: &str = "No scenario has all of these words";
pub(crate) const LIBRARY_TWINS: &str = "or with one thing changed:";
/// What the paragraph of a scenario file begins with that says what there is to see.
pub(crate) const LOOK_FOR: &str = "What to look for:";

/// Scenarios by what they teach: a title, what is turned there, and their names.
pub(crate) const SHELVES: [(&str, &str, &[&str]); 6] = [
    ("How many machines, and how large?", "machines, sizes, autoscaler", &["dask-mean", "up-or-out", "rush"]),
    (
        "Who gets the work?",
        "load balancer, order of service, copies",
        &["slow-worker", "hedge", "priorities", "sinkhole"],
    ),
    (
        "How is work cut into parts?",
        "chunks, stages, services, what goes over the network",
        &["services", "shuffle", "mandelbrot", "matrix-product", "training", "inference", "features"],
    ),
    ("What does a cache do when it fails?", "cache", &["cache-flush", "cache-stampede"]),
    (
        "Why does it stay broken?",
        "timeouts, retries, queues, load shedding",
        &["retry-storm", "timeout-cascade", "goodput-collapse", "pool-exhaustion", "gc-death-spiral"],
    ),
    ("Can the simulator be believed?", "against formulas", &["mm1", "mmc"]),
];
/// What stands on none of these.
pub(crate) const SHELF_OTHERS: (&str, &str) = ("Other questions", "");

/// Live or simulated, as a word for people.
pub(crate) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Simulate => "simulated",
    }
}

/// The name of a scenario, and how it is run.
pub(crate) fn library_mode(name: &str, mode: &str) -> String {
    format!("{name} · {mode}")
}

/// How many are shown.
pub(crate) fn library_count(shown: usize, all: usize) -> String {
    if shown == all { plural(all as u64, "scenario", "scenarios") } else { format!("{shown} of {all} scenarios") }
}

/// The library in a sentence.
pub(crate) fn library_summary(shown: usize, all: usize) -> String {
    format!("Library: {shown} of {all} built-in scenarios are listed by the question they ask")
}

/// What a twin changes.
pub(crate) fn library_twin(set: &[String]) -> String {
    format!("Opens the same scenario with\n{}", set.join("\n"))
}
