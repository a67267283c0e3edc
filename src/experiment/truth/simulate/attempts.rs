//! Several attempts of a task: one after the other when they fail, or at once.

use super::draft::{Draft, Horizon, UNBOUNDED, count, exponential, law, secs, width};
use super::{Effort, Measure, Planned, Target};
use crate::experiment::truth::Case;
use crate::experiment::truth::formulas::percentile;
use crate::experiment::truth::formulas::queues::exponential_mean;
use crate::scenario::limits;

/// Jobs of a replication where nothing queues, so that each is a sample of its own.
const INDEPENDENT_JOBS: f64 = 4_000.0;

/// Attempts that fail with a probability and are made again.
pub(super) fn retries(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (failure, retries) = (input.number("failure_probability_per_attempt")?, input.count("max_retries")?);
    chain(case, effort, failure, retries, 1)
}

/// The same in a chain of services, each of which makes its calls again.
pub(super) fn retry_chain(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let failure = input.number_or("failure_probability_at_bottom", 1.0)?;
    let layers = count(input, "layers_that_retry", 1, limits::STAGES_MAX as u32)?;
    chain(case, effort, failure, input.count("max_retries")?, layers)
}

/// Services that call each other down to one that fails. Jobs come at regular times, each when the one before is long
/// over, so that nothing queues, and the run begins and ends between two of them: attempts are counted whole.
fn chain(case: &Case, effort: &Effort, failure: f64, retries: u32, layers: u32) -> Planned {
    /// Seconds between two jobs, and how long one takes at most.
    const GAP: f64 = 1.25;
    const JOB: f64 = 0.1;
    let tries = f64::from(retries + 1);
    let services: f64 = (1..=layers).map(|layer| tries.powi(layer as i32)).sum();
    let jobs = (INDEPENDENT_JOBS.max(effort.jobs_min) / services).max(50.0).ceil();
    let mut horizon = Horizon::of(0.0, 5.0 * (jobs / 4.0).ceil() + 2.0, 1.0 / GAP);
    horizon.weigh(services);
    let name = |layer: u32| format!("layer-{layer}");
    let mut draft = Draft::default();
    for layer in 0..layers {
        let more = if layer + 1 < layers {
            format!("calls: [\"{}\"]", name(layer + 1))
        } else {
            format!("errors: {failure:?}")
        };
        let law = format!("Constant({})", secs(JOB / services));
        draft = draft
            .special_pool(&name(layer), 1, 4, "RoundRobin", "Fifo", &format!("attempts: {}", retries + 1))
            .special_stage(&name(layer), &name(layer), &law, &more);
    }
    let draft = draft.open("Regular", 1.0 / GAP);
    let bottom = layers as usize - 1;
    Ok(draft.plan(case, horizon, width(0.0, false), move |quantity| {
        let measure = match quantity.name.as_str() {
            _ if quantity.at.is_some() => return None,
            "attempts_per_request" | "attempts_at_bottom_per_request" => Measure::AttemptsAt(bottom),
            "prob_final_failure" => Measure::Blocking,
            "prob_final_success" => Measure::Success,
            _ => return None,
        };
        Some(Target::Meter(measure, 1.0))
    }))
}

/// A copy after a delay, beside the same without one: two pools that two clients ask, each alone.
pub(super) fn hedge(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (law, known) = law(input.text("service")?, input, 1.0)?;
    let copies = format!("attempts: 1, copies: (more: 1, after: {})", secs(input.number("hedge_delay")?));
    let draft = Draft::default()
        .special_pool("with", 2, 1, "RoundRobin", "Fifo", &copies)
        .pool("without", 1, 1, "RoundRobin", UNBOUNDED)
        .stage("serve", "with", &[], 1, &law)
        .job("with", "")
        .stage("serve", "without", &[], 1, &law)
        .job("without", "")
        .closed_for("with", 1, &format!("Constant({})", secs(0.0)))
        .closed_for("without", 1, &format!("Constant({})", secs(0.0)));
    let jobs = INDEPENDENT_JOBS.max(effort.jobs_min);
    let mut horizon = Horizon::of(1.0, jobs * known.mean(), 1.0);
    horizon.weigh(2.0 / known.mean());
    let is_heavy = super::queues::is_heavy(&law);
    Ok(draft.plan(case, horizon, width(0.0, is_heavy), move |quantity| {
        let name = quantity.name.as_str();
        let measure = match (percentile(name), name) {
            _ if quantity.at.is_some() => return None,
            (Some((level, "with")), _) => Measure::ResponseQuantileOf(0, level),
            (Some((level, "without")), _) => Measure::ResponseQuantileOf(1, level),
            (_, "mean_with") => Measure::ResponseOf(0),
            (_, "mean_without") => Measure::ResponseOf(1),
            (_, "extra_requests_fraction") => Measure::ExtraAttemptsAt(0),
            _ => return None,
        };
        Some(Target::Meter(measure, 1.0))
    }))
}

/// Several copies at once, nobody else there.
pub(super) fn copies(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let copies = count(input, "copies", 1, limits::COPIES_MAX)?;
    let (law, known) = law(input.text("service")?, input, 1.0)?;
    let resilience = format!("attempts: 1, copies: (more: {})", copies - 1);
    let draft = Draft::default()
        .special_pool("servers", copies, 1, "RoundRobin", "Fifo", &resilience)
        .stage("serve", "servers", &[], 1, &law)
        .closed(1, &format!("Constant({})", secs(0.0)));
    let jobs = INDEPENDENT_JOBS.max(effort.jobs_min / f64::from(copies));
    let mut horizon = Horizon::of(1.0, jobs * known.mean(), 1.0);
    horizon.weigh(f64::from(copies));
    Ok(draft.plan(case, horizon, width(0.0, false), move |quantity| {
        let measure = match (percentile(&quantity.name), quantity.name.as_str()) {
            _ if quantity.at.is_some() => return None,
            (Some((level, "")), _) => Measure::ResponseQuantile(level),
            (_, "mean") => Measure::Response,
            _ => return None,
        };
        Some(Target::Meter(measure, 1.0))
    }))
}

/// Redundancy-d: copies at so many random queues, the first answer cancels the others.
pub(super) fn redundancy(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let servers = count(input, "servers", 1, limits::WORKERS_MAX)?;
    let copies = count(input, "copies", 1, servers.min(limits::COPIES_MAX))?;
    let (load, mean) = (input.number("arrival_rate_per_server")?, exponential_mean(input)?);
    let gap = (1.0 / mean).sqrt() - load.sqrt();
    let rate = load * f64::from(servers);
    let mut horizon = Horizon::new((1.0 / (gap * gap)).max(mean), rate, effort);
    horizon.weigh(f64::from(copies));
    let resilience = format!("attempts: 1, copies: (more: {})", copies - 1);
    let draft = Draft::default()
        .special_pool("servers", servers, 1, "Random", &format!("Fifo(queue_max: {UNBOUNDED})"), &resilience)
        .stage("serve", "servers", &[], 1, &exponential(mean))
        .open("Poisson", rate);
    Ok(draft.plan(case, horizon, width(load * mean, false), move |quantity| match quantity.name.as_str() {
        "mean_response" if quantity.at.is_none() => Some(Target::Meter(Measure::Response, 1.0)),
        _ => None,
    }))
}
