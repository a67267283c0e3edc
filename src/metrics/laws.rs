//! Laws that hold in every run, whatever the scenario: if one of them does not, the program is wrong, not the system.
//!
//! Each compares two meters that share nothing. Little's law (Little, "A proof for the queuing formula L = lambda W",
//! Operations Research 1961) and the utilisation law (Denning and Buzen, "The operational analysis of queueing network
//! models", Computing Surveys 1978) are operational: over any stretch of time they hold exactly, once what is still in
//! progress at its end is counted with its age.

use super::recorder::Recorder;
use super::summary::Check;
use crate::base::Time;
use crate::cluster::{Fact, Totals};
use crate::scenario::Mode;

/// Sums of whole nanoseconds, read as floating point.
const ROUNDING: f64 = 1e-12;
/// Where attempts share cores, the core time of each is rounded to a nanosecond.
const ROUNDED_NANOS: f64 = 1.0;
/// Live, threads may report this much more work than the dispatcher saw them at: their clock readings are not its own.
const LIVE_SLACK: f64 = 0.01;

/// Meters that count for the laws alone.
#[derive(Clone, Debug, Default)]
pub(super) struct LawMeter {
    arrived: u64,
    ended: u64,
    /// Job-nanoseconds in the system, of those that ended.
    stayed: u128,
    /// When those in the system arrived, added up.
    arrivals_inside: u128,
    /// Core-nanoseconds at work, of attempts that ended.
    worked: u128,
}

impl LawMeter {
    #[inline]
    pub(super) fn fact(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::JobArrived { .. } => {
                self.arrived += 1;
                self.arrivals_inside += u128::from(now.0);
            }
            Fact::JobEnded { arrived, .. } => {
                self.ended += 1;
                self.stayed += u128::from(now.since(arrived).0);
                self.arrivals_inside -= u128::from(arrived.0);
            }
            Fact::AttemptEnded { run, .. } => self.worked += u128::from(run.0),
            Fact::Worker { .. }
            | Fact::Preempted { .. }
            | Fact::Guarded { .. }
            | Fact::Fetched { .. }
            | Fact::Scaled { .. } => {}
        }
    }
}

impl Recorder {
    /// What the laws come to at `end`. `busy_area` is the core-nanoseconds at work of all machines until then,
    /// `in_progress` how much of it attempts have had that have not ended.
    pub fn checks(&self, end: Time, totals: &Totals, busy_area: u64, in_progress: u64) -> Vec<Check> {
        let laws = &self.laws;
        let secs = end.secs();
        let per_time = |nanos: f64| if secs > 0.0 { nanos / 1e9 / secs } else { 0.0 };
        let agrees = |one: f64, other: f64, slack: f64| (one - other).abs() <= ROUNDING * one.max(other) + slack;
        let inside = u128::from(laws.arrived - laws.ended);
        let ages = (inside * u128::from(end.0)).saturating_sub(laws.arrivals_inside);
        let number = per_time(self.in_system.whole(end));
        let by_stays = per_time((laws.stayed + ages) as f64);
        let busy = per_time(busy_area as f64);
        let by_work = per_time((laws.worked + u128::from(in_progress)) as f64);
        let rounded = per_time(ROUNDED_NANOS * totals.attempts.arrived as f64);
        // Threads take up by themselves what they were told before, and so does what stands for them.
        let is_told_later = self.scenario.mode == Mode::Live || self.scenario.hands_ahead();
        let [arrived, ended] = [totals.jobs.arrived, totals.jobs.ended.iter().sum()];
        let counted = [laws.arrived, laws.ended, self.in_system.value()];
        let balances = [totals.jobs, totals.tasks, totals.attempts].iter().all(crate::cluster::Account::balances);
        vec![
            Check {
                law: "Little's law: mean jobs in the system = arrivals per second x mean stay".to_owned(),
                measured: number,
                expected: by_stays,
                holds: agrees(number, by_stays, 0.0),
            },
            Check {
                law: if is_told_later {
                    "utilisation law: mean busy cores as the dispatcher sees them >= what threads say they worked"
                } else {
                    "utilisation law: mean busy cores = attempts per second x mean core time"
                }
                .to_owned(),
                measured: busy,
                expected: by_work,
                holds: if is_told_later {
                    by_work <= busy * (1.0 + LIVE_SLACK)
                } else {
                    agrees(busy, by_work, rounded)
                },
            },
            Check {
                law: "conservation: jobs arrived = jobs ended + jobs in flight".to_owned(),
                measured: arrived as f64,
                expected: (ended + totals.jobs.in_flight) as f64,
                holds: balances && counted == [arrived, ended, totals.jobs.in_flight],
            },
        ]
    }
}
