//! Stories of the live worker. A task that is busy for an hour stands for one that never ends by itself.

use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::*;
use crate::base::{JobId, JobType, StageIx};
use crate::workload::samples::{EMPTY, MEAN, workbook};

const HOUR: Span = Span::from_secs(3_600);
const SEED: u64 = 42;

fn worker(cores: u32, cores_max: u32) -> (Threads, Receiver<FromThread>) {
    let (deliver, inbox) = bounded(1_000);
    // A send fails only when the test is over.
    let deliver = move |done, _| deliver.send(done).unwrap_or_default();
    let threads = Threads::start(&Arc::new(workbook()), SEED, cores, cores_max, now(), deliver);
    (threads.expect("a few threads"), inbox)
}

fn attempt(number: u64) -> AttemptId {
    AttemptId::from_bits(1 << 32 | number)
}

fn call(kind: JobType, task: u32) -> Call {
    Call { job: JobId::from_bits(0), serial: 0, kind, stage: StageIx(0), task, visit: 0, tries: 0, key: 7 }
}

fn next(inbox: &Receiver<FromThread>) -> FromThread {
    inbox.recv_timeout(Duration::from_secs(60)).expect("a thread delivers")
}

/// Occupies a core until the worker breaks or ends.
fn occupy(threads: &mut Threads, number: u64) {
    assert!(threads.execute(attempt(number), call(EMPTY, 0), Inputs::Busy(HOUR)));
    while threads.held() > 0 {
        std::thread::yield_now();
    }
}

#[test]
fn every_attempt_comes_back_once_with_the_bits_of_the_workbook() {
    let (mut threads, inbox) = worker(2, 2);
    for number in 0..500 {
        assert!(threads.execute(attempt(number), call(MEAN, number as u32 % 10), Inputs::None));
    }
    let mut came_back: Vec<FromThread> = (0..500).map(|_| next(&inbox)).collect();
    came_back.sort_by_key(|done| done.attempt);
    let (workbook, mut scratch) = (workbook(), Scratch::default());
    for (number, done) in (0..).zip(&came_back) {
        let expected =
            workbook.run(SEED, 7, Chunk { kind: MEAN, stage: StageIx(0), task: number % 10 }, &[], &mut scratch);
        assert_eq!((done.attempt, done.call.task), (attempt(u64::from(number)), number % 10));
        assert!(done.partial.as_ref().is_some_and(|partial| partial.same_bits(&expected)));
        assert!(done.slot < 2 && done.began_nanos <= done.ended_nanos);
    }
    assert!(inbox.is_empty());
}

#[test]
fn what_a_combining_task_is_given_is_combined() {
    let (mut threads, inbox) = worker(1, 1);
    let inputs = [1.0, 2.5].map(|sum| Partial::Mean { count: 1, sum });
    let node = Call { stage: StageIx(1), ..call(MEAN, 0) };
    threads.execute(attempt(1), node, Inputs::Partials(Box::new(inputs)));
    assert_eq!(next(&inbox).partial, Some(Partial::Mean { count: 2, sum: 3.5 }));
}

#[test]
fn a_broken_worker_loses_what_it_holds_and_runs_and_comes_back_empty() {
    let (mut threads, inbox) = worker(1, 1);
    occupy(&mut threads, 1);
    threads.execute(attempt(2), call(EMPTY, 0), Inputs::None);
    threads.set_down(true);
    assert_eq!(threads.held(), 0);
    assert!(!threads.execute(attempt(3), call(EMPTY, 0), Inputs::None), "a broken worker takes nothing");
    threads.set_down(false);
    assert!(threads.execute(attempt(4), call(EMPTY, 0), Inputs::None));
    assert_eq!(next(&inbox).attempt, attempt(4));
    assert!(inbox.is_empty());
}

#[test]
fn a_cancelled_attempt_never_begins_and_a_grown_worker_goes_on_with_the_next() {
    let (mut threads, inbox) = worker(1, 2);
    occupy(&mut threads, 1);
    threads.execute(attempt(2), call(EMPTY, 0), Inputs::None);
    threads.execute(attempt(3), call(EMPTY, 0), Inputs::None);
    threads.cancel(attempt(2));
    assert_eq!(threads.held(), 1);
    threads.set_cores(2);
    let done = next(&inbox);
    assert_eq!((done.attempt, done.slot), (attempt(3), 1));
    assert!(inbox.is_empty());
}

#[test]
fn a_shrunk_worker_uses_the_cores_that_are_left() {
    let (mut threads, inbox) = worker(4, 4);
    threads.set_cores(1);
    for number in 0..100 {
        threads.execute(attempt(number), call(EMPTY, 0), Inputs::None);
    }
    let order: Vec<_> = (0..100).map(|_| next(&inbox)).collect();
    assert!(order.iter().all(|done| done.slot == 0));
    assert!(order.is_sorted_by_key(|done| done.attempt), "one core works in order");
    threads.set_cores(0);
    threads.execute(attempt(100), call(EMPTY, 0), Inputs::None);
    threads.set_cores(1_000);
    assert_eq!(next(&inbox).attempt, attempt(100));
}

#[test]
fn a_panic_fails_its_attempt_and_nothing_else() {
    let (mut threads, inbox) = worker(1, 1);
    let no_such_task = call(MEAN, 10);
    threads.execute(attempt(1), no_such_task, Inputs::None);
    threads.execute(attempt(2), call(MEAN, 9), Inputs::None);
    let (failed, fine) = (next(&inbox), next(&inbox));
    assert_eq!((failed.attempt, failed.partial), (attempt(1), None));
    assert!(fine.attempt == attempt(2) && fine.partial.is_some());
}

#[test]
fn a_slow_worker_keeps_its_core_busy_for_longer() {
    let (mut threads, inbox) = worker(1, 1);
    let span = Span::from_millis(20);
    let mut busy_nanos = |factor| {
        threads.set_slow(factor);
        threads.execute(attempt(1), call(EMPTY, 0), Inputs::Busy(span));
        let done = next(&inbox);
        done.ended_nanos - done.began_nanos
    };
    assert!(busy_nanos(3.0) >= 3 * span.0);
    for healthy in [1.0, 0.0, f64::NAN, f64::INFINITY] {
        let nanos = busy_nanos(healthy);
        assert!(nanos >= span.0 && nanos < 60_000 * span.0, "{healthy}: {nanos} ns");
    }
}

#[test]
fn dropping_ends_threads_that_run_and_threads_that_wait() {
    let (mut threads, inbox) = worker(2, 4);
    occupy(&mut threads, 1);
    let began = now();
    drop(threads);
    assert!(now() - began < Duration::from_secs(30));
    assert!(inbox.recv().is_err(), "no thread is left to deliver, and what ran is not delivered");
}
