//! Commands in a few words, for the marks on the plots.

use super::{Balance, Cache, Command, Eviction, Fault, Scenario, Switch};

impl Balance {
    /// The name people know.
    pub fn label(self) -> &'static str {
        match self {
            Self::RoundRobin => "round robin",
            Self::LeastOutstanding => "least outstanding",
            Self::PowerOfTwo => "power of two",
            Self::CentralQueue => "central queue",
            Self::Random => "random",
            Self::PowerOfD { .. } => "power of d",
            Self::JoinIdle => "join an idle one",
            Self::SmoothRoundRobin => "smooth weighted round robin",
            Self::LeastConnections => "least connections",
            Self::ModuloHash => "modulo hash",
            Self::RingHash { .. } => "hash ring",
            Self::BoundedLoads { .. } => "bounded loads",
            Self::Maglev { .. } => "Maglev",
            Self::Rendezvous => "rendezvous hash",
            Self::LeastRequest { .. } => "least request (Envoy)",
            Self::PeakEwma { .. } => "peak EWMA latency",
            Self::LeastLoaded { .. } => "least loaded",
            Self::Prequal { .. } => "Prequal",
            Self::CacheAware { .. } => "cache aware",
        }
    }
}

impl Eviction {
    /// The name people know.
    pub fn label(self) -> &'static str {
        match self {
            Self::Lru => "LRU",
            Self::Fifo => "FIFO",
            Self::Clock => "Clock",
            Self::Lfu => "LFU",
            Self::LfuAging => "LFU with aging",
            Self::TwoQ => "2Q",
            Self::Arc => "ARC",
            Self::Sieve => "SIEVE",
            Self::S3Fifo => "S3-FIFO",
            Self::WTinyLfu => "W-TinyLFU",
            Self::Slru => "SLRU",
            Self::Unbounded => "unbounded",
        }
    }
}

impl Cache {
    /// What is kept.
    pub fn label(self) -> String {
        match self {
            Self::Off => "off".to_owned(),
            Self::Keep { by: Eviction::Unbounded, .. } => "without bound".to_owned(),
            Self::Keep { by, entries } => format!("{} of {entries}", by.label()),
        }
    }
}

impl Command {
    /// What changes, in a few words.
    pub fn label(&self, scenario: &Scenario) -> String {
        match self {
            Self::SetBalance { balance, .. } => format!("send work to: {}", balance.label()),
            Self::SetCache { cache, .. } => format!("cache {}", cache.label()),
            Self::SwitchScaling { switch: Switch::On, .. } => "autoscaler on".to_owned(),
            Self::SwitchScaling { switch: Switch::Off, .. } => "autoscaler off".to_owned(),
            Self::SetCount { pool, group, count } => {
                let instance = &scenario.pools[pool.ix()].groups[group.ix()].instance.name;
                format!("{count} x {instance}")
            }
            Self::Resize { cores, .. } => format!("{cores} cores each"),
            Self::SetTrafficFactor { factor, .. } => format!("traffic x{factor}"),
            Self::SetBound { objective, bound } => format!("goal {} {bound}", scenario.objectives[*objective].name),
            Self::Inject { fault: Fault::Break { worker, .. }, .. } => format!("machine {worker} breaks"),
            Self::Inject { fault: Fault::Preempt { worker, .. }, .. } => format!("machine {worker} is taken away"),
            Self::Inject { fault: Fault::Slow { worker, factor, .. }, .. } => {
                format!("machine {worker} {factor}x slower")
            }
            Self::SetCapacity { jobs_per_sec } => format!("capacity {jobs_per_sec:.1} jobs/s"),
            Self::Note(text) => text.clone(),
        }
    }
}
