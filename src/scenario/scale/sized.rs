//! Autoscalers that change how large machines are, or weigh that against how many; and one by control theory.

use crate::base::Span;

/// Vertical: machines of another size, by what they were seen to use (Kubernetes' vertical pod autoscaler).
#[derive(Clone, Debug, PartialEq)]
pub struct Vertical {
    /// The quantile of busy cores that a machine should be large enough for.
    pub percentile: f64,
    /// What is added to that, as a share of it.
    pub margin: f64,
    /// After how long a look counts half.
    pub half_life: Span,
    /// How long it must have looked before it is sure of a bound.
    pub history: Span,
    /// How often it looks.
    pub every: Span,
    /// Cores that a machine can have, ascending.
    pub sizes: Vec<u32>,
}

impl Vertical {
    /// The quantile below which a machine is too small for certain (VPA).
    pub const LOWER: f64 = 0.5;
    /// The quantile above which it is too large for certain (VPA).
    pub const UPPER: f64 = 0.95;

    /// The settings of Kubernetes' recommender, for these sizes.
    pub fn of(sizes: Vec<u32>) -> Self {
        let day = Span::from_secs(86_400);
        Self { percentile: 0.9, margin: 0.15, half_life: day, history: day, every: Span::from_secs(60), sizes }
    }
}

/// Out or up, whichever is cheaper for the load that is expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixed {
    /// How the load is expected, and the busy share of the cores that is aimed at.
    pub predictive: super::Predictive,
    /// Looks in a row that must ask for less before any of it goes.
    pub down_after: u32,
    /// Cores that a machine can have, ascending.
    pub sizes: Vec<u32>,
}

/// A proportional, integral and derivative controller of the busy share of cores (Åström and Murray, "Feedback Systems").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pid {
    /// Busy share of the cores that is aimed at.
    pub cpu: f64,
    /// How often it looks.
    pub every: Span,
    /// Machines for each machine that is missing more than at the look before.
    pub proportional: f64,
    /// Machines for each machine that is missing for a minute.
    pub integral: f64,
    /// Machines for each machine by which what is missing bends in a minute.
    pub derivative: f64,
}

impl Pid {
    /// Assumed gains, for this target.
    pub fn of(cpu: f64) -> Self {
        Self { cpu, every: Span::from_secs(15), proportional: 0.4, integral: 1.2, derivative: 0.0 }
    }
}
