//! Objectives: a metric, a comparison and a bound, as one expression: `latency.p99 < 250ms`.

use super::read::{Cx, all, choice, limit, list, name, record, text};
use crate::base::{JobType, Span};
use crate::scenario::errors::suggest;
use crate::scenario::quantity;
use crate::scenario::syntax::{Kind, Node, Range};
use crate::scenario::{Comparison, Job, Metric, Objective, Severity};

const OBJECTIVE: [&str; 4] = ["name", "expr", "bound", "severity"];
const COMPARISONS: [(&str, Comparison); 4] = [
    // Longest first: `<=` begins with `<`.
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];
const METRICS: [&str; 9] = [
    "latency.p50",
    "latency.p95",
    "latency.p99",
    "latency.p99.9",
    "latency.mean",
    "errors",
    "throughput",
    "cost.per_hour",
    "cost.per_1000_jobs",
];

/// `[(name: "p99", expr: "latency.p99 < 250ms", severity: Fail), …]`
pub(super) fn objectives(node: &Node, cx: &mut Cx) -> Option<Vec<Objective>> {
    let nodes = list(node, "objectives", limit!(OBJECTIVES_MAX), cx)?;
    let read = all(nodes.iter().map(|node| objective(node, cx)))?;
    for (ix, objective) in read.iter().enumerate() {
        if read[..ix].iter().any(|before| before.name == objective.name) {
            cx.wrong::<()>(nodes[ix].head(), format!("two objectives are called {:?}", objective.name), "rename one");
        }
    }
    Some(read)
}

/// Name and metric of each objective, for paths, without a word about what is wrong.
pub(super) fn names(node: &Node, jobs: &[String]) -> Vec<(String, Option<Metric>)> {
    let Kind::List(nodes) = &node.kind else { return Vec::new() };
    let name = |node: &Node| {
        let metric = node.child("expr").and_then(Node::text).and_then(|text| expression(text, jobs).ok());
        Some((node.child("name")?.text()?.to_owned(), metric.map(|(metric, ..)| metric)))
    };
    nodes.iter().filter_map(name).collect()
}

fn objective(node: &Node, cx: &mut Cx) -> Option<Objective> {
    let fields = record(node, "an objective", &OBJECTIVE, cx)?;
    let name = fields.required("name", name, cx);
    let severities = [("Fail", Severity::Fail), ("Warn", Severity::Warn)];
    let severity = match fields.node("severity") {
        Some(node) => choice(node, "a severity", &severities, cx),
        None => Some(Severity::default()),
    };
    let node = fields.need("expr", cx)?;
    let expr = text(node, cx)?;
    let (metric, comparison, mut bound) = match expression(&expr, &cx.names.jobs) {
        Ok(parts) => parts,
        Err((at, what, hint)) => return cx.wrong(inside(node, &at), what, hint),
    };
    if let Some(node) = fields.node("bound") {
        bound = self::bound(metric, node, cx)?;
    }
    Some(Objective { name: name?, metric, comparison, bound, severity: severity? })
}

/// A place inside a text, as a place in the file.
fn inside(node: &Node, at: &Range) -> Range {
    match node.kind {
        Kind::Text { plain: true, .. } => node.span.start + 1 + at.start..node.span.start + 1 + at.end,
        _ => node.span.clone(),
    }
}

/// The bound of a metric: a number in its unit, or a text with a unit.
pub(super) fn bound(metric: Metric, node: &Node, cx: &mut Cx) -> Option<f64> {
    let read = match &node.kind {
        Kind::Number(text) => plain(text),
        Kind::Text { value, .. } => bound_text(metric, value),
        _ => return cx.expected(node, "a bound", "write it as in an expression: \"250ms\", \"0.1%\" or 3.00"),
    };
    match read {
        Ok(bound) => Some(bound),
        Err((what, hint)) => cx.wrong(node.span.clone(), what, hint),
    }
}

type Wrong = (Range, String, String);

/// Metric, comparison and bound; else where in the text it fails, why, and what to do.
fn expression(text: &str, jobs: &[String]) -> Result<(Metric, Comparison, f64), Wrong> {
    let Some(at) = text.find(['<', '>']) else {
        let hint = "write a metric, < or >, and a bound: \"latency.p99 < 250ms\"".to_owned();
        return Err((0..text.len(), "there is no comparison in this objective".to_owned(), hint));
    };
    let rest = &text[at..];
    let (sign, comparison) =
        COMPARISONS.into_iter().find(|(sign, _)| rest.starts_with(sign)).unwrap_or(("<", Comparison::Less));
    let left = trimmed(text, 0..at);
    let metric = metric(&text[left.clone()], jobs).map_err(|(what, hint)| (left, what, hint))?;
    let right = trimmed(text, at + sign.len()..text.len());
    let bound = bound_text(metric, &text[right.clone()])
        .map_err(|(what, hint)| (right.start..right.end.max(right.start + 1).min(text.len().max(1)), what, hint))?;
    Ok((metric, comparison, bound))
}

fn trimmed(text: &str, range: Range) -> Range {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..(start + part.trim().len())
}

fn metric(text: &str, jobs: &[String]) -> Result<Metric, (String, String)> {
    let unknown = || (format!("{text:?} is no metric"), suggest(text, METRICS));
    match text {
        "latency.mean" => return Ok(Metric::LatencyMean),
        "errors" => return Ok(Metric::ErrorShare),
        "throughput" => return Ok(Metric::Throughput),
        "cost.per_hour" => return Ok(Metric::CostPerHour),
        "cost.per_1000_jobs" => return Ok(Metric::CostPer1000Jobs),
        _ => {}
    }
    let (job, rest) = match text.strip_prefix("jobs.") {
        None => (None, text),
        Some(rest) => {
            let (name, rest) = rest.split_once('.').ok_or_else(unknown)?;
            let Some(ix) = jobs.iter().position(|job| job == name) else {
                return Err((format!("no job is called {name:?}"), suggest(name, jobs.iter().map(String::as_str))));
            };
            (u16::try_from(ix).ok().map(JobType), rest)
        }
    };
    let percent = rest.strip_prefix("latency.p").ok_or_else(unknown)?;
    match percent.parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent < 100.0 => Ok(Metric::Latency { job, quantile: percent / 100.0 }),
        _ => Err((format!("{text:?} is no percentile"), "from p1 to p99.9, as in latency.p99".to_owned())),
    }
}

fn bound_text(metric: Metric, text: &str) -> Result<f64, (String, String)> {
    match metric {
        Metric::Latency { .. } | Metric::LatencyMean => {
            quantity::span(text).map(Span::secs).map_err(|bad| (bad.what, bad.hint.to_owned()))
        }
        Metric::ErrorShare => match text.strip_suffix('%') {
            Some(percent) => plain(percent.trim_end()).map(|percent| percent / 100.0),
            None => plain(text),
        },
        Metric::Throughput | Metric::CostPerHour | Metric::CostPer1000Jobs => plain(text),
    }
}

fn plain(text: &str) -> Result<f64, (String, String)> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        _ => {
            Err((format!("{text:?} is not a bound for this metric"), "write a number that is not negative".to_owned()))
        }
    }
}

/// The bound of a metric as a file has it, exactly.
pub(in crate::scenario) fn bound_written(metric: Metric, bound: f64) -> String {
    let span = Span::from_secs_f64(bound);
    match metric {
        Metric::Latency { .. } | Metric::LatencyMean if span.secs().to_bits() == bound.to_bits() => {
            format!("\"{span}\"")
        }
        _ => format!("{bound:?}"),
    }
}

impl Objective {
    /// What is asked, as an expression: `latency.p99 < 250ms`.
    pub fn expression(&self, jobs: &[Job]) -> String {
        let metric = match self.metric {
            Metric::Latency { job, quantile } => {
                let job = job.and_then(|job| jobs.get(job.ix()));
                let prefix = job.map_or_else(String::new, |job| format!("jobs.{}.", job.name));
                // One decimal more than a float shows would print p99.90000000000001.
                format!("{prefix}latency.p{}", (quantile * 1e6).round() / 1e4)
            }
            Metric::LatencyMean => "latency.mean".to_owned(),
            Metric::ErrorShare => "errors".to_owned(),
            Metric::Throughput => "throughput".to_owned(),
            Metric::CostPerHour => "cost.per_hour".to_owned(),
            Metric::CostPer1000Jobs => "cost.per_1000_jobs".to_owned(),
        };
        let sign =
            COMPARISONS.iter().find(|(_, comparison)| *comparison == self.comparison).map_or("<", |(sign, _)| sign);
        format!("{metric} {sign} {}", bound_written(self.metric, self.bound).trim_matches('"'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_and_written() {
        let jobs = ["mean".to_owned()];
        let model =
            [Job { name: "mean".to_owned(), priority: 0, deadline: None, entry: Vec::new(), stages: Vec::new() }];
        for (text, metric, comparison, bound) in [
            ("latency.p99 < 250ms", Metric::Latency { job: None, quantile: 0.99 }, Comparison::Less, 0.25),
            (
                "jobs.mean.latency.p50<=1.5s",
                Metric::Latency { job: Some(JobType(0)), quantile: 0.5 },
                Comparison::LessOrEqual,
                1.5,
            ),
            ("latency.mean < 1s", Metric::LatencyMean, Comparison::Less, 1.0),
            ("errors < 0.1%", Metric::ErrorShare, Comparison::Less, 0.001),
            ("throughput >= 100", Metric::Throughput, Comparison::GreaterOrEqual, 100.0),
            ("cost.per_hour > 3.00", Metric::CostPerHour, Comparison::Greater, 3.0),
            ("cost.per_1000_jobs < 0.05", Metric::CostPer1000Jobs, Comparison::Less, 0.05),
        ] {
            assert_eq!(expression(text, &jobs), Ok((metric, comparison, bound)), "{text}");
            let objective = Objective { name: "o".to_owned(), metric, comparison, bound, severity: Severity::Fail };
            let written = objective.expression(&model);
            assert_eq!(expression(&written, &jobs), Ok((metric, comparison, bound)), "{written}");
        }
    }

    #[test]
    fn errors_point_into_the_expression() {
        for (text, at) in [
            ("latency.p99", 0..11),
            ("latencie.p99 < 1s", 0..12),
            ("latency.p99 < 250", 14..17),
            ("  errors < x", 11..12),
            ("jobs.other.latency.p99 < 1s", 0..22),
            ("latency.p100 < 1s", 0..12),
        ] {
            assert_eq!(expression(text, &["mean".to_owned()]).map_err(|err| err.0), Err(at), "{text}");
        }
    }
}
