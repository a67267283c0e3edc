//! What only pictures show: shapes of latency, tasks one by one, an autoscaler, caches, two futures.

use std::sync::Arc;

use egui_kittest::kittest::Queryable;
use scalelab::base::WorkerId;
use scalelab::engine::handle::Request;
use scalelab::metrics::scaling::{Decided, Reason};
use scalelab::metrics::snapshot::{Mode, Outcome, RunState, ScalingView, Snapshot};
use scalelab::scenario::{Cache, Eviction, Switch, Twin};

use super::Window;
use super::files::wait_for;
use crate::fixture;

/// The pictures as a simulated run.
pub(super) fn simulated(mut snapshot: Snapshot) -> Snapshot {
    let mut scenario = fixture::scenario();
    scenario.mode = Mode::Simulate;
    (snapshot.mode, snapshot.scenario) = (Mode::Simulate, Arc::new(scenario));
    snapshot
}

#[test]
fn latency_has_three_shapes_and_each_says_what_it_shows() {
    let mut window = Window::on(fixture::overloaded());
    window.show_only("latency");
    assert!(window.has_part("Latency over time: half of the jobs"));
    window.click("Heat map: how many jobs took how long, over time");
    assert!(window.has_part("Heat map of latency over time: jobs took from 17.8 ms to"));
    window.click_button(
        "Percentile curve: how long the slowest share of all jobs took, each step to the right a tenth of those before",
    );
    assert!(window.has_part("Percentile curve of the whole run: half of the jobs took at most 30 ms"));
    assert!(window.has("this run") && !window.has("as who waits for each answer reports it"));
    window.click("who waits");
    assert!(window.has("as who waits for each answer reports it"));
}

#[test]
fn tasks_are_told_one_by_one_and_by_machine() {
    let mut window = Window::on(fixture::overloaded());
    window.show_only("tasks");
    assert!(window.has("Task stream: 40 tasks in view on 4 cores"));
    let stream = window.harness.get_by_label("Task stream: 40 tasks in view on 4 cores").rect();
    assert!(stream.width() > 600.0 && stream.height() > 300.0, "it fills the window: {stream:?}");
    let mut empty = fixture::calm();
    empty.watch = Default::default();
    window.show(empty);
    assert!(window.has("Task stream: 0 tasks in view on 0 cores"));
}

#[test]
fn a_machine_that_is_clicked_is_looked_at_alone() {
    let mut window = Window::on(fixture::overloaded());
    window.show_only("map");
    let map = window.harness.query_all_by_label_contains("Map: ").next().expect("the map").rect();
    // The middle of the park: machines stand one above the other, and the middle one is there.
    let at = eframe::egui::pos2(map.left() + map.width() * 0.66, map.center().y);
    window.harness.hover_at(at);
    window.frames();
    window.harness.drag_at(at);
    window.harness.drop_at(at);
    window.frames();
    window.show_only("traffic");
    assert!(window.has_part("Traffic of c7i.large"));
    window.show_only("latency");
    assert!(window.has_part(" over time: half take at most 94 ms"));
    window.show_only("tasks");
    assert!(window.has("Task stream: 20 tasks in view on 2 cores"));
    window.click("Show all machines");
    assert!(window.has("Task stream: 40 tasks in view on 4 cores"));
}

/// An autoscaler that has decided twice.
pub(super) fn scaled() -> Snapshot {
    let decided = |at_secs: f64, before, size, why| Decided {
        number: 3,
        seen_secs: Some(at_secs - 0.5),
        measured: Some(0.93),
        at_secs,
        before,
        wanted: size,
        stabilised: size,
        size,
        cores: [2, 2],
        why,
        ordered: 1,
        ready: 0,
        first_booted_secs: None,
        first_ready_secs: None,
        all_ready_secs: None,
    };
    let mut snapshot = fixture::overloaded();
    let recent = vec![decided(6.0, 2, 2, Reason::Tolerated), decided(15.0, 2, 3, Reason::DesiredWithinRange)];
    let last = recent[1].clone();
    snapshot.scaling = vec![Some(ScalingView { last, recent, decisions: 9, ups: 1, downs: 0 })];
    snapshot.knobs[0].scaling = Some(Switch::On);
    snapshot
}

#[test]
fn an_autoscaler_tells_its_decisions_tick_by_tick() {
    let mut window = Window::on(fixture::overloaded());
    window.show_only("autoscaler");
    assert!(window.has_part("No pool of this scenario has an autoscaler"));
    window.show(scaled());
    assert!(window.has("9 decisions: 1 for more, 0 for fewer; newest first"));
    assert!(window.has("0:15.0  saw 0.93 at 0:14.5 → wants 3 → 2 to 3 (as measured); 0 of 1 there"));
    assert!(window.has("Autoscaler over time: 3 machines asked for, 3 machines there or coming, 2 machines ready"));
}

/// Eight keys in a circle, and a cache with room for them.
pub(super) fn caching() -> Snapshot {
    let mut snapshot = fixture::overloaded();
    (0..4_000_u64).for_each(|turn| snapshot.watch.keys.push(turn % 8));
    snapshot.knobs[0].cache = Cache::Keep { by: Eviction::Lru, entries: 8 };
    snapshot
}

#[test]
fn a_cache_shows_what_another_size_would_miss() {
    let mut window = Window::on(fixture::overloaded());
    window.show_only("cache");
    assert!(window.has_part("No pool keeps results"));
    // LRU hits none with less than eight entries, and all but the first round with eight.
    window.show(caching());
    window.click("The keys that are asked for most");
    assert!(window.has_part("key 7: asked for 500 times (1"));
    window.click("Miss-ratio curve: what caches of other sizes would miss of the same keys");
    // It is worked out beside the window: how soon depends on who else needs the cores.
    wait_for(&mut window, "the curve", |window| window.has_part("Miss-ratio curve: Lru"));
    assert!(
        window.has("Miss-ratio curve: Lru with 8 entries would miss 0.2 % of these keys, the clairvoyant bound 0.2 %")
    );
}

#[test]
fn a_live_run_cannot_be_parted_and_says_why() {
    let mut window = Window::on(fixture::calm());
    window.show_only("compare");
    assert!(window.has_part("It cannot be forked: a live run holds threads"));
}

#[test]
fn two_futures_stand_side_by_side_and_hear_the_same() {
    let mut window = Window::on(simulated(fixture::overloaded()));
    window.show_only("compare");
    window.click("Fork at 0:16.0");
    assert!(window.has("parted at 0:16.0") && window.has("as it was") && window.has("this run"));
    assert!(window.has("The slowest 1 % of the jobs take: 1.86 s as it was, 1.86 s this run"));
    window.click("Pause");
    assert_eq!(window.sent(), [Request::Pause]);
    let mut faster = simulated(fixture::overloaded());
    (faster.latency_recent.p99, faster.state) = (0.93, RunState::Paused);
    window.show(faster);
    assert!(window.has("−930 ms (−50 %)"));
    window.click("This run alone");
    assert!(window.has("Fork at 0:16.0"));
}

#[test]
fn strategies_that_the_scenario_names_stand_beside_the_run_up_to_three() {
    let mut snapshot = simulated(fixture::overloaded());
    let mut scenario = (*snapshot.scenario).clone();
    scenario.twins = ["one", "two", "three"]
        .map(|name| Twin {
            name: name.to_owned(),
            title: format!("seed {name}"),
            set: vec!["pools.machines.balance=Random".to_owned()],
        })
        .to_vec();
    snapshot.scenario = Arc::new(scenario);
    let mut window = Window::on(snapshot);
    window.show_only("compare");
    window.click("Beside: seed one");
    assert!(window.has("The slowest 1 % of the jobs take: 1.86 s seed one, 1.86 s this run"));
    assert!(window.has("this less that"));
    window.click("Beside…");
    assert!(!window.has("Beside: seed one"), "once is enough");
    window.click("Beside: seed two");
    window.click("Beside…");
    window.click("Beside: as the file has it");
    assert!(window.has_part("1.86 s seed two, 1.86 s as the file has it, 1.86 s this run"));
    assert!(!window.has("Beside…") && !window.has("this less that"));
    window.harness.check_accessibility();
}

#[test]
fn a_run_cannot_be_parted_at_its_end_and_turns_before_the_fork_are_not_taken_back_after_it() {
    let mut snapshot = simulated(fixture::overloaded());
    let mut window = Window::on(snapshot.clone());
    window.click("More machines: c7i.large");
    assert!(window.harness.state_mut().session().history().can_undo());
    window.show_only("compare");
    window.click("Fork at 0:16.0");
    assert!(!window.harness.state_mut().session().history().can_undo());
    let mut scenario = (*snapshot.scenario).clone();
    scenario.duration = Some(scalelab::base::Span::from_secs(16));
    snapshot.scenario = Arc::new(scenario);
    let mut window = Window::on(snapshot);
    window.show_only("compare");
    window.click("Fork at 0:16.0");
    assert!(window.has_part("It cannot be forked: there is no future after the end of the run"));
}

#[test]
fn laws_have_lamps_and_a_broken_one_says_so() {
    let mut snapshot = fixture::calm();
    let mut window = Window::on(snapshot.clone());
    assert!(window.has_part("conservation: jobs arrived = jobs ended + jobs in flight: 1,210 and 1,210 (holds)"));
    snapshot.watch.laws[0].holds = false;
    window.show(snapshot);
    assert!(window.has_part("(BROKEN, a fault of this program)"));
}

#[test]
fn a_machine_says_why_it_drops_work() {
    let mut snapshot = fixture::overloaded();
    snapshot.watch.trouble.insert(WorkerId(1), (Outcome::Shed, 12.0));
    let mut window = Window::on(snapshot);
    window.show_only("map");
    let map = window.harness.query_all_by_label_contains("Map: ").next().expect("the map").rect();
    window.harness.hover_at(eframe::egui::pos2(map.left() + map.width() * 0.66, map.center().y));
    window.harness.run_steps(40);
    assert!(window.has_part("refuses 12/s: its queue is full"));
}
