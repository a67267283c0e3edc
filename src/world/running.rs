//! Work on modelled machines: begun, interrupted, called off, done.

use super::World;
use super::modelled::{On, Running};
use super::sharing::NextEnd;
use crate::base::{Agenda, AttemptId, Span, Time, WorkerId};
use crate::cluster::{Call, Event};

impl World {
    /// A modelled machine begins an attempt, or goes on with one that was interrupted.
    #[inline]
    pub(super) fn begin(
        &mut self,
        now: Time,
        worker: WorkerId,
        attempt: AttemptId,
        call: &Call,
        busy: u32,
        agenda: &mut impl Agenda<Event>,
    ) {
        let work = self.left_of(attempt).unwrap_or_else(|| self.service.demand(call));
        let ok = !self.service.fails(call);
        let machine = &mut self.machines[worker.ix()];
        if let Some(sharing) = &mut machine.sharing {
            sharing.add(now, attempt, work, ok);
            self.note(Running { attempt, worker, on: On::Shared });
            self.reshare(now, worker, agenda);
            return;
        }
        let slowness = machine.slowness(busy);
        let (slot, until) = (machine.take_slot(), now + work.scaled(slowness));
        self.note(Running { attempt, worker, on: On::Core { slot, began: now, until, slowness } });
        agenda.plan(until, Event::AttemptFinished { attempt, began: now, ended: until, slot, ok });
    }

    /// Takes the core of an attempt away, and remembers what is left to do.
    pub(super) fn pause(&mut self, now: Time, attempt: AttemptId) {
        let Some(running) = self.running_mut(attempt) else { return };
        if let On::Core { slot, until, slowness, .. } = running.on {
            running.on = On::Nothing { left: until.since(now).scaled(1.0 / slowness) };
            let worker = running.worker;
            self.machines[worker.ix()].free_slot(slot);
        }
    }

    /// Frees the core of an attempt that runs on a modelled machine; nothing, if it does not.
    #[inline]
    pub(super) fn stop(&mut self, now: Time, attempt: AttemptId, agenda: &mut impl Agenda<Event>) {
        let Some(Running { worker, on, .. }) = self.forget_running(attempt) else { return };
        let machine = &mut self.machines[worker.ix()];
        match on {
            On::Core { slot, .. } => machine.free_slot(slot),
            On::Shared => {
                machine.sharing.iter_mut().for_each(|sharing| sharing.remove(now, attempt));
                self.reshare(now, worker, agenda);
            }
            On::Nothing { .. } => {}
        }
    }

    /// Whether an attempt really ends now, as was planned when it `began`; if so its core is free. One that was interrupted
    /// and went on at once ends at the same time, but began again.
    #[inline]
    pub(super) fn ends(&mut self, now: Time, attempt: AttemptId, began: Time, agenda: &mut impl Agenda<Event>) -> bool {
        let Some(&mut Running { worker, on, .. }) = self.running_mut(attempt) else { return false };
        let ends = match on {
            On::Core { began: this_time, until, .. } => (this_time, until) == (began, now),
            On::Shared => self.machines[worker.ix()].sharing.as_ref().is_some_and(|one| one.ends(now, attempt)),
            On::Nothing { .. } => false,
        };
        if ends {
            self.stop(now, attempt, agenda);
        }
        ends
    }

    /// Everything that ran on a machine is lost.
    pub(super) fn drop_running(&mut self, worker: WorkerId) {
        let machine = &mut self.machines[worker.ix()];
        machine.free_all_slots();
        machine.sharing.iter_mut().for_each(|sharing| sharing.clear());
        for place in &mut self.running {
            place.take_if(|running| running.worker == worker);
        }
    }

    /// Attempts that share a machine go on at the rate that it gives each of them from now on.
    pub(super) fn reshare(&mut self, now: Time, worker: WorkerId, agenda: &mut impl Agenda<Event>) {
        let machine = &mut self.machines[worker.ix()];
        let Some(sharing) = &machine.sharing else { return };
        let rate = machine.shared_rate(sharing.len());
        let Some(sharing) = &mut machine.sharing else { return };
        if let Some(end) = sharing.plan(now, rate) {
            let NextEnd { attempt, at, began, ok } = end;
            agenda.plan(at, Event::AttemptFinished { attempt, began, ended: at, slot: 0, ok });
        }
    }

    #[inline]
    fn note(&mut self, running: Running) {
        let index = running.attempt.index();
        if self.running.len() <= index {
            self.running.resize(index + 1, None);
        }
        self.running[index] = Some(running);
    }

    fn running_mut(&mut self, attempt: AttemptId) -> Option<&mut Running> {
        self.running.get_mut(attempt.index())?.as_mut().filter(|running| running.attempt == attempt)
    }

    fn forget_running(&mut self, attempt: AttemptId) -> Option<Running> {
        self.running.get_mut(attempt.index())?.take_if(|running| running.attempt == attempt)
    }

    /// What is left of an attempt that was interrupted.
    fn left_of(&mut self, attempt: AttemptId) -> Option<Span> {
        match self.running_mut(attempt)?.on {
            On::Nothing { left } => Some(left),
            _ => None,
        }
    }
}
