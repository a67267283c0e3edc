//! KEDA: wakes a pool and puts it to sleep; in between the horizontal pod autoscaler goes by the queue.
//!
//! KEDA, `pkg/scaling/executor/scale_scaledobjects.go`: polled every 30 s; active above the activation value; from zero to
//! one machine when active, back to zero when it has not been for a cooldown of 300 s. Its HPA divides the length of the
//! queue by the target: 23 with 5 for each asks for 5.

use super::hpa::pods::Patience;
use super::hpa::{Controller, Reading, Settings};
use super::sight::Sight;
use super::{Decision, Reason, Seen};
use crate::base::{Span, Time};
use crate::scenario::{Hpa, Keda};

/// A pool's autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolKeda {
    keda: Keda,
    min: u32,
    controller: Controller,
    sync: Span,
    next_sync: Time,
    next_poll: Time,
    last_active: Time,
}

impl PoolKeda {
    /// A fresh one within these bounds.
    pub fn new(keda: Keda, min: u32, max: u32) -> Self {
        let hpa = Hpa::of(Vec::new());
        let settings = Settings {
            min: min.max(1),
            max,
            tolerance: hpa.tolerance,
            behavior: None,
            downscale_stabilization: hpa.downscale_stabilization,
            patience: Patience { cpu_initialization: hpa.cpu_initialization, readiness_delay: hpa.readiness_delay },
            up_factor: Settings::UP_FACTOR,
            up_minimum: Settings::UP_MINIMUM,
        };
        Self {
            keda,
            min,
            controller: Controller::new(settings),
            sync: hpa.sync,
            next_sync: Time::ZERO + hpa.sync,
            next_poll: Time::ZERO + keda.polling,
            last_active: Time::ZERO,
        }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.sync.min(self.keda.polling)
    }

    /// Wakes, puts to sleep, or lets its horizontal pod autoscaler decide.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let queue = f64::from(sight.in_flight);
        let seen = Some(Seen { at: now, value: queue });
        let is_active = queue > self.keda.activation;
        if now >= self.next_poll {
            self.next_poll = now + self.keda.polling;
            if is_active {
                self.last_active = now;
            }
            if is_active && sight.size == 0 {
                return Some(Decision { seen, ..Decision::at_once(0, self.min.max(1), Reason::Woken) });
            }
            let is_idle = now.since(self.last_active) >= self.keda.cooldown;
            if !is_active && is_idle && self.min == 0 && sight.size > 0 {
                return Some(Decision { seen, ..Decision::at_once(sight.size, 0, Reason::Idle) });
            }
        }
        if now < self.next_sync {
            return None;
        }
        self.next_sync = now + self.sync;
        let milli = [(queue * 1_000.0) as i64];
        let reading = Reading::Share { target: (self.keda.queue * 1_000.0) as i64, values: &milli };
        Some(Decision { seen, ..self.controller.reconcile(now, sight.size, sight.ready(), &[], &[reading]) })
    }
}
