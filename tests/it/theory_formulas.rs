//! The formulas of `analysis` against the tables of known facts, every case of them.
//!
//! The tables are those of `tests/data/truth`, or of the folder that `SCALELAB_TRUTH_DIR` names; whatever follows the
//! topic in a file's name (`queueing_exact_dev.json`) does not matter.

use std::path::{Path, PathBuf};
use std::{env, fs};

use scalelab::experiment::truth::{Judged, Report, Table, Verdict, judge_by_formulas};

/// Kinds of the tables of balancers that are about queues: formulas answer them. The others belong to the pickers.
const QUEUES_OF_BALANCERS: [&str; 6] = [
    "random d choices, infinitely many servers",
    "exact small system",
    "round robin over n servers",
    "central queue (work conserving reference)",
    "consistent hash ring, churn",
    "modulo hashing, churn",
];

#[test]
fn queueing_formulas_agree_with_every_case() {
    check_all(&tables("queueing_exact"));
}

#[test]
fn laws_of_scalability_agree_with_every_case() {
    check_all(&tables("scalability_laws"));
}

#[test]
fn formulas_of_dispatchers_agree_with_every_case_about_a_queue() {
    let mut tables = tables("load_balancing");
    for table in &mut tables {
        table.cases.retain(|case| QUEUES_OF_BALANCERS.contains(&case.kind.as_str()));
    }
    check_all(&tables);
}

#[test]
fn a_wrong_number_in_a_table_is_found() {
    for topic in ["queueing_exact", "scalability_laws"] {
        for table in tables(topic) {
            let right = judge_by_formulas(std::slice::from_ref(&table));
            let wrong = judge_by_formulas(&[spoiled(&table)]);
            for (right, wrong) in right.cases.iter().zip(&wrong.cases) {
                let expected = if right.verdict == Verdict::Agrees { Verdict::Disagrees } else { right.verdict };
                assert_eq!(wrong.verdict, expected, "{wrong}");
            }
        }
    }
}

/// Prints a verdict for each case and fails unless each agrees or is documented.
fn check_all(tables: &[Table]) {
    let report = judge_by_formulas(tables);
    let cases: usize = tables.iter().map(|table| table.cases.len()).sum();
    report.cases.iter().for_each(|case| println!("{case}"));
    println!("{} verdicts on {cases} cases", report.cases.len());
    assert_eq!(report.cases.len(), cases, "one verdict for each case");
    assert!(cases > 0, "a table without cases proves nothing");
    assert!(report.passes(), "{}", failures(&report));
    assert!(report.count(Verdict::Agrees) > report.count(Verdict::Documented), "most cases are judged, not shown");
}

fn failures(report: &Report) -> String {
    let bad = |case: &&Judged| matches!(case.verdict, Verdict::Disagrees | Verdict::UnknownKind);
    let lines = report.cases.iter().filter(bad).map(|case| format!("{case}\n  {}\n", case.to_json()));
    lines.collect()
}

/// The tables of a topic, in the order of their names.
fn tables(topic: &str) -> Vec<Table> {
    let folder = env::var_os("SCALELAB_TRUTH_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/truth"), PathBuf::from);
    let entries = fs::read_dir(&folder).unwrap_or_else(|err| panic!("{}: {err}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(topic) && name.ends_with(".json")
    });
    paths.sort();
    assert!(!paths.is_empty(), "no table of {topic} in {}", folder.display());
    paths.iter().map(|path| Table::read(path).unwrap_or_else(|err| panic!("{err}"))).collect()
}

/// The same table with the last number that can be judged a little off in every case.
fn spoiled(table: &Table) -> Table {
    use scalelab::experiment::truth::Expected;
    let shown = ["our_simulation", "our_simulation_std_error", "mfu_from", "mfu_to"];
    let mut table = table.clone();
    for case in &mut table.cases {
        let (bound, tolerance) = (case.error_bound.max(1e-9), case.tolerance.unwrap_or(0.0));
        let judged = case.expected.iter_mut().filter(|quantity| !shown.contains(&quantity.name.as_str()));
        for quantity in judged {
            if let Expected::Number { value, half_unit } = &mut quantity.value {
                let published = 2.0 * *half_unit;
                *value += (value.abs() * 4.0 * (bound + tolerance)).max(1e-6 * value.abs()).max(1e-12) + published;
            }
        }
    }
    table
}
