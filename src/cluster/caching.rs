//! Requests for what may be kept: answered from the worker's own cache, from the one that a pool shares, by waiting for
//! somebody who asked for the same, or by work.
//!
//! ```text
//! arrives ─▶ own cache ─▶ somebody asks for it already? ─▶ shared cache ─▶ core, or queue
//!              hit: answered    Joined: waits for the answer   Asking: a round trip
//! ```

use super::attempts::{Owner, Phase};
use super::{Action, Actions, Call, Cluster, Fact, Guarded, Outcome, ResultId, WorkerState};
use crate::base::{AttemptId, Domain, PoolId, Span, Stream, Time, WorkerId};
use crate::policy::cache::{Found, Kept};

/// Requests for one result at one worker, of which one is worked on.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    leader: AttemptId,
    followers: Vec<AttemptId>,
}

impl Cluster {
    /// A request for what may be kept has reached its worker.
    pub(super) fn look_up(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let attempt = &self.attempts[id];
        let (call, worker_id, pool) = (attempt.call, attempt.worker, attempt.pool);
        let result = ResultId::of(&call);
        let cache = &mut self.workers[worker_id.ix()].cache;
        let (found, is_on) = (cache.find(now, result), cache.is_on());
        if is_on {
            self.lookups.note(pool, worker_id, result.key(), found != Found::No);
        }
        if found != Found::No {
            actions.asks.push(Action::Recycle { worker: worker_id, call, result });
            self.reply_without_work(now, id, Outcome::Completed, actions);
            if found == Found::Stale {
                self.renew(now, worker_id, pool, &call, actions);
            }
            return;
        }
        let state = &self.pools[pool.ix()];
        if state.coalesces {
            let flights = &mut self.workers[worker_id.ix()].aside.flights;
            if let Some(flight) = flights.get_mut(&result) {
                flight.followers.push(id);
                self.attempts[id].phase = Phase::Joined;
                actions.facts.push(Fact::Guarded { pool, what: Guarded::Coalesced });
                return;
            }
            flights.insert(result, Flight { leader: id, followers: Vec::new() });
            self.attempts[id].leads = true;
        }
        if self.pools[pool.ix()].shared.is_some() {
            self.attempts[id].phase = Phase::Asking;
            let bytes = self.plan.stage(call.kind, call.stage).bytes_out;
            actions.asks.push(Action::Ask { attempt: id, pool, bytes });
            return;
        }
        self.take_or_shed(now, id, actions);
    }

    /// The shared cache has answered a worker.
    pub(super) fn looked(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get(id).filter(|attempt| attempt.phase == Phase::Asking) else { return };
        let (call, worker, pool) = (attempt.call, attempt.worker, attempt.pool);
        let result = ResultId::of(&call);
        let found = self.pools[pool.ix()].shared.as_mut().map_or(Found::No, |shared| shared.find(now, result));
        if found == Found::No {
            self.take_or_shed(now, id, actions);
            return;
        }
        actions.facts.push(Fact::Guarded { pool, what: Guarded::SharedHit });
        actions.asks.push(Action::Recycle { worker: Action::holder(pool), call, result });
        self.keep_at(now, worker, &call, Action::Copy { from: Action::holder(pool), to: worker, result }, actions);
        self.reply_without_work(now, id, Outcome::Completed, actions);
        self.land(now, worker, id, result, Outcome::Completed, actions);
        if found == Found::Stale {
            self.renew(now, worker, pool, &call, actions);
        }
    }

    /// Nothing kept answers a request: it needs a core, or a place in the queue.
    pub(super) fn take_or_shed(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        attempt.phase = Phase::Sending;
        let (worker, result) = (attempt.worker, ResultId::of(&attempt.call));
        if !self.take_in(now, id, actions) {
            self.reply_without_work(now, id, Outcome::Shed, actions);
            self.land(now, worker, id, result, Outcome::Shed, actions);
        }
    }

    /// A result has been worked out: it is kept where results are.
    pub(super) fn keep(&mut self, now: Time, worker: WorkerId, pool: PoolId, call: &Call, actions: &mut Actions) {
        let result = ResultId::of(call);
        let call = *call;
        if self.workers[worker.ix()].cache.is_on() {
            self.keep_at(now, worker, &call, Action::Store { worker, call, result }, actions);
        }
        let chance = self.chance(&call, 1);
        let Some(shared) = &mut self.pools[pool.ix()].shared else { return };
        let holder = Action::holder(pool);
        let kept = shared.insert(now, result, chance);
        if let Kept::Replaced(old) = kept {
            actions.asks.push(Action::Drop { worker: holder, result: old });
        }
        if matches!(kept, Kept::Added | Kept::Replaced(_)) {
            actions.asks.push(Action::Store { worker: holder, call, result });
        }
    }

    fn keep_at(&mut self, now: Time, worker: WorkerId, call: &Call, bytes: Action, actions: &mut Actions) {
        let chance = self.chance(call, 0);
        let kept = self.workers[worker.ix()].cache.insert(now, ResultId::of(call), chance);
        if let Kept::Replaced(old) = kept {
            actions.asks.push(Action::Drop { worker, result: old });
        }
        if matches!(kept, Kept::Added | Kept::Replaced(_)) {
            actions.asks.push(bytes);
        }
    }

    /// What shortens the life of a result.
    fn chance(&self, call: &Call, tier: u64) -> f64 {
        let about = u64::from(call.stage.0) << 32 | u64::from(call.task);
        Stream::new(self.seed, Domain::Resilience, [call.key, about, call.serial, tier << 62 | 1]).unit()
    }

    /// Those who waited for the answer of `leader` have it, or not, as it has.
    pub(super) fn land(
        &mut self,
        now: Time,
        worker: WorkerId,
        leader: AttemptId,
        result: ResultId,
        outcome: Outcome,
        actions: &mut Actions,
    ) {
        let flights = &mut self.workers[worker.ix()].aside.flights;
        if flights.get(&result).is_none_or(|flight| flight.leader != leader) {
            return;
        }
        let followers = flights.remove(&result).map(|flight| flight.followers).unwrap_or_default();
        for id in followers {
            let Some(attempt) = self.attempts.get(id).filter(|attempt| attempt.phase == Phase::Joined) else {
                continue;
            };
            if outcome == Outcome::Completed {
                actions.asks.push(Action::Recycle { worker, call: attempt.call, result });
            }
            self.reply_without_work(now, id, outcome, actions);
        }
    }

    /// Who led others has ended without an answer: the next of them takes its place.
    pub(super) fn pass_lead(&mut self, now: Time, worker: WorkerId, was: AttemptId, actions: &mut Actions) {
        if self.workers[worker.ix()].state == WorkerState::Down {
            // They are lost with it.
            return;
        }
        let flights = &mut self.workers[worker.ix()].aside.flights;
        let Some((&result, flight)) = flights.iter_mut().find(|(_, flight)| flight.leader == was) else { return };
        let attempts = &self.attempts;
        let is_waiting = |id: &AttemptId| attempts.get(*id).is_some_and(|attempt| attempt.phase == Phase::Joined);
        flight.followers.retain(is_waiting);
        if flight.followers.is_empty() {
            flights.remove(&result);
            return;
        }
        let next = flight.followers.remove(0);
        flight.leader = next;
        self.attempts[next].leads = true;
        self.take_or_shed(now, next, actions);
    }

    /// An entry is made anew, for nobody who waits.
    fn renew(&mut self, now: Time, worker: WorkerId, pool: PoolId, call: &Call, actions: &mut Actions) {
        if self.workers[worker.ix()].state != WorkerState::Ready {
            // One that leaves, or has left with this very answer, needs nothing new.
            return;
        }
        actions.facts.push(Fact::Guarded { pool, what: Guarded::Renewed });
        let id = self.begin_attempt(now, pool, call, Span::ZERO);
        let attempt = &mut self.attempts[id];
        (attempt.worker, attempt.phase, attempt.owner) = (worker, Phase::Sending, Owner::Cache);
        self.change_disowned(worker, 1);
        if !self.take_in(now, id, actions) {
            self.forget(now, id, Outcome::Shed, actions);
        }
    }
}
