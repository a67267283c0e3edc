//! A profile: what was measured on a machine before.

use std::collections::BTreeSet;

use super::instance::cores;
use super::pools::contention;
use super::read::{Cx, all, limit, list, record, span, text};
use crate::base::{Provenance, Span};
use crate::scenario::syntax::{Kind, Node};
use crate::scenario::{Contention, Dist, Profile};

const PROFILE: [&str; 5] = ["machine", "cores", "date", "service", "contention"];

/// `(machine: "…", cores: 2, date: "2026-11-24", service: { "mean.map": ["240us", …] }, contention: (alpha: …, beta: …))`
pub(super) fn profile(node: &Node, cx: &mut Cx) -> Option<Profile> {
    let fields = record(node, "a profile", &PROFILE, cx)?;
    let machine = fields.required("machine", text, cx);
    let cores = fields.required("cores", cores, cx);
    let date = fields.required("date", text, cx);
    let service = fields.required("service", service, cx);
    let read = |node: &Node, cx: &mut Cx| contention(node, Provenance::Calibrated, cx);
    let contention = fields.or("contention", Contention::NONE, read, cx);
    Some(Profile { machine: machine?, cores: cores?, date: date?, service: service?, contention: contention? })
}

fn service(node: &Node, cx: &mut Cx) -> Option<Vec<(String, Dist)>> {
    let Kind::Map(fields) = &node.kind else {
        return cx.expected(node, "times by stage {…}", "write { \"mean.map\": [\"240us\", \"260us\"] }");
    };
    let mut seen = BTreeSet::new();
    for field in fields {
        if !seen.insert(&field.name) {
            cx.wrong::<()>(field.name_span.clone(), format!("{:?} is there twice", field.name), "keep one of the two");
        }
    }
    all(fields.iter().map(|field| Some((field.name.clone(), quantiles(&field.value, cx)?))))
}

fn quantiles(node: &Node, cx: &mut Cx) -> Option<Dist> {
    let nodes = list(node, "quantiles", limit!(QUANTILES_MAX), cx)?;
    if nodes.is_empty() {
        return cx.wrong(node.head(), "there is no time in this list", "write at least one, as in [\"240us\"]");
    }
    let values = all(nodes.iter().map(|node| span(node, cx)))?;
    if let Some(ix) = values.windows(2).position(|pair| pair[0] > pair[1]) {
        let what = format!("{} is below the quantile before it", values[ix + 1]);
        return cx.wrong(nodes[ix + 1].span.clone(), what, "quantiles stand from the smallest to the largest");
    }
    Some(Dist::Quantiles(values.into_iter().map(Span::secs).collect()))
}
