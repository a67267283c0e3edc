//! What does queueing theory say exactly?
//!
//! One model a file, in Kendall's words: arrivals / services / servers / places // customers. Rates are per unit of
//! time and times in that unit, whatever it is. Each model is a checked struct whose methods cannot fail, or a function
//! that returns [`Unsolvable`]: never NaN, never a number for a queue that has no steady state.

mod abandonment;
mod birth_death;
mod closed;
mod constant_service;
mod discipline;
mod dispatch;
mod finite;
mod fork_join;
mod general_arrivals;
mod hashing;
mod law;
mod multi_server;
mod network;
mod order;
mod redundancy;
mod retry;
mod single_server;
mod small_system;

pub use abandonment::ErlangA;
pub use closed::{Closed, closed_network};
pub use constant_service::MDc;
pub use discipline::{
    Class, ProcessorSharing, nonpreemptive_mean_waits, preemptive_mean_responses, srpt_mean_response,
};
pub use dispatch::Supermarket;
pub use finite::{MMcK, Repairman};
pub use fork_join::ForkJoin;
pub use general_arrivals::GiM1;
pub use hashing::{modulo_moved, ring_largest_share, ring_moved, ring_share_cv, ring_smallest_share};
pub use law::Law;
pub use multi_server::{MMc, erlang_b, erlang_c, halfin_whitt_prob_wait};
pub use network::{Jackson, Station, Tandem, with_feedback};
pub use order::{Extreme, Hedged};
pub use redundancy::redundancy_mean_response;
pub use retry::{Amplification, amplification, amplification_chain, retrial_mean_orbit, retrial_mean_response};
pub use single_server::{MG1, kingman_mean_wait};
pub use small_system::{Dispatch, SmallSystem};

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
fn positive(name: &'static str, value: f64) -> Solved<f64> {
    within(name, value, value > 0.0 && value.is_finite(), "positive and finite")
}

/// `value` if it is finite and not negative.
fn not_negative(name: &'static str, value: f64) -> Solved<f64> {
    within(name, value, value >= 0.0 && value.is_finite(), "finite and not negative")
}

/// `value` if it is a probability.
fn probability(name: &'static str, value: f64) -> Solved<f64> {
    within(name, value, (0.0..=1.0).contains(&value), "a probability from 0 to 1")
}

/// `count` if there is at least one.
fn at_least_one(name: &'static str, count: u32) -> Solved<u32> {
    within(name, f64::from(count), count >= 1, "at least 1").map(|_| count)
}

fn within(name: &'static str, value: f64, holds: bool, needs: &'static str) -> Solved<f64> {
    if holds { Ok(value) } else { Err(Unsolvable::OutOfDomain { name, value, needs }) }
}

/// `utilization` if it is below 1.
fn stable(utilization: f64) -> Solved<f64> {
    if utilization < 1.0 { Ok(utilization) } else { Err(Unsolvable::Overloaded { utilization }) }
}
