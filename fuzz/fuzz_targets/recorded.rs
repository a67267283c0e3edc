//! The readers of run directories: no bytes make them panic or hang.
//!
//! `cargo +nightly fuzz run recorded` in the folder above this one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scalelab::engine::recorded::{read_events, read_head};

fuzz_target!(|bytes: &[u8]| {
    if let Err(err) = read_head(bytes) {
        assert!(!err.to_string().is_empty(), "refused without a word");
    }
    if let Err(err) = read_events(bytes) {
        assert!(!err.to_string().is_empty(), "refused without a word");
    }
});
