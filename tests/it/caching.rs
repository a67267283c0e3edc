//! Caches inside a run: how long entries live, who makes them anew, who waits for whom, and what a shared one is worth.

use std::sync::Arc;

use scalelab::cluster::Outcome;
use scalelab::engine;
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, load};

/// Requests for `keys` keys, `rate` a second and evenly, at machines without a limit of cores.
fn run(caching: &str, machines: u32, keys: &str, rate: u32, seconds: u32) -> Summary {
    let text = format!(
        "(version: 1, title: \"caching\", seed: 5, duration: \"{seconds}s\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1000, usd_per_hour: 1),
              count: {machines})], {caching}) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"100ms\"))]) }},
          traffic: [(job: \"j\", keys: {keys}, arrivals: Open(process: Regular, load: [(over: \"0s\", to: {rate})]))])"
    );
    let loaded = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
    let scenario = loaded.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    let summary = engine::simulate(Arc::new(scenario)).expect("a simulated run").summary;
    assert!(summary.checks.iter().all(|check| check.holds), "{:?}", summary.checks);
    summary
}

const ONE_KEY: &str = "Uniform(n: 1)";

fn counted(summary: &Summary, what: &str) -> u64 {
    summary.resilience.get("p").and_then(|pool| pool.get(what)).copied().unwrap_or(0)
}

/// Attempts that were worked on: what is busy, over the 100 ms of each.
fn worked(summary: &Summary, seconds: f64, machines: f64) -> f64 {
    summary.utilisation * 1_000.0 * machines * seconds / 0.1
}

#[test]
fn a_lifetime_makes_a_stampede_and_single_flight_ends_it() {
    // 200 requests a second for one key: each time it is too old, those of the next 100 ms all work it out: twenty.
    let herd = run("cache: Lru(entries: 10), caching: (ttl: \"10s\")", 1, ONE_KEY, 200, 100);
    let times = worked(&herd, 100.0, 1.0);
    assert!((185.0..215.0).contains(&times), "ten times about twenty: {times}");
    let single = run("cache: Lru(entries: 10), caching: (ttl: \"10s\", coalesce: On)", 1, ONE_KEY, 200, 100);
    let times = worked(&single, 100.0, 1.0);
    assert!((9.5..10.5).contains(&times), "once each time: {times}");
    let waited = counted(&single, "coalesced");
    assert!((180..=200).contains(&waited), "the others wait: {waited}");
    assert_eq!(single.totals.jobs.of(Outcome::Completed), single.totals.jobs.arrived);
    // Nobody waits for more than the one that works.
    assert!(single.latency_secs.max < 0.101, "{:?}", single.latency_secs);
}

#[test]
fn a_soft_lifetime_keeps_answering_while_the_entry_is_made_anew() {
    let soft =
        run("cache: Lru(entries: 10), caching: (ttl: \"10s\", soft: \"5s\", coalesce: On)", 1, ONE_KEY, 200, 100);
    // Only those at the start wait; later on nobody does.
    assert!((19..=21).contains(&counted(&soft, "coalesced")), "{:?}", soft.resilience);
    assert!((18..=20).contains(&counted(&soft, "renewed")), "once in 5.1 s: {:?}", soft.resilience);
    let waited = soft.latency_secs.p99;
    assert!(waited < 0.001, "one in a hundred at most waits: {waited}");
    // Work for the cache is work: it is on the bill and in the ledger, and nobody's job.
    assert!((worked(&soft, 100.0, 1.0) - 20.0).abs() < 1.5);
    assert_eq!(soft.totals.attempts.arrived, soft.totals.jobs.arrived + counted(&soft, "renewed"));
}

#[test]
fn lives_that_are_cut_by_chance_end_apart() {
    // A hundred keys, all worked out in the first second by ten cores, as fast as those can: ten seconds later they end as
    // close together, and some wait for a core; or apart, and there is a core for each.
    let slowest = |jitter: &str| {
        let text = format!(
            "(version: 1, title: \"herd\", seed: 5, duration: \"60s\", warmup: \"9s\", mode: Simulate,
              pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 10, usd_per_hour: 1))],
                  cache: Lru(entries: 200), caching: (ttl: \"10s\", {jitter} coalesce: On)) }},
              jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"100ms\"))]) }},
              traffic: [(job: \"j\", keys: Uniform(n: 100), arrivals: Open(load: [(over: \"0s\", to: 1000)]))])"
        );
        let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("it is one");
        engine::simulate(Arc::new(scenario)).expect("a simulated run").summary.latency_secs.max
    };
    let (together, apart) = (slowest(""), slowest("jitter: 0.5,"));
    assert!(together > 0.15 && apart < 0.11, "{together} and {apart}");
}

#[test]
fn a_shared_cache_answers_what_another_machine_has_worked_out() {
    // Ten machines, a hundred keys, requests in turn: each machine works out each key, or all together each key once.
    let keys = "Uniform(n: 100)";
    let own = run("cache: Lru(entries: 100)", 10, keys, 500, 60);
    let shared = run("caching: (shared: Lru(entries: 100), coalesce: On)", 10, keys, 500, 60);
    let both = run("cache: Lru(entries: 100), caching: (shared: Lru(entries: 100), coalesce: On)", 10, keys, 500, 60);
    let times = [&own, &shared, &both].map(|summary| worked(summary, 60.0, 10.0));
    assert!(times[0] > 950.0 && times[0] < 1_050.0, "each by each: {times:?}");
    assert!(times[1] < 160.0 && times[2] < 160.0, "each about once: {times:?}");
    // The shared one costs a round trip of twice 0.1 ms each time; with one of its own only the first time.
    assert!((shared.latency_secs.p50 - 0.0002).abs() < 0.00005, "{:?}", shared.latency_secs);
    assert!(both.latency_secs.p50 < 0.00001, "{:?}", both.latency_secs);
    // A machine asks the shared one once for each key, unless it worked it out.
    let hits = counted(&both, "shared_hits") as f64;
    assert!((hits + times[2] - 1_000.0).abs() < 60.0, "{hits} and {times:?}");
}

#[test]
fn a_run_says_what_no_other_cache_could_have_done_better() {
    // A request each 200 ms, worked out in 100 ms: nobody asks for what is being worked out.
    let used = |cache: &str| run(&format!("cache: {cache}"), 1, "Uniform(n: 100)", 5, 2_000).caches["p"];
    let (lru, fifo, all) = (used("Lru(entries: 50)"), used("Fifo(entries: 50)"), used("Unbounded"));
    assert_eq!(lru.lookups, 10_000);
    // Half of what may be asked for is there.
    assert!((lru.hit_ratio - 0.5).abs() < 0.02, "{lru:?}");
    // All but the first of each key; and that is what a cache without bound has.
    assert_eq!(lru.bounds.unbounded, 9_900);
    assert_eq!((all.bounds.hits, all.bounds.clairvoyant), (9_900, None));
    // The bound is one of the requests, not of who was asked.
    assert_eq!(lru.bounds.clairvoyant, fifo.bounds.clairvoyant);
    let clairvoyant = lru.bounds.clairvoyant.expect("its size did not change");
    assert!(lru.bounds.hits + 1_000 < clairvoyant && clairvoyant < lru.bounds.unbounded, "{lru:?}");
    // Two machines that take turns see every second request each, and have room for twice as much.
    let two = run("cache: Lru(entries: 50)", 2, "Uniform(n: 100)", 5, 2_000).caches["p"];
    assert_eq!(two.bounds.unbounded, 9_800);
    // The first ones are enough to tell.
    let long = run("cache: Lru(entries: 50)", 1, "Uniform(n: 100)", 200, 1_200).caches["p"];
    assert_eq!((long.lookups, long.bounds.lookups), (240_000, 200_000));
}
