//! How many machines a pool should have, and how large they should be.
//!
//! Each policy is told what it can see and answers with a [`Decision`], which keeps what became of the wish on its way:
//! wanted, stabilised, limited; and why nothing changed where nothing did.

pub mod hpa;
pub mod kpa;

/// What an autoscaler decided, and how it got there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Machines asked for before.
    pub before: u32,
    /// What was measured over what is aimed at, where there is such a ratio.
    pub ratio: Option<f64>,
    /// Machines that the measure alone asks for.
    pub wanted: u32,
    /// What the past made of it.
    pub stabilised: u32,
    /// Machines asked for from now on.
    pub size: u32,
    /// Why it is that many.
    pub why: Reason,
    /// Which limit was met, of those that bound the size and its change.
    pub limit: Reason,
}

impl Decision {
    /// Nothing changes.
    pub fn keep(size: u32, why: Reason) -> Self {
        Self::at_once(size, size, why)
    }

    /// Another size, whatever is measured.
    pub fn at_once(before: u32, size: u32, why: Reason) -> Self {
        Self { before, ratio: None, wanted: size, stabilised: size, size, why, limit: why }
    }
}

/// Why a size is what it is. Where Kubernetes has a word for it, it is that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Reason {
    /// It is what the measure asks for.
    DesiredWithinRange,
    /// The measure is near enough to its target.
    Tolerated,
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
}

impl Reason {
    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::DesiredWithinRange => "DesiredWithinRange",
            Self::Tolerated => "Tolerated",
            Self::Stabilised => "Stabilised",
            Self::ScaleUpLimit => "ScaleUpLimit",
            Self::ScaleDownLimit => "ScaleDownLimit",
            Self::TooManyReplicas => "TooManyReplicas",
            Self::TooFewReplicas => "TooFewReplicas",
            Self::NoMetrics => "NoMetrics",
            Self::Disabled => "Disabled",
        }
    }
}
