//! Faults: what goes wrong, until when, and what a health check notices of it.

use super::World;
use crate::base::{Agenda, Span, Time, WorkerId};
use crate::cluster::Event;
use crate::scenario::Fault;

/// How long it takes until a machine that does not answer is given up. Assumed: one heartbeat a second.
pub const DETECTION: Span = Span::from_secs(1);

impl World {
    /// Something goes wrong with a machine until `until`.
    pub fn inject(&mut self, now: Time, worker: WorkerId, fault: Fault, until: Time, agenda: &mut impl Agenda<Event>) {
        if matches!(fault, Fault::Preempt { .. }) && self.machines[worker.ix()].is_local() {
            // Nobody takes this computer away.
            return;
        }
        self.machines[worker.ix()].fault = Some(Box::new(fault));
        match fault {
            Fault::Slow { factor, .. } => {
                self.machines[worker.ix()].set_slow(factor);
                if self.is_live(worker) {
                    self.live.iter_mut().for_each(|live| live.set_slow(factor));
                }
                self.reshare(now, worker, agenda);
            }
            Fault::Break { .. } => {
                if self.is_live(worker) {
                    self.live.iter_mut().for_each(|live| live.break_down(worker));
                }
                let machine = &mut self.machines[worker.ix()];
                machine.down = true;
                self.drop_running(worker);
                // It restarts when the fault is over, and is not back before it was missed.
                let machine = &mut self.machines[worker.ix()];
                let back = until.max(now + DETECTION) + machine.boot(&self.scenario) + machine.warm(&self.scenario);
                machine.ready_at = Some(back);
                agenda.plan(now + DETECTION, Event::WorkerLost(worker));
                agenda.plan(back, Event::WorkerReady(worker));
            }
            Fault::Preempt { .. } => self.preempt(until, until.since(now), worker, agenda),
        }
    }

    /// The fault of a machine is over; returns whether it was this one.
    pub fn repair(&mut self, now: Time, worker: WorkerId, fault: Fault, agenda: &mut impl Agenda<Event>) -> bool {
        let machine = &mut self.machines[worker.ix()];
        if machine.fault.as_deref() != Some(&fault) {
            return false;
        }
        machine.fault = None;
        machine.set_slow(1.0);
        if self.is_live(worker) {
            self.live.iter_mut().for_each(|live| live.set_slow(1.0));
        }
        self.reshare(now, worker, agenda);
        true
    }
}
