//! Balancers in runs: measures that are as old as the network makes them, an oracle that is a central queue, and probes.

use std::sync::Arc;

use scalelab::engine;
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, load};

/// Poisson arrivals of jobs of 100 ms to machines of these groups.
fn run(balance: &str, groups: &str, rate: f64, work: &str) -> Summary {
    let text = format!(
        "(version: 1, title: \"balancing\", seed: 7, duration: \"10m\", warmup: \"1m\", mode: Simulate,
          pools: {{ \"p\": (groups: [{groups}], balance: {balance}, serve: Fifo(queue_max: 100_000)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service({work}))]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: {rate})]))])"
    );
    let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
    let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    engine::simulate(Arc::new(scenario)).expect("a simulated run").summary
}

fn machines(link: &str, count: u32, speed: f64) -> String {
    format!(
        "(place: Modelled(link: {link}), instance: Custom(cores: 1, speed: {speed:?}, usd_per_hour: 1), count: {count})"
    )
}

#[test]
fn the_least_work_left_is_a_central_queue() {
    // On machines of one core alike, whoever has the least work left is free first (Kiefer and Wolfowitz 1955): the same
    // jobs wait as long, to the nanosecond.
    let run = |balance| run(balance, &machines("None", 10, 1.0), 85.0, "HyperExponential(mean: \"100ms\", cv: 2)");
    let (oracle, central) = (run("LeastLoaded(by: WorkLeft)"), run("CentralQueue"));
    let times = |summary: &Summary| {
        let latency = &summary.latency_secs;
        [latency.mean, latency.p50, latency.p95, latency.p99, latency.max]
    };
    assert!(oracle.totals.jobs.arrived > 40_000);
    for (one, other) in times(&oracle).into_iter().zip(times(&central)) {
        assert!((one - other).abs() <= 1e-6 * other, "{:?} is not {:?}", times(&oracle), times(&central));
    }
}

#[test]
fn a_report_is_as_old_as_the_network_makes_it() {
    // What a machine says with its answer is old when it comes: by 200 ms more it misleads more.
    let run =
        |link| run("LeastLoaded(by: QueueLength)", &machines(link, 10, 1.0), 70.0, "Exponential(mean: \"100ms\")");
    let slow = "Custom(latency: \"200ms\")";
    let (near, far) = (run("None").latency_secs.mean, run(slow).latency_secs.mean - 0.4);
    assert!(far > 1.2 * near, "{far} s with old reports, {near} s with new ones");
}

#[test]
fn probes_and_latency_find_the_quick_machines() {
    // Half of the machines are four times as fast; round robin drowns the slow ones: at 45 jobs/s five of them get 22.5,
    // and can do 50 x 0.25 = 12.5.
    let groups = format!("{}, {}", machines("Lan", 5, 1.0), machines("Lan", 5, 0.25));
    let mean = |balance| run(balance, &groups, 45.0, "Exponential(mean: \"100ms\")").latency_secs.mean;
    let blind = mean("RoundRobin");
    for balance in ["Prequal()", "LeastLoaded(by: PeakEwma(decay: \"5s\"))", "PowerOfD(d: 3, by: Ewma(decay: \"5s\"))"]
    {
        let seeing = mean(balance);
        assert!(seeing < 0.5 && seeing < blind / 20.0, "{balance}: {seeing} s, round robin {blind} s");
    }
}

#[test]
fn real_work_has_no_oracle() {
    let text = "(version: 1, title: \"no oracle\", duration: \"1m\", mode: Live,
          pools: { \"p\": (groups: [(place: Threads, instance: \"this\")], balance: LeastLoaded(by: WorkLeft)) },
          jobs: { \"j\": (stages: [(name: \"s\", pool: \"p\", work: Kernel(Empty))]) },
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 1)]))])";
    let refused =
        load(text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect_err("nobody knows").to_string();
    assert!(refused.contains("nobody knows how much is left"), "{refused}");
}
