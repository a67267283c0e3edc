//! Latency counts from when a job was meant to come in, and what is omitted otherwise can be seen.
//!
//! One stall of S seconds in a lightly loaded run of T: of all jobs a share (S - x) / T takes longer than x, so that the 99th percentile
//! is S - 0.01 T. Who waits for each answer before it asks again asks once in that time, and omits all others.

use std::sync::Arc;

use scalelab::engine::{self, handle::Handle, handle::Options};
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, Scenario, load};

fn scenario(mode: &str, secs: f64, stall_secs: f64, group: &str, work: &str) -> Scenario {
    let text = format!(
        "(version: 1, title: \"stall\", seed: 3, duration: \"{}ms\", mode: {mode},
          pools: {{ \"p\": (groups: [({group})], serve: Fifo(queue_max: 100000)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: {work})]) }},
          traffic: [(job: \"j\", arrivals: Open(process: Regular, load: [(over: \"0s\", to: 100)]))],
          timeline: [(at: \"1s\", do: Inject(fault: Pause(worker: (\"p\", 0)), for: \"{}ms\"))])",
        (secs * 1e3) as u64,
        (stall_secs * 1e3) as u64,
    );
    let host = Host { cores: 2, cpu: "test".to_owned() };
    load(&text, "a test", &host).unwrap_or_else(|errors| panic!("{errors}"))
}

fn check(summary: &Summary, secs: f64, stall_secs: f64) {
    let (p99, by_arithmetic) = (summary.latency_secs.p99, stall_secs - 0.01 * secs);
    assert!((p99 / by_arithmetic - 1.0).abs() < 0.05, "{p99} s, by arithmetic {by_arithmetic} s");
    let omitting = summary.latency_omitting_secs.expect("an open source");
    assert!(omitting.p99 < by_arithmetic / 5.0, "{omitting:?}");
    assert!((omitting.max / stall_secs - 1.0).abs() < 0.1, "one of them did wait: {omitting:?}");
}

#[test]
fn a_simulated_stall_is_in_the_percentiles_and_omitted_by_who_waits() {
    let group = "place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.1)";
    let scenario = scenario("Simulate", 200.0, 10.0, group, "Service(\"100us\")");
    check(&engine::simulate(Arc::new(scenario)).expect("it is simulated").summary, 200.0, 10.0);
}

#[test]
fn so_is_a_real_one() {
    let group = "place: Threads, instance: Custom(cores: 1, usd_per_hour: 0.1)";
    let scenario = scenario("Live", 6.0, 2.0, group, "Kernel(Empty)");
    let handle = Handle::start(Arc::new(scenario), Options::default()).expect("it starts");
    check(&handle.join().expect("it ends well").summary, 6.0, 2.0);
}

#[test]
fn clients_that_wait_omit_nothing_more() {
    let text = "(version: 1, title: \"closed\", duration: \"2s\", mode: Simulate,
      pools: { \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.1))]) },
      jobs: { \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(\"1ms\"))]) },
      traffic: [(job: \"j\", arrivals: Closed(clients: 3, think: \"1ms\"))])";
    let scenario = load(text, "a test", &Host { cores: 2, cpu: "test".to_owned() }).expect("a scenario");
    assert_eq!(engine::simulate(Arc::new(scenario)).expect("it is simulated").summary.latency_omitting_secs, None);
}
