//! Commands take effect: one bus for a person, the command line, the timeline and policies.

use super::queue::Due;
use super::run::Engine;
use crate::base::{Time, WorkerId};
use crate::cluster::{Control, Event};
use crate::metrics::snapshot::Mark;
use crate::scenario::{Command, Entry, Fault};

impl Engine {
    pub(super) fn apply(&mut self, now: Time, entry: Entry) {
        let entry = Entry { at: now, ..entry };
        match entry.command {
            Command::SetBalance { pool, balance } => self.control(now, Control::SetBalance(pool, balance)),
            Command::SetCache { pool, cache } => self.control(now, Control::SetCache(pool, cache)),
            Command::SwitchScaling { pool, switch } => self.control(now, Control::SwitchScaling(pool, switch)),
            Command::SetCount { pool, group, count } => self.control(now, Control::SetCount(pool, group, count)),
            Command::Resize { pool, group, cores } => self.control(now, Control::Resize(pool, group, cores)),
            Command::SetTrafficFactor { source, factor } => {
                self.factors[source.ix()] = factor;
                self.with_traffic(|traffic, ticks| traffic.set_factor(now, source, factor, ticks));
            }
            Command::SetBound { objective, bound } => self.bounds[objective] = bound,
            Command::Inject { fault, .. } => self.inject(now, fault, &entry),
            Command::SetCapacity { jobs_per_sec } => {
                self.capacity = Some(jobs_per_sec);
                self.with_traffic(|traffic, ticks| traffic.set_capacity(now, jobs_per_sec, ticks));
            }
            Command::Note(_) => {}
        }
        let until = match entry.command {
            Command::Inject { lasts, .. } => Some(now + lasts),
            _ => None,
        };
        let label = entry.command.label(&self.scenario);
        self.recorder.mark(Mark { at: now, label, by: entry.by, until }, &entry.command);
        self.record(entry);
    }

    fn control(&mut self, now: Time, control: Control) {
        self.feed(now, &Event::Command(control));
    }

    /// A fault of a machine that is not there harms nobody.
    fn inject(&mut self, now: Time, fault: Fault, entry: &Entry) {
        let Command::Inject { lasts, .. } = entry.command else { return };
        let (pool, position) = fault.victim();
        if let Some(worker) = self.cluster.worker_at(pool, position) {
            let until = now + lasts;
            self.with_world(now, |world, queue| world.inject(now, worker, fault, until, queue));
            self.queue.push(until, Due::Repair(worker, fault));
        }
    }

    pub(super) fn repair(&mut self, now: Time, worker: WorkerId, fault: Fault) {
        self.with_world(now, |world, queue| _ = world.repair(now, worker, fault, queue));
    }
}
