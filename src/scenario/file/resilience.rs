//! What becomes of work that is slow or fails: `(timeout: "2s", retry: (max: 2, backoff: FullJitter(), budget: 0.2))`.

use super::guards::{admit, breaker, outliers};
use super::read::{Cx, Fields, choice, limit, number, record, span, variant, whole32};
use super::scale::SWITCHES;
use crate::base::Span;
use crate::scenario::listing::names;
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::{Backoff, Budget, Copies, CopyAfter, Demands, Late, Resilience, Retry, Switch, limits};

const RESILIENCE: [&str; 8] = ["attempts", "timeout", "late", "retry", "copies", "breaker", "outliers", "admit"];
/// What becomes of late work by its name in a file.
const LATE: [(&str, Late); 3] =
    [("RunOn", Late::RunOn), ("DropUnbegun", Late::DropUnbegun), ("CallOff", Late::CallOff)];
/// Retries for one request, at most (Finagle).
const SHARE_MAX: f64 = 1_000.0;
/// How long a request counts in a budget (Finagle).
const LIFETIMES: [Span; 2] = [Span::from_secs(1), Span::from_secs(60)];

/// `(attempts: 4, copies: (more: 1, after: "10ms"))`
pub(super) fn resilience(node: &Node, cx: &mut Cx) -> Option<Resilience> {
    let fields = record(node, "resilience", &RESILIENCE, cx)?;
    let timeout = fields.maybe("timeout", span, cx);
    let late = fields.or("late", Late::default(), late, cx);
    let copies = fields.or("copies", Copies::OFF, copies, cx);
    let breaker = fields.maybe("breaker", breaker, cx);
    let outliers = fields.maybe("outliers", outliers, cx);
    let admit = fields.or("admit", Vec::new(), admit, cx);
    let retry = retry(&fields, cx);
    Some(Resilience {
        timeout: timeout?,
        late: late?,
        retry: retry?,
        copies: copies?,
        breaker: breaker?,
        outliers: outliers?,
        admit: admit?,
    })
}

pub(super) fn late(node: &Node, cx: &mut Cx) -> Option<Late> {
    choice(node, "what becomes of work that nobody waits for", &LATE, cx)
}

/// `attempts: 4`, or `retry: Envoy`, or `retry: (max: 3, …)`.
fn retry(fields: &Fields<'_>, cx: &mut Cx) -> Option<Retry> {
    let read = |node: &Node, cx: &mut Cx| whole32(node, "attempts", 1, limit!(ATTEMPTS_MAX), cx);
    let attempts = fields.maybe("attempts", read, cx)?;
    let Some(node) = fields.node("retry") else {
        return Some(Retry { attempts_max: attempts.unwrap_or(limits::ATTEMPTS_DEFAULT), ..Retry::default() });
    };
    if attempts.is_some() {
        let hint = "keep `retry`: its `max` counts the attempts after the first";
        return cx.wrong(node.head(), "`attempts` and `retry` say the same thing twice", hint);
    }
    if matches!(node.kind, Kind::Struct { name: Some(_), .. }) {
        return choice(node, "a system that tries again", &Retry::NAMED, cx);
    }
    let fields = record(node, "retry", &["max", "backoff", "budget", "refused"], cx)?;
    let read = |node: &Node, cx: &mut Cx| whole32(node, "attempts", 0, limit!(RETRIES_MAX), cx);
    let max = fields.or("max", limits::ATTEMPTS_DEFAULT - 1, read, cx);
    let backoff = fields.or("backoff", Backoff::None, backoff, cx);
    let budget = fields.maybe("budget", budget, cx);
    let switch = |node: &Node, cx: &mut Cx| choice(node, "a switch", &SWITCHES, cx);
    let refused = fields.or("refused", Switch::Off, switch, cx);
    Some(Retry { attempts_max: max? + 1, backoff: backoff?, budget: budget?, of_refused: refused? == Switch::On })
}

/// `FullJitter(base: "50ms", cap: "1s")`
pub(super) fn backoff(node: &Node, cx: &mut Cx) -> Option<Backoff> {
    let chosen = variant(node, "a backoff", &names(&Backoff::ALL), cx)?;
    match chosen.name {
        "None" => return chosen.unit(cx).map(|()| Backoff::None),
        "Constant" => {
            let wait = chosen.fields(&["wait"], cx)?.required("wait", span, cx)?;
            return Some(Backoff::Constant { wait });
        }
        _ => {}
    }
    let fields = chosen.fields(&["base", "cap"], cx)?;
    let (base, cap) = (fields.or("base", Backoff::BASE, span, cx), fields.or("cap", Backoff::CAP, span, cx));
    let (base, cap) = (base?, cap?);
    if base > cap {
        let what = format!("the base of {base} is longer than the cap of {cap}");
        return cx.wrong(node.head(), what, "make `cap` the longest rest of all");
    }
    Some(match chosen.name {
        "Exponential" => Backoff::Exponential { base, cap },
        "FullJitter" => Backoff::FullJitter { base, cap },
        "EqualJitter" => Backoff::EqualJitter { base, cap },
        _ => Backoff::Decorrelated { base, cap },
    })
}

/// `0.2`, `InFlight(share: 0.2, least: 3)`, `Tokens(max: 10, ratio: 0.1)`
pub(super) fn budget(node: &Node, cx: &mut Cx) -> Option<Budget> {
    let share = |node: &Node, cx: &mut Cx| number(node, "a share of requests", 0.0, SHARE_MAX, cx);
    if let Kind::Number(_) = node.kind {
        let Budget::Share { per_second, lifetime, .. } = Budget::FINAGLE else { return None };
        return share(node, cx).map(|share| Budget::Share { share, per_second, lifetime });
    }
    let chosen = variant(node, "a budget for retries", &names(&Budget::ALL), cx)?;
    let count = |node: &Node, cx: &mut Cx| whole32(node, "retries", 0, limit!(BUDGET_MAX), cx);
    match (chosen.name, Budget::FINAGLE, Budget::ENVOY, Budget::GRPC, Budget::AWS) {
        ("Share", Budget::Share { share: usual, per_second, lifetime }, ..) => {
            let known = ["share", "per_second", "lifetime"];
            let fields = chosen.fields(&known, cx)?;
            let share = fields.or("share", usual, share, cx);
            let per_second = fields.or("per_second", per_second, count, cx);
            let lifetime = fields.or("lifetime", lifetime, span, cx)?;
            if !(LIFETIMES[0]..=LIFETIMES[1]).contains(&lifetime) {
                let at = fields.node("lifetime").unwrap_or(node).span.clone();
                return cx.wrong(at, format!("a request counts for 1 to 60 s, not {lifetime}"), "write \"10s\"");
            }
            Some(Budget::Share { share: share?, per_second: per_second?, lifetime })
        }
        ("InFlight", _, Budget::InFlight { share: usual, least }, ..) => {
            let fields = chosen.fields(&["share", "least"], cx)?;
            let (share, least) = (fields.or("share", usual, share, cx), fields.or("least", least, count, cx));
            Some(Budget::InFlight { share: share?, least: least? })
        }
        ("Tokens", _, _, Budget::Tokens { max, ratio }, _) => {
            let fields = chosen.fields(&["max", "ratio"], cx)?;
            // As the protocol has it: at most a thousand tokens.
            let tokens = |node: &Node, cx: &mut Cx| number(node, "a number of tokens", 0.001, 1_000.0, cx);
            let (max, ratio) = (fields.or("max", max, tokens, cx), fields.or("ratio", ratio, tokens, cx));
            Some(Budget::Tokens { max: max?, ratio: ratio? })
        }
        (_, _, _, _, Budget::Quota { capacity, cost, refused_cost }) => {
            let known = ["capacity", "cost", "refused_cost"];
            let fields = chosen.fields(&known, cx)?;
            let capacity = fields.or("capacity", capacity, count, cx);
            let (cost, refused) =
                (fields.or("cost", cost, count, cx), fields.or("refused_cost", refused_cost, count, cx));
            Some(Budget::Quota { capacity: capacity?, cost: cost?, refused_cost: refused? })
        }
        _ => None,
    }
}

/// `(more: 1, after: "10ms", demands: Independent)`, `(more: 1, after: Quantile(0.95))`
fn copies(node: &Node, cx: &mut Cx) -> Option<Copies> {
    let fields = record(node, "copies of a task", &["more", "after", "demands"], cx)?;
    let more = fields.required("more", |node, cx| whole32(node, "copies", 0, limit!(COPIES_MAX), cx), cx);
    let after = fields.or("after", CopyAfter::Delay(Span::ZERO), copy_after, cx);
    let known = [("Independent", Demands::Independent), ("Same", Demands::Same)];
    let demands = match fields.node("demands") {
        Some(node) => choice(node, "how the demands of copies belong together", &known, cx),
        None => Some(Demands::default()),
    };
    Some(Copies { more: more?, after: after?, demands: demands? })
}

fn copy_after(node: &Node, cx: &mut Cx) -> Option<CopyAfter> {
    if !matches!(node.kind, Kind::Struct { name: Some(_), .. }) {
        return span(node, cx).map(CopyAfter::Delay);
    }
    let chosen = variant(node, "when a task is copied", &["Quantile"], cx)?;
    let level = number(chosen.one("Quantile(0.95)", cx)?, "a quantile", 0.5, 0.999, cx)?;
    Some(CopyAfter::Quantile { per_mille: (level * 1e3).round() as u32 })
}

/// What can be changed during a run: all but copies.
pub(super) fn changed(node: &Node, cx: &mut Cx) -> Option<Resilience> {
    if let Some(copies) = node.child("copies") {
        let hint = "write copies into the pool, where they hold for the whole run";
        return cx.wrong(copies.span.clone(), "copies of tasks cannot be changed while tasks wait for theirs", hint);
    }
    resilience(node, cx)
}

impl Resilience {
    /// As a timeline has it; copies of tasks are left out.
    pub fn written(&self) -> String {
        let Self { timeout, late, retry, breaker, outliers, admit, .. } = self;
        let timeout = timeout.map(|timeout| format!("timeout: \"{timeout}\""));
        let breaker = breaker.map(|breaker| format!("breaker: {}", breaker.written()));
        let outliers = outliers.map(|outliers| format!("outliers: {}", outliers.written()));
        let gates: Vec<String> = admit.iter().map(|gate| gate.written()).collect();
        let admit = (!gates.is_empty()).then(|| format!("admit: [{}]", gates.join(", ")));
        let always = [format!("late: {}", late.name()), format!("retry: {}", retry.written())];
        let parts: Vec<String> =
            timeout.into_iter().chain(always).chain(breaker).chain(outliers).chain(admit).collect();
        format!("({})", parts.join(", "))
    }
}

impl Late {
    /// Its name in a file.
    pub fn name(self) -> &'static str {
        LATE.iter().find(|(_, late)| *late == self).map_or("RunOn", |(name, _)| name)
    }
}

impl Retry {
    fn written(self) -> String {
        let Self { attempts_max, backoff, budget, of_refused } = self;
        let budget = budget.map_or(String::new(), |budget| format!(", budget: {}", budget.written()));
        let refused = if of_refused { "On" } else { "Off" };
        format!("(max: {}, backoff: {}{budget}, refused: {refused})", attempts_max - 1, backoff.written())
    }
}

impl Backoff {
    /// As a file has it.
    pub fn written(self) -> String {
        let growing = |name, base: Span, cap: Span| format!("{name}(base: \"{base}\", cap: \"{cap}\")");
        match self {
            Self::None => "None".to_owned(),
            Self::Constant { wait } => format!("Constant(wait: \"{wait}\")"),
            Self::Exponential { base, cap } => growing("Exponential", base, cap),
            Self::FullJitter { base, cap } => growing("FullJitter", base, cap),
            Self::EqualJitter { base, cap } => growing("EqualJitter", base, cap),
            Self::Decorrelated { base, cap } => growing("Decorrelated", base, cap),
        }
    }
}

impl Budget {
    /// As a file has it.
    pub fn written(self) -> String {
        match self {
            Self::Share { share, per_second, lifetime } => {
                format!("Share(share: {share:?}, per_second: {per_second}, lifetime: \"{lifetime}\")")
            }
            Self::InFlight { share, least } => format!("InFlight(share: {share:?}, least: {least})"),
            Self::Tokens { max, ratio } => format!("Tokens(max: {max:?}, ratio: {ratio:?})"),
            Self::Quota { capacity, cost, refused_cost } => {
                format!("Quota(capacity: {capacity}, cost: {cost}, refused_cost: {refused_cost})")
            }
        }
    }
}
