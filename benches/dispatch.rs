//! What does the path to a live thread and back cost, with empty tasks?
//!
//! `cargo bench --no-default-features --bench dispatch`. Prints microseconds of wall time a task, the best of five
//! rounds: one thread hands out and fetches (as the engine does), each core holds so many attempts besides the one that
//! it runs (the prefetch of a pool). This is the live worker alone, without cluster and metrics. Real chunks of
//! 1,000 x 1,000 doubles follow, to show what a second core brings. Where all cores are busy, the thread that hands out
//! waits for the scheduler before it runs, and a small prefetch leaves cores without work for that long.

use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::{Receiver, bounded};
use scalelab::base::{AttemptId, Bytes, JobId, JobType, PoolId, StageIx};
use scalelab::cluster::Call;
use scalelab::scenario::{Job, Kernel, Stage, Work};
use scalelab::workload::Workbook;
use scalelab::world::threads::{FromThread, Inputs, Threads};

const EMPTY_TASKS: u64 = 200_000;
const CHUNKS: u64 = 2_000;
const TASKS_PER_JOB: u64 = 100;
const ROUNDS: usize = 5;

fn main() {
    let mean = Kernel::ArrayMean { shape: [10_000, 10_000], chunk: [1_000, 1_000] };
    for cores in [1, 2] {
        for prefetch in [2, 8, 64] {
            let micros = best_round(Kernel::Empty, EMPTY_TASKS, cores, prefetch);
            println!("dispatch: {cores} cores, prefetch {prefetch:2}: {micros:.3} us a task");
        }
    }
    for prefetch in [2, 8] {
        let [one, two] = [1, 2].map(|cores| best_round(mean, CHUNKS, cores, prefetch));
        let ratio = one / two;
        println!(
            "chunks, prefetch {prefetch}: 1 core {one:.0} us, 2 cores {two:.0} us a chunk: {ratio:.2} times as fast"
        );
    }
}

fn best_round(kernel: Kernel, tasks: u64, cores: u32, prefetch: u32) -> f64 {
    (0..ROUNDS).map(|_| round(kernel, tasks, cores, prefetch)).fold(f64::INFINITY, f64::min)
}

/// Microseconds a task.
fn round(kernel: Kernel, tasks: u64, cores: u32, prefetch: u32) -> f64 {
    let in_hand = u64::from(cores * (1 + prefetch));
    let origin = now();
    let (deliver, inbox) = bounded(in_hand as usize);
    // A send fails only when the round is over.
    let deliver = move |done, _| deliver.send(done).unwrap_or_default();
    let workbook = Arc::new(workbook(kernel));
    let mut threads = Threads::start(&workbook, 42, cores, cores, origin, deliver).expect("two threads");
    run(&mut threads, &inbox, tasks / 10, in_hand);
    let began = now();
    run(&mut threads, &inbox, tasks, in_hand);
    (now() - began).as_secs_f64() * 1e6 / tasks as f64
}

fn run(threads: &mut Threads, inbox: &Receiver<FromThread>, tasks: u64, in_hand: u64) {
    let mut execute = |serial| assert!(threads.execute(AttemptId::from_bits(serial), call(serial), Inputs::None));
    (0..in_hand).for_each(&mut execute);
    for serial in in_hand..tasks + in_hand {
        let done = inbox.recv().expect("the threads live");
        assert!(done.partial.is_some());
        if serial < tasks {
            execute(serial);
        }
    }
}

fn call(serial: u64) -> Call {
    let (kind, stage) = (JobType(0), StageIx(0));
    let (task, key) = ((serial % TASKS_PER_JOB) as u32, serial / TASKS_PER_JOB);
    Call { job: JobId::from_bits(serial), serial, kind, stage, task, visit: 0, tries: 0, key }
}

fn workbook(kernel: Kernel) -> Workbook {
    let stage = Stage {
        table: None,
        name: "map".to_owned(),
        pool: PoolId(0),
        after: Vec::new(),
        tasks: TASKS_PER_JOB as u32,
        work: Work::Kernel(kernel),
        then: Vec::new(),
        errors: 0.0,
        calls: Vec::new(),
        inlined: Vec::new(),
        memory: Bytes(0),
        bytes_in: Bytes(0),
        bytes_out: Bytes(0),
    };
    Workbook::of(&[Job {
        name: "bench".to_owned(),
        priority: 0,
        deadline: None,
        entry: Vec::new(),
        stages: vec![stage],
    }])
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}
