//! What policies do where a person says nothing, against what the systems do that they come from.

use super::{Asked, answered};
use crate::base::Span;
use crate::experiment::truth::Answer;
use crate::experiment::truth::simulate::Effort;
use crate::experiment::truth::table::{Case, Expected};
use crate::policy::resilience::budget::QUOTA_GIVEN_BACK;
use crate::scenario::{AWAY_MAX, Accrual, Backoff, Breaker, Budget, EnvoyOutliers, Gate, Retry};

/// A default: words that its name has, and its value.
type Known = (&'static [&'static str], Answer);

/// A default by the name of its system and its own. Of those whose words are all there, the one with the most words is meant.
pub(super) fn default(case: &Case, _: &Effort) -> Asked {
    let (system, name) = (case.input.text("system")?.to_lowercase(), case.input.text("name")?.to_lowercase());
    let name = name.replace(['_', '-'], " ");
    let fits = |(words, _): &&Known| words.iter().all(|word| name.contains(word));
    let known = of(&system);
    let meant = known.iter().filter(fits).max_by_key(|(words, _)| words.iter().map(|word| word.len()).sum::<usize>());
    let backoff = name.contains("back off");
    Ok(answered(case, |quantity| match (quantity.name.as_str(), meant) {
        ("base_ms", _) if backoff => Some(millis(envoy_backoff().0)),
        ("maximum", _) if backoff => Some(Answer::Shown("ten times the base, which is checked where it is drawn")),
        ("jitter", _) if backoff => Some(Answer::Word("full".to_owned())),
        ("value", Some((_, Answer::Word(word)))) if matches!(quantity.value, Expected::Prose(_)) => {
            Some(Answer::Word(word.clone()))
        }
        ("value", Some((_, answer))) => Some(answer.clone()),
        ("value", None) => Some(Answer::Shown("a setting that is not built")),
        _ => None,
    }))
}

fn envoy_backoff() -> (Span, Span) {
    match Backoff::ENVOY {
        Backoff::FullJitter { base, cap } => (base, cap),
        _ => (Span::ZERO, Span::ZERO),
    }
}

/// The defaults of a system.
fn of(system: &str) -> Vec<Known> {
    match system {
        system if system.contains("finagle") && system.contains("budget") => finagle_budget(),
        system if system.contains("finagle") => finagle_accrual(),
        system if system.contains("envoy outlier") => envoy_outliers(),
        system if system.contains("envoy") => envoy(),
        system if system.contains("grpc") => vec![(&["attempts"], number(Retry::GRPC_ATTEMPTS_MAX))],
        system if system.contains("aws") => aws(),
        system if system.contains("resilience4j") => resilience4j(),
        system if system.contains("hystrix") => hystrix(),
        _ => Vec::new(),
    }
}

fn finagle_budget() -> Vec<Known> {
    let Budget::Share { share, per_second, lifetime } = Budget::FINAGLE else { return Vec::new() };
    vec![
        (&["lifetime"], secs(lifetime)),
        (&["ttl"], secs(lifetime)),
        (&["min"], number(per_second)),
        (&["per second"], number(per_second)),
        (&["fraction"], number(share)),
        (&["percent"], number(share)),
    ]
}

fn finagle_accrual() -> Vec<Known> {
    let Accrual { successes, window, least, consecutive, base } = Accrual::default();
    vec![
        (&["success rate"], number(successes)),
        (&["success rate", "threshold"], number(successes)),
        (&["success rate", "window"], secs(window)),
        (&["minimum"], number(least)),
        (&["consecutive"], number(consecutive)),
        (&["order"], Answer::Word("successes-first".to_owned())),
        (&["dead"], secs(base)),
        (&["back off"], secs(base)),
        (&["first"], secs(base)),
        (&["start"], secs(base)),
        (&["maximum"], secs(AWAY_MAX)),
        (&["max"], secs(AWAY_MAX)),
        (&["cap"], secs(AWAY_MAX)),
    ]
}

fn envoy_outliers() -> Vec<Known> {
    let own = EnvoyOutliers::default();
    let enforcing = own.enforcing.map(percent);
    let [in_a_row, successes, failures] = enforcing;
    vec![
        (&["consecutive 5xx"], number(own.consecutive)),
        (&["interval"], secs(own.interval)),
        (&["base ejection time"], secs(own.base)),
        (&["max ejection time"], secs(own.longest)),
        (&["max ejection percent"], percent(own.ejected_max)),
        (&["enforcing consecutive 5xx"], in_a_row),
        (&["enforcing success rate"], successes),
        (&["enforcing failure percentage"], failures),
        (&["success rate minimum hosts"], number(own.hosts_min)),
        (&["success rate request volume"], number(own.volume_min)),
        (&["success rate stdev factor"], number(own.deviations * 1e3)),
        (&["failure percentage threshold"], percent(own.failures)),
        (&["failure percentage minimum hosts"], number(own.failures_hosts_min)),
        (&["failure percentage request volume"], number(own.failures_volume_min)),
        // Every error here is one of the kind that is enforced.
        (&["gateway failure"], Answer::Shown("errors are of one kind here")),
        (&["enforcing consecutive gateway failure"], Answer::Shown("errors are of one kind here")),
        (&["local origin"], Answer::Shown("errors are of one kind here")),
        (&["enforcing failure percentage local origin"], Answer::Shown("errors are of one kind here")),
        (&["jitter"], Answer::Shown("a setting that is not built")),
    ]
}

fn envoy() -> Vec<Known> {
    let (Budget::InFlight { share, least }, Gate::InFlight { max }) = (Budget::ENVOY, Gate::ENVOY) else {
        return Vec::new();
    };
    let Some(Budget::InFlight { least: retries, .. }) = Retry::ENVOY.budget else { return Vec::new() };
    vec![
        (&["max connections"], Answer::Shown("connections are not modelled")),
        (&["max pending"], Answer::Shown("what is pending and what is active are bounded together here")),
        (&["max requests"], number(max)),
        (&["max retries"], number(retries)),
        (&["budget percent"], percent(share)),
        (&["min retry concurrency"], number(least)),
        (&["panic"], percent(EnvoyOutliers::default().panic_below)),
        (&["num retries"], number(Retry::ENVOY.attempts_max - 1)),
        (&["number of retries"], number(Retry::ENVOY.attempts_max - 1)),
    ]
}

fn aws() -> Vec<Known> {
    let (Budget::Quota { capacity, cost, refused_cost }, Backoff::FullJitter { base, cap }) =
        (Budget::AWS, Retry::AWS.backoff)
    else {
        return Vec::new();
    };
    vec![
        (&["quota capacity"], number(capacity)),
        (&["capacity"], number(capacity)),
        (&["cost"], number(cost)),
        (&["cost", "throttling error"], number(refused_cost)),
        (&["cost", "other"], number(cost)),
        (&["cost", "non throttling"], number(cost)),
        (&["without"], number(QUOTA_GIVEN_BACK)),
        (&["no retry"], number(QUOTA_GIVEN_BACK)),
        (&["refill"], number(QUOTA_GIVEN_BACK)),
        (&["refund"], number(QUOTA_GIVEN_BACK)),
        (&["success"], number(QUOTA_GIVEN_BACK)),
        (&["max attempts"], number(Retry::AWS.attempts_max)),
        (&["back off", "max"], secs(cap)),
        (&["max back off"], secs(cap)),
        (&["back off", "base"], secs(base)),
        (&["back off", "base", "throttling"], Answer::Shown("one base for all errors here")),
    ]
}

fn resilience4j() -> Vec<Known> {
    let Breaker::LastCalls { calls, least, failures, slow_after, slow, open_for, trial } = Breaker::RESILIENCE4J else {
        return Vec::new();
    };
    let (Gate::InFlight { max }, Backoff::Constant { wait }) = (Gate::RESILIENCE4J, Retry::RESILIENCE4J.backoff) else {
        return Vec::new();
    };
    vec![
        (&["failure rate"], percent(failures)),
        (&["slow call rate"], percent(slow)),
        (&["slow call duration"], secs(slow_after)),
        (&["wait in open"], secs(open_for)),
        (&["open state"], secs(open_for)),
        (&["minimum number of calls"], number(least)),
        (&["sliding window"], number(calls)),
        (&["sliding window size"], number(calls)),
        (&["sliding window type"], Answer::Word("count-based".to_owned())),
        (&["half open"], number(trial)),
        (&["retry", "attempts"], number(Retry::RESILIENCE4J.attempts_max)),
        (&["retry max"], number(Retry::RESILIENCE4J.attempts_max)),
        (&["max attempts"], number(Retry::RESILIENCE4J.attempts_max)),
        (&["retry wait"], millis(wait)),
        (&["concurrent calls"], number(max)),
        (&["bulkhead"], number(max)),
        (&["max wait"], Answer::Shown("a bulkhead does not let wait here")),
    ]
}

fn hystrix() -> Vec<Known> {
    let Breaker::LastSeconds { window, least, failures, open_for } = Breaker::HYSTRIX else { return Vec::new() };
    vec![
        (&["request volume"], number(least)),
        (&["error threshold"], percent(failures)),
        (&["sleep window"], millis(open_for)),
        (&["sleep window s"], secs(open_for)),
        (&["sleep window ms"], millis(open_for)),
        (&["rolling window"], millis(window)),
        (&["rolling"], millis(window)),
        (&["rolling", "window s"], secs(window)),
        (&["timeout"], millis(Breaker::HYSTRIX_TIMEOUT)),
    ]
}

fn number(value: impl Into<f64>) -> Answer {
    Answer::Exact(value.into())
}

fn secs(span: Span) -> Answer {
    Answer::Exact(span.secs())
}

fn millis(span: Span) -> Answer {
    Answer::Exact(span.secs() * 1e3)
}

fn percent(share: f64) -> Answer {
    // Shares are written as people say them: rounding in the binary is not meant.
    Answer::Exact((share * 1e6).round() / 1e4)
}
