//! The guard of a pool: what it refuses, and what it learns from how attempts end.

use std::sync::Arc;

use super::{Actions, Cluster, Fact, Guarded, Outcome};
use crate::base::{AttemptId, Domain, PoolId, Span, Stream, Time};
use crate::policy::admit::{CoDel, Comer, GateState};
use crate::policy::resilience::{BreakerState, Ended, HedgeDelay, OutlierState, RetryBudget};
use crate::scenario::{CopyAfter, Gate, Resilience};

/// What a pool does about failures, and about too much, besides trying again.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    gates: Vec<GateState>,
    breaker: Option<BreakerState>,
    budget: Option<RetryBudget>,
    pub(super) outliers: Option<OutlierState>,
    hedge: Option<HedgeDelay>,
    /// How long may be waited, and over what.
    codel: Option<(Span, Span)>,
    /// What drops attempts from the queue of the pool itself.
    pub(super) pool_codel: Option<CoDel>,
    /// Attempts that somebody waits for, and those of them that are not the first of their task.
    in_flight: u32,
    again: u32,
}

/// What a guard counts an attempt as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pass {
    is_counted: bool,
    is_again: bool,
    /// What was paid for it.
    paid: u32,
}

impl Pass {
    pub(super) fn is_counted(self) -> bool {
        self.is_counted
    }

    pub(super) fn is_again(self) -> bool {
        self.is_again
    }
}

impl Guard {
    /// The guard of a pool, if it has any.
    pub(super) fn new(resilience: &Resilience, stream: Stream) -> Option<Box<Self>> {
        let Resilience { retry, copies, breaker, outliers, admit, .. } = resilience;
        let hedge = match copies.after {
            CopyAfter::Quantile { per_mille } if copies.more > 0 => Some(HedgeDelay::new(f64::from(per_mille) / 1e3)),
            _ => None,
        };
        let has_any =
            retry.budget.is_some() || breaker.is_some() || outliers.is_some() || !admit.is_empty() || hedge.is_some();
        has_any.then(|| Box::new(Self { hedge, ..Self::of(resilience, stream) }))
    }

    /// Another one in the place of this. Attempts that it has counted stay so, and it still knows how long they take.
    fn replace(&mut self, resilience: &Resilience, stream: Stream) {
        let Self { in_flight, again, hedge, .. } = self;
        *self = Self { in_flight: *in_flight, again: *again, hedge: hedge.take(), ..Self::of(resilience, stream) };
    }

    fn of(resilience: &Resilience, stream: Stream) -> Self {
        let Resilience { retry, breaker, outliers, admit, .. } = resilience;
        let codel = admit.iter().find_map(|gate| match gate {
            Gate::CoDel { target, interval } => Some((*target, *interval)),
            _ => None,
        });
        Self {
            gates: admit.iter().map(|gate| GateState::new(*gate)).collect(),
            breaker: breaker.map(BreakerState::new),
            budget: retry.budget.map(RetryBudget::new),
            outliers: outliers.map(|own| OutlierState::new(own, stream)),
            hedge: None,
            codel,
            pool_codel: codel.map(|(target, interval)| CoDel::new(target, interval)),
            in_flight: 0,
            again: 0,
        }
    }

    /// What drops attempts from the queue of one machine.
    pub(super) fn codel(&self) -> Option<CoDel> {
        self.codel.map(|(target, interval)| CoDel::new(target, interval))
    }

    pub(super) fn in_flight(&self) -> u32 {
        self.in_flight
    }

    pub(super) fn again(&self) -> u32 {
        self.again
    }

    /// How long a task waits until it is copied, once that is known.
    pub(super) fn hedge_delay(&self) -> Option<Span> {
        self.hedge.as_ref()?.delay()
    }

    fn count(&mut self, is_again: bool) {
        self.in_flight += 1;
        self.again += u32::from(is_again);
    }
}

impl Cluster {
    /// A pool does something else about failures and too much from now on. What is under way goes on as it began: a timer that
    /// runs fires, who rests before another try rests on. What was learned of machines is forgotten, so all are let in.
    pub(super) fn set_resilience(
        &mut self,
        now: Time,
        pool: PoolId,
        resilience: &Arc<Resilience>,
        actions: &mut Actions,
    ) {
        // Time tells one change from the other; no two draw the same.
        let stream = Stream::new(self.seed, Domain::Resilience, [u64::MAX, pool.ix() as u64, 1, now.0]);
        let state = &mut self.pools[pool.ix()];
        state.resilience = resilience.clone();
        (state.retry, state.timeout, state.late) = (resilience.retry, resilience.timeout, resilience.late);
        state.attempts_ever = state.attempts_ever.max(resilience.retry.attempts_max);
        state.sifts = resilience.sifts();
        match &mut state.guard {
            Some(guard) => guard.replace(resilience, stream),
            None => state.guard = Guard::new(resilience, stream),
        }
        let (sifts, codel) = (state.sifts, state.guard.as_ref().and_then(|guard| guard.codel()));
        for worker in self.workers.iter_mut().filter(|worker| worker.pool == pool) {
            worker.sifts = sifts;
            worker.aside.codel.clone_from(&codel);
        }
        self.let_all_in(now, pool, actions);
    }

    /// Whether the guard of its pool lets a new attempt in; if so it is counted.
    pub(super) fn pass_guard(&mut self, now: Time, id: AttemptId, actions: &mut Actions) -> bool {
        let attempt = &self.attempts[id];
        let (pool, call, task) = (attempt.pool, attempt.call, &mut self.tasks[attempt.task]);
        let (is_again, paid) = (task.tries > 0, std::mem::take(&mut task.paid));
        let about = u64::from(call.stage.0) << 32 | u64::from(call.task);
        let name = [call.serial, about, u64::from(call.tries), u64::from(call.visit) << 16 | 1 << 63];
        let Some(guard) = &mut self.pools[pool.ix()].guard else { return true };
        let chance = Stream::new(self.seed, Domain::Resilience, name).unit();
        let comer = Comer { in_flight: guard.in_flight, rank: self.plan.job(call.kind).rank, chance };
        let mut gates = guard.gates.iter_mut();
        let refused = gates.find_map(|gate| (!gate.admit(now, &comer)).then(|| Guarded::Refused(gate.name())));
        let what = match (refused, &mut guard.breaker) {
            (None, Some(breaker)) => (!breaker.admit(now)).then_some(Guarded::Broken),
            (refused, _) => refused,
        };
        if let Some(what) = what {
            actions.facts.push(Fact::Guarded { pool, what });
            return false;
        }
        guard.count(is_again);
        if let Some(budget) = guard.budget.as_mut().filter(|_| !is_again) {
            budget.request(now);
        }
        self.attempts[id].pass = Pass { is_counted: true, is_again, paid };
        true
    }

    /// Pays for a retry out of the budget of a pool; `None` where there is not enough left.
    pub(super) fn pay(&mut self, now: Time, pool: PoolId, is_refused: bool) -> Option<u32> {
        let Some(guard) = &mut self.pools[pool.ix()].guard else { return Some(0) };
        let (in_flight, again) = (guard.in_flight, guard.again);
        guard.budget.as_mut().map_or(Some(0), |budget| budget.pay(now, in_flight, again, is_refused))
    }

    /// A copy of a task was made, and paid for.
    pub(super) fn pass_copy(&mut self, id: AttemptId, paid: u32) {
        if let Some(guard) = &mut self.pools[self.attempts[id].pool.ix()].guard {
            guard.count(true);
            self.attempts[id].pass = Pass { is_counted: true, is_again: true, paid };
        }
    }

    /// Whoever waits for an attempt learns how it ended, or waits no longer: the guard of its pool learns from it.
    pub(super) fn heard(&mut self, now: Time, id: AttemptId, outcome: Outcome, actions: &mut Actions) {
        let attempt = &mut self.attempts[id];
        let (pool, worker, took) = (attempt.pool, attempt.worker, now.since(attempt.sent));
        let Pass { is_again, paid, .. } = std::mem::take(&mut attempt.pass);
        let Some(guard) = &mut self.pools[pool.ix()].guard else { return };
        guard.in_flight -= 1;
        guard.again -= u32::from(is_again);
        let how = match outcome {
            Outcome::Completed => Ended::Well,
            Outcome::Failed | Outcome::Lost | Outcome::TimedOut => Ended::Badly,
            Outcome::Shed => Ended::Refused,
            Outcome::Cancelled | Outcome::Abandoned => Ended::CalledOff,
        };
        guard.gates.iter_mut().for_each(|gate| gate.ended(now, how, took, guard.in_flight));
        if let Some(breaker) = &mut guard.breaker {
            let before = breaker.is_open();
            breaker.ended(now, how, took);
            if before != breaker.is_open() {
                let what = if before { Guarded::Closed } else { Guarded::Opened };
                actions.facts.push(Fact::Guarded { pool, what });
            }
        }
        if let Some(budget) = &mut guard.budget {
            budget.ended(how, paid);
        }
        // A first attempt that was called off for its copy would have taken longer still: left out, it would make all others
        // look too slow.
        let is_known = !is_again && matches!(how, Ended::Well | Ended::CalledOff);
        if let Some(hedge) = guard.hedge.as_mut().filter(|_| is_known) {
            hedge.answered(took);
        }
        if guard.outliers.is_some() {
            self.judge(now, pool, worker, how, actions);
        }
    }
}
