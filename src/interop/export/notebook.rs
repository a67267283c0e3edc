//! A Jupyter notebook (nbformat 4.5) that reads the lines of a run from the CSV beside it and shows them.

use serde_json::{Value, json};

use crate::base::figures::{dollars, secs};
use crate::interop::record::{Record, RecordError};
use crate::metrics::summary::Summary;

/// What the first cell of code brings, with the name of the CSV.
const READ: &str = "from pathlib import Path\n\nimport matplotlib.pyplot as plt\nimport pandas as pd\n\n";
/// The pictures: title, columns, unit and factor.
const PICTURES: [(&str, &[&str], &str, f64); 4] = [
    ("Traffic", &["offered_per_sec", "completed_per_sec", "errors_per_sec"], "jobs/s", 1.0),
    ("Latency", &["p50_secs", "p95_secs", "p99_secs"], "ms", 1e3),
    ("Utilisation", &["utilisation"], "%", 100.0),
    ("Cost", &["usd_per_hour"], "$/h", 1.0),
];

/// The notebook of a run, which reads `csv` from beside it.
pub(super) fn written(record: &Record, csv: &str) -> Result<String, RecordError> {
    let head = record.head();
    let about = format!(
        "# {}\n\n{} run of {}, seed {}, by scalelab {} on {}, {} cores. Scenario `{}`.",
        head.title,
        head.mode,
        head.started,
        head.seed,
        head.scalelab,
        head.host,
        head.cores,
        short(&head.scenario_sha256),
    );
    let came = match record.summary()? {
        Some(summary) => figures(&summary),
        None => "The run was killed before its end: this is what it had written until then.".to_owned(),
    };
    let name = json!(csv);
    let mut cells = vec![markdown(&about), markdown(&came)];
    cells.push(code(&format!(
        "{READ}metrics = pd.read_csv(Path({name})).set_index(\"time_secs\")\nmetrics.describe().T"
    )));
    for (title, columns, unit, factor) in PICTURES {
        cells.push(code(&format!(
            "axes = (metrics[{}] * {factor}).plot(title={}, figsize=(9, 3), grid=True)\n\
             axes.set_xlabel(\"seconds\")\naxes.set_ylabel({})\naxes.set_ylim(bottom=0)\nplt.show()",
            json!(columns),
            json!(title),
            json!(unit)
        )));
    }
    cells.push(markdown(&format!("## Scenario\n\n{}", fenced(&record.scenario()?))));
    for (ix, cell) in cells.iter_mut().enumerate() {
        cell["id"] = json!(format!("cell-{ix}"));
    }
    let notebook = json!({
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    Ok(format!("{notebook:#}\n"))
}

fn figures(summary: &Summary) -> String {
    let latency = &summary.latency_secs;
    let mut text = format!(
        "| figure | value |\n|---|---|\n| throughput | {:.1} jobs/s |\n| p50 | {} |\n| p99 | {} |\n| utilisation | {:.1} % |\n\
         | cost | {}/h |\n| verdict | {} |\n",
        summary.throughput_jobs_per_sec,
        secs(latency.p50),
        secs(latency.p99),
        summary.utilisation * 100.0,
        dollars(summary.cost.per_hour),
        summary.saturation.state.word(),
    );
    for objective in &summary.objectives {
        let met = if objective.met { "met" } else { "missed" };
        text += &format!("| objective {} | {met} ({}) |\n", objective.name, objective.asked.replace('|', "\\|"));
    }
    text
}

/// The scenario in a fence longer than any in it.
fn fenced(scenario: &str) -> String {
    let longest = scenario.split(|next| next != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}ron\n{}\n{fence}", scenario.trim_end())
}

fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

fn markdown(text: &str) -> Value {
    json!({"cell_type": "markdown", "metadata": {}, "source": text})
}

fn code(text: &str) -> Value {
    json!({"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": text})
}
