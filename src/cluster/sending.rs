//! How an attempt gets to its worker: picked, sent, taken in.

use super::attempts::{Owner, Phase};
use super::{Action, Actions, Cluster, Leg, Outcome, ResultId};
use crate::base::{AttemptId, Bytes, PoolId, Span, Time, WorkerId};

impl Cluster {
    /// Sends what is parked in a pool while somebody can be picked.
    pub(super) fn unpark(&mut self, now: Time, pool_id: PoolId, actions: &mut Actions) {
        while self.pools[pool_id.ix()].waiting > 0 {
            let pool = &mut self.pools[pool_id.ix()];
            // Who is picked may depend on who is next; then everybody who is there can be picked.
            let picked = if !pool.balancer.needs_key() {
                let Some(worker) = pool.balancer.pick(now, 0) else { return };
                Some(worker)
            } else if pool.balancer.is_empty() {
                return;
            } else {
                None
            };
            let id = std::iter::from_fn(|| pool.queue.pop())
                .find(|id| self.attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Parked))
                .expect("as many parked attempts are queued as are counted");
            pool.waiting -= 1;
            if pool.sifts && self.is_sifted_out_of_pool(now, id, actions) {
                continue;
            }
            let key = self.key_of(id);
            let worker = picked.or_else(|| self.pools[pool_id.ix()].balancer.pick(now, key));
            self.send(now, id, worker.expect("a picker by keys picks where there is anybody"), actions);
        }
    }

    /// What an attempt is about, where its balancer looks at that.
    #[inline]
    pub(super) fn key_of(&self, id: AttemptId) -> u64 {
        let attempt = &self.attempts[id];
        let balancer = &self.pools[attempt.pool.ix()].balancer;
        match balancer.needs_key() {
            false => 0,
            true if balancer.is_by_place() => self.place_of_most(id),
            true => ResultId::of(&attempt.call).key(),
        }
    }

    /// Sends an attempt to a worker. Where nothing lies between, it is taken for delivered at once, unless the worker would
    /// answer at once: that is for nature to say, which alone knows whether it hears.
    #[inline]
    pub(super) fn send(&mut self, now: Time, id: AttemptId, worker: WorkerId, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.worker = worker;
        attempt.phase = Phase::Sending;
        attempt.sent = now;
        let (kind, stage, pool) = (attempt.call.kind, attempt.call.stage, attempt.pool);
        if attempt.owner == Owner::Task {
            self.change_outstanding(worker, 1);
        } else {
            self.change_disowned(worker, 1);
        }
        let state = &self.pools[pool.ix()];
        let (has_guard, needs_demand) = (state.guard.is_some(), state.balancer.needs_demand());
        if has_guard {
            self.note_trial(pool, worker);
        }
        if needs_demand {
            self.tell_demand(now, id, worker);
        }
        let to = &self.workers[worker.ix()];
        if to.is_near && !(to.looks_up && self.plan.stage(kind, stage).cacheable) && self.take_in(now, id, actions) {
            return;
        }
        let mut bytes = self.plan.stage(kind, stage).bytes_in;
        if self.has_edges {
            bytes = Bytes(bytes.0.saturating_add(self.bytes_with(id)));
        }
        actions.asks.push(Action::Send { attempt: id, worker, leg: Leg::Request, bytes });
    }

    /// Tells a balancer that knows sizes how much was sent to whom.
    fn tell_demand(&mut self, now: Time, id: AttemptId, worker: WorkerId) {
        let attempt = &self.attempts[id];
        let to = &self.workers[worker.ix()];
        let (Some(demands), Some(seat)) = (&self.oracle, to.seat) else { return };
        let nanos = demands.demand(&attempt.call.draw()).0 as f64 / (f64::from(to.cores.max(1)) * to.aside.speed);
        self.pools[attempt.pool.ix()].balancer.sent(now, seat, Span(nanos as u64));
    }

    /// A request has reached its worker: a kept result answers it, a core takes it, or it waits.
    #[inline]
    pub(super) fn arrive(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get_mut(id).filter(|attempt| attempt.phase == Phase::Sending) else {
            return;
        };
        let (call, worker_id) = (attempt.call, attempt.worker);
        attempt.delivered = now;
        if self.has_edges && !self.workers[worker_id.ix()].is_near && self.fetch(now, id, actions) {
            return;
        }
        if self.workers[worker_id.ix()].looks_up && self.plan.stage(call.kind, call.stage).cacheable {
            self.look_up(now, id, actions);
        } else if !self.take_in(now, id, actions) {
            self.reply_without_work(now, id, Outcome::Shed, actions);
        }
    }

    /// Gives an attempt that is at its worker a core, or a place in the queue; returns whether there was any.
    #[inline]
    pub(super) fn take_in(&mut self, now: Time, id: AttemptId, actions: &mut Actions) -> bool {
        self.note_arrival(id);
        let attempt = &mut self.attempts[id];
        attempt.delivered = now;
        let (worker_id, standing) = (attempt.worker, attempt.standing);
        let worker = &self.workers[worker_id.ix()];
        // Nobody goes before those who wait, not even while a core that was just freed has not been given on.
        if worker.held < worker.hand() && worker.waiting == 0 {
            if let Some(codel) = &mut self.workers[worker_id.ix()].aside.codel {
                // Nobody waits here: there is no standing queue.
                codel.drops(now, Span::ZERO);
            }
            self.execute(now, id, actions);
        } else if worker.waiting >= worker.room(self.pools[worker.pool.ix()].queue_max) {
            return false;
        } else if let Some(running) = self.who_gives_way(now, worker_id, &standing) {
            self.interrupt(now, running, actions);
            self.execute(now, id, actions);
        } else {
            self.at_worker(now, worker_id, |worker| worker.enqueue(&standing, id));
            self.attempts[id].phase = Phase::Waiting;
            self.tidy_worker(worker_id);
        }
        true
    }
}
