//! Arrival processes: `Poisson`, `Regular`, `Erlang(k: 4)`, `LogNormal(cv: 2)`, `HyperExponential(cv: 2)`,
//! `Renewal(Weibull(shape: 0.5, scale: "1s"))`, `Mmpp(states: [(rate: 1, mean: "50s"), (rate: 10, mean: "5s")])`.

use super::law::{cv, cv_from_one, law, stages};
use super::read::{Cx, all, limit, list, number, record, span, variant};
use crate::base::Span;
use crate::scenario::syntax::Node;
use crate::scenario::{BurstState, Dist, Process};

const PROCESSES: [&str; 7] = ["Poisson", "Regular", "Erlang", "LogNormal", "HyperExponential", "Renewal", "Mmpp"];
/// The largest rate of a state, relative to the others.
const RATE_MAX: f64 = 1e9;

/// The law of the gaps of an open source.
pub(super) fn process(node: &Node, cx: &mut Cx) -> Option<Process> {
    let chosen = variant(node, "a law of the gaps", &PROCESSES, cx)?;
    match chosen.name {
        "Poisson" => chosen.unit(cx).map(|()| Process::Poisson),
        "Regular" => chosen.unit(cx).map(|()| Process::Regular),
        "Erlang" => {
            let stages = chosen.fields(&["k"], cx)?.required("k", stages, cx)?;
            Some(Process::Renewal(Dist::Erlang { stages, mean: 1.0 }))
        }
        "LogNormal" => {
            let cv = chosen.fields(&["cv"], cx)?.required("cv", cv, cx)?;
            Some(Process::Renewal(Dist::LogNormal { mean: 1.0, cv }))
        }
        "HyperExponential" => {
            let cv = chosen.fields(&["cv"], cx)?.required("cv", cv_from_one, cx)?;
            Some(Process::Renewal(Dist::balanced_hyperexponential(1.0, cv)))
        }
        "Renewal" => {
            let gaps = law(chosen.one("Renewal(Uniform(\"1s\", \"3s\"))", cx)?, cx)?;
            let mean = gaps.mean();
            if mean <= 0.0 {
                let hint =
                    "only its shape counts, the load says how many there are: write Regular or Uniform(\"1s\", \"3s\")";
                return cx.wrong(node.head(), "gaps of no length have no shape", hint);
            }
            Some(Process::Renewal(gaps.scaled(1.0 / mean)))
        }
        _ => {
            let fields = chosen.fields(&["states"], cx)?;
            states(fields.need("states", cx)?, cx).map(Process::Mmpp)
        }
    }
}

/// `[(rate: 1, mean: "50s"), …]`, made into factors whose mean over time is 1.
fn states(node: &Node, cx: &mut Cx) -> Option<Vec<BurstState>> {
    let nodes = list(node, "states", limit!(PHASES_MAX), cx)?;
    if nodes.len() < 2 {
        return cx.wrong(node.head(), "bursts need two states or more", "add (rate: 10, mean: \"5s\")");
    }
    let states = all(nodes.iter().map(|node| {
        let fields = record(node, "a state", &["rate", "mean"], cx)?;
        let read = |node: &Node, cx: &mut Cx| number(node, "a rate relative to other states", 0.0, RATE_MAX, cx);
        let (rate, mean) = (fields.required("rate", read, cx), fields.required("mean", stay, cx));
        Some(BurstState { factor: rate?, mean: mean? })
    }))?;
    let time: f64 = states.iter().map(|state| state.mean.secs()).sum();
    let area: f64 = states.iter().map(|state| state.factor * state.mean.secs()).sum();
    if area <= 0.0 {
        return cx.wrong(node.head(), "nothing arrives in any of these states", "give one of them a rate above 0");
    }
    let scaled = |state: BurstState| BurstState { factor: state.factor * time / area, ..state };
    Some(states.into_iter().map(scaled).collect())
}

/// How long a state lasts: long enough that the changes of state are not all that a run does.
fn stay(node: &Node, cx: &mut Cx) -> Option<Span> {
    /// Shortest mean stay in a state.
    const SHORTEST: Span = Span::from_micros(1);
    let mean = span(node, cx)?;
    if mean < SHORTEST {
        return cx.wrong(
            node.span.clone(),
            format!("a state of {mean} is over before anything happens"),
            "write \"5s\"",
        );
    }
    Some(mean)
}
