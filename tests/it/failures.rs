//! Eight published failures and their cures: without the cure the bad state outlives what set it off, with it it ends within a
//! stated time; both over several seeds, with intervals. And the diagnosers: each finds its own, and nothing in healthy runs.

use std::sync::Arc;

use scalelab::analysis::insight::diagnose;
use scalelab::analysis::intervals::{Interval, Moments, mean_interval};
use scalelab::base::{Span, Time};
use scalelab::engine::{self, handle::Finished};
use scalelab::experiment::recovery::recovered_after;
use scalelab::scenario::{Host, Scenario, bundled, load, set};

/// Seeds of each.
const SEEDS: u64 = 6;

struct Failure {
    name: &'static str,
    /// When what set it off is over, in seconds.
    over: u64,
    /// Answered of what comes in, when it is well.
    well: f64,
    /// With its cure it is well again so many seconds later.
    cured_within: u64,
    /// What the diagnosers call it.
    found: &'static str,
    /// A twin that shows what is to blame.
    control: Option<&'static str>,
}

const fn failure(name: &'static str, over: u64, cured_within: u64, found: &'static str) -> Failure {
    Failure { name, over, well: 0.85, cured_within, found, control: None }
}

const ALL: [Failure; 8] = [
    Failure { control: Some("control"), ..failure("retry-storm", 70, 75, "retry storm") },
    failure("gc-death-spiral", 44, 15, "saturated"),
    failure("pool-exhaustion", 50, 15, "saturated"),
    // Those who wait for the one who works are a second late each time: in its five seconds, one of seven.
    Failure { well: 0.75, ..failure("cache-stampede", 20, 0, "saturated") },
    failure("cache-flush", 160, 85, "cache thrash"),
    Failure { control: Some("control"), ..failure("timeout-cascade", 55, 25, "retry storm") },
    failure("sinkhole", 30, 15, "sinkhole"),
    Failure { well: 0.8, ..failure("goodput-collapse", 60, 10, "saturated") },
];

fn host() -> Host {
    Host { cores: 2, cpu: "test".to_owned() }
}

fn text(name: &str) -> &'static str {
    bundled::find(name).expect("it is built in").text
}

fn runs(scenario: &Scenario) -> Vec<Finished> {
    let one = |seed| engine::simulate(Arc::new(Scenario { seed, ..scenario.clone() })).expect("a simulated run");
    (100..100 + SEEDS).map(one).collect()
}

fn twin(name: &str, twin: &str) -> Scenario {
    let scenario = load(text(name), name, &host()).expect("it is a scenario");
    let twin = scenario.twins.iter().find(|own| own.name == twin).unwrap_or_else(|| panic!("{name} has no {twin}"));
    set(text(name), &twin.set, name, &host()).unwrap_or_else(|errors| panic!("{errors}")).1
}

/// How long after the trigger each run was well again; where it was not at its end, until then.
fn recoveries(failure: &Failure, runs: &[Finished]) -> (Vec<Option<f64>>, Interval) {
    let over = Time::ZERO + Span::from_secs(failure.over);
    let each: Vec<Option<f64>> = runs
        .iter()
        .map(|run| recovered_after(&run.snapshot.series, over, run.snapshot.at, failure.well).map(Span::secs))
        .collect();
    let rest = runs[0].snapshot.at.since(over).secs();
    let values: Vec<f64> = each.iter().map(|own| own.unwrap_or(rest)).collect();
    (each, mean_interval(&Moments::of(&values), 0.95).expect("several runs"))
}

fn stays_ill(failure: &Failure) {
    let scenario = load(text(failure.name), failure.name, &host()).expect("it is a scenario");
    let ill = runs(&scenario);
    let (each, interval) = recoveries(failure, &ill);
    // As long as is looked at, a minute at least and longer than the cure takes.
    let least = 60.0f64.max(failure.cured_within as f64);
    assert!(interval.low > least, "{} recovers: {each:?}", failure.name);
    for run in &ill {
        let found = diagnose(&run.snapshot);
        let names: Vec<_> = found.iter().map(|finding| &*finding.name).collect();
        assert_eq!(names.first(), Some(&failure.found), "{}: {found:?}", failure.name);
    }
}

fn is_cured(failure: &Failure, by: &str) {
    let cured = runs(&twin(failure.name, by));
    let (each, interval) = recoveries(failure, &cured);
    assert!(each.iter().all(Option::is_some), "{} by {by}: {each:?}", failure.name);
    assert!(interval.high <= failure.cured_within as f64, "{} by {by}: {each:?}", failure.name);
    for run in &cured {
        let found = diagnose(&run.snapshot);
        assert!(found.is_empty(), "{} by {by} is well in the end: {found:?}", failure.name);
    }
}

#[test]
fn without_its_cure_each_failure_outlives_what_set_it_off() {
    ALL.iter().for_each(stays_ill);
}

#[test]
fn with_its_cure_each_failure_ends_within_a_stated_time() {
    ALL.iter().for_each(|failure| is_cured(failure, "cured"));
}

#[test]
fn where_retries_are_to_blame_it_recovers_without_them() {
    for failure in &ALL {
        if let Some(control) = failure.control {
            is_cured(failure, control);
        }
    }
}

#[test]
fn a_cure_that_is_given_while_it_lasts_works_too() {
    let cures = [
        // By now a budget alone would have to work off a queue of what nobody waits for.
        ("retry-storm", "(timeout: \"1s\", late: DropUnbegun, retry: (max: 2, budget: 0.1))"),
        ("sinkhole", "(attempts: 1, outliers: Envoy)"),
        ("goodput-collapse", "(attempts: 1, admit: [CoDel])"),
    ];
    for (name, resilience) in cures {
        let failure = ALL.iter().find(|failure| failure.name == name).expect("it is one of them");
        // Where it has lasted for ten seconds without what set it off.
        let at = failure.over + 10;
        let change = format!("timeline=[(at: \"{at}s\", do: Set(\"pools.api.resilience\", {resilience}))]");
        let (_, other) = set(text(name), &[change], name, &host()).unwrap_or_else(|errors| panic!("{errors}"));
        let mut changed = load(text(name), name, &host()).expect("it is a scenario");
        changed.timeline.extend(other.timeline);
        let late = Failure { over: at, ..*failure };
        let (each, interval) = recoveries(&late, &runs(&changed));
        assert!(interval.high <= failure.cured_within as f64, "{name}: {each:?}");
    }
}

#[test]
fn other_twins_are_as_good_as_their_scenarios_say() {
    let failures = |name: &str| ALL.iter().find(|failure| failure.name == name).expect("it is one of them");
    is_cured(failures("cache-stampede"), "soft");
    is_cured(failures("goodput-collapse"), "lifo");
    // In turn, the sick machine fails a tenth: no more, and no less.
    for run in runs(&twin("sinkhole", "round-robin")) {
        let jobs = run.summary.totals.jobs;
        let share = jobs.of(scalelab::cluster::Outcome::Failed) as f64 / jobs.arrived as f64;
        assert!((share - 0.075).abs() < 0.005, "{share} of those of 90 of 120 s");
    }
}

/// A scenario of one pool, healthy or not.
fn one_pool(pool: &str, stage: &str, traffic: &str, more: &str) -> Finished {
    let text = format!(
        "(version: 1, title: \"t\", seed: 9, duration: \"120s\", mode: Simulate,
          pools: {{ \"p\": ({pool}) }}, jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", {stage})]) }},
          traffic: [(job: \"j\", {traffic})], {more})"
    );
    let scenario = load(&text, "a test", &host()).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    engine::simulate(Arc::new(scenario)).expect("a simulated run")
}

const TEN: &str = "groups: [(place: Modelled(link: Lan), instance: Custom(cores: 4, usd_per_hour: 1), count: 10)]";
const STAGE: &str = "work: Service(Exponential(mean: \"50ms\"))";

#[test]
fn each_diagnoser_finds_its_own() {
    let names = |run: &Finished| {
        diagnose(&run.snapshot).into_iter().map(|found| found.name.into_owned()).collect::<Vec<String>>()
    };
    let zipf = "keys: Zipf(n: 1_000, alpha: 1.4), arrivals: Open(load: [(over: \"0s\", to: 300)])";
    let hot = one_pool(&format!("{TEN}, balance: ModuloHash"), STAGE, zipf, "");
    assert_eq!(names(&hot).first().map(String::as_str), Some("hot shard"), "{:?}", diagnose(&hot.snapshot));
    let slow = "timeline: [(at: \"10s\", do: Inject(fault: Slow(worker: (\"p\", 2), factor: 6), for: \"110s\"))]";
    let even = "arrivals: Open(load: [(over: \"0s\", to: 400)])";
    let straggler = one_pool(&format!("{TEN}, balance: RoundRobin"), STAGE, even, slow);
    assert_eq!(names(&straggler).first().map(String::as_str), Some("straggler"), "{:?}", diagnose(&straggler.snapshot));
    // Looks every second at what machines do at that instant, without patience in either direction.
    let eager = "scale: Hpa(min: 1, max: 20, in_flight: 3, sync: \"1s\", scrape: \"1s\", tolerance: 0.0, behavior: (up: (stabilization: \
                 \"0s\"), down: (stabilization: \"0s\"))), startup: \"3s\"";
    let few = TEN.replace("count: 10", "count: 5");
    let flapping = one_pool(&format!("{few}, {eager}"), STAGE, even, "");
    assert!(
        names(&flapping).contains(&"flapping".to_owned()),
        "{:?} {:?}",
        names(&flapping),
        flapping.summary.scaling["p"].ups
    );
}

#[test]
fn twenty_healthy_runs_have_no_findings() {
    let loads = [50, 300, 500, 620];
    let pools = [
        "balance: LeastOutstanding",
        "balance: RoundRobin",
        "balance: PowerOfTwo, cache: Lru(entries: 500), caching: (ttl: \"20s\", jitter: 0.2, coalesce: On)",
        "balance: RingHash(virtual_nodes: 200), resilience: (timeout: \"5s\", retry: Envoy)",
        "balance: LeastConnections, resilience: (attempts: 2, outliers: Envoy, admit: [InFlight(max: 400)])",
    ];
    for pool in pools {
        for load in loads {
            let traffic =
                format!("keys: Zipf(n: 20_000, alpha: 0.6), arrivals: Open(load: [(over: \"0s\", to: {load})])");
            let run = one_pool(&format!("{TEN}, {pool}"), STAGE, &traffic, "");
            assert_eq!(diagnose(&run.snapshot), [], "{pool} at {load}");
        }
    }
}
