//! What can be chosen for each decision: the lists that files are read by, said in a line each with where it comes from.

use super::{
    Backoff, Balance, Breaker, Budget, Cache, Drawing, Edge, Gate, Kernel, Late, Measure, Outliers, Scaler, ServeOrder,
    Strike,
};

/// Something that can be chosen: as a file has it with plain values, what it is, and where it comes from.
///
/// The list of a decision is what files are read by, what the window offers, what a sweep tries, and what is held against
/// the laws of the decision. A name stands there once for each way of it that is worth a choice of its own.
pub type Listed = (&'static str, &'static str, &'static str);

/// Its name, without values.
pub fn name_of(listed: &Listed) -> &'static str {
    listed.0.split('(').next().unwrap_or_default()
}

/// What is listed for the field of a pool with this path, as `pools.api.balance`.
pub fn listed(path: &str) -> Option<&'static [Listed]> {
    let (_, decision) = path.strip_prefix("pools.")?.split_once('.')?;
    POLICIES.iter().find(|(known, _)| *known == decision).map(|(_, list)| *list)
}

/// Each name once.
pub(super) fn names(list: &[Listed]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = list.iter().map(name_of).collect();
    names.dedup();
    names
}

/// Every decision of a pool by its field in a file, and what can be chosen.
pub const POLICIES: [(&str, &[Listed]); 13] = [
    ("balance", &Balance::ALL),
    ("serve", &ServeOrder::ALL),
    ("cache", &Cache::ALL),
    ("scale", &Scaler::ALL),
    ("resilience.late", &Late::ALL),
    ("resilience.retry.backoff", &Backoff::ALL),
    ("resilience.retry.budget", &Budget::ALL),
    ("resilience.breaker", &Breaker::ALL),
    ("resilience.outliers", &Outliers::ALL),
    ("resilience.admit", &Gate::ALL),
    ("edge", &Edge::ALL),
    ("kernel", &Kernel::ALL),
    ("fault", &Strike::ALL),
];

impl Balance {
    /// All of them.
    pub const ALL: [Listed; 23] = [
        ("RoundRobin", "one after the other", "nginx, Envoy and others"),
        ("LeastOutstanding", "the fewest attempts outstanding, ties at random", "join the shortest queue"),
        ("PowerOfTwo", "the less loaded of two distinct ones drawn at random", "Mitzenmacher 2001"),
        ("CentralQueue", "one queue for the pool: the bound that no dispatcher beats", "M/M/c"),
        ("Random", "anybody", "Poisson splitting"),
        ("JoinIdle", "an idle one, else anybody", "Lu et al. 2011"),
        ("SmoothRoundRobin", "by weights, evenly spread", "nginx, smooth weighted round robin"),
        ("LeastConnections", "the fewest outstanding for its weight", "nginx, least_conn"),
        ("ModuloHash", "the key modulo the number of machines", "nginx, hash"),
        ("Rendezvous", "the largest hash of key and machine", "Thaler and Ravishankar 1998"),
        ("PowerOfD(d: 3)", "the least loaded of d drawn at random", "Vvedenskaya et al. 1996"),
        ("RingHash", "the next point on a ring", "Karger et al. 1997, ketama"),
        ("BoundedLoads", "a ring on which nobody has much more than the mean", "Mirrokni et al. 2018"),
        ("Maglev", "a table that machines fill in turn", "Eisenbud et al. 2016"),
        ("LeastRequest", "of some drawn the least loaded, or by weight over load; slow start", "Envoy"),
        ("PeakEwma", "of two the smaller product of latency and load", "Finagle, tower"),
        ("LeastLoaded(by: Utilisation)", "the least busy cores, as reported", "ORCA, Envoy"),
        ("LeastLoaded(by: QueueLength)", "the shortest queue, as reported", "ORCA"),
        ("LeastLoaded(by: Ewma)", "the smallest average of latency", "Envoy, linkerd 1"),
        ("LeastLoaded(by: WorkLeft)", "the least work left; an oracle", "queueing theory"),
        ("Local", "where most of what it needs is, unless that is too full", "Dask"),
        ("CacheAware", "where the same data went before, unless that is too full", "SGLang, Preble 2024"),
        ("Prequal", "by a pool of probes the quickest that is not hot", "Wydrowski et al. 2024"),
    ];
}

impl Balance {
    /// Each of them, with values that small tests and random scenarios can have: every law of balancers is held against
    /// these.
    pub const EXAMPLES: [Self; 29] = [
        Self::RoundRobin,
        Self::LeastOutstanding,
        Self::PowerOfTwo,
        Self::CentralQueue,
        Self::Random,
        Self::PowerOfD { d: 3, draw: Drawing::Distinct, by: Measure::Outstanding },
        Self::PowerOfD { d: 3, draw: Drawing::WithReplacement, by: Measure::Outstanding },
        Self::JoinIdle,
        Self::SmoothRoundRobin,
        Self::LeastConnections,
        Self::ModuloHash,
        Self::RingHash { virtual_nodes: 20 },
        Self::BoundedLoads { percent: 125, virtual_nodes: 20 },
        Self::Maglev { table: 251 },
        Self::Rendezvous,
        Self::LeastRequest { choices: 2, bias_percent: 100, slow_start_millis: 0 },
        Self::LeastRequest { choices: 2, bias_percent: 100, slow_start_millis: 60_000 },
        Self::PeakEwma { decay_millis: 10_000 },
        Self::PowerOfD { d: 3, draw: Drawing::Distinct, by: Measure::PeakEwma { decay_millis: 10_000 } },
        Self::LeastLoaded { by: Measure::Outstanding },
        Self::LeastLoaded { by: Measure::PerWeight },
        Self::LeastLoaded { by: Measure::Ewma { decay_millis: 10_000 } },
        Self::LeastLoaded { by: Measure::PeakEwma { decay_millis: 10_000 } },
        Self::LeastLoaded { by: Measure::Utilisation },
        Self::LeastLoaded { by: Measure::QueueLength },
        Self::LeastLoaded { by: Measure::WorkLeft },
        Self::PREQUAL,
        Self::CacheAware { percent: 150, entries: 64 },
        Self::Local { percent: 150 },
    ];
}

impl ServeOrder {
    /// All of them.
    pub const ALL: [Listed; 7] = [
        ("Fifo", "first come, first served", "M/G/c"),
        ("OldestJob", "the task of the oldest job", "Dask's scheduler"),
        ("Lifo", "last come, first served", "queueing theory"),
        ("Priority", "the most important first, with or without interrupting", "Cobham 1954"),
        ("ShortestFirst", "the smallest demand first; an oracle", "shortest job first"),
        ("ShortestRemaining", "the smallest rest first, interrupting; an oracle", "Schrage and Miller 1966"),
        ("ProcessorSharing", "all at a machine share its cores", "Kleinrock 1967"),
    ];
}

impl Cache {
    /// All of them.
    pub const ALL: [Listed; 14] = [
        ("Off", "nothing is kept", "the bound from below"),
        ("Lru(entries: 400)", "the least recently used goes first", "LRU"),
        ("Fifo(entries: 400)", "what came first goes first", "Gelenbe 1973"),
        ("Clock(entries: 400)", "what came first, with a second chance", "Corbató 1968"),
        ("Lfu(entries: 400)", "the fewest hits go first", "LFU"),
        ("LfuAging(entries: 400)", "the fewest hits, halved now and then", "LFU with aging"),
        ("TwoQ(entries: 400)", "a short queue before the main one", "Johnson and Shasha 1994"),
        ("Arc(entries: 400)", "once and more often, adapting", "Megiddo and Modha 2003"),
        ("Lirs(entries: 400)", "what is asked for again soon stays", "Jiang and Zhang 2002"),
        ("Sieve(entries: 400)", "a hand that leaves what was used", "Zhang et al. 2024"),
        ("S3Fifo(entries: 400)", "three FIFO queues", "Yang et al. 2023"),
        ("WTinyLfu(entries: 400)", "a window, and admission by how often, lately", "Einziger et al. 2017"),
        ("Slru(entries: 400)", "four segments, of which the lowest evicts", "Karedla et al. 1994"),
        ("Unbounded", "everything is kept: the bound from above", "cold misses"),
    ];
}
