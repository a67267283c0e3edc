//! What the cluster is told, what it asks for, and what it says has happened.

use crate::base::streams::mix;
use crate::base::{
    Arrival, AttemptId, Bytes, GroupIx, JobId, JobType, PoolId, SourceId, Span, StageIx, TaskId, Time, WorkerId,
};
use crate::policy::cache::Name;
use crate::scenario::{Balance, Cache, Draw, Reason, Switch};

/// What the cluster is told.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
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
    Command(Control),
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
}

/// A command as the cluster understands it; the rest of the bus is for traffic and nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Control {
    /// Another balancer from now on.
    SetBalance(PoolId, Balance),
    /// Another cache from now on, empty.
    SetCache(PoolId, Cache),
    /// So many machines in this group.
    SetCount(PoolId, GroupIx, u32),
    /// So many cores in each machine of this group.
    Resize(PoolId, GroupIx, u32),
    /// Its autoscaler works, or rests.
    SwitchScaling(PoolId, Switch),
}

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
    /// Get a machine; answered by [`Event::WorkerReady`].
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

/// What a task asks a worker to do: everything nature needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        /// Which core.
        slot: u16,
        /// How long it waited at the worker.
        wait: Span,
        /// How long its core was busy with it; zero for a cache hit.
        run: Span,
        /// How it ended.
        outcome: Outcome,
        /// Whether a kept result answered it.
        cached: bool,
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

/// What the cluster hands out: what it asks for, and what it says has happened, each in order.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// What nature is asked for.
    pub asks: Vec<Action>,
    /// What has happened.
    pub facts: Vec<Fact>,
}
