//! Balancers: `RoundRobin`, …, `PowerOfD(d: 3, by: Utilisation)`, `Prequal(pool: 16)`.

use super::read::{Cx, Variant, choice, limit, number, span, variant, whole32};
use crate::base::Span;
use crate::scenario::listing::names;
use crate::scenario::syntax::Node;
use crate::scenario::{Balance, Drawing, Measure, limits};

/// Points of a machine on a hash ring where the file says nothing (ketama has 160).
const VIRTUAL_NODES_DEFAULT: u32 = 160;
/// Most that a machine may have, in percent of the mean, where the file says nothing.
const BOUND_DEFAULT: u32 = 125;

/// What is outstanding counts at most so much.
const BIAS_MAX: f64 = 100.0;

/// Every balancer without values by its name in a file.
pub(in crate::scenario) const BALANCES: [(&str, Balance); 10] = [
    ("RoundRobin", Balance::RoundRobin),
    ("LeastOutstanding", Balance::LeastOutstanding),
    ("PowerOfTwo", Balance::PowerOfTwo),
    ("CentralQueue", Balance::CentralQueue),
    ("Random", Balance::Random),
    ("JoinIdle", Balance::JoinIdle),
    ("SmoothRoundRobin", Balance::SmoothRoundRobin),
    ("LeastConnections", Balance::LeastConnections),
    ("ModuloHash", Balance::ModuloHash),
    ("Rendezvous", Balance::Rendezvous),
];
/// Every way to draw by its name in a file.
pub(in crate::scenario) const DRAWINGS: [(&str, Drawing); 2] =
    [("Distinct", Drawing::Distinct), ("WithReplacement", Drawing::WithReplacement)];
/// Every measure by its name in a file; those with a value with any.
const MEASURES: [(&str, Measure); 7] = [
    ("Outstanding", Measure::Outstanding),
    ("PerWeight", Measure::PerWeight),
    ("Ewma", Measure::Ewma { decay_millis: 0 }),
    ("PeakEwma", Measure::PeakEwma { decay_millis: 0 }),
    ("Utilisation", Measure::Utilisation),
    ("QueueLength", Measure::QueueLength),
    ("WorkLeft", Measure::WorkLeft),
];
/// Percent of the mean, and keys remembered, where the file says nothing (assumed).
const CACHE_AWARE_DEFAULT: (u32, u32) = (150, 65_536);
/// Probes at each pick, at most.
const PROBES_A_PICK_MAX: f64 = 16.0;

/// `RoundRobin`, …, `PowerOfD(d: 3, draw: Distinct)`, `RingHash(virtual_nodes: 160)`
pub(super) fn balance(node: &Node, cx: &mut Cx) -> Option<Balance> {
    let chosen = variant(node, "a balancer", &names(&Balance::ALL), cx)?;
    if let Some((_, balance)) = BALANCES.iter().find(|(name, _)| *name == chosen.name) {
        return chosen.unit(cx).map(|()| *balance);
    }
    let nodes = |node: &Node, cx: &mut Cx| whole32(node, "points on a ring", 1, limit!(VIRTUAL_NODES_MAX), cx);
    Some(match chosen.name {
        "RingHash" => {
            let fields = chosen.fields(&["virtual_nodes"], cx)?;
            Balance::RingHash { virtual_nodes: fields.or("virtual_nodes", VIRTUAL_NODES_DEFAULT, nodes, cx)? }
        }
        "BoundedLoads" => {
            let fields = chosen.fields(&["percent", "virtual_nodes"], cx)?;
            let percent = |node: &Node, cx: &mut Cx| whole32(node, "percent", 100, limit!(BOUND_PERCENT_MAX), cx);
            let percent = fields.or("percent", BOUND_DEFAULT, percent, cx);
            let virtual_nodes = fields.or("virtual_nodes", VIRTUAL_NODES_DEFAULT, nodes, cx);
            Balance::BoundedLoads { percent: percent?, virtual_nodes: virtual_nodes? }
        }
        "LeastRequest" => {
            let fields = chosen.fields(&["choices", "bias", "slow_start"], cx)?;
            let drawn = |node: &Node, cx: &mut Cx| whole32(node, "workers drawn", 1, limit!(CHOICES_MAX), cx);
            let choices = fields.or("choices", limits::CHOICES_DEFAULT, drawn, cx);
            let bias =
                fields.or("bias", limits::BIAS_DEFAULT, |node, cx| number(node, "a bias", 0.0, BIAS_MAX, cx), cx);
            let slow_start = fields.or("slow_start", Span::ZERO, span, cx);
            Balance::LeastRequest {
                choices: choices?,
                bias_percent: (bias? * 100.0).round() as u32,
                slow_start_millis: millis(slow_start?),
            }
        }
        "PeakEwma" => {
            let decay = chosen.fields(&["decay"], cx)?.or("decay", limits::DECAY_DEFAULT, span, cx)?;
            Balance::PeakEwma { decay_millis: millis(decay).max(1) }
        }
        "LeastLoaded" => {
            let by = chosen.fields(&["by"], cx)?.or("by", Measure::default(), measure, cx)?;
            Balance::LeastLoaded { by }
        }
        "Prequal" => prequal(&chosen, cx)?,
        "Local" => {
            let read =
                |node: &Node, cx: &mut Cx| whole32(node, "percent of the mean", 100, limit!(BOUND_PERCENT_MAX), cx);
            let fields = chosen.fields(&["percent"], cx)?;
            Balance::Local { percent: fields.or("percent", CACHE_AWARE_DEFAULT.0, read, cx)? }
        }
        "CacheAware" => {
            let fields = chosen.fields(&["percent", "entries"], cx)?;
            let percent = |node: &Node, cx: &mut Cx| whole32(node, "percent", 100, limit!(BOUND_PERCENT_MAX), cx);
            let percent = fields.or("percent", CACHE_AWARE_DEFAULT.0, percent, cx);
            let entries = |node: &Node, cx: &mut Cx| whole32(node, "keys", 1, limit!(KEYS_REMEMBERED_MAX), cx);
            let entries = fields.or("entries", CACHE_AWARE_DEFAULT.1, entries, cx);
            Balance::CacheAware { percent: percent?, entries: entries? }
        }
        "Maglev" => {
            let fields = chosen.fields(&["table"], cx)?;
            Balance::Maglev { table: fields.or("table", limits::MAGLEV_DEFAULT, maglev_table, cx)? }
        }
        _ => {
            let fields = chosen.fields(&["d", "draw", "by"], cx)?;
            let d = fields.required("d", |node, cx| whole32(node, "workers drawn", 1, limit!(CHOICES_MAX), cx), cx);
            let read = |node: &Node, cx: &mut Cx| choice(node, "a way to draw", &DRAWINGS, cx);
            let draw = fields.or("draw", Drawing::default(), read, cx);
            let by = fields.or("by", Measure::default(), measure, cx);
            Balance::PowerOfD { d: d?, draw: draw?, by: by? }
        }
    })
}

/// `Prequal(pool: 16, probes: 3, removed: 1, quantile: 0.84, age: "1s")`
fn prequal(chosen: &Variant<'_>, cx: &mut Cx) -> Option<Balance> {
    let fields = chosen.fields(&["pool", "probes", "removed", "quantile", "age"], cx)?;
    let Balance::Prequal { pool, probes_percent, removed_percent, quantile_percent, age_millis } = Balance::PREQUAL
    else {
        return None;
    };
    let share = |percent: u32| f64::from(percent) / 100.0;
    let pool = fields.or("pool", pool, |node, cx| whole32(node, "probes", 2, limit!(PROBES_MAX), cx), cx);
    let each = |node: &Node, cx: &mut Cx| number(node, "probes at each pick", 0.0, PROBES_A_PICK_MAX, cx);
    let probes = fields.or("probes", share(probes_percent), each, cx);
    let removed = fields.or("removed", share(removed_percent), each, cx);
    let quantile = |node: &Node, cx: &mut Cx| number(node, "a quantile", 0.01, 1.0, cx);
    let quantile = fields.or("quantile", share(quantile_percent), quantile, cx);
    let age = fields.or("age", Span::from_millis(u64::from(age_millis)), span, cx);
    let percent = |share: f64| (share * 100.0).round() as u32;
    Some(Balance::Prequal {
        pool: pool?,
        probes_percent: percent(probes?),
        removed_percent: percent(removed?),
        quantile_percent: percent(quantile?),
        age_millis: millis(age?).max(1),
    })
}

/// `Outstanding`, …, `Ewma(decay: "10s")`
fn measure(node: &Node, cx: &mut Cx) -> Option<Measure> {
    let names = MEASURES.map(|(name, _)| name);
    let chosen = variant(node, "a measure of load", &names, cx)?;
    let known = MEASURES.iter().find(|(name, _)| *name == chosen.name).map(|(_, measure)| *measure)?;
    if !matches!(known, Measure::Ewma { .. } | Measure::PeakEwma { .. }) {
        return chosen.unit(cx).map(|()| known);
    }
    let decay = chosen.fields(&["decay"], cx)?.or("decay", limits::DECAY_DEFAULT, span, cx)?;
    let decay_millis = millis(decay).max(1);
    Some(match known {
        Measure::Ewma { .. } => Measure::Ewma { decay_millis },
        _ => Measure::PeakEwma { decay_millis },
    })
}

impl Measure {
    /// As a file has it.
    pub fn written(self) -> String {
        let name = |known: Self| MEASURES.iter().find(|(_, one)| *one == known).map_or("Outstanding", |(name, _)| name);
        let decay = |millis| Span::from_millis(u64::from(millis));
        match self {
            Self::Ewma { decay_millis } => format!("Ewma(decay: \"{}\")", decay(decay_millis)),
            Self::PeakEwma { decay_millis } => format!("PeakEwma(decay: \"{}\")", decay(decay_millis)),
            other => name(other).to_owned(),
        }
    }
}

/// Whole milliseconds, as many as fit.
fn millis(span: Span) -> u32 {
    u32::try_from(span.0 / Span::from_millis(1).0).unwrap_or(u32::MAX)
}

/// A prime number of entries, without which some machines could not reach all of them.
fn maglev_table(node: &Node, cx: &mut Cx) -> Option<u32> {
    let table = whole32(node, "entries of a table", 2, limit!(MAGLEV_MAX), cx)?;
    let is_prime = |n: u32| (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    if !is_prime(table) {
        let next = (table..).find(|&n| is_prime(n)).unwrap_or(limits::MAGLEV_DEFAULT);
        return cx.wrong(node.span.clone(), format!("{table} is not a prime number"), format!("write {next}"));
    }
    Some(table)
}

impl Balance {
    /// As a file has it.
    pub fn written(self) -> String {
        let name = |known: &[(&'static str, Drawing)], which| {
            known.iter().find(|(_, drawing)| *drawing == which).map_or("Distinct", |(name, _)| name)
        };
        match self {
            Self::PowerOfD { d, draw, by } => {
                format!("PowerOfD(d: {d}, draw: {}, by: {})", name(&DRAWINGS, draw), by.written())
            }
            Self::Local { percent } => format!("Local(percent: {percent})"),
            Self::CacheAware { percent, entries } => format!("CacheAware(percent: {percent}, entries: {entries})"),
            Self::LeastLoaded { by } => format!("LeastLoaded(by: {})", by.written()),
            Self::Prequal { pool, probes_percent, removed_percent, quantile_percent, age_millis } => {
                let share = |percent: u32| f64::from(percent) / 100.0;
                let (probes, removed) = (share(probes_percent), share(removed_percent));
                let (quantile, age) = (share(quantile_percent), Span::from_millis(u64::from(age_millis)));
                format!(
                    "Prequal(pool: {pool}, probes: {probes:?}, removed: {removed:?}, quantile: {quantile:?}, age: \"{age}\")"
                )
            }
            Self::RingHash { virtual_nodes } => format!("RingHash(virtual_nodes: {virtual_nodes})"),
            Self::BoundedLoads { percent, virtual_nodes } => {
                format!("BoundedLoads(percent: {percent}, virtual_nodes: {virtual_nodes})")
            }
            Self::LeastRequest { choices, bias_percent, slow_start_millis } => {
                let (bias, slow) = (f64::from(bias_percent) / 100.0, Span::from_millis(u64::from(slow_start_millis)));
                format!("LeastRequest(choices: {choices}, bias: {bias:?}, slow_start: \"{slow}\")")
            }
            Self::PeakEwma { decay_millis } => {
                format!("PeakEwma(decay: \"{}\")", Span::from_millis(u64::from(decay_millis)))
            }
            Self::Maglev { table } => format!("Maglev(table: {table})"),
            _ => {
                let known = BALANCES.iter().find(|(_, balance)| *balance == self);
                known.map_or("RoundRobin", |(name, _)| name).to_owned()
            }
        }
    }
}
