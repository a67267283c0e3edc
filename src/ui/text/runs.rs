//! Words of the view of kept runs.

use crate::base::figures::plural;

pub(crate) const RUNS_TITLE: &str = "Runs that were kept";
pub(crate) const RUNS_FILTER: &str = "Filter runs, as metrics.p99 < 0.2 and params.balance = 'p2c'";
pub(crate) const KEEP_RUN: &str = "Keep this run";
pub(crate) const KEEP_MEANING: &str =
    "Keeps the figures of this run as far as it has come, its scenario and what you did in it";
pub(crate) const KEEP_LIVE: &str =
    "Of a live run the window keeps nothing: `scalelab run FILE --track` does, or switch to Simulate";
pub(crate) const KEEP_NOTHING: &str = "Nothing has happened yet that could be kept";
pub(crate) const KEEPING: &str = "The run is being kept: its figures are worked out once more, exactly";
pub(crate) const RUNS_READ_AGAIN: &str = "Read again";
pub(crate) const RUNS_READING: &str = "The store of runs is being read…";
pub(crate) const RUNS_DIFFERENCES: &str = "Only differences";
pub(crate) const RUNS_DIFFERENCES_MEANING: &str =
    "Show only the fields of the scenarios whose values differ among the listed runs";
pub(crate) const RUNS_BACK: &str = "All runs";
pub(crate) const RUNS_FIGURE: &str = "Figure of the sweep";
pub(crate) const RUNS_RUN: &str = "run";
pub(crate) const RUNS_OPENS: &str = "click opens";
pub(crate) const RUNS_COST: &str = "cost an hour";
pub(crate) const RUNS_GOALS: &str = "goals";
pub(crate) const RUNS_MODE: &str = "mode";
pub(crate) const RUNS_SEED: &str = "seed";
pub(crate) const RUNS_STARTED: &str = "when (UTC)";
pub(crate) const RUNS_OPENS_DIRECTORY: &str = "its directory";
pub(crate) const RUNS_OPENS_SCENARIO: &str = "its scenario";
pub(crate) const RUNS_OPENS_PARTS: &str = "its parts";
pub(crate) const RUNS_SCENARIO_MEANING: &str = "Opens the scenario as the store has it: this run left no directory, or the directory is gone. What was done by hand during the run is not in it.";
pub(crate) const RUNS_PARTS_MEANING: &str = "Shows what this sweep is made of";
pub(crate) const RUNS_NONE_FOUND: &str = "No kept run is like that";
pub(crate) const RUNS_NO_PARTS: &str = "No point of this sweep was kept";
pub(crate) const RUNS_NOTHING_VARIES: &str = "Nothing differs between the points of this sweep";
pub(crate) const RUNS_NO_FIGURE: &str = "No point of this sweep has this figure";

/// How runs get into the store.
pub(crate) fn runs_empty(store: &str) -> String {
    format!(
        "No run has been kept yet.\n\n`scalelab run FILE --track` keeps a run, and `scalelab sweep FILE --over … --track` a sweep with \
         all of its points.\nThey go into {store}; SCALELAB_RUNS names another file."
    )
}

/// How many runs are listed.
pub(crate) fn runs_count(shown: usize, is_cut: bool) -> String {
    if is_cut {
        format!("the newest {}; there are more: filter them", plural(shown as u64, "run", "runs"))
    } else {
        plural(shown as u64, "run", "runs")
    }
}

/// The table in a sentence.
pub(crate) fn runs_summary(count: &str, sorted_by: &str) -> String {
    format!("Runs that were kept: {count}, sorted by {sorted_by}")
}

/// What is wrong with a query, and what to write.
pub(crate) fn runs_query_refused(what: &str, hint: &str) -> String {
    format!("{what}: {hint}")
}

/// How many goals were met.
pub(crate) fn runs_goals_met(met: usize, all: usize) -> String {
    match (met, all) {
        (1, 1) => "met".to_owned(),
        (0, 1) => "missed".to_owned(),
        _ => format!("{met} of {all} met"),
    }
}

/// When a run began, to the minute, from `2026-11-24T10:41:00Z`.
pub(crate) fn runs_started(utc: &str) -> String {
    utc.get(..16).unwrap_or(utc).replace('T', " ")
}

/// What opening a directory means.
pub(crate) fn runs_directory_meaning(dir: &str) -> String {
    format!("Opens the run with everything that was done in it, from {dir}")
}

/// Fields that have no column.
pub(crate) fn runs_more_fields(more: usize) -> String {
    format!("{} not shown", plural(more as u64, "more field", "more fields"))
}

/// The name of a column that can be sorted by.
pub(crate) fn runs_sort_by(title: &str) -> String {
    format!("Sort by {title}")
}

/// A run, for who opens it.
pub(crate) fn runs_open(title: &str, id: &str, opens: &str) -> String {
    format!("Open {opens}: {title} ({id})")
}

/// One point of a sweep.
pub(crate) fn runs_point(figure: &str, value: &str, at: &[(String, String)]) -> String {
    let at: Vec<String> = at.iter().map(|(path, value)| format!("{path} = {value}")).collect();
    format!("{figure} {value} at {}", at.join(", "))
}

/// A sweep in a sentence.
pub(crate) fn runs_sweep_summary(
    parts: usize,
    fields: &[&str],
    figure: &str,
    range: Option<(String, String)>,
) -> String {
    let range = range.map_or_else(String::new, |(low, high)| format!(", from {low} to {high}"));
    format!("Sweep of {} over {}: {figure}{range}", plural(parts as u64, "point", "points"), fields.join(", "))
}

/// What stands before the colours of a figure.
pub(crate) fn runs_scale(figure: &str, least: &str) -> String {
    format!("{figure}: {least}")
}

/// The lines of a sweep in a sentence.
pub(crate) fn runs_lines_summary(lines: usize, fields: usize, figure: &str) -> String {
    format!("{} across {fields} fields and {figure}", plural(lines as u64, "line", "lines"))
}

/// Where a run is found again.
pub(crate) fn kept_as(id: &str) -> String {
    format!("Kept as {id}: the view Runs and `scalelab runs` find it again")
}

/// Why a run is not kept.
pub(crate) fn cannot_keep(why: &str) -> String {
    format!("The run was not kept: {why}")
}
