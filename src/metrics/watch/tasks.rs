//! One attempt of a task, from when it set out to when it ended: a bar of the task stream.

use crate::base::{JobType, Span, StageIx, Time, WorkerId};
use crate::cluster::{Fact, Outcome};

/// One attempt. Its life is `sent`, on its way until `delivered`, waiting until `began`, at work until `ended`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TaskBar {
    /// Where.
    pub worker: WorkerId,
    /// On which core; `None` where none was needed, or where the dispatcher does not know which.
    pub core: Option<u16>,
    /// Kind of its job.
    pub kind: JobType,
    /// Stage.
    pub stage: StageIx,
    /// Number of its job over the whole run.
    pub serial: u64,
    /// Task within its stage.
    pub task: u32,
    /// Attempts of the task before it.
    pub tries: u32,
    /// When it set out for its worker.
    pub sent: Time,
    /// When it reached it.
    pub delivered: Time,
    /// When a core took it up.
    pub began: Time,
    /// When that was done with it.
    pub ended: Time,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether a kept result answered it.
    pub cached: bool,
}

impl TaskBar {
    /// The bar of an attempt that has ended.
    pub(super) fn of(now: Time, fact: &Fact) -> Option<Self> {
        let Fact::AttemptEnded { worker, kind, stage, which, core, wait, run, outcome, cached, .. } = *fact else {
            return None;
        };
        let ended = core.map_or(now, |(_, ended)| ended);
        let before = |time: Time, span: Span| Time(time.0.saturating_sub(span.0));
        let began = before(ended, run);
        let delivered = before(began, wait);
        Some(Self {
            worker,
            core: core.map(|(slot, _)| slot),
            kind,
            stage,
            serial: which.serial,
            task: which.task,
            tries: which.tries,
            sent: which.sent.min(delivered),
            delivered,
            began,
            ended,
            outcome,
            cached,
        })
    }
}
