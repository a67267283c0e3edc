//! Traffic: which jobs arrive, when, and which keys they ask for.

use super::law::law;
use super::process::process;
use super::read::{Cx, all, limit, list, number, record, span, variant, whole, whole32};
use crate::base::JobType;
use crate::scenario::errors::suggest;
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::{Arrivals, Keys, LoadStep, Process, RateSpec, Source, limits};

const SOURCE: [&str; 6] = ["job", "keys", "arrivals", "factor", "patience", "comes_back"];
/// The largest share of the capacity that a rate can be.
const AUTO_MAX: f64 = 1_000.0;
/// The steepest Zipf law.
const ALPHA_MAX: f64 = 10.0;
/// Loads are multiplied by at most this.
pub(super) const FACTOR_MAX: f64 = 1_000.0;

/// `[(job: "mean", keys: …, arrivals: …), …]`
pub(super) fn traffic(node: &Node, cx: &mut Cx) -> Option<Vec<Source>> {
    let nodes = list(node, "traffic sources", limit!(SOURCES_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "nothing ever arrives", "add (job: …, arrivals: …)");
    }
    all(nodes.iter().map(|node| source(node, cx)))
}

fn source(node: &Node, cx: &mut Cx) -> Option<Source> {
    let fields = record(node, "a traffic source", &SOURCE, cx)?;
    let job = fields.required("job", job, cx);
    let keys = fields.or("keys", Keys::Uniform { n: 1 }, keys, cx);
    let factor = fields.or("factor", 1.0, factor, cx);
    let arrivals = fields.required("arrivals", arrivals, cx);
    let patience = fields.maybe("patience", law, cx);
    let comes_back = fields.maybe("comes_back", law, cx);
    let arrivals = scaled(arrivals?, factor?);
    Some(Source { job: job?, keys: keys?, arrivals, patience: patience?, comes_back: comes_back? })
}

fn scaled(arrivals: Arrivals, factor: f64) -> Arrivals {
    match arrivals {
        Arrivals::Open { process, mut load } => {
            for step in &mut load {
                step.to = match step.to {
                    RateSpec::PerSec(rate) => RateSpec::PerSec((rate * factor).min(limits::RATE_MAX)),
                    RateSpec::Auto(share) => RateSpec::Auto((share * factor).min(AUTO_MAX)),
                };
            }
            Arrivals::Open { process, load }
        }
        Arrivals::Closed { clients, think } => {
            let clients = (f64::from(clients) * factor).round().clamp(1.0, f64::from(limits::CLIENTS_MAX));
            Arrivals::Closed { clients: clients as u32, think }
        }
    }
}

/// What a load is multiplied by.
pub(super) fn factor(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "a factor on the load", 0.0, FACTOR_MAX, cx)
}

fn job(node: &Node, cx: &mut Cx) -> Option<JobType> {
    let Some(name) = node.text() else { return cx.expected(node, "the name of a job", "write \"…\"") };
    match cx.names.jobs.iter().position(|job| job == name) {
        Some(ix) => Some(JobType(u16::try_from(ix).ok()?)),
        None => {
            let hint = suggest(name, cx.names.jobs.iter().map(String::as_str));
            cx.wrong(node.span.clone(), format!("no job is called {name:?}"), hint)
        }
    }
}

/// `Uniform(n: 16)`, `Zipf(n: 16, alpha: 0.9)`
fn keys(node: &Node, cx: &mut Cx) -> Option<Keys> {
    let chosen = variant(node, "a law of keys", &["Uniform", "Zipf"], cx)?;
    let read_n = |node: &Node, cx: &mut Cx| whole(node, "keys", 1, limit!(KEYS_MAX), cx);
    if chosen.name == "Uniform" {
        let n = chosen.fields(&["n"], cx)?.required("n", read_n, cx)?;
        return Some(Keys::Uniform { n });
    }
    let fields = chosen.fields(&["n", "alpha"], cx)?;
    let n = fields.required("n", read_n, cx);
    let alpha = fields.required("alpha", |node, cx| number(node, "the exponent of a Zipf law", 0.0, ALPHA_MAX, cx), cx);
    Some(Keys::Zipf { n: n?, alpha: alpha? })
}

/// `Open(load: […])`, `Closed(clients: 10, think: …)`
fn arrivals(node: &Node, cx: &mut Cx) -> Option<Arrivals> {
    let chosen = variant(node, "a way to arrive", &["Open", "Closed"], cx)?;
    if chosen.name == "Open" {
        let fields = chosen.fields(&["process", "load"], cx)?;
        let process = fields.or("process", Process::default(), process, cx);
        let load = fields.required("load", load, cx);
        return Some(Arrivals::Open { process: process?, load: load? });
    }
    let fields = chosen.fields(&["clients", "think"], cx)?;
    let read = |node: &Node, cx: &mut Cx| whole32(node, "clients", 1, limit!(CLIENTS_MAX), cx);
    let clients = fields.required("clients", read, cx);
    let think = fields.required("think", law, cx);
    Some(Arrivals::Closed { clients: clients?, think: think? })
}

/// `[(over: "2m", to: 100), …]`
fn load(node: &Node, cx: &mut Cx) -> Option<Vec<LoadStep>> {
    let nodes = list(node, "steps of load", limit!(LOAD_STEPS_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "a load needs a step", "add (over: \"1m\", to: 100)");
    }
    all(nodes.iter().map(|node| {
        let fields = record(node, "a step of load", &["over", "to"], cx)?;
        let (over, to) = (fields.required("over", span, cx), fields.required("to", rate, cx));
        Some(LoadStep { over: over?, to: to? })
    }))
}

/// `100` or `Auto(0.6)`
fn rate(node: &Node, cx: &mut Cx) -> Option<RateSpec> {
    match node.kind {
        Kind::Number(_) => {
            let rate = number(node, "a rate in jobs a second", 0.0, f64::MAX, cx)?;
            if rate > limits::RATE_MAX {
                let what = format!("{rate} jobs a second are more than {}, the limit RATE_MAX", limits::RATE_MAX);
                return cx.wrong(
                    node.span.clone(),
                    what,
                    "spread them over several sources, or let a job stand for many",
                );
            }
            Some(RateSpec::PerSec(rate))
        }
        Kind::Struct { name: Some(_), .. } => {
            let share = variant(node, "a rate", &["Auto"], cx)?.one("Auto(0.6)", cx)?;
            number(share, "a share of the capacity", 0.0, AUTO_MAX, cx).map(RateSpec::Auto)
        }
        _ => cx.expected(node, "a rate", "write jobs a second, as in 100, or a share of the capacity, as in Auto(0.6)"),
    }
}
