//! Probability laws: `"18ms"`, `Constant("18ms")`, `Exponential(mean: "18ms")`, `Uniform("1ms", "2ms")`,
//! `LogNormal(mean: "18ms", cv: 1.2)`, `Erlang(k: 4, mean: "18ms")`, `Gamma(shape: 0.5, mean: "18ms")`,
//! `HyperExponential(mean: "18ms", cv: 2)` or `HyperExponential(phases: [(0.9, "10ms"), (0.1, "90ms")])`,
//! `BoundedPareto(low: "1ms", high: "10s", alpha: 1.5)`, `Weibull(shape: 0.8, scale: "18ms")`.

use super::read::{Cx, Fields, all, limit, list, number, span, variant, whole32};
use crate::base::Span;
use crate::scenario::Dist;
use crate::scenario::syntax::{Args, Kind, Node};

const LAWS: [&str; 9] = [
    "Constant",
    "Exponential",
    "Uniform",
    "LogNormal",
    "Erlang",
    "Gamma",
    "HyperExponential",
    "BoundedPareto",
    "Weibull",
];
/// The largest coefficient of variation: its samples already span more than the clock.
const CV_MAX: f64 = 100.0;
/// Shapes and exponents outside of this are constants, or span more than the clock.
const SHAPE_MIN: f64 = 0.01;
const SHAPE_MAX: f64 = 10_000.0;
/// How far probabilities may be from a sum of 1, for people who write three digits of a third.
const SUM_SLACK: f64 = 1e-9;

/// A law of times, in seconds. A time alone is constant.
pub(super) fn law(node: &Node, cx: &mut Cx) -> Option<Dist> {
    if let Kind::Text { .. } = node.kind {
        return span(node, cx).map(|value| Dist::Constant(value.secs()));
    }
    let chosen = variant(node, "a time or a law of times", &LAWS, cx)?;
    match chosen.name {
        "Constant" => {
            let value = span(chosen.one("Constant(\"18ms\")", cx)?, cx)?;
            Some(Dist::Constant(value.secs()))
        }
        "Exponential" => {
            let mean = chosen.fields(&["mean"], cx)?.required("mean", span, cx)?;
            Some(Dist::Exponential { mean: mean.secs() })
        }
        "Uniform" => {
            let nodes = chosen.positional(2, "Uniform(\"1ms\", \"2ms\")", cx)?;
            let (low, high) = (span(&nodes[0], cx), span(&nodes[1], cx));
            let (low, high) = ordered(node, low?, high?, cx)?;
            Some(Dist::Uniform { low, high })
        }
        "LogNormal" => {
            let fields = chosen.fields(&["mean", "cv"], cx)?;
            let (mean, cv) = (fields.required("mean", span, cx), fields.required("cv", cv, cx));
            Some(Dist::LogNormal { mean: mean?.secs(), cv: cv? })
        }
        "Erlang" => {
            let fields = chosen.fields(&["k", "mean"], cx)?;
            let (stages, mean) = (fields.required("k", stages, cx), fields.required("mean", span, cx));
            Some(Dist::Erlang { stages: stages?, mean: mean?.secs() })
        }
        "Gamma" => {
            let fields = chosen.fields(&["shape", "mean"], cx)?;
            let (shape, mean) = (fields.required("shape", shape, cx), fields.required("mean", span, cx));
            Some(Dist::Gamma { shape: shape?, mean: mean?.secs() })
        }
        "HyperExponential" => hyperexponential(&chosen.fields(&["phases", "mean", "cv"], cx)?, cx),
        "BoundedPareto" => {
            let fields = chosen.fields(&["low", "high", "alpha"], cx)?;
            let (low, high) = (fields.required("low", some_time, cx), fields.required("high", span, cx));
            let alpha = fields.required("alpha", shape, cx);
            let (low, high) = ordered(node, low?, high?, cx)?;
            Some(Dist::BoundedPareto { low, high, alpha: alpha? })
        }
        _ => {
            let fields = chosen.fields(&["shape", "scale"], cx)?;
            let (shape, scale) = (fields.required("shape", shape, cx), fields.required("scale", span, cx));
            Some(Dist::Weibull { shape: shape?, scale: scale?.secs() })
        }
    }
}

/// A mixture of exponentials: by its phases, or two with balanced means by mean and coefficient of variation.
fn hyperexponential(fields: &Fields<'_>, cx: &mut Cx) -> Option<Dist> {
    let Some(node) = fields.node("phases") else {
        let (mean, cv) = (fields.required("mean", span, cx), fields.required("cv", cv_from_one, cx));
        return Some(Dist::balanced_hyperexponential(mean?.secs(), cv?));
    };
    if let Some(other) = fields.node("mean").or(fields.node("cv")) {
        let what = "the phases have said mean and coefficient of variation already";
        return cx.wrong(other.head(), what, "write either `phases`, or `mean` and `cv`");
    }
    let nodes = list(node, "phases", limit!(PHASES_MAX), cx)?;
    let phases = all(nodes.iter().map(|node| weighted(node, "(0.9, \"10ms\")", span, cx)))?;
    whole_probability(node, phases.iter().map(|phase| phase.0).sum(), cx)?;
    Some(Dist::HyperExponential(phases.into_iter().map(|(p, mean)| (p, mean.secs())).collect()))
}

/// `(0.9, VALUE)`: a probability and what it is the probability of.
fn weighted<T>(node: &Node, usage: &str, read: fn(&Node, &mut Cx) -> Option<T>, cx: &mut Cx) -> Option<(f64, T)> {
    match &node.kind {
        Kind::Struct { name: None, args: Args::Positional(pair) } if pair.len() == 2 => {
            let probability = number(&pair[0], "a probability", 0.0, 1.0, cx);
            let value = read(&pair[1], cx);
            Some((probability?, value?))
        }
        _ => cx.expected(node, "a probability and a value", &format!("write {usage}")),
    }
}

fn whole_probability(node: &Node, sum: f64, cx: &mut Cx) -> Option<()> {
    if (sum - 1.0).abs() <= SUM_SLACK {
        return Some(());
    }
    cx.wrong(node.head(), format!("these probabilities add up to {sum}"), "they add up to 1")
}

fn ordered(node: &Node, low: Span, high: Span, cx: &mut Cx) -> Option<(f64, f64)> {
    if low > high {
        let what = format!("{low} is above {high}");
        return cx.wrong(node.head(), what, "the smaller time comes first");
    }
    Some((low.secs(), high.secs()))
}

/// A length of time that is not zero.
fn some_time(node: &Node, cx: &mut Cx) -> Option<Span> {
    let value = span(node, cx)?;
    if value.is_zero() {
        return cx.wrong(node.span.clone(), "a power law begins above zero", "write \"1ms\"");
    }
    Some(value)
}

pub(super) fn cv(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "a coefficient of variation", 0.0, CV_MAX, cx)
}

pub(super) fn cv_from_one(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "the coefficient of variation of a mixture of exponentials", 1.0, CV_MAX, cx)
}

fn shape(node: &Node, cx: &mut Cx) -> Option<f64> {
    number(node, "the shape of a law", SHAPE_MIN, SHAPE_MAX, cx)
}

pub(super) fn stages(node: &Node, cx: &mut Cx) -> Option<u32> {
    whole32(node, "stages of an Erlang law", 1, limit!(ERLANG_MAX), cx)
}
