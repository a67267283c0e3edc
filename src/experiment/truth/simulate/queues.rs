//! Single queues: one machine, whose cores are the servers.

use super::draft::{Draft, Horizon, UNBOUNDED, count, exponential, law, process, wait_level, wait_levels, width};
use super::{Effort, Gap, Measure, Plan, Planned, Target};
use crate::analysis::queueing::MMc;
use crate::experiment::truth::formulas::input::Input;
use crate::experiment::truth::formulas::percentile;
use crate::experiment::truth::formulas::queues::{exponential_mean, mean_service, service_rate};
use crate::experiment::truth::{Case, Quantity};
use crate::scenario::limits;

/// The one pool.
pub(super) const POOL: &str = "servers";

pub(super) fn multi_server(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let system = System {
        rate: input.number("arrival_rate")?,
        mean: 1.0 / service_rate(input)?,
        servers: servers(input)?,
        room: UNBOUNDED,
    };
    let law = exponential(system.mean);
    Ok(system.plan(case, effort, "Poisson", Laws::of(&law, 1.0)))
}

pub(super) fn loss(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let mean = 1.0 / service_rate(input)?;
    let rate =
        if input.has("offered_load") { input.number("offered_load")? / mean } else { input.number("arrival_rate")? };
    let system = System { rate, mean, servers: servers(input)?, room: 0 };
    Ok(system.plan(case, effort, "Poisson", Laws::of(&exponential(mean), 1.0)))
}

pub(super) fn finite(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let key = if input.has("capacity") { "capacity" } else { "capacity_including_service" };
    let (capacity, servers) = (input.count(key)?, servers(input)?);
    let room = capacity.saturating_sub(servers).min(UNBOUNDED);
    let system = System { rate: input.number("arrival_rate")?, mean: 1.0 / service_rate(input)?, servers, room };
    let law = exponential(system.mean);
    Ok(system.plan(case, effort, "Poisson", Laws::of(&law, 1.0)))
}

pub(super) fn general_service(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (law, known) = law(input.text("service")?, input, mean_service(input)?)?;
    let system = System { rate: input.number("arrival_rate")?, mean: known.mean(), servers: 1, room: UNBOUNDED };
    Ok(system.plan(case, effort, "Poisson", Laws::of(&law, known.scv())))
}

pub(super) fn constant_service(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let (law, known) = law(input.text("service")?, input, mean_service(input)?)?;
    let rate = input.number("arrival_rate")?;
    let system = System { rate, mean: known.mean(), servers: servers(input)?, room: UNBOUNDED };
    Ok(system.plan(case, effort, "Poisson", Laws::of(&law, known.scv())))
}

pub(super) fn general_arrivals(case: &Case, effort: &Effort) -> Planned {
    let input = &case.input;
    let rate = input.number("arrival_rate")?;
    let (process, gaps) = process(input.text("interarrival")?, input, 1.0 / rate)?;
    let mean = exponential_mean(input)?;
    let system = System { rate, mean, servers: 1, room: UNBOUNDED };
    Ok(system.plan(case, effort, &process, Laws { service: &exponential(mean), scv: gaps.scv(), scv_of_service: 1.0 }))
}

/// One queue.
#[derive(Clone, Copy)]
pub(super) struct System {
    pub(super) rate: f64,
    pub(super) mean: f64,
    pub(super) servers: u32,
    /// How many may wait.
    pub(super) room: u32,
}

impl System {
    fn plan(self, case: &Case, effort: &Effort, process: &str, laws: Laws<'_>) -> Plan {
        let Laws { service: law, scv, scv_of_service } = laws;
        let is_heavy = is_heavy(law);
        let Self { rate, mean, servers, room } = self;
        let utilisation = rate * mean / f64::from(servers);
        let horizon = Horizon::new(self.relaxation(scv), rate, effort);
        let draft = Draft::default()
            .pool(POOL, 1, servers, "RoundRobin", room)
            .stage("serve", POOL, &[], 1, law)
            .open(process, rate);
        // A system that refuses what it cannot take is never above its capacity.
        let utilisation = if room < UNBOUNDED { utilisation.min(0.9) } else { utilisation };
        let exponential = MMc::new(rate, 1.0 / mean, servers).map(|queue| queue.mean_wait()).ok();
        let levels = wait_levels(case);
        let target = move |quantity: &Quantity| self.target(quantity, &levels, exponential);
        let mut plan = draft.plan(case, horizon, width(utilisation, is_heavy), target);
        if room == UNBOUNDED {
            plan.controls = controls(rate, mean, scv_of_service);
        }
        plan
    }

    /// Seconds within which the number in the system forgets where it began: for M/M/c 1 / (sqrt(c mu) - sqrt(lambda))^2,
    /// but at least a service, and no more than a full system of bounded size takes to drift through its states; longer
    /// for services that vary more (heavy traffic).
    pub(super) fn relaxation(self, scv: f64) -> f64 {
        let Self { rate, mean, servers, room } = self;
        let gap = (f64::from(servers) / mean).sqrt() - rate.sqrt();
        let states = f64::from(room) + 1.0;
        let unbounded = if gap == 0.0 { f64::INFINITY } else { 1.0 / (gap * gap) };
        let bounded = states * states * mean / f64::from(servers);
        unbounded.min(bounded).max(mean) * f64::midpoint(1.0, scv).max(1.0)
    }

    fn target(self, quantity: &Quantity, levels: &[f64], exponential_wait: Option<f64>) -> Option<Target> {
        if quantity.at.is_some() {
            return None;
        }
        let name = quantity.name.as_str();
        if name == "kingman_mean_wait_approximation" {
            return Some(Target::Shown("Kingman's approximation is not compared with simulation"));
        }
        if let Some(level) = wait_level(name) {
            let place = levels.iter().position(|known| *known == level)?;
            return Some(Target::Meter(Measure::WaitAt(place), 1.0));
        }
        let factor = match name {
            "utilization" => 1.0 / f64::from(self.servers),
            "ratio_to_M_M_c" => 1.0 / exponential_wait?,
            _ => 1.0,
        };
        measure(name).map(|measure| Target::Meter(measure, factor))
    }
}

/// The laws of a queue.
#[derive(Clone, Copy)]
struct Laws<'t> {
    /// Of the services, as written.
    service: &'t str,
    /// The squared coefficient of variation that decides how long the queue remembers.
    scv: f64,
    /// That of the services.
    scv_of_service: f64,
}

impl<'t> Laws<'t> {
    fn of(service: &'t str, scv_of_service: f64) -> Self {
        Self { service, scv: scv_of_service, scv_of_service }
    }
}

/// What is known of single-task jobs before they run: how many arrive, and the first two moments of their services.
pub(super) fn controls(rate: f64, mean: f64, scv: f64) -> Vec<(Measure, f64)> {
    let square = mean * mean * (1.0 + scv);
    vec![(Measure::ArrivalRate, rate), (Measure::Service, mean), (Measure::ServiceSquare, square)]
}

/// The meter of a quantity by its name, as all tables call it.
pub(super) fn measure(name: &str) -> Option<Measure> {
    Some(match name {
        "utilization" | "carried_load" => Measure::Busy,
        "service_scv" => Measure::ServiceScv,
        "prob_wait" | "prob_wait_of_accepted" => Measure::Waited,
        "prob_no_wait" => Measure::NotWaited,
        "prob_empty" => Measure::Empty,
        "blocking" => Measure::Blocking,
        "throughput" => Measure::Throughput,
        "mean_wait" | "mean_wait_by_series" | "mean_wait_accepted" | "ratio_to_M_M_c" => Measure::Wait,
        "wait_variance" => Measure::WaitVariance,
        "mean_response" | "mean_response_accepted" | "response" => Measure::Response,
        "response_variance" => Measure::ResponseVariance,
        "mean_queue_length" => Measure::Queue,
        "mean_number" | "mean_number_down" => Measure::Number,
        "mean_slowdown" => Measure::Slowdown,
        _ => match percentile(name)? {
            (level, "response" | "response_accepted" | "") => Measure::ResponseQuantile(level),
            (level, "wait" | "wait_accepted") => Measure::WaitQuantile(level),
            _ => return None,
        },
    })
}

pub(super) fn servers(input: &Input) -> Result<u32, Gap> {
    count(input, "servers", 1, limits::CORES_MAX)
}

/// Whether no moment generating function exists: such samples are dominated by a few.
pub(super) fn is_heavy(law: &str) -> bool {
    law.starts_with("LogNormal") || law.starts_with("BoundedPareto")
}
