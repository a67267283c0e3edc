//! The store of runs: what is kept is found again, by several writers at once and after a kill.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use scalelab::interop::runs::{Lineage, NewRun, Runs};

fn run(title: &str, p99: f64, params: &[(&str, &str)]) -> NewRun {
    NewRun {
        title: title.to_owned(),
        mode: "simulate".to_owned(),
        state: "finished".to_owned(),
        seed: u64::MAX,
        started: 1_700_000_000,
        metrics: BTreeMap::from([("p99".to_owned(), p99), ("nothing".to_owned(), f64::NAN)]),
        params: params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        lineage: Lineage { scenario: "(version: 1)".to_owned(), build: "a build".to_owned(), ..Lineage::default() },
        ..NewRun::default()
    }
}

fn titles(runs: &Runs, query: &str) -> Vec<String> {
    let mut titles: Vec<String> = runs
        .search(query, true, 100)
        .unwrap_or_else(|err| panic!("{query}: {err}"))
        .into_iter()
        .map(|kept| kept.run.title)
        .collect();
    titles.sort();
    titles
}

fn store() -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().expect("a directory");
    let path = temp.path().join("deep/in/runs.sqlite");
    (temp, path)
}

#[test]
fn what_is_kept_is_found_by_what_it_is() {
    let (_temp, path) = store();
    let mut runs = Runs::open(&path).expect("made");
    runs.add(&run("a", 0.1, &[("balance", "PowerOfTwo"), ("count", "4")])).expect("kept");
    let two = runs.add(&run("b", 0.3, &[("balance", "PowerOfD(d: 3)"), ("count", "12"), ("it's", "x")])).expect("kept");
    runs.add(&run("c", 0.5, &[("balance", "RoundRobin"), ("count", "many")])).expect("kept");
    runs.tag(&two, "why", Some("baseline")).expect("tagged");
    let cases: [(&str, &[&str]); 23] = [
        ("", &["a", "b", "c"]),
        ("metrics.p99 < 0.2 and params.balance = 'p2c'", &["a"]),
        ("metrics.p99 < 0.4", &["a", "b"]),
        ("not metrics.p99 < 0.4", &["c"]),
        ("metrics.p99 >= 0.3 or title = 'A'", &["a", "b", "c"]),
        ("(metrics.p99 = 0.1 or metrics.p99 = 0.5) and not title = \"c\"", &["a"]),
        ("metrics.nothing is null", &["a", "b", "c"]),
        ("metrics.nothing < 1", &[]),
        ("params.balance = 'powerofd'", &["b"]),
        ("params.balance = 'PowerOfD(d: 3)'", &["b"]),
        ("params.balance = 'Power'", &[]),
        ("params.balance != 'rr'", &["a", "b"]),
        ("params.balance like 'Power%'", &["a", "b"]),
        ("params.balance not like 'Power%'", &["c"]),
        ("params.count > 4.5", &["b"]),
        ("params.count = 4", &["a"]),
        ("params.`it's` = 'x'", &["b"]),
        ("params.`it's` is not null", &["b"]),
        ("tags.why = 'baseline'", &["b"]),
        ("tags.why != 'baseline'", &[]),
        ("seed = '18446744073709551615'", &["a", "b", "c"]),
        ("started > 1.6e9 AND Mode = 'simulate'", &["a", "b", "c"]),
        ("title = '%'", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(titles(&runs, query), expected, "{query}");
    }
    assert_eq!(runs.search("", true, 2).expect("found").len(), 2);
    let kept = runs.find(&two[..6]).expect("the only one");
    assert_eq!((kept.run.seed, kept.run.tags["why"].as_str()), (u64::MAX, "baseline"));
    runs.tag(&two, "why", None).expect("untagged");
    assert!(titles(&runs, "tags.why = 'baseline'").is_empty());
    runs.remove(&two).expect("forgotten");
    assert_eq!(titles(&runs, ""), ["a", "c"]);
    assert!(runs.find(&two).expect_err("it is gone").to_string().contains("no run is called"));
}

#[test]
fn a_wrong_query_is_shown_where_it_is_wrong() {
    let (_temp, path) = store();
    let runs = Runs::open(&path).expect("made");
    let deep = format!("{}title = 'a'{}", "(".repeat(60), ")".repeat(60));
    let long = "a".repeat(20_000);
    let cases = [
        ("metrics.p99 <", "expected a value"),
        ("metrics.p99 'x'", "expected a comparison"),
        ("metrics.p99 < 'x'", "compared with a number"),
        ("metric < 3", "`metrics` needs a name"),
        ("colour = 'red'", "nothing that runs have"),
        ("title = 'a' title = 'b'", "does not belong here"),
        ("(title = 'a'", "a bracket is left open"),
        ("title = 'a", "a quote is left open"),
        ("title = 'x''", "a quote is left open"),
        ("params.`a = 1", "a backtick is left open"),
        ("title ! 'a'", "`!` stands alone"),
        ("title is 'a'", "expected `null`"),
        ("title like 3", "expected a text"),
        ("and", "nothing that runs have"),
        ("= 3", "expected what to compare"),
        (&deep, "nested too deeply"),
        (&long, "the limit QUERY_CHARS_MAX"),
    ];
    for (query, expected) in cases {
        let why = runs.search(query, true, 9).expect_err(query).to_string();
        assert!(why.contains(expected) && why.contains('^'), "{query}: {why}");
    }
    let why = runs.search("title = 'a' or mode ~ 'b'", true, 9).expect_err("no sign").to_string();
    assert!(why.contains("\n  title = 'a' or mode ~ 'b'\n                      ^\n"), "{why}");
}

#[test]
fn names_and_values_are_never_code() {
    let (_temp, path) = store();
    let mut runs = Runs::open(&path).expect("made");
    runs.add(&run("a'); DROP TABLE runs; --", 0.1, &[("x'y", "1'; --")])).expect("kept");
    for query in
        ["title = \"'; DROP TABLE runs; --\"", "params.`'); DROP TABLE runs; --` = 1", "tags.`x' OR '1'='1` is null"]
    {
        titles(&runs, query);
    }
    assert_eq!(titles(&runs, "params.`x'y` like '1%'"), ["a'); DROP TABLE runs; --"]);
}

#[test]
fn a_newer_store_is_refused() {
    let (_temp, path) = store();
    drop(Runs::open(&path).expect("made"));
    let connection = rusqlite::Connection::open(&path).expect("it is there");
    connection.pragma_update(None, "user_version", 99).expect("written");
    let why = Runs::open(&path).err().map(|err| err.to_string()).expect("it is newer");
    assert!(why.contains("of version 99") && why.contains("update scalelab"), "{why}");
    std::fs::write(path.with_extension("txt"), "no database, and long enough to be looked at as one".repeat(90))
        .expect("written");
    let why = Runs::open(&path.with_extension("txt")).err().map(|err| err.to_string()).expect("it is none");
    assert!(why.contains("the store of runs") && why.contains("not a database"), "{why}");
}

#[test]
fn several_programs_keep_runs_at_once_and_a_kill_loses_no_other() {
    let (temp, path) = store();
    let program = |args: &[&str]| {
        let mut process = Command::new(env!("CARGO_BIN_EXE_scalelab"));
        process.args(args).env("SCALELAB_RUNS", &path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        process.spawn().expect("it starts")
    };
    let keeping = ["run", "mm1", "--duration", "70s", "--quiet", "--track", "--tag", "why=together"];
    let mut together: Vec<_> = (0..4).map(|_| program(&keeping)).collect();
    let mut killed = program(&["sweep", "mm1", "--over", "seed=1..=500", "--replications", "2", "--track", "--quiet"]);
    for process in &mut together {
        // The objective of this scenario may be missed in so short a run.
        assert!(matches!(process.wait().expect("it ends").code(), Some(0 | 99)));
    }
    wait_for(&path, "mode = 'sweep'");
    wait_for(&path, "parent is not null");
    killed.kill().expect("it can be killed");
    killed.wait().expect("it ends");
    let runs = Runs::open(&path).expect("it is whole");
    assert_eq!(titles(&runs, "tags.why = 'together'").len(), 4);
    let sweep = runs.search("mode = 'sweep'", false, 9).expect("found");
    assert_eq!((sweep.len(), sweep[0].run.state.as_str()), (1, "running"));
    let parts = runs.parts(&sweep[0].id).expect("found");
    assert!(!parts.is_empty() && parts.iter().all(|part| part.run.metrics.contains_key("p99")), "parts are whole");
    assert_eq!(parts[0].run.params["seed"], "1");
    assert!(runs.search("", false, 100).expect("found").len() == 5, "parts are not listed with the rest");
    drop(temp);
}

fn wait_for(path: &Path, query: &str) {
    for _ in 0..600 {
        if Runs::open(path).is_ok_and(|runs| runs.search(query, true, 1).is_ok_and(|found| !found.is_empty())) {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "another program is at work meanwhile")]
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nothing came for {query:?}");
}
