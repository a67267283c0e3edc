//! Pictures of a run for a viewer: the newest wins, and nobody waits.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::handle::Waker;
use super::run::Engine;
use crate::base::PoolId;
use crate::metrics::snapshot::{Answer, AnswersView, PoolKnobs, RunState, Snapshot};

/// Where pictures are put.
#[derive(Clone, Default)]
pub(super) struct Publisher {
    shared: Option<Arc<Shared>>,
}

/// What the engine's thread and viewers share.
#[derive(Default)]
pub(super) struct Shared {
    newest: Mutex<Option<Arc<Snapshot>>>,
    pending: AtomicU64,
    pub(super) is_over: AtomicBool,
    /// The handle is gone: nobody waits for what is still pending.
    pub(super) is_abandoned: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Publisher {
    /// For a run that nobody watches.
    pub(super) fn nobody() -> Self {
        Self::default()
    }

    pub(super) fn new(waker: Option<Waker>) -> (Self, Arc<Shared>) {
        let shared = Arc::new(Shared { waker: Mutex::new(waker), ..Shared::default() });
        (Self { shared: Some(shared.clone()) }, shared)
    }

    /// How many chunks are still to be computed at the end of a run. Returns whether to go on.
    pub(super) fn pending(&self, chunks: u64) -> bool {
        if let Some(shared) = &self.shared {
            shared.pending.store(chunks, Ordering::Relaxed);
            shared.wake();
        }
        !self.shared.as_ref().is_some_and(|shared| shared.is_abandoned.load(Ordering::Relaxed))
    }

    /// Whether anybody could look.
    pub(super) fn has_viewer(&self) -> bool {
        self.shared.is_some()
    }

    /// Whether somebody is told of every picture, and so looks at them.
    pub(super) fn has_watcher(&self) -> bool {
        let waker = |shared: &Arc<Shared>| shared.waker.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        self.shared.as_ref().is_some_and(waker)
    }

    fn put(&self, snapshot: Arc<Snapshot>) {
        if let Some(shared) = &self.shared {
            *shared.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
            shared.wake();
        }
    }
}

impl Shared {
    pub(super) fn newest(&self) -> Option<Arc<Snapshot>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the newest picture by one that says why the run ended.
    pub(super) fn fail(&self, why: &str) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = newest.as_deref() {
            *newest = Some(Arc::new(Snapshot { state: RunState::Failed(why.to_owned()), ..snapshot.clone() }));
        }
        drop(newest);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            waker();
        }
    }
}

impl Engine {
    /// Makes a picture and hands it out.
    pub(super) fn publish(&mut self) -> Arc<Snapshot> {
        let snapshot = Arc::new(self.snapshot());
        self.publisher.put(snapshot.clone());
        snapshot
    }

    fn snapshot(&mut self) -> Snapshot {
        let now = self.clock.now();
        let (totals, in_progress) = (self.cluster.totals(), self.cluster.core_time_in_progress(now));
        let (pools, mut workers, watch) = self.with_gauges(now, true, |recorder, gauges| {
            let watch = recorder.watched(now, &totals, in_progress, gauges.busy_area);
            (recorder.pools(now, gauges), recorder.workers(now, gauges), watch)
        });
        for view in &mut workers {
            view.ready_at = self.world.ready_at(view.worker);
            view.fault = self.world.fault(view.worker);
        }
        let recorder = &self.recorder;
        let knobs = |(ix, pool): (usize, &crate::scenario::Pool)| {
            let id = PoolId(ix as u16);
            let (balance, cache) = self.cluster.choices(id);
            debug_assert_eq!(pool.groups.len(), self.cluster.sizes(id).count());
            let resilience = self.cluster.resilience(id).clone();
            PoolKnobs {
                balance,
                cache,
                resilience,
                groups: self.cluster.sizes(id).collect(),
                scaling: self.cluster.scaling(id),
            }
        };
        Snapshot {
            scenario: self.scenario.clone(),
            at: now,
            mode: self.scenario.mode,
            state: self.state.clone(),
            lag: self.clock.lag(),
            pace: self.clock.pace(),
            series: recorder.series(),
            totals,
            latency_recent: recorder.latency_recent(),
            latency_whole: recorder.latency_whole(),
            recent: recorder.recent(),
            pools,
            workers,
            cost: recorder.cost(now),
            knobs: self.scenario.pools.iter().enumerate().map(knobs).collect(),
            traffic_factors: self.factors.clone(),
            bounds: self.bounds.clone(),
            capacity: self.capacity,
            scaling: recorder.scaling(),
            watch,
            marks: recorder.marks(),
            timeline: self.timeline.clone(),
            answers: self.answers(),
            dropped: self.dropped(),
        }
    }

    fn dropped(&self) -> Vec<(&'static str, u64)> {
        let all = [
            ("marks", self.recorder.marks_dropped()),
            ("latencies over an hour, counted as an hour", self.recorder.latencies_too_long()),
            ("answers that were pending for too long", self.world.answers_given_up()),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Chunks that are still to be computed, off the clock.
    pub(super) fn pending_chunks(&self) -> u64 {
        self.world.answers().map_or(0, |answers| answers.pending_chunks())
    }

    pub(super) fn answers(&self) -> AnswersView {
        let Some(answers) = self.world.answers() else { return AnswersView::default() };
        let tally = answers.tally();
        let view = |answer: &crate::world::JobAnswer| Answer {
            serial: answer.serial,
            data_seed: answer.data_seed,
            value: answer.answer.value,
            exact: answer.answer.exact,
            std_error: answer.answer.std_error,
        };
        AnswersView {
            complete: tally.complete,
            pending_chunks: answers.pending_chunks(),
            newest: tally.newest.as_ref().map(view),
            first: tally
                .first
                .iter()
                .map(|(kind, answer)| (self.scenario.jobs[kind.ix()].name.clone(), view(answer)))
                .collect(),
            wrong: tally.wrong,
        }
    }
}
