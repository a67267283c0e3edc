//! What has happened, in words that meters and exports share.

use crate::base::{Bytes, GroupIx, JobType, PoolId, SourceId, Span, StageIx, Time, WorkerId};
use crate::scenario::Reason;

/// How a job, a task or an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With its answer.
    Completed,
    /// With an error.
    Failed,
    /// Refused by a limit.
    Shed,
    /// Not in time.
    TimedOut,
    /// Called off: its job ended, or another attempt was first.
    Cancelled,
    /// Its client gave up.
    Abandoned,
    /// With the machine that held it.
    Lost,
}

impl Outcome {
    /// All of them, in the order of the ledger.
    pub const ALL: [Self; 7] =
        [Self::Completed, Self::Failed, Self::Shed, Self::TimedOut, Self::Cancelled, Self::Abandoned, Self::Lost];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Shed => "shed",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Abandoned => "abandoned",
            Self::Lost => "lost",
        }
    }
}

/// What an attempt is told from others by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// The number of its job over the whole run.
    pub serial: u64,
    /// What the job asked for.
    pub key: u64,
    /// The task within its stage.
    pub task: u32,
    /// Attempts of the task before this one whose luck was another.
    pub tries: u32,
    /// When it set out for its worker.
    pub sent: Time,
}

/// Where a machine is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerState {
    /// Ordered, not there yet.
    Booting,
    /// There, and loads what it needs.
    Warming,
    /// Takes work.
    Ready,
    /// Finishes what it has, takes nothing new.
    Draining,
    /// Restarts with another size.
    Resizing,
    /// Lost to a fault; comes back when that is repaired.
    Down,
    /// Given back.
    Retired,
}

impl WorkerState {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booting => "booting",
            Self::Warming => "warming",
            Self::Ready => "ready",
            Self::Draining => "draining",
            Self::Resizing => "resizing",
            Self::Down => "down",
            Self::Retired => "retired",
        }
    }
}

/// What a machine looks like at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerGauge {
    /// Which.
    pub worker: WorkerId,
    /// Whose.
    pub pool: PoolId,
    /// Of which group.
    pub group: GroupIx,
    /// Where it is in its life.
    pub state: WorkerState,
    /// Cores.
    pub cores: u32,
    /// Cores at work.
    pub busy: u32,
    /// Attempts that wait, those a live worker holds among them.
    pub queue: u32,
    /// Core-nanoseconds at work since the start of the run.
    pub busy_area: u64,
    /// Attempts executed with success.
    pub completed: u64,
    /// Attempts executed that ended with an error.
    pub failed: u64,
    /// Whether it is left out for what it answered.
    pub is_left_out: bool,
}

/// What has happened: the one stream that metrics, cost and exports fold.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A job came in.
    JobArrived {
        /// Its kind.
        kind: JobType,
        /// When it was meant to.
        intended: Time,
    },
    /// A job is over.
    JobEnded {
        /// Its kind.
        kind: JobType,
        /// Its number.
        serial: u64,
        /// Where it came from.
        source: SourceId,
        /// What it asked for.
        key: u64,
        /// When it was meant to arrive.
        intended: Time,
        /// When it did: later than meant for a client that had been refused before.
        arrived: Time,
        /// How it ended.
        outcome: Outcome,
    },
    /// An attempt is over, where its worker is concerned.
    AttemptEnded {
        /// Where.
        worker: WorkerId,
        /// Of which job.
        kind: JobType,
        /// Of which stage.
        stage: StageIx,
        /// Of which task, and what else there is to tell it by.
        which: Which,
        /// Which core, and when that was done with it; `None` where none was needed, or where the dispatcher does not know which.
        core: Option<(u16, Time)>,
        /// How long it waited at the worker.
        wait: Span,
        /// How long its core was busy with it; zero for a cache hit.
        run: Span,
        /// How it ended.
        outcome: Outcome,
        /// Whether a kept result answered it.
        cached: bool,
        /// Whether anybody asked for it; nobody does who is made anew for a cache.
        asked: bool,
    },
    /// A machine changed its state.
    Worker {
        /// Which.
        worker: WorkerId,
        /// Whose.
        pool: PoolId,
        /// Of which group.
        group: GroupIx,
        /// Its cores from now on.
        cores: u32,
        /// Its state from now on.
        state: WorkerState,
    },
    /// The provider takes a machine away; its end follows.
    Preempted {
        /// Which.
        worker: WorkerId,
    },
    /// A worker fetches partial results: how much moves, and how much it has itself.
    Fetched {
        /// From elsewhere.
        bytes: Bytes,
        /// Its own.
        local: Bytes,
    },
    /// Something was done about failures, or about too much.
    Guarded {
        /// Whose.
        pool: PoolId,
        /// What.
        what: Guarded,
    },
    /// An autoscaler has decided.
    Scaled {
        /// Whose.
        pool: PoolId,
        /// Of which group.
        group: GroupIx,
        /// What, and why.
        decided: Box<ScaleFact>,
    },
}

/// What an autoscaler decided, on its way from what was seen to what was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleFact {
    /// What was measured and when, in the unit of what the autoscaler looks at.
    pub seen: Option<(Time, f64)>,
    /// Machines asked for before.
    pub before: u32,
    /// Machines that the measure alone asks for.
    pub wanted: u32,
    /// What the past made of it.
    pub stabilised: u32,
    /// Machines asked for from now on.
    pub size: u32,
    /// Cores of each, asked for before and from now on.
    pub cores: [u32; 2],
    /// Why it is that many.
    pub why: Reason,
}

/// What a pool does about failures, and about too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guarded {
    /// A task is tried again.
    Retried,
    /// It would have been, and its budget is used up.
    RetryRefused,
    /// An attempt was not answered in time.
    TimedOut,
    /// An attempt that is too late was not begun any more.
    Unbegun,
    /// An attempt was copied.
    Copied,
    /// It would have been, and the budget is used up.
    CopyRefused,
    /// An attempt was refused by the gate of this name.
    Refused(&'static str),
    /// An attempt was refused by the breaker.
    Broken,
    /// A request waited for one that asked for the same.
    Coalesced,
    /// A shared cache answered.
    SharedHit,
    /// An entry of a cache is made anew before it is too old.
    Renewed,
    /// The breaker opened.
    Opened,
    /// The breaker closed.
    Closed,
    /// A machine is left out.
    Ejected(WorkerId),
    /// A machine is used again.
    Readmitted(WorkerId),
}

impl Guarded {
    /// Its name in summaries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Retried => "retries",
            Self::RetryRefused => "retries_refused",
            Self::TimedOut => "timeouts",
            Self::Unbegun => "unbegun",
            Self::Copied => "copies",
            Self::CopyRefused => "copies_refused",
            Self::Refused("TokenBucket") => "refused_by_rate",
            Self::Refused("InFlight") => "refused_by_in_flight",
            Self::Refused("Gradient") => "refused_by_gradient",
            Self::Refused("Priority") => "refused_by_priority",
            Self::Refused("Throttle") => "refused_by_throttle",
            Self::Refused(_) => "dropped_by_codel",
            Self::Broken => "refused_by_breaker",
            Self::Coalesced => "coalesced",
            Self::SharedHit => "shared_hits",
            Self::Renewed => "renewed",
            Self::Opened => "breaker_opened",
            Self::Closed => "breaker_closed",
            Self::Ejected(_) => "machines_left_out",
            Self::Readmitted(_) => "machines_let_in",
        }
    }
}
