//! The latency of the last 2.5 s, cheap enough to be taken at every tick of a fast simulation.
//!
//! Counters on a logarithmic scale with 32 steps to each doubling (percentiles good to 1.6 %). Merging two takes a tenth
//! of a microsecond; a histogram of two digits of the `hdrhistogram` crate takes forty times as long, which was most of
//! the time of a simulated run.

use std::collections::VecDeque;

use super::snapshot::LatencyView;
use crate::base::Span;

/// The window is made of this many parts.
pub(super) const PARTS: usize = 5;
/// Steps to each doubling, as a power of two.
const STEP_BITS: u32 = 5;
/// Enough for every number of nanoseconds.
const STEPS: usize = (64 - STEP_BITS as usize + 1) << STEP_BITS;

/// Latencies of the last few parts of a run.
#[derive(Clone, Debug)]
pub(super) struct LatencyWindow {
    parts: VecDeque<Part>,
    merged: Part,
}

#[derive(Clone, Debug)]
struct Part {
    counts: Box<[u32]>,
    /// No counter outside of these has counted.
    lowest: usize,
    highest: usize,
    count: u64,
    sum: u64,
    longest: u64,
}

impl LatencyWindow {
    pub(super) fn new() -> Self {
        let mut parts = VecDeque::with_capacity(PARTS + 1);
        parts.push_back(Part::new());
        Self { parts, merged: Part::new() }
    }

    #[inline]
    pub(super) fn record(&mut self, latency: Span) {
        self.parts[0].record(latency.0);
    }

    /// Ends a part; the oldest leaves the window.
    pub(super) fn seal(&mut self) {
        self.merged.clear();
        for part in self.parts.iter().filter(|part| part.count > 0) {
            self.merged.add(part);
        }
        let mut next = if self.parts.len() == PARTS { self.parts.pop_back() } else { None }.unwrap_or_else(Part::new);
        next.clear();
        self.parts.push_front(next);
    }

    /// The window as of the last part that ended.
    pub(super) fn view(&self) -> LatencyView {
        let Part { count, sum, longest, .. } = self.merged;
        if count == 0 {
            return LatencyView::default();
        }
        let [p50, p95, p99] = self.merged.quantiles([0.50, 0.95, 0.99]);
        LatencyView { count, mean: sum as f64 / count as f64 / 1e9, p50, p95, p99, max: longest as f64 / 1e9 }
    }
}

impl Part {
    fn new() -> Self {
        Self { counts: vec![0; STEPS].into(), lowest: STEPS, highest: 0, count: 0, sum: 0, longest: 0 }
    }

    fn clear(&mut self) {
        if self.count > 0 {
            self.counts[self.lowest..=self.highest].fill(0);
            (self.lowest, self.highest) = (STEPS, 0);
            (self.count, self.sum, self.longest) = (0, 0, 0);
        }
    }

    fn record(&mut self, nanos: u64) {
        let at = step(nanos);
        self.counts[at] += 1;
        (self.lowest, self.highest) = (self.lowest.min(at), self.highest.max(at));
        self.count += 1;
        self.sum = self.sum.saturating_add(nanos);
        self.longest = self.longest.max(nanos);
    }

    fn add(&mut self, other: &Self) {
        let range = other.lowest..=other.highest;
        for (count, more) in self.counts[range.clone()].iter_mut().zip(&other.counts[range]) {
            *count += more;
        }
        (self.lowest, self.highest) = (self.lowest.min(other.lowest), self.highest.max(other.highest));
        self.count += other.count;
        self.sum = self.sum.saturating_add(other.sum);
        self.longest = self.longest.max(other.longest);
    }

    /// Quantiles in seconds, asked for in ascending order.
    fn quantiles<const N: usize>(&self, levels: [f64; N]) -> [f64; N] {
        let octaves = self.counts.chunks_exact(1 << STEP_BITS).enumerate().skip(self.lowest >> STEP_BITS);
        let mut octaves = octaves.map(|(octave, steps)| (octave, steps, steps.iter().map(|&n| u64::from(n)).sum()));
        let mut current: Option<(usize, &[u32], u64)> = octaves.next();
        let mut passed = 0u64;
        levels.map(|level| {
            let rank = ((level * self.count as f64).ceil() as u64).clamp(1, self.count);
            // First the octave, then the step within it.
            while let Some((.., count)) = current
                && passed + count < rank
            {
                passed += count;
                current = octaves.next();
            }
            let Some((octave, steps, _)) = current else { return self.longest as f64 / 1e9 };
            let mut reached = passed;
            let within = steps.iter().position(|&count| {
                reached += u64::from(count);
                reached >= rank
            });
            let at = (octave << STEP_BITS) + within.unwrap_or(0);
            // The middle of the step, but never more than was seen.
            let middle = (lower(at) + lower(at + 1).saturating_sub(1)) / 2;
            middle.min(self.longest) as f64 / 1e9
        })
    }
}

/// The counter of a value: exact below 32, then by its highest bits.
#[inline]
fn step(nanos: u64) -> usize {
    if nanos < 1 << STEP_BITS {
        return nanos as usize;
    }
    let shift = nanos.ilog2() - STEP_BITS;
    (((shift + 1) as usize) << STEP_BITS) + ((nanos >> shift) as usize - (1 << STEP_BITS))
}

/// The smallest value of a counter.
fn lower(step: usize) -> u64 {
    let (octave, place) = (step >> STEP_BITS, (step & ((1 << STEP_BITS) - 1)) as u64);
    match octave {
        0 => place,
        _ => ((1 << STEP_BITS) + place).checked_shl(octave as u32 - 1).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_its_step() {
        for nanos in (0..200).chain((5..63).flat_map(|bit| [(1 << bit) - 1, 1 << bit, (1 << bit) + 7, (3 << bit) / 2]))
        {
            let at = step(nanos);
            assert!(lower(at) <= nanos && (nanos < lower(at + 1) || at + 1 == STEPS), "{nanos} in step {at}");
        }
        assert!(step(u64::MAX) < STEPS);
    }

    #[test]
    fn percentiles_are_good_to_two_percent() {
        let mut window = LatencyWindow::new();
        for millis in 1..=1_000 {
            window.record(Span::from_millis(millis));
        }
        window.seal();
        let view = window.view();
        assert_eq!((view.count, view.mean, view.max), (1_000, 0.5005, 1.0));
        for (found, expected) in [(view.p50, 0.5), (view.p95, 0.95), (view.p99, 0.99)] {
            assert!((found / expected - 1.0).abs() < 0.017, "{found} for {expected}");
        }
    }

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
}
