//! What a formula is defined for: checks of inputs, and the typed answer when there is none.

/// Why a model has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unsolvable {
    /// Work arrives as fast as it can be done or faster: the queue grows without end.
    #[error("no steady state: utilisation {utilization} is not below 1")]
    Overloaded {
        /// Offered load over capacity.
        utilization: f64,
    },
    /// An input lies outside what the model is defined for.
    #[error("{name} is {value}, but must be {needs}")]
    OutOfDomain {
        /// Which input.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        needs: &'static str,
    },
    /// The numbers are too large for the method, or it did not reach its precision.
    #[error("{what} could not be computed: {why}")]
    OutOfReach {
        /// The quantity.
        what: &'static str,
        /// The obstacle.
        why: &'static str,
    },
}

/// The answer of a model.
pub type Solved<T> = Result<T, Unsolvable>;

/// `value` if it is positive and finite.
pub(super) fn positive(name: &'static str, value: f64) -> Solved<f64> {
    within(name, value, value > 0.0 && value.is_finite(), "positive and finite")
}

/// `value` if it is finite and not negative.
pub(super) fn not_negative(name: &'static str, value: f64) -> Solved<f64> {
    within(name, value, value >= 0.0 && value.is_finite(), "finite and not negative")
}

/// `value` if it is a probability.
pub(super) fn probability(name: &'static str, value: f64) -> Solved<f64> {
    within(name, value, (0.0..=1.0).contains(&value), "a probability from 0 to 1")
}

/// `count` if there is at least one.
pub(super) fn at_least_one(name: &'static str, count: u32) -> Solved<u32> {
    within(name, f64::from(count), count >= 1, "at least 1").map(|_| count)
}

pub(super) fn within(name: &'static str, value: f64, holds: bool, needs: &'static str) -> Solved<f64> {
    if holds { Ok(value) } else { Err(Unsolvable::OutOfDomain { name, value, needs }) }
}

/// `utilization` if it is below 1.
pub(super) fn stable(utilization: f64) -> Solved<f64> {
    if utilization < 1.0 { Ok(utilization) } else { Err(Unsolvable::Overloaded { utilization }) }
}
