//! Objectives and laws as tests of the JUnit form that build servers show (testsuites, testsuite, testcase, failure).

use std::fmt::Write;

use super::{Report, escaped, outcome};

pub(super) fn suite(report: &Report<'_>) -> String {
    let summary = report.summary;
    let title = escaped(&summary.title);
    let failed = summary.objectives.iter().filter(|objective| !objective.met && objective.fails_run).count();
    let broken = summary.checks.iter().filter(|check| !check.holds).count();
    let tests = summary.objectives.len() + summary.checks.len();
    let (failures, secs) = (failed + broken, summary.duration_secs);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{secs:.3}\"");
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a string cannot fail.
    let _ = writeln!(out, "<testsuites {counts}>\n  <testsuite name=\"{title}\" {counts}>\n    <properties>");
    let properties = [
        ("seed", summary.seed.to_string()),
        ("mode", summary.mode.clone()),
        ("scalelab", env!("CARGO_PKG_VERSION").to_owned()),
        ("hash", summary.hash.clone()),
    ];
    for (name, value) in properties {
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", escaped(&value));
    }
    out += "    </properties>\n";
    for objective in &summary.objectives {
        let (word, measured) = outcome(objective);
        let (name, asked) = (escaped(&objective.name), escaped(&objective.asked));
        let said = format!("{asked}: measured {}, {word}", escaped(&measured));
        let case = format!("    <testcase classname=\"objectives\" name=\"{name}\" time=\"{secs:.3}\"");
        let _ = match (objective.met, objective.fails_run) {
            (false, true) => writeln!(out, "{case}>\n      <failure message=\"{said}\"/>\n    </testcase>"),
            _ => writeln!(out, "{case}>\n      <system-out>{said}</system-out>\n    </testcase>"),
        };
    }
    for check in &summary.checks {
        let case = format!("    <testcase classname=\"laws\" name=\"{}\" time=\"0\"", escaped(&check.law));
        let said = format!("found {}, should be {}", check.measured, check.expected);
        let _ = if check.holds {
            writeln!(out, "{case}/>")
        } else {
            writeln!(out, "{case}>\n      <failure message=\"{said}: a bug of scalelab\"/>\n    </testcase>")
        };
    }
    out + "  </testsuite>\n</testsuites>\n"
}
