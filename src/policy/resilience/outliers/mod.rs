//! Machines that answer worse than they should are left out for a while.

mod accrual;
pub mod envoy;

use accrual::AccrualState;
use envoy::EnvoyState;

use super::Ended;
use crate::base::{Span, Stream, Time, WorkerId};
use crate::scenario::Outliers;

/// Outlier detection of a pool at work.
#[derive(Clone, Debug)]
pub enum OutlierState {
    /// As Envoy does it.
    Envoy(EnvoyState),
    /// As Finagle does it.
    Accrual(AccrualState),
}

/// What becomes of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is left out, until somebody lets it in again.
    Out(WorkerId),
    /// It is left out until then, and is then to be let in on trial.
    OutUntil(WorkerId, Time),
    /// It is let in again.
    In(WorkerId),
}

impl OutlierState {
    /// With nothing known; `stream` is for what is drawn.
    pub fn new(outliers: Outliers, stream: Stream) -> Self {
        match outliers {
            Outliers::Envoy(own) => Self::Envoy(EnvoyState::new(own, stream)),
            Outliers::Accrual(own) => Self::Accrual(AccrualState::new(own, stream)),
        }
    }

    /// How often machines are compared, where they are.
    pub fn interval(&self) -> Option<Span> {
        match self {
            Self::Envoy(state) => Some(state.settings().interval),
            Self::Accrual(_) => None,
        }
    }

    /// The share of machines in use below which all are used.
    pub fn panic_below(&self) -> f64 {
        match self {
            Self::Envoy(state) => state.settings().panic_below,
            Self::Accrual(_) => 0.0,
        }
    }

    /// A machine has answered, or should have. `machines` are those of the pool.
    pub fn ended(&mut self, now: Time, worker: WorkerId, how: Ended, machines: usize) -> Option<Change> {
        match self {
            Self::Envoy(state) => state.ended(now, worker, how, machines),
            Self::Accrual(state) => state.ended(now, worker, how),
        }
    }

    /// Compares all machines, every [`interval`](Self::interval).
    pub fn sweep(&mut self, now: Time, machines: &[WorkerId]) -> Vec<Change> {
        match self {
            Self::Envoy(state) => state.sweep(now, machines),
            Self::Accrual(_) => Vec::new(),
        }
    }

    /// A machine that was left out is let in on trial: it gets one attempt.
    pub fn try_again(&mut self, worker: WorkerId) {
        if let Self::Accrual(state) = self {
            state.try_again(worker);
        }
    }

    /// Whether a machine that is on trial has what it is tried by.
    pub fn sent(&mut self, worker: WorkerId) -> bool {
        match self {
            Self::Envoy(_) => false,
            Self::Accrual(state) => state.sent(worker),
        }
    }

    /// A machine is gone, with all that is known of it.
    pub fn forget(&mut self, worker: WorkerId) {
        match self {
            Self::Envoy(state) => state.forget(worker),
            Self::Accrual(state) => state.forget(worker),
        }
    }
}
