//! Real work beside its peers: does scalelab do it as fast as the machine allows, and what does its own machinery cost?
//!
//! `benches/work/run` makes a Python environment with numpy and dask, and runs this; without it (`cargo bench
//! --no-default-features --bench work`) the peers are left out. Each round measures everything once, so that a busy machine is
//! busy for all; what counts is the best round of each.

use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use scalelab::engine::handle::{Finished, Handle, Options};
use scalelab::scenario::{Host, load};
use scalelab::workload::{ArrayMean, Data, Kernel, MatrixProduct, Scratch};

const ROUNDS: usize = 3;
/// Rows, columns and inner size of the product.
const SIDE: u64 = 2_048;
const TASK_MICROS: f64 = 10.0;

/// Something to measure: what it is called, and the seconds that it takes once.
struct Row {
    name: &'static str,
    measure: fn() -> Option<f64>,
    best: Option<f64>,
}

fn main() {
    let row = |name, measure| Row { name, measure, best: None };
    let mut rows = [
        row("product of 2,048 x 2,048: OpenBLAS by numpy", || peer("product")),
        row("product of 2,048 x 2,048: scalelab, data made as well", product),
        row("mean of 10,000 x 10,000: dask.array, two threads", || peer("mean")),
        row("mean of 10,000 x 10,000: two bare threads", bare_mean),
        row("mean of 10,000 x 10,000: scalelab, live", live_mean),
        row("an empty task: Dask distributed", || peer("tasks")),
        row("an empty task: scalelab, live", live_empty),
        row("tasks of 10 us: scalelab, live", live_short),
    ];
    for _ in 0..ROUNDS {
        for row in &mut rows {
            let secs = (row.measure)();
            row.best = [row.best, secs].into_iter().flatten().min_by(f64::total_cmp);
        }
    }
    for row in &rows {
        let secs = row.best.map_or("not installed".to_owned(), |secs| format!("{:.3} us", secs * 1e6));
        println!("{:<58} {secs:>18}", row.name);
    }
    let [blas, product, dask, bare, live, distributed, empty, short] = rows.map(|row| row.best);
    let gflops = |secs: f64| 2.0 * (SIDE as f64).powi(3) / secs / 1e9;
    ratio("product, GFLOP/s", product.map(gflops), None);
    ratio("product, speed of OpenBLAS", blas.zip(product).map(|(blas, own)| blas / own), Some(0.95));
    ratio("mean, times as fast as dask.array", dask.zip(live).map(|(dask, live)| dask / live), Some(10.0));
    ratio("mean, bare threads as a share of live", bare.zip(live).map(|(bare, live)| bare / live), Some(1.0 / 1.3));
    ratio("empty tasks, times as fast as Dask", distributed.zip(empty).map(|(dask, own)| dask / own), Some(1_000.0));
    ratio("empty tasks, millions a second", empty.map(|secs| 1e-6 / secs), Some(2.0));
    ratio("tasks of 10 us, efficiency", short.map(|secs| TASK_MICROS * 1e-6 / 2.0 / secs), Some(0.8));
}

/// Prints a figure, and whether it is what was asked for at least.
fn ratio(what: &str, value: Option<f64>, least: Option<f64>) {
    let Some(value) = value else { return };
    let verdict = match least {
        Some(least) if value >= least => format!("(at least {least:.2})"),
        Some(least) => format!("(MISSED: at least {least:.2})"),
        None => String::new(),
    };
    println!("{what:<44} {value:>10.3} {verdict}");
}

/// What the peer says, where there is one.
fn peer(what: &str) -> Option<f64> {
    let python = std::env::var_os("WORK_PYTHON")?;
    let output = Command::new(python).args(["benches/work/peers.py", what]).output().expect("Python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let secs = text.trim().parse().ok();
    assert!(secs.is_some(), "{what}: {text} {}", String::from_utf8_lossy(&output.stderr));
    secs
}

fn timed(work: impl FnOnce()) -> f64 {
    #[expect(clippy::disallowed_methods, reason = "work is timed here")]
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}

fn product() -> Option<f64> {
    let kernel = MatrixProduct::new([SIDE, SIDE], SIDE, [SIDE, SIDE]);
    let mut scratch = Scratch::with_doubles(kernel.scratch_doubles()).expect("40 MB");
    let data = Data { seed: 42, data_seed: 7, chunk: 0 };
    (0..2).map(|_| timed(|| _ = std::hint::black_box(kernel.run(data, &[], &mut scratch)))).min_by(f64::total_cmp)
}

/// The same 100 chunks by the same kernel on two threads that have nothing else to do.
fn bare_mean() -> Option<f64> {
    let kernel = ArrayMean::new([10_000, 10_000], [1_000, 1_000]);
    let mut scratches = [0, 1].map(|_| Scratch::with_doubles(kernel.scratch_doubles()).expect("8 MB"));
    let mut job = || {
        timed(|| {
            std::thread::scope(|scope| {
                for (number, scratch) in (0u32..).zip(&mut scratches) {
                    let kernel = &kernel;
                    scope.spawn(move || {
                        for chunk in (number..100).step_by(2) {
                            std::hint::black_box(kernel.run(Data { seed: 42, data_seed: 7, chunk }, &[], scratch));
                        }
                    });
                }
            });
        })
    };
    (0..20).map(|_| job()).min_by(f64::total_cmp)
}

/// One client, so one job at a time: seconds of a whole job.
fn live_mean() -> Option<f64> {
    let stages = "(name: \"map\", pool: \"this\", work: Kernel(ArrayMean(shape: (10000, 10000), chunk: (1000, 1000)))), \
                  (name: \"combine\", pool: \"this\", after: [(\"map\", Gather)], work: Kernel(Combine(fan_in: 100)))";
    Some(1.0 / live(8, 1, stages).summary.throughput_jobs_per_sec)
}

fn live_empty() -> Option<f64> {
    let stage = "(name: \"map\", pool: \"this\", tasks: 100, work: Kernel(Empty))";
    Some(1.0 / live(64, 8, stage).summary.throughput_tasks_per_sec)
}

fn live_short() -> Option<f64> {
    let stage = "(name: \"map\", pool: \"this\", tasks: 100, work: Service(\"10us\"))";
    Some(1.0 / live(64, 8, stage).summary.throughput_tasks_per_sec)
}

/// A live run on two threads; neither caches nor memo answer a task.
fn live(prefetch: u32, clients: u32, stages: &str) -> Finished {
    let text = format!(
        "(version: 1, title: \"bench\", seed: 42, duration: \"2s\", warmup: \"500ms\", mode: Live, \
         pools: {{ \"this\": (groups: [(place: Threads, instance: Custom(cores: 2, usd_per_hour: 0.1))], \
         prefetch: {prefetch}, serve: Fifo(queue_max: 1000000)) }}, jobs: {{ \"job\": (stages: [{stages}]) }}, \
         traffic: [(job: \"job\", keys: Uniform(n: 16), arrivals: Closed(clients: {clients}, think: \"0s\"))])"
    );
    let host = Host { cores: 2, cpu: "bench".to_owned() };
    let scenario = load(&text, "bench", &host).unwrap_or_else(|errors| panic!("{errors}"));
    let options = Options { background: false, source: text.clone(), ..Options::default() };
    Handle::start(Arc::new(scenario), options).and_then(Handle::join).expect("it runs")
}
