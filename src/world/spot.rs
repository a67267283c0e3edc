//! Spot machines: the provider takes them away again, after a notice.
//!
//! How long one lives is nature's; the control plane hears of it by the notice, as AWS (two minutes), Google Cloud and Azure
//! (30 seconds) give it, and once more when the machine is gone. Both come from the provider, without a health check.

use super::World;
use crate::base::{Agenda, Domain, Span, Stream, Time, WorkerId};
use crate::cluster::Event;
use crate::scenario::{Market, limits};

impl World {
    /// Draws how long a new machine lives, where it is one that can be taken away.
    pub(super) fn plan_preemption(&self, now: Time, worker: WorkerId, agenda: &mut impl Agenda<Event>) {
        let machine = &self.machines[worker.ix()];
        let Market::Spot { life, notice } = &self.scenario.pools[machine.pool.ix()].groups[machine.group.ix()].market
        else {
            return;
        };
        let mut stream = Stream::new(self.seed, Domain::Spot, [u64::from(worker.0), 0, 0, 0]);
        // Nobody is told at the instant of the order, or machines would be ordered without end in no time.
        let life = Span::from_secs_f64(life.sample(&mut stream)).max(*notice + limits::SPOT_LIFE_MIN);
        self.preempt(now + life, *notice, worker, agenda);
    }

    /// Takes a machine away at an instant, and says so before.
    pub(super) fn preempt(&self, gone: Time, notice: Span, worker: WorkerId, agenda: &mut impl Agenda<Event>) {
        if !notice.is_zero() {
            agenda.plan(Time(gone.0.saturating_sub(notice.0)), Event::PreemptionNotice(worker));
        }
        agenda.plan(gone, Event::WorkerPreempted(worker));
    }

    /// A machine is taken away: what ran there is gone, and it does not come back.
    pub(super) fn take_away(&mut self, worker: WorkerId) {
        let machine = &mut self.machines[worker.ix()];
        machine.down = true;
        (machine.ready_at, machine.resized_at) = (None, None);
        self.drop_running(worker);
    }
}
