//! What the cluster is told, what it asks for, and what it says has happened.

mod action;
mod fact;

pub use action::{Action, Actions, Call, ResultId};
pub use fact::{Fact, Guarded, Outcome, ScaleFact, Which, WorkerGauge, WorkerState};

use std::sync::Arc;

use crate::base::{Arrival, AttemptId, GroupIx, JobId, PoolId, Span, TaskId, Time, WorkerId};
use crate::scenario::{Balance, Cache, Resilience, Switch};

/// What the cluster is told.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// A job came in.
    JobArrived(Arrival),
    /// A message got through: a request to its worker, or a reply to the dispatcher.
    Delivered {
        /// Whose.
        attempt: AttemptId,
        /// To or from.
        worker: WorkerId,
        /// Which way.
        leg: Leg,
    },
    /// A question of a balancer has reached a machine, or its answer the dispatcher.
    Probe {
        /// Who is asked.
        worker: WorkerId,
        /// Which way.
        leg: Leg,
        /// In an answer: attempts that are there.
        in_flight: u32,
        /// In an answer: how long such attempts take there.
        latency: Span,
    },
    /// A machine does not hear what was taken for delivered and begun: it is on its way until the machine is missed.
    Unheard(AttemptId),
    /// A worker has fetched what an attempt needs.
    Fetched {
        /// The attempt.
        attempt: AttemptId,
        /// Its worker.
        worker: WorkerId,
    },
    /// The cache that a pool shares has answered a worker that asked for this attempt.
    Looked(AttemptId),
    /// A worker is done with an attempt, for better or worse.
    AttemptFinished {
        /// Which.
        attempt: AttemptId,
        /// When its core began, or where attempts share cores, when it began to share them.
        began: Time,
        /// When its core was done.
        ended: Time,
        /// Which core.
        slot: u16,
        /// Whether it worked.
        ok: bool,
    },
    /// A machine has booted, or has come back with a new size.
    WorkerReady(WorkerId),
    /// A machine is gone, as a health check sees it.
    WorkerLost(WorkerId),
    /// A machine has booted, and loads what it needs.
    WorkerBooted(WorkerId),
    /// The provider says that it will take a machine away.
    PreemptionNotice(WorkerId),
    /// The provider has taken a machine away.
    WorkerPreempted(WorkerId),
    /// A deadline passed.
    TimerFired(Timer),
    /// A change of the control plane.
    Command(Box<Control>),
}

/// The way of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Leg {
    /// From the dispatcher to a worker.
    Request,
    /// From a worker to the dispatcher.
    Reply,
}

/// Every deadline the cluster sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Timer {
    /// A drained machine has got its new size.
    Resized(WorkerId),
    /// The client of a job waits no longer for it to begin.
    Patience(JobId),
    /// A task has waited long enough for its answer to be copied.
    Copy(TaskId),
    /// The autoscaler of a pool looks.
    Scale(PoolId),
    /// Nobody waits any longer for this attempt.
    Timeout(AttemptId),
    /// Nobody waits any longer for this job.
    Deadline(JobId),
    /// A task has rested, and is tried again.
    Retry(TaskId),
    /// The machines of a pool are compared.
    Sweep(PoolId),
    /// A machine that was left out is let in on trial.
    Revive(WorkerId),
}

/// A command as the cluster understands it; the rest of the bus is for traffic and nature.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Control {
    /// Another balancer from now on.
    SetBalance(PoolId, Balance),
    /// Another cache from now on, empty.
    SetCache(PoolId, Cache),
    /// From now on this is done about failures and too much; copies stay as they are.
    SetResilience(PoolId, Arc<Resilience>),
    /// So many machines in this group.
    SetCount(PoolId, GroupIx, u32),
    /// So many cores in each machine of this group.
    Resize(PoolId, GroupIx, u32),
    /// Its autoscaler works, or rests.
    SwitchScaling(PoolId, Switch),
}
