//! Arrival processes: the law of the gaps between the arrivals of an open source.
//!
//! A process says how regular or bursty arrivals are; how many there are, the load says. A gap is drawn in units of its
//! mean and lasts until the load has asked for so many jobs, so that every process follows every load.

use super::Dist;
use crate::base::Span;

/// The law of the gaps between arrivals of an open source.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Process {
    /// Exponential gaps.
    #[default]
    Poisson,
    /// Equal gaps.
    Regular,
    /// Independent gaps of this law, whose mean is 1. The first is a whole gap.
    Renewal(Dist),
    /// A Poisson process whose rate jumps between states, one after the other in a cycle, each for an exponential time:
    /// a Markov-modulated Poisson process (Fischer and Meier-Hellstern, "The MMPP cookbook", 1993). The load is its mean
    /// rate in the long run. It begins in a state drawn by the share of time spent there.
    Mmpp(Vec<BurstState>),
}

/// A state of a source that comes in bursts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurstState {
    /// What the load is multiplied by in this state; 1 in the mean over time.
    pub factor: f64,
    /// Mean time spent there in a row.
    pub mean: Span,
}
