//! Autoscalers that say how large machines are: `Vertical(sizes: [2, 4, 8])`, `Mixed(max: 10, cpu: 0.6)`; and `Pid(…)`.

use super::instance::cores;
use super::read::{Cx, Variant, all, limit, list, number, span};
use super::scale::{Read, fields, forecast, looks, period, share};
use crate::base::Span;
use crate::scenario::syntax::Node;
use crate::scenario::{Group, Mixed, Pid, Scaler, Vertical, limits};

/// The largest gain of a controller.
const GAIN_MAX: f64 = 1e6;
/// The largest margin.
const MARGIN_MAX: f64 = 10.0;
/// Looks in a row that must ask for less where the file says nothing (assumed).
const DOWN_AFTER: u32 = 3;

pub(super) fn vertical<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["percentile", "margin", "half_life", "history", "every", "sizes"], cx)?;
    let standard = Vertical::of(Vec::new());
    let percentile = fields.or("percentile", standard.percentile, share, cx);
    let margin = |node: &Node, cx: &mut Cx| number(node, "a margin", 0.0, MARGIN_MAX, cx);
    let margin = fields.or("margin", standard.margin, margin, cx);
    let half_life = fields.or("half_life", standard.half_life, memory, cx);
    let history = fields.or("history", standard.history, memory, cx);
    let every = fields.or("every", standard.every, period, cx);
    let sizes = fields.or("sizes", Vec::new(), sizes, cx);
    let own = Vertical {
        percentile: percentile?,
        margin: margin?,
        half_life: half_life?,
        history: history?,
        every: every?,
        sizes: sizes?,
    };
    Some((fields, Scaler::Vertical(own)))
}

pub(super) fn mixed<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let own = ["cpu", "every", "horizon", "level", "trend", "seasonal", "season", "down_after", "sizes"];
    let fields = fields(chosen, &own, cx)?;
    let predictive = forecast(chosen, &fields, cx);
    let down_after = fields.or("down_after", DOWN_AFTER, looks, cx);
    let sizes = fields.or("sizes", Vec::new(), sizes, cx);
    Some((fields, Scaler::Mixed(Mixed { predictive: predictive?, down_after: down_after?, sizes: sizes? })))
}

pub(super) fn pid<'n>(chosen: &Variant<'n>, cx: &mut Cx) -> Read<'n> {
    let fields = fields(chosen, &["cpu", "every", "proportional", "integral", "derivative"], cx)?;
    let cpu = fields.required("cpu", share, cx);
    let standard = Pid::of(0.5);
    let gain = |node: &Node, cx: &mut Cx| number(node, "a gain", 0.0, GAIN_MAX, cx);
    let every = fields.or("every", standard.every, period, cx);
    let proportional = fields.or("proportional", standard.proportional, gain, cx);
    let integral = fields.or("integral", standard.integral, gain, cx);
    let derivative = fields.or("derivative", standard.derivative, gain, cx);
    let own =
        Pid { cpu: cpu?, every: every?, proportional: proportional?, integral: integral?, derivative: derivative? };
    Some((fields, Scaler::Pid(own)))
}

/// Gives an autoscaler that decides how large machines are the sizes of the catalogue, where the file names none.
pub(super) fn fill_in_sizes(
    by: &mut Scaler,
    group: &Group,
    head: crate::scenario::syntax::Range,
    cx: &mut Cx,
) -> Option<()> {
    let (Scaler::Vertical(Vertical { sizes, .. }) | Scaler::Mixed(Mixed { sizes, .. })) = by else { return Some(()) };
    if sizes.is_empty() {
        *sizes = crate::scenario::sizes(&group.instance);
    }
    let own = group.instance.cores;
    if sizes.is_empty() {
        let what = format!("which sizes {:?} comes in is not in the catalogue", group.instance.name);
        return cx.wrong(head, what, format!("name them, as in sizes: [{own}, {}]", own.saturating_mul(2)));
    }
    sizes.sort_unstable();
    sizes.dedup();
    if !sizes.contains(&own) {
        let what = format!("the machines of the group have {own} cores, which is none of the sizes");
        return cx.wrong(head, what, format!("add {own} to `sizes`"));
    }
    Some(())
}

/// `[2, 4, 8]`
fn sizes(node: &Node, cx: &mut Cx) -> Option<Vec<u32>> {
    let nodes = list(node, "numbers of cores", limit!(SCALE_RULES_MAX), cx)?;
    all(nodes.iter().map(|node| cores(node, cx)))
}

/// For how long something is remembered: a moment at least.
fn memory(node: &Node, cx: &mut Cx) -> Option<Span> {
    let value = span(node, cx)?;
    let min = limits::SCALE_PERIOD_MIN;
    if value < min {
        return cx.wrong(node.span.clone(), format!("{value} is shorter than {min}, the limit SCALE_PERIOD_MIN"), "");
    }
    Some(value)
}
