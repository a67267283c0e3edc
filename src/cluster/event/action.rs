//! What the cluster asks for, and of what.

use super::{Fact, Leg, Outcome, Timer};
use crate::base::streams::mix;
use crate::base::{Arrival, AttemptId, Bytes, GroupIx, JobId, JobType, PoolId, Span, StageIx, Time, WorkerId};
use crate::policy::cache::Name;
use crate::scenario::{Collective, Draw};

/// What the cluster asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Carry a message over the link of a worker.
    Send {
        /// Whose.
        attempt: AttemptId,
        /// To or from.
        worker: WorkerId,
        /// Which way.
        leg: Leg,
        /// How large it is.
        bytes: Bytes,
    },
    /// Carry a question of a balancer to a machine, or its answer back; it has no size.
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
    /// Start work. A live worker may hold it a while before a core is free.
    Execute {
        /// Where.
        worker: WorkerId,
        /// Which attempt.
        attempt: AttemptId,
        /// What is to be done.
        call: Call,
        /// Cores busy on this machine from now on, this one among them.
        busy: u32,
    },
    /// Interrupt an attempt on a modelled machine; the next [`Action::Execute`] goes on with what is left of it.
    Pause {
        /// Where.
        worker: WorkerId,
        /// Which.
        attempt: AttemptId,
    },
    /// Forget an attempt that is on its way, held or running; what still comes back of it is stale.
    Cancel {
        /// Where.
        worker: WorkerId,
        /// Which.
        attempt: AttemptId,
    },
    /// Keep the result of this attempt at its worker under this name.
    Store {
        /// Where.
        worker: WorkerId,
        /// Whose result.
        call: Call,
        /// Its name.
        result: ResultId,
    },
    /// A result of before answers an attempt; nothing is executed.
    Recycle {
        /// Where.
        worker: WorkerId,
        /// What was asked for.
        call: Call,
        /// The name of the result.
        result: ResultId,
    },
    /// A result that is kept at one holder is kept at another one, too.
    Copy {
        /// Where it is.
        from: WorkerId,
        /// Where it will be.
        to: WorkerId,
        /// Its name.
        result: ResultId,
    },
    /// A worker hands another so much of what that one is about to fetch: the `Fetch` follows at once.
    Hand {
        /// Who has it.
        from: WorkerId,
        /// Who needs it.
        to: WorkerId,
        /// How much it is.
        bytes: Bytes,
    },
    /// A worker fetches what an attempt needs from others, and takes part in an exchange: by which order, among how many, and
    /// how much each has. Answered by [`Event::Fetched`](super::Event::Fetched).
    Fetch {
        /// For which attempt.
        attempt: AttemptId,
        /// Who fetches.
        worker: WorkerId,
        /// How much has to come from elsewhere.
        bytes: Bytes,
        /// The exchange.
        exchange: Option<(Collective, u32, Bytes)>,
    },
    /// A worker asks the cache that its pool shares; answered by [`Event::Looked`](super::Event::Looked).
    Ask {
        /// For which attempt.
        attempt: AttemptId,
        /// Whose cache.
        pool: PoolId,
        /// How large an answer would be.
        bytes: Bytes,
    },
    /// A kept result is no longer needed.
    Drop {
        /// Where.
        worker: WorkerId,
        /// Its name.
        result: ResultId,
    },
    /// No kept result of this worker is needed any more.
    DropAll {
        /// Where.
        worker: WorkerId,
    },
    /// Fire a timer.
    SetTimer {
        /// When.
        at: Time,
        /// Which.
        timer: Timer,
    },
    /// Get a machine; answered by [`Event::WorkerReady`](super::Event::WorkerReady).
    Provision {
        /// Its number from now on.
        worker: WorkerId,
        /// Whose.
        pool: PoolId,
        /// Of which group.
        group: GroupIx,
        /// Its size.
        cores: u32,
        /// Whether it is there at once (at the start of a run).
        at_once: bool,
    },
    /// A machine has another size from now on.
    SetCores {
        /// Which.
        worker: WorkerId,
        /// The new size.
        cores: u32,
    },
    /// A drained machine is given back.
    Retire {
        /// Which.
        worker: WorkerId,
    },
    /// The world no longer needs what it keeps for this job (live runs).
    Forget {
        /// What came in.
        arrival: Arrival,
        /// Whether its answer is wanted.
        outcome: Outcome,
    },
}

impl Action {
    /// Who holds what the cache of a pool keeps: no machine has such a number.
    pub fn holder(pool: PoolId) -> WorkerId {
        WorkerId(u32::MAX - 1 - u32::from(pool.0))
    }
}

/// What a task asks a worker to do: everything nature needs to know of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The job in flight.
    pub job: JobId,
    /// The number of the job over the whole run.
    pub serial: u64,
    /// The kind of job.
    pub kind: JobType,
    /// The stage.
    pub stage: StageIx,
    /// The task within its stage, which is its chunk.
    pub task: u32,
    /// How often its job, which is routed, had been at a stage before.
    pub visit: u32,
    /// Attempts of this task before this one whose luck was another.
    pub tries: u32,
    /// The key (or data seed) of the job.
    pub key: u64,
}

impl Call {
    /// What nature draws for it.
    pub fn draw(&self) -> Draw {
        let Self { kind, stage, serial, task, visit, tries, .. } = *self;
        Draw { kind, stage, serial, task, visit, draw: tries }
    }
}

/// The name of a cached result: what was asked, of which data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultId {
    /// The kind of job.
    pub kind: JobType,
    /// The stage.
    pub stage: StageIx,
    /// The chunk.
    pub task: u32,
    /// The key (or data seed).
    pub key: u64,
}

impl Name for ResultId {
    fn hash(self) -> u64 {
        self.key()
    }
}

impl ResultId {
    /// The same as one number, for those who send what is about the same to the same machine.
    pub fn key(&self) -> u64 {
        let Self { kind, stage, task, key } = *self;
        mix(key ^ mix(u64::from(kind.0) << 48 | u64::from(stage.0) << 32 | u64::from(task)))
    }

    /// The name of the result of a call.
    pub fn of(call: &Call) -> Self {
        Self { kind: call.kind, stage: call.stage, task: call.task, key: call.key }
    }
}

/// What the cluster hands out: what it asks for, and what it says has happened, each in order.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// What nature is asked for.
    pub asks: Vec<Action>,
    /// What has happened.
    pub facts: Vec<Fact>,
}
