//! Flapping: an autoscaler that orders machines and gives them back, again and again.

use super::Diagnoser;
use crate::base::figures::secs;
use crate::metrics::snapshot::Snapshot;

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "flapping",
    explain: "The autoscaler asks for more and for fewer machines in turn, more often than the traffic changes: each order is paid \
              and late. A longer stabilisation, a wider tolerance, or a target further from the edge calms it.",
    check,
};

/// So often in each direction, at least…
const TURNS_MIN: u64 = 4;
/// …and not less than once in so many seconds.
const EVERY_MAX: f64 = 90.0;

fn check(snapshot: &Snapshot) -> Option<String> {
    snapshot.scaling.iter().flatten().find_map(|scaling| {
        let turns = scaling.ups.min(scaling.downs);
        let every = snapshot.at.secs() / turns.max(1) as f64;
        (turns >= TURNS_MIN && every <= EVERY_MAX).then(|| {
            let (ups, downs, every) = (scaling.ups, scaling.downs, secs(every));
            format!("{ups} times more machines and {downs} times fewer: there and back every {every}")
        })
    })
}
