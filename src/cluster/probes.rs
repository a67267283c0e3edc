//! Probes: a balancer asks machines how they are, over the same network as everything else.

use smallvec::SmallVec;

use super::{Action, Actions, Cluster, Leg, WorkerState};
use crate::base::{AttemptId, PoolId, Span, Time, WorkerId};
use crate::policy::balance::Report;

/// Answers that a worker keeps in mind.
const RECENT_MAX: usize = 32;
/// Of those, so many with about as much in flight make its estimate.
const NEAR: usize = 8;

/// A worker's recent answers, where its balancer asks for them: how many attempts were there when one came, and how long it
/// took.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(Vec<(u32, Span)>, usize);

impl Recent {
    pub(super) fn add(&mut self, in_flight: u32, took: Span) {
        if self.0.len() < RECENT_MAX {
            self.0.push((in_flight, took));
        } else {
            self.0[self.1] = (in_flight, took);
            self.1 = (self.1 + 1) % RECENT_MAX;
        }
    }

    /// The median of those with about so many in flight; nothing where nothing is known.
    fn estimate(&self, in_flight: u32) -> Span {
        let mut near: SmallVec<[(u32, Span); RECENT_MAX]> =
            self.0.iter().map(|&(then, took)| (then.abs_diff(in_flight), took)).collect();
        near.sort_unstable();
        near.truncate(NEAR);
        near.sort_unstable_by_key(|(_, took)| *took);
        near.get(near.len() / 2).map_or(Span::ZERO, |(_, took)| *took)
    }
}

impl Cluster {
    /// Asks as many machines as the balancer of a pool wants to hear of.
    pub(super) fn probe(&mut self, now: Time, pool: PoolId, actions: &mut Actions) {
        for worker in self.pools[pool.ix()].balancer.probes() {
            if self.workers[worker.ix()].is_near {
                let (in_flight, latency) = self.state_of(worker);
                self.probe_answered(now, worker, in_flight, latency);
            } else {
                actions.asks.push(Action::Probe { worker, leg: Leg::Request, in_flight: 0, latency: Span::ZERO });
            }
        }
    }

    /// A probe has reached its machine.
    pub(super) fn probe_arrived(&mut self, worker: WorkerId, actions: &mut Actions) {
        if matches!(self.workers[worker.ix()].state, WorkerState::Ready | WorkerState::Draining) {
            let (in_flight, latency) = self.state_of(worker);
            actions.asks.push(Action::Probe { worker, leg: Leg::Reply, in_flight, latency });
        }
    }

    /// The answer to a probe has come back.
    pub(super) fn probe_answered(&mut self, now: Time, worker: WorkerId, in_flight: u32, latency: Span) {
        let of = &self.workers[worker.ix()];
        if let Some(seat) = of.seat {
            self.pools[of.pool.ix()].balancer.probed(now, seat, in_flight, latency);
        }
    }

    /// A worker answers an attempt: where its balancer wants to know, it says how it is, or keeps in mind how long this took.
    #[inline]
    pub(super) fn say_how_it_is(&mut self, now: Time, id: AttemptId) {
        let attempt = &mut self.attempts[id];
        let balancer = &self.pools[attempt.pool.ix()].balancer;
        let worker = &mut self.workers[attempt.worker.ix()];
        if balancer.needs_report() {
            let busy = f64::from(worker.busy()) / f64::from(worker.cores.max(1));
            attempt.report = Report { busy: busy as f32, waiting: worker.waiting };
        } else if balancer.is_probing() {
            worker.aside.recent.add(attempt.report.waiting, now.since(attempt.delivered));
        }
    }

    /// An attempt has reached its worker: where it is asked later, it keeps in mind how many were there.
    #[inline]
    pub(super) fn note_arrival(&mut self, id: AttemptId) {
        let attempt = &mut self.attempts[id];
        if self.pools[attempt.pool.ix()].balancer.is_probing() {
            let worker = &self.workers[attempt.worker.ix()];
            attempt.report.waiting = worker.held + worker.waiting;
        }
    }

    /// What a machine says of itself: what it has, and how long such attempts take.
    fn state_of(&self, worker: WorkerId) -> (u32, Span) {
        let worker = &self.workers[worker.ix()];
        let in_flight = worker.held + worker.waiting;
        (in_flight, worker.aside.recent.estimate(in_flight))
    }
}
