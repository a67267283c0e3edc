//! Saturation: everything is busy, and less gets through than comes in.

use super::{Diagnoser, lately};
use crate::base::figures::{per_sec, share};
use crate::metrics::snapshot::Snapshot;

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "saturated",
    explain: "Machines are at work all the time and answer less than comes in. If work is done for nobody, drop what is too late \
              and let in less; if not, there is too little of something: add machines, or make the work smaller.",
    check,
};

/// Cores are busy for at least this share of the time.
const BUSY_MIN: f64 = 0.9;
/// Answered of what comes in, at most.
const ANSWERED_MAX: f64 = 0.9;

fn check(snapshot: &Snapshot) -> Option<String> {
    let series = &snapshot.series;
    let (offered, completed) = (lately(snapshot, &series.offered)?, lately(snapshot, &series.completed)?);
    let busy = busy_pool(snapshot).filter(|_| offered > 0.0 && completed <= ANSWERED_MAX * offered)?;
    Some(format!("{busy}; {} arrive and {} are answered", per_sec(offered), per_sec(completed)))
}

/// The busiest pool, if it is busy nearly all the time: others may wait for it.
pub(super) fn busy_pool(snapshot: &Snapshot) -> Option<String> {
    let pool = snapshot.pools.iter().rev().max_by(|one, other| one.utilisation.total_cmp(&other.utilisation))?;
    let name = &snapshot.scenario.pools[pool.pool.ix()].name;
    (pool.utilisation >= BUSY_MIN).then(|| format!("{name} is busy for {} of the time", share(pool.utilisation)))
}
