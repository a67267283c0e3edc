//! A straggler: a machine that is always at work and gets less done than the others.

use super::{Diagnoser, comparable, median};
use crate::base::figures::{figure, share};
use crate::metrics::snapshot::{Snapshot, WorkerView};

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "straggler",
    explain: "One machine works all the time and finishes far less than the others: it is slow, whatever the reason. A balancer \
              that looks at load sends it less; a hedge asks elsewhere; a machine that stays slow is replaced.",
    check,
};

/// It is busy for at least this share of the time…
const BUSY_MIN: f64 = 0.9;
/// …and does at most this part of what the others do for the time that they are busy.
const PART_MAX: f64 = 0.5;
/// Tasks a second that say something.
const TASKS_MIN: f64 = 1.0;

fn check(snapshot: &Snapshot) -> Option<String> {
    let (worker, times) = slowest(snapshot)?;
    let (busy, part) = (share(worker.utilisation), figure(times));
    Some(format!("{} is busy for {busy} of the time, and the others do {part} times as much in as long", worker.name))
}

/// The machine that is slower than the others of its pool, and how many times as much these do.
pub(super) fn slowest(snapshot: &Snapshot) -> Option<(&WorkerView, f64)> {
    comparable(snapshot).find_map(|machines| {
        // For each core and second at work.
        let pace = |worker: &WorkerView| {
            let busy = worker.utilisation * f64::from(worker.cores);
            (busy > 0.1).then(|| worker.tasks_per_sec / busy)
        };
        let usual = median(machines.iter().filter_map(|worker| pace(worker)).collect());
        let slowest = machines
            .iter()
            .filter(|worker| worker.utilisation >= BUSY_MIN && worker.tasks_per_sec >= TASKS_MIN)
            .filter_map(|worker| Some((worker, pace(worker)?)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let (worker, own) = slowest;
        (own <= PART_MAX * usual).then(|| (*worker, usual / own.max(f64::MIN_POSITIVE)))
    })
}
