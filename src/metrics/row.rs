//! How a run stands at a second of it, as a line of numbers: what `metrics.csv` and streams are made of.

use super::Recorder;
use super::series::Series;
use crate::base::Time;

/// Rates and latencies over the last 2.5 s, levels as of now. A value that nobody can know, as the latency of no jobs, is not a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row([f64; Row::COLUMNS.len()]);

impl Row {
    /// Names of the values, with their units.
    pub const COLUMNS: [&str; 14] = [
        "time_secs",
        "offered_per_sec",
        "completed_per_sec",
        "errors_per_sec",
        "retries_per_sec",
        "tasks_per_sec",
        "bytes_per_sec",
        "p50_secs",
        "p95_secs",
        "p99_secs",
        "in_flight",
        "waiting",
        "utilisation",
        "usd_per_hour",
    ];

    /// Names and values, in their order; `None` where nothing is known.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, Option<f64>)> {
        Self::COLUMNS.into_iter().zip(self.0.map(|value| value.is_finite().then_some(value)))
    }

    /// The first line of a file of them, with its end.
    pub fn csv_header() -> String {
        Self::COLUMNS.join(",") + "\n"
    }

    /// A line of such a file, with its end; what is not known is empty.
    pub fn csv(&self) -> String {
        let cells = self.values().map(|(_, value)| value.map_or_else(String::new, |value| value.to_string()));
        cells.collect::<Vec<_>>().join(",") + "\n"
    }
}

/// `{"time_secs": 1.0, …}`; what is not known is `null`.
impl serde::Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.values())
    }
}

impl Recorder {
    /// How the run stands.
    pub fn row(&self, now: Time) -> Row {
        let (rates, latency) = (self.recent(), self.latency_recent());
        let level = |series: &Series| series.last().unwrap_or(0.0);
        let known = |value: f64| if latency.count > 0 { value } else { f64::NAN };
        Row([
            now.secs(),
            rates.offered,
            rates.completed,
            rates.errors,
            rates.retries,
            rates.tasks,
            rates.bytes,
            known(latency.p50),
            known(latency.p95),
            known(latency.p99),
            level(&self.series.in_flight),
            level(&self.series.waiting),
            level(&self.series.utilisation),
            self.cost.per_hour(),
        ])
    }
}
