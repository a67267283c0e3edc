//! What a run has written, read back: by this version what any version wrote, packed and unpacked.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use scalelab::engine::handle::{Handle, Options, Pace};
use scalelab::interop::export::{ENDINGS, Format, export};
use scalelab::interop::record::{FILES, Record, pack};
use scalelab::scenario::{Host, load};

const TEXT: &str = r#"(
  version: 1, title: "kept", seed: 9, duration: "20s", mode: Simulate,
  pools: { "p": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.5))]) },
  jobs: { "j": (stages: [(name: "s", pool: "p", work: Service("10ms"))]) },
  traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 50)]))],
)"#;

/// Whoever works where and however cores are shared: what stands on one track never overlaps.
#[test]
fn no_two_slices_of_a_track_overlap() {
    let machines = "groups: [(place: Modelled(link: Lan), instance: Custom(cores: 2, usd_per_hour: 0.5), count: 2)]";
    let modelled = |serve: &str| {
        format!(
            r#"(version: 1, title: "t", seed: 9, duration: "20s", mode: Simulate,
            pools: {{ "p": ({machines}, serve: {serve}, resilience: (timeout: "60ms", late: CallOff, retry: (max: 2))) }},
            jobs: {{ "j": (priority: 1, stages: [(name: "s", pool: "p", work: Service(Exponential(mean: "20ms")))]),
                     "k": (stages: [(name: "s", pool: "p", work: Service(Exponential(mean: "20ms")))]) }},
            traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 80)])), (job: "k", arrivals: Open(load: [(over: "0s", to: 80)]))])"#
        )
    };
    let live = r#"(version: 1, title: "t", seed: 3, duration: "1500ms", mode: Live,
        pools: { "p": (groups: [(place: Threads, instance: Custom(cores: 2, usd_per_hour: 0.1)),
                                (place: Modelled(link: Lan), instance: Custom(cores: 1, usd_per_hour: 0.1))]) },
        jobs: { "m": (stages: [(name: "map", pool: "p", work: Kernel(ArrayMean(shape: (400, 400), chunk: (100, 100)))),
                               (name: "sum", pool: "p", after: [("map", Gather)], work: Kernel(Combine(fan_in: 16)))]) },
        traffic: [(job: "m", arrivals: Closed(clients: 3, think: "2ms"))])"#;
    let temp = tempfile::tempdir().expect("a directory");
    let cases = [
        ("live", live.to_owned(), true),
        ("fifo", modelled("Fifo"), true),
        ("interrupted", modelled("Priority(preemption: Resume)"), false),
        ("shared", modelled("ProcessorSharing"), false),
    ];
    for (name, text, has_slices) in cases {
        let record = written_of(&text, &temp.path().join(name));
        let bytes = record.file("trace.json").expect("read").expect("it is there");
        let events: Vec<serde_json::Value> = serde_json::from_slice(&bytes).expect("it is whole");
        let number = |event: &serde_json::Value, of: &str| event[of].as_f64().expect("a number");
        let mut tracks: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
        for event in events.iter().filter(|event| event["ph"] == "X") {
            let track = tracks.entry(event["tid"].as_u64().expect("a track")).or_default();
            track.push((number(event, "ts"), number(event, "dur")));
        }
        let slices: usize = tracks.values().map(Vec::len).sum();
        let spans = events.iter().filter(|event| event["ph"] == "b" && event["cat"] == "attempt").count();
        assert_eq!(slices > 100, has_slices, "{name}: {slices} slices");
        assert!(has_slices || spans > 100, "{name}: {spans} spans");
        for track in tracks.values_mut() {
            track.sort_by(|one, other| one.0.total_cmp(&other.0));
            for pair in track.windows(2) {
                // Microseconds as doubles are good to a nanosecond.
                assert!(pair[0].0 + pair[0].1 <= pair[1].0 + 0.002, "{name}: {pair:?}");
            }
        }
    }
}

fn host() -> Host {
    Host { cores: 2, cpu: "test".to_owned() }
}

fn written(dir: &Path) -> Record {
    written_of(TEXT, dir)
}

fn written_of(text: &str, dir: &Path) -> Record {
    let scenario = Arc::new(load(text, "a test", &host()).unwrap_or_else(|errors| panic!("{errors}")));
    let options = Options {
        pace: Pace::AsFastAsPossible,
        out: Some(dir.to_owned()),
        source: text.to_owned(),
        ..Options::default()
    };
    Handle::start(scenario, options)
        .expect("it starts")
        .join()
        .expect("it ends")
        .written
        .expect("asked for")
        .expect("written");
    Record::open(dir).expect("it is a run")
}

/// Changes what a JSON file of a run says at its top.
fn change(path: &Path, name: &str, value: serde_json::Value) {
    let mut json: serde_json::Value =
        serde_json::from_slice(&fs::read(path).expect("it is there")).expect("it is JSON");
    json[name] = value;
    fs::write(path, json.to_string()).expect("written");
}

#[test]
fn a_packed_run_has_the_files_of_its_directory_and_the_same_bytes_each_time() {
    let temp = tempfile::tempdir().expect("a directory");
    let record = written(&temp.path().join("run"));
    let [one, two] = ["one.slrun", "two.slrun"].map(|name| temp.path().join(name));
    pack(&record, &one).expect("packed");
    pack(&record, &two).expect("packed");
    assert_eq!(fs::read(&one).expect("it is there"), fs::read(&two).expect("it is there"));
    let packed = Record::open(&one).expect("it is a run");
    assert_eq!(packed.head(), record.head());
    for name in FILES {
        assert_eq!(packed.file(name).expect("read"), record.file(name).expect("read"), "{name}");
    }
    assert_eq!(packed.summary().expect("read"), record.summary().expect("read"));
    assert!(packed.summary().expect("read").is_some_and(|summary| summary.totals.jobs.arrived > 900));
    let again = pack(&record, &one).expect_err("it is there").to_string();
    assert!(again.contains("there is something there already"), "{again}");
}

#[test]
fn unknown_fields_and_files_are_passed_over_and_newer_versions_are_refused() {
    let temp = tempfile::tempdir().expect("a directory");
    let dir = temp.path().join("run");
    written(&dir);
    for file in ["run.json", "summary.json"] {
        change(&dir.join(file), "of_the_future", serde_json::json!({"a": [1, 2]}));
    }
    fs::write(dir.join("another.bin"), [0; 9]).expect("written");
    let record = Record::open(&dir).expect("a run");
    assert!(record.summary().expect("a summary").is_some());
    export(&record, Format::Report(scalelab::interop::report::Form::Html), &temp.path().join("a.html"))
        .expect("written");

    change(&dir.join("summary.json"), "version", serde_json::json!(99));
    let refused = record.summary().expect_err("it is newer").to_string();
    assert!(
        refused.contains("summary.json of") && refused.contains("version 99") && refused.contains("update scalelab"),
        "{refused}"
    );
    change(&dir.join("run.json"), "version", serde_json::json!(99));
    let refused = Record::open(&dir).expect_err("it is newer").to_string();
    assert!(refused.contains("newer scalelab") && refused.contains("version 99"), "{refused}");
}

#[test]
fn a_run_without_its_end_is_exported_as_far_as_it_goes_and_says_what_is_missing() {
    let temp = tempfile::tempdir().expect("a directory");
    let dir = temp.path().join("run");
    let record = written(&dir);
    // As a kill leaves it: no summary, half a last line everywhere.
    fs::remove_file(dir.join("summary.json")).expect("it was there");
    for name in ["metrics.csv", "latency.hlog", "trace.json"] {
        let bytes = fs::read(dir.join(name)).expect("it is there");
        fs::write(dir.join(name), &bytes[..bytes.len() - 5]).expect("written");
    }
    for (ending, format, _) in ENDINGS {
        let to = temp.path().join(format!("export{ending}"));
        let came = export(&record, format, &to);
        match format {
            Format::Report(_) | Format::Json => {
                let why = came.expect_err("there is no summary").to_string();
                assert!(why.contains("has no summary.json: the run was killed before its end"), "{ending}: {why}");
                assert!(!to.exists(), "{ending}");
            }
            Format::Parquet if !cfg!(feature = "parquet") => {
                assert!(
                    came.expect_err("it was not built").to_string().contains("build it with the feature `parquet`")
                );
            }
            _ => {
                let files = came.unwrap_or_else(|err| panic!("{ending}: {err}"));
                assert!(files.iter().all(|file| file.metadata().is_ok_and(|data| data.len() > 0)), "{ending}");
            }
        }
    }
    let trace = fs::read(temp.path().join("export.trace.json")).expect("it was written");
    let events: Vec<serde_json::Value> = serde_json::from_slice(&trace).expect("it is closed");
    assert!(events.len() > 1_000, "{}", events.len());
}

#[test]
fn what_is_no_run_is_refused_with_what_to_do() {
    let temp = tempfile::tempdir().expect("a directory");
    let [nothing, text, zip] = ["nothing", "text.slrun", "cut.slrun"].map(|name| temp.path().join(name));
    fs::write(&text, "hello").expect("written");
    let record = written(&temp.path().join("run"));
    pack(&record, &zip).expect("packed");
    let bytes = fs::read(&zip).expect("it is there");
    for cut in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&zip, &bytes[..cut]).expect("written");
        for place in [&nothing, &text, &zip] {
            let why = Record::open(place).expect_err("it is none").to_string();
            assert!(why.contains("is no run") && why.contains("--out DIR"), "{why}");
        }
    }
    // Every byte of an archive may be wrong; nothing but an error comes of it.
    for ix in (0..bytes.len()).step_by(97) {
        let mut wrong = bytes.clone();
        wrong[ix] ^= 0xff;
        fs::write(&zip, &wrong).expect("written");
        if let Ok(record) = Record::open(&zip) {
            for name in FILES {
                drop(record.file(name));
            }
        }
    }
}
