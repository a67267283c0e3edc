//! A profile: what was measured on a machine before.

use std::collections::BTreeSet;

use super::instance::cores;
use super::read::{Cx, all, limit, list, number, record, span, text, whole, whole32};
use crate::base::{Provenance, Span};
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::{Agreement, Contention, Dispatch, Dist, MachineLimits, Profile, SizeTimes, TaskTimes};

const PROFILE: [&str; 9] =
    ["machine", "cores", "date", "seed", "service", "dispatch", "limits", "contention", "compared"];
const COMPARED: [&str; 5] = ["date", "points", "error", "noise", "grade"];
const GRADES: [&str; 4] = ["A", "B", "C", "D"];
/// A hundred times what was measured is no prediction.
const ERROR_MAX: f64 = 100.0;
const LIMITS: [&str; 2] = ["read_bytes_per_sec", "operations_per_sec"];
/// Bytes or operations a second of a machine.
const PER_SEC_MAX: f64 = 1e21;
const CONTENTION: [&str; 4] = ["alpha", "beta", "alpha_error", "beta_error"];
const SIZE: [&str; 2] = ["items", "busy"];
const DISPATCH: [&str; 4] = ["idle", "rested", "next", "held"];
/// Items of a task.
const ITEMS_MAX: f64 = 1e18;

/// `(machine: "…", cores: 2, date: "2026-11-24", service: { "mean.map": […] }, dispatch: (…), contention: (…))`
pub(super) fn profile(node: &Node, cx: &mut Cx) -> Option<Profile> {
    let fields = record(node, "a profile", &PROFILE, cx)?;
    let machine = fields.required("machine", text, cx);
    // The first profiles did not say: they were of the computer at hand.
    let cores = fields.or("cores", cx.cores_of_this, cores, cx);
    let date = fields.required("date", text, cx);
    let seed = fields.maybe("seed", |node, cx| whole(node, "seed", 0, limit!(SEED_MAX), cx), cx);
    let service = fields.required("service", service, cx);
    let dispatch = fields.maybe("dispatch", dispatch, cx);
    let limits = fields.maybe("limits", limits, cx);
    let contention = fields.or("contention", (Contention::NONE, None), contention, cx);
    let compared = fields.maybe("compared", compared, cx);
    let (contention, contention_errors) = contention?;
    Some(Profile {
        machine: machine?,
        cores: cores?,
        date: date?,
        seed: seed?,
        service: service?,
        dispatch: dispatch?,
        limits: limits?,
        contention,
        contention_errors,
        compared: compared?,
    })
}

fn service(node: &Node, cx: &mut Cx) -> Option<Vec<(String, TaskTimes)>> {
    let Kind::Map(fields) = &node.kind else {
        return cx.expected(node, "times by stage {…}", "write { \"mean.map\": [\"240us\", \"260us\"] }");
    };
    let mut seen = BTreeSet::new();
    for field in fields {
        if !seen.insert(&field.name) {
            cx.wrong::<()>(field.name_span.clone(), format!("{:?} is there twice", field.name), "keep one of the two");
        }
    }
    all(fields.iter().map(|field| Some((field.name.clone(), task_times(&field.value, cx)?))))
}

/// `["240us", …]` for chunks of any size and any number of busy cores, or `[(items: 1_000_000, busy: [["240us", …]]), …]`
fn task_times(node: &Node, cx: &mut Cx) -> Option<TaskTimes> {
    let is_by_size =
        matches!(&node.kind, Kind::List(nodes) if nodes.iter().any(|node| matches!(node.kind, Kind::Struct { .. })));
    if !is_by_size {
        return quantiles(node, cx).map(TaskTimes::of_any_size);
    }
    let nodes = list(node, "sizes of chunks", limit!(PROFILE_SIZES_MAX), cx)?;
    let sizes = all(nodes.iter().map(|node| size_times(node, cx)))?;
    if let Some(ix) = sizes.windows(2).position(|pair| pair[0].items >= pair[1].items) {
        let what = "these chunks are not larger than those before";
        return cx.wrong(nodes[ix + 1].head(), what, "sizes stand from the smallest to the largest");
    }
    Some(TaskTimes { sizes })
}

fn size_times(node: &Node, cx: &mut Cx) -> Option<SizeTimes> {
    let fields = record(node, "a size of chunks", &SIZE, cx)?;
    let items = fields.required("items", |node, cx| number(node, "a number of items", 1.0, ITEMS_MAX, cx), cx);
    let busy = fields.required("busy", levels, cx);
    Some(SizeTimes { items: Some(items?), busy: busy? })
}

/// Quantiles with 1, 2, … cores at work.
fn levels(node: &Node, cx: &mut Cx) -> Option<Vec<Vec<f64>>> {
    let nodes = list(node, "quantiles by busy cores", limit!(CORES_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "there are no times in this list", "write at least [[\"240us\"]]");
    }
    all(nodes.iter().map(|node| quantiles(node, cx)))
}

/// Seconds, at least one, in order.
fn quantiles(node: &Node, cx: &mut Cx) -> Option<Vec<f64>> {
    let nodes = list(node, "quantiles", limit!(QUANTILES_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "there is no time in this list", "write at least one, as in [\"240us\"]");
    }
    let values = all(nodes.iter().map(|node| span(node, cx)))?;
    if let Some(ix) = values.windows(2).position(|pair| pair[0] > pair[1]) {
        let what = format!("{} is below the quantile before it", values[ix + 1]);
        return cx.wrong(nodes[ix + 1].span.clone(), what, "quantiles stand from the smallest to the largest");
    }
    Some(values.into_iter().map(Span::secs).collect())
}

/// `(idle: ["2ms"], rested: "30ms", next: ["12us", …], held: ["300ns"])`
fn dispatch(node: &Node, cx: &mut Cx) -> Option<Dispatch> {
    let fields = record(node, "what handing over costs", &DISPATCH, cx)?;
    let law = |node: &Node, cx: &mut Cx| quantiles(node, cx).map(Dist::Quantiles);
    let (idle, next) = (fields.required("idle", law, cx), fields.required("next", law, cx));
    let held = fields.or("held", Dist::Constant(0.0), law, cx);
    let rested = fields.or("rested", Span::ZERO, span, cx);
    Some(Dispatch { idle: idle?, rested: rested?.secs(), next: next?, held: held? })
}

/// `(read_bytes_per_sec: 4.4e10, operations_per_sec: 2.6e11)`
fn limits(node: &Node, cx: &mut Cx) -> Option<MachineLimits> {
    let fields = record(node, "what a machine can do at most", &LIMITS, cx)?;
    let read = |node: &Node, cx: &mut Cx| number(node, "so many a second", 1.0, PER_SEC_MAX, cx);
    let [bytes, operations] = LIMITS.map(|name| fields.required(name, read, cx));
    Some(MachineLimits { read_bytes_per_sec: bytes?, operations_per_sec: operations? })
}

/// `(date: "2026-11-29", points: 7, error: 0.06, noise: 0.02, grade: "B")`
fn compared(node: &Node, cx: &mut Cx) -> Option<Agreement> {
    let fields = record(node, "a comparison with live runs", &COMPARED, cx)?;
    let date = fields.required("date", text, cx);
    let points = fields.required("points", |node, cx| whole32(node, "points", 1, limit!(COMPARED_POINTS_MAX), cx), cx);
    let share = |node: &Node, cx: &mut Cx| number(node, "a share", 0.0, ERROR_MAX, cx);
    let [error, noise] = ["error", "noise"].map(|name| fields.required(name, share, cx));
    let grade = |node: &Node, cx: &mut Cx| {
        let grade = text(node, cx)?;
        if GRADES.contains(&grade.as_str()) {
            Some(grade)
        } else {
            cx.expected(node, "a grade", "write \"A\" to \"D\"")
        }
    };
    let grade = fields.required("grade", grade, cx);
    Some(Agreement { date: date?, points: points?, error: error?, noise: noise?, grade: grade? })
}

/// `(alpha: 0.03, beta: 0.0001, alpha_error: 0.01, beta_error: 0.0)`, the standard errors both or none.
fn contention(node: &Node, cx: &mut Cx) -> Option<(Contention, Option<(f64, f64)>)> {
    let fields = record(node, "contention", &CONTENTION, cx)?;
    let read = |node: &Node, cx: &mut Cx| number(node, "a coefficient of contention", 0.0, 1.0, cx);
    let (alpha, beta) = (fields.or("alpha", 0.0, read, cx), fields.or("beta", 0.0, read, cx));
    let errors = (fields.maybe("alpha_error", read, cx)?, fields.maybe("beta_error", read, cx)?);
    let errors = match errors {
        (None, None) => None,
        (alpha, beta) => Some((alpha.unwrap_or(0.0), beta.unwrap_or(0.0))),
    };
    Some((Contention { alpha: alpha?, beta: beta?, provenance: Provenance::Calibrated }, errors))
}
