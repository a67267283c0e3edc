//! How close does the simulator come to a loop written by hand for one queue?
//!
//! `cargo bench --no-default-features --bench simulator`, or only a part of it: `… -- models`, `… -- growth`,
//! `… -- crowd`.
//!
//! The hand-written loops know nothing but their one model: a heap of 128-bit keys (time and sequence) whose top is
//! replaced, a queue of arrival times, two exponential draws a customer, one histogram. scalelab runs the same model
//! through its public API: the text of a scenario, every meter on. Rounds alternate; what counts is the median ratio.
//! Mean and 99th percentile of the response are printed beside it, since a fast simulator that is wrong is no use.

mod yardstick;

use std::sync::Arc;
use std::time::Instant;

use scalelab::analysis::queueing::MMc;
use scalelab::engine;
use scalelab::scenario::{Host, Scenario, load};
use yardstick::{Measured, Pick};

const ROUNDS: usize = 5;
const CUSTOMERS: u64 = 1_000_000;

/// One model, by hand and as a scenario.
struct Model {
    name: &'static str,
    machines: u32,
    cores: u32,
    balance: &'static str,
    utilisation: f64,
    by_hand: Pick,
    /// Times the hand-written loop that is asked for, at most.
    asked: f64,
}

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|asked| asked == part);
    if wants("models") {
        models();
    }
    if wants("growth") {
        growth();
    }
    if wants("crowd") {
        crowd();
    }
}

/// Each model by hand and as a scenario.
fn models() {
    println!(
        "{:<34} {:>9} {:>9} {:>7} {:>21} {:>19}",
        "", "hand ns", "here ns", "ratio", "mean (hand, here)", "p99 (hand, here)"
    );
    for model in [
        Model {
            name: "M/M/16 at 0.8",
            machines: 1,
            cores: 16,
            balance: "RoundRobin",
            utilisation: 0.8,
            by_hand: Pick::Central,
            asked: 2.2,
        },
        Model {
            name: "1,000 machines at 0.9, two choices",
            machines: 1_000,
            cores: 1,
            balance: "PowerOfTwo",
            utilisation: 0.9,
            by_hand: Pick::PowerOfTwo,
            asked: 3.0,
        },
        Model {
            name: "1,000 machines at 0.9, least loaded",
            machines: 1_000,
            cores: 1,
            balance: "LeastOutstanding",
            utilisation: 0.9,
            by_hand: Pick::LeastLoaded,
            asked: 3.0,
        },
    ] {
        compare(&model);
    }
    println!("\nmean response of M/M/16 by Erlang C: {:.4}", MMc::new(12.8, 1.0, 16).expect("stable").mean_response());
}

/// What a request costs with more and more machines.
fn growth() {
    println!("\n{:<34} {:>12} {:>12}", "two choices at 0.8", "ns a request", "times before");
    let mut before = None;
    for machines in [10, 100, 1_000, 10_000, 100_000] {
        let jobs = CUSTOMERS.max(u64::from(machines) * 20);
        let scenario = scenario(machines, 1, "PowerOfTwo", 0.8, jobs, 1.0);
        let nanos = median((0..3).map(|_| time(|| _ = run(&scenario)) / jobs as f64).collect());
        let growth = before.map_or("-".to_owned(), |before: f64| format!("{:.2}", nanos / before));
        println!("{machines:<34} {nanos:>12.0} {growth:>12}");
        before = Some(nanos);
    }
}

/// Many machines under much load: 8 ms of work a request, so that 80 % of them are at work.
fn crowd() {
    let busy = scenario(10_000, 1, "PowerOfTwo", 0.8, 10_000_000, 0.008);
    let secs = time(|| _ = run(&busy)) / 1e9;
    println!("\n10,000 machines, 1,000,000 requests/s, 10 s simulated: {secs:.1} s (10 asked for)");
}

fn compare(model: &Model) {
    let Model { name, machines, cores, balance, utilisation, by_hand, asked } = *model;
    let scenario = scenario(machines, cores, balance, utilisation, CUSTOMERS, 1.0);
    let (mut hand, mut here, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut by_loop, mut by_us) = (Measured::default(), Measured::default());
    for round in 0..ROUNDS {
        let one = time(|| by_loop = yardstick::run(by_hand, machines, cores, utilisation, CUSTOMERS, round as u64));
        let other = time(|| by_us = run(&scenario));
        hand.push(one / CUSTOMERS as f64);
        here.push(other / CUSTOMERS as f64);
        ratios.push(other / one);
    }
    let (hand, here, ratio) = (median(hand), median(here), median(ratios));
    let verdict = if ratio <= asked { "as asked" } else { "MISSED" };
    println!(
        "{name:<34} {hand:>9.0} {here:>9.0} {ratio:>7.2} {:>10.4} {:>10.4} {:>9.3} {:>9.3}  {verdict}: {asked}",
        by_loop.mean, by_us.mean, by_loop.p99, by_us.p99
    );
}

/// So many requests at machines of one pool, as a person would write it; `mean` is seconds of work in each.
fn scenario(machines: u32, cores: u32, balance: &str, utilisation: f64, jobs: u64, mean: f64) -> Arc<Scenario> {
    let rate = f64::from(machines) * f64::from(cores) * utilisation / mean;
    let secs = jobs as f64 / rate;
    let text = format!(
        "(version: 1, title: \"bench\", seed: 1, duration: \"{secs:.6}s\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: {cores}, usd_per_hour: 0.1), count: {machines})],
            balance: {balance}, serve: Fifo(queue_max: 1_000_000)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"{mean}s\")))]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: {rate:?})]))])"
    );
    Arc::new(load(&text, "bench", &Host { cores: 1, cpu: String::new() }).unwrap_or_else(|errors| panic!("{errors}")))
}

fn run(scenario: &Arc<Scenario>) -> Measured {
    let summary = engine::simulate(scenario.clone()).expect("a simulated run").summary;
    Measured { mean: summary.latency_secs.mean, p99: summary.latency_secs.p99 }
}

/// Nanoseconds of wall time on this one thread.
fn time(work: impl FnOnce()) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
