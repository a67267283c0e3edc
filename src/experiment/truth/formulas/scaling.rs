//! Laws of scalability.

use super::input::Input;
use super::{Answers, Refusal, answers, numbers};
use crate::analysis::laws::{
    self, AllReduce, Collective, SPEC_SDM91, Usl, UslFit, amdahl_limit, amdahl_speedup, gustafson_speedup,
};
use crate::experiment::truth::{Answer, Case, Quantity, Table};

/// The kind of the cases that carry measurements.
const DATA_SET: &str = "USL data set and fit";
/// The name under which the tables know the measurements that the program has itself.
const SDM91: &str = "SPEC SDM91";

/// Fits of measurements, and what follows from a fit. All are published figures, so they are compared as printed.
pub(super) fn usl_fit(case: &Case, table: &Table) -> Answers {
    let (points, fit) = fitted(case, table)?;
    let (law, notes) = (fit.law, case.notes.clone());
    // Reports beside a fit may list other sizes than the fit has.
    let sizes = case.input.numbers("N").unwrap_or_else(|_| points.iter().map(|point| point.0).collect());
    answers(move |quantity| {
        let size = || sizes.get(quantity.place::<usize>()?).copied();
        let value = match (quantity.name.as_str(), &quantity.at) {
            ("fitted_throughput", Some(_)) => law.throughput(size()?),
            ("efficiency", Some(_)) => {
                // Measured throughput over that of as many as one alone.
                let (n, throughput) = points.get(quantity.place::<usize>()?)?;
                throughput / (n * law.gamma)
            }
            ("ideal", Some(_)) => law.overhead(size()?).ideal,
            ("contention", Some(_)) => law.overhead(size()?).contention,
            ("coherency", Some(_)) => law.overhead(size()?).coherency,
            ("alpha" | "sigma_alpha" | "sigma", None) => law.alpha,
            ("beta" | "kappa_beta" | "kappa", None) => law.beta,
            ("gamma" | "lambda_gamma" | "lambda", None) => law.gamma,
            ("residual_std_error", None) => fit.residual_std_error?,
            ("r_squared", None) => fit.r_squared,
            // Some publish the whole number below the peak.
            ("peak_N", None) if notes.contains("floor") => law.peak_n()?.floor(),
            (_, None) => return usl_scalar(&law, &quantity.name, Answer::Published),
            _ => return None,
        };
        Some(Answer::Published(value))
    })
}

/// The measurements of a case and their fit: in its input, in another case of the same name, or in the program.
fn fitted(case: &Case, table: &Table) -> Result<(Vec<(f64, f64)>, UslFit), Refusal> {
    let points = |input: &Input| {
        let (sizes, throughput) = (input.numbers("N")?, input.numbers("throughput")?);
        Ok::<_, Refusal>(sizes.into_iter().zip(throughput).collect::<Vec<_>>())
    };
    let points = if case.input.has("throughput") {
        points(&case.input)?
    } else {
        let name = case.input.text("name")?;
        match table.case_named(DATA_SET, name) {
            Some(other) => points(&other.input)?,
            None if name.starts_with(SDM91) => SPEC_SDM91.to_vec(),
            None => return Err(Refusal::Missing { key: format!("throughput of {name}") }),
        }
    };
    let fit = laws::fit(&points)?;
    Ok((points, fit))
}

/// What follows from given parameters of the universal law.
pub(super) fn usl(case: &Case) -> Answers {
    let input = case.input.clone();
    let law = Usl::new(input.number("alpha")?, input.number("beta")?, input.number("gamma")?)?;
    answers(move |quantity| {
        usl_scalar(&law, &quantity.name, Answer::Exact)
            .filter(|_| quantity.at.is_none())
            .or_else(|| usl_prediction(&law, &input, quantity).map(Answer::Exact))
    })
}

/// A prediction from the number, or the entry of the list at the same place, beside it; or one at a key that is a size.
fn usl_prediction(law: &Usl, input: &Input, quantity: &Quantity) -> Option<f64> {
    let given = |key: &str| match quantity.at {
        Some(_) => input.numbers(key).ok()?.get(quantity.place::<usize>()?).copied(),
        None => input.number(key).ok(),
    };
    let size = given("N").or_else(|| given("concurrency"));
    match quantity.name.as_str() {
        "throughput" if size.is_some() => Some(law.throughput(size?)),
        "throughput" if input.has("latency_s") => {
            let latency = given("latency_s")?;
            Some(law.concurrency_at_latency(latency)? / latency)
        }
        "throughput" => Some(law.throughput(quantity.place()?)),
        "latency_s" if size.is_some() => Some(law.latency(size?)),
        "latency_s" => law.latency_at_throughput(given("throughput")?).ok(),
        "concurrency" | "N" if input.has("throughput") => {
            let throughput = given("throughput")?;
            Some(law.latency_at_throughput(throughput).ok()? * throughput)
        }
        "concurrency" | "N" => law.concurrency_at_latency(given("latency_s")?),
        "efficiency" => Some(law.efficiency(size?)),
        _ => None,
    }
}

/// What a law has one of; where there is no such point or limit, it is unbounded.
fn usl_scalar(law: &Usl, name: &str, answer: impl Fn(f64) -> Answer) -> Option<Answer> {
    let value = match name {
        "peak_N" => law.peak_n(),
        "peak_throughput" => law.peak_throughput(),
        "amdahl_limit_throughput" => law.contention_limit(),
        "optimal_N" | "amdahl_optimal_N" => law.optimal_n(),
        _ => return None,
    };
    Some(value.map_or(Answer::Unbounded, answer))
}

pub(super) fn serial_fraction(input: &Input) -> Answers {
    let f = input.number("serial_fraction")?;
    let limit = amdahl_limit(f)?;
    answers(move |quantity| match quantity.name.as_str() {
        "amdahl_speedup" => amdahl_speedup(f, quantity.place()?).ok().map(Answer::Exact),
        "gustafson_scaled_speedup" => gustafson_speedup(f, quantity.place()?).ok().map(Answer::Exact),
        "amdahl_limit" => Some(limit.map_or(Answer::Unbounded, Answer::Exact)),
        _ => None,
    })
}

pub(super) fn karp_flatt(input: &Input) -> Answers {
    let fraction = laws::karp_flatt(input.number("speedup")?, input.number("processors")?)?;
    numbers(move |name| (name == "serial_fraction").then_some(fraction))
}

/// What others measured: no formula gives it, except that an efficiency is the ratio of two utilisations beside it.
pub(super) fn published(case: &Case) -> Answers {
    let ratio = case.expected_number("mfu_to").zip(case.expected_number("mfu_from")).map(|(to, from)| to / from);
    answers(move |quantity| {
        Some(match (quantity.name.as_str(), ratio) {
            ("scaling_efficiency", Some(ratio)) => Answer::Exact(ratio),
            _ => Answer::Shown("a measurement of others"),
        })
    })
}

pub(super) fn bus_factor(input: &Input) -> Answers {
    let ranks = input.count("ranks")?;
    Collective::AllReduce.bus_factor(ranks)?;
    numbers(move |name| {
        let collective = match name {
            "all_reduce" => Collective::AllReduce,
            "reduce_scatter" => Collective::ReduceScatter,
            "all_gather" => Collective::AllGather,
            "all_to_all" => Collective::AllToAll,
            "gather" => Collective::Gather,
            "scatter" => Collective::Scatter,
            "broadcast" => Collective::Broadcast,
            "reduce" => Collective::Reduce,
            _ => return None,
        };
        collective.bus_factor(ranks).ok()
    })
}

/// `None` for an algorithm that is not known.
pub(super) fn all_reduce(kind: &str, input: &Input) -> Option<Answers> {
    let cost = match kind.split_whitespace().next()? {
        "ring" => AllReduce::ring,
        "halving-doubling" => AllReduce::halving_doubling,
        "recursive" => AllReduce::recursive_doubling,
        _ => return None,
    };
    Some(read_all_reduce(input).and_then(|operation| {
        let cost = cost(&operation);
        numbers(move |name| {
            Some(match name {
                "time_s" => cost.total_secs(),
                "bandwidth_term_s" => cost.bandwidth_secs,
                "latency_term_s" => cost.latency_secs,
                _ => return None,
            })
        })
    }))
}

fn read_all_reduce(input: &Input) -> Result<AllReduce, Refusal> {
    let bytes = input.number("message_MB")? * 1e6;
    let bytes_per_sec = input.number("link_Gbit_per_s")? * 1e9 / 8.0;
    Ok(AllReduce::new(input.count("ranks")?, bytes, bytes_per_sec, input.number("latency_per_step_s")?)?)
}
