//! Each control asks for what it says; what can be taken back is taken back.

use std::sync::Arc;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, vec2};
use egui_kittest::kittest::Queryable;
use scalelab::base::{GroupIx, PoolId, SourceId, Span};
use scalelab::engine::handle::{Pace, Request};
use scalelab::metrics::snapshot::{Mode, RunState, Strike};
use scalelab::scenario::{Balance, Breaker, Cache, Command, Eviction, Fault, Resilience, Victim};
use scalelab::ui::Overlay;

use super::Window;
use crate::fixture;

const POOL: PoolId = PoolId(0);
const REMOTE: GroupIx = GroupIx(1);

/// Does something, and checks the turn, its undo and its redo.
#[track_caller]
fn check_turn(act: impl FnOnce(&mut Window), forward: Command, back: Command) {
    let mut window = Window::on(fixture::overloaded());
    act(&mut window);
    assert_eq!(window.turned(), std::slice::from_ref(&forward));
    window.click("Undo");
    assert_eq!(window.turned(), [back]);
    window.click("Redo");
    assert_eq!(window.turned(), [forward]);
}

#[test]
fn machines_are_added_and_taken_away() {
    let count = |count| Command::SetCount { pool: POOL, group: REMOTE, count };
    check_turn(|window| window.click("More machines: c7i.large"), count(3), count(2));
    check_turn(|window| window.click("Fewer machines: c7i.large"), count(1), count(2));
}

#[test]
fn a_turn_shows_at_once_though_no_picture_has_it_yet() {
    let mut window = Window::on(fixture::overloaded());
    window.click("More machines: c7i.large");
    window.click("More machines: c7i.large");
    let count = |count| Command::SetCount { pool: POOL, group: REMOTE, count };
    assert_eq!(window.turned(), [count(3), count(4)]);
}

#[test]
fn a_modelled_machine_has_the_sizes_of_its_family() {
    let resize = |cores| Command::Resize { pool: POOL, group: REMOTE, cores };
    let up = |label: &'static str| {
        move |window: &mut Window| {
            window.click("Scale up");
            window.click(label);
        }
    };
    check_turn(up("More cores: c7i.large"), resize(4), resize(2));
    let mut window = Window::on(fixture::overloaded());
    up("Fewer cores: c7i.large")(&mut window);
    assert_eq!(window.turned(), [], "there is no smaller one");
    assert!(window.has("up to c7i.48xlarge, 192 cores"));
    let mut grown = fixture::overloaded();
    grown.knobs[0].groups[1].1 = 192;
    window.show(grown);
    window.click("More cores: c7i.48xlarge");
    assert_eq!(window.turned(), [], "there is no larger one");
    assert!(window.has("ceiling: c7i.48xlarge, 192 cores"));
    window.click("Fewer cores: c7i.48xlarge");
    assert_eq!(window.turned(), [resize(64)]);
}

#[test]
fn this_computer_has_the_cores_it_has() {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let mut snapshot = fixture::overloaded();
    snapshot.knobs[0].groups[0].1 = cores;
    let mut window = Window::on(snapshot);
    window.click("Scale up");
    assert!(window.has(&format!("hardware limit: it has {cores} cores")));
    window.click("More cores: This computer");
    assert_eq!(window.turned(), []);
}

#[test]
fn out_becomes_up_at_the_same_price_in_one_step() {
    let mut window = Window::on(fixture::overloaded());
    let (pool, group) = (POOL, REMOTE);
    window.click("1 × c7i.xlarge (4 cores), same price: $0.178/h, now $0.178/h");
    let set = |count, cores| [Command::SetCount { pool, group, count }, Command::Resize { pool, group, cores }];
    assert_eq!(window.turned(), set(1, 4));
    window.click("Undo");
    let mut back = window.turned();
    back.reverse();
    assert_eq!(back, set(2, 2));
    window.click("Redo");
    window.turned();
    window.click("Scale up");
    window.click("2 × c7i.large (2 cores), same price: $0.178/h, now $0.178/h");
    assert_eq!(window.turned(), set(2, 2));
}

#[test]
fn work_is_sent_another_way() {
    let balance = |balance| Command::SetBalance { pool: POOL, balance };
    for (entry, choice) in [
        ("The least busy (least outstanding)", Balance::LeastOutstanding),
        ("Better of two (power of two)", Balance::PowerOfTwo),
    ] {
        check_turn(|window| window.pick("Send work to", entry), balance(choice), balance(Balance::RoundRobin));
    }
}

#[test]
fn the_cache_is_switched_on_and_off() {
    let cache = |cache| Command::SetCache { pool: POOL, cache };
    let lru = Cache::Keep { by: Eviction::Lru, entries: 400 };
    check_turn(|window| window.pick("Cache", "LRU, 400 results"), cache(lru), cache(Cache::Off));
    let mut snapshot = fixture::overloaded();
    snapshot.knobs[0].cache = lru;
    let mut window = Window::on(snapshot);
    window.pick("Cache", "Off");
    assert_eq!(window.turned(), [cache(Cache::Off)]);
}

#[test]
fn what_is_done_about_failures_is_chosen_in_the_list_of_all_knobs() {
    let set = |resilience| Command::SetResilience { pool: POOL, resilience: Arc::new(resilience) };
    let mut window = Window::on(fixture::calm());
    window.click("All knobs…");
    window.harness.get_by_role_and_label(Role::TextInput, "Search knobs").type_text("breaker");
    window.frames();
    window.pick("Circuit breaker", "LastSeconds by the share of failures in the last seconds");
    let breaker = Resilience { breaker: Some(Breaker::HYSTRIX), ..Resilience::default() };
    assert_eq!(window.turned(), [set(breaker)]);
    window.click("Close");
    window.click_button("Undo");
    assert_eq!(window.turned(), [set(Resilience::default())]);
}

#[test]
fn traffic_and_goal_slide() {
    let factor = |factor| Command::SetTrafficFactor { source: SourceId(0), factor };
    check_turn(|window| window.slide("Traffic", 2.0), factor(2.0), factor(1.0));
    let bound = |bound| Command::SetBound { objective: 0, bound };
    check_turn(|window| window.slide("Goal", 0.25), bound(0.25), bound(0.5));
}

#[test]
fn traffic_follows_its_slider_while_it_is_dragged_in_one_step() {
    let mut window = Window::on(fixture::calm());
    let rail = window.harness.get_by_role_and_label(Role::Slider, "Traffic").rect();
    window.harness.drag_at(rail.left_center() + vec2(60.0, 0.0));
    for x in [70.0, 80.0, 90.0, 100.0, 110.0] {
        window.harness.hover_at(rail.left_center() + vec2(x, 0.0));
        window.frames();
    }
    let while_dragged = window.turned();
    assert!(while_dragged.len() >= 2, "{while_dragged:?}");
    window.harness.drop_at(rail.left_center() + vec2(110.0, 0.0));
    window.frames();
    window.turned();
    window.click("Undo");
    let written = Command::SetTrafficFactor { source: SourceId(0), factor: 1.0 };
    assert_eq!(window.turned(), [written], "one step takes all of it back");
}

#[test]
fn a_fault_hits_the_chosen_machine_and_ends_by_itself() {
    let mut window = Window::on(fixture::calm());
    window.click("For 10 s");
    let broken = Fault { strike: Strike::Break, victim: Victim::Machine(POOL, 0) };
    assert_eq!(window.turned(), [Command::Inject { fault: broken, lasts: Span::from_secs(10) }]);
    window.pick("Machine to hit", "c7i.large 1");
    window.pick("What goes wrong", "5x slower");
    window.click("For 20 s");
    let slow = Fault { strike: Strike::Slow { factor: 5.0 }, victim: Victim::Machine(POOL, 1) };
    assert_eq!(window.turned(), [Command::Inject { fault: slow, lasts: Span::from_secs(20) }]);
    window.click("Undo");
    assert_eq!(window.turned(), [], "a fault cannot be taken back");
}

#[test]
fn a_machine_that_is_hit_already_is_left_alone() {
    let mut window = Window::on(fixture::slowed(fixture::calm()));
    window.pick("Machine to hit", "c7i.large 1");
    window.click("For 10 s");
    assert_eq!(window.turned(), []);
}

#[test]
fn what_would_help_is_one_click_away() {
    let mut snapshot = fixture::overloaded();
    snapshot.workers.pop();
    let mut window = Window::on(snapshot);
    window.click("Try: add 1 machine");
    assert_eq!(window.turned(), [Command::SetCount { pool: POOL, group: REMOTE, count: 3 }]);
    let calm = Window::on(fixture::calm());
    assert!(!calm.has("Try: add 1 machine"));
}

#[test]
fn the_run_is_paused_resumed_and_started_again() {
    let mut window = Window::on(fixture::calm());
    window.click("Pause");
    assert_eq!(window.sent(), [Request::Pause]);
    let mut paused = fixture::calm();
    paused.state = RunState::Paused;
    window.show(paused);
    window.click("Resume");
    assert_eq!(window.sent(), [Request::Resume]);
    window.click("Restart");
    let starts =
        |window: &mut Window| window.harness.state_mut().session().fixed_run().expect("a picture").starts.clone();
    assert_eq!(starts(&mut window), [Mode::Live]);
    window.click("Simulate");
    assert_eq!(starts(&mut window), [Mode::Live, Mode::Simulate]);
    window.click("Live");
    assert_eq!(starts(&mut window), [Mode::Live, Mode::Simulate, Mode::Live]);
}

#[test]
fn a_simulated_run_has_a_pace() {
    let mut snapshot = fixture::calm();
    snapshot.mode = Mode::Simulate;
    let mut scenario = fixture::scenario();
    scenario.mode = Mode::Simulate;
    snapshot.scenario = scenario.into();
    let mut window = Window::on(snapshot);
    window.pick("Pace", "×100");
    window.pick("Pace", "max");
    assert_eq!(window.sent(), [Request::Pace(Pace::Times(100.0)), Request::Pace(Pace::AsFastAsPossible)]);
    window.harness.key_press(Key::OpenBracket);
    window.frames();
    window.harness.key_press(Key::CloseBracket);
    window.frames();
    assert_eq!(window.sent(), [Request::Pace(Pace::Times(1_000.0)), Request::Pace(Pace::AsFastAsPossible)]);
}

#[test]
fn a_live_run_has_no_pace() {
    let mut window = Window::on(fixture::calm());
    window.harness.key_press(Key::CloseBracket);
    window.frames();
    assert_eq!(window.sent(), []);
    assert!(!window.has("Pace"));
}

#[test]
fn keys_do_not_work_while_a_text_is_typed() {
    let mut window = Window::on(fixture::calm());
    window.harness.key_press(Key::Space);
    window.frames();
    assert_eq!(window.sent(), [Request::Pause]);
    window.click("All knobs…");
    assert_eq!(window.harness.state().overlay(), Some(Overlay::AllKnobs));
    window.harness.key_press(Key::Space);
    window.frames();
    assert_eq!(window.sent(), []);
    window.harness.key_press(Key::Escape);
    window.frames();
    assert_eq!(window.harness.state().overlay(), None);
}

#[test]
fn undo_has_a_key() {
    let mut window = Window::on(fixture::overloaded());
    window.click("More machines: c7i.large");
    window.turned();
    let count = |count| Command::SetCount { pool: POOL, group: REMOTE, count };
    window.harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
    window.frames();
    assert_eq!(window.turned(), [count(2)]);
    window.harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND | eframe::egui::Modifiers::SHIFT, Key::Z);
    window.frames();
    assert_eq!(window.turned(), [count(3)]);
}
