//! What crosses from stage to stage: exact, where one client works without pause on machines whose links are known.

use std::sync::Arc;

use scalelab::engine;
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, load};

/// So many tasks make 100 kB each, four more need them across this edge; links take 1 ms and a megabyte a second. Each task is
/// 10 ms of work.
fn run_with(makers: u32, edge: &str, machines: &str, pool: &str) -> Summary {
    run_while(makers, edge, machines, pool, "")
}

/// The same, while something else happens.
fn run_while(makers: u32, edge: &str, machines: &str, pool: &str, what: &str) -> Summary {
    let text = format!(
        "(version: 1, title: \"shuffle\", seed: 1, duration: \"100s\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: Custom(latency: \"1ms\", bandwidth: \"8Mbps\")), {machines})], {pool}) }},
          jobs: {{ \"j\": (stages: [
            (name: \"map\", pool: \"p\", tasks: {makers}, bytes_in: \"0B\", bytes_out: \"100kB\", work: Service(\"10ms\")),
            (name: \"reduce\", pool: \"p\", tasks: 4, after: [(\"map\", {edge})], bytes_in: \"0B\", bytes_out: \"0B\",
             work: Service(\"10ms\"))]) }},
          traffic: [(job: \"j\", arrivals: Closed(clients: 1, think: \"0s\"))], {what})"
    );
    let loaded = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
    let scenario = loaded.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    let summary = engine::simulate(Arc::new(scenario)).expect("a simulated run").summary;
    assert!(summary.checks.iter().all(|check| check.holds), "{:?}", summary.checks);
    summary
}

fn run(edge: &str, machines: &str, pool: &str) -> Summary {
    run_with(4, edge, machines, pool)
}

const FOUR: &str = "instance: Custom(cores: 1, usd_per_hour: 1), count: 4";
const IN_TURN: &str = "balance: RoundRobin";
/// Both stages without what crosses: twice a way there, work, and a way back.
const BARE: f64 = 0.024;

fn crossing(edge: &str) -> f64 {
    run(edge, FOUR, IN_TURN).latency_secs.mean - BARE
}

fn is_about(measured: f64, expected: f64) -> bool {
    (measured - expected).abs() < 1e-4
}

#[test]
fn each_edge_moves_what_it_says_over_the_cards_of_those_who_need_it() {
    // Three quarters of a quarter of 400 kB are elsewhere, and a way of 1 ms.
    assert!(is_about(crossing("Shuffle"), 0.001 + 0.075), "{}", crossing("Shuffle"));
    // The hottest of four partitions, by 1, 1/2, 1/3, 1/4, is 48 % of all.
    let hottest = 0.4 * 0.75 / (1.0 + 0.5 + 1.0 / 3.0 + 0.25);
    assert!(is_about(crossing("Shuffle(skew: 1)"), 0.001 + hottest), "{}", crossing("Shuffle(skew: 1)"));
    assert!(is_about(crossing("Broadcast"), 0.001 + 0.3), "{}", crossing("Broadcast"));
    // Through the dispatcher: 100 kB there with each answer, and a quarter of 400 kB back with each request.
    assert!(is_about(crossing("Shuffle(via: Tasks)"), 0.1 + 0.1), "{}", crossing("Shuffle(via: Tasks)"));
    assert!(is_about(crossing("Broadcast(via: Tasks)"), 0.1 + 0.4), "{}", crossing("Broadcast(via: Tasks)"));
    assert!(is_about(crossing("Gather"), 0.1), "{}", crossing("Gather"));
}

#[test]
fn an_all_reduce_takes_as_long_as_its_law_says() {
    // 2 (n - 1) steps of 1 ms, and 2 (n - 1) / n of 100 ms; or twice two levels of both whole.
    assert!(is_about(crossing("AllReduce(by: Ring)"), 0.006 + 0.150), "{}", crossing("AllReduce(by: Ring)"));
    assert!(is_about(crossing("AllReduce(by: Tree)"), 4.0 * 0.101), "{}", crossing("AllReduce(by: Tree)"));
    // Alone there is nobody to exchange anything with.
    let alone = run("AllReduce(by: Ring)", "instance: Custom(cores: 4, usd_per_hour: 1)", IN_TURN);
    assert!(is_about(alone.latency_secs.mean, BARE), "{:?}", alone.latency_secs);
}

#[test]
fn a_card_takes_in_one_after_the_other() {
    // Two machines of two cores: half of a quarter of 400 kB for each of two tasks, one after the other.
    let two = run("Shuffle", "instance: Custom(cores: 2, usd_per_hour: 1), count: 2", IN_TURN);
    assert!(is_about(two.latency_secs.mean - BARE, 0.001 + 0.1), "{:?}", two.latency_secs);
    assert_eq!(two.fetched_bytes, two.local_bytes);
}

#[test]
fn a_card_sends_one_after_the_other() {
    // One has it all, and three others need all of it: each would have it after 100 ms if it were alone.
    let from_one = run_with(1, "Broadcast", FOUR, IN_TURN);
    assert!(is_about(from_one.latency_secs.mean - BARE, 0.001 + 0.3), "{:?}", from_one.latency_secs);
    assert_eq!(from_one.fetched_bytes, 3 * from_one.local_bytes);
}

#[test]
fn what_is_fetched_waits_until_a_card_is_no_longer_cut_off() {
    let cut = |worker: u32, at: &str| {
        let what = format!(
            "timeline: [(at: \"{at}\", do: Inject(fault: Partition(worker: (\"p\", {worker})), for: \"500ms\"))]"
        );
        run_while(1, "Broadcast", FOUR, IN_TURN, &what).latency_secs.max
    };
    // The last to be sent to is cut off until 0.7 s, before it has it all at 0.314 s.
    assert!(is_about(cut(3, "200ms"), 0.7 + 0.011), "{}", cut(3, "200ms"));
    // Who has it all is cut off until 0.5125 s, before it sends any at 0.013 s.
    assert!(is_about(cut(0, "12500us"), 0.5125 + 0.301 + 0.011), "{}", cut(0, "12500us"));
}

#[test]
fn work_goes_where_its_data_is_and_moves_less() {
    // One task makes a megabyte, the next needs it.
    let run = |balance: &str| {
        let text = format!(
            "(version: 1, title: \"locality\", seed: 1, duration: \"200s\", mode: Simulate,
              pools: {{ \"p\": (groups: [(place: Modelled(link: Custom(latency: \"1ms\", bandwidth: \"80Mbps\")), {FOUR})],
                  balance: {balance}) }},
              jobs: {{ \"j\": (stages: [(name: \"make\", pool: \"p\", bytes_out: \"1MB\", work: Service(\"10ms\")),
                (name: \"use\", pool: \"p\", after: [(\"make\", Broadcast)], work: Service(\"10ms\"))]) }},
              traffic: [(job: \"j\", arrivals: Closed(clients: 4, think: \"0s\"))])"
        );
        let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("it is one");
        engine::simulate(Arc::new(scenario)).expect("a simulated run").summary
    };
    let share = |summary: &Summary| summary.local_bytes as f64 / (summary.local_bytes + summary.fetched_bytes) as f64;
    let (anywhere, local) = (run("Random"), run("Local(percent: 300)"));
    assert!((share(&anywhere) - 0.25).abs() < 0.03, "{}", share(&anywhere));
    assert!(share(&local) > 0.9, "{}", share(&local));
    assert!(local.latency_secs.mean < 0.6 * anywhere.latency_secs.mean, "{:?}", local.latency_secs);
}

/// Three services, each with a machine of four cores behind 2 ms links; the first calls the second, and that one the third.
fn services(layout: &str, per_sec: u32) -> Summary {
    let machine = "groups: [(place: Modelled(link: Custom(latency: \"2ms\", bandwidth: \"10Gbps\")), \
                   instance: Custom(cores: 4, usd_per_hour: 1))]";
    let text = format!(
        "(version: 1, title: \"services\", seed: 1, duration: \"200s\", mode: Simulate, layout: {layout},
          pools: {{ \"a\": ({machine}), \"b\": ({machine}), \"c\": ({machine}) }},
          jobs: {{ \"j\": (stages: [
            (name: \"front\", pool: \"a\", bytes_in: \"0B\", bytes_out: \"0B\", calls: [\"logic\"], work: Service(\"10ms\")),
            (name: \"logic\", pool: \"b\", bytes_in: \"0B\", bytes_out: \"0B\", calls: [\"store\"], work: Service(\"20ms\")),
            (name: \"store\", pool: \"c\", bytes_in: \"0B\", bytes_out: \"0B\", work: Service(\"30ms\"))]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: {per_sec})]))])"
    );
    let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
    let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    let summary = engine::simulate(Arc::new(scenario)).expect("a simulated run").summary;
    assert!(summary.checks.iter().all(|check| check.holds), "{:?}", summary.checks);
    summary
}

#[test]
fn one_switch_makes_a_monolith_of_microservices() {
    // Work of 60 ms, and 4 ms there and back for each hop: three of them apart, one together.
    let (apart, together) = (services("Microservices", 10), services("Monolith", 10));
    assert!((apart.latency_secs.p50 - 0.072).abs() < 0.002, "{:?}", apart.latency_secs);
    assert!((together.latency_secs.p50 - 0.064).abs() < 0.002, "{:?}", together.latency_secs);
    // Callers hold their cores while they wait: twelve together have only the work to do.
    let held = 10.0 * (0.03 + 0.054 + 0.068) / 12.0;
    assert!((together.utilisation - 0.05).abs() < 0.002, "{}", together.utilisation);
    assert!((apart.utilisation - held).abs() < 0.006, "{} and {held}", apart.utilisation);
    // So the same machines carry a load together that they do not carry apart.
    let (apart, together) = (services("Microservices", 100), services("Monolith", 100));
    assert!(together.throughput_jobs_per_sec > 95.0 && together.latency_secs.p95 < 0.1, "{:?}", together.latency_secs);
    assert!(apart.throughput_jobs_per_sec < 70.0, "{}", apart.throughput_jobs_per_sec);
}
