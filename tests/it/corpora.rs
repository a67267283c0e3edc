//! What fuzzing has found, and what it begins with, on the stable compiler: every file of `fuzz/corpus` is read as its
//! target reads it. A file that once broke a reader stays there.

use std::fs;
use std::path::{Path, PathBuf};

use scalelab::engine::recorded::{read_events, read_head};
use scalelab::scenario::{Host, load};

/// The files of a target.
fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).expect("the corpus is part of the project");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    files
}

#[test]
fn every_scenario_of_the_corpus_is_read_or_refused_in_words() {
    let host = Host { cores: 2, cpu: "fuzz".to_owned() };
    let files = corpus("scenario");
    let mut accepted = 0;
    for file in &files {
        let Ok(text) = String::from_utf8(fs::read(file).expect("a readable file")) else { continue };
        match load(&text, "fuzz", &host) {
            Ok(_) => {
                accepted += 1;
                let ron: Result<serde::de::IgnoredAny, _> = ron::from_str(&text);
                assert!(ron.is_ok(), "{}: accepted, and no RON: {ron:?}", file.display());
            }
            Err(errors) => assert!(!errors.to_string().is_empty(), "{}: refused without a word", file.display()),
        }
    }
    assert!(accepted >= 3 && files.len() - accepted >= 20, "{accepted} of {} are accepted", files.len());
}

#[test]
fn everything_recorded_of_the_corpus_is_read_or_refused_in_words() {
    let files = corpus("recorded");
    let (mut heads, mut events) = (0, 0);
    for file in &files {
        let bytes = fs::read(file).expect("a readable file");
        match read_head(&bytes) {
            Ok(_) => heads += 1,
            Err(err) => assert!(!err.to_string().is_empty(), "{}", file.display()),
        }
        match read_events(&bytes) {
            Ok(told) => events += told.len(),
            Err(err) => assert!(!err.to_string().is_empty(), "{}", file.display()),
        }
    }
    assert!(heads >= 1 && events >= 20, "{heads} heads and {events} events in {} files", files.len());
}
