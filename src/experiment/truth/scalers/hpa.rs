//! Kubernetes' horizontal pod autoscaler.

use super::{Asked, Default, NOW, ago, answered, exact};
use crate::base::{Span, Time};
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::formulas::input::Input;
use crate::experiment::truth::{Answer, Case, Quantity, Simulated};
use crate::policy::scale::hpa::behavior::{self, Changes, History, Recommendations, Stamped};
use crate::policy::scale::hpa::pods::{Class, Patience, Phase, Pod};
use crate::policy::scale::hpa::ratio::{self, NoMetrics, Proposal};
use crate::policy::scale::hpa::{Controller, Reading, Settings};
use crate::scenario::{Behavior, Hpa, Rule, Rules, Select, Step, Tolerance};

/// What "long ago" is taken to be.
const LONG: f64 = 86_400.0;
/// The window of a sample where a case says nothing.
const WINDOW: f64 = 60.0;

pub(super) fn resource(case: &Case) -> Asked {
    let input = &case.input;
    let pods = pods(input, "usage_milli")?;
    let unknown = if input.has("metrics_for_unknown_pods_milli") {
        known(&input.integers("metrics_for_unknown_pods_milli")?)
    } else {
        Vec::new()
    };
    let target = input.count("target_utilization_pct")?;
    let size = input.count("current_replicas")?;
    let proposal = ratio::by_utilisation(size, &pods, &unknown, target, patience(input)?, tolerance(input)?);
    Ok(proposed(case, proposal))
}

pub(super) fn pods_metric(case: &Case) -> Asked {
    let input = &case.input;
    let (size, target) = (input.count("current_replicas")?, input.integer("target_average_milli")?);
    Ok(proposed(case, ratio::by_average(size, &pods(input, "usage_milli")?, target, tolerance(input)?)))
}

pub(super) fn value(case: &Case) -> Asked {
    let input = &case.input;
    let values = known(&input.integers("metric_values_milli")?);
    let (size, ready) = (input.count("current_replicas")?, input.count("running_ready_pods")?);
    Ok(proposed(
        case,
        Ok(ratio::by_value(size, ready, &values, input.integer("target_value_milli")?, tolerance(input)?)),
    ))
}

pub(super) fn share(case: &Case) -> Asked {
    let input = &case.input;
    let values = known(&input.integers("metric_values_milli")?);
    let target = input.integer("target_average_per_pod_milli")?;
    Ok(proposed(case, Ok(ratio::by_share(input.count("current_replicas")?, &values, target, tolerance(input)?))))
}

fn proposed(case: &Case, proposal: Result<Proposal, NoMetrics>) -> Simulated {
    answered(case, |quantity| match (quantity.name.as_str(), proposal) {
        ("desired_replicas", Ok(proposal)) => exact(proposal.size),
        ("reported_utilization_pct", Ok(proposal)) => exact(proposal.percent? as f64),
        ("reported_average_milli" | "reported_value_milli", Ok(proposal)) => exact(proposal.reported as f64),
        ("error", Err(NoMetrics)) => Some(Answer::Word("error".to_owned())),
        _ => None,
    })
}

pub(super) fn grouping(case: &Case) -> Asked {
    let input = &case.input;
    let patience = (input.text("resource")? == "cpu").then_some(patience(input)?);
    let pods = pods(input, "metric_value")?;
    let names: Result<Vec<String>, Refusal> =
        input.items("pods")?.iter().map(|pod| pod.text("name").map(str::to_owned)).collect();
    let names = names?;
    let of = |class: Class| -> Vec<&String> {
        pods.iter().zip(&names).filter(|(pod, _)| pod.class(patience) == class).map(|(_, name)| name).collect()
    };
    Ok(answered(case, |quantity| {
        let class = match quantity.name.as_str() {
            "ready" => return exact(of(Class::Counted).len() as f64),
            "unready" => Class::Unready,
            "missing" => Class::Missing,
            "ignored" => Class::Ignored,
            _ => return None,
        };
        Some(Answer::Word((*of(class).get(quantity.place::<usize>()?)?).clone()))
    }))
}

/// A whole round, as a pool goes through it.
pub(super) fn controller(case: &Case) -> Asked {
    let input = &case.input;
    let behavior = match (input.entries("scale_up_rules")?, input.entries("scale_down_rules")?) {
        (None, None) => None,
        (up, down) => Some(Behavior { up: rules(up, Rules::up())?, down: rules(down, Rules::down())? }),
    };
    let settings = Settings {
        min: input.count("min_replicas")?,
        max: input.count("max_replicas")?,
        tolerance: tolerance(input)?,
        behavior,
        downscale_stabilization: secs(input, "downscale_stabilization_s")?,
        patience: patience(input)?,
        up_factor: input.count("no_behavior_scale_up_factor")?,
        up_minimum: Settings::UP_MINIMUM,
    };
    let (pods, unknown) =
        (pods(input, "cpu_usage_milli")?, known(&input.integers("cpu_metrics_for_unknown_pods_milli")?));
    let values =
        if input.is_given("raw_metric_values_milli") { input.integers("raw_metric_values_milli")? } else { Vec::new() };
    let total = known(&values);
    let readings: Result<Vec<Reading>, Refusal> = input
        .items("metrics")?
        .iter()
        .map(|metric| {
            Ok(match metric.text("type")? {
                "cpu_utilization" => Reading::Cpu { percent: metric.count("target_pct")?, unknown: &unknown },
                "pods_average" => Reading::Average { target: metric.integer("target_milli")?, values: &values },
                "object_value" | "external_value" => {
                    Reading::Value { target: metric.integer("target_milli")?, values: &total }
                }
                "object_average" | "external_average" => {
                    Reading::Share { target: metric.integer("target_milli")?, values: &total }
                }
                "unavailable" => Reading::Unavailable,
                text => return Err(Refusal::Policy { text: text.to_owned() }),
            })
        })
        .collect();
    let (size, running) = (input.count("spec_replicas")?, input.count("status_replicas")?);
    let mut controller = if input.is_given("past_recommendations") {
        let past = Recommendations::new(stamped(input, "past_recommendations")?);
        Controller::resumed(settings, past, History::default())
    } else {
        Controller::new(settings)
    };
    let decision = controller.reconcile(NOW, size, running, &pods, &readings?);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "desired_replicas" => exact(decision.size),
        "scaling_limited_reason" => Some(Answer::Word(decision.limit.name().to_owned())),
        _ => None,
    }))
}

pub(super) fn clamp(case: &Case) -> Asked {
    let input = &case.input;
    let (factor, minimum) = (input.count("no_behavior_scale_up_factor")?, input.count("no_behavior_scale_up_minimum")?);
    let (size, wanted) = (input.count("current_replicas")?, input.count("wanted_replicas")?);
    Ok(limited(case, behavior::clamped(size, wanted, bounds(input)?, factor, minimum)))
}

pub(super) fn rate_limit(case: &Case) -> Asked {
    let input = &case.input;
    let up = rules(input.entries("scale_up_rules")?, Rules::up())?;
    let down = rules(input.entries("scale_down_rules")?, Rules::down())?;
    let (size, wanted) = (input.count("current_replicas")?, input.count("wanted_replicas")?);
    let history = history(input)?;
    Ok(limited(case, behavior::rate_limited(NOW, size, wanted, bounds(input)?, (&up, &down), &history)))
}

fn limited(case: &Case, (size, why): (u32, crate::policy::scale::Reason)) -> Simulated {
    answered(case, |quantity| match quantity.name.as_str() {
        "desired_replicas" => exact(size),
        "reason" => Some(Answer::Word(why.name().to_owned())),
        _ => None,
    })
}

pub(super) fn most(case: &Case) -> Asked {
    limit(case, Rules::up(), behavior::most)
}

pub(super) fn fewest(case: &Case) -> Asked {
    limit(case, Rules::down(), behavior::fewest)
}

fn limit(case: &Case, otherwise: Rules, of: fn(Time, u32, &History, &Rules) -> u32) -> Asked {
    let input = &case.input;
    let (size, history) = (input.count("current_replicas")?, history(input)?);
    let limit = of(NOW, size, &history, &rules(input.entries("rules")?, otherwise)?);
    Ok(answered(case, |quantity| if quantity.name == "limit" { exact(limit) } else { None }))
}

pub(super) fn stabilise_without(case: &Case) -> Asked {
    let mut past = Recommendations::new(stamped(&case.input, "past_recommendations")?);
    let window = secs(&case.input, "downscale_stabilization_s")?;
    let size = past.largest(NOW, case.input.count("wanted_replicas")?, window);
    Ok(stabilised(case, size, &past))
}

pub(super) fn stabilise_with(case: &Case) -> Asked {
    let input = &case.input;
    let mut past = Recommendations::new(stamped(input, "past_recommendations")?);
    let windows = (secs(input, "scale_up_stabilization_s")?, secs(input, "scale_down_stabilization_s")?);
    let (size, wanted) = (input.count("current_replicas")?, input.count("wanted_replicas")?);
    let size = past.between(NOW, size, wanted, windows.0, windows.1);
    Ok(stabilised(case, size, &past))
}

fn stabilised(case: &Case, size: u32, past: &Recommendations) -> Simulated {
    answered(case, |quantity| match quantity.name.as_str() {
        "stabilized_replicas" => exact(size),
        "history_length_after" => exact(past.all().len() as f64),
        "history_values_after" => exact(past.all().get(quantity.place::<usize>()?)?.machines),
        _ => None,
    })
}

pub(super) fn events(case: &Case) -> Asked {
    let input = &case.input;
    let rules = rules(input.entries("rules")?, Rules::up())?;
    let mut changes = Changes::new(stamped(input, "previous_events")?);
    let before = changes.within(NOW, Span::from_secs(60));
    changes.remember(NOW, input.count("new_change")?, &rules);
    let longest = rules.policies.iter().map(|rule| rule.period).max().unwrap_or(Span::ZERO);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "change_in_last_60s_before" => exact(before),
        "events_after" => {
            let (place, what) = quantity.at.as_ref()?.split_once('.')?;
            let event = changes.all().get(place.parse::<usize>().ok()?)?;
            match what {
                "replicas" => exact(event.machines),
                "outdated" => Some(Answer::Flag(NOW.since(event.at) > longest)),
                _ => None,
            }
        }
        _ => None,
    }))
}

/// What the code takes where a person says nothing, by its name in the tables.
pub(super) fn default(name: &str) -> Option<Default> {
    let hpa = Hpa::of(Vec::new());
    let number = |value: f64| -> Option<Default> { Some(Box::new(move |_| exact(value))) };
    match name {
        "downscale stabilization window" => number(hpa.downscale_stabilization.secs()),
        "initial readiness delay" => number(hpa.readiness_delay.secs()),
        "cpu initialization period" => number(hpa.cpu_initialization.secs()),
        "sync period" | "horizontal pod autoscaler sync period" => number(hpa.sync.secs()),
        "tolerance" => number(hpa.tolerance.up),
        "concurrent HPA syncs" => Some(Box::new(|_| Some(Answer::Shown("there is one autoscaler for each pool")))),
        "scale-up select policy" => Some(Box::new(|_| selected(&Rules::up()))),
        "scale-down select policy" => Some(Box::new(|_| selected(&Rules::down()))),
        "scale-up stabilization window" => number(Rules::up().stabilization?.secs()),
        "scale-up policies" => Some(Box::new(|quantity| policy(quantity, &Rules::up()))),
        "scale-down policies" => Some(Box::new(|quantity| policy(quantity, &Rules::down()))),
        // Said in words.
        "scale-down stabilization window when unset" | "scale-up limit without behavior" => {
            Some(Box::new(|_| Some(Answer::Shown("it is said in words"))))
        }
        _ => None,
    }
}

fn selected(rules: &Rules) -> Option<Answer> {
    let name = match rules.select {
        Select::Max => "Max",
        Select::Min => "Min",
        Select::Disabled => "Disabled",
    };
    Some(Answer::Word(name.to_owned()))
}

fn policy(quantity: &Quantity, rules: &Rules) -> Option<Answer> {
    let (place, what) = quantity.at.as_ref()?.split_once('.')?;
    let Rule { step, period } = rules.policies.get(place.parse::<usize>().ok()?)?;
    let (kind, value) = match step {
        Step::Pods(count) => ("Pods", count),
        Step::Percent(percent) => ("Percent", percent),
    };
    match what {
        "type" => Some(Answer::Word(kind.to_owned())),
        "value" => exact(*value),
        "period_s" => exact(period.secs()),
        _ => None,
    }
}

fn pods(input: &Input, usage: &str) -> Result<Vec<Pod>, Refusal> {
    input.items("pods")?.iter().map(|pod| one_pod(pod, usage)).collect()
}

fn one_pod(pod: &Input, usage: &str) -> Result<Pod, Refusal> {
    let age_or = |key: &str, otherwise: f64| if pod.is_given(key) { pod.number(key) } else { Ok(otherwise) };
    let phase = match pod.text("phase")? {
        _ if pod.flag("deleting")? => Phase::Over,
        "Pending" => Phase::Pending,
        "Running" | "Unknown" => Phase::Running,
        "Failed" | "Succeeded" => Phase::Over,
        text => return Err(Refusal::Policy { text: text.to_owned() }),
    };
    let age = age_or("start_age_s", LONG)?;
    let span = Span::from_secs_f64;
    Ok(Pod {
        request: if pod.is_given("request_milli") { pod.integer("request_milli")? } else { 0 },
        usage: if pod.is_given(usage) { Some(pod.integer(usage)?) } else { None },
        phase,
        ready: if pod.is_given("ready") { Some(pod.flag("ready")?) } else { None },
        age: span(age),
        // Where nothing is said, a pod became what it is when it started.
        ready_age: span(age_or("ready_transition_age_s", age)?),
        sample_age: span(age_or("metric_age_s", 0.0)?),
        sample_window: span(age_or("metric_window_s", WINDOW)?),
    })
}

fn rules(given: Option<Input>, otherwise: Rules) -> Result<Rules, Refusal> {
    let Some(given) = given else { return Ok(otherwise) };
    let select = match given.is_given("select").then(|| given.text("select")).transpose()? {
        None => otherwise.select,
        Some("Max") => Select::Max,
        Some("Min") => Select::Min,
        Some("Disabled") => Select::Disabled,
        Some(text) => return Err(Refusal::Policy { text: text.to_owned() }),
    };
    let stabilization = if given.is_given("stabilization_s") {
        Some(secs(&given, "stabilization_s")?)
    } else {
        otherwise.stabilization
    };
    let policies = if given.is_given("policies") {
        given.items("policies")?.iter().map(rule).collect::<Result<_, _>>()?
    } else {
        otherwise.policies
    };
    Ok(Rules { stabilization, select, policies })
}

fn rule(given: &Input) -> Result<Rule, Refusal> {
    let value = given.count("value")?;
    let step = match given.text("type")? {
        "Pods" => Step::Pods(value),
        "Percent" => Step::Percent(value),
        text => return Err(Refusal::Policy { text: text.to_owned() }),
    };
    Ok(Rule { step, period: secs(given, "period_s")? })
}

fn stamped(input: &Input, key: &str) -> Result<Vec<Stamped>, Refusal> {
    let one = |past: &Input| Ok(Stamped { machines: past.count("replicas")?, at: ago(past.number("age_s")?) });
    input.items(key)?.iter().map(one).collect()
}

fn history(input: &Input) -> Result<History, Refusal> {
    let changes = |key| stamped(input, key).map(Changes::new);
    Ok(History { added: changes("scale_up_events")?, removed: changes("scale_down_events")? })
}

fn bounds(input: &Input) -> Result<(u32, u32), Refusal> {
    Ok((input.count("min_replicas")?, input.count("max_replicas")?))
}

fn tolerance(input: &Input) -> Result<Tolerance, Refusal> {
    Ok(Tolerance {
        up: input.number_or("tolerance_scale_up", Tolerance::DEFAULT.up)?,
        down: input.number_or("tolerance_scale_down", Tolerance::DEFAULT.down)?,
    })
}

fn patience(input: &Input) -> Result<Patience, Refusal> {
    Ok(Patience {
        cpu_initialization: Span::from_secs_f64(input.number_or("cpu_initialization_period_s", 300.0)?),
        readiness_delay: Span::from_secs_f64(input.number_or("initial_readiness_delay_s", 30.0)?),
    })
}

fn secs(input: &Input, key: &str) -> Result<Span, Refusal> {
    input.number(key).map(Span::from_secs_f64)
}

fn known(values: &[Option<i64>]) -> Vec<i64> {
    values.iter().flatten().copied().collect()
}
