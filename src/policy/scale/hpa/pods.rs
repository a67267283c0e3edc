//! Which machines an autoscaler may believe.
//!
//! Kubernetes, `pkg/controller/podautoscaler/replica_calculator.go`, grouping of pods.

use crate::base::Span;

/// A machine as an autoscaler sees it. Amounts are in thousandths; ages are of now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pod {
    /// What it was promised.
    pub request: i64,
    /// What it used, where anybody knows.
    pub usage: Option<i64>,
    /// Where it is in its life.
    pub phase: Phase,
    /// Whether it said that it takes work; `None` if it never said anything.
    pub ready: Option<bool>,
    /// How long ago it started.
    pub age: Span,
    /// How long ago it last became ready, or unready.
    pub ready_age: Span,
    /// How old what is known of its use is.
    pub sample_age: Span,
    /// What length of time that is about.
    pub sample_window: Span,
}

/// Where a machine is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Ordered, not there yet.
    Pending,
    /// There.
    Running,
    /// On its way out, failed, or done.
    Over,
}

/// What is believed of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Its use counts.
    Counted,
    /// Not ready yet: it may be about to help.
    Unready,
    /// Nobody knows its use.
    Missing,
    /// It is as if it were not there.
    Ignored,
}

/// How long a young machine is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// See [`Hpa::cpu_initialization`](crate::scenario::Hpa::cpu_initialization).
    pub cpu_initialization: Span,
    /// See [`Hpa::readiness_delay`](crate::scenario::Hpa::readiness_delay).
    pub readiness_delay: Span,
}

impl Pod {
    /// What is believed of it. Only processor time (`patience`) depends on how long it has been ready.
    pub fn class(&self, patience: Option<Patience>) -> Class {
        match (self.phase, self.usage, patience) {
            (Phase::Over, ..) => Class::Ignored,
            (Phase::Pending, ..) => Class::Unready,
            (Phase::Running, None, _) => Class::Missing,
            (Phase::Running, Some(_), Some(patience)) if self.is_fresh(patience) => Class::Unready,
            (Phase::Running, Some(_), _) => Class::Counted,
        }
    }

    /// Whether its processor time may still be that of its start.
    fn is_fresh(&self, patience: Patience) -> bool {
        let Some(ready) = self.ready else { return true };
        if self.age < patience.cpu_initialization {
            // Believed only once a whole sample lies after it became ready.
            !ready || self.sample_age + self.sample_window > self.ready_age
        } else {
            // One that has been ready for longer once, and is not now, still works.
            !ready && self.age < self.ready_age + patience.readiness_delay
        }
    }
}
