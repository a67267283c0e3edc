//! The checked scenario: plain data that the rest of the house reads.

use std::sync::Arc;

use super::{
    Autoscale, Balance, Billing, Cache, Caching, Contention, Dist, Edge, Entry, Kernel, Layout, Market, OwnTable,
    Process, Profile, RandomFault, Resilience, Serve,
};
use crate::base::{Bytes, JobType, PoolId, Provenance, Span, StageIx};

/// Everything that is to be run, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// One line, shown at the top of the window.
    pub title: String,
    /// The comment that opens the file: the question it asks and what to look for. Empty if there is none.
    pub question: String,
    /// The seed of every random stream.
    pub seed: u64,
    /// How long the run lasts; without one it runs until it is stopped (live only).
    pub duration: Option<Span>,
    /// What is left out of the summary at the beginning.
    pub warmup: Span,
    /// Real threads and the wall clock, or everything modelled on a virtual clock.
    pub mode: Mode,
    /// How little it takes until a run is said not to keep up.
    pub sensitivity: Sensitivity,
    /// Pools of machines; [`PoolId`] is the position.
    pub pools: Vec<Pool>,
    /// Kinds of jobs; [`JobType`] is the position.
    pub jobs: Vec<Job>,
    /// Where jobs come from; `SourceId` is the position.
    pub traffic: Vec<Source>,
    /// What changes during the run, in order of time.
    pub timeline: Vec<Entry>,
    /// Faults that come by chance.
    pub faults: Vec<RandomFault>,
    /// How services stand.
    pub layout: Layout,
    /// In a monolith, where each group of its one pool stands in the file.
    pub merged: Vec<GroupOf>,
    /// What else could be done, to be compared with.
    pub twins: Vec<Twin>,
    /// Names of the zones that machines stand in, in order.
    pub zones: Vec<String>,
    /// What is asked of the run.
    pub objectives: Vec<Objective>,
    /// What was measured on a machine before, for simulating its kernels.
    pub profile: Option<Profile>,
    /// A person's own table, which features are made of instead of a made one.
    pub table: Option<Arc<OwnTable>>,
}

/// A group by its place in the scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOf {
    /// The name of its pool.
    pub pool: String,
    /// Its position there.
    pub group: u16,
}

/// The same scenario with something changed: a cure, a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Its name in the scenario file.
    pub name: String,
    /// What is different, in a few words.
    pub title: String,
    /// The changes, as `--set` takes them.
    pub set: Vec<String>,
}

/// What carries a run out, and on which clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Wall clock; threads compute for real.
    Live,
    /// Virtual clock; everything is modelled.
    #[default]
    Simulate,
}

impl Mode {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Simulate => "simulate",
        }
    }
}

/// How little it takes until a verdict says that a run does not keep up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Few false alarms: 3 standard deviations.
    Low,
    /// 2 standard deviations: one look in forty takes chance for growth.
    #[default]
    Normal,
    /// Early warnings: 1.5 standard deviations.
    High,
}

impl Sensitivity {
    /// Growth is more than chance from so many of its standard deviations on.
    pub fn standard_deviations(self) -> f64 {
        match self {
            Self::Low => 3.0,
            Self::Normal => 2.0,
            Self::High => 1.5,
        }
    }

    /// Growth below this share of what arrives is not worth an alarm.
    pub fn growth_share(self) -> f64 {
        match self {
            Self::Low => 0.10,
            Self::Normal => 0.05,
            Self::High => 0.02,
        }
    }

    /// More than this share of what ends must fail before work counts as being lost.
    pub fn errors_share(self) -> f64 {
        match self {
            Self::Low => 0.05,
            Self::Normal => 0.01,
            Self::High => 0.001,
        }
    }

    /// Cores count as always at work from this share of the time on.
    pub fn busy_share(self) -> f64 {
        match self {
            Self::Low => 0.98,
            Self::Normal => 0.95,
            Self::High => 0.90,
        }
    }
}

/// A set of machines behind one balancer.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its name in the scenario file.
    pub name: String,
    /// Machines of one kind each, counted from 0. The balancer sees them all.
    pub groups: Vec<Group>,
    /// Who gets the next attempt.
    pub balance: Balance,
    /// What a worker runs next, and how many may wait.
    pub serve: Serve,
    /// Results kept at each worker.
    pub cache: Cache,
    /// How caches work together.
    pub caching: Caching,
    /// How it grows and shrinks by itself, if it does.
    pub scale: Option<Autoscale>,
    /// How long a machine boots, in seconds.
    pub startup: Dist,
    /// How long a machine that has booted takes, in seconds, until it serves: it pulls an image, loads a model.
    pub warm: Dist,
    /// How long a machine is away when its size changes. Assumed where the file says nothing.
    pub resize: Span,
    /// How much the cores of one machine slow each other down.
    pub contention: Contention,
    /// What becomes of work that is slow, fails, or is too much.
    pub resilience: Resilience,
    /// Attempts that a live worker holds per core besides what it runs.
    pub prefetch: u32,
}

/// Machines of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Real threads, or modelled machines behind a link.
    pub place: Place,
    /// The zone they stand in; a fault can strike all of it.
    pub zone: Option<u16>,
    /// What one machine is and costs.
    pub instance: Instance,
    /// How many there are at the start. Always 1 for threads.
    pub count: u32,
    /// How much of the work each should get relative to machines of other groups, for balancers that look at weights.
    pub weight: u32,
    /// Whether the provider may take its machines away.
    pub market: Market,
    /// How time becomes dollars.
    pub billing: Billing,
    /// Dollars for a gigabyte (10^9 bytes) of results that leave its machines.
    pub usd_per_gb_out: f64,
}

impl Group {
    /// Whether it is this computer, of which there is one; every other group can have more or fewer machines.
    pub fn is_local(&self) -> bool {
        matches!(self.place, Place::Threads)
    }
}

/// Where machines stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Threads of this machine; modelled from the profile when simulated.
    Threads,
    /// Modelled remote machines.
    Modelled {
        /// What lies between the dispatcher and each of them.
        link: Link,
    },
}

impl Place {
    /// Whether messages are there at once.
    pub fn is_near(&self) -> bool {
        match self {
            Self::Threads => true,
            Self::Modelled { link } => link.bandwidth.is_none() && link.latency == Dist::Constant(0.0),
        }
    }
}

/// What a message meets on its way, in each direction. Delay = `latency` + size / `bandwidth`.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The name of the preset, or `custom`.
    pub name: String,
    /// One-way delay in seconds.
    pub latency: Dist,
    /// Bytes per second; without one there is no limit.
    pub bandwidth: Option<f64>,
}

/// A machine type and its price.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// `provider`'s name of it, `this` for this computer, or `custom`.
    pub name: Arc<str>,
    /// Cores; each runs one task at a time.
    pub cores: u32,
    /// Speed of one core, relative to a core of the machine that was measured. 1.0 where nothing is known (assumed).
    pub speed: f64,
    /// Main memory.
    pub memory: Option<Bytes>,
    /// What an hour costs.
    pub price: Price,
}

/// What an hour of a machine costs, and how we know.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// On the market it is bought; `None` is unknown, which is never zero.
    pub usd_per_hour: Option<f64>,
    /// Whether that is the price of spare capacity.
    pub is_spot: bool,
    /// Where the figure stands.
    pub source: Arc<str>,
    /// The day it was read, `2026-07-20`; empty where it is the scenario's own.
    pub as_of: Arc<str>,
    /// What kind of knowledge it is.
    pub provenance: Provenance,
}

/// A kind of job: a small graph of stages, or a walk from stage to stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name in the scenario file.
    pub name: String,
    /// How important it is where a pool serves by `Priority`: larger goes first.
    pub priority: i16,
    /// How long its client waits for the answer, from when it was meant to come in; without one it waits for ever.
    pub deadline: Option<Span>,
    /// Where a routed job enters, with probabilities that add up to 1; empty for a graph. A routed job is at one stage at
    /// a time, and goes on by its `then`.
    pub entry: Vec<(StageIx, f64)>,
    /// Stages in their order, counted from 0. A stage comes after all those it waits for.
    pub stages: Vec<Stage>,
}

/// A number of like tasks, one per chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name in the scenario file.
    pub name: String,
    /// Who serves it.
    pub pool: PoolId,
    /// What it waits for, and what crosses each edge.
    pub after: Vec<(StageIx, Edge)>,
    /// How many tasks it has.
    pub tasks: u32,
    /// What each of them is.
    pub work: Work,
    /// The table that it reads, where that is a person's own.
    pub table: Option<Arc<OwnTable>>,
    /// Where a routed job goes next, with probabilities; what is missing to 1 leaves. A stage that is come back to begins
    /// anew, with demands of its own.
    pub then: Vec<(StageIx, f64)>,
    /// Share of attempts that end with an error, drawn for each.
    pub errors: f64,
    /// Stages of this job that each task calls, one after the other, when its own work is done: it keeps its core until
    /// all have answered. A called stage waits for nothing, has one task per call, and runs only when called.
    pub calls: Vec<StageIx>,
    /// Memory that each task holds while it is worked on.
    pub memory: Bytes,
    /// Stages that each task does itself, after its own work: what it would call, in a monolith.
    pub inlined: Vec<StageIx>,
    /// Bytes that each task sends to its worker.
    pub bytes_in: Bytes,
    /// Bytes that each task sends back.
    pub bytes_out: Bytes,
}

impl Job {
    /// Whether it walks from stage to stage.
    pub fn is_routed(&self) -> bool {
        !self.entry.is_empty()
    }
}

impl Stage {
    /// Bytes of input that one task works through, on average over the tasks; zero where nothing real is read.
    pub fn bytes_read_per_task(&self) -> f64 {
        match self.work {
            Work::Kernel(kernel) => kernel.bytes_read() / f64::from(self.tasks.max(1)),
            Work::Service(_) => 0.0,
        }
    }
}

/// What one task does.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Waits on nothing but a core: seconds of one core of speed 1.
    Service(Dist),
    /// Real work in a live run; modelled from the profile when simulated.
    Kernel(Kernel),
}

/// A stream of jobs.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Which job arrives.
    pub job: JobType,
    /// Which key (or data seed) each asks for.
    pub keys: Keys,
    /// When.
    pub arrivals: Arrivals,
    /// How many seconds a client waits for its job to begin; then it leaves. Without one it waits for ever.
    pub patience: Option<Dist>,
    /// How many seconds a client that is refused stays away before it asks again, as often as it takes; latency counts
    /// from when it first asked. Without it, it does not come back.
    pub comes_back: Option<Dist>,
}

/// Which key a job asks for: a rank from 0 to `n` - 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Keys {
    /// Every rank alike.
    Uniform {
        /// Size of the key space.
        n: u64,
    },
    /// Rank `i` with a weight of (i + 1)^-alpha.
    Zipf {
        /// Size of the key space.
        n: u64,
        /// Exponent.
        alpha: f64,
    },
}

/// When jobs arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// From outside, whatever the system does.
    Open {
        /// The law of the gaps.
        process: Process,
        /// The load over time; after the last step its rate stays.
        load: Vec<LoadStep>,
    },
    /// A fixed number of clients; each thinks, asks, waits for its answer, thinks again.
    Closed {
        /// How many.
        clients: u32,
        /// Think time in seconds.
        think: Dist,
    },
}

/// A stretch of load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadStep {
    /// How long it lasts.
    pub over: Span,
    /// The rate at its end. The rate runs there in a straight line from the end of the step before (from this value in
    /// the first step); a step of length zero is a jump.
    pub to: RateSpec,
}

/// A rate of jobs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RateSpec {
    /// Jobs per second.
    PerSec(f64),
    /// A share of the capacity: measured in the first two seconds when live, from the profile when simulated.
    Auto(f64),
}

/// A question that the run answers with yes or no.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Its name in reports.
    pub name: String,
    /// What is measured.
    pub metric: Metric,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what; seconds, dollars or shares, as the metric has it.
    pub bound: f64,
    /// What a miss means.
    pub severity: Severity,
}

/// What an objective looks at, over the whole run without its warm-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// A quantile (0 to 1) of job latency in seconds; of all jobs, or of one kind.
    Latency {
        /// The kind of job, or all.
        job: Option<JobType>,
        /// The quantile, 0.99 for p99.
        quantile: f64,
    },
    /// Mean job latency in seconds.
    LatencyMean,
    /// Jobs that ended in anything but success, over all that ended.
    ErrorShare,
    /// Completed jobs per second.
    Throughput,
    /// Dollars per hour, averaged over the run.
    CostPerHour,
    /// Dollars per 1,000 completed jobs.
    CostPer1000Jobs,
}

/// How an objective compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Below the bound.
    Less,
    /// At most the bound.
    LessOrEqual,
    /// Above the bound.
    Greater,
    /// At least the bound.
    GreaterOrEqual,
}

/// What a missed objective means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// The run fails: exit code 99.
    #[default]
    Fail,
    /// It is reported.
    Warn,
}
