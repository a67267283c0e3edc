//! Work on modelled machines: begun, interrupted, called off, done.

use super::World;
use super::modelled::{On, Running};
use super::sharing::NextEnd;
use crate::base::{Agenda, AttemptId, Span, Time, WorkerId};
use crate::cluster::{Call, Event};

/// What a machine begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begin<'a> {
    pub(super) worker: WorkerId,
    pub(super) attempt: AttemptId,
    pub(super) call: &'a Call,
    /// Cores at work there, its own among them.
    pub(super) busy: u32,
}

impl World {
    /// A modelled machine begins an attempt, or goes on with one that was interrupted.
    #[inline]
    pub(super) fn begin(
        &mut self,
        now: Time,
        &Begin { worker, attempt, call, busy }: &Begin<'_>,
        agenda: &mut impl Agenda<Event>,
    ) {
        // What cores of other machines do to each other is for those to say.
        let beside = if self.machines[worker.ix()].is_local() { busy } else { 1 };
        let mut work = self.left_of(attempt).unwrap_or_else(|| self.service.demand_beside(call, beside));
        let mut ok = !self.service.fails(call);
        let mut holds = 0.0;
        if !self.machines[worker.ix()].is_calm {
            if let Some(after) = self.errs(worker, call) {
                ok = false;
                work = after.unwrap_or(work);
            }
            holds = self.service.memory(call);
            self.machines[worker.ix()].hold(holds);
        }
        let machine = &mut self.machines[worker.ix()];
        if let Some(sharing) = &mut machine.sharing {
            sharing.add(now, attempt, work, ok);
            self.note(Running { attempt, worker, holds, on: On::Shared });
            self.reshare(now, worker, agenda);
            return;
        }
        let slowness = machine.slowness(busy);
        let from = machine.paused_until.map_or(now, |until| until.max(now)) + machine.handing_over(now);
        let (slot, until) = (machine.take_slot(), from + work.scaled(slowness));
        self.note(Running { attempt, worker, holds, on: On::Core { slot, ok, began: now, until, slowness } });
        agenda.plan(until, Event::AttemptFinished { attempt, began: now, ended: until, slot, ok });
    }

    /// Nothing is worked on there until then; all goes on afterwards.
    pub(super) fn stand_still(&mut self, now: Time, worker: WorkerId, until: Time, agenda: &mut impl Agenda<Event>) {
        let machine = &mut self.machines[worker.ix()];
        let from = machine.paused_until.map_or(now, |known| known.max(now));
        let more = until.since(from);
        if more.is_zero() {
            return;
        }
        machine.paused_until = Some(until);
        if self.is_live(worker) {
            return;
        }
        for running in self.running.iter_mut().flatten().filter(|running| running.worker == worker) {
            let attempt = running.attempt;
            if let On::Core { slot, ok, began, until, .. } = &mut running.on {
                *until += more;
                let event = Event::AttemptFinished { attempt, began: *began, ended: *until, slot: *slot, ok: *ok };
                agenda.plan(*until, event);
            }
        }
    }

    /// Takes the core of an attempt away, and remembers what is left to do.
    pub(super) fn pause(&mut self, now: Time, attempt: AttemptId) {
        let index = attempt.index();
        let own = self.running.get_mut(index).and_then(Option::as_mut);
        let Some(running) = own.filter(|running| running.attempt == attempt) else { return };
        if let On::Core { slot, until, slowness, .. } = running.on {
            let (worker, holds) = (running.worker, running.holds);
            let machine = &mut self.machines[worker.ix()];
            // What is left does not count the rest of a pause.
            let from = machine.paused_until.map_or(now, |until| until.max(now));
            running.on = On::Nothing { left: until.since(from).scaled(1.0 / slowness) };
            machine.free_slot(now, slot);
            machine.hold(-holds);
        }
    }

    /// Frees the core of an attempt that runs on a modelled machine; nothing, if it does not.
    #[inline]
    pub(super) fn stop(&mut self, now: Time, attempt: AttemptId, agenda: &mut impl Agenda<Event>) {
        let Some(Running { worker, on, holds, .. }) = self.forget_running(attempt) else { return };
        let machine = &mut self.machines[worker.ix()];
        if holds > 0.0 && !matches!(on, On::Nothing { .. }) {
            machine.hold(-holds);
        }
        match on {
            On::Core { slot, .. } => machine.free_slot(now, slot),
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
            if self.machines[worker.ix()].hand.is_some() {
                self.take_up(now, worker, agenda);
            }
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
