//! What becomes of attempts that are slow or fail: how soon they are tried again, how often, and who is left out.
//!
//! Everything here is a client's: it sees answers and their absence, never why.

pub mod backoff;
pub mod breaker;
pub mod budget;
pub mod hedge;
pub mod outliers;
mod window;

pub use breaker::BreakerState;
pub use budget::RetryBudget;
pub use hedge::HedgeDelay;
pub use outliers::{Change, OutlierState};
pub use window::Window;

/// How an attempt ended for who waited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With its answer.
    Well,
    /// With an error, with its machine, or not in time.
    Badly,
    /// Refused for want of room.
    Refused,
    /// Called off: it says nothing.
    CalledOff,
}
