//! A run as one HTML page: nothing is fetched, pictures are inside, and it prints well.

use std::fmt::Write;

use super::chart::Chart;
use super::{Report, escaped, outcome};

const STYLE: &str = "
:root { color-scheme: light; --text: #1c2128; --soft: #57606a; --line: #d0d7de; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: #fff; max-width: 800px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; }
p.soft { color: var(--soft); margin: .2rem 0 1rem; } p.verdict { border-left: 4px solid var(--line); padding-left: .8rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.met { color: var(--good); } .missed { color: var(--bad); font-weight: 600; } .warning { color: var(--warn); }
svg { max-width: 100%; height: auto; } pre { background: #f6f8fa; padding: .8rem; overflow-x: auto; font-size: 12px; line-height: 1.4; }
@media print { body { max-width: none; margin: 0; } h2, table, svg, p.verdict { break-inside: avoid; } pre { white-space: pre-wrap; } }
";

pub(super) fn page(report: &Report<'_>) -> String {
    let summary = report.summary;
    let title = escaped(&summary.title);
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"soft\">{}</p>\n\
         <p class=\"verdict\">{}</p>",
        escaped(&report.provenance()),
        escaped(&report.verdict())
    );
    for finding in report.findings {
        let (name, evidence) = (escaped(&finding.name), escaped(&finding.evidence));
        let _ = writeln!(out, "<p><strong>{name}.</strong> {evidence} {}</p>", escaped(&finding.explanation));
    }
    out += &objectives(report);
    out += &charts(report);
    out += &figures(report);
    out += &laws(report);
    let _ = writeln!(out, "<h2>Scenario</h2>\n<pre>{}</pre>\n</body>\n</html>", escaped(report.scenario.trim_end()));
    out
}

fn objectives(report: &Report<'_>) -> String {
    let row = |objective: &crate::metrics::summary::ObjectiveResult| {
        let (word, measured) = outcome(objective);
        let class = match (objective.met, objective.fails_run) {
            (true, _) => "met",
            (false, true) => "missed",
            (false, false) => "warning",
        };
        format!(
            "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"{class}\">{word}</td></tr>\n",
            escaped(&objective.name),
            escaped(&objective.asked),
            escaped(&measured)
        )
    };
    let rows: String = report.summary.objectives.iter().map(row).collect();
    match rows.as_str() {
        "" => String::new(),
        rows => format!(
            "<h2>Objectives</h2>\n<table>\n<tr><th>objective</th><th>asked</th><th>measured</th><th></th></tr>\n{rows}</table>\n"
        ),
    }
}

fn charts(report: &Report<'_>) -> String {
    let series = report.curves;
    let end = report.summary.duration_secs;
    let charts = [
        (
            "Traffic",
            Chart {
                unit: "jobs/s",
                scale: 1.0,
                keeps_peaks: false,
                lines: &[("arriving", &series.offered), ("finished", &series.completed), ("failed", &series.errors)],
            },
        ),
        (
            "Latency",
            Chart {
                unit: "ms",
                scale: 1e3,
                keeps_peaks: true,
                lines: &[("p50", &series.p50), ("p95", &series.p95), ("p99", &series.p99)],
            },
        ),
        (
            "Utilisation",
            Chart { unit: "%", scale: 100.0, keeps_peaks: false, lines: &[("busy cores", &series.utilisation)] },
        ),
        ("Cost", Chart { unit: "$/h", scale: 1.0, keeps_peaks: false, lines: &[("an hour", &series.cost_per_hour)] }),
    ];
    let drawn = |(name, chart): &(&str, Chart<'_>)| Some(format!("<h2>{name}</h2>\n{}\n", chart.svg(end)?));
    charts.iter().filter_map(drawn).collect()
}

fn figures(report: &Report<'_>) -> String {
    let row = |name: &str, value: &str| {
        format!("<tr><td>{}</td><td class=\"number\">{}</td></tr>\n", escaped(name), escaped(value))
    };
    let mut rows: String = report.figures().iter().map(|(name, value)| row(name, value)).collect();
    for (job, answer) in report.answers() {
        rows += &row(&format!("answer of {job}"), &answer);
    }
    format!("<h2>Figures</h2>\n<table>\n{rows}</table>\n")
}

fn laws(report: &Report<'_>) -> String {
    let row = |check: &crate::metrics::summary::Check| {
        let (class, word) = if check.holds { ("met", "holds") } else { ("missed", "broken: a bug of scalelab") };
        format!(
            "<tr><td>{}</td><td class=\"number\">{:.6}</td><td class=\"number\">{:.6}</td><td class=\"{class}\">{word}</td></tr>\n",
            escaped(&check.law),
            check.measured,
            check.expected
        )
    };
    let rows: String = report.summary.checks.iter().map(row).collect();
    format!(
        "<h2>Laws that hold in every run</h2>\n<table>\n<tr><th>law</th><th>measured</th><th>expected</th><th></th></tr>\n{rows}</table>\n"
    )
}
