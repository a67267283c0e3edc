//! A retry storm: more is tried again than comes in, and hardly anything of it gets through.

use super::{Diagnoser, lately};
use crate::base::figures::{figure, per_sec};
use crate::metrics::snapshot::Snapshot;

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "retry storm",
    explain: "Attempts that fail or are too late are made again, and are themselves what keeps the others from being in time: it \
              lasts though what set it off is over. A retry budget, deadlines that travel with requests, or a gate ends it.",
    check,
};

/// Tried again for each job that comes in, at least.
const RETRIES_MIN: f64 = 0.5;
/// Answered of what comes in, at most.
const ANSWERED_MAX: f64 = 0.7;

fn check(snapshot: &Snapshot) -> Option<String> {
    let series = &snapshot.series;
    let (retries, offered) = (lately(snapshot, &series.retries)?, lately(snapshot, &series.offered)?);
    let completed = lately(snapshot, &series.completed)?;
    let per_job = retries / offered;
    (offered > 0.0 && per_job >= RETRIES_MIN && completed <= ANSWERED_MAX * offered).then(|| {
        format!(
            "{} retries for each job that comes in; {} arrive and {} are answered",
            figure(per_job),
            per_sec(offered),
            per_sec(completed)
        )
    })
}
