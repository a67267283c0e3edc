//! AWS: target tracking and step scaling, both by alarms on processor time.
//!
//! Amazon EC2 Auto Scaling User Guide, "Target tracking scaling policies" and "Step and simple scaling policies": a datapoint a
//! minute; target tracking adds after 3 above the target and removes after 15 below 90 % of it, in proportion:
//! ceil(size x measured / target); steps add or remove by how far a bound is passed. New machines count after a warm-up
//! only. 4 machines at 80 % with a target of 50 %: 7.

use super::sight::Sight;
use super::{Decision, Reason, Seen};
use crate::base::{Span, Time};
use crate::scenario::{StepScaling, TargetTracking};

/// Datapoints in a row on one side of a bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Alarm(u32);

impl Alarm {
    fn see(&mut self, is_beyond: bool) {
        self.0 = if is_beyond { self.0 + 1 } else { 0 };
    }
}

/// A pool's target tracking.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolTracking {
    tracking: TargetTracking,
    bounds: (u32, u32),
    high: Alarm,
    low: Alarm,
}

impl PoolTracking {
    /// A fresh one within these bounds.
    pub fn new(tracking: TargetTracking, min: u32, max: u32) -> Self {
        Self { tracking, bounds: (min, max), high: Alarm::default(), low: Alarm::default() }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.tracking.period
    }

    /// Takes a datapoint and decides.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let TargetTracking { cpu, up_after, down_after, warmup, .. } = self.tracking;
        let Some(measured) = sight.utilisation(now, warmup).or_else(|| sight.utilisation(now, Span::ZERO)) else {
            return Some(Decision::keep(sight.size, Reason::NoMetrics));
        };
        self.high.see(measured > cpu);
        self.low.see(measured < cpu * TargetTracking::LOW);
        // Of the machines that were measured: those that are still coming are ordered already.
        let warm = sight.machines.iter().filter(|one| !one.is_leaving && !is_cold(now, one.ready, warmup)).count();
        let measured_machines = if warm == 0 { sight.ready() } else { warm as u32 };
        let wanted = (f64::from(measured_machines) * measured / cpu).ceil() as u32;
        let is_warming = is_warming(now, sight, warmup);
        let goes = (self.high.0 >= up_after && wanted > sight.size)
            || (self.low.0 >= down_after && wanted < sight.size && !is_warming);
        let is_calm = measured <= cpu && measured >= cpu * TargetTracking::LOW;
        let seen = Seen { at: now, value: measured };
        Some(Decision::bounded(sight.size, Some(measured / cpu), wanted, goes, is_calm, self.bounds, seen))
    }
}

/// A pool's step scaling.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolSteps {
    steps: StepScaling,
    bounds: (u32, u32),
    high: Alarm,
    low: Alarm,
    changed: Option<Time>,
}

impl PoolSteps {
    /// A fresh one within these bounds.
    pub fn new(steps: StepScaling, min: u32, max: u32) -> Self {
        Self { steps, bounds: (min, max), high: Alarm::default(), low: Alarm::default(), changed: None }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.steps.period
    }

    /// Takes a datapoint and decides.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let warmup = self.steps.warmup;
        let Some(measured) = sight.utilisation(now, warmup).or_else(|| sight.utilisation(now, Span::ZERO)) else {
            return Some(Decision::keep(sight.size, Reason::NoMetrics));
        };
        let add = self.steps.up.iter().rev().find(|(from, _)| measured >= *from).map_or(0, |(_, add)| *add);
        let remove = self.steps.down.iter().rev().find(|(below, _)| measured < *below).map_or(0, |(_, gone)| *gone);
        self.high.see(add > 0);
        self.low.see(remove > 0);
        // What is still coming counts towards the step: it was ordered for the same alarm.
        let coming = sight.machines.iter().filter(|one| !one.is_leaving && is_cold(now, one.ready, warmup)).count();
        let add = add.saturating_sub(coming as u32);
        let wanted = (sight.size + add).saturating_sub(remove);
        let has_rested = self.changed.is_none_or(|at| now.since(at) >= warmup);
        let goes = (self.high.0 >= self.steps.after && add > 0)
            || (self.low.0 >= self.steps.after && remove > 0 && has_rested);
        let seen = Seen { at: now, value: measured };
        let decision = Decision::bounded(sight.size, None, wanted, goes, add == 0 && remove == 0, self.bounds, seen);
        if decision.size != sight.size {
            self.changed = Some(now);
        }
        Some(decision)
    }
}

fn is_cold(now: Time, ready: Option<Time>, warmup: Span) -> bool {
    ready.is_none_or(|ready| ready > Time::ZERO && now.since(ready) < warmup)
}

/// Whether any machine came too recently to count.
fn is_warming(now: Time, sight: &Sight, warmup: Span) -> bool {
    sight.machines.iter().any(|machine| !machine.is_leaving && is_cold(now, machine.ready, warmup))
}
