//! Which attempts a pool takes in at all.
//!
//! Each gate is told of every attempt that would come in, and of how those ended that did. Some decide when an attempt
//! comes, [`CoDel`] when its turn does.

mod codel;
mod gradient;
mod throttle;
mod token_bucket;

pub use codel::CoDel;
use gradient::GradientState;
use throttle::ThrottleState;
pub use throttle::refused_share;
use token_bucket::TokenBucketState;

use super::resilience::Ended;
use crate::base::{Span, Time};
use crate::scenario::Gate;

/// A gate at work.
#[derive(Clone, Debug, PartialEq)]
pub enum GateState {
    /// By a rate.
    TokenBucket(TokenBucketState),
    /// By what is in flight.
    InFlight(u32),
    /// By what is in flight, and latency.
    Gradient(GradientState),
    /// By importance.
    Priority(u32),
    /// By how much is accepted.
    Throttle(ThrottleState),
    /// By how long it waited: [`CoDel`] decides at each queue.
    CoDel,
}

/// What a gate sees of an attempt that would come in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comer {
    /// Attempts of the pool that are in flight.
    pub in_flight: u32,
    /// How important it is, from above 0 to 1: the share of priorities that are not above its own.
    pub rank: f64,
    /// Uniform on (0, 1], for those that leave it to chance.
    pub chance: f64,
}

impl GateState {
    /// A fresh one.
    pub fn new(gate: Gate) -> Self {
        match gate {
            Gate::TokenBucket { rate, burst } => Self::TokenBucket(TokenBucketState::new(rate, burst)),
            Gate::InFlight { max } => Self::InFlight(max),
            Gate::Gradient(own) => Self::Gradient(GradientState::new(own)),
            Gate::Priority { full } => Self::Priority(full),
            Gate::Throttle { k, window } => Self::Throttle(ThrottleState::new(k, window)),
            Gate::CoDel { .. } => Self::CoDel,
        }
    }

    /// Whether it lets this one in.
    pub fn admit(&mut self, now: Time, comer: &Comer) -> bool {
        match self {
            Self::TokenBucket(state) => state.take(now),
            Self::InFlight(max) => comer.in_flight < *max,
            Self::Gradient(state) => comer.in_flight < state.limit(),
            // Of two priorities the lower may fill half of the pool, as with trunk reservation.
            Self::Priority(full) => f64::from(comer.in_flight) < f64::from(*full) * comer.rank,
            Self::Throttle(state) => state.admit(now, comer.chance),
            Self::CoDel => true,
        }
    }

    /// One that was let in has ended. `in_flight` counts those that are left.
    pub fn ended(&mut self, now: Time, how: Ended, took: Span, in_flight: u32) {
        match self {
            Self::Gradient(state) if how == Ended::Well => state.answered(now, took, in_flight + 1),
            Self::Throttle(state) => state.ended(now, how),
            _ => {}
        }
    }

    /// Its name in a file.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TokenBucket(_) => "TokenBucket",
            Self::InFlight(_) => "InFlight",
            Self::Gradient(_) => "Gradient",
            Self::Priority(_) => "Priority",
            Self::Throttle(_) => "Throttle",
            Self::CoDel => "CoDel",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_less_important_are_refused_first() {
        let mut gate = GateState::new(Gate::Priority { full: 10 });
        let mut admit = |in_flight, rank| gate.admit(Time::ZERO, &Comer { in_flight, rank, chance: 1.0 });
        assert!(admit(4, 0.5) && !admit(5, 0.5) && admit(5, 1.0) && admit(9, 1.0) && !admit(10, 1.0));
    }
}
