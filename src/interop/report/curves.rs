//! How a run went on, as reports draw it: from a run that has just ended, or from the lines that it wrote.

use crate::base::{Span, Time};
use crate::interop::rows::Rows;
use crate::metrics::series::Series;
use crate::metrics::snapshot::SeriesSet;

/// A series for each line of a picture.
#[derive(Clone, Debug)]
pub struct Curves {
    pub(super) offered: Series,
    pub(super) completed: Series,
    pub(super) errors: Series,
    pub(super) p50: Series,
    pub(super) p95: Series,
    pub(super) p99: Series,
    pub(super) utilisation: Series,
    pub(super) cost_per_hour: Series,
}

impl Curves {
    /// Nothing to draw.
    pub fn none() -> Self {
        Self::of_rows(&Rows::default())
    }

    /// Those of a run that is over.
    pub fn of_series(set: &SeriesSet) -> Self {
        Self {
            offered: set.offered.clone(),
            completed: set.completed.clone(),
            errors: set.errors.clone(),
            p50: set.p50.clone(),
            p95: set.p95.clone(),
            p99: set.p99.clone(),
            utilisation: set.utilisation.clone(),
            cost_per_hour: set.cost_per_hour.clone(),
        }
    }

    /// Those that `metrics.csv` has.
    pub fn of_rows(rows: &Rows) -> Self {
        let times: Vec<f64> = rows.column("time_secs").flatten().collect();
        let step = times.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        let tick = Span::from_secs_f64(if step.is_finite() { step.max(0.1) } else { 1.0 });
        let series = |name: &str| {
            let mut series = Series::new(tick);
            for (at, value) in times.iter().zip(rows.column(name)) {
                if let Some(value) = value {
                    series.push(Time::ZERO + Span::from_secs_f64(at - tick.secs()), value);
                }
            }
            series
        };
        Self {
            offered: series("offered_per_sec"),
            completed: series("completed_per_sec"),
            errors: series("errors_per_sec"),
            p50: series("p50_secs"),
            p95: series("p95_secs"),
            p99: series("p99_secs"),
            utilisation: series("utilisation"),
            cost_per_hour: series("usd_per_hour"),
        }
    }
}
