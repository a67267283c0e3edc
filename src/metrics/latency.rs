//! Latency meters: a histogram with three significant digits, an exact mean, and a window over the last 2.5 s.

use std::collections::VecDeque;

use hdrhistogram::Histogram;

use super::snapshot::LatencyView;
use crate::base::Span;

/// Longest latency told apart: one hour. Longer ones count as one hour, and are counted.
const LONGEST: u64 = 3_600_000_000_000;
/// The window is made of this many parts.
const PARTS: usize = 5;

/// Latencies of a whole run.
#[derive(Clone, Debug)]
pub(super) struct LatencyMeter {
    histogram: Histogram<u64>,
    sum_nanos: u128,
    longest: u64,
    too_long: u64,
}

/// Latencies of the last few parts of a run.
#[derive(Clone, Debug)]
pub(super) struct LatencyWindow {
    open: Histogram<u32>,
    sealed: VecDeque<Histogram<u32>>,
    merged: Histogram<u32>,
}

impl LatencyMeter {
    pub(super) fn new() -> Self {
        Self { histogram: histogram(3), sum_nanos: 0, longest: 0, too_long: 0 }
    }

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

impl LatencyWindow {
    pub(super) fn new() -> Self {
        Self { open: histogram(2), sealed: VecDeque::new(), merged: histogram(2) }
    }

    pub(super) fn record(&mut self, latency: Span) {
        self.open.saturating_record(latency.0);
    }

    /// Ends a part; the oldest leaves the window.
    pub(super) fn seal(&mut self) {
        let mut next =
            if self.sealed.len() == PARTS { self.sealed.pop_front() } else { None }.unwrap_or_else(|| histogram(2));
        next.clear();
        self.sealed.push_back(std::mem::replace(&mut self.open, next));
        self.merged.clear();
        for part in &self.sealed {
            self.merged.add(part).expect("all window histograms have the same bounds");
        }
    }

    /// The window as of the last part that ended. Percentiles are good to 1 %.
    pub(super) fn view(&self) -> LatencyView {
        let secs = |nanos: u64| nanos as f64 / 1e9;
        if self.merged.is_empty() {
            return LatencyView::default();
        }
        LatencyView {
            count: self.merged.len(),
            mean: self.merged.mean() / 1e9,
            p50: secs(self.merged.value_at_quantile(0.50)),
            p95: secs(self.merged.value_at_quantile(0.95)),
            p99: secs(self.merged.value_at_quantile(0.99)),
            max: secs(self.merged.max()),
        }
    }
}

fn histogram<C: hdrhistogram::Counter>(digits: u8) -> Histogram<C> {
    Histogram::new_with_bounds(1, LONGEST, digits).expect("the bounds are constants that fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_forgets_what_is_older_than_its_parts() {
        let mut window = LatencyWindow::new();
        window.record(Span::from_secs(9));
        window.seal();
        for _ in 0..PARTS - 1 {
            window.record(Span::from_secs(1));
            window.seal();
        }
        assert!(window.view().max > 8.9 && window.view().count == 5);
        window.record(Span::from_secs(1));
        window.seal();
        assert!(window.view().max < 1.1 && window.view().count == 5, "{:?}", window.view());
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
