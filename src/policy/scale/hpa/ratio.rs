//! From what machines use to how many there should be.
//!
//! Kubernetes, `pkg/controller/podautoscaler/replica_calculator.go`: desired = ceil(current x usage / target), where
//! machines of which nothing is known count so that they damp the change. Three machines of 2,000 that use 600, 1,000 and
//! 1,400 at a target of 30 %: 50 %, so 5.

use super::pods::{Class, Patience, Pod};
use crate::scenario::Tolerance;

/// What one metric asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    /// So many machines.
    pub size: u32,
    /// What was measured over what is aimed at.
    pub ratio: f64,
    /// Whether machines of which too little is known held it back.
    pub is_damped: bool,
    /// The average, the total or the value that it is about, in thousandths.
    pub reported: i64,
    /// The same in whole percent of what was promised, for processor time.
    pub percent: Option<i64>,
}

/// Nothing is known that a decision could be based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no metrics")]
pub struct NoMetrics;

/// Use against target, by the pods of a group.
trait Measure {
    /// Ratio, reported average, and percent, over pods of which a request and a use are known.
    fn measure(&self, pods: &mut dyn Iterator<Item = (i64, i64)>) -> Option<(f64, i64, Option<i64>)>;
    /// What one of which nothing is known is taken to use when there might be too many.
    fn full(&self, request: i64) -> i64;
}

struct Percent(i64);
struct Average(i64);

impl Measure for Percent {
    fn measure(&self, pods: &mut dyn Iterator<Item = (i64, i64)>) -> Option<(f64, i64, Option<i64>)> {
        let sum = |(requests, uses, n), (request, usage)| (requests + request, uses + usage, n + 1);
        let (requests, uses, n): (i64, i64, i64) = pods.fold((0, 0, 0), sum);
        // Whole percent, cut off, before anything is divided.
        let percent = (uses * 100).checked_div(requests)?;
        Some((percent as f64 / self.0 as f64, uses / n.max(1), Some(percent)))
    }

    fn full(&self, request: i64) -> i64 {
        request * self.0.max(100) / 100
    }
}

impl Measure for Average {
    fn measure(&self, pods: &mut dyn Iterator<Item = (i64, i64)>) -> Option<(f64, i64, Option<i64>)> {
        let (uses, n) = pods.fold((0i64, 0), |(uses, n), (_, usage)| (uses.saturating_add(usage), n + 1));
        let average = uses.checked_div(n)?;
        Some((average as f64 / self.0 as f64, average, None))
    }

    fn full(&self, _: i64) -> i64 {
        self.0
    }
}

/// By processor time, in percent of what each was promised. `unknown` are samples of machines that are not there.
///
/// # Errors
/// [`NoMetrics`] where no machine can be believed.
pub fn by_utilisation(
    size: u32,
    pods: &[Pod],
    unknown: &[i64],
    target_percent: u32,
    patience: Patience,
    tolerance: Tolerance,
) -> Result<Proposal, NoMetrics> {
    damped(size, pods, unknown.len(), Some(patience), tolerance, &Percent(i64::from(target_percent)))
}

/// By an average of something that each machine has, in thousandths.
///
/// # Errors
/// [`NoMetrics`] where nobody has any.
pub fn by_average(size: u32, pods: &[Pod], target: i64, tolerance: Tolerance) -> Result<Proposal, NoMetrics> {
    damped(size, pods, 0, None, tolerance, &Average(target))
}

fn damped(
    size: u32,
    pods: &[Pod],
    strangers: usize,
    patience: Option<Patience>,
    tolerance: Tolerance,
    measure: &dyn Measure,
) -> Result<Proposal, NoMetrics> {
    let classes = || pods.iter().map(|pod| (pod, pod.class(patience)));
    let count = |class: Class| classes().filter(|(_, own)| *own == class).count();
    let known = |pod: &Pod, class| (class == Class::Counted).then(|| (pod.request, pod.usage.unwrap_or(0)));
    let (ratio, reported, percent) =
        measure.measure(&mut classes().filter_map(|(pod, class)| known(pod, class))).ok_or(NoMetrics)?;
    let said = |size, is_damped| Proposal { size, ratio, is_damped, reported, percent };
    let (unready, missing) = (count(Class::Unready), count(Class::Missing));
    let is_held_back = unready > 0 && ratio > 1.0;
    if !is_held_back && missing == 0 {
        let wanted = up(ratio * count(Class::Counted) as f64);
        return Ok(said(if tolerance.holds(ratio) { size } else { wanted }, false));
    }
    // Whoever is not known is taken for what speaks most against the change.
    let damped = |pod: &Pod, class| match class {
        Class::Counted => Some((pod.request, pod.usage.unwrap_or(0))),
        Class::Missing if ratio < 1.0 => Some((pod.request, measure.full(pod.request))),
        Class::Missing if ratio > 1.0 => Some((pod.request, 0)),
        Class::Unready => is_held_back.then_some((pod.request, 0)),
        Class::Missing | Class::Ignored => None,
    };
    let counted = classes().filter_map(|(pod, class)| damped(pod, class)).count() + strangers;
    let (new, ..) = measure.measure(&mut classes().filter_map(|(pod, class)| damped(pod, class))).ok_or(NoMetrics)?;
    let wanted = up(new * counted as f64);
    let flips = (ratio < 1.0 && new > 1.0) || (ratio > 1.0 && new < 1.0);
    let contradicts = (new < 1.0 && wanted > size) || (new > 1.0 && wanted < size);
    let is_kept = tolerance.holds(new) || flips || contradicts;
    Ok(said(if is_kept { size } else { wanted }, !tolerance.holds(ratio)))
}

/// By one value for all machines, in thousandths, of which `ready` work.
pub fn by_value(size: u32, ready: u32, values: &[i64], target: i64, tolerance: Tolerance) -> Proposal {
    let value = total(values);
    let ratio = value as f64 / target as f64;
    let wanted = match size {
        // From nothing it is not a ratio of machines, and no tolerance applies.
        0 => up(ratio),
        _ if tolerance.holds(ratio) => size,
        _ => up(ratio * f64::from(ready)),
    };
    Proposal { size: wanted, ratio, is_damped: false, reported: value, percent: None }
}

/// By one value that all machines share, in thousandths for each.
pub fn by_share(size: u32, values: &[i64], target: i64, tolerance: Tolerance) -> Proposal {
    let value = total(values);
    let ratio = value as f64 / (target as f64 * f64::from(size));
    let wanted = if tolerance.holds(ratio) { size } else { up(value as f64 / target as f64) };
    let reported = (value as f64 / f64::from(size.max(1))).ceil() as i64;
    Proposal { size: wanted, ratio, is_damped: false, reported, percent: None }
}

/// A sum that stays at the largest number there is.
fn total(values: &[i64]) -> i64 {
    values.iter().fold(0, |sum: i64, value| sum.saturating_add(*value))
}

fn up(machines: f64) -> u32 {
    machines.ceil() as u32
}
