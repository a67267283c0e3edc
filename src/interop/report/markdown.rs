//! A run as Markdown.

use std::fmt::Write;

use super::{Report, outcome};

pub(super) fn text(report: &Report<'_>) -> String {
    let summary = report.summary;
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ =
        writeln!(out, "# {}\n\n{}\n\n**Verdict.** {}\n", cell(&summary.title), report.provenance(), report.verdict());
    for finding in report.findings {
        let _ = writeln!(out, "**{}.** {} {}\n", finding.name, finding.evidence, finding.explanation);
    }
    if !summary.objectives.is_empty() {
        out += "| objective | asked | measured | |\n|---|---|---|---|\n";
        for objective in &summary.objectives {
            let (word, measured) = outcome(objective);
            let _ = writeln!(out, "| {} | {} | {measured} | {word} |", cell(&objective.name), cell(&objective.asked));
        }
        out.push('\n');
    }
    out += "| figure | value |\n|---|---|\n";
    for (name, value) in report.figures() {
        let _ = writeln!(out, "| {name} | {} |", cell(&value));
    }
    for (job, answer) in report.answers() {
        let _ = writeln!(out, "| answer of {} | {answer} |", cell(job));
    }
    out += "\n| law | measured | expected | |\n|---|---|---|---|\n";
    for check in &summary.checks {
        let word = if check.holds { "holds" } else { "**broken: a bug of scalelab**" };
        let _ = writeln!(out, "| {} | {} | {} | {word} |", cell(&check.law), check.measured, check.expected);
    }
    // A fence longer than any in the scenario.
    let longest = report.scenario.split(|next| next != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "\n## Scenario\n\n{fence}ron\n{}\n{fence}", report.scenario.trim_end());
    out
}

/// Text that fits into a cell of a table, and is no markup.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for next in text.chars() {
        match next {
            '|' | '\\' | '`' | '*' | '_' | '<' | '[' | '#' => out.extend(['\\', next]),
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_one_cell() {
        assert_eq!(cell("a|b\n*c*"), "a\\|b \\*c\\*");
    }
}
