//! Kubernetes' horizontal pod autoscaler, version 2.
//!
//! `pkg/controller/podautoscaler/horizontal.go`: every 15 s each metric proposes a size; the largest is stabilised, then
//! limited. Held against the upstream tests case by case (`scalelab truth`), through [`Controller::reconcile`], which is
//! what a pool runs.

pub mod behavior;
pub mod pods;
pub mod pool;
pub mod ratio;

use behavior::{History, Recommendations, Stamped, clamped, rate_limited};
use pods::{Patience, Pod};
use ratio::{NoMetrics, Proposal};

use super::{Decision, Reason};
use crate::base::{Span, Time};
use crate::scenario::{Behavior, Rules, Tolerance};

/// Settings of a controller.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Machines at least.
    pub min: u32,
    /// Machines at most.
    pub max: u32,
    /// How far a ratio may be from 1.
    pub tolerance: Tolerance,
    /// How fast it may go.
    pub behavior: Option<Behavior>,
    /// For how long the largest size holds.
    pub downscale_stabilization: Span,
    /// How long a young machine is not believed.
    pub patience: Patience,
    /// Without a behavior: at most so many times as many machines at once…
    pub up_factor: u32,
    /// …or so many.
    pub up_minimum: u32,
}

impl Settings {
    /// Without a behavior at most twice as many at once…
    pub const UP_FACTOR: u32 = 2;
    /// …or four.
    pub const UP_MINIMUM: u32 = 4;
}

/// One metric as it is read now. Amounts are in thousandths.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading<'r> {
    /// Processor time in percent of what machines were promised; with samples of machines that are not there.
    Cpu {
        /// The target.
        percent: u32,
        /// Those samples.
        unknown: &'r [i64],
    },
    /// Something that each machine has, on average.
    Average {
        /// The target.
        target: i64,
        /// For each machine, in their order.
        values: &'r [Option<i64>],
    },
    /// One value for all machines.
    Value {
        /// The target.
        target: i64,
        /// Its samples, which add up.
        values: &'r [i64],
    },
    /// One value that all machines share.
    Share {
        /// The target for each machine.
        target: i64,
        /// Its samples, which add up.
        values: &'r [i64],
    },
    /// It cannot be read.
    Unavailable,
}

/// The autoscaler of one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Controller {
    settings: Settings,
    /// Nothing before the first round.
    recommendations: Option<Recommendations>,
    history: History,
}

impl Controller {
    /// A fresh one.
    pub fn new(settings: Settings) -> Self {
        Self { settings, recommendations: None, history: History::default() }
    }

    /// One that remembers.
    pub fn resumed(settings: Settings, recommendations: Recommendations, history: History) -> Self {
        Self { settings, recommendations: Some(recommendations), history }
    }

    /// Decides once: so many machines are asked for (`size`), so many are there (`running`).
    pub fn reconcile(&mut self, now: Time, size: u32, running: u32, pods: &[Pod], readings: &[Reading]) -> Decision {
        let Settings { min, max, .. } = self.settings;
        // A fresh one takes the size that it finds for one that was asked for: it does not fall for a while.
        let found = || Recommendations::new(vec![Stamped { machines: size, at: now }]);
        let mut recommendations = self.recommendations.take().unwrap_or_else(found);
        let decision = if size == 0 && min != 0 {
            Decision::keep(size, Reason::Disabled)
        } else if size > max {
            Decision::at_once(size, max, Reason::TooManyReplicas)
        } else if size < min {
            Decision::at_once(size, min, Reason::TooFewReplicas)
        } else {
            match self.proposal(size, running, pods, readings) {
                None => Decision::keep(size, Reason::NoMetrics),
                Some(proposal) => self.normalise(now, size, proposal, &mut recommendations),
            }
        };
        self.recommendations = Some(recommendations);
        self.remember(now, size, decision.size);
        decision
    }

    /// The largest proposal; `None` where metrics are missing that might have spoken against fewer machines.
    fn proposal(&self, size: u32, running: u32, pods: &[Pod], readings: &[Reading]) -> Option<Proposal> {
        let proposals: Vec<_> = readings.iter().map(|reading| self.read(size, running, pods, reading)).collect();
        let is_partial = proposals.iter().any(Result::is_err);
        let largest = proposals.into_iter().flatten().reduce(|a, b| if b.size > a.size { b } else { a })?;
        (!is_partial || largest.size >= size).then_some(largest)
    }

    fn read(&self, size: u32, running: u32, pods: &[Pod], reading: &Reading) -> Result<Proposal, NoMetrics> {
        let Settings { tolerance, patience, .. } = self.settings;
        match *reading {
            Reading::Cpu { percent, unknown } => {
                ratio::by_utilisation(size, pods, unknown, percent, patience, tolerance)
            }
            Reading::Average { target, values } => {
                let given = pods.iter().zip(values).map(|(pod, value)| Pod { usage: *value, ..*pod });
                ratio::by_average(size, &given.collect::<Vec<_>>(), target, tolerance)
            }
            Reading::Value { target, values } => {
                let ready = pods.iter().filter(|pod| pod.phase == pods::Phase::Running && pod.ready == Some(true));
                Ok(ratio::by_value(size, ready.count() as u32, values, target, tolerance))
            }
            Reading::Share { target, values } => Ok(ratio::by_share(running, values, target, tolerance)),
            Reading::Unavailable => Err(NoMetrics),
        }
    }

    fn normalise(&self, now: Time, size: u32, proposal: Proposal, past: &mut Recommendations) -> Decision {
        let Settings { min, max, downscale_stabilization, up_factor, up_minimum, .. } = self.settings;
        let wanted = proposal.size;
        let (stabilised, (size_now, limit)) = match &self.settings.behavior {
            None => {
                let largest = past.largest(now, wanted, downscale_stabilization);
                (largest, clamped(size, largest, (min, max), up_factor, up_minimum))
            }
            Some(Behavior { up, down }) => {
                let window = |rules: &Rules, own| rules.stabilization.unwrap_or(own);
                let (rise, fall) = (window(up, Span::ZERO), window(down, downscale_stabilization));
                let between = past.between(now, size, wanted, rise, fall);
                (between, rate_limited(now, size, between, (min, max), (up, down), &self.history))
            }
        };
        let why = match limit {
            Reason::DesiredWithinRange if stabilised != wanted => Reason::Stabilised,
            Reason::DesiredWithinRange if wanted == size && proposal.is_damped => Reason::Damped,
            Reason::DesiredWithinRange if wanted == size && proposal.ratio != 1.0 => Reason::Tolerated,
            other => other,
        };
        Decision {
            before: size,
            ratio: Some(proposal.ratio),
            wanted,
            stabilised,
            size: size_now,
            why,
            limit,
            seen: None,
            cores: None,
        }
    }

    /// With a behavior, what changes is remembered for its rules.
    fn remember(&mut self, now: Time, before: u32, after: u32) {
        let Some(Behavior { up, down }) = &self.settings.behavior else { return };
        if after > before {
            self.history.added.remember(now, after - before, up);
        } else if after < before {
            self.history.removed.remember(now, before - after, down);
        }
    }
}
