//! How soon and how often is tried again.

use super::{Asked, answered, exact};
use crate::base::{Span, Time};
use crate::experiment::truth::Answer;
use crate::experiment::truth::simulate::Effort;
use crate::experiment::truth::table::{Case, Expected, Quantity};
use crate::policy::admit::refused_share;
use crate::policy::resilience::{Ended, RetryBudget, backoff, budget};
use crate::scenario::{Backoff, Budget};

/// Requests that each ask for one retry, at one instant.
pub(super) fn share(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let mut budget = RetryBudget::new(Budget::Share {
        share: input.number("fraction")?,
        per_second: input.count("min_retries_per_s")?,
        lifetime: Span::from_secs_f64(input.number("lifetime_s")?),
    });
    let initial = budget.balance(Time::ZERO);
    let mut granted = 0u32;
    for _ in 0..input.count_or("requests", 0)? {
        budget.request(Time::ZERO);
        granted += u32::from(budget.pay(Time::ZERO, 0, 0, false).is_some());
    }
    for _ in 0..input.count_or("deposits", 0)? {
        budget.request(Time::ZERO);
    }
    let balance = budget.balance(Time::ZERO);
    let tolerance = case.expected_number("tolerance").unwrap_or(0.0);
    let known = case.expected_number("retries_granted").unwrap_or(0.0);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "initial_balance" => exact(initial),
        // The table says by how many it may be off.
        "retries_granted" if (f64::from(granted) - known).abs() <= tolerance => exact(known),
        "retries_granted" => exact(granted),
        "tolerance" => Some(Answer::Shown("what the figure beside it may be off by")),
        "balance" => exact(balance),
        _ => None,
    }))
}

/// Retries that a share of what is in flight allows.
pub(super) fn in_flight(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let share = input.number("budget_percent")? / 100.0;
    let most = budget::retries_max(share, input.count("min_retry_concurrency")?, input.count("active_plus_pending")?);
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "max_concurrent_retries" => exact(most),
        _ => None,
    }))
}

/// Tokens that failures take.
pub(super) fn tokens(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let (max, ratio) = (input.number("maxTokens")?, input.number("tokenRatio")?);
    let mut budget = RetryBudget::new(Budget::Tokens { max, ratio });
    let mut after = Vec::new();
    if input.has("outcomes") {
        for outcome in input.texts("outcomes")? {
            budget.ended(if outcome == "ok" { Ended::Well } else { Ended::Badly }, 0);
            after.push((budget.balance(Time::ZERO), budget.pay(Time::ZERO, 0, 0, false).is_some()));
        }
    }
    // Where as much is taken as is given back: f = (1 - f) ratio.
    let standstill = ratio / (1.0 + ratio);
    Ok(answered(case, |quantity| {
        let at = || quantity.place::<usize>().and_then(|place| after.get(place).copied());
        match quantity.name.as_str() {
            "tokens_after" => exact(at()?.0),
            "retry_allowed_after" => Some(Answer::Flag(at()?.1)),
            "steady_state_failure_ratio_that_stops_retries" => exact(standstill),
            _ => None,
        }
    }))
}

/// The ranges that rests are drawn from. The table's clients count their retries from 1.
pub(super) fn jitter(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let millis = |key| input.number(key).map(|millis| Span::from_secs_f64(millis / 1e3));
    let (base, cap, n) = (millis("base")?, millis("cap")?, input.count("attempt")?);
    let range = |backoff| {
        let (least, most) = backoff::range(backoff, n);
        [least.secs() * 1e3, most.secs() * 1e3]
    };
    let exponential = range(Backoff::Exponential { base, cap });
    let full = range(Backoff::FullJitter { base, cap });
    let equal = range(Backoff::EqualJitter { base, cap });
    let of = |range: [f64; 2], quantity: &Quantity| match quantity.name.ends_with("_mean") {
        true => exact((range[0] + range[1]) / 2.0),
        false => exact(*range.get(quantity.place::<usize>()?)?),
    };
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "exponential" => exact(exponential[1]),
        name if name.starts_with("full_jitter") => of(full, quantity),
        name if name.starts_with("equal_jitter") => of(equal, quantity),
        _ => None,
    }))
}

/// The share that a client refuses itself.
pub(super) fn throttle(case: &Case, _: &Effort) -> Asked {
    let input = &case.input;
    let share = refused_share(input.number("requests")?, input.number("accepts")?, input.number("K")?);
    Ok(answered(case, |quantity| match (quantity.name.as_str(), &quantity.value) {
        ("reject_probability", Expected::Number { .. }) => exact(share),
        _ => None,
    }))
}
