//! What clients do about failures, asked of the code that a pool runs; and what was published of real systems.
//!
//! A kind is added by one line in [`teller`] and a function that answers its quantities.

mod contention;
mod defaults;
mod outliers;
mod retries;

use super::formulas::Refusal;
use super::simulate::{Effort, Simulated};
use super::table::Case;
use super::{Answer, Quantity};

/// What answers a case.
type Asked = Result<Simulated, Refusal>;

/// Who answers a kind of case; `None` for one that is not about failures.
fn teller(kind: &str) -> Option<fn(&Case, &Effort) -> Asked> {
    Some(match kind {
        "default" => defaults::default,
        "retry budget, frozen clock" => retries::share,
        "retry budget limit" => retries::in_flight,
        "retry throttling" => retries::tokens,
        "jittered back-off" => retries::jitter,
        "client-side adaptive throttling" => retries::throttle,
        "contention with back-off" => contention::contention,
        "ejection time" => outliers::time,
        "ejection timing" => outliers::timing,
        "success-rate outlier" => outliers::success_rate,
        "published latency" | "published hedging" | "published tied requests" | "metastable statistics" => published,
        _ => return None,
    })
}

/// Whether a case is about failures. Other tables have defaults, too: theirs are of no system.
pub(super) fn knows(case: &Case) -> bool {
    teller(&case.kind).is_some() && (case.kind != "default" || case.input.has("system"))
}

/// What is said of a case; `None` for one that is not about failures.
pub(super) fn ask(case: &Case, effort: &Effort) -> Option<Asked> {
    knows(case).then(|| teller(&case.kind).map(|tell| tell(case, effort)))?
}

/// What was measured of one system, whose parts nobody outside of it knows.
fn published(case: &Case, _: &Effort) -> Asked {
    Ok(answered(case, |_| {
        Some(Answer::Shown("it was measured of one system that cannot be built again from what is known"))
    }))
}

/// What answers each quantity of a case that somebody knows.
fn answered(case: &Case, answer: impl Fn(&Quantity) -> Option<Answer>) -> Simulated {
    let answers = case.expected.iter().filter_map(|quantity| Some((quantity.label(), answer(quantity)?)));
    Simulated::new(0, 1, answers.collect())
}

/// A number as an answer.
fn exact(number: impl Into<f64>) -> Option<Answer> {
    Some(Answer::Exact(number.into()))
}
