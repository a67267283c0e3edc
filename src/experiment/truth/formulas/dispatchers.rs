//! Dispatchers in front of several queues.

use super::input::Input;
use super::queues::{exponential_mean, general_arrivals_of, multi_server_number};
use super::{Answers, Refusal, answers, numbers, percentile};
use crate::analysis::queueing::{Dispatch, Law, MMc, SmallSystem, Supermarket, modulo_moved, ring_moved};
use crate::experiment::truth::{Answer, Case};

/// Where the queues of a small system are cut off when the case does not say it.
const LONGEST_QUEUE: u32 = 60;

pub(super) fn supermarket(input: &Input) -> Answers {
    let load = unit_load(input)?;
    let model = match input.text("choices") {
        Ok(text) if text.starts_with("all") => Supermarket::all_choices(load)?,
        Ok(text) => return Err(Refusal::Policy { text: text.to_owned() }),
        Err(_) => Supermarket::new(load, input.count("choices")?)?,
    };
    answers(move |quantity| {
        if quantity.name == "fraction_servers_with_at_least" {
            return Some(Answer::Exact(model.fraction_with_at_least(quantity.place()?)));
        }
        let value = match (percentile(&quantity.name), quantity.name.as_str()) {
            (Some((level, "response")), _) => model.response_quantile(level),
            (_, "mean_jobs_per_server") => model.mean_number(),
            (_, "mean_response") => model.mean_response(),
            (_, "mean_wait") => model.mean_wait(),
            (_, "prob_wait") => model.prob_wait(),
            _ => return None,
        };
        quantity.at.is_none().then_some(Answer::Exact(value))
    })
}

pub(super) fn small_system(case: &Case) -> Answers {
    let input = &case.input;
    let longest = case.other.count_or("truncation_at_queue_length", LONGEST_QUEUE)?;
    let longest = u16::try_from(longest).unwrap_or(u16::MAX);
    let system = SmallSystem::new(input.count("servers")?, unit_load(input)?, policy(input.text("policy")?)?, longest)?;
    numbers(move |name| {
        Some(match name {
            "mean_response" => system.mean_response,
            "mean_wait" => system.mean_response - 1.0,
            "mean_number" => system.mean_number,
            "prob_wait" => system.prob_wait,
            _ => return None,
        })
    })
}

/// Round robin gives each of n servers every n-th of the Poisson arrivals: Erlang-n gaps.
pub(super) fn round_robin(input: &Input) -> Answers {
    let rate = input.number("arrival_rate_per_server")?;
    general_arrivals_of(&Law::erlang(input.count("servers")?, 1.0 / rate)?, 1.0 / exponential_mean(input)?)
}

pub(super) fn central_queue(input: &Input) -> Answers {
    let servers = input.count("servers")?;
    let arrival_rate = input.number("arrival_rate_per_server")? * f64::from(servers);
    let queue = MMc::new(arrival_rate, 1.0 / exponential_mean(input)?, servers)?;
    numbers(move |name| multi_server_number(&queue, name))
}

pub(super) fn churn(case: &Case) -> Answers {
    let (before, after) = (case.input.count("servers_before")?, case.input.count("servers_after")?);
    let moved = if case.kind.starts_with("modulo") { modulo_moved(before, after)? } else { ring_moved(before, after)? };
    numbers(move |name| (name == "expected_fraction_of_keys_moved").then_some(moved))
}

/// Arrivals for each server in units of its service rate; the models count time in services.
fn unit_load(input: &Input) -> Result<f64, Refusal> {
    let mean = exponential_mean(input)?;
    if mean == 1.0 {
        input.number("arrival_rate_per_server")
    } else {
        let needs = "exponential with mean 1".to_owned();
        Err(Refusal::Unreadable { key: "service".to_owned(), needs })
    }
}

fn policy(text: &str) -> Result<Dispatch, Refusal> {
    let count = |word: &str| match word {
        "one" => Some(1),
        "two" => Some(2),
        "three" => Some(3),
        "four" => Some(4),
        number => number.parse().ok(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(match words.as_slice() {
        ["join", "the", "shortest", "queue", ..] => Dispatch::Shortest,
        ["join", "an", "idle", "server,", "else", "random"] => Dispatch::IdleElseRandom,
        ["random"] => Dispatch::Random,
        [number, "random", "choices", "with", "replacement"] => {
            Dispatch::ChoicesWithReplacement(count(number).ok_or_else(|| unknown(text))?)
        }
        [number, "distinct", "random", "choices"] => {
            Dispatch::DistinctChoices(count(number).ok_or_else(|| unknown(text))?)
        }
        _ => return Err(unknown(text)),
    })
}

fn unknown(text: &str) -> Refusal {
    Refusal::Policy { text: text.to_owned() }
}
