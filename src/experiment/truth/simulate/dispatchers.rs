//! Dispatchers in front of several queues, each with one server.

use super::draft::{Draft, Horizon, UNBOUNDED, count, exponential, width};
use super::queues::measure;
use super::{Effort, Gap, Measure, Plan, Planned, Target};
use crate::experiment::truth::formulas::input::Input;
use crate::experiment::truth::formulas::queues::exponential_mean;
use crate::experiment::truth::{Case, Quantity};
use crate::scenario::limits;

/// How far n machines may be from infinitely many, times n: at 0.99 and two choices Mitzenmacher's table (1996) has
/// 2.9 % for 100 machines.
const FINITE_BIAS: f64 = 20.0;

/// Infinitely many servers: many of them, with a stated bias.
pub(super) fn supermarket(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let balance = match input.text("choices") {
        Ok(text) if text.starts_with("all") => "LeastOutstanding",
        Ok(_) => return Err(Gap::NotYet("a number of random choices other than two")),
        Err(_) if input.count("choices")? == 2 => "PowerOfTwo",
        Err(_) => return Err(Gap::NotYet("a number of random choices other than two")),
    };
    let (load, mean) = (input.number("arrival_rate_per_server")?, exponential_mean(input)?);
    let servers = effort.many;
    let rate = load * f64::from(servers);
    // With so many machines each instant is a sample of thousands, so that a run is short; but it fills up slowly.
    let filling = 5.0 * mean / (1.0 - load * mean).max(0.01);
    let horizon = Horizon::of(filling.max(20.0 * mean), filling.max(20.0 * mean), rate);
    let mut plan = farm(case, servers, rate, balance, horizon)?;
    plan.bias = FINITE_BIAS / f64::from(servers);
    Ok(plan)
}

pub(super) fn small_system(case: &Case, effort: &Effort) -> Planned {
    let words: Vec<&str> = case.input.text("policy")?.split_whitespace().collect();
    let balance = match words.as_slice() {
        ["join", "the", "shortest", "queue", ..] => "LeastOutstanding",
        ["two" | "2", "distinct", "random", "choices"] => "PowerOfTwo",
        ["join", "an", "idle", ..] => return Err(Gap::NotYet("joining an idle machine, else a random one")),
        ["random"] => return Err(Gap::NotYet("a random machine")),
        _ => return Err(Gap::NotYet("random choices with replacement, or other than two")),
    };
    steady(case, effort, balance)
}

pub(super) fn round_robin(case: &Case, effort: &Effort) -> Planned {
    steady(case, effort, "RoundRobin")
}

pub(super) fn central_queue(case: &Case, effort: &Effort) -> Planned {
    steady(case, effort, "CentralQueue")
}

/// Few servers, for as long as one of them alone would need to forget its past.
fn steady(case: &Case, effort: &Effort, balance: &str) -> Planned {
    let input = &case.input;
    let servers = machines(input)?;
    let (load, mean) = (input.number("arrival_rate_per_server")?, exponential_mean(input)?);
    let gap = (1.0 / mean).sqrt() - load.sqrt();
    let pooled = if balance == "CentralQueue" { f64::from(servers) } else { 1.0 };
    let rate = load * f64::from(servers);
    let horizon = Horizon::new((1.0 / (gap * gap) / pooled).max(mean), rate, effort);
    farm(case, servers, rate, balance, horizon)
}

fn farm(case: &Case, servers: u32, rate: f64, balance: &str, horizon: Horizon) -> Planned {
    let mean = exponential_mean(&case.input)?;
    let draft = Draft::default()
        .pool("servers", servers, 1, balance, UNBOUNDED)
        .stage("serve", "servers", &[], 1, &exponential(mean))
        .open("Poisson", rate);
    let plan: Plan = draft.plan(case, horizon, width(rate * mean / f64::from(servers), false), move |quantity| {
        target(quantity, f64::from(servers))
    });
    Ok(plan)
}

fn target(quantity: &Quantity, servers: f64) -> Option<Target> {
    if quantity.name == "fraction_servers_with_at_least" {
        return Some(Target::Meter(Measure::MachinesAtLeast(quantity.place()?), 1.0));
    }
    let measure = match quantity.name.as_str() {
        "mean_jobs_per_server" => Measure::Number,
        _ if quantity.at.is_some() => return None,
        name => measure(name)?,
    };
    let per_server = matches!(quantity.name.as_str(), "mean_jobs_per_server" | "utilization");
    Some(Target::Meter(measure, if per_server { 1.0 / servers } else { 1.0 }))
}

fn machines(input: &Input) -> Result<u32, Gap> {
    count(input, "servers", 1, limits::WORKERS_MAX)
}
