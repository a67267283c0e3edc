//! Machines that the provider takes away: told before, replaced, and what that does to work; and what comes before a machine
//! serves.

use std::sync::Arc;

use scalelab::cluster::Outcome;
use scalelab::engine;
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, load};

/// One client whose jobs take 20 s, without pause, on one machine of a group with these settings.
fn run(group: &str, timeline: &str, duration: &str) -> Summary {
    let text = format!(
        "(version: 1, title: \"taken away\", seed: 1, duration: \"{duration}\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 36),
              count: 1, {group})], startup: \"10s\", warm: \"5s\") }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"20s\"))]) }},
          traffic: [(job: \"j\", arrivals: Closed(clients: 1, think: \"0s\"))], timeline: [{timeline}])"
    );
    let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
    let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    engine::simulate(Arc::new(scenario)).expect("a simulated run").summary
}

fn lost(summary: &Summary) -> u64 {
    summary.totals.attempts.of(Outcome::Lost)
}

fn completed(summary: &Summary) -> u64 {
    summary.totals.jobs.of(Outcome::Completed)
}

#[test]
fn with_notice_enough_nothing_is_lost() {
    // Taken away at 70 s. Told at 45 s, it finishes what it began at 40 s, and goes at 60 s; its successor, ordered at 45 s,
    // is there 15 s later.
    let told = run("market: Spot(life: \"70s\", notice: \"25s\")", "", "100s");
    assert_eq!((lost(&told), completed(&told)), (0, 5), "{:?}", told.totals);
    // It went before it was taken.
    assert_eq!(told.preempted, 0);
}

#[test]
fn without_notice_what_runs_is_lost_and_done_again() {
    // 10 s of the fourth job are lost at 70 s; the next machine serves from 85 s on.
    let sudden = run("market: Spot(life: \"70s\", notice: \"0s\")", "", "110s");
    assert_eq!((lost(&sudden), completed(&sudden)), (1, 4), "{:?}", sudden.totals);
    assert_eq!(sudden.preempted, 1);
    assert!((sudden.cost.wasted - 0.10).abs() < 1e-6, "ten seconds of work at a cent: {:?}", sudden.cost);
}

#[test]
fn a_person_can_have_a_machine_taken_away() {
    // Told at 30 s, taken at 35 s with a job that would have ended at 40 s.
    let taken = "(at: \"30s\", do: Inject(fault: Preempt(worker: (\"p\", 0)), for: \"5s\"))";
    let summary = run("", taken, "100s");
    assert_eq!((summary.preempted, lost(&summary)), (1, 1), "{:?}", summary.totals);
    // The next one serves from 45 s on: jobs end at 20, 65 and 85 s.
    assert_eq!(completed(&summary), 3);
}

#[test]
fn lives_are_drawn_for_each_machine_and_the_same_in_every_run() {
    let spot = "market: Spot(life: Exponential(mean: \"60s\"), notice: \"0s\")";
    let (one, two) = (run(spot, "", "3h"), run(spot, "", "3h"));
    assert_eq!(one.hash, two.hash);
    // 180 lives of a minute, give or take three standard deviations.
    assert!((140..=220).contains(&one.preempted), "{}", one.preempted);
}

#[test]
fn what_a_machine_loads_after_its_boot_is_recorded() {
    let text = "(version: 1, title: \"warm\", seed: 1, duration: \"3m\", mode: Simulate,
          pools: { \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 36), count: 1)],
              startup: \"10s\", warm: \"5s\", scale: Schedule(max: 3, sizes: [(\"0s\", 1), (\"20s\", 3)])) },
          jobs: { \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"20s\"))]) },
          traffic: [(job: \"j\", arrivals: Closed(clients: 1, think: \"0s\"))])";
    let scenario = load(text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario");
    let summary = engine::simulate(Arc::new(scenario)).expect("a simulated run").summary;
    let decided = &summary.scaling["p"].recent[0];
    assert_eq!((decided.at_secs, decided.ordered), (20.0, 2));
    assert_eq!((decided.first_booted_secs, decided.all_ready_secs), (Some(30.0), Some(35.0)));
}
