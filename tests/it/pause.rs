//! A run that stands still gives a viewer nothing new to draw.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use scalelab::engine::handle::{Handle, Options, Request};
use scalelab::metrics::snapshot::{Mode, RunState};
use scalelab::scenario::{Host, bundled, load};

/// Longer than the engine ever sleeps.
const LONG: Duration = Duration::from_millis(1_300);

#[track_caller]
fn hears(wakes: &Receiver<()>) -> bool {
    wakes.recv_timeout(LONG).is_ok()
}

#[test]
fn a_paused_run_wakes_nobody_until_it_goes_on() {
    let host = Host { cores: 2, cpu: "a processor".to_owned() };
    let mut scenario = load(bundled::ALL[0].text, "a test", &host).expect("a built-in scenario");
    scenario.mode = Mode::Simulate;
    scenario.duration = scenario.duration.or(Some(scalelab::base::Span::from_secs(3_600)));
    let (sender, wakes) = unbounded();
    let waker = Box::new(move || {
        let _ = sender.send(());
    });
    let options = Options { waker: Some(waker), ..Options::default() };
    let handle = Handle::start(Arc::new(scenario), options).expect("it starts");
    assert!(hears(&wakes), "a run that goes on is seen");
    handle.send(Request::Pause);
    while handle.snapshot().state != RunState::Paused {
        assert!(hears(&wakes), "the pause is seen");
    }
    // What was under way when it paused may still be shown once.
    let last = std::iter::from_fn(|| wakes.recv_timeout(LONG).ok()).take(10).count();
    assert!(last < 10, "it should stand still");
    assert!(!hears(&wakes), "nothing changes");
    handle.send(Request::Resume);
    assert!(hears(&wakes) && hears(&wakes), "it goes on");
    handle.send(Request::Stop);
}
