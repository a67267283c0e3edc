//! Faults of a live run: what they do to real threads.

use std::time::Duration;

use scalelab::base::os::cpu_secs;
use scalelab::base::{PoolId, Span};
use scalelab::cluster::Outcome;
use scalelab::engine::handle::{Handle, Options, Request};
use scalelab::scenario::{Command, Fault, Strike, Victim};

use crate::live::{MEAN, check_answers, pause, start};

/// This computer's threads alone.
fn alone() -> String {
    MEAN.replace("count: 1)", "count: 0)")
}

fn inject(handle: &Handle, strike: Strike, lasts: Span) {
    let fault = Fault { strike, victim: Victim::Machine(PoolId(0), 0) };
    assert!(handle.send(Request::Command(Command::Inject { fault, lasts })));
}

#[test]
fn a_noisy_neighbour_really_burns_cores_until_it_is_over() {
    let handle = start(&alone(), Options::default());
    let burnt = || cpu_secs(|name| name.starts_with("neighbour-")).unwrap_or(0.0);
    inject(&handle, Strike::Neighbour { threads: 2 }, Span::from_millis(900));
    pause(Duration::from_millis(800));
    let meanwhile = burnt();
    // Two threads on two cores, shared with two of ours and whatever else runs here.
    assert!(meanwhile > 0.1, "they took {meanwhile} s of a core in 0.8 s");
    let finished = handle.join().expect("it ends well");
    assert_eq!(burnt(), 0.0, "the threads have ended");
    check_answers(&finished);
}

#[test]
fn a_machine_that_stands_still_begins_and_tells_nothing_and_loses_nothing() {
    let handle = start(&alone(), Options::default());
    pause(Duration::from_millis(300));
    inject(&handle, Strike::Pause, Span::from_millis(900));
    pause(Duration::from_millis(300));
    let before = handle.snapshot().totals.tasks;
    pause(Duration::from_millis(300));
    let after = handle.snapshot().totals.tasks;
    assert_eq!(before.of(Outcome::Completed), after.of(Outcome::Completed), "nothing is told meanwhile");
    let finished = handle.join().expect("it ends well");
    let totals = finished.summary.totals;
    assert!(totals.tasks.of(Outcome::Completed) > after.of(Outcome::Completed), "and all goes on: {totals:?}");
    assert_eq!((totals.attempts.of(Outcome::Lost), totals.attempts.of(Outcome::Failed)), (0, 0));
    check_answers(&finished);
}

#[test]
fn attempts_that_fail_are_tried_again_and_the_answer_stays_right() {
    let text = alone().replace("startup:", "resilience: (attempts: 100), startup:");
    let handle = start(&text, Options::default());
    inject(&handle, Strike::Errors { share: 0.3, after: None }, Span::from_millis(800));
    let finished = handle.join().expect("it ends well");
    let totals = finished.summary.totals;
    assert!(totals.attempts.of(Outcome::Failed) > 20, "{totals:?}");
    assert_eq!(totals.jobs.of(Outcome::Failed), 0);
    check_answers(&finished);
}

#[test]
fn a_live_task_that_is_too_late_is_tried_again_and_counts_once() {
    // Chunks take a good deal longer than the two milliseconds that are waited for some of them.
    let slow = alone().replace("(400, 400), chunk: (100, 100)", "(2000, 2000), chunk: (500, 500)");
    for late in ["RunOn", "DropUnbegun", "CallOff"] {
        let text = slow.replace(
            "startup:",
            &format!("resilience: (retry: (max: 900, backoff: Constant(wait: \"1ms\")), timeout: \"8ms\", late: {late}), startup:"),
        );
        let finished = start(&text, Options::default()).join().expect("it ends well");
        let totals = finished.summary.totals;
        assert!(totals.attempts.of(Outcome::TimedOut) > 0, "{late}: {totals:?}");
        for account in [totals.jobs, totals.tasks, totals.attempts] {
            assert!(account.balances(), "{late}: {account:?}");
        }
        let answers = &finished.snapshot.answers;
        assert_eq!((answers.complete, answers.wrong), (totals.jobs.of(Outcome::Completed), 0), "{late}");
    }
}
