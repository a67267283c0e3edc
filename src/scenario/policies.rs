//! The decisions of a pool that a scenario can choose, and how the cores of a machine slow each other down.

use crate::base::{Provenance, Span};

/// Who gets the next attempt. Each is a file of `policy/balance`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Balance {
    /// One after the other.
    #[default]
    RoundRobin,
    /// The worker with the fewest attempts outstanding; ties at random.
    LeastOutstanding,
    /// The less loaded of two distinct workers drawn at random (Mitzenmacher 2001).
    PowerOfTwo,
    /// One queue for the whole pool: the bound that no dispatcher beats. Needs `prefetch: 0`.
    CentralQueue,
    /// Anybody, at random.
    Random,
    /// The least loaded of `d` workers drawn at random.
    PowerOfD {
        /// How many are drawn, 1 to [`CHOICES_MAX`](super::limits::CHOICES_MAX).
        d: u32,
        /// How they are drawn.
        draw: Drawing,
        /// By what they are compared.
        by: Measure,
    },
    /// An idle worker at random if there is one, else anybody at random (Lu et al. 2011).
    JoinIdle,
    /// By weights, evenly spread (nginx).
    SmoothRoundRobin,
    /// The worker with the fewest attempts outstanding for its weight; ties by smooth weighted round robin (nginx).
    LeastConnections,
    /// The hash of what is asked for, modulo the number of workers.
    ModuloHash,
    /// The next of many points on a ring from the hash of what is asked for (Karger et al. 1997).
    RingHash {
        /// Points of a worker, for each unit of its weight.
        virtual_nodes: u32,
    },
    /// A hash ring on which nobody has much more than the mean (Mirrokni, Thorup and Zadimoghaddam 2018).
    BoundedLoads {
        /// What a worker may have at most, in percent of the mean; 100 at least.
        percent: u32,
        /// Points of a worker, for each unit of its weight.
        virtual_nodes: u32,
    },
    /// A table that workers fill in turn (Eisenbud et al. 2016).
    Maglev {
        /// Entries, a prime number.
        table: u32,
    },
    /// The worker whose hash together with what is asked for is the largest (Thaler and Ravishankar 1998).
    Rendezvous,
    /// The least loaded of some drawn, or by weights over what is outstanding where weights differ (Envoy).
    LeastRequest {
        /// How many are drawn, 1 to [`CHOICES_MAX`](super::limits::CHOICES_MAX).
        choices: u32,
        /// How much what is outstanding counts against a weight, in percent.
        bias_percent: u32,
        /// How long a worker that has just come gets less, in milliseconds; 0 is off.
        slow_start_millis: u32,
    },
    /// The lower product of peak latency and what is outstanding, of two drawn (Finagle, tower).
    PeakEwma {
        /// How fast a latency is forgotten, in milliseconds.
        decay_millis: u32,
    },
    /// The least loaded of all by any measure; ties at random.
    LeastLoaded {
        /// By what they are compared.
        by: Measure,
    },
    /// Where most of what a task needs is, unless that worker has much more than the mean (Dask).
    Local {
        /// What a worker may have at most, in percent of the mean; 100 at least.
        percent: u32,
    },
    /// Where the same data went before, unless that worker has much more than the mean (SGLang).
    CacheAware {
        /// What a worker may have at most, in percent of the mean; 100 at least.
        percent: u32,
        /// Keys remembered.
        entries: u32,
    },
    /// By a pool of probes: the quickest that is not hot (Wydrowski et al. 2024).
    Prequal {
        /// Probes kept at most.
        pool: u32,
        /// Probes asked for at each pick, in percent.
        probes_percent: u32,
        /// Probes removed at each pick, in percent.
        removed_percent: u32,
        /// Above this quantile of what is in flight a worker is hot, in percent.
        quantile_percent: u32,
        /// How long a probe is used, in milliseconds.
        age_millis: u32,
    },
}

impl Balance {
    /// Prequal as its paper sets it.
    pub const PREQUAL: Self =
        Self::Prequal { pool: 16, probes_percent: 300, removed_percent: 100, quantile_percent: 84, age_millis: 1_000 };

    /// Whether it has to be told how large each demand is.
    pub fn knows_sizes(self) -> bool {
        matches!(self, Self::LeastLoaded { by: Measure::WorkLeft } | Self::PowerOfD { by: Measure::WorkLeft, .. })
    }
}

/// What the load of a worker is measured by. What is not outstanding or latency is as old as the network makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Measure {
    /// Attempts sent and not answered.
    #[default]
    Outstanding,
    /// Those and one more, over the weight of the worker.
    PerWeight,
    /// The average latency of its answers, times what is outstanding and one more.
    Ewma {
        /// How fast a latency is forgotten, in milliseconds.
        decay_millis: u32,
    },
    /// The same, jumping up to a larger latency (Finagle).
    PeakEwma {
        /// How fast a latency is forgotten, in milliseconds.
        decay_millis: u32,
    },
    /// Busy cores over cores, as of its last answer.
    Utilisation,
    /// Attempts that wait there, as of its last answer.
    QueueLength,
    /// Work sent there that cannot be done yet. It is told each demand exactly: an oracle.
    WorkLeft,
}

/// How several workers are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Drawing {
    /// Each at most once.
    #[default]
    Distinct,
    /// Each time from all.
    WithReplacement,
}

/// What a worker runs next, and how many may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serve {
    /// The order of service.
    pub order: ServeOrder,
    /// Attempts that may wait in one queue, those that run not counted. More are shed. Under processor sharing nobody
    /// waits, and it is how many attempts may share one machine.
    pub queue_max: u32,
}

/// Hedging and redundancy: further attempts of a task while it is unanswered, on other workers while there are any. The
/// first answer wins, the others are called off at once (Dean and Barroso, "The tail at scale", CACM 2013; with no delay
/// Redundancy-d of Gardner et al., Operations Research 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Copies {
    /// Copies of one task besides its first attempt; 0 is off.
    pub more: u32,
    /// How long after the attempt before it each is made.
    pub after: CopyAfter,
    /// What a copy has to do.
    pub demands: Demands,
}

/// When a task is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CopyAfter {
    /// After so long.
    Delay(Span),
    /// When it has waited for longer than this share of the latest answers took, in thousandths; not before there are some.
    Quantile {
        /// 950 is the 95th percentile.
        per_mille: u32,
    },
}

impl Copies {
    /// No copies.
    pub const OFF: Self = Self { more: 0, after: CopyAfter::Delay(Span::ZERO), demands: Demands::Independent };
}

/// How the demands of the copies of a task belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Demands {
    /// Each draws its own: what varies is the worker.
    #[default]
    Independent,
    /// All have that of the first attempt: what varies is the task.
    Same,
}

/// The order of service. Each is a file of `policy/serve`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServeOrder {
    /// First come, first served.
    #[default]
    Fifo,
    /// The task of the oldest job, so that what is begun is finished first; as Dask's scheduler, which serves what was
    /// submitted first.
    OldestJob,
    /// Last come, first served.
    Lifo,
    /// The largest priority of jobs first; within one priority first come, first served.
    Priority(Preemption),
    /// The smallest demand first. It is told each demand exactly: an oracle.
    ShortestFirst,
    /// The smallest rest of a demand first, whoever runs meanwhile (Schrage and Miller 1966). An oracle, too.
    ShortestRemaining,
    /// All attempts at a machine share its cores alike.
    ProcessorSharing,
}

impl ServeOrder {
    /// Whether a newcomer can take the core of one that runs.
    pub fn preempts(self) -> bool {
        matches!(self, Self::Priority(Preemption::Resume) | Self::ShortestRemaining)
    }

    /// Whether it has to be told how large each demand is.
    pub fn knows_sizes(self) -> bool {
        matches!(self, Self::ShortestFirst | Self::ShortestRemaining)
    }
}

/// What happens to one that runs when a more important one comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preemption {
    /// It runs to its end.
    #[default]
    None,
    /// It is interrupted, and goes on later where it stopped.
    Resume,
}

/// Results kept at each worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Cache {
    /// Nothing is kept.
    #[default]
    Off,
    /// So many are kept.
    Keep {
        /// What goes first.
        by: Eviction,
        /// Results kept at one worker.
        entries: u32,
    },
}

/// How caches of a pool work together, and how long they keep what they have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caching {
    /// How long an entry answers; `None` for ever.
    pub lifetime: Option<Lifetime>,
    /// Whether requests for what is being worked out already wait for that (single flight).
    pub coalesce: bool,
    /// A cache that all workers of the pool ask when their own has nothing, a round trip away.
    pub shared: Option<SharedCache>,
}

/// How long an entry answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lifetime {
    /// From then on it answers no more.
    pub hard: Span,
    /// From then on it answers, and is made anew meanwhile.
    pub soft: Option<Span>,
    /// By which share of them, at most, both are shortened by chance.
    pub jitter: f64,
}

/// A cache of a whole pool.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedCache {
    /// What is kept.
    pub cache: Cache,
    /// What lies between a worker and it.
    pub link: super::Link,
}

/// What goes first of a cache that is full. Each is a file of `policy/cache`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Eviction {
    /// The least recently used.
    #[default]
    Lru,
    /// What came first.
    Fifo,
    /// What came first and was not used since it was last looked at.
    Clock,
    /// What had the fewest hits.
    Lfu,
    /// The same, counts being halved now and then.
    LfuAging,
    /// What was not asked for again after it left a short queue (Johnson and Shasha 1994).
    TwoQ,
    /// By two lists that adapt (Megiddo and Modha 2003).
    Arc,
    /// What is asked for again late (Jiang and Zhang 2002).
    Lirs,
    /// What a hand finds unused (Zhang et al. 2024).
    Sieve,
    /// By two queues and names of what left (Yang et al. 2023).
    S3Fifo,
    /// What was asked for less often, lately (Einziger et al. 2017).
    WTinyLfu,
    /// The least recently used of the lowest of four segments.
    Slru,
    /// Nothing: the bound that no cache beats, up to the limit `CACHE_ENTRIES_MAX`.
    Unbounded,
}

impl Eviction {
    /// All of them, by their names in a file.
    pub const ALL: [(&'static str, Self); 13] = [
        ("Lru", Self::Lru),
        ("Fifo", Self::Fifo),
        ("Clock", Self::Clock),
        ("Lfu", Self::Lfu),
        ("LfuAging", Self::LfuAging),
        ("TwoQ", Self::TwoQ),
        ("Arc", Self::Arc),
        ("Lirs", Self::Lirs),
        ("Sieve", Self::Sieve),
        ("S3Fifo", Self::S3Fifo),
        ("WTinyLfu", Self::WTinyLfu),
        ("Slru", Self::Slru),
        ("Unbounded", Self::Unbounded),
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("Lru", |(name, _)| name)
    }
}

/// Gunther's universal scalability law inside one machine: with `n` busy cores each runs at
/// 1 / (1 + alpha (n - 1) + beta n (n - 1)) of its speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contention {
    /// Share of work that is serial (contention).
    pub alpha: f64,
    /// Cost of keeping cores coherent (crosstalk).
    pub beta: f64,
    /// How the two are known.
    pub provenance: Provenance,
}

impl Contention {
    /// Cores that do not feel each other.
    pub const NONE: Self = Self { alpha: 0.0, beta: 0.0, provenance: Provenance::Assumed };

    /// Whether cores do not feel each other.
    pub fn is_none(self) -> bool {
        self.alpha == 0.0 && self.beta == 0.0
    }

    /// The speed of each of `busy` cores relative to one alone.
    pub fn share(self, busy: u32) -> f64 {
        let others = f64::from(busy.max(1) - 1);
        1.0 / (1.0 + self.alpha * others + self.beta * f64::from(busy.max(1)) * others)
    }
}
