//! Commands as text, both ways: the one place that knows how a change during a run is written.

use std::sync::Arc;

use super::balance::balance;
use super::faults::fault;
use super::instance::cores;
use super::jobs::pool;
use super::objectives::{bound, bound_written};
use super::pools::{cache, count};
use super::read::{Cx, choice, limit, number, span, text, variant, whole32};
use super::resilience::changed;
use super::scale::SWITCHES;
use super::traffic::factor;
use crate::base::{GroupIx, PoolId, SourceId};
use crate::scenario::errors::suggest;
use crate::scenario::syntax::Node;
use crate::scenario::{Cache, Command, Eviction, Scenario, limits};

const COMMANDS: [&str; 5] = ["Set", "Resize", "Inject", "Capacity", "Note"];

/// `Set("pools.api.balance", RoundRobin)`, `Inject(fault: …, for: "30s")`, …
pub(super) fn command(node: &Node, cx: &mut Cx) -> Option<Command> {
    let chosen = variant(node, "a command", &COMMANDS, cx)?;
    match chosen.name {
        "Set" => {
            let nodes = chosen.positional(2, "Set(\"pools.api.balance\", RoundRobin)", cx)?;
            set(&nodes[0], &nodes[1], cx)
        }
        "Resize" => {
            let fields = chosen.fields(&["pool", "group", "cores"], cx)?;
            let pool = fields.required("pool", pool, cx);
            let read = |node: &Node, cx: &mut Cx| whole32(node, "groups", 0, limit!(GROUPS_MAX), cx);
            let group = fields.or("group", 0, read, cx);
            let cores = fields.required("cores", cores, cx);
            let (pool, group) = (pool?, group?);
            let group = group_ix(fields.node("group").unwrap_or(node), pool, group as usize, cx)?;
            Some(Command::Resize { pool, group, cores: cores? })
        }
        "Inject" => {
            let fields = chosen.fields(&["fault", "for"], cx)?;
            let (fault, lasts) = (fields.required("fault", fault, cx), fields.required("for", span, cx));
            Some(Command::Inject { fault: fault?, lasts: lasts? })
        }
        "Capacity" => {
            let node = chosen.one("Capacity(142.5)", cx)?;
            let jobs_per_sec = number(node, "a capacity in jobs a second", 0.0, f64::MAX, cx)?;
            Some(Command::SetCapacity { jobs_per_sec })
        }
        _ => {
            let node = chosen.one("Note(\"…\")", cx)?;
            text(node, cx).map(Command::Note)
        }
    }
}

/// `Set(PATH, VALUE)`: the path decides what the value is.
fn set(path: &Node, value: &Node, cx: &mut Cx) -> Option<Command> {
    let Some(text) = path.text() else { return cx.expected(path, "a path", "write \"pools.api.balance\"") };
    let steps: Vec<&str> = text.split('.').collect();
    match steps.as_slice() {
        ["pools", name, rest @ ..] => {
            let pool = position(cx.names.pools.iter().map(|(pool, _)| pool.as_str()), name);
            let pool = pool.and_then(|ix| u16::try_from(ix).ok()).map(PoolId);
            match (pool, rest) {
                (Some(pool), ["balance"]) => Some(Command::SetBalance { pool, balance: balance(value, cx)? }),
                (Some(pool), ["scale"]) => {
                    let switch = choice(value, "a switch of an autoscaler", &SWITCHES, cx)?;
                    Some(Command::SwitchScaling { pool, switch })
                }
                (Some(pool), ["resilience"]) => {
                    Some(Command::SetResilience { pool, resilience: Arc::new(changed(value, cx)?) })
                }
                (Some(pool), ["cache"]) => Some(Command::SetCache { pool, cache: cache(value, cx)? }),
                (Some(pool), ["groups", ix, "count"]) => {
                    let group = ix.parse().ok().and_then(|ix| group_ix(path, pool, ix, cx));
                    let count = count(value, cx);
                    Some(Command::SetCount { pool, group: group?, count: count? })
                }
                _ => unknown(path, text, cx),
            }
        }
        ["traffic", ix, "factor"] => match ix.parse::<u16>() {
            Ok(ix) if usize::from(ix) < cx.names.sources => {
                Some(Command::SetTrafficFactor { source: SourceId(ix), factor: factor(value, cx)? })
            }
            _ => unknown(path, text, cx),
        },
        ["objectives", name, "bound"] => {
            let Some(objective) = position(cx.names.objectives.iter().map(|(name, _)| name.as_str()), name) else {
                return unknown(path, text, cx);
            };
            // An expression that cannot be read has been reported where it stands.
            let metric = cx.names.objectives[objective].1?;
            Some(Command::SetBound { objective, bound: bound(metric, value, cx)? })
        }
        _ => unknown(path, text, cx),
    }
}

fn position<'n>(mut names: impl Iterator<Item = &'n str>, wanted: &str) -> Option<usize> {
    names.position(|name| name == wanted)
}

fn unknown<T>(path: &Node, text: &str, cx: &mut Cx) -> Option<T> {
    let known = settable(cx);
    if known.iter().any(|path| path == text) {
        // A name with a dot in it, which has been reported where it stands.
        return None;
    }
    let hint = suggest(text, known.iter().map(String::as_str));
    cx.wrong(path.span.clone(), format!("nothing that can be set during a run is called {text:?}"), hint)
}

/// Every path that a timeline can set in this scenario.
fn settable(cx: &Cx) -> Vec<String> {
    let pools = cx.names.pools.iter().flat_map(|(name, groups)| {
        let counts = (0..*groups).map(move |ix| format!("pools.{name}.groups.{ix}.count"));
        ["balance", "cache", "resilience", "scale"].map(|knob| format!("pools.{name}.{knob}")).into_iter().chain(counts)
    });
    let sources = (0..cx.names.sources).map(|ix| format!("traffic.{ix}.factor"));
    let objectives = cx.names.objectives.iter().map(|(name, _)| format!("objectives.{name}.bound"));
    pools.chain(sources).chain(objectives).collect()
}

fn group_ix(at: &Node, pool: PoolId, ix: usize, cx: &mut Cx) -> Option<GroupIx> {
    let (name, count) = &cx.names.pools[pool.ix()];
    if ix < *count {
        return u16::try_from(ix).ok().map(GroupIx);
    }
    let (what, hint) = (format!("pool {name:?} has no group {ix}"), format!("it has {count}, counted from 0"));
    cx.wrong(at.span.clone(), what, hint)
}

/// A command as a timeline has it.
pub(in crate::scenario) fn written(command: &Command, scenario: &Scenario) -> String {
    let pool = |pool: PoolId| scenario.pools.get(pool.ix()).map_or("?", |pool| pool.name.as_str());
    match command {
        Command::SetBalance { pool: id, balance } => {
            format!("Set(\"pools.{}.balance\", {})", pool(*id), balance.written())
        }
        Command::SetCache { pool: id, cache } => format!("Set(\"pools.{}.cache\", {})", pool(*id), cache.written()),
        Command::SetResilience { pool: id, resilience } => {
            format!("Set(\"pools.{}.resilience\", {})", pool(*id), resilience.written())
        }
        Command::SwitchScaling { pool: id, switch } => {
            let name = SWITCHES.iter().find(|(_, known)| known == switch).map_or("On", |(name, _)| name);
            format!("Set(\"pools.{}.scale\", {name})", pool(*id))
        }
        Command::SetCount { pool: id, group, count } => {
            let (pool, group) = scenario.group_in_file(*id, *group);
            format!("Set(\"pools.{pool}.groups.{group}.count\", {count})")
        }
        Command::Resize { pool: id, group, cores } => {
            let (pool, group) = scenario.group_in_file(*id, *group);
            format!("Resize(pool: \"{pool}\", group: {group}, cores: {cores})")
        }
        Command::SetTrafficFactor { source, factor } => format!("Set(\"traffic.{}.factor\", {factor:?})", source.0),
        Command::SetBound { objective, bound } => match scenario.objectives.get(*objective) {
            Some(of) => format!("Set(\"objectives.{}.bound\", {})", of.name, bound_written(of.metric, *bound)),
            None => format!("Set(\"objectives.?.bound\", {bound:?})"),
        },
        Command::Inject { fault, lasts } => {
            format!("Inject(fault: {}, for: \"{lasts}\")", super::faults::written(fault, scenario))
        }
        Command::SetCapacity { jobs_per_sec } => format!("Capacity({jobs_per_sec:?})"),
        Command::Note(text) => format!("Note({})", quoted(text)),
    }
}

/// A text between quotes, cut to the limit that a file is read with.
pub(in crate::scenario) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for next in text.chars().take(limits::NAME_CHARS_MAX) {
        match next {
            '"' | '\\' => quoted.extend(['\\', next]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

impl Cache {
    /// As a file has it.
    pub fn written(self) -> String {
        match self {
            Self::Off => "Off".to_owned(),
            Self::Keep { by: Eviction::Unbounded, .. } => "Unbounded".to_owned(),
            Self::Keep { by, entries } => format!("{}(entries: {entries})", by.name()),
        }
    }
}
