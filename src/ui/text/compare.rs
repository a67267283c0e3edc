//! Words of the view that compares two futures.

use crate::base::figures::share;

pub(crate) const COMPARE_TITLE: &str = "Compare two futures";
pub(crate) const FORK_LIVE: &str =
    "a live run holds threads of this computer, which cannot be doubled: switch to Simulate, and part that run";
pub(crate) const FORK_AT_END: &str = "there is no future after the end of the run: choose an instant before it";
pub(crate) const COMPARE_BROKE: &str = "The replications broke off; the log says why (`scalelab log`)";
pub(crate) const FORK_MEANING: &str = "Part this run at an instant it has passed. Both futures stand still there: change anything, let them \
     go on (space), and see what the change alone did. Arrivals and demands are the same in both.";
pub(crate) const FORK_AT: &str = "Instant";
pub(crate) const END_FORK: &str = "End the fork";
pub(crate) const END_FORK_HINT: &str = "Lets go of A; B goes on alone";
pub(crate) const FUTURE_A: &str = "as it was (A)";
pub(crate) const FUTURE_B: &str = "as you change it (B)";
pub(crate) const DIFFERENCE: &str = "B less A";
pub(crate) const P99_A: &str = "A, slowest 1 % (A, p99)";
pub(crate) const P99_B: &str = "B, slowest 1 % (B, p99)";
pub(crate) const HOW_SURE: &str = "How sure is that?";
pub(crate) const HOW_SURE_HINT: &str =
    "Runs both futures 12 times from the start, each pair on luck of its own, and says what is more than chance (95 %)";
pub(crate) const HOW_SURE_WORKING: &str = "Running both futures 12 times…";
pub(crate) const ONE_PAIR: &str = "One pair on one luck: the difference may be chance";
pub(crate) const ROW_FINISHED: &str = "finished";
pub(crate) const ROW_FAILED: &str = "failed";
pub(crate) const ROW_P50: &str = "half take at most (p50)";
pub(crate) const ROW_P99: &str = "slowest 1 % (p99)";
pub(crate) const ROW_P99_WHOLE: &str = "the same over the whole run";
pub(crate) const ROW_INSIDE: &str = "jobs inside";
pub(crate) const ROW_COST: &str = "cost an hour";
pub(crate) const ROW_BILLED: &str = "cost so far";

/// The button that parts the run.
pub(crate) fn fork_at(clock: &str) -> String {
    format!("Fork at {clock}")
}

/// When the futures were parted.
pub(crate) fn parted_at(clock: &str) -> String {
    format!("parted at {clock}")
}

/// Why a run cannot be parted.
pub(crate) fn cannot_fork(why: &str) -> String {
    format!("It cannot be forked: {why}")
}

/// A difference, and its share of the first.
pub(crate) fn difference(value: &str, of_first: Option<f64>) -> String {
    let share = of_first.map_or_else(String::new, |part| format!(" ({}{})", sign(part), share(part.abs())));
    format!("{value}{share}")
}

fn sign(value: f64) -> &'static str {
    if value < 0.0 { "−" } else { "+" }
}

/// A mean with half its interval.
pub(crate) fn with_half(mean: &str, half: &str) -> String {
    format!("{mean} ± {half}")
}

/// Both futures in a sentence.
pub(crate) fn compare_summary(parted: &str, p99_a: &str, p99_b: &str) -> String {
    format!(
        "Two futures parted at {parted}: the slowest 1 % take {p99_a} in A, as it was, and {p99_b} in B, as you change it"
    )
}
