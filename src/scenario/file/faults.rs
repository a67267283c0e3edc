//! Faults, both ways: `Break(worker: ("api", 0))`, `Errors(pool: "api", share: 0.1)`, `Break(zone: "a")`.

use super::jobs::pool;
use super::law::law;
use super::read::{Cx, Fields, all, limit, list, number, record, span, variant, whole32};
use crate::base::{PoolId, Span};
use crate::scenario::errors::suggest;
use crate::scenario::listing::names;
use crate::scenario::syntax::{Args, Kind, Node};
use crate::scenario::{Fault, RandomFault, Scenario, Strike, Victim};

/// A machine is slowed down by at most this.
const SLOW_MAX: f64 = 1e6;
/// Who is struck, in one of these fields.
const VICTIMS: [&str; 3] = ["worker", "pool", "zone"];

/// A fault and who it strikes.
pub(super) fn fault(node: &Node, cx: &mut Cx) -> Option<Fault> {
    let (strike, fields) = strike(node, &VICTIMS, cx)?;
    let victim = victim(node, &fields, cx);
    Some(Fault { strike: strike?, victim: victim? })
}

/// What goes wrong, whoever it strikes.
pub(super) fn alone(node: &Node, cx: &mut Cx) -> Option<Strike> {
    strike(node, &[], cx)?.0
}

/// What goes wrong, and the fields beside it, which are those that are known besides its own.
fn strike<'n>(node: &'n Node, besides: &[&str], cx: &mut Cx) -> Option<(Option<Strike>, Fields<'n>)> {
    let chosen = variant(node, "a fault", &names(&Strike::ALL), cx)?;
    let own: &[&str] = match chosen.name {
        "Slow" => &["factor"],
        "Errors" => &["share", "after"],
        "Link" => &["delay", "jitter", "loss"],
        "Memory" => &["share"],
        "Neighbour" => &["threads"],
        _ => &[],
    };
    let known: Vec<&str> = besides.iter().chain(own).copied().collect();
    let fields = chosen.fields(&known, cx)?;
    let share = |node: &Node, cx: &mut Cx| number(node, "a share", 0.0, 1.0, cx);
    let lost = |node: &Node, cx: &mut Cx| number(node, "a share of messages", 0.0, 0.99, cx);
    let factor = |node: &Node, cx: &mut Cx| number(node, "a factor of slowness", 1.0, SLOW_MAX, cx);
    let threads = |node: &Node, cx: &mut Cx| whole32(node, "threads", 1, limit!(CORES_MAX), cx);
    let read = match chosen.name {
        "Break" => Some(Strike::Break),
        "Restart" => Some(Strike::Restart),
        "Preempt" => Some(Strike::Preempt),
        "Pause" => Some(Strike::Pause),
        "Partition" => Some(Strike::Partition),
        "Slow" => fields.required("factor", factor, cx).map(|factor| Strike::Slow { factor }),
        "Memory" => fields.required("share", share, cx).map(|share| Strike::Memory { share }),
        "Neighbour" => fields.required("threads", threads, cx).map(|threads| Strike::Neighbour { threads }),
        "Errors" => {
            let (share, after) = (fields.required("share", share, cx), fields.maybe("after", span, cx));
            share.zip(after).map(|(share, after)| Strike::Errors { share, after })
        }
        _ => {
            let delay = fields.or("delay", Span::ZERO, span, cx);
            let (jitter, loss) = (fields.or("jitter", Span::ZERO, span, cx), fields.or("loss", 0.0, lost, cx));
            delay.zip(jitter).zip(loss).map(|((delay, jitter), loss)| Strike::Link { delay, jitter, loss })
        }
    };
    Some((read, fields))
}

/// One of `worker: ("api", 0)`, `pool: "api"`, `zone: "a"`.
fn victim(node: &Node, fields: &Fields<'_>, cx: &mut Cx) -> Option<Victim> {
    let given: Vec<&str> = VICTIMS.into_iter().filter(|name| fields.node(name).is_some()).collect();
    match given.as_slice() {
        ["pool"] => fields.required("pool", pool, cx).map(Victim::Pool),
        ["zone"] => fields.required("zone", zone, cx).map(Victim::Zone),
        ["worker"] | [] => {
            let (pool, position) = fields.required("worker", worker, cx)?;
            Some(Victim::Machine(pool, position))
        }
        _ => cx.wrong(node.head(), "a fault strikes one machine, one pool or one zone", "keep one of the fields"),
    }
}

/// `("api", 0)`: pool and position.
fn worker(node: &Node, cx: &mut Cx) -> Option<(PoolId, u32)> {
    match &node.kind {
        Kind::Struct { name: None, args: Args::Positional(pair) } if pair.len() == 2 => {
            let position = whole32(&pair[1], "machines before it", 0, limit!(WORKERS_MAX), cx);
            Some((pool(&pair[0], cx)?, position?))
        }
        _ => cx.expected(node, "a machine by pool and position", "write (\"api\", 0)"),
    }
}

/// The name of a zone.
pub(super) fn zone(node: &Node, cx: &mut Cx) -> Option<u16> {
    let Some(name) = node.text() else { return cx.expected(node, "the name of a zone", "write \"…\"") };
    match cx.names.zones.iter().position(|zone| zone == name) {
        Some(ix) => u16::try_from(ix).ok(),
        None => {
            let hint = suggest(name, cx.names.zones.iter().map(String::as_str));
            cx.wrong(node.span.clone(), format!("no group of machines is in a zone called {name:?}"), hint)
        }
    }
}

/// `[(fault: Break, pool: "api", every: Exponential(mean: "10m"), for: Exponential(mean: "30s"))]`
pub(super) fn random(node: &Node, cx: &mut Cx) -> Option<Vec<RandomFault>> {
    let nodes = list(node, "faults", limit!(RANDOM_FAULTS_MAX), cx)?;
    all(nodes.iter().map(|node| {
        let fields = record(node, "a fault that comes by chance", &["fault", "pool", "zone", "every", "for"], cx)?;
        let strike = fields.need("fault", cx).and_then(|node| strike(node, &[], cx)).and_then(|(strike, _)| strike);
        let victim = match (fields.node("pool"), fields.node("zone")) {
            (Some(_), Some(_)) => {
                cx.wrong(node.head(), "a fault strikes machines of one pool or of one zone", "keep one of the fields")
            }
            (None, Some(node)) => zone(node, cx).map(Victim::Zone),
            _ => fields.required("pool", pool, cx).map(Victim::Pool),
        };
        let (every, lasts) = (fields.required("every", law, cx), fields.required("for", law, cx));
        Some(RandomFault { strike: strike?, victim: victim?, every: every?, lasts: lasts? })
    }))
}

/// A fault as a file has it.
pub(super) fn written(fault: &Fault, scenario: &Scenario) -> String {
    let pool = |pool: PoolId| scenario.pools.get(pool.ix()).map_or("?", |pool| pool.name.as_str());
    let victim = match fault.victim {
        Victim::Machine(id, position) => {
            let (pool, position) = scenario.machine_in_file(id, position);
            format!("worker: (\"{pool}\", {position})")
        }
        Victim::Pool(id) => format!("pool: \"{}\"", pool(id)),
        Victim::Zone(zone) => {
            format!("zone: \"{}\"", scenario.zones.get(usize::from(zone)).map_or("?", String::as_str))
        }
    };
    let values = match fault.strike {
        Strike::Break | Strike::Restart | Strike::Preempt | Strike::Pause | Strike::Partition => String::new(),
        Strike::Slow { factor } => format!(", factor: {factor:?}"),
        Strike::Errors { share, after: None } => format!(", share: {share:?}"),
        Strike::Errors { share, after: Some(after) } => format!(", share: {share:?}, after: \"{after}\""),
        Strike::Link { delay, jitter, loss } => {
            format!(", delay: \"{delay}\", jitter: \"{jitter}\", loss: {loss:?}")
        }
        Strike::Memory { share } => format!(", share: {share:?}"),
        Strike::Neighbour { threads } => format!(", threads: {threads}"),
    };
    format!("{}({victim}{values})", fault.strike.name())
}
