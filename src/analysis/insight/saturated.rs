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
    // The busiest pool: others may wait for it.
    let pool = snapshot.pools.iter().max_by(|one, other| one.utilisation.total_cmp(&other.utilisation))?;
    (offered > 0.0 && completed <= ANSWERED_MAX * offered && pool.utilisation >= BUSY_MIN).then(|| {
        let name = &snapshot.scenario.pools[pool.pool.ix()].name;
        let (busy, offered, completed) = (share(pool.utilisation), per_sec(offered), per_sec(completed));
        format!("{name} is busy for {busy} of the time; {offered} arrive and {completed} are answered")
    })
}
