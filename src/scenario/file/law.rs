//! Probability laws: `"18ms"`, `Constant("18ms")`, `Exponential(mean: "18ms")`, `Uniform("1ms", "2ms")`,
//! `LogNormal(mean: "18ms", cv: 1.2)`.

use super::read::{Cx, number, span, variant};
use crate::scenario::Dist;
use crate::scenario::syntax::{Kind, Node};

const LAWS: [&str; 4] = ["Constant", "Exponential", "Uniform", "LogNormal"];
/// The largest coefficient of variation: its samples already span more than the clock.
const CV_MAX: f64 = 100.0;

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
            let (low, high) = (low?, high?);
            if low > high {
                let what = format!("{low} is above {high}");
                return cx.wrong(node.head(), what, "the smaller time comes first");
            }
            Some(Dist::Uniform { low: low.secs(), high: high.secs() })
        }
        _ => {
            let fields = chosen.fields(&["mean", "cv"], cx)?;
            let mean = fields.required("mean", span, cx);
            let cv = fields.required("cv", |node, cx| number(node, "a coefficient of variation", 0.0, CV_MAX, cx), cx);
            Some(Dist::LogNormal { mean: mean?.secs(), cv: cv? })
        }
    }
}
