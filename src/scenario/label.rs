//! Commands in a few words, for the marks on the plots.

use super::{Balance, Cache, Command, Eviction, Fault, Resilience, Scenario, Strike, Switch, Victim};
use crate::base::figures::{figure, plural, share};

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
            Self::Local { .. } => "where its data is",
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
            Self::Lirs => "LIRS",
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

impl Resilience {
    /// What is done about failures and too much.
    pub fn label(&self) -> String {
        let Self { timeout, retry, breaker, outliers, admit, .. } = self;
        let timeout = timeout.map(|timeout| format!("timeout {timeout}"));
        let tries = Some(plural(u64::from(retry.attempts_max), "attempt", "attempts"));
        let budget = retry.budget.map(|_| "a budget".to_owned());
        let parts = [timeout, tries, budget, breaker.map(|_| "a breaker".to_owned())];
        let others =
            [outliers.map(|_| "outliers left out".to_owned()), (!admit.is_empty()).then(|| "a gate".to_owned())];
        parts.into_iter().chain(others).flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Strike {
    /// What becomes of whoever it strikes, in the singular.
    pub fn label(self) -> String {
        match self {
            Self::Break => "breaks".to_owned(),
            Self::Restart => "restarts".to_owned(),
            Self::Preempt => "is taken away".to_owned(),
            Self::Slow { factor } => format!("{}x slower", figure(factor)),
            Self::Pause => "stands still".to_owned(),
            Self::Errors { share: part, .. } => format!("{} errors", share(part)),
            Self::Link { delay, loss, .. } if loss > 0.0 => format!("link +{delay}, {} lost", share(loss)),
            Self::Link { delay, .. } => format!("link +{delay}"),
            Self::Partition => "is cut off".to_owned(),
            Self::Memory { share: part } => format!("{} less memory", share(part)),
            Self::Neighbour { threads } => format!("{threads} threads of a neighbour"),
        }
    }
}

impl Fault {
    /// Who, and what becomes of them.
    pub fn label(self, scenario: &Scenario) -> String {
        let who = match self.victim {
            Victim::Machine(_, position) => format!("machine {position}"),
            Victim::Pool(pool) => format!("pool {}", scenario.pools[pool.ix()].name),
            Victim::Zone(zone) => format!("zone {}", scenario.zones[usize::from(zone)]),
        };
        match self.strike {
            Strike::Break
            | Strike::Restart
            | Strike::Preempt
            | Strike::Pause
            | Strike::Partition
            | Strike::Slow { .. } => {
                format!("{who} {}", self.strike.label())
            }
            _ => format!("{who}: {}", self.strike.label()),
        }
    }
}

impl Command {
    /// What changes, in a few words.
    pub fn label(&self, scenario: &Scenario) -> String {
        match self {
            Self::SetBalance { balance, .. } => format!("send work to: {}", balance.label()),
            Self::SetCache { cache, .. } => format!("cache {}", cache.label()),
            Self::SetResilience { resilience, .. } => resilience.label(),
            Self::SwitchScaling { switch: Switch::On, .. } => "autoscaler on".to_owned(),
            Self::SwitchScaling { switch: Switch::Off, .. } => "autoscaler off".to_owned(),
            Self::SetCount { pool, group, count } => {
                let instance = &scenario.pools[pool.ix()].groups[group.ix()].instance.name;
                format!("{count} x {instance}")
            }
            Self::Resize { cores, .. } => format!("{cores} cores each"),
            Self::SetTrafficFactor { factor, .. } => format!("traffic x{}", (factor * 100.0).round() / 100.0),
            Self::SetBound { objective, bound } => format!("goal {} {bound}", scenario.objectives[*objective].name),
            Self::Inject { fault, .. } => fault.label(scenario),
            Self::SetCapacity { jobs_per_sec } => format!("capacity {jobs_per_sec:.1} jobs/s"),
            Self::Note(text) => text.clone(),
        }
    }
}
