//! What does the path to a live thread and back cost, with empty tasks?
//!
//! `cargo bench --no-default-features --bench dispatch`. Prints microseconds of wall time a task, the best of five
//! rounds: one thread hands out and fetches (as the engine does), each core holds so many attempts besides the one that
//! it runs (the prefetch of a pool). This is the live worker alone, without cluster and metrics.

use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::{Receiver, bounded};
use scalelab::base::{AttemptId, Bytes, JobId, JobType, PoolId, StageIx};
use scalelab::cluster::Call;
use scalelab::scenario::{Job, Kernel, Stage, Work};
use scalelab::workload::Workbook;
use scalelab::world::threads::{FromThread, Inputs, Threads};

const TASKS: u64 = 200_000;
const ROUNDS: usize = 5;

fn main() {
    for cores in [1, 2] {
        for prefetch in [2, 8, 64] {
            let micros = (0..ROUNDS).map(|_| round(cores, prefetch)).fold(f64::INFINITY, f64::min);
            println!("dispatch: {cores} cores, prefetch {prefetch:2}: {micros:.3} us a task");
        }
    }
}

/// Microseconds a task.
fn round(cores: u32, prefetch: u32) -> f64 {
    let in_hand = u64::from(cores * (1 + prefetch));
    let origin = now();
    let (deliver, inbox) = bounded(in_hand as usize);
    // A send fails only when the round is over.
    let deliver = move |done| deliver.send(done).unwrap_or_default();
    let mut threads = Threads::start(&Arc::new(empty()), 42, cores, cores, origin, deliver).expect("two threads");
    run(&mut threads, &inbox, TASKS / 10, in_hand);
    let began = now();
    run(&mut threads, &inbox, TASKS, in_hand);
    (now() - began).as_secs_f64() * 1e6 / TASKS as f64
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
    Call { job: JobId::from_bits(serial), serial, kind, stage, task: 0, tries: 0, key: 0 }
}

fn empty() -> Workbook {
    let (name, pool, work) = ("empty".to_owned(), PoolId(0), Work::Kernel(Kernel::Empty));
    let stage = Stage {
        name,
        pool,
        after: Vec::new(),
        tasks: 1,
        work,
        calls: Vec::new(),
        bytes_in: Bytes(0),
        bytes_out: Bytes(0),
    };
    Workbook::of(&[Job { name: "empty".to_owned(), stages: vec![stage] }])
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}
