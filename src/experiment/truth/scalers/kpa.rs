//! Knative's pod autoscaler.

use super::{Asked, Default, NOW, answered, exact};
use crate::base::{Span, Time};
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::formulas::input::Input;
use crate::experiment::truth::{Answer, Case, Expected, Quantity};
use crate::policy::scale::kpa::idle::{Activity, Bounds, Standing, apply};
use crate::policy::scale::kpa::target::{Targets, resolve};
use crate::policy::scale::kpa::window::{Buckets, Largest, smoothing};
use crate::policy::scale::kpa::{Decider, Limits, Want};
use crate::scenario::{Kpa, KpaMetric};

/// What an upstream test allows for what is free for a burst.
const BURST_TOLERANCE: f64 = 1.0;

pub(super) fn sequence(case: &Case) -> Asked {
    let input = &case.input;
    let limits = input.entries("decider")?.map(|given| limits(&given)).transpose()?;
    let limits = limits.ok_or(Refusal::Missing { key: "decider".to_owned() })?;
    let mut decider = Decider::new(NOW, limits, input.count("ready_pods_at_creation")?);
    if let Some(panic) = input.entries("initial_panic").ok().flatten() {
        decider = decider.panicking(at(&panic, "panicking_since_t_s")?, panic.count("max_panic_pods")?);
    }
    let mut wants: Vec<Want> = Vec::new();
    for step in input.items("steps")? {
        if let Some(changed) = step.entries("spec_changed_to").ok().flatten() {
            decider.set_limits(self::limits(&changed)?);
        }
        let (stable, quick) = (step.number("stable_value")?, step.number("panic_value")?);
        wants.push(decider.decide(at(&step, "t_s")?, step.count("ready_pods")?, stable, quick));
    }
    Ok(answered(case, |quantity| {
        let (place, what) = quantity.at.as_ref()?.split_once('.')?;
        let want = wants.get(place.parse::<usize>().ok()?)?;
        match what {
            "want_pods" => exact(want.machines),
            "want_panicking" => Some(Answer::Flag(want.is_panicking)),
            "want_excess_burst_capacity" => {
                let error = BURST_TOLERANCE / case_number(quantity).abs().max(1.0);
                Some(Answer::Approximate { value: want.excess_burst_capacity as f64, error })
            }
            _ => None,
        }
    }))
}

fn case_number(quantity: &Quantity) -> f64 {
    match quantity.value {
        Expected::Number { value, .. } => value,
        _ => 0.0,
    }
}

pub(super) fn initial_panic(case: &Case) -> Asked {
    let (panics, most) = Decider::new(NOW, free_limits(), case.input.count("ready_pods_at_creation")?).panic();
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "panicking" => Some(Answer::Flag(panics)),
        "max_panic_pods" => exact(most),
        _ => None,
    }))
}

/// Without data nothing is decided: a pool does not ask its decider then.
pub(super) fn no_data(case: &Case) -> Asked {
    let standing = Standing {
        state: None,
        is_reachable: true,
        is_activator_in_path: true,
        proxied_for: Span::ZERO,
        is_initialised: true,
    };
    let applied = apply(None, &standing, &free_bounds());
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "scale_valid" => Some(Answer::Flag(applied.machines.is_some())),
        "want_pods" | "want_excess_burst_capacity" => Some(Answer::Shown("nothing is wanted where nothing is known")),
        _ => None,
    }))
}

pub(super) fn linear(case: &Case) -> Asked {
    let mut buckets = Buckets::new(secs(&case.input, "window_s")?, secs(&case.input, "bucket_s")?);
    let mut reads = Vec::new();
    for operation in case.input.items("operations")? {
        let now = at(&operation, "t_s")?;
        match operation.text("op")? {
            "record" => buckets.record(now, operation.number("value")?),
            "read" => reads.push(buckets.average(now)),
            text => return Err(Refusal::Policy { text: text.to_owned() }),
        }
    }
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "reads" => exact(*reads.get(quantity.place::<usize>()?)?),
        _ => None,
    }))
}

pub(super) fn weighted(case: &Case) -> Asked {
    let step = secs(&case.input, "bucket_s")?;
    let mut buckets = Buckets::new(secs(&case.input, "window_s")?, step);
    let mut now = NOW;
    for value in case.input.numbers("values_oldest_first")? {
        now += step;
        buckets.record(now, value);
    }
    let average = buckets.weighted_average(now);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "average" => Some(Answer::Published(average)),
        "exact" => exact(average),
        "decimals" => Some(Answer::Shown("how the average is rounded")),
        _ => None,
    }))
}

pub(super) fn coefficient(case: &Case) -> Asked {
    let smoothing = smoothing(case.input.count("buckets")? as usize);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "smoothing_coefficient" => Some(Answer::Published(smoothing)),
        "exact" => exact(smoothing),
        _ => None,
    }))
}

pub(super) fn largest(case: &Case) -> Asked {
    let mut largest = Largest::new(secs(&case.input, "window_s")?, secs(&case.input, "bucket_s")?);
    for record in case.input.items("records")? {
        largest.record(at(&record, "t_s")?, record.count("value")?);
    }
    Ok(answered(case, |quantity| if quantity.name == "current" { exact(largest.current()) } else { None }))
}

pub(super) fn target(case: &Case) -> Asked {
    let input = &case.input;
    let is_rate = input.text("metric")? == "rps";
    let said = |key: &str| if input.is_given(key) { input.number(key).map(Some) } else { Ok(None) };
    let share = input.number(if is_rate { "rps_target_utilization" } else { "concurrency_target_fraction" })?;
    let (target, total) = resolve(&Targets {
        metric: if is_rate { KpaMetric::Rate } else { KpaMetric::Concurrency },
        concurrency: input.number("container_concurrency")?,
        target: said("target_annotation")?,
        concurrency_default: input.number("concurrency_target_default")?,
        rate_default: input.number("rps_target_default")?,
        utilization: said("target_utilization_annotation_pct")?.map_or(share, |percent| percent / 100.0),
    });
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "target" => exact(target),
        "total" => exact(total),
        _ => None,
    }))
}

pub(super) fn scaler(case: &Case) -> Asked {
    let input = &case.input;
    let state = match input.is_given("state").then(|| input.text("state")).transpose()? {
        None => None,
        Some(text) => {
            let activity = match text {
                "activating" => Activity::Activating,
                "active" => Activity::Active,
                "inactive" => Activity::Inactive,
                text => return Err(Refusal::Policy { text: text.to_owned() }),
            };
            Some((activity, secs(input, "state_age_s")?))
        }
    };
    let standing = Standing {
        state,
        is_reachable: input.text("reachability")? != "unreachable",
        is_activator_in_path: input.flag("activator_in_path")?,
        proxied_for: secs(input, "proxy_mode_for_s")?,
        is_initialised: input.flag("initial_scale_reached")?,
    };
    let bounds = Bounds {
        min: input.count("min_scale")?,
        max: input.count("max_scale")?,
        initial: if input.is_given("initial_scale") { input.count("initial_scale")? } else { 0 },
        scale_to_zero: input.flag("scale_to_zero_enabled")?,
        stable_window: secs(input, "stable_window_s")?,
        grace_period: secs(input, "grace_period_s")?,
        retention: secs(input, "pod_retention_s")?,
        progress_deadline: secs(input, "progress_deadline_s")?,
    };
    let applied = apply(u32::try_from(input.integer("autoscaler_wants")?).ok(), &standing, &bounds);
    let current = input.count("current_replicas")?;
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "returned_scale" => exact(applied.machines.map_or(-1.0, f64::from)),
        "replicas_are_changed" => Some(Answer::Flag(applied.is_applied && applied.machines != Some(current))),
        _ => None,
    }))
}

/// What the code takes where a person says nothing, by its name in the tables.
pub(super) fn default(name: &str) -> Option<Default> {
    let kpa = Kpa::DEFAULT;
    let value = match name {
        "panic window percentage of the stable window" => kpa.panic_window * 100.0,
        "panic threshold" => kpa.panic_threshold * 100.0,
        "concurrency target per pod" => Kpa::CONCURRENCY_DEFAULT,
        "rps target per pod" | "requests per second target per pod" => Kpa::RATE_DEFAULT,
        "target utilization" | "concurrency target utilization" => kpa.utilization * 100.0,
        "max scale up rate" => kpa.max_scale_up_rate,
        "max scale down rate" => kpa.max_scale_down_rate,
        "target burst capacity" => kpa.target_burst_capacity,
        "stable window" => kpa.stable_window.secs(),
        "scale-to-zero grace period" => kpa.grace_period.secs(),
        "scale-to-zero pod retention" | "pod retention" => kpa.pod_retention.secs(),
        "scale-down delay" => kpa.scale_down_delay.secs(),
        "activation scale" => f64::from(kpa.activation_scale),
        // Every pool here has bounds, and begins with what the scenario says.
        "initial scale" | "min scale" | "max scale" => {
            return Some(Box::new(|_| Some(Answer::Shown("a pool has bounds of its own"))));
        }
        "evaluation interval" | "tick interval" => Kpa::TICK.secs(),
        "max stable window" => Kpa::STABLE_WINDOW_MAX.secs(),
        _ => return None,
    };
    Some(Box::new(move |_| exact(value)))
}

fn limits(given: &Input) -> Result<Limits, Refusal> {
    Ok(Limits {
        target: given.number("target")?,
        total: given.number("total")?,
        burst_capacity: given.number("target_burst_capacity")?,
        panic_threshold: given.number("panic_threshold")?,
        up_rate: given.number("max_scale_up_rate")?,
        down_rate: given.number("max_scale_down_rate")?,
        stable_window: secs(given, "stable_window_s")?,
        is_reachable: given.flag("reachable")?,
        activation_scale: given.count("activation_scale")?,
        down_delay: secs(given, "scale_down_delay_s")?,
    })
}

fn free_limits() -> Limits {
    Limits {
        target: 1.0,
        total: 1.0,
        burst_capacity: 0.0,
        panic_threshold: 2.0,
        up_rate: 10.0,
        down_rate: 10.0,
        stable_window: Span::from_secs(60),
        is_reachable: true,
        activation_scale: 0,
        down_delay: Span::ZERO,
    }
}

fn free_bounds() -> Bounds {
    Bounds {
        min: 0,
        max: 0,
        initial: 0,
        scale_to_zero: true,
        stable_window: Span::from_secs(60),
        grace_period: Span::from_secs(30),
        retention: Span::ZERO,
        progress_deadline: Span::from_secs(120),
    }
}

/// An instant of a case; its zero is now.
fn at(input: &Input, key: &str) -> Result<Time, Refusal> {
    let secs = input.number(key)?;
    Ok(if secs < 0.0 { Time(NOW.0 - Span::from_secs_f64(-secs).0) } else { NOW + Span::from_secs_f64(secs) })
}

fn secs(input: &Input, key: &str) -> Result<Span, Refusal> {
    input.number(key).map(Span::from_secs_f64)
}
