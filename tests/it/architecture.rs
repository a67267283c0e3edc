//! The house rules of ARCHITECTURE.md, held against the code; and the rules held against planted offences.

mod rules;
mod scan;

use std::fs;
use std::path::Path;

use rules::{Source, Table, Violation, check, too_long};

#[test]
fn sources_keep_the_rules() {
    assert_none(&check(&table(), &files("src")));
}

#[test]
fn tests_and_benches_are_short_files() {
    let sources: Vec<Source> = ["tests", "benches"].into_iter().flat_map(files).collect();
    assert_none(&too_long(&sources));
}

#[test]
fn page_and_library_speak_of_the_same_folders() {
    let table = table();
    let declared: Vec<String> = module_names(&read("src/lib.rs"));
    assert!(declared.len() >= 10, "lib.rs declares its folders");
    for folder in &declared {
        assert!(table.folders().any(|known| known == folder), "ARCHITECTURE.md has no row for `{folder}`");
    }
}

#[test]
fn there_is_one_egui() {
    let lock = read("Cargo.lock");
    assert_eq!(lock.lines().filter(|line| *line == "name = \"egui\"").count(), 1);
}

#[test]
fn forbidden_imports_are_found_however_they_are_written() {
    let offences = [
        ("src/policy/x.rs", "use crate::cluster::Cluster;", "may not import `cluster::Cluster`"),
        ("src/analysis/x.rs", "use crate::{base::Time, engine::handle};", "may not import `engine::handle`"),
        (
            "src/analysis/x.rs",
            "use crate::{base::{Time, Span}, metrics::{snapshot::Snapshot, recorder}};",
            "metrics::recorder",
        ),
        (
            "src/cluster/x.rs",
            "fn f() { let _ = 1 + crate::engine::queue::depth(); }",
            "may not import `engine::queue::depth`",
        ),
        (
            "src/traffic/x.rs",
            "fn f() -> Option<super::super::cluster::Event> { None }",
            "may not import `cluster::Event`",
        ),
        ("src/traffic/x.rs", "mod inner { use super::super::super::world; }", "may not import `world`"),
        ("src/traffic/x.rs", "fn f() { println!(\"{}\", crate::engine::now()); }", "may not import `engine::now`"),
        ("src/traffic/x.rs", "use crate as all; fn f() { all::engine::now(); }", "names the crate's root"),
        ("src/traffic.rs", "use super::*;", "names the crate's root"),
        ("src/traffic/x.rs", "pub use crate::world::{self as nature};", "may not import `world`"),
        ("src/main.rs", "fn main() { scalelab::engine::run(); }", "`main` may not import `engine::run`"),
        ("src/shed/mod.rs", "", "has no folder `shed`"),
    ];
    for (path, text, expected) in offences {
        assert_found(path, text, expected);
    }
}

#[test]
fn doors_in_the_table_are_narrow() {
    let offences = [
        ("src/metrics/x.rs", "use crate::cluster::Cluster;", "may not import `cluster::Cluster`"),
        ("src/world/x.rs", "use crate::cluster::{Action, Cluster};", "may not import `cluster::Cluster`"),
        ("src/world/x.rs", "use crate::cluster;", "may not import `cluster`"),
        ("src/ui/x.rs", "use crate::engine::run::Engine;", "may not import `engine::run::Engine`"),
        ("src/ui/x.rs", "use crate::engine::*;", "may not import `engine`"),
        ("src/analysis/x.rs", "use crate::metrics;", "may not import `metrics`"),
    ];
    for (path, text, expected) in offences {
        assert_found(path, text, expected);
    }
    assert_clean("src/metrics/x.rs", "use crate::cluster::{Fact, event::Outcome};");
    assert_clean("src/world/x.rs", "use crate::cluster::{Action, Event};");
    assert_clean("src/ui/x.rs", "use crate::engine::handle::{Handle, Request};");
    assert_clean("src/analysis/x.rs", "use crate::metrics::{snapshot::Snapshot, summary::Summary};");
}

#[test]
fn outside_crates_stay_behind_their_fences() {
    let offences = [
        ("src/engine/x.rs", "use egui::Color32;", "`egui::Color32` is fenced"),
        ("src/cli/x.rs", "use eframe;", "`eframe` is fenced"),
        ("src/metrics/x.rs", "fn f(_: &egui_plot::Plot) {}", "`egui_plot::Plot` is fenced"),
        ("src/cluster/x.rs", "fn f() { ::rayon::join(|| 1, || 2); }", "`rayon::join` is fenced"),
        ("src/engine/x.rs", "#[tokio::main] async fn f() {}", "`tokio::main` is fenced"),
        ("src/world/link.rs", "use std::{fmt, net::TcpStream};", "`std::net::TcpStream` is fenced"),
        ("src/traffic/x.rs", "use ndarray::{Array, Axis};", "`ndarray::Axis` is fenced"),
        ("src/cluster/x.rs", "use std::time::{Duration, Instant};", "`std::time::Instant` is fenced"),
        ("src/cluster/x.rs", "use std::time; fn f() { time::Instant::now(); }", "`std::time` is fenced"),
        ("src/policy/x.rs", "use std::time::*;", "`std::time` is fenced"),
        ("src/engine/x.rs", "fn f() { std::thread::sleep(D); }", "`std::thread::sleep` is fenced"),
        ("src/cluster/x.rs", "use crate::base::os;", "`base::os` is fenced"),
        ("src/metrics/x.rs", "fn f() { std::fs::remove_file(\"x\").ok(); }", "`std::fs::remove_file` is fenced"),
        ("src/engine/x.rs", "extern crate anyhow;", "`anyhow` is fenced"),
    ];
    for (path, text, expected) in offences {
        assert_found(path, text, expected);
    }
    assert_clean("src/ui/x.rs", "use egui::Color32; use eframe::egui;");
    assert_clean("src/cluster/x.rs", "use std::time::Duration;");
    assert_clean("src/engine/x.rs", "use std::thread::JoinHandle;");
    assert_clean("src/workload/x.rs", "use ndarray::Array2; use rayon::prelude::*;");
    assert_clean("src/engine/clock.rs", "use std::time::Instant;");
}

#[test]
fn control_and_policy_cannot_name_a_fault() {
    let offences = [
        ("src/policy/x.rs", "use crate::scenario::Fault;", "`Fault` names a fault"),
        (
            "src/cluster/x.rs",
            "fn f(c: C) { if let C::Inject { fault: slow, .. } = c { g(slow) } }",
            "`fault` names a fault",
        ),
        ("src/cluster/x.rs", "struct SlowFault;", "`SlowFault` names a fault"),
        ("src/policy/x.rs", "fn fault_rate() {}", "`fault_rate` names a fault"),
    ];
    for (path, text, expected) in offences {
        assert_found(path, text, expected);
    }
    assert_clean("src/policy/x.rs", "#[derive(Default)] struct A; const DEFAULT: A = A; fn defaults() {}");
    assert_clean("src/world/x.rs", "use crate::scenario::Fault;");
}

#[test]
fn sampling_goes_through_libm() {
    assert_found("src/traffic/x.rs", "fn f(u: f64) -> f64 { -u.ln() }", "`ln` differs between platforms");
    assert_found("src/scenario/x.rs", "fn f(u: f64) -> f64 { f64::powf(u, 0.9) }", "`powf` differs between platforms");
    assert_clean("src/traffic/x.rs", "fn f(u: f64) -> f64 { -libm::log(u).sqrt() }");
    assert_clean("src/analysis/x.rs", "fn f(u: f64) -> f64 { u.ln() }");
}

#[test]
fn words_of_the_window_stand_in_one_place() {
    assert_found("src/ui/panels/cost.rs", "fn f(ui: U) { ui.label(\"Dollars so far\"); }", "is for people");
    assert_found("src/ui/panels/cost.rs", "fn f(x: u8) -> S { format!(\"{x} still waiting\") }", "is for people");
    assert_clean("src/ui/x.rs", "fn f() -> E { E::custom(format!(\"{x} is not a colour\")) }");
    assert_clean("src/ui/text.rs", "pub const COST: &str = \"Dollars so far\";");
    assert_clean(
        "src/ui/x.rs",
        "/// Dollars so far.\nfn f(x: O) { x.expect(\"a pool has a worker\"); id(\"cost.so_far\"); g(\"{a} {b}\"); }",
    );
}

#[test]
fn long_files_are_named() {
    assert_found("src/base/x.rs", &"\n".repeat(501), "has 501 lines, 500 at most");
    assert_clean("src/base/x.rs", &"\n".repeat(500));
}

#[test]
fn comments_strings_and_tests_are_not_imports() {
    let innocent = [
        "// use crate::engine::run;\n/* crate::engine::run */\n/// See [`crate::engine::run`].\nfn f() {}",
        "const NAME: &str = \"crate::engine::run\"; const RAW: &str = r#\"use egui::Ui;\"#;",
        "#[cfg(test)] mod tests { use super::*; use crate::engine::queue; }",
        "#[cfg(all(test, feature = \"window\"))] mod tests { use crate::engine::queue; }",
        "#[cfg(test)] use crate::engine::{queue, clock}; fn f() {}",
        "#[cfg(test)] #[expect(unused, reason = \"shown\")] fn f() -> [u8; 2] { crate::engine::two() }",
        "fn engine(x: X) { x.engine::<u8>().run(); <X as T>::egui(); let egui = 1; }",
        "fn f(x: X) -> impl Sized + use<> { self::g(super::h(x)) }",
        "pub(in crate::traffic) fn f() {}",
    ];
    for text in innocent {
        assert_clean("src/traffic/x.rs", text);
    }
    assert_found("src/traffic/x.rs", "#[cfg(test)] use crate::world; use crate::engine;", "may not import `engine`");
    assert_found("src/traffic/x.rs", "#[cfg(not(test))] use crate::engine;", "may not import `engine`");
    assert_found("src/traffic/x.rs", "#[cfg(test)] mod tests { } use crate::engine;", "may not import `engine`");
}

#[test]
fn a_test_module_may_be_a_file_of_its_own() {
    let parent = ("src/traffic/x.rs".to_owned(), "#[cfg(test)] mod tests;".to_owned());
    let tests = ("src/traffic/x/tests.rs".to_owned(), "use crate::engine::queue;".to_owned());
    assert_none(&check(&table(), &[parent, tests.clone()]));
    assert_eq!(check(&table(), &[tests]).len(), 1, "without its declaration it is ordinary code");
}

/// Plants a file among the sources and expects one of its offences to read like `expected`.
fn assert_found(path: &str, text: &str, expected: &str) {
    let found = planted(path, text);
    assert!(
        found.iter().any(|one| one.message.contains(expected)),
        "in {path}: {text:.80}\nexpected {expected}\ngot {found:#?}"
    );
}

fn assert_clean(path: &str, text: &str) {
    let found = planted(path, text);
    assert!(found.is_empty(), "in {path}: {text:.80}\n{found:#?}");
}

/// What the rules say of this file when it stands among the sources, in place of one of that name.
fn planted(path: &str, text: &str) -> Vec<Violation> {
    let mut sources = files("src");
    // Of the others only what they pass on, and what they call a test, says anything of this one.
    sources.retain(|(other, text)| other != path && (text.contains("pub use") || text.contains("mod tests;")));
    sources.push((path.to_owned(), text.to_owned()));
    let mut found = check(&table(), &sources);
    found.retain(|violation| violation.path == path);
    found
}

fn assert_none(violations: &[Violation]) {
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

fn table() -> Table {
    Table::of_page(&read("ARCHITECTURE.md"))
}

/// Names in `pub mod name;`.
fn module_names(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The Rust files below a folder of the project; none where it does not exist yet.
fn files(folder: &str) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.expect("the folder is readable").file_name()).collect();
    names.sort();
    let mut sources = Vec::new();
    for name in names {
        let path = format!("{folder}/{}", name.to_string_lossy());
        if path.ends_with(".rs") {
            sources.push((path.clone(), read(&path)));
        } else {
            sources.extend(files(&path));
        }
    }
    sources
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|err| panic!("{path}: {err}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
