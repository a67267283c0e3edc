//! The ledger, at every instant, in a thousand random scenarios: jobs, tasks, attempts and dollars.
//!
//! Each scenario is run twice: by the engine, and step by step by a small loop of this test, which knows the public
//! parts only and looks at the books after every step. Both must come to the same. First a safety phase, in which all
//! kinds of trouble happen; then a liveness phase: load and trouble end, and everything in flight must come to its end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use scalelab::base::{Arrival, JobType, SourceId, StageIx, Time};
use scalelab::cluster::{Action, Actions, Cluster, Event, Fact, Leg, Outcome};
use scalelab::engine;
use scalelab::experiment::swarm;
use scalelab::metrics::snapshot::CostView;
use scalelab::scenario::{Host, Scenario, Stage, load};

use crate::stepping::Run;

/// Seeds of the scenarios.
const SEEDS: std::ops::Range<u64> = 0..1_000;
/// The books are looked through after so many steps; the ledger proper after each.
const STEPS_PER_AUDIT: u64 = 16;

#[test]
fn the_ledger_balances_at_every_instant_of_a_thousand_random_scenarios() {
    let (mut steps, mut jobs, mut failed) = (0, 0, Vec::new());
    for seed in SEEDS {
        let run = catch_unwind(AssertUnwindSafe(|| audit(seed)));
        match run {
            Ok(audited) => (steps, jobs) = (steps + audited.0, jobs + audited.1),
            Err(_) => failed.push(seed),
        }
    }
    println!("seeds {SEEDS:?}: {jobs} jobs in {steps} steps");
    assert!(failed.is_empty(), "the books were wrong with the seeds {failed:?}; `swarm::scenario(seed)` is the file");
    assert!(jobs > 20_000, "so few jobs show little");
}

#[test]
fn an_attempt_whose_answer_is_lost_on_the_way_ended_once() {
    let text = r#"(version: 1, title: "one", duration: "1m", mode: Simulate,
      pools: { "p": (groups: [(place: Modelled(link: Lan), instance: Custom(cores: 1, usd_per_hour: 1.0))]) },
      jobs: { "j": (stages: [(name: "s", pool: "p", work: Service("1ms"))]) },
      traffic: [(job: "j", arrivals: Open(load: [(over: "0s", to: 1)]))])"#;
    let host = Host { cores: 2, cpu: "test".to_owned() };
    let scenario = Arc::new(load(text, "test", &host).unwrap_or_else(|errors| panic!("{errors}")));
    let mut actions = Actions::default();
    let mut cluster = Cluster::new(scenario, 1, &mut actions);
    let arrival =
        Arrival { serial: 0, job: JobType(0), source: SourceId(0), key: 0, intended: Time::ZERO, leaves: Time::NEVER };
    cluster.handle(Time::ZERO, &Event::JobArrived(arrival), &mut actions);
    let Some(&Action::Send { attempt, worker, .. }) = actions.asks.last() else { panic!("{actions:?}") };
    cluster.handle(Time(1), &Event::Delivered { attempt, worker, leg: Leg::Request }, &mut actions);
    let done = Event::AttemptFinished { attempt, began: Time(1), ended: Time(5), slot: 0, ok: true };
    cluster.handle(Time(5), &done, &mut actions);
    cluster.handle(Time(6), &Event::WorkerLost(worker), &mut actions);
    cluster.check();
    assert_eq!(cluster.totals().attempts.of(Outcome::Lost), 1, "its answer never came");
    let ends = actions.facts.iter().filter(|fact| matches!(fact, Fact::AttemptEnded { .. })).count();
    assert_eq!(ends, 1, "{:?}", actions.facts);
}

/// Runs the scenario with this seed both ways; returns the steps that it took and its jobs.
fn audit(seed: u64) -> (u64, u64) {
    let host = Host { cores: 2, cpu: "test".to_owned() };
    let scenario = Arc::new(load(&swarm::scenario(seed), "swarm", &host).expect("random scenarios are valid"));
    let mut by_hand = Run::new(scenario.clone());
    by_hand.go_on_to_the_end(look);
    let (totals, hash) = (by_hand.cluster.totals(), by_hand.hash());
    let finished = engine::simulate(scenario).expect("it is a simulated scenario");
    check_dollars(&finished.summary.cost);
    assert_eq!(finished.summary.totals, totals, "the engine came to another ledger");
    assert_eq!(finished.summary.hash, hash, "the engine came to another history");
    by_hand.drain(look);
    by_hand.cluster.check();
    let last = by_hand.cluster.totals();
    assert!(by_hand.attempts_ended <= last.attempts.arrived, "an attempt was said to have ended twice");
    let left = [last.jobs, last.tasks, last.attempts].map(|account| account.in_flight);
    assert!(left == [0; 3] || can_deadlock(&by_hand.scenario), "something never ends: {last:?}");
    (by_hand.steps, totals.jobs.arrived)
}

/// Everything that must hold between two steps.
fn look(run: &Run) {
    if run.steps.is_multiple_of(STEPS_PER_AUDIT) {
        run.cluster.check();
        check_dollars(&run.recorder.cost(run.now));
    }
}

/// Whether callers may hold all the cores that those they call need: calls have no deadline yet, so that lasts.
fn can_deadlock(scenario: &Scenario) -> bool {
    scenario.jobs.iter().any(|job| {
        let upward = |stage: &Stage, call: &StageIx| job.stages[call.ix()].pool <= stage.pool;
        job.stages.iter().any(|stage| stage.calls.iter().any(|call| upward(stage, call)))
    })
}

fn check_dollars(cost: &CostView) {
    let parts = cost.useful + cost.idle + cost.boot_and_drain + cost.wasted + cost.egress - cost.forgiven;
    let tolerance = 1e-9 * (1.0 + cost.billed);
    assert!((cost.billed - parts).abs() <= tolerance, "billed is not what its parts are: {cost:?}");
    let least = cost.useful.min(cost.idle).min(cost.boot_and_drain).min(cost.wasted);
    assert!(least >= -tolerance, "dollars below zero: {cost:?}");
}
