//! What becomes of work that is slow or fails: `(timeout: "2s", retry: (max: 2, backoff: FullJitter(), budget: 0.2))`.

use super::guards::{admit, breaker, outliers};
use super::read::{Cx, Fields, choice, limit, number, record, span, variant, whole32};
use super::scale::SWITCHES;
use crate::base::Span;
use crate::scenario::listing::names;
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::{Backoff, Budget, Copies, CopyAfter, Demands, Late, Resilience, Retry, Switch, limits};

const RESILIENCE: [&str; 8] = ["attempts", "timeout", "late", "retry", "copies", "breaker", "outliers", "admit"];
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

fn late(node: &Node, cx: &mut Cx) -> Option<Late> {
    let known = [("RunOn", Late::RunOn), ("DropUnbegun", Late::DropUnbegun), ("CallOff", Late::CallOff)];
    choice(node, "what becomes of work that nobody waits for", &known, cx)
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
fn backoff(node: &Node, cx: &mut Cx) -> Option<Backoff> {
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
fn budget(node: &Node, cx: &mut Cx) -> Option<Budget> {
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
