//! What a scenario means to the control plane: for each stage, who comes after it and what it needs to start.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{Bytes, JobType, PoolId, Span, StageIx};
use crate::scenario::{Edge, Job, Scenario, Via};

/// Every kind of job as the control plane reads it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    jobs: Arc<[JobPlan]>,
}

#[derive(Debug)]
pub(super) struct JobPlan {
    pub(super) stages: Vec<StagePlan>,
    /// Stages that must end for the job to be complete: all that are not called by another.
    pub(super) own_stages: u16,
    pub(super) priority: i16,
    /// The share of the scenario's priorities that are not above this one, from above 0 to 1.
    pub(super) rank: f64,
    /// How long its client waits.
    pub(super) deadline: Option<Span>,
    /// Where a routed job enters; empty for a graph.
    pub(super) entry: Vec<(StageIx, f64)>,
}

#[derive(Debug)]
pub(super) struct StagePlan {
    pub(super) pool: PoolId,
    pub(super) tasks: u32,
    /// How many stages it waits for.
    pub(super) needs: u16,
    /// Whether it runs only when another stage calls it.
    pub(super) called: bool,
    pub(super) successors: Vec<StageIx>,
    pub(super) calls: Vec<StageIx>,
    /// Where a routed job goes next.
    pub(super) then: Vec<(StageIx, f64)>,
    /// What crosses from stages before it, where anything does that is not in `bytes_in`.
    pub(super) edges: Vec<(StageIx, Edge)>,
    /// Whether a stage after it needs to know where its partial results are.
    pub(super) is_fetched: bool,
    pub(super) bytes_in: Bytes,
    /// How large its partial results are.
    pub(super) bytes_out: Bytes,
    /// What of them goes to the dispatcher with the answer.
    pub(super) bytes_back: Bytes,
    /// Whether its result is a function of the job's key and the task alone, so that it may be kept.
    pub(super) cacheable: bool,
}

/// What crosses from this stage to others.
fn leaving(job: &Job, from: StageIx) -> impl Iterator<Item = Edge> {
    job.stages
        .iter()
        .flat_map(move |later| later.after.iter().filter(move |(own, _)| *own == from).map(|(_, edge)| *edge))
}

/// Whether partial results stay with the workers that made them: those who need them fetch them there.
fn stays(job: &Job, ix: StageIx) -> bool {
    let mut edges = leaving(job, ix).peekable();
    edges.peek().is_some() && edges.all(|edge| edge.via() == Some(Via::Peers) || matches!(edge, Edge::AllReduce { .. }))
}

/// Whether anything crosses this edge that is not in `bytes_in`.
fn moves(edge: Edge) -> bool {
    !matches!(edge, Edge::Nothing | Edge::Gather)
}

/// The share of priorities that are not above this one.
fn rank(scenario: &Scenario, priority: i16) -> f64 {
    let priorities: BTreeSet<i16> = scenario.jobs.iter().map(|job| job.priority).collect();
    priorities.range(..=priority).count() as f64 / priorities.len().max(1) as f64
}

/// Whether a stage runs for those alone that call it, or do it themselves.
fn called_by_any(job: &Job, ix: StageIx) -> bool {
    job.stages.iter().any(|other| other.calls.contains(&ix) || other.inlined.contains(&ix))
}

impl Plan {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let jobs = scenario.jobs.iter().map(|job| {
            let ixs = || (0..job.stages.len()).map(|ix| StageIx(ix as u16));
            let called: Vec<bool> = ixs().map(|ix| called_by_any(job, ix)).collect();
            let stages: Vec<_> = job
                .stages
                .iter()
                .zip(ixs())
                .map(|(stage, ix)| StagePlan {
                    pool: stage.pool,
                    tasks: stage.tasks,
                    needs: stage.after.len() as u16,
                    called: called[ix.ix()],
                    successors: ixs()
                        .filter(|later| job.stages[later.ix()].after.iter().any(|(before, _)| *before == ix))
                        .collect(),
                    calls: stage.calls.clone(),
                    then: stage.then.clone(),
                    edges: stage.after.iter().copied().filter(|(_, edge)| moves(*edge)).collect(),
                    is_fetched: leaving(job, ix).any(moves),
                    bytes_back: if stays(job, ix) { Bytes(0) } else { stage.bytes_out },
                    bytes_in: stage.bytes_in,
                    bytes_out: stage.bytes_out,
                    cacheable: stage.after.is_empty() && stage.calls.is_empty(),
                })
                .collect();
            let own_stages = called.iter().filter(|called| !**called).count() as u16;
            let rank = rank(scenario, job.priority);
            JobPlan {
                own_stages,
                priority: job.priority,
                rank,
                deadline: job.deadline,
                entry: job.entry.clone(),
                stages,
            }
        });
        Self { jobs: jobs.collect() }
    }

    #[inline]
    pub(super) fn job(&self, kind: JobType) -> &JobPlan {
        &self.jobs[kind.ix()]
    }

    #[inline]
    pub(super) fn stage(&self, kind: JobType, stage: StageIx) -> &StagePlan {
        &self.jobs[kind.ix()].stages[stage.ix()]
    }
}
