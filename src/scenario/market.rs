//! How machines are bought, and how their time becomes dollars.

use super::Dist;
use crate::base::Span;

/// How machines are bought.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Market {
    /// For as long as they are wanted.
    #[default]
    OnDemand,
    /// Spare capacity at the spot price, which the provider takes back.
    Spot {
        /// How many seconds a machine lives from its order on, if it is not given back; drawn for each.
        life: Dist,
        /// How long before its end the provider says so.
        notice: Span,
    },
}

/// How the time of a machine becomes dollars. Each stretch from its order, or from its start again, to its end or its stop
/// is billed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billing {
    /// A stretch counts as whole steps; zero counts it by the nanosecond.
    pub step: Span,
    /// A stretch counts as this at least.
    pub minimum: Span,
    /// Whether a machine that is stopped, to get another size, costs as much as one that is not.
    pub stopped_costs: bool,
    /// A stretch that ends within this because the provider takes the machine away costs nothing.
    pub preempted_free: Span,
}

impl Billing {
    /// By the nanosecond: as if the run were a piece of a longer life.
    pub const EXACT: Self =
        Self { step: Span::ZERO, minimum: Span::ZERO, stopped_costs: true, preempted_free: Span::ZERO };
    /// By the second, a minute at least, nothing while stopped: AWS EC2 (Linux, on demand), Google Compute Engine.
    pub const PER_SECOND: Self = Self {
        step: Span::from_secs(1),
        minimum: Span::from_secs(60),
        stopped_costs: false,
        preempted_free: Span::ZERO,
    };
    /// By the hour begun, stopped or not: Hetzner Cloud.
    pub const PER_HOUR: Self = Self {
        step: Span::from_secs(3_600),
        minimum: Span::from_secs(3_600),
        stopped_costs: true,
        preempted_free: Span::ZERO,
    };

    /// What a stretch is charged as.
    pub fn charged(&self, stretch: Span) -> Span {
        let whole = match self.step.0 {
            0 => stretch,
            step => Span(stretch.0.div_ceil(step).saturating_mul(step)),
        };
        whole.max(self.minimum)
    }
}
