//! Envoy's outlier detection: errors in a row at once, shares of successes compared with each other at every interval.
//!
//! Source: `envoy/config/cluster/v3/outlier_detection.proto` and what `source/common/upstream/outlier_detection_impl.cc`
//! does with it. Every error is one that Envoy would count as a 5xx.

use std::collections::BTreeMap;

use super::Change;
use crate::base::{Span, Stream, Time, WorkerId};
use crate::policy::resilience::Ended;
use crate::scenario::EnvoyOutliers;

/// What is known of a pool.
#[derive(Clone, Debug)]
pub struct EnvoyState {
    settings: EnvoyOutliers,
    machines: BTreeMap<WorkerId, Monitor>,
    /// Decides where only some are really left out.
    stream: Stream,
}

/// Why a machine is left out, by position in [`EnvoyOutliers::enforcing`].
#[derive(Clone, Copy, Debug)]
enum Why {
    InARow,
    Successes,
    Failures,
}

#[derive(Clone, Copy, Debug, Default)]
struct Monitor {
    in_a_row: u32,
    /// Answers since the last comparison, and those of them that were good.
    answers: u32,
    good: u32,
    /// Since when it is left out.
    out_since: Option<Time>,
    /// How often it was, lately.
    times: u32,
}

/// How long a machine is left out that was left out so many times, this one among them.
pub fn ejection(base: Span, longest: Span, times: u32) -> Span {
    Span(base.0.saturating_mul(u64::from(times))).min(longest)
}

/// Whether a machine that was left out is let in again at a comparison.
pub fn is_over(now: Time, out_since: Time, settings: &EnvoyOutliers, times: u32) -> bool {
    now.since(out_since) >= ejection(settings.base, settings.longest, times)
}

/// The mean of shares of successes, and the share below which one is an outlier.
pub fn threshold(shares: &[f64], deviations: f64) -> (f64, f64) {
    let n = shares.len().max(1) as f64;
    let mean = shares.iter().sum::<f64>() / n;
    let variance = shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / n;
    (mean, mean - deviations * variance.sqrt())
}

/// The positions of those shares that are outliers: strictly below the threshold.
pub fn outliers(shares: &[f64], deviations: f64) -> Vec<usize> {
    let (_, least) = threshold(shares, deviations);
    (0..shares.len()).filter(|ix| shares[*ix] < least).collect()
}

impl EnvoyState {
    pub(super) fn new(settings: EnvoyOutliers, stream: Stream) -> Self {
        Self { settings, machines: BTreeMap::new(), stream }
    }

    pub(super) fn settings(&self) -> &EnvoyOutliers {
        &self.settings
    }

    pub(super) fn ended(&mut self, now: Time, worker: WorkerId, how: Ended, machines: usize) -> Option<Change> {
        let monitor = self.machines.entry(worker).or_default();
        match how {
            Ended::CalledOff => return None,
            Ended::Well => {
                monitor.in_a_row = 0;
                monitor.good += 1;
            }
            Ended::Badly | Ended::Refused => monitor.in_a_row += 1,
        }
        monitor.answers += 1;
        let is_due = monitor.in_a_row >= self.settings.consecutive && monitor.out_since.is_none();
        (is_due && self.eject(now, worker, machines, Why::InARow)).then_some(Change::Out(worker))
    }

    /// Leaves a machine out, if so many may be; returns whether it is.
    fn eject(&mut self, now: Time, worker: WorkerId, machines: usize, why: Why) -> bool {
        let enforced = self.settings.enforcing[why as usize];
        if enforced < 1.0 && self.stream.unit() > enforced {
            return false;
        }
        let out = self.machines.values().filter(|monitor| monitor.out_since.is_some()).count();
        let is_allowed = out == 0 || (out + 1) as f64 <= self.settings.ejected_max * machines as f64;
        let Some(monitor) = self.machines.get_mut(&worker).filter(|_| is_allowed) else { return false };
        monitor.out_since = Some(now);
        // Beyond the longest it makes no difference how often.
        let times_max = self.settings.longest.0.div_ceil(self.settings.base.0.max(1));
        monitor.times = (monitor.times + 1).min(u32::try_from(times_max).unwrap_or(u32::MAX).max(1));
        monitor.in_a_row = 0;
        true
    }

    pub(super) fn sweep(&mut self, now: Time, machines: &[WorkerId]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (worker, monitor) in &mut self.machines {
            match monitor.out_since {
                None => monitor.times = monitor.times.saturating_sub(1),
                Some(since) if is_over(now, since, &self.settings, monitor.times) => {
                    monitor.out_since = None;
                    monitor.in_a_row = 0;
                    changes.push(Change::In(*worker));
                }
                Some(_) => {}
            }
        }
        for worker in self.unlike_the_others() {
            if self.eject(now, worker, machines.len(), Why::Successes) {
                changes.push(Change::Out(worker));
            }
        }
        let rates = self.success_rates(self.settings.failures_volume_min);
        if rates.len() >= self.settings.failures_hosts_min as usize {
            for (worker, share) in rates {
                if 1.0 - share >= self.settings.failures && self.eject(now, worker, machines.len(), Why::Failures) {
                    changes.push(Change::Out(worker));
                }
            }
        }
        for monitor in self.machines.values_mut() {
            (monitor.answers, monitor.good) = (0, 0);
        }
        changes
    }

    /// Shares of successes of those in use with so many answers since the last comparison.
    fn success_rates(&self, volume_min: u32) -> Vec<(WorkerId, f64)> {
        let enough = |monitor: &Monitor| monitor.answers >= volume_min.max(1) && monitor.out_since.is_none();
        let known = self.machines.iter().filter(|(_, monitor)| enough(monitor));
        known.map(|(worker, monitor)| (*worker, f64::from(monitor.good) / f64::from(monitor.answers))).collect()
    }

    /// Those whose share of successes is an outlier.
    fn unlike_the_others(&self) -> Vec<WorkerId> {
        let rates = self.success_rates(self.settings.volume_min);
        if rates.len() < self.settings.hosts_min as usize {
            return Vec::new();
        }
        let shares: Vec<f64> = rates.iter().map(|(_, share)| *share).collect();
        outliers(&shares, self.settings.deviations).into_iter().map(|ix| rates[ix].0).collect()
    }

    pub(super) fn forget(&mut self, worker: WorkerId) {
        self.machines.remove(&worker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    fn fresh(settings: EnvoyOutliers) -> EnvoyState {
        EnvoyState::new(settings, Stream::new(1, Domain::Resilience, [0; 4]))
    }

    fn at(secs: u64) -> Time {
        Time::ZERO + Span::from_secs(secs)
    }

    fn ten() -> Vec<WorkerId> {
        (0..10).map(WorkerId).collect()
    }

    #[test]
    fn five_errors_in_a_row_leave_one_machine_out_for_half_a_minute() {
        let mut state = fresh(EnvoyOutliers::default());
        for error in 0..5 {
            let changed = state.ended(at(1), WorkerId(3), Ended::Badly, 10);
            assert_eq!(changed, (error == 4).then_some(Change::Out(WorkerId(3))));
        }
        // A tenth of ten is out: nobody else may be.
        assert!((0..9).all(|_| state.ended(at(2), WorkerId(4), Ended::Badly, 10).is_none()));
        assert_eq!(state.sweep(at(30), &ten()), []);
        assert_eq!(state.sweep(at(31), &ten()), [Change::In(WorkerId(3))]);
        // The second time it takes twice as long; each quiet interval takes one time off.
        (0..5).for_each(|_| _ = state.ended(at(32), WorkerId(3), Ended::Badly, 10));
        assert_eq!(state.sweep(at(91), &ten()), []);
        assert_eq!(state.sweep(at(92), &ten()), [Change::In(WorkerId(3))]);
    }

    #[test]
    fn a_success_ends_a_row_of_errors() {
        let mut state = fresh(EnvoyOutliers::default());
        for answer in 0..40 {
            let how = if answer % 5 == 4 { Ended::Well } else { Ended::Badly };
            assert_eq!(state.ended(at(1), WorkerId(0), how, 10), None);
        }
    }

    #[test]
    fn the_one_that_fails_more_than_the_others_is_left_out_at_the_comparison() {
        let mut state = fresh(EnvoyOutliers::default());
        for machine in ten() {
            for answer in 0..100 {
                let how = if machine == WorkerId(7) && answer % 4 == 0 { Ended::Badly } else { Ended::Well };
                state.ended(at(1), machine, how, 10);
            }
        }
        assert_eq!(state.sweep(at(10), &ten()), [Change::Out(WorkerId(7))]);
        // Too few answers to compare.
        let mut state = fresh(EnvoyOutliers::default());
        for machine in ten() {
            for answer in 0..99 {
                let how = if machine == WorkerId(7) && answer % 4 == 0 { Ended::Badly } else { Ended::Well };
                state.ended(at(1), machine, how, 10);
            }
        }
        assert_eq!(state.sweep(at(10), &ten()), []);
    }

    #[test]
    fn a_share_of_failures_counts_where_it_is_enforced() {
        for (enforced, expected) in [(0.0, 0), (1.0, 1)] {
            let settings = EnvoyOutliers { consecutive: 1_000, enforcing: [1.0, 0.0, enforced], ..Default::default() };
            let mut state = fresh(settings);
            for machine in ten() {
                for answer in 0..50 {
                    let how = if machine == WorkerId(2) && answer > 5 { Ended::Badly } else { Ended::Well };
                    state.ended(at(1), machine, how, 10);
                }
            }
            assert_eq!(state.sweep(at(10), &ten()).len(), expected, "enforced {enforced}");
        }
    }
}
