//! The views that are no part of the first layout: the library, the kept runs, and scaling.

use std::collections::BTreeMap;
use std::path::Path;

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use scalelab::base::Time;
use scalelab::interop::runs::{Lineage, NewRun, Runs};
use scalelab::metrics::snapshot::{Mode, Outcome, Snapshot};
use scalelab::scenario::{Agreement, Contention, Profile};

use super::Window;
use super::files::wait_for;
use crate::fixture;

/// A window with nothing but this view.
fn window_on(key: &str) -> Window {
    let mut window = Window::on(fixture::overloaded());
    window.harness.state_mut().show_only(key);
    window.frames();
    window
}

fn type_into(window: &mut Window, field: &str, words: &str) {
    window.harness.get_by_role_and_label(Role::TextInput, field).set_text_value_accesskit(words);
    window.frames();
}

#[test]
fn the_library_lists_questions_finds_words_and_opens_what_is_picked() {
    const QUESTION: &str = "Does asking twice cut the tail?";
    let mut window = window_on("library");
    wait_for(&mut window, "the scenarios", |window| window.has("Can this computer keep up?"));
    assert!(window.has("How many machines, and how large?") && window.has("23 scenarios"));
    window.harness.check_accessibility();
    type_into(&mut window, "Search the library", "Dean Barroso");
    assert!(window.has(QUESTION) && !window.has("Why does an empty cache stay empty?"));
    assert!(window.has_part("Library: 1 of 23 built-in scenarios"));
    window.click_button(QUESTION);
    window.click_button("Open anyway");
    wait_for(&mut window, "the scenario", |window| {
        window.harness.query_all_by_label(QUESTION).count() > 1 || window.has_part("api")
    });
    let title = window.harness.state_mut().session().opened().scenario.title.clone();
    assert_eq!(title, QUESTION);
    type_into(&mut window, "Search the library", "zebra");
    assert!(window.has("No scenario has all of these words"));
}

fn run(title: &str, p99: f64, balance: &str) -> NewRun {
    NewRun {
        title: title.to_owned(),
        mode: "simulate".to_owned(),
        state: "finished".to_owned(),
        seed: 7,
        started: 1_790_000_000,
        lineage: Lineage { scenario: fixture::TEXT.to_owned(), ..Lineage::default() },
        metrics: BTreeMap::from([("p99".to_owned(), p99), ("met.latency".to_owned(), 1.0)]),
        params: BTreeMap::from([("balance".to_owned(), balance.to_owned()), ("seed".to_owned(), "7".to_owned())]),
        ..NewRun::default()
    }
}

fn window_on_store(store: &Path) -> Window {
    let mut window = Window::on(fixture::overloaded());
    window.harness.state_mut().look_at_runs(store.to_owned());
    window.harness.state_mut().show_only("runs");
    window.frames();
    window
}

#[test]
fn an_empty_store_says_how_runs_get_into_it_and_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("runs.sqlite");
    let mut window = window_on_store(&store);
    wait_for(&mut window, "the empty store", |window| window.has_part("scalelab run FILE --track"));
    assert!(!store.exists());
    window.harness.check_accessibility();
}

#[test]
fn the_run_that_is_open_is_kept_and_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("runs.sqlite");
    let mut window = window_on_store(&store);
    wait_for(&mut window, "the empty store", |window| window.has_part("scalelab run FILE --track"));
    window.click("Keep this run");
    assert!(window.has_part("Of a live run the window keeps nothing"));
    let mut snapshot = fixture::calm();
    let mut scenario = (*snapshot.scenario).clone();
    scenario.mode = Mode::Simulate;
    (snapshot.mode, snapshot.scenario) = (Mode::Simulate, std::sync::Arc::new(scenario));
    let mut window = Window::on(snapshot);
    window.harness.state_mut().look_at_runs(store.clone());
    window.show_only("runs");
    window.click("Keep this run");
    wait_for(&mut window, "the run", |window| window.has("1 run"));
    assert!(window.has_part("Kept as "));
    let runs = Runs::open(&store).expect("a store").search("mode = 'simulate'", false, 10).expect("found");
    assert_eq!(runs[0].run.duration, Some(6.0), "as far as it had come");
}

#[test]
fn runs_are_sorted_filtered_and_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("runs.sqlite");
    let mut runs = Runs::open(&store).expect("a store");
    runs.add(&run("slow one", 2.0, "RoundRobin")).expect("kept");
    runs.add(&run("fast one", 0.1, "PowerOfTwo")).expect("kept");
    let mut window = window_on_store(&store);
    wait_for(&mut window, "the runs", |window| window.has("2 runs"));
    window.harness.check_accessibility();
    assert!(window.has("Sort by balance") && window.has("2 s") && window.has("met"));
    let seeds = |window: &Window| window.harness.query_all_by_label("Sort by seed").count();
    assert_eq!(seeds(&window), 1, "the run's own seed; the field does not differ");
    window.click("Only differences");
    assert_eq!(seeds(&window), 2);
    let top = |window: &Window, title: &str| window.harness.get_by_label_contains(&format!(": {title} (")).rect().top();
    window.click("Sort by slowest 1 % (p99)");
    assert!(top(&window, "fast one") < top(&window, "slow one"));
    window.click("Sort by slowest 1 % (p99)");
    assert!(top(&window, "fast one") > top(&window, "slow one"));
    const FIELD: &str = "Filter runs, as metrics.p99 < 0.2 and params.balance = 'p2c'";
    type_into(&mut window, FIELD, "p99 < 1");
    wait_for(&mut window, "the refusal", |window| window.has_part("is nothing that runs have"));
    assert!(window.has("2 runs"), "what was found before stays");
    type_into(&mut window, FIELD, "metrics.p99 < 1 and params.balance = 'p2c'");
    wait_for(&mut window, "the run", |window| window.has("1 run"));
    assert!(!window.has_part("slow one"));
    window.harness.get_by_label_contains("Open its scenario: fast one").click();
    window.frames();
    window.click_button("Open anyway");
    wait_for(&mut window, "another run", |window| !window.has_part("OVERLOADED"));
    assert_eq!(window.harness.state_mut().session().opened().source, fixture::TEXT);
}

#[test]
fn a_sweep_over_two_fields_is_a_grid_and_over_three_it_is_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("runs.sqlite");
    let mut runs = Runs::open(&store).expect("a store");
    for (title, fields) in [("two fields", 2), ("three fields", 3)] {
        let over = ["seed", "duration", "warmup"].into_iter().take(fields);
        let params = over.map(|path| (path.to_owned(), String::new())).collect();
        let sweep = NewRun { title: title.to_owned(), mode: "sweep".to_owned(), params, ..NewRun::default() };
        let parent = runs.add(&sweep).expect("kept");
        for (seed, duration, warmup) in [(1, "20s", "1s"), (2, "20s", "2s"), (1, "30s", "2s"), (2, "30s", "1s")] {
            let mut part = run("point", f64::from(seed) / 10.0, "RoundRobin");
            part.parent = Some(parent.clone());
            for (path, value) in [("seed", seed.to_string()), ("duration", duration.into()), ("warmup", warmup.into())]
            {
                part.params.insert(path.to_owned(), value);
            }
            runs.add(&part).expect("kept");
        }
    }
    let mut window = window_on_store(&store);
    wait_for(&mut window, "the sweeps", |window| window.has("2 runs"));
    window.harness.get_by_label_contains("Open its parts: two fields").click();
    wait_for(&mut window, "the grid", |window| window.has_part("at seed = 1, duration = 20s"));
    assert_eq!(window.harness.query_all_by_label_contains("latency, p99 ").count(), 4, "one for each cell");
    assert!(window.has("Sweep of 4 points over duration, seed: latency, p99, from 100 ms to 200 ms"));
    window.harness.check_accessibility();
    window.pick("Figure of the sweep", "cost an hour");
    assert!(window.has("No point of this sweep has this figure"));
    window.click("All runs");
    window.harness.get_by_label_contains("Open its parts: three fields").click();
    wait_for(&mut window, "the lines", |window| window.has("4 lines across 3 fields and latency, p99"));
    window.click("All runs");
    window.harness.get_by_label_contains("Open its parts: two fields").click();
    wait_for(&mut window, "the grid", |window| window.has_part("at seed = 2, duration = 30s"));
    window.harness.get_by_label_contains("at seed = 2, duration = 30s").click();
    window.frames();
    window.click_button("Open anyway");
    wait_for(&mut window, "the point", |window| !window.has_part("OVERLOADED"));
    let seed = window.harness.state_mut().session().opened().scenario.seed;
    assert_eq!(seed, 2, "with what the sweep set");
}

/// The picture at a time, with so many jobs finished and the remote machines of one core that serve.
fn at(base: &Snapshot, secs: f64, finished: u64, machines: u32) -> Snapshot {
    let mut snapshot = base.clone();
    snapshot.at = Time((secs * 1e9) as u64);
    snapshot.totals.jobs.ended[Outcome::Completed as usize] = finished;
    let mut worker = snapshot.workers[1].clone();
    (worker.cores, worker.fault) = (1, None);
    snapshot.workers = vec![worker; machines as usize];
    snapshot
}

#[test]
fn scaling_says_how_far_the_twin_was_off() {
    let mut snapshot = fixture::overloaded();
    let mut scenario = (*snapshot.scenario).clone();
    scenario.profile = Some(Profile {
        machine: "an abacus".to_owned(),
        cores: 2,
        date: "2026-11-28".to_owned(),
        seed: None,
        service: Vec::new(),
        dispatch: None,
        limits: None,
        contention: Contention::NONE,
        contention_errors: None,
        compared: Some(Agreement {
            date: "2026-11-29".to_owned(),
            points: 7,
            error: 0.063,
            noise: 0.021,
            grade: "B".to_owned(),
        }),
    });
    snapshot.scenario = std::sync::Arc::new(scenario);
    let mut window = Window::on(snapshot);
    window.show_only("scaling");
    assert!(window.has_part(
        "Its predictions were off by 6 % on average at 7 points, where two live runs differ by 2 %: grade B"
    ));
}

#[test]
fn sizes_under_full_load_become_points_and_laws() {
    let base = fixture::overloaded();
    let mut window = Window::with(at(&base, 0.0, 0, 1), None);
    window.harness.state_mut().show_only("scaling");
    window.frames();
    assert!(window.has_part("Laws need 3 different sizes under full load; seen 0"));
    window.harness.check_accessibility();
    let (mut now, mut finished) = (0.0, 0);
    for (machines, jobs_per_sec) in [(1, 100), (2, 190), (4, 340)] {
        for _ in 0..12 {
            (now, finished) = (now + 1.0, finished + jobs_per_sec);
            window.show(at(&base, now, finished, machines));
        }
    }
    assert!(!window.has_part("Laws need 3"));
    for words in ["100/s", "190/s", "340/s", "85 %", "Amdahl: serial share", "Gustafson: serial share"] {
        assert!(window.has_part(words), "{words}");
    }
    assert!(window.has_part("Scaling: 3 sizes seen under full load; Universal law"));
    assert!(window.has_part("scalelab twin"));
    window.show(at(&base, 1.0, 0, 1));
    assert!(window.has_part("seen 0"), "a run that begins anew has shown nothing");
}
