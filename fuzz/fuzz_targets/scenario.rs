//! The reader of scenario files: no text makes it panic or hang, and what it accepts is RON.
//!
//! `cargo +nightly fuzz run scenario` in the folder above this one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scalelab::scenario::{Host, load};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let host = Host { cores: 2, cpu: "fuzz".to_owned() };
    match load(text, "fuzz", &host) {
        Ok(_) => {
            let read: Result<serde::de::IgnoredAny, _> = ron::from_str(text);
            assert!(read.is_ok(), "accepted, and no RON: {read:?}\n{text}");
        }
        Err(errors) => assert!(!errors.to_string().is_empty(), "refused without a word"),
    }
});
