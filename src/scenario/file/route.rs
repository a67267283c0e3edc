//! Ways from stage to stage, with probabilities.

use super::jobs::stage_named;
use super::read::{Cx, all, limit, list, number};
use crate::base::StageIx;
use crate::scenario::syntax::{Args, Kind, Node};

/// How far probabilities may be from adding up, by rounding.
const ROUNDING: f64 = 1e-9;

/// `[("a", 0.5), ("b", 0.5)]`: where a job enters; adds up to 1.
pub(super) fn start(node: &Node, names: &[Option<&str>], cx: &mut Cx) -> Option<Vec<(StageIx, f64)>> {
    let (ways, sum) = ways(node, names, cx)?;
    if (sum - 1.0).abs() > ROUNDING {
        let what = format!("the probabilities of where a job enters add up to {sum}");
        return cx.wrong(node.head(), what, "make them add up to 1");
    }
    Some(ways)
}

/// `[("a", 0.2), ("b", 0.3)]`: where a job goes next; the rest leaves.
pub(super) fn then(node: &Node, names: &[Option<&str>], cx: &mut Cx) -> Option<Vec<(StageIx, f64)>> {
    let (ways, sum) = ways(node, names, cx)?;
    if sum > 1.0 + ROUNDING {
        let what = format!("the probabilities of where a job goes next add up to {sum}");
        return cx.wrong(node.head(), what, "make them add up to 1 at most; what is missing to 1 leaves");
    }
    Some(ways)
}

/// Stages with probabilities, and what these add up to.
fn ways(node: &Node, names: &[Option<&str>], cx: &mut Cx) -> Option<(Vec<(StageIx, f64)>, f64)> {
    let nodes = list(node, "ways to a stage", limit!(STAGES_MAX), cx)?;
    let ways = all(nodes.iter().map(|node| way(node, names, cx)))?;
    for (position, (stage, _)) in ways.iter().enumerate() {
        if ways[..position].iter().any(|(before, _)| before == stage) {
            return cx.wrong(nodes[position].head(), "two ways lead to this stage", "add their probabilities up");
        }
    }
    let sum = ways.iter().map(|(_, probability)| probability).sum();
    Some((ways, sum))
}

fn way(node: &Node, names: &[Option<&str>], cx: &mut Cx) -> Option<(StageIx, f64)> {
    let usage = "write (\"store\", 0.3)";
    let Kind::Struct { name: None, args: Args::Positional(pair) } = &node.kind else {
        return cx.expected(node, "a stage and a probability", usage);
    };
    let [stage, probability] = pair.as_slice() else {
        return cx.wrong(node.head(), "expected a stage and a probability", usage);
    };
    let probability = number(probability, "a probability", 0.0, 1.0, cx);
    let stage = stage_named(stage, names, cx)?;
    Some((StageIx(u16::try_from(stage).ok()?), probability?))
}
