//! Does a run keep up? Stable, saturated or overloaded, with the evidence.
//!
//! Overloaded: the jobs in the system grow over the last half of the run by more than chance explains, or more work is
//! refused or fails than can be overlooked. A queue that neither grows nor shrinks in the mean still wanders like a
//! random walk: with `a` arrivals and `d` departures its number moves by about sqrt(a + d). Worked example: 185/s arrive
//! and 142/s finish for 30 s, so 1,290 more jobs are inside; chance gives sqrt(5,550 + 4,260) = 99, twice that is 198:
//! overloaded.
//!
//! Saturated: not that, but the cores of the busiest pool are at work nearly all the time, so that a little more load
//! would be too much (the knee of a closed system, where throughput follows the clients no more).

use super::recorder::Recorder;
use super::series::Series;
use super::summary::{Saturation, SaturationState};
use crate::base::figures::{share, signed_per_sec};
use crate::base::{Span, Time};

impl Recorder {
    /// Whether the run that ends at `end` kept up.
    pub(super) fn saturation(&self, end: Time) -> Saturation {
        let sensitivity = self.scenario.sensitivity;
        let from = (Time::ZERO + Span(end.0 / 2)).max(Time::ZERO + self.scenario.warmup);
        let secs = end.since(from).secs();
        let series = &self.series;
        let total = |series: &Series| mean(series, from, end) * secs;
        let (arrived, completed, failed) = (total(&series.offered), total(&series.completed), total(&series.errors));
        let mut inside = series.in_flight.range(from, end, usize::MAX);
        let first = inside.next().map_or(0.0, |cell| cell.mean);
        let last = inside.last().map_or(first, |cell| cell.mean);
        let per_sec = |jobs: f64| if secs > 0.0 { jobs / secs } else { 0.0 };
        let growth = per_sec(last - first);
        let walk = sensitivity.standard_deviations() * (arrived + completed + failed).sqrt();
        let chance = per_sec(walk).max(sensitivity.growth_share() * per_sec(arrived));
        let errors_share = if failed > 0.0 { failed / (completed + failed) } else { 0.0 };
        let (busiest_pool, busiest_utilisation) = self.busiest(from, end);
        let at_work = format!("{} of the cores of \"{busiest_pool}\" are at work", share(busiest_utilisation));
        let (state, evidence) = if growth > chance {
            let (grows, by_chance) = (signed_per_sec(growth), signed_per_sec(chance));
            let evidence = format!("the jobs inside grow by {grows}; chance explains {by_chance}");
            (SaturationState::Overloaded, evidence)
        } else if errors_share > sensitivity.errors_share() {
            let evidence = format!("{} of the jobs that end are refused or fail", share(errors_share));
            (SaturationState::Overloaded, evidence)
        } else {
            let is_full = busiest_utilisation >= sensitivity.busy_share();
            let state = if is_full { SaturationState::Saturated } else { SaturationState::Stable };
            (state, format!("{at_work}; the jobs inside do not grow"))
        };
        Saturation {
            state,
            sensitivity,
            growth_per_sec: growth,
            chance_per_sec: chance,
            errors_share,
            busiest_pool,
            busiest_utilisation,
            evidence,
        }
    }

    /// The pool with the most of its cores at work, and how many that is.
    fn busiest(&self, from: Time, end: Time) -> (String, f64) {
        let pools = &self.scenario.pools;
        if let [only] = pools.as_slice() {
            return (only.name.clone(), mean(&self.series.utilisation, from, end));
        }
        let busiest = self.last_pools.iter().max_by(|one, other| one.utilisation.total_cmp(&other.utilisation));
        busiest.map_or((String::new(), 0.0), |pool| (pools[pool.pool.ix()].name.clone(), pool.utilisation))
    }
}

/// The mean of a series over a stretch of time.
fn mean(series: &Series, from: Time, to: Time) -> f64 {
    let cells = series.range(from, to, usize::MAX).filter(|cell| cell.start >= from);
    let (sum, count) = cells.fold((0.0, 0u32), |(sum, count), cell| (sum + cell.mean, count + 1));
    sum / f64::from(count.max(1))
}
