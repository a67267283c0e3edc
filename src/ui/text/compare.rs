//! Words of the view that compares runs.

use crate::base::figures::share;

pub(crate) const COMPARE_TITLE: &str = "Compare, runs beside each other";
pub(crate) const FORK_LIVE: &str =
    "a live run holds threads of this computer, which cannot be doubled: switch to Simulate, and part that run";
pub(crate) const FORK_AT_END: &str = "there is no future after the end of the run: choose an instant before it";
pub(crate) const COMPARE_BROKE: &str = "The replications broke off; the log says why (`scalelab log`)";
pub(crate) const FORK_MEANING: &str = "Part this run at an instant it has passed. Both futures stand still there: change anything, let them \
     go on (space), and see what the change alone did. Arrivals and demands are the same in both.";
pub(crate) const FORK_AT: &str = "Instant";
pub(crate) const FORK_AT_START: &str = "Fork at the start";
pub(crate) const FORK_AT_START_HINT: &str =
    "Two strategies from the first job on: change anything, then let both go on";
pub(crate) const END_FORK: &str = "This run alone";
pub(crate) const END_FORK_HINT: &str = "Lets go of everything beside it";
pub(crate) const BESIDE_MORE: &str = "Beside…";
pub(crate) const BESIDE_MEANING: &str = "Or lay another strategy beside it, from the start to where this run is now:";
pub(crate) const AS_IT_WAS: &str = "as it was";
pub(crate) const AS_OPENED: &str = "as the file has it";
pub(crate) const DIFFERENCE: &str = "this less that";
pub(crate) const HOW_SURE: &str = "How sure is that?";
pub(crate) const HOW_SURE_HINT: &str =
    "Runs each of them 12 times from the start, each pair on luck of its own, and says what is more than chance (95 %)";
pub(crate) const HOW_SURE_WORKING: &str = "Running each of them 12 times…";
pub(crate) const ONE_PAIR: &str = "On one luck: the difference may be chance";
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

/// All runs in a sentence.
pub(crate) fn compare_summary(read: &[(&str, String)]) -> String {
    let read: Vec<String> = read.iter().map(|(name, secs)| format!("{secs} {name}")).collect();
    format!("The slowest 1 % of the jobs take: {}", read.join(", "))
}

/// Laying a strategy beside the run.
pub(crate) fn beside(title: &str) -> String {
    format!("Beside: {title}")
}

/// What replications say, against which run.
pub(crate) fn beside_sentence(name: &str, sentence: &str) -> String {
    format!("A is “{name}”, B is this run: {sentence}")
}

/// Why there is no such strategy.
pub(crate) fn no_such_twin(name: &str) -> String {
    format!("The scenario has no twin called {name}")
}

/// Why there is not one more.
pub(crate) fn too_many_twins(max: usize) -> String {
    format!("There is room for {max} runs beside this one: let go of them first")
}
