//! The shell of the window: layouts, what survives, the palette, what is dropped, and how the window looks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{DroppedFile, HoveredFile, Key, Modifiers, Theme, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use scalelab::engine::handle::Request;
use scalelab::scenario::Mode;
use scalelab::ui::Overlay;

use super::Window;
use super::files::{type_path, wait_for};
use crate::fixture;

/// Sentences of the views that are there in every build.
const MAP: &str = "Map: ";
const TRAFFIC: &str = "Traffic over time";
const LATENCY: &str = "Latency over time";
const COST: &str = "Cost: $";

fn picks(window: &mut Window, entries: &[&str]) {
    window.click_button("View");
    for entry in entries {
        window.click(entry);
    }
    // What is picked closes the menu, what is ticked leaves it open.
    if window.has("Window") {
        window.harness.key_press(Key::Escape);
        window.frames();
    }
}

fn ctrl(window: &mut Window, key: Key) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, key);
    window.frames();
}

pub(super) fn asks(window: &mut Window, query: &str) {
    ctrl(window, Key::P);
    assert_eq!(window.harness.state().overlay(), Some(Overlay::Palette));
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Search everything that can be done");
    field.type_text(query);
    window.frames();
}

pub(super) fn press(window: &mut Window, key: Key) {
    window.harness.key_press(key);
    window.frames();
}

fn is_ticked(window: &Window, label: &str) -> bool {
    let node = window.harness.get_by_role_and_label(Role::CheckBox, label);
    node.accesskit_node().toggled() == Some(Toggled::True)
}

/// A path in a folder that goes away.
fn window_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join("window.ron");
    (folder, path)
}

#[test]
fn a_layout_is_picked_and_has_the_views_it_names() {
    let mut window = Window::on(fixture::calm());
    for view in [MAP, TRAFFIC, LATENCY, COST] {
        assert!(window.has_part(view), "{view}");
    }
    picks(&mut window, &["Plan"]);
    assert!(window.has_part(COST) && !window.has_part(MAP) && !window.has_part(TRAFFIC));
    ctrl(&mut window, Key::Num3);
    assert!(window.has_part(MAP) && window.has_part(LATENCY) && !window.has_part(COST));
    ctrl(&mut window, Key::Num2);
    assert!(window.has_part(TRAFFIC) && window.has_part(LATENCY) && !window.has_part(MAP));
    ctrl(&mut window, Key::Num1);
    assert!(window.has_part(MAP) && window.has_part(COST));
}

#[test]
fn a_view_is_closed_shown_again_and_fills_the_window() {
    let mut window = Window::on(fixture::calm());
    window.click("Cost: fill the window, close, export");
    window.click("Close this view");
    assert!(!window.has_part(COST) && window.has_part(MAP));
    picks(&mut window, &["Cost"]);
    assert!(window.has_part(COST));
    let small = window.harness.get_by_label_contains(TRAFFIC).rect();
    window.harness.get_by_label("Traffic, jobs/s").click_secondary();
    window.frames();
    window.click("Fill the window");
    assert!(!window.has_part(MAP) && !window.has("Send work to"), "nothing stands beside it");
    assert!(window.harness.get_by_label_contains(TRAFFIC).rect().width() > 2.0 * small.width());
    press(&mut window, Key::Escape);
    assert!(window.has_part(MAP) && window.has_part(COST));
}

#[test]
fn every_view_can_be_closed_and_the_window_says_so() {
    let mut window = Window::on(fixture::calm());
    for title in ["Map", "Traffic", "Latency", "Cost"] {
        window.click(&format!("{title}: fill the window, close, export"));
        window.click("Close this view");
    }
    assert!(window.has_part("Every view is closed"));
    window.click_button("Explore");
    assert!(window.has_part(MAP) && window.has_part(COST));
}

#[test]
fn views_are_moved_by_their_titles_and_kept_as_ones_own() {
    let (_folder, path) = window_file();
    let mut window = Window::kept(&path);
    let place = |window: &Window, view: &str| window.harness.get_by_label_contains(view).rect();
    let title = window.harness.get_by_label("Traffic, jobs/s").rect().center();
    let before = place(&window, TRAFFIC);
    let target = place(&window, LATENCY);
    window.harness.drag_at(title);
    window.frames();
    // The right edge of a view: what is dropped there stands to its right.
    for x in [-80.0, -30.0, -12.0] {
        window.harness.hover_at(target.right_center() + vec2(x, 0.0));
        window.frames();
    }
    window.harness.drop_at(target.right_center() + vec2(-12.0, 0.0));
    window.frames();
    assert!(place(&window, TRAFFIC).left() > before.left() + 100.0, "it moved");
    window.click_button("View");
    assert!(window.has("Explore · changed"));
    window.click("Keep this as my own");
    let moved = place(&window, TRAFFIC);
    ctrl(&mut window, Key::Num1);
    assert_eq!(place(&window, TRAFFIC).left().round(), before.left().round(), "the built-in layout is as it was");
    ctrl(&mut window, Key::Num5);
    assert_eq!(place(&window, TRAFFIC).left().round(), moved.left().round());
    wait_for(&mut window, "the file", |_| fs::read_to_string(&path).is_ok_and(|text| text.contains("layout: Own")));
    drop(window);
    let again = Window::kept(&path);
    assert_eq!(place(&again, TRAFFIC).left().round(), moved.left().round(), "it survives");
}

#[test]
fn a_layout_with_a_view_that_does_not_exist_is_shown_without_it() {
    let (_folder, path) = window_file();
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let text = "(version: 1, layout: Own, own: Some(Row([
        (share: 1.0, is: View(\"map\")), (share: 9.0, is: View(\"of another version\")),
        (share: 1.0, is: Tabs(1, [View(\"traffic\"), View(\"cost\")]))])))";
    fs::write(&path, text).expect("written");
    let mut window = Window::kept(&path);
    assert!(window.has_part(MAP) && window.has_part(COST) && !window.has_part(TRAFFIC));
    assert!(!window.has_part("could not be read"));
    window.click_button("Traffic");
    assert!(window.has_part(TRAFFIC) && !window.has_part(COST));
    wait_for(&mut window, "the other tab", |_| fs::read_to_string(&path).is_ok_and(|text| text.contains("Tabs(0")));
}

#[test]
fn theme_switches_and_files_survive() {
    let (folder, path) = window_file();
    let scenario = folder.path().join("mine.ron");
    fs::write(&scenario, fixture::TEXT).expect("written");
    let mut window = Window::kept(&path);
    let other = if window.harness.ctx.theme() == Theme::Dark { "Light" } else { "Dark" };
    window.click_button(other);
    let theme = window.harness.ctx.theme();
    picks(&mut window, &["Presenter mode", "Reduced motion", "High contrast", "Quiet mode"]);
    open(&mut window, &scenario);
    wait_for(&mut window, "the file", |_| fs::read_to_string(&path).is_ok_and(|text| text.contains("mine.ron")));
    drop(window);
    let mut again = Window::kept(&path);
    assert_eq!(again.harness.ctx.theme(), theme);
    again.click_button("View");
    for switch in ["Presenter mode", "Reduced motion", "High contrast", "Quiet mode"] {
        assert!(is_ticked(&again, switch), "{switch}");
    }
    press(&mut again, Key::Escape);
    ctrl(&mut again, Key::O);
    assert!(again.has_part("mine.ron"));
}

fn open(window: &mut Window, path: &Path) {
    ctrl(window, Key::O);
    type_path(window, path);
    window.click_button("Open");
    wait_for(window, "the scenario", |window| window.harness.state().overlay().is_none());
}

#[test]
fn a_file_that_cannot_be_read_is_kept_aside_and_said() {
    let (_folder, path) = window_file();
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, "(version: 1, theme: Purple)").expect("written");
    let mut window = Window::kept(&path);
    assert!(window.has_part("Layout and options of the last time could not be read"));
    let aside = path.with_extension("unreadable-1.ron");
    assert_eq!(fs::read_to_string(aside).expect("it is there"), "(version: 1, theme: Purple)");
    window.click_button("Close");
    assert!(!window.has_part("could not be read"));
}

#[test]
fn the_palette_does_what_is_typed() {
    let mut window = Window::on(fixture::calm());
    asks(&mut window, "pau");
    press(&mut window, Key::Enter);
    assert_eq!(window.sent(), [Request::Pause]);
    assert_eq!(window.harness.state().overlay(), None);
    asks(&mut window, "layout plan");
    press(&mut window, Key::Enter);
    assert!(!window.has_part(MAP));
    asks(&mut window, "help");
    press(&mut window, Key::Enter);
    assert_eq!(window.harness.state().overlay(), Some(Overlay::Help));
    press(&mut window, Key::Escape);
    asks(&mut window, "zebra crossing");
    assert!(window.has_part("Nothing that can be done"));
    press(&mut window, Key::Enter);
    press(&mut window, Key::Escape);
    assert_eq!((window.harness.state().overlay(), window.sent().len()), (None, 0));
    asks(&mut window, "");
    ctrl(&mut window, Key::P);
    assert_eq!(window.harness.state().overlay(), None, "the same keys close it");
}

#[test]
fn arrows_choose_in_the_palette() {
    let mut window = Window::on(fixture::calm());
    asks(&mut window, "layout");
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown, Key::ArrowUp, Key::Enter] {
        press(&mut window, key);
    }
    assert!(window.has_part(MAP) && !window.has_part(COST), "the third of them is for teaching");
    asks(&mut window, "circuit");
    window.click("Explain: Circuit breaker, Knob");
    assert_eq!(window.harness.state().overlay(), Some(Overlay::AllKnobs));
    assert!(window.has("Circuit breaker") && !window.has("Prefetch"));
}

#[test]
fn the_palette_names_everything_and_its_keys() {
    let mut window = Window::on(fixture::calm());
    for (query, row) in [
        ("start the run", "Restart: start the run again (replay), Run, Ctrl+R"),
        ("replay", "Restart: start the run again (replay), Run, Ctrl+R"),
        ("undo", "Undo: take the last turn of a knob back, Run, Ctrl+Z"),
        ("turn it again", "Redo: turn it again, Run, Ctrl+Shift+Z"),
        ("simulate", "Simulate, by a virtual clock, Run, Ctrl+M"),
        ("save", "Save…, File, Ctrl+S"),
        ("quit", "Quit, File, Ctrl+Q"),
        ("follow", "Follow the live end, Look, ."),
        ("presenter", "Presenter mode: turn it on, Look, F5"),
        ("contrast", "High contrast: turn it on, Look"),
        ("motion", "Reduced motion: turn it on, Look"),
        ("quiet", "Quiet mode: turn it on, Look"),
        ("colours dark", "Dark or light colours, Look, Ctrl+L"),
        ("close view cost", "Close the view: Cost, Look"),
        ("services", "What does it cost to cut one program into services?, Scenario"),
        ("prefetch", "Explain: Prefetch, Knob"),
    ] {
        asks(&mut window, query);
        let row = if cfg!(target_os = "macos") { row.split(", ").next().unwrap_or(row) } else { row };
        assert!(window.has_part(row), "{query}: {row}");
        ctrl(&mut window, Key::P);
    }
    assert!(!window.has("Pace"));
}

#[test]
fn keys_of_the_list_work_and_help_names_them() {
    let mut window = Window::on(fixture::calm());
    for (key, overlay) in [(Key::O, Overlay::Open), (Key::S, Overlay::Save), (Key::K, Overlay::AllKnobs)] {
        ctrl(&mut window, key);
        assert_eq!(window.harness.state().overlay(), Some(overlay));
        press(&mut window, Key::Escape);
    }
    ctrl(&mut window, Key::M);
    let starts = window.harness.state_mut().session().fixed_run().expect("a picture").starts.clone();
    assert_eq!(starts, [Mode::Simulate]);
    press(&mut window, Key::F1);
    assert!(window.has("F1") && window.has("Help: keys and words") && window.has("Fit the whole run"));
    assert!(window.has("Slower (simulated runs)"), "what only a simulated run has");
}

/// A file as a desktop hands it over.
#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|err| err.to_string())
    }
}

fn drop_files(window: &mut Window, paths: &[&Path]) {
    window.harness.input_mut().dropped_files =
        paths.iter().map(|path| Arc::new(Dropped(path.to_path_buf())) as _).collect();
    window.harness.run_steps(1);
    window.harness.input_mut().dropped_files.clear();
    window.frames();
}

#[test]
fn what_is_dropped_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("dropped.ron");
    fs::write(&file, fixture::TEXT.replace("Can this computer keep up?", "Was this dropped?")).expect("written");
    let mut window = Window::on(fixture::calm());
    window.harness.input_mut().hovered_files = vec![HoveredFile { path: Some(file.clone()), mime: String::new() }];
    window.frames();
    window.harness.input_mut().hovered_files.clear();
    drop_files(&mut window, &[&file]);
    wait_for(&mut window, "the scenario", |window| window.has("Was this dropped?"));
    ctrl(&mut window, Key::O);
    assert!(window.has_part("dropped.ron"), "it is among the recent files");
}

#[test]
fn a_dropped_directory_is_read_as_a_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = Window::on(fixture::calm());
    drop_files(&mut window, &[folder.path()]);
    wait_for(&mut window, "the refusal", |window| window.has_part("it holds no replay.ron"));
    fs::write(folder.path().join("replay.ron"), fixture::TEXT).expect("written");
    drop_files(&mut window, &[folder.path()]);
    let is_engine = |window: &Window| window.has_part("0:00");
    wait_for(&mut window, "the run", is_engine);
}

#[test]
fn what_cannot_be_opened_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("image.png");
    fs::write(&image, [0_u8; 16]).expect("written");
    let mut window = Window::on(fixture::calm());
    drop_files(&mut window, &[&image]);
    wait_for(&mut window, "the refusal", |window| window.has_part("is no scenario (.ron), no run directory"));
    drop_files(&mut window, &[&image, &image]);
    assert!(window.has_part("2 files at once"));
    fs::write(folder.path().join("broken.slrun"), "no pack").expect("written");
    drop_files(&mut window, &[&folder.path().join("broken.slrun")]);
    wait_for(&mut window, "what is wrong with it", |window| window.has_part("broken.slrun"));
}

#[test]
fn presenting_is_larger_and_leaves_out_what_a_room_does_not_need() {
    let mut window = Window::on(fixture::calm());
    let zoom = |window: &Window| window.harness.ctx.zoom_factor();
    assert_eq!(zoom(&window), 1.0);
    assert!(window.has("Open…") && window.has_part("Events:"));
    press(&mut window, Key::F5);
    assert!(zoom(&window) > 1.2);
    assert!(!window.has("Open…") && !window.has_part("Events:") && window.has("Pause") && window.has("View"));
    window.harness.check_accessibility();
    press(&mut window, Key::F5);
    assert_eq!(zoom(&window), 1.0);
    assert!(window.has("Open…"));
}

#[test]
fn reduced_motion_stops_the_toolkit_and_the_dots() {
    let mut window = Window::on(fixture::calm());
    let animation = |window: &Window| window.harness.ctx.global_style().animation_time;
    assert!(animation(&window) > 0.0);
    picks(&mut window, &["Reduced motion"]);
    assert_eq!(animation(&window), 0.0);
    let dots = |window: &Window| circles(window);
    window.frames();
    let before = dots(&window);
    window.frames();
    assert!(before.len() > 10, "{}", before.len());
    assert_eq!(dots(&window), before, "they stand still");
}

/// Where circles are painted, and how large.
fn circles(window: &Window) -> Vec<(f32, f32, f32)> {
    fn collect(shape: &eframe::egui::Shape, found: &mut Vec<(f32, f32, f32)>) {
        match shape {
            eframe::egui::Shape::Circle(circle) => found.push((circle.center.x, circle.center.y, circle.radius)),
            eframe::egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    window.harness.output().shapes.iter().for_each(|clipped| collect(&clipped.shape, &mut found));
    found
}

#[test]
fn high_contrast_stands_on_black_or_white() {
    let mut window = Window::on(fixture::calm());
    picks(&mut window, &["High contrast"]);
    let style = window.harness.ctx.style_of(Theme::Dark);
    assert_eq!(style.visuals.window_fill, eframe::egui::Color32::BLACK);
    let style = window.harness.ctx.style_of(Theme::Light);
    assert_eq!(style.visuals.window_fill, eframe::egui::Color32::WHITE);
    picks(&mut window, &["High contrast"]);
    let style = window.harness.ctx.style_of(Theme::Dark);
    assert_ne!(style.visuals.window_fill, eframe::egui::Color32::BLACK);
}

#[test]
fn every_part_of_the_shell_has_a_name() {
    let mut window = Window::on(fixture::overloaded());
    window.click_button("View");
    window.harness.check_accessibility();
    press(&mut window, Key::Escape);
    window.click("Map: fill the window, close, export");
    window.harness.check_accessibility();
    press(&mut window, Key::Escape);
    ctrl(&mut window, Key::P);
    window.harness.check_accessibility();
}
