//! What is shown, and how one looks around in it.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, MouseWheelSource, MouseWheelUnit, TouchPhase, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use scalelab::metrics::snapshot::RunState;
use scalelab::ui::{Follow, Overlay};

use super::Window;
use crate::fixture;

#[test]
fn everything_painted_can_be_read_in_a_sentence() {
    let window = Window::on(fixture::overloaded());
    for sentence in [
        "OVERLOADED: 185/s arrive, 142/s finish; queue +43/s · 1 machine boots, ready in 1.2 s",
        "Traffic over time: 185/s jobs arrive, 142/s are finished, 0/s fail",
        "Latency over time: half of the jobs take at most 1.31 s, the slowest 5 % 1.72 s, the slowest 1 % 1.86 s; goal p99 < 500 ms",
        "Map: 344 jobs inside, 33,024 tasks wait, 2 machines at work, 142/s finished",
        "Cost: $0.178 an hour now, $0.000793 so far, $0.00042 per 1,000 jobs (assumed)",
        "Events: 4 events, the newest is Machines 1 → 2 at 0:15",
        "Mean of job 312 = 0.500003; within 4 standard errors of 0.5 (0.1)",
        "· answer pending: 3 chunks",
        "15,600 tasks/s, 1.14 GB/s",
    ] {
        assert!(window.has(sentence), "{sentence}");
    }
}

#[test]
fn every_widget_has_a_name_whatever_is_open() {
    let mut window = Window::on(fixture::overloaded());
    window.harness.check_accessibility();
    window.click("Scale up");
    window.harness.check_accessibility();
    for open in ["All knobs…", "Help", "Open…", "Save…"] {
        let open = if window.has(open) { open.to_owned() } else { format!("{open} •") };
        window.click_button(&open);
        assert!(window.harness.state().overlay().is_some(), "{open}");
        window.harness.check_accessibility();
        window.harness.key_press(Key::Escape);
        window.frames();
    }
}

#[test]
fn panning_lets_go_of_the_live_end_and_says_so() {
    let mut window = Window::on(fixture::calm());
    let mut late = fixture::overloaded();
    late.at = scalelab::base::Time(100_000_000_000);
    window.show(late);
    let strip = window.harness.get_by_label_contains("Events:").rect();
    let plot = window.harness.get_by_label_contains("Traffic over time").rect();
    for area in [strip, plot] {
        window.harness.drag_at(area.center());
        window.frames();
        window.harness.hover_at(area.center() + vec2(60.0, 0.0));
        window.frames();
        window.harness.drop_at(area.center() + vec2(60.0, 0.0));
        window.frames();
        assert_eq!(window.harness.state().time().follow, Follow::Held);
        let (_, to) = window.harness.state().time().bounds();
        assert!(to < 100.0, "{to}");
        window.click("Follow live");
        assert_eq!(window.harness.state().time().follow, Follow::Live);
    }
    window.harness.key_press(Key::F);
    window.frames();
    assert_eq!(window.harness.state().time().bounds(), (0.0, 100.0));
}

#[test]
fn scrolling_zooms_and_the_pointer_sets_the_time_of_all_plots() {
    let mut window = Window::on(fixture::overloaded());
    let plot = window.harness.get_by_label_contains("Latency over time").rect();
    window.harness.hover_at(plot.left_center() + vec2(120.0, 0.0));
    window.frames();
    let hover = window.harness.state().time().hover.expect("a time");
    assert!((0.0..16.0).contains(&hover), "{hover}");
    assert_eq!(window.harness.query_all_by_label_contains("raw at").count(), 2, "in both plots");
    let span = window.harness.state().time().span;
    let wheel = Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, 120.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: eframe::egui::Modifiers::NONE,
    };
    window.harness.event(wheel);
    window.frames();
    assert!(window.harness.state().time().span < span);
    window.harness.remove_cursor();
    window.frames();
    assert_eq!(window.harness.state().time().hover, None);
}

#[test]
fn knobs_are_found_by_words() {
    let mut window = Window::on(fixture::calm());
    window.click("All knobs…");
    assert!(window.has("Seed") && window.has("Prefetch"));
    window.harness.get_by_role_and_label(Role::TextInput, "Search knobs").type_text("mitzenmacher");
    window.frames();
    assert!(window.has("Send work to (load balancer)") && !window.has("Prefetch"));
    window.click("Close");
    assert_eq!(window.harness.state().overlay(), None);
}

#[test]
fn help_names_the_keys() {
    let mut window = Window::on(fixture::calm());
    window.click("Help");
    assert_eq!(window.harness.state().overlay(), Some(Overlay::Help));
    assert!(window.has("Space") && window.has("Pause"));
    let quiet = |window: &Window| {
        let label = "Quiet: draw twice a second, to leave the cores to the work";
        let node = window.harness.get_by_role_and_label(Role::CheckBox, label);
        node.accesskit_node().toggled() == Some(eframe::egui::accesskit::Toggled::True)
    };
    assert!(!quiet(&window));
    window.click("Quiet: draw twice a second, to leave the cores to the work");
    assert!(quiet(&window));
}

#[test]
fn the_theme_is_switched() {
    let mut window = Window::on(fixture::calm());
    let dark = |window: &Window| window.harness.ctx.theme() == eframe::egui::Theme::Dark;
    let before = dark(&window);
    window.click_button(if before { "Light" } else { "Dark" });
    assert_ne!(dark(&window), before);
    window.click_button(if before { "Dark" } else { "Light" });
    assert_eq!(dark(&window), before);
}

#[test]
fn a_broken_engine_is_said_plainly_and_can_be_started_again() {
    let mut window = Window::on(fixture::calm());
    let mut broken = fixture::calm();
    broken.state = RunState::Failed("a worker thread is gone".to_owned());
    window.show(broken);
    assert!(window.has("The run broke off: a worker thread is gone"));
    assert!(window.has("STOPPED BY AN ERROR: a worker thread is gone"));
}

#[test]
fn a_wrong_answer_and_a_late_engine_are_not_hidden() {
    let mut snapshot = fixture::calm();
    let answer = snapshot.answers.newest.as_mut().expect("an answer");
    answer.value = 0.501;
    snapshot.answers.wrong = 1;
    snapshot.lag = scalelab::base::Span::from_millis(250);
    snapshot.dropped = vec![("marks", 7)];
    let window = Window::on(snapshot);
    assert!(window.has_part("this is wrong"));
    assert!(window.has("· 1 wrong"));
    assert!(window.has("250 ms behind the clock"));
    assert!(window.has("marks: 7 dropped"));
}

#[test]
fn the_run_before_stays_behind_the_new_one() {
    let mut window = Window::on(fixture::overloaded());
    window.click("Restart");
    window.show(fixture::calm());
    let session = window.harness.state_mut().session();
    let before = session.series_before().expect("the run before");
    assert_eq!(before.p99.finest().count(), 160);
    assert!(window.harness.get_by_label_contains("Latency over time").accesskit_node().role() == Role::Image);
}

#[test]
fn the_latency_axis_keeps_its_labels_when_latency_grows() {
    let mut window = Window::on(fixture::overloaded());
    let mut grown = fixture::overloaded();
    for (secs, at) in [(0.03, 16), (3.0, 17)] {
        grown.series.p50.push(scalelab::base::Time(at * 1_000_000_000), secs);
    }
    window.show(grown);
    let plot = window.harness.get_by_label_contains("Latency over time").rect();
    let labels = painted_texts(&window).into_iter().filter(|(place, words)| {
        let beside = place.x < plot.left() + 60.0 && place.x > plot.left() - 60.0 && plot.y_range().contains(place.y);
        beside && (words.ends_with(" ms") || words.ends_with(" s"))
    });
    let labels: Vec<_> = labels.map(|(_, words)| words).collect();
    assert!(labels.len() >= 3, "{labels:?}");
}

/// Every text that is painted, and where it begins.
pub(super) fn painted_texts(window: &Window) -> Vec<(eframe::egui::Pos2, String)> {
    fn collect(shape: &eframe::egui::Shape, texts: &mut Vec<(eframe::egui::Pos2, String)>) {
        match shape {
            eframe::egui::Shape::Text(text) => texts.push((text.pos, text.galley.text().to_owned())),
            eframe::egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, texts)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    window.harness.output().shapes.iter().for_each(|clipped| collect(&clipped.shape, &mut texts));
    texts
}
