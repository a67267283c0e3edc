//! Autoscalers, asked what they would decide: through the code that a pool runs.
//!
//! A kind is added by one line in [`teller`] and a function that answers its quantities.

mod hpa;
mod kpa;

use std::collections::BTreeMap;

use super::formulas::Refusal;
use super::simulate::Simulated;
use super::table::Case;
use super::{Answer, Quantity};
use crate::base::{Span, Time};

/// Now: late enough for everything that the tables remember.
const NOW: Time = Time(100_000_000_000_000);

/// What answers a case.
type Asked = Result<Simulated, Refusal>;

/// Who answers a kind of case; `None` for one that is not about an autoscaler.
fn teller(kind: &str) -> Option<fn(&Case) -> Asked> {
    Some(match kind {
        "replica_calc.resource" | "replica_calc.resource_error" => hpa::resource,
        "replica_calc.pods_metric" => hpa::pods_metric,
        "replica_calc.object_value" | "replica_calc.external_value" => hpa::value,
        "replica_calc.object_average" | "replica_calc.external_average" => hpa::share,
        "pod_grouping" => hpa::grouping,
        "controller" => hpa::controller,
        "clamp_without_behavior" => hpa::clamp,
        "scale_up_limit" => hpa::most,
        "scale_down_limit" => hpa::fewest,
        "rate_limit_with_behavior" => hpa::rate_limit,
        "stabilize_without_behavior" => hpa::stabilise_without,
        "stabilize_with_behavior" => hpa::stabilise_with,
        "scale_event_store" => hpa::events,
        "autoscaler_sequence" => kpa::sequence,
        "initial_panic" => kpa::initial_panic,
        "no_data" => kpa::no_data,
        "window_average_linear" => kpa::linear,
        "window_average_weighted" => kpa::weighted,
        "window_weighted_coefficient" => kpa::coefficient,
        "delay_window_max" => kpa::largest,
        "target_resolution" => kpa::target,
        "scaler" => kpa::scaler,
        "default" => default,
        _ => return None,
    })
}

/// Whether a kind of case is about an autoscaler.
pub(super) fn knows(kind: &str) -> bool {
    teller(kind).is_some()
}

/// What an autoscaler says of a case; `None` for a kind that is not about one.
pub(super) fn ask(case: &Case) -> Option<Asked> {
    teller(&case.kind).map(|tell| tell(case))
}

/// A default that the code has, by its name in the tables.
fn default(case: &Case) -> Asked {
    let name = case.other.text("name").unwrap_or_default();
    let answer = hpa::default(name).or_else(|| kpa::default(name));
    Ok(answered(case, |quantity| match (quantity.name.as_str(), &answer) {
        ("unit", _) => Some(Answer::Shown("it is said in words")),
        ("value", Some(answer)) => answer(quantity),
        _ => None,
    }))
}

/// What answers a default.
type Default = Box<dyn Fn(&Quantity) -> Option<Answer>>;

/// What answers each quantity of a case that somebody knows.
fn answered(case: &Case, answer: impl Fn(&Quantity) -> Option<Answer>) -> Simulated {
    let answers = case.expected.iter().filter_map(|quantity| Some((quantity.label(), answer(quantity)?)));
    Simulated::new(0, 1, answers.collect::<BTreeMap<_, _>>())
}

/// A number as an answer.
fn exact(number: impl Into<f64>) -> Option<Answer> {
    Some(Answer::Exact(number.into()))
}

/// So long ago.
fn ago(secs: f64) -> Time {
    Time(NOW.0.saturating_sub(Span::from_secs_f64(secs).0))
}
