//! Larger or smaller machines, by what they were seen to use.
//!
//! Kubernetes autoscaler, `vertical-pod-autoscaler/pkg/recommender` (`histogram.go`, `decaying_histogram.go`, `estimator.go`)
//! and `pkg/updater/priority`: busy cores go into buckets that widen by 5 %, a look counts half after a day; the target is
//! the 90th percentile and 15 %, the bounds the 50th and the 95th, wider the shorter the history. A machine is changed where
//! it is outside the bounds. Always one core busy for very long: 1.0 to 1.05 cores, with the margin at most 1.21.

use super::sight::Sight;
use super::{Decision, Reason, Seen};
use crate::base::{Span, Time};
use crate::scenario::Vertical;

/// The first bucket ends at so many cores, and each later one is wider by this (VPA).
const FIRST_BUCKET: f64 = 0.01;
const GROWTH: f64 = 1.05;
/// Buckets up to 1,000 cores and beyond.
const BUCKETS: usize = 177;

/// Weights of what was seen, in buckets of cores.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    weights: Vec<f64>,
    total: f64,
    half_life: Span,
    /// Weights are as of then: later looks weigh more, which is the same as that earlier ones weigh less.
    reference: Time,
}

impl Histogram {
    /// Nothing seen yet.
    pub fn new(half_life: Span) -> Self {
        Self { weights: vec![0.0; BUCKETS], total: 0.0, half_life, reference: Time::ZERO }
    }

    /// Takes in so many busy cores.
    pub fn see(&mut self, now: Time, cores: f64, weight: f64) {
        let lives = |since: Time| now.since(since).0 as f64 / self.half_life.0.max(1) as f64;
        if lives(self.reference) > 100.0 {
            let kept = libm::exp2(-lives(self.reference));
            self.weights.iter_mut().for_each(|weight| *weight *= kept);
            self.total *= kept;
            self.reference = now;
        }
        let weight = weight * libm::exp2(now.since(self.reference).0 as f64 / self.half_life.0.max(1) as f64);
        self.weights[bucket(cores)] += weight;
        self.total += weight;
    }

    /// The end of the bucket in which this share of the weight is reached, in cores; zero before anything was seen.
    pub fn percentile(&self, share: f64) -> f64 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let mut sum = 0.0;
        let reaches = |weight: &f64| {
            sum += weight;
            sum >= share * self.total
        };
        let found = self.weights.iter().position(reaches).unwrap_or(BUCKETS - 1);
        start(found.min(BUCKETS - 2) + 1)
    }
}

/// Where a bucket begins: first x (growth^n - 1) / (growth - 1).
fn start(bucket: usize) -> f64 {
    FIRST_BUCKET * (libm::pow(GROWTH, bucket as f64) - 1.0) / (GROWTH - 1.0)
}

fn bucket(cores: f64) -> usize {
    let place = libm::log(cores.max(0.0) * (GROWTH - 1.0) / FIRST_BUCKET + 1.0) / libm::log(GROWTH);
    (place as usize).min(BUCKETS - 1)
}

/// A pool's vertical autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolVertical {
    vertical: Vertical,
    histogram: Histogram,
    /// Since when it has looked, and how often.
    since: Option<Time>,
    looks: f64,
}

impl PoolVertical {
    /// A fresh one.
    pub fn new(vertical: Vertical) -> Self {
        let histogram = Histogram::new(vertical.half_life);
        Self { vertical, histogram, since: None, looks: 0.0 }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.vertical.every
    }

    /// Decides how large machines should be; how many stays as it is.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let ready = sight.machines.iter().filter(|machine| machine.ready.is_some());
        let mut seen = 0;
        for machine in ready {
            // A look weighs as much as the machine is large, as there.
            self.histogram.see(now, machine.busy, f64::from(machine.cores).max(0.1));
            seen += 1;
        }
        if seen == 0 {
            return Some(Decision::keep(sight.size, Reason::NoMetrics));
        }
        self.looks += 1.0;
        let [lower, target, upper] = self.bounds(now);
        let wanted = self.size_for(target);
        let is_outside = self.size_for(lower) > sight.cores || self.size_for(upper) < sight.cores;
        let why = if wanted == sight.cores {
            Reason::Tolerated
        } else if sight.is_restarting() {
            Reason::Restarting
        } else if is_outside {
            self.why(target, wanted)
        } else {
            Reason::Stabilised
        };
        let goes = matches!(why, Reason::DesiredWithinRange | Reason::TooManyReplicas);
        let cores = if goes { wanted } else { sight.cores };
        let seen = Some(Seen { at: now, value: target });
        Some(Decision { seen, cores: Some(cores), ..Decision::keep(sight.size, why) })
    }

    fn why(&self, target: f64, wanted: u32) -> Reason {
        if target > f64::from(wanted) { Reason::TooManyReplicas } else { Reason::DesiredWithinRange }
    }

    /// Cores that are enough, should be there, and are too many, with what the history is worth.
    fn bounds(&mut self, now: Time) -> [f64; 3] {
        let since = now.since(*self.since.get_or_insert(now));
        let history = self.vertical.history.secs().max(1e-9);
        // A day's history with a look each minute is a confidence of 1.
        let looks = self.looks * self.vertical.every.secs() / history;
        let confidence = (since.secs() / history).min(looks).max(1e-9);
        let with_margin = |share| self.histogram.percentile(share) * (1.0 + self.vertical.margin);
        let narrow = 1.0 + 0.001 / confidence;
        [
            with_margin(Vertical::LOWER) / (narrow * narrow),
            with_margin(self.vertical.percentile),
            with_margin(Vertical::UPPER) * (1.0 + 1.0 / confidence),
        ]
    }

    /// The smallest size with so many cores, or the largest there is.
    fn size_for(&self, cores: f64) -> u32 {
        let sizes = &self.vertical.sizes;
        let enough = sizes.iter().find(|size| f64::from(**size) >= cores);
        enough.or(sizes.last()).copied().unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_widen_by_a_twentieth() {
        assert!((start(1) - 0.01).abs() < 1e-12 && (start(2) - 0.0205).abs() < 1e-12);
        for cores in [0.0, 0.005, 0.02, 1.0, 63.7, 999.0] {
            let own = bucket(cores);
            assert!(start(own) <= cores + 1e-9 && cores < start(own + 1) + 1e-9, "{cores} is not in bucket {own}");
        }
        assert_eq!(bucket(1e9), BUCKETS - 1);
        assert!(start(BUCKETS - 1) > 1_000.0);
    }

    #[test]
    fn a_look_counts_half_after_its_half_life() {
        let mut seen = Histogram::new(Span::from_secs(100));
        seen.see(Time::ZERO, 8.0, 1.0);
        seen.see(Time(100_000_000_000), 1.0, 1.0);
        // Of 1 + 1/2 the large one is a third.
        assert!(seen.percentile(0.66) < 1.1 && seen.percentile(0.67) > 8.0);
        // Ages later the sums are still finite, and only the newest counts.
        let mut old = seen.clone();
        old.see(Time(1_000_000_000_000_000), 2.0, 1.0);
        assert!(old.total.is_finite() && (2.0..2.2).contains(&old.percentile(0.01)), "{}", old.percentile(0.01));
    }
}
