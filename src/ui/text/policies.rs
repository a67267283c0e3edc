//! Words of the views of an autoscaler and of caches.

use super::knobs::reason;
use crate::base::figures::{clock, count, figure, plural, secs, share};
use crate::metrics::snapshot::Decided;

pub(crate) const AUTOSCALER_TITLE: &str = "Autoscaler, machines";
pub(crate) const NO_AUTOSCALER: &str = "No pool of this scenario has an autoscaler. Open one that has: \"Does an autoscaler follow a rush?\" in the library";
pub(crate) const NO_DECISION: &str = "It has not decided anything yet";
pub(crate) const MACHINES: &str = "machines";
pub(crate) const SCALE_WANTED: &str = "asked for";
pub(crate) const SCALE_ORDERED: &str = "there or coming";
pub(crate) const SCALE_READY: &str = "at work (ready)";
pub(crate) const CACHE_TITLE: &str = "Cache";
pub(crate) const CACHE_HITS: &str = "hits, share of lookups";
pub(crate) const NO_CACHE: &str = "No pool keeps results: switch the knob Cache on to see what it saves";
pub(crate) const NO_LOOKUPS: &str = "Nothing was looked up yet";
pub(crate) const CACHE_HITS_TAB: &str = "hit ratio";
pub(crate) const CACHE_HITS_HINT: &str = "Hit ratio over time";
pub(crate) const CACHE_CURVE_TAB: &str = "size";
pub(crate) const CACHE_CURVE_HINT: &str = "Miss-ratio curve: what caches of other sizes would miss of the same keys";
pub(crate) const CACHE_KEYS_TAB: &str = "hot keys";
pub(crate) const CACHE_KEYS_HINT: &str = "The keys that are asked for most";
pub(crate) const CACHE_WORKING: &str = "Working the curve out…";
pub(crate) const CACHE_BOUND: &str = "clairvoyant bound (Belady)";

/// How many machines.
pub(crate) fn machines(n: f64) -> String {
    if n.is_finite() { plural(n as u64, "machine", "machines") } else { "–".to_owned() }
}

/// How often an autoscaler decided.
pub(crate) fn decisions(all: u64, ups: u64, downs: u64) -> String {
    format!(
        "{}: {} for more, {} for fewer; newest first",
        plural(all, "decision", "decisions"),
        count(ups),
        count(downs)
    )
}

/// A decision on its whole way.
pub(crate) fn decision(decided: &Decided) -> String {
    let seen = match (decided.measured, decided.seen_secs) {
        (Some(value), Some(at)) => format!("saw {} at {}", figure(value), clock(at, true)),
        (Some(value), None) => format!("saw {}", figure(value)),
        _ => "saw nothing".to_owned(),
    };
    let held =
        if decided.stabilised == decided.wanted { String::new() } else { format!(", held at {}", decided.stabilised) };
    let came = match decided.all_ready_secs {
        Some(at) => format!("; all there after {}", secs(at - decided.at_secs)),
        None if decided.ordered > 0 => format!("; {} of {} there", decided.ready, decided.ordered),
        None => String::new(),
    };
    format!(
        "{}  {seen} → wants {}{held} → {} to {} ({}){came}",
        clock(decided.at_secs, true),
        decided.wanted,
        decided.before,
        decided.size,
        reason(decided.why),
    )
}

/// The autoscaler in a sentence.
pub(crate) fn autoscaler_summary(asked: f64, ordered: f64, ready: f64) -> String {
    format!(
        "Autoscaler over time: {} asked for, {} there or coming, {} ready",
        machines(asked),
        machines(ordered),
        machines(ready)
    )
}

/// Hits in a sentence.
pub(crate) fn cache_summary(now: Option<f64>) -> String {
    let now =
        now.map_or_else(|| NO_LOOKUPS.to_owned(), |now| format!("{} of lookups are answered by it now", share(now)));
    format!("Cache over time: {now}")
}

/// What a miss-ratio curve is of.
pub(crate) fn curve_of(keys: u64, distinct: u64) -> String {
    format!("of the newest {}, {} different", plural(keys, "key", "keys"), count(distinct))
}

/// What a size would miss.
pub(crate) fn curve_summary(policy: &str, entries: u32, misses: f64, bound: f64) -> String {
    format!(
        "Miss-ratio curve: {policy} with {} would miss {} of these keys, the clairvoyant bound {}",
        plural(u64::from(entries), "entry", "entries"),
        share(misses),
        share(bound),
    )
}

/// A key that is asked for often.
pub(crate) fn hot_key(key: u64, times: u64, of_all: f64) -> String {
    format!("key {key}: asked for {} ({})", plural(times, "time", "times"), share(of_all))
}
