//! Several stages: one after the other, at once, or round and round.

use super::draft::{Draft, Horizon, UNBOUNDED, count, exponential, law, secs, width};
use super::queues::measure;
use super::{Effort, Gap, Measure, Planned, Target};
use crate::analysis::queueing::{Jackson, Station};
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::formulas::queues::{exponential_mean, service_rate};
use crate::experiment::truth::{Case, Quantity};
use crate::scenario::limits;

/// What Nelson and Tantawi say of their approximation, up to 32 branches.
const NELSON_TANTAWI: f64 = 0.05;
/// Jobs of a replication where jobs are alone in the system, so that each is a sample of its own.
const INDEPENDENT_JOBS: f64 = 2_000.0;

pub(super) fn repairman(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let clients = count(input, "customers", 1, limits::CLIENTS_MAX)?;
    let servers = count(input, "servers", 1, limits::CORES_MAX)?;
    let (think, mean) = (1.0 / input.number("request_rate_per_idle_customer")?, 1.0 / service_rate(input)?);
    let rate = (f64::from(clients) / (think + mean)).min(f64::from(servers) / mean);
    let drift = f64::from(clients) * mean / f64::from(servers);
    let horizon = Horizon::new(think + mean + drift, rate, effort);
    let draft = Draft::default()
        .pool("servers", 1, servers, "RoundRobin", UNBOUNDED)
        .stage("repair", "servers", &[], 1, &exponential(mean))
        .closed(clients, &exponential(think));
    Ok(draft.plan(case, horizon, width(0.0, false), move |quantity| {
        plain(quantity).and_then(|name| match name {
            "prob_all_servers_busy" => Some(Target::Meter(Measure::NumberAtLeast(servers as usize), 1.0)),
            "utilization" => Some(Target::Meter(Measure::Busy, 1.0 / f64::from(servers))),
            _ => measure(name).map(|measure| Target::Meter(measure, 1.0)),
        })
    }))
}

pub(super) fn closed(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (demands, think) = (input.numbers("demands")?, input.number_or("think_time", 0.0)?);
    let clients = count(input, "customers", 1, limits::CLIENTS_MAX)?;
    let largest = demands.iter().copied().fold(0.0, f64::max);
    // By the demands and not by what was busiest in a run: the larger of two that are alike is larger than either.
    let bottleneck = demands.iter().position(|demand| *demand == largest).unwrap_or(0);
    let total: f64 = demands.iter().sum();
    let rate = (f64::from(clients) / (think + total)).min(1.0 / largest);
    let crowd = f64::from(clients) + 1.0;
    let horizon = Horizon::new(think + total + crowd * crowd * largest / 4.0, rate, effort);
    let think_law = if think > 0.0 { exponential(think) } else { format!("Constant({})", secs(0.0)) };
    let draft = chain(&demands)?.closed(clients, &think_law);
    Ok(draft.plan(case, horizon, width(0.0, false), move |quantity| {
        let place = quantity.place::<usize>();
        let measure = match (quantity.name.as_str(), place) {
            ("mean_numbers", Some(pool)) => Measure::PoolNumber(pool),
            ("utilizations", Some(pool)) => Measure::PoolBusy(pool),
            ("bottleneck_utilization", None) => Measure::PoolBusy(bottleneck),
            ("saturation_point_Nstar", None) => Measure::SaturationPoint(think, bottleneck),
            (name, None) => measure(name)?,
            _ => return None,
        };
        Some(Target::Meter(measure, 1.0))
    }))
}

pub(super) fn tandem(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let rate = input.number("arrival_rate")?;
    let means: Vec<f64> = input.numbers("service_rates")?.into_iter().map(|rate| 1.0 / rate).collect();
    let utilisation = means.iter().map(|mean| mean * rate).fold(0.0, f64::max);
    let relaxation: f64 = means.iter().map(|mean| 1.0 / ((1.0 / mean).sqrt() - rate.sqrt()).powi(2)).sum();
    let horizon = Horizon::new(relaxation, rate, effort);
    let draft = chain(&means)?.open("Poisson", rate);
    Ok(draft.plan(case, horizon, width(utilisation, false), move |quantity| {
        plain(quantity).and_then(measure).map(|measure| Target::Meter(measure, 1.0))
    }))
}

/// Stations between which jobs go with probabilities.
pub(super) fn jackson(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (external, routing) = (input.numbers("external_arrivals")?, input.matrix("routing")?);
    let rates = input.numbers("service_rates")?;
    let servers = if input.has("servers") { input.numbers("servers")? } else { vec![1.0; rates.len()] };
    let stations = rates.into_iter().zip(servers).map(|(rate, servers)| (1.0 / rate, servers as u32)).collect();
    routed(case, effort, &external, &routing, stations)
}

/// One station to which a job returns with a probability.
pub(super) fn feedback(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let external = [input.number("external_arrival_rate")?];
    let routing = [vec![input.number("feedback_probability")?]];
    routed(case, effort, &external, &routing, vec![(1.0 / input.number_or("service_rate", 1.0)?, 1)])
}

/// Jobs that arrive at stations with these rates, and go from each to each with these probabilities. A station is a mean
/// service and a number of servers.
fn routed(case: &Case, effort: &Effort, external: &[f64], routing: &[Vec<f64>], stations: Vec<(f64, u32)>) -> Planned {
    let rate: f64 = external.iter().sum();
    let solved = Jackson::new(
        external,
        routing,
        &stations.iter().map(|&(mean, servers)| Station { service_rate: 1.0 / mean, servers }).collect::<Vec<_>>(),
    )
    .map_err(Refusal::from)?;
    let name = |station: usize| format!("station-{station}");
    let ways = |chances: &[f64]| {
        let ways = chances.iter().enumerate().filter(|(_, chance)| **chance > 0.0);
        ways.map(|(to, chance)| format!("(\"{}\", {chance:?})", name(to))).collect::<Vec<_>>().join(", ")
    };
    let mut draft = Draft::default();
    for (station, &(mean, servers)) in stations.iter().enumerate() {
        let then = format!("then: [{}]", ways(&routing[station]));
        draft = draft.pool(&name(station), 1, servers, "RoundRobin", UNBOUNDED).special_stage(
            &name(station),
            &name(station),
            &exponential(mean),
            &then,
        );
    }
    let entry: Vec<f64> = external.iter().map(|one| one / rate).collect();
    let draft = draft.job("job", &format!("start: [{}], ", ways(&entry))).open("Poisson", rate);
    // Each station as a queue of its own, as often as a job comes by.
    let visits = solved.arrival_rates().iter().sum::<f64>() / rate;
    let relaxation: f64 = solved
        .arrival_rates()
        .iter()
        .zip(&stations)
        .map(|(rate, &(mean, servers))| 1.0 / ((f64::from(servers) / mean).sqrt() - rate.sqrt()).powi(2))
        .sum();
    let mut horizon = Horizon::new(relaxation * visits, rate, effort);
    horizon.weigh(visits);
    let busiest = solved.utilizations().into_iter().fold(0.0, f64::max);
    Ok(draft.plan(case, horizon, width(busiest, false), move |quantity| {
        let station = quantity.place::<usize>();
        let (measure, factor) = match (quantity.name.as_str(), station) {
            ("station_arrival_rates", Some(station)) => (Measure::PoolThroughput(station), 1.0),
            ("utilizations", Some(station)) => (Measure::PoolBusy(station), 1.0 / f64::from(stations.get(station)?.1)),
            ("mean_numbers", Some(station)) => (Measure::PoolNumber(station), 1.0),
            ("mean_responses", Some(station)) => (Measure::PoolResponse(station), 1.0),
            ("total_arrival_rate", None) => (Measure::PoolThroughput(0), 1.0),
            ("mean_number_total", None) => (Measure::Number, 1.0),
            (name, None) => (measure(name)?, 1.0),
            _ => return None,
        };
        Some(Target::Meter(measure, factor))
    }))
}

/// One client that asks again as soon as it is answered: jobs are alone, and each is a sample of its own.
pub(super) fn fan_out(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let calls = count(input, "parallel_calls", 1, limits::CORES_MAX)?;
    let (law, known) = law(input.text("call_time")?, input, 1.0)?;
    let jobs = INDEPENDENT_JOBS.max(effort.jobs_min / f64::from(calls));
    let mut horizon = Horizon::of(1.0, jobs * known.mean() * (1.0 + libm::log(f64::from(calls))), 1.0);
    horizon.weigh(f64::from(calls));
    let draft = Draft::default()
        .pool("callees", 1, calls, "RoundRobin", UNBOUNDED)
        .stage("call", "callees", &[], calls, &law)
        .closed(1, &format!("Constant({})", secs(0.0)));
    Ok(draft.plan(case, horizon, width(0.0, false), move |quantity| {
        let name = plain(quantity)?;
        let measure = if name == "mean" { Measure::Response } else { measure(name)? };
        Some(Target::Meter(measure, 1.0))
    }))
}

/// A pool for each branch; all branches begin when a job arrives.
pub(super) fn fork_join(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (rate, mean) = (input.number("arrival_rate")?, exponential_mean(input)?);
    let branches = count(input, "servers", 2, limits::STAGES_MAX as u32)?;
    let utilisation = rate * mean;
    let relaxation = 1.0 / ((1.0 / mean).sqrt() - rate.sqrt()).powi(2);
    let mut horizon = Horizon::new(relaxation, rate, effort);
    horizon.weigh(f64::from(branches));
    let mut draft = Draft::default().open("Poisson", rate);
    for branch in 0..branches {
        let name = format!("branch-{branch}");
        draft = draft.pool(&name, 1, 1, "RoundRobin", UNBOUNDED).stage(&name, &name, &[], 1, &exponential(mean));
    }
    let known = case.expected_number("our_simulation_std_error");
    Ok(draft.plan(case, horizon, width(utilisation, false), move |quantity| {
        let measure = Measure::Response;
        Some(match plain(quantity)? {
            "mean_response" => Target::Meter(measure, 1.0),
            "nelson_tantawi_approximation" => Target::Biased(measure, NELSON_TANTAWI),
            "upper_bound" => Target::AtMost(measure),
            "lower_bound" => Target::AtLeast(measure),
            "our_simulation" => Target::Sample(measure, known?),
            "our_simulation_std_error" => Target::Shown("the error of the table's own simulation"),
            _ => return None,
        })
    }))
}

/// Stations one after the other, each a pool of one machine with one core.
fn chain(means: &[f64]) -> Result<Draft, Gap> {
    if means.len() > limits::STAGES_MAX {
        return Err(Gap::NotYet("so many machines or stages"));
    }
    if means.iter().any(|mean| mean.is_nan() || *mean <= 0.0) {
        let (key, needs) = ("demands".to_owned(), "a list of numbers above zero".to_owned());
        return Err(Gap::Refused(Refusal::Unreadable { key, needs }));
    }
    let names: Vec<String> = (0..means.len()).map(|station| format!("station-{station}")).collect();
    let mut draft = Draft::default();
    for (station, (name, mean)) in names.iter().zip(means).enumerate() {
        let after: Vec<&str> = station.checked_sub(1).map(|before| names[before].as_str()).into_iter().collect();
        draft = draft.pool(name, 1, 1, "RoundRobin", UNBOUNDED).stage(name, name, &after, 1, &exponential(*mean));
    }
    Ok(draft)
}

/// The name of a quantity that is one number.
fn plain(quantity: &Quantity) -> Option<&str> {
    quantity.at.is_none().then_some(quantity.name.as_str())
}
