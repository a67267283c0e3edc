//! Dispatchers in front of several queues, each with one server.

use super::draft::{Draft, Horizon, UNBOUNDED, count, exponential, width};
use super::queues::{controls, measure};
use super::{Effort, Gap, Measure, Plan, Planned, Target};
use crate::experiment::truth::formulas::input::Input;
use crate::experiment::truth::formulas::queues::exponential_mean;
use crate::experiment::truth::{Case, Quantity};
use crate::scenario::limits;

/// How far n machines may be from infinitely many, times n: at 0.99 and two choices Mitzenmacher's table (1996) has
/// 2.9 % for 100 machines.
const FINITE_BIAS: f64 = 20.0;

/// Replications of many machines to begin with. With fewer, Student's law asks for more again than they save.
const CROWDS: u64 = 8;

/// Machines that show what each does alone.
const ALONE: u32 = 8;

/// Infinitely many servers: many of them, with a stated bias.
pub(super) fn supermarket(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let balance = match input.text("choices") {
        Ok(text) if text.starts_with("all") => "LeastOutstanding".to_owned(),
        Ok(_) => return Err(Gap::NotYet("choices in words")),
        Err(_) => choices(count(input, "choices", 1, limits::CHOICES_MAX)?, "Distinct"),
    };
    let (load, mean) = (input.number("arrival_rate_per_server")?, exponential_mean(input)?);
    if balance == "Random" {
        // Each machine is a queue of its own, however many there are: a few show it, without a bias.
        let gap = (1.0 / mean).sqrt() - load.sqrt();
        let rate = load * f64::from(ALONE);
        return farm(case, ALONE, rate, &balance, Horizon::new((1.0 / (gap * gap)).max(mean), rate, effort));
    }
    let servers = effort.many;
    let rate = load * f64::from(servers);
    // With so many machines each instant is a sample of thousands, so that a run is short; but it fills up slowly, and
    // forgets as slowly.
    let filling = (5.0 * mean / (1.0 - load * mean).max(0.01)).max(20.0 * mean);
    let horizon = Horizon::of(filling, filling, rate);
    let mut plan = farm(case, servers, rate, &balance, horizon)?;
    plan.bias = FINITE_BIAS / f64::from(servers);
    // Each instant of each replication is a sample of all machines.
    plan.replications = Some(CROWDS);
    Ok(plan)
}

pub(super) fn small_system(case: &Case, effort: &Effort) -> Planned {
    let words: Vec<&str> = case.input.text("policy")?.split_whitespace().collect();
    let balance = match words.as_slice() {
        ["join", "the", "shortest", "queue", ..] => "LeastOutstanding".to_owned(),
        ["join", "an", "idle", ..] => "JoinIdle".to_owned(),
        ["random"] => "Random".to_owned(),
        [d, "distinct", "random", "choices"] => choices(number(d)?, "Distinct"),
        [d, "random", "choices", "with", "replacement"] => choices(number(d)?, "WithReplacement"),
        _ => return Err(Gap::NotYet("a dispatcher that the language cannot say")),
    };
    steady(case, effort, &balance)
}

/// The balancer that draws so many machines.
fn choices(d: u32, draw: &str) -> String {
    match (d, draw) {
        (1, _) => "Random".to_owned(),
        (2, "Distinct") => "PowerOfTwo".to_owned(),
        _ => format!("PowerOfD(d: {d}, draw: {draw})"),
    }
}

/// A small number in words.
fn number(word: &str) -> Result<u32, Gap> {
    let words = ["one", "two", "three", "four", "five"];
    let place = words.iter().position(|known| *known == word).map(|place| place as u32 + 1);
    place.or_else(|| word.parse().ok()).ok_or(Gap::NotYet("a number of choices in other words"))
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
    let mut plan: Plan = draft.plan(case, horizon, width(rate * mean / f64::from(servers), false), move |quantity| {
        target(quantity, f64::from(servers))
    });
    plan.controls = controls(rate, mean, 1.0);
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
