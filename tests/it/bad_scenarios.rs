//! Broken scenarios are refused with the exact text that a person should see.
//!
//! Each `tests/data/bad/NAME.ron` stands beside a `NAME.txt` with the expected error. `BLESS=1` writes those anew: read
//! the difference before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use scalelab::scenario::{Host, ScenarioErrors, limits, load, read_text};

/// At least this many broken scenarios are kept.
const CASES_MIN: usize = 24;

fn host() -> Host {
    Host { cores: 2, cpu: "a processor".to_owned() }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bad")
}

/// What a person sees, with the file's name alone.
fn refusal(path: &Path, name: &str) -> String {
    let shown = |errors: ScenarioErrors| ScenarioErrors { origin: name.to_owned(), ..errors }.to_string();
    match read_text(path) {
        Ok(text) => load(&text, name, &host()).map_or_else(|errors| errors.to_string(), |_| "no error".to_owned()),
        Err(errors) => shown(errors),
    }
}

#[test]
fn broken_scenarios_are_refused_in_the_words_expected() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".ron").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= CASES_MIN, "{} broken scenarios", names.len());
    let mut differing = Vec::new();
    for name in names {
        let shown = refusal(&folder().join(format!("{name}.ron")), &format!("{name}.ron")) + "\n";
        let expected_path = folder().join(format!("{name}.txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected_path, &shown).unwrap();
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if shown != expected || shown == "no error\n" {
            differing.push(format!("{name}: expected\n{expected}\nfound\n{shown}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
}

#[test]
fn a_file_that_is_too_large_is_refused_by_name_of_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.ron");
    fs::write(&path, vec![b' '; usize::try_from(limits::FILE_BYTES_MAX.0).unwrap() + 1]).unwrap();
    let shown = refusal(&path, "large.ron");
    assert_eq!(
        shown,
        "large.ron: this file is larger than 4MiB, the limit FILE_BYTES_MAX\n      = a scenario is written by a person: is this the right file?"
    );
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let missing = refusal(&folder.path().join("none.ron"), "none.ron");
    assert!(missing.starts_with("none.ron: cannot read this file: "), "{missing}");
    assert!(missing.contains("check the name"), "{missing}");
    let not_a_file = refusal(folder.path(), "folder");
    assert!(not_a_file.starts_with("folder: cannot read this file: "), "{not_a_file}");
}
