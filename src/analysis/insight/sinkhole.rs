//! A sinkhole: one machine fails what it gets, quickly, and so gets more than its share.

use super::{Diagnoser, comparable};
use crate::base::figures::{figure, share};
use crate::metrics::snapshot::{Snapshot, WorkerView};

pub(super) const DIAGNOSER: Diagnoser = Diagnoser {
    name: "sinkhole",
    explain: "A machine that fails at once always looks the least loaded, so a balancer that looks at load sends it most of the \
              work. Outlier detection leaves it out; a balancer that counts errors as slow answers avoids it.",
    check,
};

/// It fails at least this share of what it gets…
const FAILS_MIN: f64 = 0.5;
/// …and gets so many times what the others get on average.
const SHARE_MIN: f64 = 2.0;
/// Answers that say something.
const ANSWERS_MIN: u64 = 100;

fn check(snapshot: &Snapshot) -> Option<String> {
    comparable(snapshot).find_map(|machines| {
        let answers = |worker: &WorkerView| worker.completed + worker.failed;
        let all: u64 = machines.iter().map(|worker| answers(worker)).sum();
        let worst = machines.iter().max_by_key(|worker| worker.failed)?;
        let own = answers(worst);
        let others = (all - own) as f64 / (machines.len() - 1) as f64;
        let fails = worst.failed as f64 / own.max(1) as f64;
        let times = own as f64 / others.max(1.0);
        (own >= ANSWERS_MIN && fails >= FAILS_MIN && times >= SHARE_MIN).then(|| {
            let (fails, times) = (share(fails), figure(times));
            format!("{} fails {fails} of what it gets, and gets {times} times as much as the others", worst.name)
        })
    })
}
