//! Plots over time: one cursor for all, a stretch that is selected, and what is taken out of the window.

use std::fs;

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use scalelab::base::{Span, Time};
use scalelab::metrics::snapshot::Snapshot;
use scalelab::ui::{Follow, Overlay};

use super::Window;
use super::files::{type_path, wait_for};
use crate::fixture;

const PLOTS: [&str; 2] = ["Traffic over time", "Latency over time"];

fn plot(window: &Window, words: &str) -> Rect {
    window.harness.get_by_label_contains(words).rect()
}

/// Drags the pointer over a plot with these keys held, from one share of its width to another.
fn drag(window: &mut Window, place: Rect, shares: (f32, f32), modifiers: Modifiers) {
    let at = |share: f32| place.left_center() + vec2(share * place.width(), 0.0);
    let button = |pos: Pos2, pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers };
    window.harness.hover_at(at(shares.0));
    window.harness.event(Event::ModifiersChanged(modifiers));
    window.frames();
    let steps = (1..=4).map(|step| Event::PointerMoved(at(shares.0 + (shares.1 - shares.0) * step as f32 / 4.0)));
    let events = [button(at(shares.0), true)].into_iter().chain(steps).chain([button(at(shares.1), false)]);
    for event in events {
        window.harness.event(event);
        window.harness.step();
    }
    window.harness.event(Event::ModifiersChanged(Modifiers::NONE));
    window.frames();
}

fn texts(window: &Window) -> Vec<String> {
    super::looking::painted_texts(window).into_iter().map(|(_, words)| words).collect()
}

#[test]
fn a_stretch_is_selected_on_any_plot_and_numbers_speak_of_it() {
    for words in PLOTS {
        let mut window = Window::on(fixture::overloaded());
        let place = plot(&window, words);
        drag(&mut window, place, (0.1, 0.2), Modifiers::SHIFT);
        let (from, to) = window.harness.state().time().selected().expect("a stretch");
        assert!((from - 3.0).abs() < 0.2 && (to - 6.0).abs() < 0.2, "{from} to {to}");
        assert_eq!(window.harness.state().time().follow, Follow::Live, "selecting does not pan");
        assert_eq!(window.harness.query_all_by_label_contains("over 0:0").count(), 2, "in both plots");
        let rate = window.harness.state_mut().session().snapshot().expect("a picture").series.offered.finest();
        let within: Vec<f64> =
            rate.filter(|cell| (3.1..5.9).contains(&cell.start.secs())).map(|cell| cell.mean).collect();
        let mean = within.iter().sum::<f64>() / within.len() as f64;
        assert!((mean - 85.0).abs() < 10.0, "{mean}");
        let shown = texts(&window).into_iter().find(|words| words.ends_with("/s") && words.starts_with('8'));
        assert!(shown.is_some(), "{:?}", texts(&window));
        window.harness.key_press(Key::Escape);
        window.frames();
        assert_eq!(window.harness.state().time().selected(), None);
    }
}

#[test]
fn the_strip_of_events_selects_too_and_a_cross_clears() {
    let mut window = Window::on(fixture::overloaded());
    let place = plot(&window, "Events: ");
    drag(&mut window, place, (0.4, 0.2), Modifiers::SHIFT);
    let (from, to) = window.harness.state().time().selected().expect("a stretch");
    assert!((from - 6.0).abs() < 0.2 && (to - 12.0).abs() < 0.2, "{from} to {to}");
    window.harness.query_all_by_label("Clear the stretch").next().expect("a cross").click();
    window.frames();
    assert_eq!(window.harness.state().time().selected(), None);
    drag(&mut window, place, (0.4, 0.2), Modifiers::NONE);
    assert_eq!(window.harness.state().time().selected(), None, "without shift it pans");
}

#[test]
fn the_plot_under_the_pointer_names_values_and_marks() {
    let mut window = Window::on(fixture::overloaded());
    let place = plot(&window, "Latency over time");
    // Traffic doubles at 8 s of the 30 s that are shown.
    window.harness.hover_at(place.left_center() + vec2(place.width() * 8.05 / 30.0, 0.0));
    window.frames();
    let shown = texts(&window);
    let count = |words: &str| shown.iter().filter(|text| *text == words).count();
    // The strip of events, and the tooltip.
    assert_eq!(count("Traffic ×2.2"), 2, "{shown:?}");
    assert!(
        shown.iter().any(|text| text == "p99")
            && shown.iter().filter(|text| text.starts_with("raw at 0:08")).count() == 3
    );
    window.harness.hover_at(plot(&window, "jobs inside").center());
    window.frames();
    assert_eq!(window.harness.state().time().hover, None, "beside the plots nothing is read");
}

#[test]
fn keys_read_a_plot_value_by_value() {
    let mut window = Window::on(fixture::overloaded());
    window.harness.remove_cursor();
    window.harness.get_by_label_contains("Traffic over time").focus();
    window.frames();
    let hover = |window: &Window| window.harness.state().time().hover;
    let mut press = |key| {
        window.harness.key_press(key);
        window.frames();
        hover(&window).expect("a time")
    };
    assert!((press(Key::End) - 15.9).abs() < 1e-9);
    assert!((press(Key::ArrowLeft) - 15.8).abs() < 1e-9);
    assert!((press(Key::ArrowLeft) - 15.7).abs() < 1e-9);
    assert!((press(Key::ArrowRight) - 15.8).abs() < 1e-9);
    assert_eq!(press(Key::Home), 0.0);
    assert!((press(Key::ArrowRight) - 0.1).abs() < 1e-9);
    let node = window.harness.get_by_label_contains("At 0:00.1: ");
    let label = node.accesskit_node().label().expect("a label");
    assert!(label.starts_with("Traffic over time") && label.contains("arriving 0/s"), "{label}");
    assert!(node.is_focused(), "arrows stay in the plot");
}

/// Asks a view for a file by its menu.
fn export(window: &mut Window, view: &str, entry: &str) {
    window.click_button(&format!("{view}: fill the window, close, export"));
    window.click_button(entry);
    assert_eq!(window.harness.state().overlay(), Some(Overlay::Export));
}

/// Exports what a view shows now as CSV and as SVG, and returns both.
fn exported(window: &mut Window, folder: &std::path::Path, view: &str, name: &str) -> (String, String) {
    let [csv, svg] = [("CSV", "csv"), ("SVG", "svg")].map(|(form, ending)| {
        let path = folder.join(format!("{name}.{ending}"));
        export(window, view, &format!("Export as {form}…"));
        type_path(window, &path);
        window.click_button("Export");
        wait_for(window, name, |window| window.harness.state().overlay().is_none() && path.is_file());
        fs::read_to_string(&path).expect("the file")
    });
    (csv, svg)
}

#[test]
fn what_is_no_curve_over_time_is_taken_out_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = Window::on(fixture::overloaded());
    let folder = folder.path();
    let watch = fixture::overloaded().watch;

    window.show_only("tasks");
    let (csv, svg) = exported(&mut window, folder, "Tasks", "tasks");
    assert!(csv.starts_with("core,stage,job,task,attempt,sent_secs,delivered_secs,began_secs,ended_secs,outcome\n"));
    assert_eq!(csv.lines().count(), 41, "each of the 40 tasks in view");
    let spans = csv.lines().skip(1).map(|line| {
        let fields: Vec<f64> = line.split(',').filter_map(|field| field.parse().ok()).collect();
        fields[6] - fields[5]
    });
    let own = watch.tasks.iter().map(|bar| bar.ended.since(bar.began).secs());
    assert!((spans.sum::<f64>() - own.sum::<f64>()).abs() < 1e-9, "the seconds that were worked");
    assert!(svg.contains("run time") && svg.matches("<rect").count() > 40);

    window.show_only("latency");
    window.click("Heat map: how many jobs took how long, over time");
    let (csv, svg) = exported(&mut window, folder, "Latency", "heat");
    assert!(csv.starts_with("from_secs,to_secs,latency_from_secs,latency_to_secs,jobs,slowest 1 % (p99) [seconds]\n"));
    let jobs = csv.lines().skip(1).map(|line| line.split(',').nth(4).expect("jobs").parse::<u64>().expect("a number"));
    let own: u64 = watch.heat.columns().iter().flat_map(|column| column.counts).map(u64::from).sum();
    assert!(own > 0 && jobs.sum::<u64>() == own, "each job once");
    assert!(svg.contains("goal p99"));

    window.click_button(
        "Percentile curve: how long the slowest share of all jobs took, each step to the right a tenth of those before",
    );
    let (csv, svg) = exported(&mut window, folder, "Latency", "percentiles");
    assert!(csv.starts_with("share of all jobs that were as fast,this run [seconds]\n"));
    assert_eq!(csv.lines().count(), watch.percentiles.len() + 1);
    assert!(svg.contains("99 %") && svg.contains("goal 500 ms"));

    window.show_only("scaling");
    let (csv, svg) = exported(&mut window, folder, "Scaling", "scaling");
    assert!(csv.starts_with("cores,") && svg.contains("cores"), "{csv}");
}

#[test]
fn a_view_without_numbers_offers_its_picture_alone_and_says_so_when_asked() {
    let mut window = Window::on(fixture::overloaded());
    window.show_only("map");
    window.click_button("Map: fill the window, close, export");
    assert!(window.has("Export as PNG…") && !window.has("Export as CSV…"));
    window.harness.key_press(Key::Escape);
    window.frames();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    window.frames();
    let field = window.harness.get_by_role(Role::TextInput);
    field.set_text_value_accesskit("map export csv");
    window.frames();
    window.harness.key_press(Key::Enter);
    window.frames();
    assert!(window.has_part("This view has no numbers"), "{:?}", texts(&window));
}

#[test]
fn what_is_drawn_is_exported_and_never_over_another_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("traffic.csv");
    let mut window = Window::on(fixture::overloaded());
    export(&mut window, "Traffic", "Export as CSV…");
    type_path(&mut window, &path);
    window.click_button("Export");
    wait_for(&mut window, "the file", |window| window.has_part("Exported to"));
    let text = fs::read_to_string(&path).expect("the file");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("time_secs,failed [per second],arriving [per second],finished [per second]"));
    let rows: Vec<Vec<f64>> =
        lines.map(|line| line.split(',').map(|cell| cell.parse().expect("a number")).collect()).collect();
    let series = fixture::overloaded().series.offered;
    assert_eq!(rows.len(), series.finest().count(), "one row for each value that is drawn");
    let last = rows.last().expect("a row");
    assert!((last[0] - 15.9).abs() < 1e-9, "{last:?}");
    let newest: Vec<f64> = series.finest().rev().take(25).map(|cell| cell.mean).collect();
    assert!(
        (last[2] - newest.iter().sum::<f64>() / 25.0).abs() < 1e-9,
        "smoothed over 2.5 s as the curve is: {last:?}"
    );

    export(&mut window, "Latency", "Export as SVG…");
    type_path(&mut window, &path);
    window.click_button("Export");
    wait_for(&mut window, "the refusal", |window| window.has_part("it exists already"));
    assert_eq!(fs::read_to_string(&path).expect("the file"), text, "it stands as it was");
    let path = folder.path().join("latency.svg");
    type_path(&mut window, &path);
    window.click_button("Export");
    wait_for(&mut window, "the picture", |window| {
        window.has_part("latency.svg") && window.harness.state().overlay().is_none()
    });
    let picture = fs::read_to_string(&path).expect("the picture");
    for words in ["Latency (measured", "goal p99 &lt; 500 ms", "Traffic ×2.2", "slowest 1 % (p99)", "run time"] {
        assert!(picture.contains(words), "{words} is missing");
    }
}

#[test]
fn a_plot_is_shown_as_a_table_also_by_its_context_menu() {
    let mut window = Window::on(fixture::overloaded());
    window.harness.get_by_label_contains("Latency over time").click_secondary();
    window.frames();
    window.click_button("Show as table");
    assert_eq!(window.harness.state().overlay(), Some(Overlay::Table));
    assert!(window.has("Latency from 0:00 to 0:30") && window.has("slowest 1 % (p99) [seconds]"));
    assert!(window.has("0:02.0"), "the first value");
    assert!(!window.has("0:15.9"), "rows out of view are not laid out");
    window.click("Close");
    assert_eq!(window.harness.state().overlay(), None);
}

#[test]
fn what_is_refused_and_tried_again_is_shown_where_it_happens() {
    let window = Window::on(fixture::overloaded());
    assert!(!window.has_part("refused") && !window.has_part("retries"));
    let mut snapshot = fixture::overloaded();
    let at = Time::ZERO + Span::from_secs_f64(16.0);
    snapshot.series.shed.push(at, 12.0);
    snapshot.series.retries.push(at, 30.0);
    (snapshot.recent.shed, snapshot.recent.retries) = (12.0, 30.0);
    let window = Window::on(snapshot);
    assert!(window.has_part("12/s of these are refused, 30/s tasks are tried again"));
    assert!(window.has("shed") && window.has("retries"));
}

#[test]
fn a_run_longer_than_what_is_shown_has_an_overview_to_drag_through() {
    let window = Window::on(fixture::overloaded());
    assert!(!window.has_part("Shown: "));
    let mut snapshot: Snapshot = fixture::overloaded();
    snapshot.at = Time::ZERO + Span::from_secs(120);
    let mut window = Window::on(snapshot);
    let bar = plot(&window, "Shown: 1:30 to 2:00 of 2:00");
    assert_eq!(window.harness.get_by_label_contains("Shown: ").accesskit_node().role(), Role::ScrollBar);
    drag(&mut window, bar, (0.9, 0.65), Modifiers::NONE);
    let (from, to) = window.harness.state().time().bounds();
    assert!((from - 60.0).abs() < 2.0 && (to - 90.0).abs() < 2.0, "{from} to {to}");
    assert_eq!(window.harness.state().time().follow, Follow::Held);
    assert!(window.has("Follow live"), "it says that it let go");
    window.click("Follow live");
    assert_eq!(window.harness.state().time().bounds(), (90.0, 120.0));
}
