//! Several attempts at once or one after the other: fan-out, copies, hedges, fork-join, redundancy, retries.

use super::input::Input;
use super::law_text::law;
use super::queues::exponential_mean;
use super::{Answers, answers, numbers, percentile};
use crate::analysis::queueing::{
    Extreme, ForkJoin, Hedged, amplification, amplification_chain, fan_out_slow, redundancy_mean_response,
    retry_storm as storm,
};
use crate::experiment::truth::{Answer, Case};

/// What the authors say of their approximation, up to 32 branches.
const NELSON_TANTAWI: f64 = 0.05;

pub(super) fn retries(input: &Input) -> Answers {
    let got = amplification(input.number("failure_probability_per_attempt")?, input.count("max_retries")?)?;
    numbers(move |name| match name {
        "attempts_per_request" => Some(got.attempts),
        "prob_final_failure" => Some(got.prob_failure),
        "prob_final_success" => Some(1.0 - got.prob_failure),
        _ => None,
    })
}

pub(super) fn retry_chain(input: &Input) -> Answers {
    let failure = input.number_or("failure_probability_at_bottom", 1.0)?;
    let got = amplification_chain(failure, input.count("max_retries")?, input.count("layers_that_retry")?)?;
    numbers(move |name| match name {
        "attempts_at_bottom_per_request" => Some(got.attempts),
        "prob_final_failure" => Some(got.prob_failure),
        _ => None,
    })
}

pub(super) fn retry_storm(input: &Input) -> Answers {
    let storm = storm(input.number("capacity")?, input.count("max_retries")?)?;
    answers(move |quantity| {
        let range = [storm.stable_below, storm.overloaded_above];
        Some(Answer::Exact(match quantity.name.as_str() {
            "stable_below" => storm.stable_below,
            "vulnerable_range" => *range.get(quantity.place::<usize>()?)?,
            "overloaded_above" => storm.overloaded_above,
            "offered_attempts_when_stuck_per_request" => storm.attempts_when_stuck,
            _ => return None,
        }))
    })
}

pub(super) fn fan_out_tail(input: &Input) -> Answers {
    let slow = fan_out_slow(input.number("prob_leaf_slow")?, input.count("leaves")?)?;
    numbers(move |name| (name == "prob_request_slow").then_some(slow))
}

pub(super) fn fork_join(case: &Case) -> Answers {
    let input = &case.input;
    let service_rate = 1.0 / exponential_mean(input)?;
    let queue = ForkJoin::new(input.number("arrival_rate")?, service_rate, input.count("servers")?)?;
    let std_error = case.expected_number("our_simulation_std_error");
    answers(move |quantity| {
        let exact = queue.exact_mean_response();
        Some(match quantity.name.as_str() {
            "mean_response" => Answer::Exact(exact?),
            "nelson_tantawi_approximation" => Answer::Exact(queue.mean_response_approximation()),
            "upper_bound" => Answer::Exact(queue.mean_response_upper()),
            "lower_bound" => Answer::Exact(queue.mean_response_lower()),
            "our_simulation" => match (exact, std_error) {
                // The table's own samples of what is known exactly.
                (Some(value), Some(std_error)) => {
                    Answer::Sampled { value, std_error, degrees: f64::INFINITY, bias: 0.0 }
                }
                _ => Answer::Approximate { value: queue.mean_response_approximation(), error: NELSON_TANTAWI },
            },
            "our_simulation_std_error" => Answer::Shown("the error of the table's own simulation"),
            _ => return None,
        })
    })
}

pub(super) fn fan_out(input: &Input) -> Answers {
    let call = law(input.text("call_time")?, input, 1.0)?;
    extreme(Extreme::slowest(input.count("parallel_calls")?, call)?)
}

pub(super) fn copies(input: &Input) -> Answers {
    extreme(Extreme::fastest(input.count("copies")?, law(input.text("service")?, input, 1.0)?)?)
}

fn extreme(extreme: Extreme) -> Answers {
    let mean = extreme.mean()?;
    numbers(move |name| match percentile(name) {
        Some((level, "")) => Some(extreme.quantile(level)),
        _ => (name == "mean").then_some(mean),
    })
}

pub(super) fn hedge(input: &Input) -> Answers {
    let hedged = Hedged::new(law(input.text("service")?, input, 1.0)?, input.number("hedge_delay")?)?;
    let mean = hedged.mean()?;
    numbers(move |name| match (percentile(name), name) {
        (Some((level, "without")), _) => Some(hedged.law().quantile(level)),
        (Some((level, "with")), _) => Some(hedged.quantile(level)),
        (_, "mean_without") => Some(hedged.law().mean()),
        (_, "mean_with") => Some(mean),
        (_, "extra_requests_fraction") => Some(hedged.extra_requests()),
        _ => None,
    })
}

pub(super) fn redundancy(input: &Input) -> Answers {
    let rate = input.number("arrival_rate_per_server")?;
    let service_rate = 1.0 / exponential_mean(input)?;
    let response = redundancy_mean_response(input.count("servers")?, input.count("copies")?, rate, service_rate)?;
    numbers(move |name| (name == "mean_response").then_some(response))
}
