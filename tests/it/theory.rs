//! Simulation against queueing theory: M/M/1 and M/M/4, lightly and heavily loaded.
//!
//! Exact, for rate lambda, mean service 1/mu and load a = lambda / mu < c (Erlang 1917): the chance to wait is
//! C = B / (1 - rho (1 - B)) with 1/B(c) = 1 + (c/a) / B(c-1) and rho = a/c; the mean wait is C / (c mu - lambda).
//!
//! A run begins empty, which is not the steady state. It forgets that with the relaxation time of the queue, about
//! 1 / (sqrt(c mu) - sqrt(lambda))^2, and the warm-up leaves out ten of those, after which 5e-5 of the bias is left.

use scalelab::experiment::replications;
use scalelab::scenario::{Host, Scenario, load};

/// Mean service in seconds.
const SERVICE_SECS: f64 = 0.01;
const REPLICATIONS: u64 = 20;
/// Student's t at 0.995 with 19 degrees of freedom: twenty means within it of the truth 99 times of 100.
const T_99: f64 = 2.860_934_606_464_979;
/// Relaxation times that the warm-up leaves out, and that the measured part of a run takes.
const WARMUP: f64 = 10.0;
const MEASURED: f64 = 150.0;
/// Fewest jobs of a run.
const JOBS_MIN: f64 = 4_000.0;

#[test]
fn one_server_agrees_with_theory_at_three_loads() {
    for (rho, seed) in [(0.5, 101), (0.8, 102), (0.95, 103)] {
        check(1, rho, seed);
    }
}

#[test]
fn four_servers_agree_with_theory_at_three_loads() {
    for (rho, seed) in [(0.5, 401), (0.8, 402), (0.95, 403)] {
        check(4, rho, seed);
    }
}

#[test]
fn the_closed_form_gives_textbook_numbers() {
    // One server: 1 / (mu - lambda). Two at lambda 1.8, mu 1: a mean wait of 4.26316.
    assert!((latency_secs(1, 80.0, 100.0) - 0.05).abs() < 1e-12);
    assert!((latency_secs(2, 1.8, 1.0) - 1.0 - 4.263_157_894_7).abs() < 1e-9);
}

fn check(servers: u32, rho: f64, seed: u64) {
    let service_rate = 1.0 / SERVICE_SECS;
    let arrival_rate = rho * f64::from(servers) * service_rate;
    let exact = latency_secs(servers, arrival_rate, service_rate);
    let scenario = scenario(servers, arrival_rate, seed);
    let runs = replications::replicate(&scenario, REPLICATIONS, |finished| finished.summary).expect("simulated runs");
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;

    let latencies: Vec<f64> = runs.iter().map(|run| run.latency_secs.mean).collect();
    let (latency, n) = (mean(&latencies), latencies.len() as f64);
    let variance = latencies.iter().map(|value| (value - latency).powi(2)).sum::<f64>() / (n - 1.0);
    let half_width = T_99 * (variance / n).sqrt();

    let in_system: Vec<f64> = runs.iter().map(|run| run.jobs_in_system_mean).collect();
    let (little_l, throughput) =
        (mean(&in_system), mean(&runs.iter().map(|run| run.throughput_jobs_per_sec).collect::<Vec<_>>()));
    let little_w: Vec<f64> = runs.iter().map(|run| run.throughput_jobs_per_sec * run.latency_secs.mean).collect();
    let jobs: u64 = runs.iter().map(|run| run.latency_secs.count).sum();
    println!(
        "M/M/{servers} at {rho}, seed {seed}: latency {:.3} ms +- {:.3}, exact {:.3} ms; L {little_l:.3}, lambda W {:.3}; {jobs} jobs",
        latency * 1e3,
        half_width * 1e3,
        exact * 1e3,
        mean(&little_w)
    );
    assert!((latency - exact).abs() <= half_width, "the exact mean latency is outside of the 99 % interval");
    assert!(half_width < 0.1 * exact, "an interval this wide shows nothing");
    assert!((throughput / arrival_rate - 1.0).abs() < 0.01, "{throughput} jobs/s of {arrival_rate}");
    // L by its own meter, which knows no latency; W by the latencies, which know no number of jobs.
    let product = mean(&little_w);
    assert!((little_l / product - 1.0).abs() < 0.01, "L {little_l} is not lambda W {product}");
    for run in &runs {
        let busy = run.utilisation;
        assert!((busy - rho).abs() < 0.1, "utilisation {busy} at a load of {rho}");
    }
}

fn scenario(servers: u32, arrival_rate: f64, seed: u64) -> Scenario {
    let capacity = f64::from(servers) / SERVICE_SECS;
    let relaxation_secs = (capacity.sqrt() - arrival_rate.sqrt()).powi(-2);
    let warmup_secs = (WARMUP * relaxation_secs).max(1.0).ceil();
    let secs = warmup_secs + (MEASURED * relaxation_secs).max(JOBS_MIN / arrival_rate).ceil();
    let text = format!(
        "(version: 1, title: \"M/M/{servers}\", seed: {seed}, duration: \"{secs}s\", warmup: \"{warmup_secs}s\", mode: Simulate, \
         pools: {{ \"servers\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.05), \
         count: {servers})], balance: CentralQueue, serve: Fifo(queue_max: 1000000)) }}, \
         jobs: {{ \"request\": (stages: [(name: \"serve\", pool: \"servers\", work: Service(Exponential(mean: \"10ms\")))]) }}, \
         traffic: [(job: \"request\", arrivals: Open(load: [(over: \"0s\", to: {arrival_rate:?})]))])"
    );
    load(&text, "theory", &Host { cores: 1, cpu: String::new() }).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Mean seconds from arrival to end.
fn latency_secs(servers: u32, arrival_rate: f64, service_rate: f64) -> f64 {
    let offered = arrival_rate / service_rate;
    let lost = 1.0 / (1..=servers).fold(1.0, |inverse, c| 1.0 + inverse * f64::from(c) / offered);
    let rho = offered / f64::from(servers);
    let prob_wait = lost / (1.0 - rho * (1.0 - lost));
    prob_wait / (f64::from(servers) * service_rate - arrival_rate) + 1.0 / service_rate
}
