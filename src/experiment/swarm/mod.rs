//! Random scenarios: everything about one follows from one seed, so that a seed in a message is all one needs to see a
//! failure again (after TigerBeetle's simulator, `src/vopr.zig`).

mod dice;
mod scenario;

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
pub use scenario::scenario;

use crate::engine::{self, Audit};
use crate::scenario::{Host, Scenario, Stage, load};

/// What many random scenarios came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Scenarios that were run.
    pub seeds: u64,
    /// Events that were looked at.
    pub events: u64,
    /// Jobs that arrived.
    pub jobs: u64,
    /// Seeds whose books were wrong, in order, and what was.
    pub failures: Vec<(u64, String)>,
}

/// Runs the scenarios with these seeds in parallel, each in a safety phase and a liveness phase, and looks at the books
/// after every event ([`engine::audit`]); and each once more without looking, which must come to the same history.
pub fn examine(seeds: Range<u64>) -> Report {
    let count = seeds.end.saturating_sub(seeds.start);
    let looked: Vec<(u64, Result<Audit, String>)> =
        seeds.into_par_iter().map(|seed| (seed, examine_one(seed))).collect();
    let mut report = Report { seeds: count, ..Report::default() };
    for (seed, looked) in looked {
        match looked {
            Ok(audit) => {
                report.events += audit.events;
                report.jobs += audit.totals.jobs.arrived;
            }
            Err(what) => report.failures.push((seed, what)),
        }
    }
    report
}

fn examine_one(seed: u64) -> Result<Audit, String> {
    let host = Host { cores: 2, cpu: "swarm".to_owned() };
    let scenario = load(&scenario(seed), "swarm", &host).map_err(|errors| errors.to_string())?;
    let scenario = Arc::new(scenario);
    let run = || engine::audit(scenario.clone()).map_err(|err| err.to_string());
    let audit = catch_unwind(AssertUnwindSafe(run)).map_err(|panic| said(panic.as_ref()))??;
    if audit.stuck > 0 && !can_deadlock(&scenario) {
        return Err(format!("{} jobs never end: {:?}", audit.stuck, audit.totals.jobs));
    }
    // The same again, as far as that went, without anybody looking.
    let until = Scenario { duration: Some(audit.until.since(crate::base::Time::ZERO)), ..(*scenario).clone() };
    let again = catch_unwind(AssertUnwindSafe(|| engine::simulate(Arc::new(until)).map_err(|err| err.to_string())));
    let again = again.map_err(|panic| said(panic.as_ref()))??.summary;
    if (again.totals, again.hash.as_str()) != (audit.totals, format!("{:016x}", audit.hash).as_str()) {
        return Err(format!("the same seed came to another history: {:?}, then {:?}", audit.totals, again.totals));
    }
    Ok(audit)
}

/// Whether callers may hold all the cores that those they call need: calls have no deadline yet, so that lasts.
fn can_deadlock(scenario: &Scenario) -> bool {
    scenario.jobs.iter().any(|job| {
        let upward = |stage: &Stage, call: &crate::base::StageIx| job.stages[call.ix()].pool <= stage.pool;
        job.stages.iter().any(|stage| stage.calls.iter().any(|call| upward(stage, call)))
    })
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_hundred_random_scenarios_keep_their_books() {
        let report = examine(0..300);
        assert_eq!(report.failures, []);
        println!("{} jobs in {} events", report.jobs, report.events);
        assert!(report.jobs > 6_000 && report.events > 100_000, "so few show little: {report:?}");
    }
}
