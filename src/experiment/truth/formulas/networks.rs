//! Networks of queues, open and closed.

use super::input::Input;
use super::{Answers, Refusal, answers, numbers, percentile};
use crate::analysis::queueing::{Jackson, Station, Tandem, closed_network, with_feedback};
use crate::experiment::truth::{Answer, Quantity};

pub(super) fn tandem(input: &Input) -> Answers {
    let tandem = Tandem::new(input.number("arrival_rate")?, &input.numbers("service_rates")?)?;
    numbers(move |name| match (percentile(name), name) {
        (Some((level, "response")), _) => Some(tandem.response_quantile(level)),
        (_, "mean_response") => Some(tandem.mean_response()),
        (_, "response_variance") => Some(tandem.response_variance()),
        (_, "mean_number") => Some(tandem.mean_number()),
        _ => None,
    })
}

pub(super) fn jackson(input: &Input) -> Answers {
    let rates = input.numbers("service_rates")?;
    let servers = if input.has("servers") { input.numbers("servers")? } else { vec![1.0; rates.len()] };
    if servers.len() != rates.len() || servers.iter().any(|count| count.fract() != 0.0 || *count < 1.0) {
        let needs = "a whole number for each station".to_owned();
        return Err(Refusal::Unreadable { key: "servers".to_owned(), needs });
    }
    let station = |(service_rate, servers): (f64, f64)| Station { service_rate, servers: servers as u32 };
    let stations: Vec<Station> = rates.into_iter().zip(servers).map(station).collect();
    let network = Jackson::new(&input.numbers("external_arrivals")?, &input.matrix("routing")?, &stations)?;
    answers(move |quantity| {
        let of_each = |values: &[f64]| at(values, quantity);
        match (quantity.name.as_str(), &quantity.at) {
            ("station_arrival_rates", _) => of_each(network.arrival_rates()),
            ("utilizations", _) => of_each(&network.utilizations()),
            ("mean_numbers", _) => of_each(&network.mean_numbers()),
            ("mean_responses", _) => of_each(&network.mean_responses()),
            ("mean_number_total" | "mean_number", None) => Some(Answer::Exact(network.mean_number())),
            ("mean_response", None) => Some(Answer::Exact(network.mean_response())),
            _ => None,
        }
    })
}

pub(super) fn feedback(input: &Input) -> Answers {
    let rates = (input.number("external_arrival_rate")?, input.number_or("service_rate", 1.0)?);
    let network = with_feedback(rates.0, input.number("feedback_probability")?, rates.1)?;
    numbers(move |name| {
        Some(match name {
            "total_arrival_rate" => network.arrival_rates()[0],
            "utilization" => network.utilizations()[0],
            "mean_number" => network.mean_number(),
            "mean_response" => network.mean_response(),
            _ => return None,
        })
    })
}

pub(super) fn closed(input: &Input) -> Answers {
    let think_time = input.number_or("think_time", 0.0)?;
    let network = closed_network(&input.numbers("demands")?, think_time, input.count("customers")?)?;
    answers(move |quantity| match (quantity.name.as_str(), &quantity.at) {
        ("mean_numbers", _) => at(&network.mean_numbers, quantity),
        ("utilizations", _) => at(&network.utilizations, quantity),
        ("throughput", None) => Some(Answer::Exact(network.throughput)),
        ("response", None) => Some(Answer::Exact(network.response)),
        ("bottleneck_utilization", None) => Some(Answer::Exact(network.bottleneck_utilization())),
        ("saturation_point_Nstar", None) => Some(Answer::Exact(network.saturation_point)),
        _ => None,
    })
}

/// The entry of a list at the place of a quantity.
fn at(values: &[f64], quantity: &Quantity) -> Option<Answer> {
    values.get(quantity.place::<usize>()?).copied().map(Answer::Exact)
}
