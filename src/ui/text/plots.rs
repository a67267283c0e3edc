//! Words of what lies over the plots, and of how they are taken out of the window.

use crate::base::figures::clock;

pub(crate) const SHED: &str = "of these refused (shed)";
pub(crate) const RETRIED: &str = "tasks tried again (retries)";
pub(crate) const CROSS: &str = "×";
pub(crate) const UNSELECT: &str = "Clear the stretch";
pub(crate) const UNSELECT_HINT: &str = "Numbers speak of now again (Escape)";
pub(crate) const SELECT_HINT: &str = "Shift+drag: numbers of a stretch";
pub(crate) const SHOW_TABLE: &str = "Show as table";
pub(crate) const EXPORT_CSV: &str = "Export as CSV…";
pub(crate) const EXPORT_SVG: &str = "Export as SVG…";
pub(crate) const EXPORT_PNG: &str = "Export as PNG…";
pub(crate) const EXPORT_TITLE: &str = "Export what is drawn";
pub(crate) const EXPORT_WHAT: &str = "A new file. One that is there already is never written over.";
pub(crate) const EXPORT_VERB: &str = "Export";
pub(crate) const EXPORT_EXISTS: &str = "it exists already; choose another name";
pub(crate) const EXPORT_NOTHING: &str = "There is nothing left to export; choose it again at the plot";
pub(crate) const RUN_TIME: &str = "run time";
pub(crate) const NO_PIXELS: &str = "the screen could not be read";
pub(crate) const PER_SECOND: &str = "per second";
pub(crate) const SECONDS: &str = "seconds";
pub(crate) const CLOCK_SIDE: &str = "run time, minutes and seconds";
pub(crate) const CLOCK_COLUMN: &str = "time_secs";
pub(crate) const PERCENTILES_NAME: &str = "Percentiles";
pub(crate) const QUANTILE_SIDE: &str = "share of all jobs that were as fast";
pub(crate) const MISSES_NAME: &str = "Miss-ratio curve";
pub(crate) const ENTRIES_SIDE: &str = "entries of the cache";
pub(crate) const MISSES_SIDE: &str = "share of lookups that is missed";
pub(crate) const CORES_SIDE: &str = "cores";
pub(crate) const FROM_CACHE: &str = "cached";
pub(crate) const TASK_COLUMNS: [&str; 10] =
    ["core", "stage", "job", "task", "attempt", "sent_secs", "delivered_secs", "began_secs", "ended_secs", "outcome"];
pub(crate) const HEAT_COLUMNS: [&str; 5] = ["from_secs", "to_secs", "latency_from_secs", "latency_to_secs", "jobs"];
pub(crate) const NO_NUMBERS: &str = "This view has no numbers to take out now; as PNG it can be exported as it is";
pub(crate) const TRAFFIC: &str = "Traffic";
pub(crate) const LATENCY: &str = "Latency";
pub(crate) const OVERVIEW_HINT: &str = "The whole run, and the stretch that is shown: drag it through time";

/// What can be asked of a view, in the list of everything.
pub(crate) fn do_export(view: &str, what: &str) -> String {
    format!("{view}: {}", what.to_lowercase().replace("csv", "CSV").replace("svg", "SVG").replace("png", "PNG"))
}

/// A column of latencies.
pub(crate) fn column_of(name: &str) -> String {
    format!("{name} [{SECONDS}]")
}

/// A bound in a picture.
pub(crate) fn goal_of(bound: &str) -> String {
    format!("goal {bound}")
}

/// Where what is drawn was written.
pub(crate) fn exported(path: &str) -> String {
    format!("Exported to {path}")
}

/// Name of a file that something drawn is exported to.
pub(crate) fn export_name(scenario: &str, view: &str, stretch: Option<(f64, f64)>, ending: &str) -> String {
    let stretch = stretch.map_or_else(String::new, |(from, to)| format!("-{from:.0}-to-{to:.0}-s"));
    format!("{scenario}-{}{stretch}.{ending}", view.to_lowercase().replace(' ', "-"))
}

/// What stands above something exported.
pub(crate) fn figure_title(scenario: &str, view: &str, provenance: &str) -> String {
    format!("{scenario} · {view} ({provenance})")
}

/// The title of a table.
pub(crate) fn table_title(view: &str, stretch: Option<(f64, f64)>) -> String {
    match stretch {
        Some((from, to)) => format!("{view} from {} to {}", clock(from, false), clock(to, false)),
        None => view.to_owned(),
    }
}

/// How many rows a table has.
pub(crate) fn table_rows(rows: &str) -> String {
    format!(
        "{rows}, as drawn when the table was opened: smoothed over 2.5 s where the curve is; full precision is in the CSV"
    )
}

/// Which stretch numbers are of.
pub(crate) fn over((from, to): (f64, f64)) -> String {
    let tenths = to - from < 5.0;
    format!("over {} to {}", clock(from, tenths), clock(to, tenths))
}

/// A plot in a sentence, and what it reads at the cursor.
pub(crate) fn summary_at(summary: &str, time: f64, values: &[(&str, String)]) -> String {
    let values: Vec<String> = values.iter().map(|(name, value)| format!("{name} {value}")).collect();
    format!("{summary}. At {}: {}", clock(time, true), values.join(", "))
}

/// The overview of a run in a sentence.
pub(crate) fn overview_summary((from, to): (f64, f64), live: f64) -> String {
    format!("Shown: {} to {} of {}", clock(from, false), clock(to, false), clock(live, false))
}
