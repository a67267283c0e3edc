//! Commands take effect: one bus for a person, the command line, the timeline and policies.

use super::queue::Due;
use super::run::Engine;
use crate::base::{Domain, Span, Stream, Time, WorkerId};
use crate::cluster::{Control, Event};
use crate::metrics::snapshot::Mark;
use crate::scenario::limits::RANDOM_FAULT_EVERY_MIN;
use crate::scenario::{By, Command, Entry, Fault, RandomFault, Victim};

impl Engine {
    pub(super) fn apply(&mut self, now: Time, entry: Entry) {
        let entry = Entry { at: now, ..entry };
        let mut until = None;
        match entry.command {
            Command::SetBalance { pool, balance } => self.control(now, Control::SetBalance(pool, balance)),
            Command::SetCache { pool, cache } => self.control(now, Control::SetCache(pool, cache)),
            Command::SetResilience { pool, ref resilience } => {
                self.control(now, Control::SetResilience(pool, resilience.clone()));
            }
            Command::SwitchScaling { pool, switch } => self.control(now, Control::SwitchScaling(pool, switch)),
            Command::SetCount { pool, group, count } => self.control(now, Control::SetCount(pool, group, count)),
            Command::Resize { pool, group, cores } => self.control(now, Control::Resize(pool, group, cores)),
            Command::SetTrafficFactor { source, factor } => {
                self.factors[source.ix()] = factor;
                self.with_traffic(|traffic, ticks| traffic.set_factor(now, source, factor, ticks));
            }
            Command::SetBound { objective, bound } => self.bounds[objective] = bound,
            Command::Inject { fault, lasts } => until = Some(self.inject(now, fault, lasts)),
            Command::SetCapacity { jobs_per_sec } => {
                self.capacity = Some(jobs_per_sec);
                self.with_traffic(|traffic, ticks| traffic.set_capacity(now, jobs_per_sec, ticks));
            }
            Command::Note(_) => {}
        }
        if entry.by == By::Person {
            // Between a knob and its mark lies no more than a frame.
            self.clock.await_picture();
        }
        let label = entry.command.label(&self.scenario);
        self.recorder.mark(Mark { at: now, label, by: entry.by, until }, &entry.command);
        self.record(entry);
    }

    fn control(&mut self, now: Time, control: Control) {
        self.feed(now, &Event::Command(Box::new(control)));
    }

    /// Strikes whoever is there of those meant, and returns when the last of them has recovered.
    fn inject(&mut self, now: Time, fault: Fault, lasts: Span) -> Time {
        let struck: Vec<WorkerId> = match fault.victim {
            Victim::Machine(pool, position) => self.cluster.worker_at(pool, position).into_iter().collect(),
            Victim::Pool(_) | Victim::Zone(_) => {
                let there = self.cluster.gauges(now);
                let meant = there.filter(|gauge| self.scenario.is_in(fault.victim, gauge.pool, gauge.group));
                meant.map(|gauge| gauge.worker).collect()
            }
        };
        let mut recovered = now + lasts;
        for worker in struck {
            let mut injected = None;
            self.with_world(now, |world, queue| {
                injected = world.inject(now, worker, fault.strike, now + lasts, queue);
            });
            if let Some((id, over)) = injected {
                self.queue.push(now + lasts, Due::Repair(worker, id));
                recovered = recovered.max(over);
            }
        }
        recovered
    }

    pub(super) fn repair(&mut self, now: Time, worker: WorkerId, id: u32) {
        self.with_world(now, |world, queue| _ = world.repair(now, worker, id, queue));
    }

    /// Plans the first of each kind of fault that comes by chance.
    pub(super) fn begin_faults(&mut self) {
        (0..self.scenario.faults.len()).for_each(|ix| self.plan_fault(Time::ZERO, ix, 0));
    }

    fn plan_fault(&mut self, now: Time, ix: usize, before: u64) {
        let every = self.scenario.faults[ix].every.sample(&mut self.luck(ix, before, 0));
        let next = now + Span::from_secs_f64(every).max(RANDOM_FAULT_EVERY_MIN);
        self.queue.push(next, Due::Strike(ix, before));
    }

    /// A fault comes by chance, and with it the next one is planned.
    pub(super) fn strike(&mut self, now: Time, ix: usize, before: u64) {
        let RandomFault { strike, victim, lasts, .. } = self.scenario.faults[ix].clone();
        let mut luck = self.luck(ix, before, 1);
        let lasts = Span::from_secs_f64(lasts.sample(&mut luck));
        let victim = match victim {
            Victim::Pool(pool) => {
                let there = self.cluster.gauges(now).filter(|gauge| gauge.pool == pool).count() as u64;
                // Where nobody is, nobody is struck.
                (there > 0).then(|| Victim::Machine(pool, luck.below(there) as u32))
            }
            other => Some(other),
        };
        if let Some(victim) = victim {
            let command = Command::Inject { fault: Fault { strike, victim }, lasts };
            self.apply(now, Entry { at: now, command, by: By::Nature });
        }
        self.plan_fault(now, ix, before + 1);
    }

    fn luck(&self, ix: usize, before: u64, what: u64) -> Stream {
        Stream::new(self.scenario.seed, Domain::Fault, [u64::MAX, ix as u64, before, what])
    }
}
