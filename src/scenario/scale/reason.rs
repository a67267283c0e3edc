//! Why an autoscaler asks for as many machines as it does: the words of decisions, in one list.

/// Why a size is what it is. Where Kubernetes has a word for it, it is that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Reason {
    /// It is what the measure asks for.
    DesiredWithinRange,
    /// The measure is near enough to its target.
    Tolerated,
    /// Machines that are not ready, or of which nothing is known, are taken to speak against a change.
    Damped,
    /// A size of before holds on.
    Stabilised,
    /// More at a time than may come.
    ScaleUpLimit,
    /// More at a time than may go.
    ScaleDownLimit,
    /// More than there may be.
    TooManyReplicas,
    /// Fewer than there must be.
    TooFewReplicas,
    /// Nothing is known that a decision could be based on.
    NoMetrics,
    /// At no machines it sleeps.
    Disabled,
    /// Something waited, and no machine was there.
    Woken,
    /// Nothing was asked for, for long enough.
    Idle,
    /// More machines than one run may order.
    Exhausted,
    /// Too much at once: the quick average decides, and nothing goes.
    Panicking,
    /// Machines are still on their way to the size that was asked for before.
    Restarting,
}

impl Reason {
    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::DesiredWithinRange => "DesiredWithinRange",
            Self::Tolerated => "Tolerated",
            Self::Damped => "Damped",
            Self::Stabilised => "Stabilised",
            Self::ScaleUpLimit => "ScaleUpLimit",
            Self::ScaleDownLimit => "ScaleDownLimit",
            Self::TooManyReplicas => "TooManyReplicas",
            Self::TooFewReplicas => "TooFewReplicas",
            Self::NoMetrics => "NoMetrics",
            Self::Disabled => "Disabled",
            Self::Woken => "Woken",
            Self::Idle => "Idle",
            Self::Exhausted => "Exhausted",
            Self::Panicking => "Panicking",
            Self::Restarting => "Restarting",
        }
    }
}
