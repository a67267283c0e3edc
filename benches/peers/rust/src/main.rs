//! The same queue by other engines of discrete-event simulation, interleaved: M/M/16 at 80 % utilisation.
//!
//! `benches/peers/run` builds this, makes a virtual environment for the Python peers, and runs both. Each round runs each
//! engine once, so that a busy machine is busy for all of them. What counts is CPU time a customer, the median of the
//! rounds. Engines of Rust draw from the same generator; all of them record every response.

mod by_desru;
mod by_nexosim;
mod by_simrs;
mod python;
mod station;
#[expect(dead_code, reason = "only one of its loops is compared here")]
#[path = "../../../yardstick/mod.rs"]
mod yardstick;

use std::sync::Arc;
use std::time::Instant;

use scalelab::analysis::queueing::MMc;
use scalelab::scenario::{Host, load};

/// What an engine says of its run, and what it took.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub(crate) struct Measured {
    /// Seconds of CPU.
    secs: f64,
    /// Mean response in seconds.
    mean: f64,
    /// Its 99th percentile.
    p99: f64,
}

/// An engine.
struct Engine {
    name: &'static str,
    /// Customers, fewer for slow ones.
    customers: u64,
    run: Box<dyn Fn(u64, u64) -> Option<Measured>>,
}

const ROUNDS: u64 = 5;
const MILLION: u64 = 1_000_000;
/// Arrivals a second, at 16 servers with services of 1 s.
pub(crate) const ARRIVALS: f64 = 12.8;
pub(crate) const SERVERS: u32 = 16;

fn main() {
    let mut engines = vec![
        Engine { name: "hand-written loop (yardstick)", customers: MILLION, run: Box::new(by_hand) },
        Engine { name: "scalelab, every meter on", customers: MILLION, run: Box::new(by_scalelab) },
        Engine { name: "desru (Rust)", customers: MILLION, run: Box::new(|n, seed| Some(by_desru::run(n, seed))) },
        Engine { name: "simrs (Rust)", customers: MILLION, run: Box::new(|n, seed| Some(by_simrs::run(n, seed))) },
        Engine { name: "NexoSim (Rust)", customers: MILLION, run: Box::new(|n, seed| Some(by_nexosim::run(n, seed))) },
    ];
    let peers = [
        ("Cimba (C, from Python)", "cimba", MILLION),
        ("SimPy (Python)", "simpy", 200_000),
        ("Ciw (Python)", "ciw", 100_000),
        ("happysimulator (Python)", "happysim", 50_000),
    ];
    for (name, script, customers) in peers {
        let run = move |n, seed| python::run(script, n, seed);
        engines.push(Engine { name, customers, run: Box::new(run) });
    }
    let mut rounds: Vec<Vec<Option<Measured>>> = vec![Vec::new(); engines.len()];
    for round in 0..ROUNDS {
        for (engine, seen) in engines.iter().zip(&mut rounds) {
            seen.push((engine.run)(engine.customers, round));
            eprintln!("round {} of {ROUNDS}: {}", round + 1, engine.name);
        }
    }
    print(&engines, &rounds);
}

fn print(engines: &[Engine], rounds: &[Vec<Option<Measured>>]) {
    let nanos = |engine: &Engine, one: Measured| one.secs * 1e9 / engine.customers as f64;
    let ours = 1;
    println!("| engine | customers | ns of CPU a customer | times scalelab | mean, s | p99, s |");
    println!("|---|---|---|---|---|---|");
    for (engine, seen) in engines.iter().zip(rounds) {
        let Some(seen) = seen.iter().copied().collect::<Option<Vec<Measured>>>() else {
            println!("| {} | | not installed | | | |", engine.name);
            continue;
        };
        let median_of = |value: &dyn Fn(usize) -> f64| median((0..seen.len()).map(value).collect());
        let cost = median_of(&|round| nanos(engine, seen[round]));
        let ratio = median_of(&|round| {
            let base = rounds[ours][round].map_or(f64::NAN, |base| nanos(&engines[ours], base));
            nanos(engine, seen[round]) / base
        });
        let (mean, p99) = (median_of(&|round| seen[round].mean), median_of(&|round| seen[round].p99));
        println!("| {} | {} | {cost:.0} | {ratio:.2} | {mean:.3} | {p99:.2} |", engine.name, engine.customers);
    }
    let exact = MMc::new(ARRIVALS, 1.0, SERVERS).expect("stable").mean_response();
    println!("\nMean response by Erlang C: {exact:.3} s.");
}

fn by_hand(customers: u64, seed: u64) -> Option<Measured> {
    let (secs, found) = timed(|| yardstick::run(yardstick::Pick::Central, 1, SERVERS, 0.8, customers, seed));
    Some(Measured { secs, mean: found.mean, p99: found.p99 })
}

fn by_scalelab(customers: u64, seed: u64) -> Option<Measured> {
    let secs = customers as f64 / ARRIVALS;
    let text = format!(
        "(version: 1, title: \"peers\", seed: {seed}, duration: \"{secs:.6}s\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: {SERVERS}, usd_per_hour: 0.1))],
            serve: Fifo(queue_max: 1_000_000)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"1s\")))]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: {ARRIVALS})]))])"
    );
    let host = Host { cores: 1, cpu: String::new() };
    let (secs, summary) = timed(|| {
        let scenario = load(&text, "peers", &host).unwrap_or_else(|errors| panic!("{errors}"));
        scalelab::engine::simulate(Arc::new(scenario)).expect("a simulated run").summary
    });
    Some(Measured { secs, mean: summary.latency_secs.mean, p99: summary.latency_secs.p99 })
}

/// Wall time of this one thread, which nothing here waits in: the CPU time of the engines in this program.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
