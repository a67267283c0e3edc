//! Opening, saving, and what survives a crash. Work with files goes on beside the window, so these tests wait for it.

use std::fs;
use std::time::{Duration, Instant};

use egui_kittest::kittest::Queryable;
use scalelab::base::{GroupIx, PoolId};
use scalelab::scenario::{Command, load};

use super::Window;
use crate::fixture;

/// Draws until something is so.
#[track_caller]
pub(super) fn wait_for(window: &mut Window, what: &str, is_so: impl Fn(&Window) -> bool) {
    #[expect(clippy::disallowed_methods, reason = "a test that waits for a thread needs an end")]
    let deadline = Instant::now() + Duration::from_secs(20);
    #[expect(clippy::disallowed_methods, reason = "a test that waits for a thread needs an end")]
    while Instant::now() < deadline {
        window.frames();
        if is_so(window) {
            return;
        }
        #[expect(clippy::disallowed_methods, reason = "the thread needs a core")]
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain for {what}");
}

pub(super) fn type_path(window: &mut Window, path: &std::path::Path) {
    let field = window.harness.get_by_role_and_label(eframe::egui::accesskit::Role::TextInput, "Path of the file");
    field.set_text_value_accesskit(&path.display().to_string());
    window.frames();
}

#[test]
fn what_was_done_is_saved_as_the_timeline_of_a_new_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.ron");
    let mut window = Window::on(fixture::overloaded());
    assert_eq!(window.harness.state_mut().session().unsaved(), 1);
    window.click("Save… •");
    type_path(&mut window, &path);
    window.click_button("Save");
    wait_for(&mut window, "the file", |window| window.has_part("Saved to"));
    assert_eq!(window.harness.state_mut().session().unsaved(), 0);
    let text = fs::read_to_string(&path).expect("the file");
    assert!(text.starts_with("// Can this computer keep up?"), "comments stay");
    let scenario = load(&text, "mine.ron", &fixture::host()).expect("it can be opened again");
    let count = Command::SetCount { pool: PoolId(0), group: GroupIx(1), count: 2 };
    assert!(scenario.timeline.iter().any(|entry| entry.command == count && entry.at.secs() == 15.2));
}

#[test]
fn what_was_saved_before_is_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.ron");
    fs::write(&path, "what stood there").expect("written");
    let mut window = Window::on(fixture::overloaded());
    window.click("Save… •");
    type_path(&mut window, &path);
    window.click_button("Save");
    wait_for(&mut window, "the refusal", |window| window.has_part("it exists already"));
    assert_eq!(fs::read_to_string(&path).expect("the file"), "what stood there");
    assert_eq!(window.harness.state_mut().session().unsaved(), 1);
}

#[test]
fn changes_that_no_file_holds_are_not_thrown_away_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.ron");
    fs::write(&path, fixture::TEXT.replace("Can this computer keep up?", "Another one")).expect("written");
    let mut window = Window::on(fixture::overloaded());
    let open = |window: &mut Window| {
        window.click("Open…");
        type_path(window, &path);
        window.click_button("Open");
    };
    open(&mut window);
    assert!(window.has("1 change of yours would be lost: no file holds what you did here"));
    assert_eq!(window.harness.state().overlay(), None, "the question is not covered");
    window.click_button("Stay here");
    assert!(!window.has_part("would be lost") && window.harness.state_mut().session().is_dirty());
    open(&mut window);
    window.click_button("Open anyway");
    wait_for(&mut window, "the other scenario", |window| window.has("Another one"));
    assert!(!window.harness.state_mut().session().is_dirty());
}

#[test]
fn a_file_that_is_no_scenario_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("broken.ron");
    fs::write(&path, "(version: 1, titel: \"x\")").expect("written");
    let mut window = Window::on(fixture::calm());
    window.click("Open…");
    type_path(&mut window, &path);
    window.click_button("Open");
    wait_for(&mut window, "the refusal", |window| window.has_part("titel"));
    window.harness.key_press(eframe::egui::Key::Escape);
    window.frames();
    window.click_button("Close");
    assert!(!window.has_part("titel"));
}

#[test]
fn a_directory_without_a_run_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = Window::on(fixture::calm());
    window.click("Open…");
    type_path(&mut window, folder.path());
    window.click_button("Open");
    wait_for(&mut window, "the refusal", |window| window.has_part("it holds no replay.ron"));
    fs::write(folder.path().join("replay.ron"), "(version: 1, titel: \"x\")").expect("written");
    window.click_button("Open");
    wait_for(&mut window, "what is wrong in the recorded run", |window| window.has_part("replay.ron:1:"));
}

#[test]
fn unsaved_changes_are_kept_and_offered_after_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data").join("unsaved.ron");
    let mut window = Window::with(fixture::overloaded(), Some(path.clone()));
    assert!(!window.has_part("unsaved changes of the last time"));
    // The clock of a test window goes on with its frames; the first write is due after three seconds of it.
    wait_for(&mut window, "the kept changes", |_| path.exists());
    drop(window);
    let mut window = Window::with(fixture::calm(), Some(path.clone()));
    assert!(window.has_part("unsaved changes of the last time"));
    let kept = fs::read_to_string(path.with_extension("before.ron")).expect("the file");
    let scenario = load(&kept, "unsaved.ron", &fixture::host()).expect("it can be restored");
    assert_eq!(scenario.timeline.len(), 2);
    window.click("Discard");
    assert!(!path.with_extension("before.ron").exists());
    assert!(!window.has_part("unsaved changes of the last time"));
}

#[test]
fn a_built_in_scenario_is_opened_by_its_question_or_by_what_is_changed_about_it() {
    const QUESTION: &str = "What does it cost to cut one program into services?";
    let is_shut = |window: &Window| !window.has_part("Or one that is built in");
    let mut window = Window::on(fixture::calm());
    window.click("Open…");
    window.click(QUESTION);
    wait_for(&mut window, "the scenario", |window| is_shut(window) && window.has(QUESTION) && window.has("Pool"));
    window.click("Open…");
    window.click("one process");
    wait_for(&mut window, "its twin", |window| is_shut(window) && window.has(QUESTION) && !window.has("Pool"));
}
