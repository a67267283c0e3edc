//! Slow start, as Envoy does it (`common.proto`): a member that has just come gets less at first.
//!
//! weight x max(minimum, (age / window)^(1 / aggression)); a quarter of the window with an aggression of 2 is 0.5.

use crate::base::Span;

/// How fast it rises: in a straight line.
const AGGRESSION: f64 = 1.0;
/// The least share of its weight that a member gets.
const MIN_WEIGHT: f64 = 0.1;

/// The share of its weight that a member of this age gets; `window` 0 is no slow start.
pub(super) fn factor(age: Span, window: Span) -> f64 {
    if age >= window { 1.0 } else { share(age.secs() / window.secs(), AGGRESSION, MIN_WEIGHT) }
}

/// The same by the part of the window that is over.
pub fn share(time_factor: f64, aggression: f64, min_weight: f64) -> f64 {
    libm::pow(time_factor, 1.0 / aggression).max(min_weight)
}
