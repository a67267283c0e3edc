//! The latency meter of a whole run: a histogram with three significant digits, and an exact mean.

use hdrhistogram::Histogram;

use super::snapshot::LatencyView;
use crate::base::Span;

/// Longest latency told apart: one hour. Longer ones count as one hour, and are counted.
const LONGEST: u64 = 3_600_000_000_000;

/// Distance of two points of a percentile curve, in nines (1 is from 90 % to 99 %).
const NINES_STEP: f64 = 0.02;

/// Latencies of a whole run.
#[derive(Clone, Debug)]
pub(super) struct LatencyMeter {
    histogram: Histogram<u64>,
    sum_nanos: u128,
    longest: u64,
    too_long: u64,
}

impl LatencyMeter {
    pub(super) fn new() -> Self {
        Self { histogram: histogram(), sum_nanos: 0, longest: 0, too_long: 0 }
    }

    #[inline]
    pub(super) fn record(&mut self, latency: Span) {
        self.histogram.saturating_record(latency.0);
        self.sum_nanos += u128::from(latency.0);
        self.longest = self.longest.max(latency.0);
        self.too_long += u64::from(latency.0 > LONGEST);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    pub(super) fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// Latencies over an hour, which percentiles take for an hour.
    pub(super) fn too_long(&self) -> u64 {
        self.too_long
    }

    pub(super) fn mean_secs(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.sum_nanos as f64 / self.count() as f64 / 1e9 }
    }

    /// A quantile (0 to 1) in seconds; `None` where nothing was recorded.
    pub(super) fn quantile_secs(&self, quantile: f64) -> Option<f64> {
        (self.count() > 0).then(|| self.histogram.value_at_quantile(quantile) as f64 / 1e9)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.histogram.add(&other.histogram).expect("all latency histograms have the same bounds");
        self.sum_nanos += other.sum_nanos;
        self.longest = self.longest.max(other.longest);
        self.too_long += other.too_long;
    }

    /// Latency at quantiles that stand ever closer towards 1, as many as the recorded latencies can tell apart: quantile and seconds.
    pub(super) fn curve(&self) -> Vec<(f64, f64)> {
        let mut curve = Vec::new();
        let (count, mut seen, mut next) = (self.count() as f64, 0_u64, 0.0);
        for value in self.histogram.iter_recorded() {
            seen += value.count_since_last_iteration();
            let quantile = seen as f64 / count;
            // Equal steps of the number of nines; the last value closes the curve.
            let nines = -libm::log10((1.0 - quantile).max(0.5 / count));
            if nines >= next || seen == self.count() {
                curve.push((quantile, value.value_iterated_to() as f64 / 1e9));
                next = nines + NINES_STEP;
            }
        }
        curve
    }

    pub(super) fn view(&self) -> LatencyView {
        let quantile = |quantile| self.quantile_secs(quantile).unwrap_or(0.0);
        LatencyView {
            count: self.count(),
            mean: self.mean_secs(),
            p50: quantile(0.50),
            p95: quantile(0.95),
            p99: quantile(0.99),
            max: self.longest as f64 / 1e9,
        }
    }
}

/// An empty histogram of latencies in nanoseconds, up to an hour, with three significant digits: that of every meter and file.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are constants that fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_curve_ends_at_the_largest_and_agrees_with_the_quantiles() {
        let mut meter = LatencyMeter::new();
        assert_eq!(meter.curve(), []);
        (1..=100_000).for_each(|micros| meter.record(Span::from_micros(micros)));
        let curve = meter.curve();
        assert!(curve.len() < 300, "{}", curve.len());
        assert_eq!(curve.last().map(|last| last.0), Some(1.0));
        for (quantile, secs) in curve {
            let exact = quantile * 0.1;
            assert!((secs / exact - 1.0).abs() < 2e-3, "{quantile}: {secs} instead of {exact}");
        }
    }

    #[test]
    fn quantiles_are_good_to_a_thousandth_and_the_mean_is_exact() {
        let mut meter = LatencyMeter::new();
        for millis in 1..=1_000 {
            meter.record(Span::from_millis(millis));
        }
        let view = meter.view();
        assert_eq!((view.count, view.mean, view.max), (1_000, 0.5005, 1.0));
        assert!((view.p99 / 0.990 - 1.0).abs() < 1.1e-3, "{view:?}");
    }
}
