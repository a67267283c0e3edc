//! Clients that give up, or come back.

use super::draft::{Draft, Horizon, UNBOUNDED, exponential, width};
use super::queues::{POOL, System, measure, servers};
use super::{Effort, Measure, Planned, Target};
use crate::experiment::truth::Case;
use crate::experiment::truth::formulas::queues::service_rate;

/// Erlang A: who waits leaves after an exponential time.
pub(super) fn impatient(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (rate, mean, servers) = (input.number("arrival_rate")?, 1.0 / service_rate(input)?, servers(input)?);
    let patience = 1.0 / input.number("abandonment_rate")?;
    // Those who leave keep the queue short: it forgets its past within their patience and a service.
    let horizon = Horizon::new(4.0 * (patience + mean), rate, effort);
    let draft = Draft::default()
        .pool(POOL, 1, servers, "RoundRobin", UNBOUNDED)
        .stage("serve", POOL, &[], 1, &exponential(mean))
        .job("job", "")
        .open_for("job", "Poisson", rate, &format!("patience: {}, ", exponential(patience)));
    Ok(draft.plan(case, horizon, width(0.0, false), move |quantity| {
        let (measure, factor) = match quantity.name.as_str() {
            _ if quantity.at.is_some() => return None,
            "prob_wait" => (Measure::WaitedOrLeft, 1.0),
            "prob_abandon" => (Measure::Left, 1.0),
            "mean_wait_all" | "mean_wait" => (Measure::WaitOrLeave, 1.0),
            "utilization" => (Measure::Busy, 1.0 / f64::from(servers)),
            name => (measure(name)?, 1.0),
        };
        Some(Target::Meter(measure, factor))
    }))
}

/// Who finds the server busy comes back after an exponential time, as often as it takes.
pub(super) fn retrials(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (rate, mean) = (input.number("arrival_rate")?, 1.0 / service_rate(input)?);
    let away = 1.0 / input.number("retry_rate_per_waiting_customer")?;
    let system = System { rate, mean, servers: 1, room: UNBOUNDED };
    // Slower than the queue that would be there instead of the orbit, by what coming back takes.
    let relaxation = system.relaxation(1.0) * (1.0 + away / mean);
    let mut horizon = Horizon::new(relaxation, rate, effort);
    horizon.weigh(1.0 + away.recip() * mean / (1.0 - rate * mean).max(0.01));
    let draft = Draft::default()
        .pool(POOL, 1, 1, "RoundRobin", 0)
        .stage("serve", POOL, &[], 1, &exponential(mean))
        .job("job", "")
        .open_for("job", "Poisson", rate, &format!("comes_back: {}, ", exponential(away)));
    Ok(draft.plan(case, horizon, width(rate * mean, false), move |quantity| {
        let measure = match quantity.name.as_str() {
            _ if quantity.at.is_some() => return None,
            // The second is the table's own check of the first.
            "mean_orbit" | "mean_orbit_numeric" => Measure::Orbit,
            name => measure(name)?,
        };
        Some(Target::Meter(measure, 1.0))
    }))
}
