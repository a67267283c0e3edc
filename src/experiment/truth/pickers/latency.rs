//! Pickers that go by what is outstanding and by latency: Envoy's, Finagle's and tower's.

use super::{Answer, FIRST_SEED, answered};
use crate::base::{Domain, Span, Stream, Time, WorkerId};
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::simulate::{Effort, Simulated};
use crate::experiment::truth::table::Case;
use crate::policy::balance::least_request::effective_weight;
use crate::policy::balance::peak_ewma::{self, Estimate};
use crate::policy::balance::{Balancer, slow_start};
use crate::scenario::{Balance, limits};

/// Picks of one case.
const PICKS: u64 = 1_000_000;
/// The same for a quick look.
const PICKS_QUICK: u64 = 100_000;

/// The weight that counts for least request.
pub(super) fn weight(case: &Case) -> Result<Simulated, Refusal> {
    let input = &case.input;
    let bias = input.number("active_request_bias")?;
    let weight = effective_weight(input.number("load_balancing_weight")?, input.count("active_requests")?, bias);
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "effective_weight" => Some(Answer::Exact(weight)),
        _ => None,
    }))
}

/// How often the worse of two is picked, where both weigh the same.
pub(super) fn worse_of_two(case: &Case, effort: &Effort) -> Result<Simulated, Refusal> {
    let choices = case.input.count("choice_count")?;
    let balance = Balance::LeastRequest { choices, bias_percent: 100, slow_start_millis: 0 };
    let mut balancer = Balancer::new(balance, Stream::new(FIRST_SEED + case.index, Domain::Balance, [0; 4]));
    let worse = balancer.join(Time::ZERO, WorkerId(0), 1, 0, 1);
    balancer.join(Time::ZERO, WorkerId(1), 1, 0, 1);
    balancer.set_load(worse, 1);
    let picks = if effort.is_precise { PICKS } else { PICKS_QUICK };
    let hits = (0..picks).filter(|_| balancer.pick(Time::ZERO, 0) == Some(WorkerId(0))).count();
    let value = hits as f64 / picks as f64;
    let std_error = (value * (1.0 - value) / picks as f64).sqrt();
    Ok(answered(case, picks, |quantity| match quantity.name.as_str() {
        "chance_of_worse_host_with_two_hosts" => {
            Some(Answer::Sampled { value, std_error, degrees: picks as f64 - 1.0, bias: 0.0 })
        }
        _ => None,
    }))
}

/// What the code takes where a person says nothing.
pub(super) fn envoy_default(case: &Case) -> Result<Simulated, Refusal> {
    let value = match case.input.text("name")? {
        "maglev table size maximum" => Answer::Exact(f64::from(limits::MAGLEV_MAX)),
        "ring hash maximum ring size default" => Answer::Exact(limits::RING_MAX as f64),
        "maglev table size default" => Answer::Exact(f64::from(limits::MAGLEV_DEFAULT)),
        "active_request_bias default" => Answer::Exact(limits::BIAS_DEFAULT),
        "choice_count default" | "least request choice count default" => {
            Answer::Exact(f64::from(limits::CHOICES_DEFAULT))
        }
        _ => Answer::Shown("a setting that balancers here do not have"),
    };
    Ok(answered(case, 1, |quantity| (quantity.name == "value").then(|| value.clone())))
}

/// The weight of a member that has just come.
pub(super) fn young(case: &Case) -> Result<Simulated, Refusal> {
    let input = &case.input;
    let (aggression, least) = (input.number("aggression")?, input.number("min_weight_percent")?);
    let weight = input.number("weight")? * slow_start::share(input.number("time_factor")?, aggression, least);
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "effective_weight" => Some(Answer::Exact(weight)),
        _ => None,
    }))
}

/// How a latency is remembered.
pub(super) fn update(case: &Case) -> Result<Simulated, Refusal> {
    let input = &case.input;
    let mut estimate = Estimate { nanos: input.number("estimate_ms")?, at: Time::ZERO };
    let (elapsed, decay) = (millis(input.number("elapsed_ms")?), millis(input.number("decay_ms")?));
    estimate.see(Time::ZERO + elapsed, input.number("observed_rtt_ms")?, decay);
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "new_estimate_ms" => Some(Answer::Exact(estimate.nanos)),
        _ => None,
    }))
}

/// What a member counts.
pub(super) fn load(case: &Case) -> Result<Simulated, Refusal> {
    let load = peak_ewma::load(case.input.number("estimate")?, case.input.count("pending")?);
    Ok(answered(case, 1, |quantity| if quantity.name == "load" { Some(Answer::Exact(load)) } else { None }))
}

/// What tower's own test asserts: the load after a while lies between two bounds.
pub(super) fn between(case: &Case) -> Result<Simulated, Refusal> {
    let input = &case.input;
    let mut estimate = Estimate { nanos: input.number("initial_rtt_ms")?, at: Time::ZERO };
    estimate.see(Time::ZERO + millis(input.number("advance_ms")?), 0.0, millis(input.number("decay_ms")?));
    let value = peak_ewma::load(estimate.nanos, 0);
    let (std_error, degrees) = (f64::MIN_POSITIVE, f64::INFINITY);
    Ok(answered(case, 1, |quantity| match (quantity.name.as_str(), quantity.place::<usize>()) {
        ("load_between_ms", Some(0)) => Some(Answer::Above { value, std_error, degrees }),
        ("load_between_ms", Some(1)) => Some(Answer::Below { value, std_error, degrees }),
        _ => None,
    }))
}

/// What the code takes where a person says nothing.
pub(super) fn finagle_default(case: &Case) -> Result<Simulated, Refusal> {
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "peak_ewma_decay_s" => Some(Answer::Exact(limits::DECAY_DEFAULT.secs())),
        "low" | "high" | "min_aperture" => Some(Answer::Shown("there is no aperture among the balancers here")),
        _ => None,
    }))
}

fn millis(value: f64) -> Span {
    Span::from_secs_f64(value / 1_000.0)
}
