//! What earlier versions wrote is still read: scenarios as they stood in the repository before they were changed, and a run directory.

use std::fs;
use std::path::{Path, PathBuf};

use scalelab::interop::export::{Format, export};
use scalelab::interop::record::Record;
use scalelab::interop::report::Form;
use scalelab::scenario::{Host, Mode, load, set};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/versions").join(name)
}

#[test]
fn scenarios_of_earlier_versions_are_read_and_simulated() {
    let host = Host { cores: 2, cpu: "test".to_owned() };
    let (mut read, mut simulated_too) = (0, 0);
    for entry in fs::read_dir(data("scenarios")).expect("it is there") {
        let path = entry.expect("a file").path();
        let (text, name) = (fs::read_to_string(&path).expect("a text"), path.display().to_string());
        let scenario = load(&text, &name, &host).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(!scenario.title.is_empty() && !scenario.jobs.is_empty(), "{name}");
        read += 1;
        // Of live ones some have no profile yet.
        if scenario.mode == Mode::Live && scenario.profile.is_none() {
            continue;
        }
        let short = ["mode=Simulate", "duration=20s", "warmup=0s"];
        let (_, simulated) = set(&text, &short, &name, &host).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(simulated.mode, Mode::Simulate);
        let finished = scalelab::engine::simulate(simulated.into()).expect("it is simulated");
        assert!(finished.summary.totals.jobs.arrived > 0, "{name}");
        simulated_too += 1;
    }
    assert!(read >= 8 && simulated_too >= 4, "{read}, {simulated_too}");
}

/// Written before runs kept their latencies and their tasks, and before heads said where a run comes from.
#[test]
fn a_run_of_an_earlier_version_is_read_as_far_as_it_goes() {
    let temp = tempfile::tempdir().expect("a directory");
    let record = Record::open(&data("run-66624071")).expect("it is a run");
    let head = record.head();
    assert_eq!((head.seed, head.state.as_str(), head.scenario_sha256.as_str()), (5, "finished", ""));
    let summary = record.summary().expect("it is read").expect("it is there");
    assert_eq!((summary.totals.jobs.arrived, summary.objectives.len()), (2_114, 1));
    assert_eq!(summary.objectives[0].interval, None);
    for (name, format) in [
        ("a.html", Format::Report(Form::Html)),
        ("a.xml", Format::Report(Form::JUnit)),
        ("a.jsonl", Format::Jsonl),
        ("a.ipynb", Format::Notebook),
    ] {
        export(&record, format, &temp.path().join(name)).unwrap_or_else(|err| panic!("{name}: {err}"));
    }
    let page = fs::read_to_string(temp.path().join("a.html")).expect("it was written");
    assert_eq!(page.matches("<svg").count(), 4, "its lines are drawn");
    let why = export(&record, Format::Trace, &temp.path().join("a.trace.json")).expect_err("it has none").to_string();
    assert!(why.contains("has no trace.json") && why.contains("a version of scalelab that did not write it"), "{why}");

    let output = std::process::Command::new(env!("CARGO_BIN_EXE_scalelab"))
        .args(["replay", "--quiet"])
        .arg(data("run-66624071"))
        .output()
        .expect("it runs");
    // The hash is that of another build: what comes of it may differ, and then it says so.
    assert!(matches!(output.status.code(), Some(0 | 4)), "{}", String::from_utf8_lossy(&output.stderr));
}
