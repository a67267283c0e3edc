//! A hot shard: work goes where its key says, and one key says the same too often.

use super::{Diagnoser, comparable, median};
use crate::base::figures::{figure, share};
use crate::metrics::snapshot::Snapshot;

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "hot shard",
    explain: "One machine has all it can do while the others have little: what goes by its key goes there. Bound the load of a \
              machine, copy what is asked for most, or choose machines by load.",
    check,
};

/// It is busy for at least this share of the time…
const BUSY_MIN: f64 = 0.95;
/// …the one in the middle for at most this…
const OTHERS_MAX: f64 = 0.7;
/// …and it finishes so many times what that one does.
const TIMES_MIN: f64 = 1.5;

fn check(snapshot: &Snapshot) -> Option<String> {
    comparable(snapshot).find_map(|machines| {
        let hottest = machines.iter().max_by(|one, other| one.tasks_per_sec.total_cmp(&other.tasks_per_sec))?;
        let busy = median(machines.iter().map(|worker| worker.utilisation).collect());
        let rate = median(machines.iter().map(|worker| worker.tasks_per_sec).collect());
        let times = hottest.tasks_per_sec / rate;
        let is_hot = hottest.utilisation >= BUSY_MIN && busy <= OTHERS_MAX && rate > 0.0 && times >= TIMES_MIN;
        is_hot.then(|| {
            format!(
                "{} is busy for {} of the time and does {} times what the one in the middle does, which is busy for {}",
                hottest.name,
                share(hottest.utilisation),
                figure(times),
                share(busy)
            )
        })
    })
}
