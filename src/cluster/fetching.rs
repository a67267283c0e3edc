//! What a task needs of the stages before it: where that is, and how it gets to the worker.
//!
//! Partial results outlive the machine that made them, as with an external shuffle service: a worker that is lost takes what
//! runs with it, not what is done.

use super::attempts::{Attempt, Phase};
use super::{Action, Actions, Cluster, Fact, Outcome};
use crate::base::{AttemptId, Bytes, TaskId, Time, WorkerId};
use crate::scenario::{Edge, Via};

impl Cluster {
    /// A task has its result, made by this worker: where others will need it, that is noted.
    #[inline]
    pub(super) fn note_place(&mut self, id: TaskId, worker: WorkerId) {
        let Some(task) = self.tasks.get(id) else { return };
        let call = task.call;
        let plan = self.plan.stage(call.kind, call.stage);
        if !plan.is_fetched {
            return;
        }
        if let Some(run) = self.jobs.get_mut(call.job) {
            run.stages[call.stage.ix()].made_at.push(worker);
        }
    }

    /// Bytes that go with the request of a task, besides its own.
    pub(super) fn bytes_with(&self, id: AttemptId) -> u64 {
        self.bytes_by(id, Via::Tasks, None)
    }

    /// Bytes that a task takes by this way, less what `at` has of them itself.
    fn bytes_by(&self, id: AttemptId, via: Via, at: Option<WorkerId>) -> u64 {
        let call = &self.attempts[id].call;
        let plan = self.plan.stage(call.kind, call.stage);
        let Some(run) = self.jobs.get(call.job) else { return 0 };
        let edges = plan.edges.iter().filter(|(_, edge)| edge.via() == Some(via));
        let bytes = edges.map(|(from, edge)| {
            let before = self.plan.stage(call.kind, *from);
            let all = f64::from(before.tasks) * before.bytes_out.0 as f64;
            let made_at = &run.stages[from.ix()].made_at;
            let own = made_at.iter().filter(|worker| Some(**worker) == at).count();
            let elsewhere = 1.0 - own as f64 / made_at.len().max(1) as f64;
            all * edge.part(call.task, plan.tasks) * elsewhere
        });
        bytes.sum::<f64>().round() as u64
    }

    /// A request has reached its worker, which first fetches what it needs from others; returns whether it has to.
    pub(super) fn fetch(&mut self, now: Time, id: AttemptId, actions: &mut Actions) -> bool {
        let attempt = &self.attempts[id];
        let (call, worker) = (attempt.call, attempt.worker);
        let plan = self.plan.stage(call.kind, call.stage);
        let bytes = self.bytes_by(id, Via::Peers, Some(worker));
        let all = self.bytes_by(id, Via::Peers, None);
        let exchange = plan.edges.iter().find_map(|(from, edge)| match edge {
            Edge::AllReduce { by } => Some((*by, *from)),
            _ => None,
        });
        let exchange = exchange.and_then(|(by, from)| {
            let made_at = &self.jobs.get(call.job)?.stages[from.ix()].made_at;
            let ranks: std::collections::BTreeSet<WorkerId> = made_at.iter().copied().collect();
            Some((by, ranks.len() as u32, self.plan.stage(call.kind, from).bytes_out))
        });
        if all > 0 {
            actions.facts.push(Fact::Fetched { bytes: Bytes(bytes), local: Bytes(all - bytes) });
        }
        if bytes == 0 && exchange.is_none_or(|(_, ranks, _)| ranks < 2) {
            return false;
        }
        self.hand_over(id, actions);
        let attempt = &mut self.attempts[id];
        (attempt.phase, attempt.delivered) = (Phase::Fetching, now);
        actions.asks.push(Action::Fetch { attempt: id, worker, bytes: Bytes(bytes), exchange });
        true
    }

    /// Everybody who has something that an attempt fetches hands it over.
    fn hand_over(&self, id: AttemptId, actions: &mut Actions) {
        let Attempt { call, worker, .. } = &self.attempts[id];
        let plan = self.plan.stage(call.kind, call.stage);
        let Some(run) = self.jobs.get(call.job) else { return };
        for (from, edge) in plan.edges.iter().filter(|(_, edge)| edge.via() == Some(Via::Peers)) {
            let each = self.plan.stage(call.kind, *from).bytes_out.0 as f64 * edge.part(call.task, plan.tasks);
            let mut places = run.stages[from.ix()].made_at.clone();
            places.sort_unstable();
            for made in places.chunk_by(|one, other| one == other).filter(|made| made[0] != *worker) {
                let bytes = Bytes((each * made.len() as f64).round() as u64);
                actions.asks.push(Action::Hand { from: made[0], to: *worker, bytes });
            }
        }
    }

    /// A worker has what an attempt needs.
    pub(super) fn fetched(&mut self, now: Time, id: AttemptId, actions: &mut Actions) {
        let Some(attempt) = self.attempts.get_mut(id).filter(|attempt| attempt.phase == Phase::Fetching) else {
            return;
        };
        attempt.phase = Phase::Sending;
        let delivered = attempt.delivered;
        if !self.take_in(now, id, actions) {
            self.reply_without_work(now, id, Outcome::Shed, actions);
        } else if let Some(attempt) = self.attempts.get_mut(id) {
            // What was fetched was waited for, too.
            attempt.delivered = delivered;
        }
    }

    /// Where most is of what an attempt needs, as a key for who picks by that; 0 where it needs nothing that lies anywhere.
    pub(super) fn place_of_most(&self, id: AttemptId) -> u64 {
        let call = &self.attempts[id].call;
        let Some(run) = self.jobs.get(call.job) else { return 0 };
        let edges = self.plan.stage(call.kind, call.stage).edges.iter();
        let peers = edges.filter(|(_, edge)| edge.via() == Some(Via::Peers));
        let mut places: Vec<WorkerId> =
            peers.flat_map(|(from, _)| run.stages[from.ix()].made_at.iter().copied()).collect();
        places.sort_unstable();
        let most =
            places.chunk_by(|one, other| one == other).max_by_key(|chunk| (chunk.len(), std::cmp::Reverse(chunk[0])));
        most.map_or(0, |chunk| u64::from(chunk[0].0) + 1)
    }
}
