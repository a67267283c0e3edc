//! What the window takes is bounded: no frame without news, no longer histories for longer runs, no frame between a knob and
//! its turn; and it says what it took when it is asked to.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{Theme, ThemePreference, ViewportId};
use egui_kittest::kittest::Queryable;
use scalelab::base::{GroupIx, PoolId, Span, Time};
use scalelab::engine::handle::{Handle, Options, Pace, Request};
use scalelab::metrics::series::Series;
use scalelab::metrics::snapshot::{RunState, Snapshot};
use scalelab::metrics::watch::TASKS_MAX;
use scalelab::scenario::{Command, Mode, load};
use scalelab::ui::{Beginning, Opened, Session, Waker, views};

use super::Window;
use crate::fixture;

/// Frames after which everything that moves for a moment has come to rest, at 60 a second.
const SETTLING: usize = 90;
/// Cells of the finest tier of a history, with those of a block that is not full.
const CELLS: usize = 6_016 + 64;

/// Columns of a heat map, at most.
const COLUMNS: usize = 2_048;

/// When the window wants its next frame.
fn next_frame(window: &Window) -> Duration {
    window.harness.output().viewport_output[&ViewportId::ROOT].repaint_delay
}

#[test]
fn a_window_without_news_asks_for_no_frame_in_any_view() {
    for state in [RunState::Paused, RunState::Finished, RunState::Failed("a test".to_owned())] {
        for view in views() {
            let store = tempfile::tempdir().expect("a folder");
            let mut window = Window::on(Snapshot { state: state.clone(), ..fixture::overloaded() });
            window.harness.state_mut().look_at_runs(store.path().join("runs.db"));
            window.show_only(view);
            window.harness.remove_cursor();
            // A view that reads something beside the window is told when that is there.
            let settled = (0..50).any(|_| {
                window.harness.run_steps(SETTLING);
                if next_frame(&window) < Duration::MAX {
                    wait(Duration::from_millis(20));
                }
                next_frame(&window) == Duration::MAX
            });
            assert!(settled, "{view}, {state:?}: {:?}", window.harness.ctx.repaint_causes());
        }
    }
}

#[test]
fn a_window_that_shows_a_run_waits_between_two_frames() {
    for theme in [ThemePreference::Dark, ThemePreference::Light] {
        let mut window = Window::on(fixture::overloaded());
        window.harness.ctx.set_theme(theme);
        window.harness.remove_cursor();
        window.harness.run_steps(SETTLING);
        let delay = next_frame(&window);
        assert!(window.harness.ctx.theme() == if theme == ThemePreference::Dark { Theme::Dark } else { Theme::Light });
        assert!(delay >= Duration::from_millis(30) && delay <= Duration::from_secs(1), "{delay:?}");
    }
}

#[test]
fn a_knob_is_turned_in_the_frame_in_which_it_is_asked_for() {
    let mut window = Window::on(fixture::overloaded());
    window.harness.get_by_label("More machines: c7i.large").click_accesskit();
    window.harness.step();
    let more = Command::SetCount { pool: PoolId(0), group: GroupIx(1), count: 3 };
    assert_eq!(window.sent(), [Request::Command(more)]);
}

/// Two requests a second for so long, told to somebody who looks.
fn watched(hours: u64) -> Arc<Snapshot> {
    let text = format!(
        "(version: 1, title: \"hours\", seed: 5, duration: \"{hours}h\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: Lan), instance: Custom(cores: 1, usd_per_hour: 0.5), count: 4)],
                            cache: Lru(entries: 100)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"1s\")))]) }},
          traffic: [(job: \"j\", keys: Zipf(n: 1_000, alpha: 0.9), arrivals: Open(load: [(over: \"0s\", to: 2)]))])"
    );
    let scenario = Arc::new(load(&text, "a test", &fixture::host()).unwrap_or_else(|errors| panic!("{errors}")));
    let waker = Some(Box::new(|| {}) as Box<dyn Fn() + Send>);
    let options = Options { waker, pace: Pace::AsFastAsPossible, ..Options::default() };
    Handle::start(scenario, options).expect("it starts").join().expect("it ends").snapshot
}

#[test]
fn what_a_picture_holds_does_not_grow_with_the_length_of_a_run() {
    let held = |snapshot: &Snapshot| {
        let (series, watch) = (&snapshot.series, &snapshot.watch);
        let all = [&series.offered, &series.p99, &series.hit_ratio, &series.cost_per_hour];
        let cells = all.map(|series| series.range(Time::ZERO, snapshot.at, usize::MAX).count());
        assert!(cells.into_iter().all(|cells| cells <= CELLS), "{cells:?}");
        assert!(watch.tasks.len() <= TASKS_MAX + 64 && watch.percentiles.len() < 1_000);
        assert!(watch.heat.columns().len() <= COLUMNS);
        [cells[0], snapshot.marks.len(), snapshot.timeline.len(), snapshot.workers.len()]
    };
    let (hour, hours) = (watched(1), watched(12));
    assert!(hours.totals.jobs.arrived > 80_000);
    assert!(hour.watch.tasks.len() < hours.watch.tasks.len(), "the newest are kept, up to their bound");
    for (short, long) in held(&hour).into_iter().zip(held(&hours)) {
        assert!(long <= short + short / 50 + 2, "{:?} and {:?}", held(&hour), held(&hours));
    }
}

#[test]
fn a_run_begins_where_it_was_asked_to_and_goes_on_from_there() {
    let scenario = load(fixture::TEXT, "a test", &fixture::host()).unwrap_or_else(|errors| panic!("{errors}"));
    let mut opened = Opened { scenario: Arc::new(scenario), source: fixture::TEXT.to_owned(), path: None };
    let mut simulated = (*opened.scenario).clone();
    (simulated.mode, simulated.duration) = (Mode::Simulate, Some(Span::from_secs(60)));
    opened.scenario = Arc::new(simulated);
    let waker = Waker::new(&eframe::egui::Context::default());
    let from = Time::ZERO + Span::from_secs(20);
    let beginning = Beginning { pace: Some(Pace::Times(2.0)), from: Some(from) };
    let mut session = Session::begin(opened, Pace::Times(1.0), beginning, &waker);
    let mut goes_on = || {
        session.refresh();
        let snapshot = session.snapshot().expect("there is a run");
        (snapshot.at > from && snapshot.state == RunState::Running).then(|| (snapshot.at, snapshot.pace))
    };
    let (at, pace) = (0..1_500)
        .find_map(|_| {
            wait(Duration::from_millis(20));
            goes_on()
        })
        .expect("it gets there, and does not stand still");
    assert!(at < from + Span::from_secs(30), "{at:?}: from there on it keeps to its pace");
    assert_eq!(pace, Some(2.0));
    session.toggle_pause();
    let stands = (0..100).any(|_| {
        wait(Duration::from_millis(20));
        session.refresh();
        session.snapshot().expect("there is a run").state == RunState::Paused
    });
    assert!(stands, "a person's pause is not taken for the end of the way there");
}

#[test]
fn the_window_says_so_where_curves_wait_long_for_their_next_value() {
    let long = |pace| {
        let mut snapshot = fixture::overloaded();
        snapshot.series.offered = Series::new(Span::from_secs(14));
        Window::on(Snapshot { pace, ..snapshot })
    };
    assert!(long(Some(1.0)).has("a value every 14 s"));
    assert!(!long(Some(30.0)).has_part("a value every"));
    assert!(!long(None).has_part("a value every"), "as fast as possible they do not wait");
    assert!(!Window::on(fixture::overloaded()).has_part("a value every"));
}

#[expect(clippy::disallowed_methods, reason = "threads of the window are waited for")]
fn wait(time: Duration) {
    std::thread::sleep(time);
}
