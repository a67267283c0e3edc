//! What this program is, what it is built with, and where it writes down what happens.

use std::io::Read;
use std::path::PathBuf;

use lzma_rust2::XzReader;

pub use crate::base::about::build;

/// Licences of everything that is built in, as `assets/notices.py` writes them.
static NOTICES: &[u8] = include_bytes!("../../assets/notices.txt.xz");
/// Names another file for the log; empty for none.
pub const LOG_VARIABLE: &str = "SCALELAB_LOG";
const LOG_FILE: &str = "scalelab.log";

/// The licences of the packages that are built in.
pub fn notices() -> String {
    let mut text = String::new();
    let read = XzReader::new(NOTICES, false).read_to_string(&mut text);
    read.map_or_else(|err| format!("the notices are damaged: {err}\n"), |_| text)
}

/// Where what happens is written down; `None` where nobody wants that, or where there is no place for it.
pub fn log_file() -> Option<PathBuf> {
    match std::env::var_os(LOG_VARIABLE) {
        Some(named) if named.is_empty() => None,
        Some(named) => Some(named.into()),
        None => directories::ProjectDirs::from("", "", "scalelab").map(|dirs| dirs.data_local_dir().join(LOG_FILE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notices_name_what_is_built_in_and_its_licences() {
        let text = notices();
        for package in ["hdrhistogram ", "rusqlite ", "serde ", "ron "] {
            assert!(text.lines().any(|line| line.starts_with(package)), "{package}");
        }
        assert!(text.contains("Apache License") && text.contains("MIT License"), "{}", text.len());
    }
}
