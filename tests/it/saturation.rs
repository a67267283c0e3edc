//! Whether a run keeps up, and how little it takes to say that it does not.

use std::sync::Arc;

use scalelab::engine;
use scalelab::metrics::summary::{Saturation, SaturationState as State};
use scalelab::scenario::{Host, load};

/// One machine that serves 100 jobs a second; what arrives is told by `arrivals`.
fn run(arrivals: &str, queue_max: u32, extra: &str) -> Saturation {
    let text = format!(
        "(version: 1, title: \"a queue\", seed: 3, duration: \"60s\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.5))], \
          serve: Fifo(queue_max: {queue_max})) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"10ms\")))]) }},
          traffic: [(job: \"j\", arrivals: {arrivals})], {extra})"
    );
    let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario");
    let finished = engine::simulate(Arc::new(scenario)).expect("a simulated run");
    let broken = finished.summary.checks.iter().find(|check| !check.holds);
    assert_eq!((broken, finished.summary.checks.len()), (None, 3), "laws hold in every run");
    finished.summary.saturation
}

fn open(rate: u32) -> String {
    format!("Open(load: [(over: \"0s\", to: {rate})])")
}

#[test]
fn a_queue_with_room_is_stable() {
    let seen = run(&open(60), 100_000, "");
    assert_eq!(seen.state, State::Stable, "{seen:?}");
    assert!((seen.busiest_utilisation - 0.6).abs() < 0.05, "{seen:?}");
}

#[test]
fn more_than_can_be_finished_is_an_overload_that_grows_by_the_difference() {
    let seen = run(&open(130), 100_000, "");
    assert_eq!(seen.state, State::Overloaded, "{seen:?}");
    assert!((seen.growth_per_sec - 30.0).abs() < 6.0 && seen.chance_per_sec < 8.0, "{seen:?}");
    assert!(seen.evidence.contains("grow by"), "{}", seen.evidence);
}

#[test]
fn an_overload_that_is_refused_does_not_grow_and_shows_in_what_is_refused() {
    let seen = run(&open(130), 20, "");
    assert_eq!(seen.state, State::Overloaded, "{seen:?}");
    // Of 130 a second 100 are served.
    assert!((seen.errors_share - 30.0 / 130.0).abs() < 0.05, "{seen:?}");
    assert!(seen.evidence.contains("refused"), "{}", seen.evidence);
}

#[test]
fn clients_who_wait_for_their_answers_saturate_a_machine_but_never_overload_it() {
    let seen = run("Closed(clients: 50, think: Constant(\"100ms\"))", 100_000, "");
    assert_eq!(seen.state, State::Saturated, "{seen:?}");
    assert!(seen.busiest_utilisation > 0.99, "{seen:?}");
}

#[test]
fn the_sensitivity_moves_the_line() {
    let at = |sensitivity: &str| run(&open(93), 100_000, &format!("sensitivity: {sensitivity}"));
    let (low, high) = (at("Low"), at("High"));
    assert_eq!(low.growth_per_sec, high.growth_per_sec, "the run is the same");
    assert!(low.chance_per_sec > 1.9 * high.chance_per_sec, "{low:?} {high:?}");
    assert_eq!((low.state, high.state), (State::Stable, State::Saturated), "93 % of the cores at work");
}
