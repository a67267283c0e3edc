//! A run can be brought to any instant again and go on from there: unchanged it is the same run, changed it is another future.

use std::sync::Arc;

use scalelab::base::{GroupIx, PoolId, Span, Time};
use scalelab::engine::handle::{Finished, Handle, Options, Pace, Request};
use scalelab::engine::simulate;
use scalelab::metrics::snapshot::{Mode, RunState};
use scalelab::scenario::{Command, Host, Scenario, bundled, load};

fn scenario() -> Scenario {
    let host = Host { cores: 2, cpu: "a processor".to_owned() };
    let text = bundled::ALL.iter().find(|known| known.name == "mmc").expect("a built-in scenario").text;
    let mut scenario = load(text, "mmc", &host).unwrap_or_else(|errors| panic!("{errors}"));
    scenario.mode = Mode::Simulate;
    scenario.duration = Some(Span::from_secs(30));
    scenario
}

/// Brings the run to 12 s, where it must stand still; does something; and lets it go on to its end.
fn forked(act: impl FnOnce(&Handle)) -> Finished {
    forked_at(Pace::AsFastAsPossible, act)
}

/// The same with this pace after it.
fn forked_at(pace: Pace, act: impl FnOnce(&Handle)) -> Finished {
    let halt_at = Some(Time::ZERO + Span::from_secs(12));
    let waker = Some(Box::new(|| {}) as Box<dyn Fn() + Send>);
    let options = Options { halt_at, waker, pace, ..Options::default() };
    let handle = Handle::start(Arc::new(scenario()), options).expect("it starts");
    while handle.snapshot().state != RunState::Paused {
        #[expect(clippy::disallowed_methods, reason = "the engine needs the core")]
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert!(!handle.is_finished(), "it must stand still before its end");
    }
    assert_eq!(handle.snapshot().at, Time::ZERO + Span::from_secs(12));
    act(&handle);
    assert!(handle.send(Request::Resume));
    handle.join().expect("it ends")
}

#[test]
fn a_fork_that_changes_nothing_is_the_same_run() {
    let whole = simulate(Arc::new(scenario())).expect("it ends");
    let forked = forked(|_| {});
    assert_eq!((forked.summary.hash, forked.summary.totals), (whole.summary.hash, whole.summary.totals));
}

#[test]
fn a_fork_stands_still_at_its_instant_whatever_its_pace() {
    // So fast that the clock would show every microsecond between the instant and the pause.
    let still = |handle: &Handle| assert_eq!(handle.snapshot().at, Time::ZERO + Span::from_secs(12));
    forked_at(Pace::Times(1_000.0), still);
}

#[test]
fn a_fork_has_the_same_past_and_another_future() {
    let whole = simulate(Arc::new(scenario())).expect("it ends");
    let forked = forked(|handle| {
        let more = Command::SetCount { pool: PoolId(0), group: GroupIx(0), count: 8 };
        assert!(handle.send(Request::Command(more)));
    });
    assert_ne!(forked.summary.hash, whole.summary.hash);
    let past = |finished: &Finished| {
        let cells = finished.snapshot.series.completed.finest().take_while(|cell| cell.start.secs() < 11.9);
        cells.map(|cell| cell.mean).collect::<Vec<_>>()
    };
    assert!(past(&whole).len() > 100);
    assert_eq!(past(&forked), past(&whole));
}
