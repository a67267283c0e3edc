//! Who is left out, and for how long.

use super::{Asked, answered, exact};
use crate::base::{Span, Time};
use crate::experiment::truth::Answer;
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::simulate::Effort;
use crate::experiment::truth::table::{Case, Expected};
use crate::policy::resilience::outliers::envoy;
use crate::scenario::EnvoyOutliers;

/// How long a machine is left out that was left out so many times.
pub(super) fn time(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let secs = |key| input.number(key).map(Span::from_secs_f64);
    let span = envoy::ejection(secs("base_s")?, secs("max_s")?, input.count("times_ejected")?);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "seconds" => exact(span.secs()),
        _ => None,
    }))
}

/// Whether a machine that was left out once is still at these comparisons.
pub(super) fn timing(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let at = |millis: f64| Time::ZERO + Span::from_secs_f64(millis / 1e3);
    let base = Span::from_secs_f64(input.number("base_s")?);
    let settings = EnvoyOutliers { base, ..EnvoyOutliers::default() };
    let (out_since, sweeps) = (at(input.number("ejected_at_ms")?), input.numbers("sweeps_at_ms")?);
    let times = input.count_or("times_ejected", 1)?;
    let mut is_out = true;
    let still: Vec<bool> = sweeps
        .iter()
        .map(|sweep| {
            is_out &= !envoy::is_over(at(*sweep), out_since, &settings, times);
            is_out
        })
        .collect();
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "still_ejected" => still.get(quantity.place::<usize>()?).map(|still| Answer::Flag(*still)),
        _ => None,
    }))
}

/// Those whose share of successes is unlike the others'.
pub(super) fn success_rate(case: &Case, _: &Effort) -> Asked {
    let rates = case.input.numbers("success_rates")?;
    let factor = case.input.number("stdev_factor")?;
    let (mean, threshold) = envoy::threshold(&rates, factor);
    let out = envoy::outliers(&rates, factor);
    // A list that is empty in the table has no quantity to disagree with.
    let known = case.expected.iter().filter(|quantity| quantity.name == "ejected_hosts").count();
    if known != out.len() {
        return Err(Refusal::Scenario { why: format!("{} hosts are outliers, and the table has {known}", out.len()) });
    }
    Ok(answered(case, |quantity| match (quantity.name.as_str(), &quantity.value) {
        ("mean", _) => exact(mean),
        // As it was printed.
        ("threshold", Expected::Number { .. }) => Some(Answer::Published(threshold)),
        ("ejected_hosts", _) => exact(*out.get(quantity.place::<usize>()?)? as f64),
        _ => None,
    }))
}
