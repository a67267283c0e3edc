//! Single queues.

use super::input::Input;
use super::law_text::{law, law_with_mean};
use super::{Answers, Refusal, numbers, percentile, suffix_number};
use crate::analysis::queueing::{
    Class, ErlangA, GiM1, Law, MDc, MG1, MMc, MMcK, ProcessorSharing, Repairman, erlang_b, erlang_c,
    halfin_whitt_prob_wait, kingman_mean_wait, nonpreemptive_mean_waits, preemptive_mean_responses, retrial_mean_orbit,
    retrial_mean_response, srpt_mean_response,
};

pub(super) fn multi_server(input: &Input) -> Answers {
    let queue = MMc::new(input.number("arrival_rate")?, service_rate(input)?, input.count_or("servers", 1)?)?;
    numbers(move |name| multi_server_number(&queue, name))
}

/// The quantities of M/M/c by name.
pub(super) fn multi_server_number(queue: &MMc, name: &str) -> Option<f64> {
    Some(match name {
        "utilization" => queue.utilization(),
        "prob_wait" => queue.prob_wait(),
        "prob_no_wait" => 1.0 - queue.prob_wait(),
        "prob_empty" => queue.prob_number(0),
        "mean_wait" => queue.mean_wait(),
        "wait_variance" => queue.wait_variance(),
        "mean_response" => queue.mean_response(),
        "mean_queue_length" => queue.mean_queue_len(),
        "mean_number" => queue.mean_number(),
        _ => {
            return delay(name, &|t| queue.wait_survival(t), |level, of| match of {
                "wait" => Some(queue.wait_quantile(level)),
                "response" => Some(queue.response_quantile(level)),
                _ => None,
            });
        }
    })
}

pub(super) fn loss(input: &Input) -> Answers {
    let servers = input.count("servers")?;
    let load = if input.has("offered_load") {
        input.number("offered_load")?
    } else {
        input.number("arrival_rate")? / service_rate(input)?
    };
    let blocking = erlang_b(servers, load)?;
    numbers(move |name| {
        let carried = load * (1.0 - blocking);
        Some(match name {
            "blocking" => blocking,
            "carried_load" | "mean_number" => carried,
            "utilization" if servers > 0 => carried / f64::from(servers),
            _ => return None,
        })
    })
}

pub(super) fn finite(input: &Input) -> Answers {
    let capacity = ["capacity_including_service", "capacity"].into_iter().find(|key| input.has(key));
    let capacity = input.count(capacity.unwrap_or("capacity_including_service"))?;
    let servers = input.count_or("servers", 1)?;
    let queue = MMcK::new(input.number("arrival_rate")?, service_rate(input)?, servers, capacity)?;
    numbers(move |name| {
        Some(match name {
            "blocking" => queue.blocking(),
            "throughput" => queue.throughput(),
            "utilization" => queue.utilization(),
            "mean_number" => queue.mean_number(),
            "mean_queue_length" => queue.mean_queue_len(),
            "mean_wait_accepted" => queue.mean_wait(),
            "mean_response_accepted" => queue.mean_response(),
            "prob_wait_of_accepted" => queue.prob_wait(),
            "prob_empty" => queue.prob_number(0),
            _ => {
                return delay(name, &|t| queue.wait_survival(t), |level, of| match of {
                    "wait" | "wait_accepted" => Some(queue.wait_quantile(level)),
                    "response" | "response_accepted" => Some(queue.response_quantile(level)),
                    _ => None,
                });
            }
        })
    })
}

pub(super) fn abandonment(input: &Input) -> Answers {
    let rates = (input.number("arrival_rate")?, service_rate(input)?, input.number("abandonment_rate")?);
    let queue = ErlangA::new(rates.0, rates.1, input.count_or("servers", 1)?, rates.2)?;
    numbers(move |name| {
        Some(match name {
            "prob_wait" => queue.prob_wait(),
            "prob_abandon" => queue.prob_abandon(),
            "mean_wait_all" | "mean_wait" => queue.mean_wait(),
            "mean_queue_length" => queue.mean_queue_len(),
            "mean_number" => queue.mean_number(),
            "utilization" => queue.utilization(),
            "throughput" => queue.throughput(),
            _ => return None,
        })
    })
}

pub(super) fn general_service(input: &Input) -> Answers {
    let service = law(input.text("service")?, input, mean_service(input)?)?;
    let queue = MG1::new(input.number("arrival_rate")?, service)?;
    numbers(move |name| {
        Some(match name {
            "utilization" | "prob_wait" => queue.utilization(),
            "service_scv" => queue.service().scv(),
            "mean_wait" => queue.mean_wait(),
            "wait_variance" => queue.wait_variance(),
            "mean_response" => queue.mean_response(),
            "response_variance" => queue.response_variance(),
            "mean_queue_length" => queue.mean_queue_len(),
            "mean_number" => queue.mean_number(),
            _ => return None,
        })
    })
}

pub(super) fn constant_service(input: &Input) -> Answers {
    let arrival_rate = input.number("arrival_rate")?;
    let servers = input.count_or("servers", 1)?;
    let service = law(input.text("service")?, input, mean_service(input)?)?.mean();
    let queue = MDc::new(arrival_rate, service, servers)?;
    let exponential = MMc::new(arrival_rate, 1.0 / service, servers)?;
    numbers(move |name| {
        Some(match name {
            "utilization" => queue.utilization(),
            "prob_wait" => queue.prob_wait(),
            "prob_no_wait" => 1.0 - queue.prob_wait(),
            "mean_wait" | "mean_wait_by_series" => queue.mean_wait(),
            "mean_response" => queue.mean_response(),
            "mean_queue_length" => queue.mean_queue_len(),
            "mean_number" => queue.mean_number(),
            "ratio_to_M_M_c" => queue.mean_wait() / exponential.mean_wait(),
            _ => {
                return delay(name, &|t| 1.0 - queue.wait_cdf(t), |level, of| match of {
                    "wait" => Some(queue.wait_quantile(level)),
                    "response" => Some(queue.response_quantile(level)),
                    _ => None,
                });
            }
        })
    })
}

pub(super) fn sharing(input: &Input) -> Answers {
    let text = input.text("service")?;
    let mean = match text.strip_prefix("any with mean ") {
        Some(number) => number.trim().parse().map_err(|_| Refusal::Law { text: text.to_owned() })?,
        None => law(text, input, mean_service(input)?)?.mean(),
    };
    let queue = ProcessorSharing::new(input.number("arrival_rate")?, mean)?;
    numbers(move |name| {
        Some(match name {
            "utilization" => queue.utilization(),
            "mean_response" => queue.mean_response(),
            "mean_number" => queue.mean_number(),
            "mean_slowdown" => queue.mean_slowdown(),
            _ => queue.mean_response_of_size(suffix_number(name, "mean_response_of_size_")?),
        })
    })
}

pub(super) fn shortest_remaining(input: &Input) -> Answers {
    let queue = MG1::new(input.number("arrival_rate")?, law(input.text("service")?, input, mean_service(input)?)?)?;
    let mean = srpt_mean_response(&queue)?;
    numbers(move |name| {
        Some(match name {
            "utilization" => queue.utilization(),
            "mean_response" => mean,
            "mean_number" => queue.arrival_rate() * mean,
            "ratio_to_fcfs" => mean / queue.mean_response(),
            _ => return None,
        })
    })
}

pub(super) fn priorities(input: &Input) -> Answers {
    let classes = two_classes(input)?;
    let waits = nonpreemptive_mean_waits(&classes)?;
    numbers(move |name| {
        let response = |i: usize| waits[i] + classes[i].service.mean();
        Some(match name {
            "mean_wait_high" => waits[0],
            "mean_wait_low" => waits[1],
            "mean_response_high" => response(0),
            "mean_response_low" => response(1),
            _ => return None,
        })
    })
}

pub(super) fn preemption(input: &Input) -> Answers {
    let responses = preemptive_mean_responses(&two_classes(input)?)?;
    numbers(move |name| match name {
        "mean_response_high" => Some(responses[0]),
        "mean_response_low" => Some(responses[1]),
        _ => None,
    })
}

pub(super) fn general_arrivals(input: &Input) -> Answers {
    let arrival_rate = input.number("arrival_rate")?;
    let interarrival = law_with_mean(input.text("interarrival")?, input, 1.0 / arrival_rate)?;
    general_arrivals_of(&interarrival, 1.0 / exponential_mean(input)?)
}

/// The quantities of GI/M/1 by name.
pub(super) fn general_arrivals_of(interarrival: &Law, service_rate: f64) -> Answers {
    let queue = GiM1::new(interarrival, service_rate)?;
    let kingman = kingman_mean_wait(queue.utilization(), interarrival.scv(), 1.0, 1.0 / service_rate)?;
    numbers(move |name| {
        Some(match name {
            "utilization" => queue.utilization(),
            "prob_wait" => queue.prob_wait(),
            "mean_wait" => queue.mean_wait(),
            "wait_variance" => queue.wait_variance(),
            "mean_response" => queue.mean_response(),
            "mean_queue_length" => queue.mean_queue_len(),
            "mean_number" => queue.mean_number(),
            "kingman_mean_wait_approximation" => kingman,
            _ => {
                return delay(name, &|t| queue.wait_survival(t), |level, of| match of {
                    "wait" => Some(queue.wait_quantile(level)),
                    "response" => Some(queue.response_quantile(level)),
                    _ => None,
                });
            }
        })
    })
}

pub(super) fn kingman(input: &Input) -> Answers {
    let variations = (input.number("interarrival_scv")?, input.number("service_scv")?);
    let mean_service = input.number_or("mean_service", 1.0)?;
    let wait = kingman_mean_wait(input.number("utilization")?, variations.0, variations.1, mean_service)?;
    numbers(move |name| match name {
        "mean_wait_approximation" => Some(wait),
        "mean_response_approximation" => Some(wait + mean_service),
        _ => None,
    })
}

pub(super) fn retrials(input: &Input) -> Answers {
    let (arrival, service) = (input.number("arrival_rate")?, service_rate(input)?);
    let retry = input.number("retry_rate_per_waiting_customer")?;
    let orbit = retrial_mean_orbit(arrival, service, retry)?;
    let response = retrial_mean_response(arrival, service, retry)?;
    numbers(move |name| {
        Some(match name {
            // The second is the table's own check of the first, by a chain.
            "mean_orbit" | "mean_orbit_numeric" => orbit,
            "utilization" => arrival / service,
            "mean_response" => response,
            "mean_number" => arrival * response,
            _ => return None,
        })
    })
}

pub(super) fn square_root_staffing(input: &Input) -> Answers {
    let beta = input.number("beta")?;
    let limit = halfin_whitt_prob_wait(beta)?;
    numbers(move |name| {
        if name == "limit_prob_wait" {
            return Some(limit);
        }
        let servers: u32 = name.strip_prefix("erlang_c_at_c_")?.parse().ok()?;
        let c = f64::from(servers);
        erlang_c(servers, c - beta * c.sqrt()).ok()
    })
}

pub(super) fn repairman(input: &Input) -> Answers {
    let (customers, servers) = (input.count("customers")?, input.count_or("servers", 1)?);
    let rate = input.number("request_rate_per_idle_customer")?;
    let system = Repairman::new(customers, servers, rate, service_rate(input)?)?;
    numbers(move |name| {
        Some(match name {
            "throughput" => system.throughput(),
            "mean_number_down" | "mean_number" => system.mean_number(),
            "mean_queue_length" => system.mean_queue_len(),
            "mean_response" => system.mean_response(),
            "mean_wait" => system.mean_wait(),
            "prob_all_servers_busy" => system.prob_all_busy(),
            "utilization" => system.utilization(),
            _ => return None,
        })
    })
}

/// Percentiles (`p99_wait`) and values of the distribution function of the wait (`cdf_at_2`).
fn delay(name: &str, wait_survival: &dyn Fn(f64) -> f64, quantile: impl Fn(f64, &str) -> Option<f64>) -> Option<f64> {
    if let Some((level, of)) = percentile(name) {
        return quantile(level, of);
    }
    let t = suffix_number(name, "cdf_at_").or_else(|| suffix_number(name, "wait_cdf_at_"))?;
    Some(1.0 - wait_survival(t))
}

fn two_classes(input: &Input) -> Result<[Class; 2], Refusal> {
    let shared = if input.has("service") { input.text("service")? } else { "exponential" };
    let class = |which: &str| {
        let own = format!("service_{which}");
        let text = if input.has(&own) { input.text(&own)? } else { shared };
        let arrival_rate = input.number(&format!("arrival_rate_{which}"))?;
        Ok::<_, Refusal>(Class { arrival_rate, service: law(text, input, mean_service(input)?)? })
    };
    Ok([class("high")?, class("low")?])
}

/// The rate of one server: as it is given, from its mean, or 1.
pub(in crate::experiment::truth) fn service_rate(input: &Input) -> Result<f64, Refusal> {
    if input.has("service_rate") { input.number("service_rate") } else { Ok(1.0 / exponential_mean(input)?) }
}

/// The mean of services that are exponential; an error when they are said to be anything else.
pub(in crate::experiment::truth) fn exponential_mean(input: &Input) -> Result<f64, Refusal> {
    let mean = mean_service(input)?;
    if !input.has("service") {
        return Ok(mean);
    }
    let text = input.text("service")?;
    if text.starts_with("exponential") {
        Ok(law(text, input, mean)?.mean())
    } else {
        Err(Refusal::Law { text: text.to_owned() })
    }
}

/// The mean service where the law itself does not say it; the tables count time in it.
pub(in crate::experiment::truth) fn mean_service(input: &Input) -> Result<f64, Refusal> {
    if input.has("service_rate") {
        Ok(1.0 / input.number("service_rate")?)
    } else {
        input.number_or("mean_service", 1.0)
    }
}
