//! Words of the knobs.

use crate::base::figures::{figure, share};
use crate::metrics::scaling::{Decided, Reason};
use crate::scenario::{Balance, Cache, Eviction, Measure};

pub(crate) const KNOB_POOL: &str = "Pool";
pub(crate) const KNOB_TRAFFIC: &str = "Traffic";
pub(crate) const KNOB_TRAFFIC_HINT: &str = "So many times the load that the scenario writes down";
pub(crate) const KNOB_MACHINES: &str = "Machines";
pub(crate) const OUT: &str = "Out";
pub(crate) const OUT_NAME: &str = "Scale out";
pub(crate) const OUT_HINT: &str = "More machines: each boots, is reached over a link, and can fail alone";
pub(crate) const UP: &str = "Up";
pub(crate) const UP_NAME: &str = "Scale up";
pub(crate) const UP_HINT: &str =
    "Larger machines: each restarts, its cores slow each other down, and there is a ceiling";
pub(crate) const THIS_COMPUTER: &str = "This computer";
pub(crate) const PRICE_UNKNOWN: &str = "price unknown";
pub(crate) const NO_OTHER_MACHINES: &str = "This scenario has only this computer";
pub(crate) const SAME_PRICE_HINT: &str =
    "The other way for the same money, as far as the catalogue has it. Sizes and prices are those of the family";
pub(crate) const KNOB_BALANCE: &str = "Send work to";
pub(crate) const KNOB_BALANCE_TERM: &str = "load balancer";
pub(crate) const SCALING_OFF: &str = "Off";
pub(crate) const SCALING_OFF_NAME: &str = "Autoscaler off";
pub(crate) const SCALING_OFF_HINT: &str = "Machines come and go by hand";
pub(crate) const SCALING_ON: &str = "On";
pub(crate) const SCALING_ON_NAME: &str = "Autoscaler on";
pub(crate) const SCALING_ON_HINT: &str = "Machines come and go as the scenario's autoscaler decides";
pub(crate) const NOTHING_DECIDED: &str = "It has not looked yet";
pub(crate) const SCALING_RESTS: &str = "It rests: machines come and go by hand";

pub(crate) fn knob_scaling(name: &str) -> String {
    format!("Autoscaler ({name})")
}

pub(crate) fn ups_and_downs(ups: u64, downs: u64) -> String {
    format!("{ups} up, {downs} down")
}

/// What was wanted, what became of it, and why.
pub(crate) fn decided(last: &Decided) -> String {
    let &Decided { wanted, size, cores: [before, cores], why, .. } = last;
    let why = reason(why);
    let of = if before == cores { String::new() } else { format!(" of {cores} cores") };
    format!("Wants {wanted}, asks for {size}{of}: {why}")
}

/// Why an autoscaler asks for as many machines as it does.
pub(crate) fn reason(why: Reason) -> &'static str {
    match why {
        Reason::DesiredWithinRange => "as measured",
        Reason::Tolerated => "near enough to the target",
        Reason::Damped => "machines that are not ready yet count against more",
        Reason::Stabilised => "an earlier size holds",
        Reason::ScaleUpLimit => "no more at a time",
        Reason::ScaleDownLimit => "no fewer at a time",
        Reason::TooManyReplicas => "the most there may be",
        Reason::TooFewReplicas => "the fewest there may be",
        Reason::NoMetrics => "nothing is known yet",
        Reason::Disabled => "it sleeps",
        Reason::Woken => "something waited",
        Reason::Idle => "nothing was asked for",
        Reason::Panicking => "too much at once",
        Reason::Exhausted => "the run has ordered all it may",
        Reason::Restarting => "machines still change their size",
    }
}

pub(crate) const KNOB_CACHE: &str = "Cache";
pub(crate) const KNOB_FAULT: &str = "Fault";
pub(crate) const KNOB_FAULT_TARGET: &str = "Machine to hit";
pub(crate) const KNOB_FAULT_HINT: &str = "The machine that the next fault hits";
pub(crate) const KNOB_FAULT_WHAT: &str = "What goes wrong";
pub(crate) const STRIKE_HINT: &str = "It begins now, and is over by itself";
pub(crate) const FAULT_BUSY: &str = "Something is already the matter with it";
pub(crate) const NO_MACHINE: &str = "No machine";
pub(crate) const KNOB_GOAL: &str = "Goal";
pub(crate) const KNOB_GOAL_HINT: &str = "How long the slowest jobs may take; drawn as a dashed line";
pub(crate) const NO_GOAL: &str = "none for latency in this scenario";
pub(crate) const UNDO: &str = "Undo";
pub(crate) const UNDO_HINT: &str = "Takes the last turn of a knob back (Ctrl+Z). Faults end by themselves";
pub(crate) const REDO: &str = "Redo";
pub(crate) const REDO_HINT: &str = "Turns it again (Ctrl+Shift+Z)";
pub(crate) const ALL_KNOBS: &str = "All knobs…";
pub(crate) const ALL_KNOBS_HINT: &str = "Every knob with an explanation";
pub(crate) const TRY_ADD_MACHINE: &str = "Try: add 1 machine";
pub(crate) const TRY_LEAST_BUSY: &str = "Try: send work to the least busy";
pub(crate) const TRY_LEAST_BUSY_HINT: &str = "One machine is slower than the others and gets as much as they do";
pub(crate) const TRY_ADD_MACHINE_HINT: &str = "More work arrives than is finished; one more machine takes its share";

/// What arrives.
pub(crate) fn jobs_arriving(rate: &str) -> String {
    format!("{} jobs/s", rate.trim_end_matches("/s"))
}

/// A price an hour.
pub(crate) fn per_hour(usd: &str) -> String {
    format!("{usd}/h")
}

pub(crate) fn fewer_machines(name: &str) -> String {
    format!("Fewer machines: {name}")
}

pub(crate) fn more_machines_of(name: &str) -> String {
    format!("More machines: {name}")
}

pub(crate) fn fewer_cores(name: &str) -> String {
    format!("Fewer cores: {name}")
}

pub(crate) fn more_cores(name: &str) -> String {
    format!("More cores: {name}")
}

/// What one more machine is.
pub(crate) fn each_machine(price: &str, boot: &str) -> String {
    format!("{price} each, boots {boot} (assumed)")
}

/// Why there are no more cores.
pub(crate) fn hardware_limit(cores: u32) -> String {
    format!("hardware limit: it has {cores} cores")
}

/// How many cores there are.
pub(crate) fn hardware_room(cores: u32) -> String {
    format!("of the {cores} cores it has")
}

/// What another size costs.
pub(crate) fn restart_note(price: &str, away: &str) -> String {
    format!("each {price}, restarts {away} (assumed)")
}

/// How far a machine can grow.
pub(crate) fn ceiling(name: Option<&str>, cores: &str) -> String {
    name.map_or_else(|| format!("up to {cores} (limit here)"), |name| format!("up to {name}, {cores}"))
}

/// That it cannot grow further.
pub(crate) fn at_ceiling(name: Option<&str>, cores: &str) -> String {
    name.map_or_else(|| format!("ceiling: {cores} (limit here)"), |name| format!("ceiling: {name}, {cores}"))
}

/// So many machines of a size.
pub(crate) fn machines_of(count: u32, name: &str, cores: u32) -> String {
    format!("{count} × {name} ({cores} cores)")
}

/// The other way at the same price, or at the nearest there is.
pub(crate) fn other_way(is_same: bool, machines: &str, price: Option<String>, now: Option<String>) -> String {
    match (price, now) {
        (Some(price), Some(now)) if is_same => format!("{machines}\nsame price: {price}, now {now}"),
        (Some(price), Some(now)) => format!("{machines}\nnearest price: {price}, now {now}"),
        _ => format!("{machines}\nsame cores, {PRICE_UNKNOWN}"),
    }
}

/// What a balancer is called.
pub(crate) fn balance_name(balance: Balance) -> &'static str {
    match balance {
        Balance::RoundRobin => "Each in turn (round robin)",
        Balance::LeastOutstanding => "The least busy (least outstanding)",
        Balance::PowerOfTwo => "Better of two (power of two)",
        Balance::CentralQueue => "One queue for all (central)",
        Balance::Random => "Anybody (random)",
        Balance::PowerOfD { .. } => "Best of several (power of d)",
        Balance::JoinIdle => "An idle one (join idle)",
        Balance::SmoothRoundRobin => "Each in turn, by weight (smooth)",
        Balance::LeastConnections => "The least busy for its weight (least connections)",
        Balance::ModuloHash => "By key (modulo hash)",
        Balance::RingHash { .. } => "By key, on a ring (ring hash)",
        Balance::BoundedLoads { .. } => "By key, nobody too full (bounded loads)",
        Balance::Maglev { .. } => "By key, from a table (Maglev)",
        Balance::Rendezvous => "By key, the best match (rendezvous)",
        Balance::LeastRequest { .. } => "Better of some, by weight (least request)",
        Balance::PeakEwma { .. } => "The quicker of two (peak EWMA)",
        Balance::LeastLoaded { by } => match by {
            Measure::Outstanding => "The least busy (least outstanding)",
            Measure::PerWeight => "The least busy for its weight",
            Measure::Ewma { .. } => "The quickest (EWMA)",
            Measure::PeakEwma { .. } => "The quickest (peak EWMA)",
            Measure::Utilisation => "The least busy cores (utilisation)",
            Measure::QueueLength => "The shortest queue, as reported",
            Measure::WorkLeft => "The least work left (an oracle)",
        },
        Balance::Prequal { .. } => "The quickest that is not hot (Prequal)",
        Balance::CacheAware { .. } => "Where the data went before (cache aware)",
        Balance::Local { .. } => "Where its data is (locality)",
    }
}

/// What a balancer does.
pub(crate) fn balance_hint(balance: Balance) -> &'static str {
    match balance {
        Balance::RoundRobin => "One machine after the other, whatever they are doing",
        Balance::LeastOutstanding => "The machine with the fewest tasks outstanding; it looks at all of them",
        Balance::PowerOfTwo => "The less loaded of two machines drawn at random: nearly as good as looking at all",
        Balance::CentralQueue => "Whoever is free takes the next task: the bound that no dispatcher beats",
        Balance::Random => "A machine drawn at random, whatever it is doing",
        Balance::PowerOfD { .. } => "The least loaded of several machines drawn at random",
        Balance::JoinIdle => "An idle machine if there is one, else any at random",
        Balance::SmoothRoundRobin => "One machine after the other; a heavier one more often, evenly spread",
        Balance::LeastConnections => {
            "The machine with the fewest tasks outstanding for its weight; it looks at all of them"
        }
        Balance::ModuloHash => "The same data go to the same machine, until there are more or fewer machines",
        Balance::RingHash { .. } => "The same data go to the same machine; few move when machines come or go",
        Balance::BoundedLoads { .. } => "The same data go to the same machine, unless it has much more than the others",
        Balance::Maglev { .. } => "The same data go to the same machine; all have the same share",
        Balance::Rendezvous => "The same data go to the same machine; only those of one that goes move",
        Balance::LeastRequest { .. } => "As Envoy: the less loaded of some drawn at random, or by weight over load",
        Balance::PeakEwma { .. } => "As Finagle: of two drawn, the smaller product of latency and load",
        Balance::LeastLoaded { by: Measure::WorkLeft } => {
            "The machine with the least work left; it is told each demand, which nobody knows"
        }
        Balance::LeastLoaded { by: Measure::Utilisation | Measure::QueueLength } => {
            "The least loaded by what machines said with their last answer"
        }
        Balance::LeastLoaded { .. } => "The least loaded of all, as seen from here",
        Balance::Local { .. } => {
            "Where most of what a task needs lies already, unless that machine has much more than the mean"
        }
        Balance::CacheAware { .. } => {
            "The machine that had the same data before, unless it has much more than the others"
        }
        Balance::Prequal { .. } => {
            "As YouTube: asks a few machines beforehand, and takes the quickest that is not full"
        }
    }
}

/// What the caches answer.
pub(crate) fn cache_hits(ratio: &str) -> String {
    format!("{ratio} hits")
}

/// What a cache is called.
pub(crate) fn cache_name(cache: Cache) -> String {
    match cache {
        Cache::Off => "Off".to_owned(),
        Cache::Keep { by: Eviction::Unbounded, .. } => "Everything (unbounded)".to_owned(),
        Cache::Keep { by, entries } => format!("{}, {entries} results", by.label()),
    }
}

/// What a cache does.
pub(crate) fn cache_hint(cache: Cache) -> &'static str {
    let Cache::Keep { by, .. } = cache else { return "Every result is computed anew" };
    match by {
        Eviction::Lru => "Each machine keeps results by (data seed, chunk); the least recently used goes first",
        Eviction::Fifo => "What came first goes first, however often it is used",
        Eviction::Clock => "What came first goes first, but what was used meanwhile stays another round",
        Eviction::Lfu => "What had the fewest hits goes first",
        Eviction::LfuAging => "What had the fewest hits goes first; old hits count less",
        Eviction::TwoQ => "Only what is asked for again after it has left a short queue stays for long",
        Eviction::Arc => "Once and more often asked for, in two lists that adapt to what is missed",
        Eviction::Lirs => "What is asked for again soon stays; all else passes through a hundredth of the room",
        Eviction::Sieve => "A hand goes round, takes what was not used and leaves the rest where it is",
        Eviction::S3Fifo => "A small queue for what is new, a main one for what is used twice",
        Eviction::WTinyLfu => "What is new stays only if it was asked for more often than what would go",
        Eviction::Slru => "What is used moves up one of four segments; only the lowest evicts",
        Eviction::Unbounded => "Everything is kept: no cache can do better",
    }
}

/// The button that makes it go wrong.
pub(crate) fn strike_for(time: &str) -> String {
    format!("For {time}")
}

/// What the goal is about.
pub(crate) fn goal_term(quantile: f64) -> String {
    format!("slowest {} ({})", share(1.0 - quantile), percentile(quantile))
}

/// `p99`
pub(crate) fn percentile(quantile: f64) -> String {
    format!("p{}", figure(quantile * 100.0))
}
