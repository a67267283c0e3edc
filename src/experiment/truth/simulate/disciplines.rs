//! One server, and an order of service other than first come, first served.

use super::super::formulas::Refusal;
use super::draft::{Draft, Horizon, UNBOUNDED, exponential, law, secs, width};
use super::queues::{POOL, System, controls, is_heavy, measure};
use super::{Effort, Gap, Measure, Planned, Target};
use crate::analysis::queueing::{Law, MG1};
use crate::experiment::truth::formulas::queues::{exponential_mean, mean_service};
use crate::experiment::truth::formulas::suffix_number;
use crate::experiment::truth::{Case, Quantity};

/// The jobs whose size nobody asks for.
const OTHERS: &str = "others";
/// Share of the load of the jobs whose sizes a case asks for.
const SIZED_LOAD: f64 = 0.3;

/// Processor sharing. It does not matter which law the services have, but for their mean; so where a case asks for the
/// response of jobs of some sizes, jobs of just these sizes are among the others, and the mean service stays what it is.
pub(super) fn sharing(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (rate, service) = (input.number("arrival_rate")?, input.text("service")?);
    let (text, known) = if service.starts_with("any") {
        (exponential(1.0), Law::exponential(1.0).map_err(Refusal::from)?)
    } else {
        law(service, input, mean_service(input)?)?
    };
    let sizes: Vec<f64> = case.expected.iter().filter_map(|quantity| size(&quantity.name)).collect();
    let horizon = horizon(rate, known.mean(), known.scv(), effort);
    let serve = format!("ProcessorSharing(jobs_max: {UNBOUNDED})");
    let mut draft = Draft::default().special_pool(POOL, 1, 1, "RoundRobin", &serve, "attempts: 1");
    let mut rest = (rate, rate * known.mean());
    for (ix, size) in sizes.iter().enumerate() {
        let share = SIZED_LOAD * rate * known.mean() / sizes.len() as f64 / size;
        rest = (rest.0 - share, rest.1 - share * size);
        let name = format!("sized-{ix}");
        draft = draft.stage("serve", POOL, &[], 1, &format!("Constant({})", secs(*size))).job(&name, "");
        draft = draft.open_for(&name, "Poisson", share, "");
    }
    let text = if sizes.is_empty() { text } else { exponential(rest.1 / rest.0) };
    if rest.0 <= 0.0 || rest.1 <= 0.0 {
        return Err(Gap::NotYet("jobs so small that others would have to be negative"));
    }
    let draft = draft.stage("serve", POOL, &[], 1, &text).job(OTHERS, "").open_for(OTHERS, "Poisson", rest.0, "");
    Ok(draft.plan(case, horizon, width(rate * known.mean(), false), move |quantity| {
        let name = quantity.name.as_str();
        if let Some(wanted) = size(name) {
            let kind = sizes.iter().position(|known| *known == wanted)?;
            return Some(Target::Meter(Measure::ResponseOf(kind), 1.0));
        }
        of_one(quantity)
    }))
}

/// The size in `mean_response_of_size_0_5`.
fn size(name: &str) -> Option<f64> {
    suffix_number(name, "mean_response_of_size_")
}

/// Shortest remaining time.
pub(super) fn shortest_remaining(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (text, known) = law(input.text("service")?, input, mean_service(input)?)?;
    let rate = input.number("arrival_rate")?;
    let first_come = MG1::new(rate, known.clone()).map_err(Refusal::from)?.mean_response();
    let serve = format!("ShortestRemaining(queue_max: {UNBOUNDED})");
    let draft = Draft::default()
        .special_pool(POOL, 1, 1, "RoundRobin", &serve, "attempts: 1")
        .stage("serve", POOL, &[], 1, &text)
        .open("Poisson", rate);
    let horizon = horizon(rate, known.mean(), known.scv(), effort);
    let width = width(rate * known.mean(), is_heavy(&text));
    let mut plan = draft.plan(case, horizon, width, move |quantity| match quantity.name.as_str() {
        "ratio_to_fcfs" => Some(Target::Meter(Measure::Response, 1.0 / first_come)),
        _ => of_one(quantity),
    });
    plan.controls = controls(rate, known.mean(), known.scv());
    Ok(plan)
}

/// Two classes of jobs; `preemption` is `None` or `Resume`.
pub(super) fn priorities(case: &Case, effort: &Effort, preemption: &str) -> Planned {
    let input = &case.input;
    let (high, low) = (input.number("arrival_rate_high")?, input.number("arrival_rate_low")?);
    let (text, known) = match input.text("service") {
        Ok(service) if service.trim().to_lowercase().starts_with("exponential") => {
            let mean = exponential_mean(input)?;
            (exponential(mean), Law::exponential(mean).map_err(Refusal::from)?)
        }
        _ => law(input.text("service")?, input, mean_service(input)?)?,
    };
    let serve = format!("Priority(queue_max: {UNBOUNDED}, preemption: {preemption})");
    let mut draft = Draft::default().special_pool(POOL, 1, 1, "RoundRobin", &serve, "attempts: 1");
    for (name, priority, rate) in [("high", 1, high), ("low", 0, low)] {
        draft = draft.stage("serve", POOL, &[], 1, &text).job(name, &format!("priority: {priority}, "));
        draft = draft.open_for(name, "Poisson", rate, "");
    }
    let horizon = horizon(high + low, known.mean(), known.scv(), effort);
    Ok(draft.plan(case, horizon, width((high + low) * known.mean(), false), move |quantity| {
        let measure = match quantity.name.as_str() {
            _ if quantity.at.is_some() => return None,
            "mean_wait_high" => Measure::WaitOf(0),
            "mean_wait_low" => Measure::WaitOf(1),
            "mean_response_high" => Measure::ResponseOf(0),
            "mean_response_low" => Measure::ResponseOf(1),
            _ => return of_one(quantity),
        };
        Some(Target::Meter(measure, 1.0))
    }))
}

fn horizon(rate: f64, mean: f64, scv: f64, effort: &Effort) -> Horizon {
    let system = System { rate, mean, servers: 1, room: UNBOUNDED };
    Horizon::new(system.relaxation(scv), rate, effort)
}

/// What every single server has.
fn of_one(quantity: &Quantity) -> Option<Target> {
    if quantity.at.is_some() {
        return None;
    }
    measure(&quantity.name).map(|measure| Target::Meter(measure, 1.0))
}
