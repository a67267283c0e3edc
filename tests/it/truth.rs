//! Every case of the tables as a scenario through the public API, compared with what is known: a quick look here, with
//! wide intervals; `scalelab truth` narrows them.
//!
//! The tables are those of `tests/data/truth`, or of the folder that `SCALELAB_TRUTH_DIR` names.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use scalelab::base::Span;
use scalelab::engine;
use scalelab::experiment::truth::bundled::{self, TOPICS};
use scalelab::experiment::truth::simulate::{Coverage, cover};
use scalelab::experiment::truth::{Case, Effort, Expected, Method, Report, Simulated, Table, Verdict, judge};
use scalelab::metrics::study::{Study, StudyAsk};
use scalelab::scenario::{Host, load};

/// Short enough for a build that is not optimised.
const LOOK: Effort = Effort { relaxations: 25.0, jobs_min: 1_500.0, many: 100, ..Effort::QUICK };
/// What one case may cost: jobs of all its replications.
const JOBS_MAX: f64 = 60_000.0;

#[test]
fn the_first_affordable_case_of_each_kind_agrees_in_simulation() {
    let tables = affordable(&tables());
    let cases: usize = tables.iter().map(|table| table.cases.len()).sum();
    let report = judge(&tables, &LOOK, &said);
    report.cases.iter().for_each(|case| println!("{case}"));
    println!("{} verdicts on {cases} cases", report.cases.len());
    assert_eq!(report.cases.len(), cases, "one verdict for each case");
    assert!(report.passes(), "{}", failures(&report));
    let simulated = report.cases.iter().filter(|case| matches!(case.method, Method::Simulation { .. }));
    assert!(simulated.count() >= 10 && report.sampled >= 50, "most kinds of queues are simulated");
}

#[test]
fn a_simulation_finds_a_wrong_number() {
    let mut tables = affordable(&tables());
    for table in &mut tables {
        table
            .cases
            .retain(|case| ["M/M/c", "tandem M/M/1 queues (FCFS)", "fork-join n=2"].contains(&case.kind.as_str()));
        for quantity in table.cases.iter_mut().flat_map(|case| &mut case.expected) {
            if let Expected::Number { value, .. } = &mut quantity.value {
                *value *= 1.5;
            }
        }
    }
    let report = judge(&tables, &LOOK, &said);
    assert!(!report.cases.is_empty());
    for case in &report.cases {
        assert_eq!(case.verdict, Verdict::Disagrees, "{case}");
        // The formulas would have found it alone; here the samples must have.
        let kind = case.kind.as_str();
        assert!(!case.reason.starts_with("by formula"), "{kind}: {}", case.reason);
    }
}

#[test]
fn every_kind_of_the_tables_is_simulated_a_formula_or_listed_with_what_is_missing() {
    for case in tables().iter().flat_map(|table| &table.cases) {
        match cover(case, &LOOK) {
            Coverage::Unknown => panic!("nobody knows {} {}", case.index, case.kind),
            Coverage::Refused(refusal) => panic!("{} {}: {refusal}", case.index, case.kind),
            Coverage::Planned(_) | Coverage::Formula | Coverage::Policy | Coverage::NotYet(_) => {}
        }
    }
}

#[test]
fn an_unknown_kind_fails_a_run() {
    let mut table = bundled::tables().expect("tables").swap_remove(3);
    table.cases.truncate(1);
    table.cases[0].kind = "M/M/c with a new idea".to_owned();
    let report = judge(&[table], &LOOK, &said);
    assert_eq!((report.cases[0].verdict, report.passes()), (Verdict::UnknownKind, false));
}

#[test]
fn a_closer_look_counts_waits_and_occupancy_exactly() {
    // Two jobs arrive in each second, half a second apart; each takes 0.6 s, so that waits grow by 0.1 s from job to job.
    let study = study("Regular", 2.0, "Constant(\"600ms\")", "10s");
    let kind = &study.kinds[0];
    // Arrivals at 0.5 k s; the n-th of them waits 0.1 (n - 1) s and is answered at 0.5 + 0.6 n s: 15 by the end.
    assert_eq!((kind.arrived, kind.wait.count, kind.errors), (20, 15, 0));
    assert!((kind.wait.mean - 0.7).abs() < 1e-9 && (kind.response.mean - 1.3).abs() < 1e-9, "{kind:?}");
    assert!((kind.service.mean_square - 0.36).abs() < 1e-9 && (kind.waited - 14.0 / 15.0).abs() < 1e-12);
    // At most 0.35 s: waits of 0, 0.1, 0.2 and 0.3 s.
    assert_eq!(kind.wait_at, [4.0 / 15.0]);
    // Nobody is in the system for the first half second, and one machine works from then on.
    // Few enough to be told apart one by one, so both meters must agree.
    let by_levels: f64 = study.in_system.iter().enumerate().map(|(number, share)| number as f64 * share).sum();
    assert!((study.number - by_levels).abs() < 1e-9, "{} is not {by_levels}", study.number);
    assert!((study.in_system[0] - 0.05).abs() < 1e-9 && (study.pools[0].busy - 0.95).abs() < 1e-9, "{study:?}");
    assert!((study.in_system.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!((study.at_machines.iter().sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn a_crowd_larger_than_the_levels_told_apart_is_counted_whole() {
    // 5,000 arrive in each of 4 s and nobody is done before the end: 5,000 t at t, so 10,000 on average.
    let study = study("Regular", 5_000.0, "Constant(\"60s\")", "4s");
    assert_eq!(study.kinds[0].response.count, 0);
    assert!((study.number - 10_000.0).abs() < 1.0, "{}", study.number);
}

fn study(process: &str, rate: f64, law: &str, duration: &str) -> Study {
    let text = format!(
        "(version: 1, title: \"a queue\", duration: \"{duration}\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.1))],
            serve: Fifo(queue_max: 100_000)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service({law}))]) }},
          traffic: [(job: \"j\", arrivals: Open(process: {process}, load: [(over: \"0s\", to: {rate:?})]))])"
    );
    let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario");
    let ask = StudyAsk { wait_at: vec![Span::from_millis(350)], ..StudyAsk::default() };
    let finished = engine::simulate_studied(Arc::new(scenario), Some(ask)).expect("a simulated run");
    finished.study.expect("a closer look was asked for")
}

/// The first case of each kind that a build without optimisation can afford, and all that are not simulated.
fn affordable(tables: &[Table]) -> Vec<Table> {
    let mut kinds = Vec::new();
    let mut tables = tables.to_vec();
    for table in &mut tables {
        table.cases.retain(|case| match cover(case, &LOOK) {
            Coverage::Planned(plan) => {
                let is_first = plan.jobs * 8.0 <= JOBS_MAX && !kinds.contains(&case.kind);
                kinds.extend(is_first.then(|| case.kind.clone()));
                is_first
            }
            _ => true,
        });
    }
    tables
}

fn tables() -> Vec<Table> {
    let folder = env::var_os("SCALELAB_TRUTH_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/truth"), PathBuf::from);
    Table::read_folder(&folder, &TOPICS).unwrap_or_else(|err| panic!("{err}"))
}

fn said(case: &Case, run: &Simulated) {
    println!("simulated {} {}: {} replications from seed {}", case.index, case.kind, run.replications, run.seed);
}

fn failures(report: &Report) -> String {
    let bad = report.cases.iter().filter(|case| matches!(case.verdict, Verdict::Disagrees | Verdict::UnknownKind));
    let lines = bad.map(|case| format!("{case}\n  {}\n", case.to_json())).collect::<String>();
    format!("{lines}{} of {} samples inside their 99 % interval", report.sampled_inside, report.sampled)
}
