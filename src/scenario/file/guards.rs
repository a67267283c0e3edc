//! Breakers, outlier detection and admission: `breaker: Hystrix`, `outliers: Envoy(consecutive: 3)`, `admit: [CoDel()]`.

use super::read::{Cx, Fields, all, limit, list, number, span, variant, whole32};
use crate::base::Span;
use crate::scenario::listing::names;
use crate::scenario::syntax::Node;
use crate::scenario::{Accrual, Breaker, EnvoyOutliers, Gate, Gradient, Outliers, limits};

/// The largest rate of a token bucket, and its largest burst.
const TOKENS_MAX: f64 = limits::RATE_MAX;

/// `Resilience4j`, `Hystrix`, `LastCalls(calls: 50)`, `LastSeconds(window: "5s")`
pub(super) fn breaker(node: &Node, cx: &mut Cx) -> Option<Breaker> {
    let chosen = variant(node, "a circuit breaker", &names(&Breaker::ALL), cx)?;
    let known = ["calls", "least", "failures", "slow_after", "slow", "open_for", "trial"];
    let calls_of = |fields: &Fields<'_>, name, usual, cx: &mut Cx| {
        let read = |node: &Node, cx: &mut Cx| whole32(node, "calls", 1, limit!(BREAKER_CALLS_MAX), cx);
        fields.or(name, usual, read, cx)
    };
    match (chosen.name, Breaker::RESILIENCE4J, Breaker::HYSTRIX) {
        ("Resilience4j", own, _) | ("Hystrix", _, own) => chosen.unit(cx).map(|()| own),
        ("LastCalls", Breaker::LastCalls { calls, least, failures, slow_after, slow, open_for, trial }, _) => {
            let fields = chosen.fields(&known, cx)?;
            let (calls, least) = (calls_of(&fields, "calls", calls, cx), calls_of(&fields, "least", least, cx));
            let (failures, slow) = (fields.or("failures", failures, share, cx), fields.or("slow", slow, share, cx));
            let slow_after = fields.or("slow_after", slow_after, span, cx);
            let (open_for, trial) = (fields.or("open_for", open_for, span, cx), calls_of(&fields, "trial", trial, cx));
            Some(Breaker::LastCalls {
                calls: calls?,
                least: least?,
                failures: failures?,
                slow_after: slow_after?,
                slow: slow?,
                open_for: open_for?,
                trial: trial?,
            })
        }
        (_, _, Breaker::LastSeconds { window, least, failures, open_for }) => {
            let known = ["window", "least", "failures", "open_for"];
            let fields = chosen.fields(&known, cx)?;
            let (window, least) = (fields.or("window", window, span, cx), calls_of(&fields, "least", least, cx));
            let failures = fields.or("failures", failures, share, cx);
            let open_for = fields.or("open_for", open_for, span, cx);
            Some(Breaker::LastSeconds { window: window?, least: least?, failures: failures?, open_for: open_for? })
        }
        _ => None,
    }
}

fn share(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "a share", 0.0, 1.0, cx)
}

fn machines(node: &Node, cx: &mut Cx) -> Option<u32> {
    whole32(node, "machines", 1, limit!(WORKERS_MAX), cx)
}

fn errors(node: &Node, cx: &mut Cx) -> Option<u32> {
    whole32(node, "answers", 1, limit!(BREAKER_CALLS_MAX), cx)
}

/// A length of time between two looks.
fn period(node: &Node, cx: &mut Cx) -> Option<Span> {
    let value = span(node, cx)?;
    if value < limits::SCALE_PERIOD_MIN {
        let what = format!("{value} between two looks are less than {}", limits::SCALE_PERIOD_MIN);
        return cx.wrong(node.span.clone(), format!("{what}, the limit SCALE_PERIOD_MIN"), "look less often");
    }
    Some(value)
}

/// `Envoy`, `Envoy(consecutive: 3)`, `Accrual(window: "10s")`
pub(super) fn outliers(node: &Node, cx: &mut Cx) -> Option<Outliers> {
    let chosen = variant(node, "outlier detection", &names(&Outliers::ALL), cx)?;
    if chosen.name == "Accrual" {
        let usual = Accrual::default();
        let known = ["successes", "window", "least", "consecutive", "base"];
        let fields = chosen.fields(&known, cx)?;
        let (successes, window) =
            (fields.or("successes", usual.successes, share, cx), fields.or("window", usual.window, span, cx));
        let (least, consecutive) =
            (fields.or("least", usual.least, errors, cx), fields.or("consecutive", usual.consecutive, errors, cx));
        let base = fields.or("base", usual.base, period, cx);
        return Some(Outliers::Accrual(Accrual {
            successes: successes?,
            window: window?,
            least: least?,
            consecutive: consecutive?,
            base: base?,
        }));
    }
    let known = [
        "consecutive",
        "interval",
        "base",
        "longest",
        "ejected_max",
        "hosts_min",
        "volume_min",
        "deviations",
        "failures",
        "failures_enforced",
        "panic_below",
    ];
    let usual = EnvoyOutliers::default();
    let fields = chosen.fields(&known, cx)?;
    let deviations = |node: &Node, cx: &mut Cx| number(node, "a number of standard deviations", 0.0, 100.0, cx);
    let consecutive = fields.or("consecutive", usual.consecutive, errors, cx);
    let (interval, base) = (fields.or("interval", usual.interval, period, cx), fields.or("base", usual.base, span, cx));
    let longest = fields.or("longest", usual.longest, span, cx);
    let ejected_max = fields.or("ejected_max", usual.ejected_max, share, cx);
    let hosts_min = fields.or("hosts_min", usual.hosts_min, machines, cx);
    let volume_min = fields.or("volume_min", usual.volume_min, errors, cx);
    let deviations = fields.or("deviations", usual.deviations, deviations, cx);
    let failures = fields.or("failures", usual.failures, share, cx);
    let enforced = fields.or("failures_enforced", usual.enforcing[2], share, cx);
    let panic_below = fields.or("panic_below", usual.panic_below, share, cx);
    Some(Outliers::Envoy(EnvoyOutliers {
        consecutive: consecutive?,
        interval: interval?,
        base: base?,
        longest: longest?,
        ejected_max: ejected_max?,
        hosts_min: hosts_min?,
        volume_min: volume_min?,
        deviations: deviations?,
        failures: failures?,
        enforcing: [usual.enforcing[0], usual.enforcing[1], enforced?],
        panic_below: panic_below?,
        ..usual
    }))
}

/// `[TokenBucket(rate: 100, burst: 20), CoDel]`
pub(super) fn admit(node: &Node, cx: &mut Cx) -> Option<Vec<Gate>> {
    let nodes = list(node, "gates", limit!(GATES_MAX), cx)?;
    all(nodes.iter().map(|node| gate(node, cx)))
}

pub(super) fn gate(node: &Node, cx: &mut Cx) -> Option<Gate> {
    let chosen = variant(node, "a gate", &names(&Gate::ALL), cx)?;
    let tokens = |node: &Node, cx: &mut Cx| number(node, "a number of tokens", 0.0, TOKENS_MAX, cx);
    let attempts = |node: &Node, cx: &mut Cx| whole32(node, "attempts in flight", 0, limit!(QUEUE_MAX), cx);
    match (chosen.name, Gate::SRE, Gate::CODEL) {
        ("TokenBucket", ..) => {
            let fields = chosen.fields(&["rate", "burst"], cx)?;
            let (rate, burst) = (fields.required("rate", tokens, cx), fields.or("burst", 1.0, tokens, cx));
            Some(Gate::TokenBucket { rate: rate?, burst: burst? })
        }
        ("InFlight", ..) => Some(Gate::InFlight { max: chosen.fields(&["max"], cx)?.required("max", attempts, cx)? }),
        ("Priority", ..) => {
            Some(Gate::Priority { full: chosen.fields(&["full"], cx)?.required("full", attempts, cx)? })
        }
        ("Gradient", ..) => gradient(&chosen.fields(&GRADIENT, cx)?, cx).map(Gate::Gradient),
        ("Throttle", Gate::Throttle { k, window }, _) => {
            let fields = chosen.fields(&["k", "window"], cx)?;
            let factor = |node: &Node, cx: &mut Cx| number(node, "requests for one accepted", 1.0, 100.0, cx);
            let (k, window) = (fields.or("k", k, factor, cx), fields.or("window", window, span, cx));
            Some(Gate::Throttle { k: k?, window: window? })
        }
        (_, _, Gate::CoDel { target, interval }) => {
            let fields = chosen.fields(&["target", "interval"], cx)?;
            let target = fields.or("target", target, span, cx);
            let interval = fields.or("interval", interval, span, cx);
            Some(Gate::CoDel { target: target?, interval: interval? })
        }
        _ => None,
    }
}

const GRADIENT: [&str; 6] = ["initial", "min", "max", "tolerance", "smoothing", "queue"];

fn gradient(fields: &Fields<'_>, cx: &mut Cx) -> Option<Gradient> {
    let usual = Gradient::default();
    let attempts = |node: &Node, cx: &mut Cx| whole32(node, "attempts in flight", 1, limit!(QUEUE_MAX), cx);
    let waiting = |node: &Node, cx: &mut Cx| whole32(node, "attempts in flight", 0, limit!(QUEUE_MAX), cx);
    let tolerance = |node: &Node, cx: &mut Cx| number(node, "how much longer an answer may take", 1.0, 100.0, cx);
    let initial = fields.or("initial", usual.initial, attempts, cx);
    let (min, max) = (fields.or("min", usual.min, attempts, cx), fields.or("max", usual.max, attempts, cx));
    let tolerance = fields.or("tolerance", usual.tolerance, tolerance, cx);
    let smoothing = fields.or("smoothing", usual.smoothing, share, cx);
    let queue = fields.or("queue", usual.queue, waiting, cx);
    let (min, max) = (min?, max?);
    if min > max {
        let at = fields.node("max").or(fields.node("min"))?.span.clone();
        return cx.wrong(at, format!("at least {min} is more than at most {max}"), "make `min` the smaller one");
    }
    let initial = initial?.clamp(min, max);
    Some(Gradient { initial, min, max, tolerance: tolerance?, smoothing: smoothing?, queue: queue? })
}

impl Breaker {
    /// As a file has it.
    pub fn written(self) -> String {
        match self {
            Self::LastCalls { calls, least, failures, slow_after, slow, open_for, trial } => format!(
                "LastCalls(calls: {calls}, least: {least}, failures: {failures:?}, slow_after: \"{slow_after}\", \
                 slow: {slow:?}, open_for: \"{open_for}\", trial: {trial})"
            ),
            Self::LastSeconds { window, least, failures, open_for } => format!(
                "LastSeconds(window: \"{window}\", least: {least}, failures: {failures:?}, open_for: \"{open_for}\")"
            ),
        }
    }
}

impl Outliers {
    /// As a file has it.
    pub fn written(self) -> String {
        match self {
            Self::Envoy(own) => {
                let EnvoyOutliers { consecutive, interval, base, longest, ejected_max, hosts_min, volume_min, .. } =
                    own;
                let EnvoyOutliers { deviations, failures, enforcing, panic_below, .. } = own;
                format!(
                    "Envoy(consecutive: {consecutive}, interval: \"{interval}\", base: \"{base}\", \
                     longest: \"{longest}\", ejected_max: {ejected_max:?}, hosts_min: {hosts_min}, \
                     volume_min: {volume_min}, deviations: {deviations:?}, failures: {failures:?}, \
                     failures_enforced: {:?}, panic_below: {panic_below:?})",
                    enforcing[2]
                )
            }
            Self::Accrual(Accrual { successes, window, least, consecutive, base }) => format!(
                "Accrual(successes: {successes:?}, window: \"{window}\", least: {least}, consecutive: {consecutive}, \
                 base: \"{base}\")"
            ),
        }
    }
}

impl Gate {
    /// As a file has it.
    pub fn written(self) -> String {
        match self {
            Self::TokenBucket { rate, burst } => format!("TokenBucket(rate: {rate:?}, burst: {burst:?})"),
            Self::InFlight { max } => format!("InFlight(max: {max})"),
            Self::Gradient(Gradient { initial, min, max, tolerance, smoothing, queue }) => format!(
                "Gradient(initial: {initial}, min: {min}, max: {max}, tolerance: {tolerance:?}, \
                 smoothing: {smoothing:?}, queue: {queue})"
            ),
            Self::Priority { full } => format!("Priority(full: {full})"),
            Self::Throttle { k, window } => format!("Throttle(k: {k:?}, window: \"{window}\")"),
            Self::CoDel { target, interval } => format!("CoDel(target: \"{target}\", interval: \"{interval}\")"),
        }
    }
}
