//! What is aimed at for each machine.
//!
//! Knative Serving, `pkg/reconciler/autoscaling/resources/target.go`.

use crate::scenario::{Kpa, KpaMetric};

/// What settings say about the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Targets {
    /// What is looked at.
    pub metric: KpaMetric,
    /// Attempts that a machine takes at a time; 0 is any number.
    pub concurrency: f64,
    /// What is aimed at, where it is said.
    pub target: Option<f64>,
    /// Where it is not.
    pub concurrency_default: f64,
    /// Where it is not, for a rate.
    pub rate_default: f64,
    /// The share of it that is aimed at.
    pub utilization: f64,
}

/// The target, and what a machine could take.
pub fn resolve(targets: &Targets) -> (f64, f64) {
    let Targets { concurrency, concurrency_default, .. } = *targets;
    let total = match (targets.metric, targets.target) {
        // No more than it takes at a time.
        (KpaMetric::Concurrency, Some(said)) if concurrency > 0.0 => said.min(concurrency),
        (_, Some(said)) => said,
        (KpaMetric::Rate, None) => targets.rate_default,
        (KpaMetric::Concurrency, None) if concurrency > 0.0 => concurrency,
        (KpaMetric::Concurrency, None) => concurrency_default,
    };
    ((total * targets.utilization).max(Kpa::TARGET_MIN), total)
}
