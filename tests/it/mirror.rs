//! Real and simulated laid over each other: what is measured fits what is simulated, and the report does its sums right. How long
//! anything took is not tested: machines are noisy.

use std::sync::Mutex;

use scalelab::experiment::mirror::calibrate::{Calibration, Design, calibrate};
use scalelab::experiment::mirror::compare::{Compared, Comparison, compare};
use scalelab::experiment::mirror::extend::extend;
use scalelab::experiment::mirror::grade::{Grade, Row, grade};
use scalelab::experiment::mirror::{Subject, concern};
use scalelab::scenario::{Host, Mode, Profile, load};

const SMALL: &str = r#"// A small mean.
(
  version: 1, title: "small", seed: 5, duration: "2s", mode: Live,
  pools: { "this": (groups: [(place: Threads, instance: "this")], prefetch: 4, serve: OldestJob(queue_max: 100000)) },
  jobs: { "mean": (stages: [
    (name: "map", pool: "this", work: Kernel(ArrayMean(shape: (800, 800), chunk: (200, 200)))),
    (name: "combine", pool: "this", after: [("map", Gather)], work: Kernel(Combine(fan_in: 1000)))]) },
  traffic: [(job: "mean", arrivals: Closed(clients: 1, think: "1ms"))],
  objectives: [(name: "p99", expr: "latency.p99 < 1s")],
  timeline: [(at: "1s", do: Note("here"))],
)"#;

fn host() -> Host {
    Host { cores: 2, cpu: "test".to_owned() }
}

fn subject(text: &str) -> Subject {
    Subject::new(text, "a test", &host()).unwrap_or_else(|err| panic!("{err}"))
}

fn calibrated(subject: &Subject) -> Calibration {
    let heard = Mutex::new(Vec::new());
    let said = |number: usize, of: usize, _: &str| heard.lock().expect("nobody panics").push((number, of));
    let calibration = calibrate(subject, &Design { secs: 0.5, date: "2026-11-28", said: &said })
        .unwrap_or_else(|err| panic!("{err}"));
    let heard = heard.into_inner().expect("nobody panics");
    assert_eq!(heard.len(), calibration.runs);
    assert!(heard.iter().enumerate().all(|(ix, (number, of))| (*number, *of) == (ix + 1, heard.len())), "{heard:?}");
    calibration
}

#[test]
fn what_is_measured_is_simulated_and_compared() {
    let subject = subject(SMALL);
    let Calibration { profile, sweep, fit, other_size, .. } = calibrated(&subject);
    assert_eq!((profile.machine.as_str(), profile.cores, profile.seed), ("test, 2 cores", 2, Some(5)));
    assert_eq!(other_size, Some(2));
    let names: Vec<&str> = profile.service.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["mean.map", "mean.combine"]);
    let items: Vec<Option<f64>> = profile.service[0].1.sizes.iter().map(|size| size.items).collect();
    assert_eq!(items, [Some(10_000.0), Some(40_000.0)]);
    assert!(profile.service.iter().all(|(_, times)| times.sizes.iter().all(|size| size.busy.len() == 2)));
    assert_eq!(sweep.iter().map(|(cores, _)| *cores).collect::<Vec<_>>(), [1, 2]);
    assert!(fit.is_some_and(|fit| fit.law.gamma > 0.0 && fit.errors.is_some()), "{fit:?}");
    let limits = profile.limits.expect("this computer was measured");
    assert!(limits.read_bytes_per_sec > 1e8 && limits.operations_per_sec > 1e8, "{limits:?}");

    // What is written is what is read again, to four digits.
    let with = subject.with_profile(&profile).unwrap_or_else(|err| panic!("{err}"));
    assert!(with.text().starts_with("// A small mean.") && with.text().contains("Note(\"here\")"));
    let read = with.scenario.profile.clone().expect("it was written");
    for ((name, own), (name_read, own_read)) in profile.service.iter().zip(&read.service) {
        assert_eq!(name, name_read);
        for (size, size_read) in own.sizes.iter().zip(&own_read.sizes) {
            let near = |one: &f64, other: &f64| (one - other).abs() <= 1e-9 + 1e-3 * one;
            let all = size.busy.iter().flatten().zip(size_read.busy.iter().flatten());
            assert!(all.clone().all(|(one, other)| near(one, other)), "{name}: {size:?} {size_read:?}");
        }
    }
    assert_eq!(
        read.to_string(),
        load(with.text(), "again", &host()).expect("valid").profile.expect("kept").to_string()
    );

    // Simulated with it, a run keeps its books.
    let run = with.simulated(&with.saturating(2)).unwrap_or_else(|err| panic!("{err}"));
    assert!(run.summary.checks.iter().all(|check| check.holds), "{:?}", run.summary.checks);
    let comparison = compare(&with, 0.5, &|_, _, _| {}).unwrap_or_else(|err| panic!("{err}"));
    let names: Vec<&str> = comparison.points.iter().map(|point| point.name.as_str()).collect();
    assert_eq!(names.len(), 7, "{names:?}");
    assert!(names[3] == "chunks of 1/2 the size" && names[4] == "chunks of 1/8 the size", "{names:?}");
    for point in &comparison.points {
        assert!(!point.rows.is_empty() && point.grade.is_some(), "{}: nothing was compared", point.name);
        assert!(point.curves.iter().all(|curve| curve.len() == 201 && curve.is_sorted()), "{}", point.name);
        for row in &point.rows {
            let mean = f64::midpoint(row.live[0], row.live[1]);
            assert!(row.live.iter().all(|value| *value > 0.0) && row.predicted > 0.0, "{row:?}");
            assert!((row.error() - (row.predicted - mean) / mean).abs() < 1e-12, "{row:?}");
            assert!((row.noise() - (row.live[0] - row.live[1]).abs() / mean).abs() < 1e-12, "{row:?}");
        }
    }
    assert_eq!(comparison.grade, comparison.points.iter().filter_map(|point| point.grade).max());

    let extended = extend(&with, &[1, 4]).unwrap_or_else(|err| panic!("{err}"));
    assert_eq!(extended.iter().map(|one| one.cores).collect::<Vec<_>>(), [2, 8]);
    for one in &extended {
        assert!(one.up.low <= one.up.estimate && one.up.estimate <= one.up.high, "{one:?}");
        assert!(one.up.estimate <= one.amdahl * 1.000_001 && one.amdahl <= one.gustafson * 1.000_001, "{one:?}");
        assert!(one.out.estimate > 0.0, "{one:?}");
    }
}

#[test]
fn what_cannot_be_measured_is_refused_in_words() {
    let refused =
        |text: &str| Subject::new(text, "a test", &host()).err().map(|err| err.to_string()).unwrap_or_default();
    let modelled =
        SMALL.replace("place: Threads, instance: \"this\"", "place: Modelled(link: Lan), instance: \"c7i.large\"");
    let modelled = modelled.replace("mode: Live", "mode: Simulate").replace(
        "objectives:",
        "profile: (machine: \"m\", cores: 2, date: \"2026-11-28\", service: { \"mean.map\": [\"1ms\"], \"mean.combine\": [\"1us\"] }),\n  objectives:",
    );
    assert!(refused(&modelled).contains("no pool has a group with `place: Threads`"), "{}", refused(&modelled));
    let service = SMALL.replace(
        "(name: \"map\", pool: \"this\", work: Kernel(ArrayMean(shape: (800, 800), chunk: (200, 200)))),\n    (name: \"combine\", pool: \"this\", after: [(\"map\", Gather)], work: Kernel(Combine(fan_in: 1000)))",
        "(name: \"map\", pool: \"this\", work: Service(\"1ms\"))",
    );
    assert!(refused(&service).contains("no stage has a kernel"), "{}", refused(&service));
    let without = compare(&subject(SMALL), 0.5, &|_, _, _| {}).expect_err("it has no profile").to_string();
    assert!(without.contains("scalelab calibrate"), "{without}");
}

#[test]
fn a_profile_of_another_machine_or_of_long_ago_is_said() {
    let with = |machine: &str, mode: &str| {
        let profile = format!(
            "profile: (machine: {machine:?}, cores: 2, date: \"2026-11-28\", service: {{ \"mean.map\": [\"1ms\"], \"mean.combine\": [\"1us\"] }}),\n  objectives:"
        );
        load(&SMALL.replace("objectives:", &profile).replace("mode: Live", mode), "a test", &host()).expect("valid")
    };
    let day = |days: u64| (20_785 + days) * 86_400;
    let simulated = with("test, 2 cores", "mode: Simulate");
    assert_eq!(concern(&simulated, &host(), day(0)), None);
    assert_eq!(concern(&simulated, &host(), day(90)), None);
    let old = concern(&simulated, &host(), day(91)).expect("too old");
    assert!(old.contains("91 days ago") && old.contains("scalelab calibrate"), "{old}");
    let other = concern(&with("an abacus", "mode: Simulate"), &host(), day(0)).expect("another machine");
    assert!(other.contains("on another machine (an abacus)"), "{other}");
    assert_eq!(concern(&with("an abacus", "mode: Live"), &host(), day(0)), None);
}

#[test]
fn how_far_a_profile_was_off_stands_in_it_and_is_read_again() {
    let live =
        |p50: [f64; 2], predicted: f64| Row { figure: "p50", goal: Some(0.1), live: p50, predicted, textbook: None };
    let rows = vec![live([0.9, 1.1], 1.05), live([1.0, 1.0], 0.97)];
    let point = Compared { name: "a point".to_owned(), grade: grade(&rows), rows, curves: Default::default() };
    let comparison = Comparison {
        title: String::new(),
        machine: String::new(),
        date: String::new(),
        seed: 1,
        cores: 2,
        capacity: 1.0,
        points: vec![point],
        grade: Some(Grade::A),
        against_textbook: None,
    };
    let agreement = comparison.agreement("2026-11-29").expect("graded");
    assert_eq!((agreement.points, agreement.grade.as_str()), (1, "A"));
    assert!((agreement.error - 0.04).abs() < 1e-9 && agreement.noise > 0.0, "{agreement:?}");
    let subject = subject(SMALL);
    let profile = "profile: (machine: \"m\", cores: 2, date: \"2026-11-28\", service: { \"mean.map\": [(items: 40_000, busy: [[\"1ms\"]])], \"mean.combine\": [\"1us\"] }),\n  objectives:";
    let profile = load(&SMALL.replace("objectives:", profile), "a test", &host()).expect("valid").profile.expect("one");
    let compared = Profile { compared: Some(agreement), ..profile };
    let kept = subject.with_profile(&compared).unwrap_or_else(|err| panic!("{err}"));
    assert_eq!(load(kept.text(), "again", &host()).expect("valid").profile, Some(compared));
}

#[test]
fn what_is_set_holds_in_both_worlds() {
    let subject = subject(SMALL);
    let set = [subject.bare(1), subject.poisson(40.0)].concat();
    let live = subject.of(Mode::Live, &set).unwrap_or_else(|err| panic!("{err}"));
    assert!(live.timeline.is_empty() && live.objectives.is_empty());
    assert_eq!(live.pools[0].groups[0].instance.cores, 1);
    assert!(subject.of(Mode::Simulate, &set).is_err(), "kernels cannot be simulated without a profile");
}
