//! Peers in Python, each a process of its own that says what it measured on its last line.

use std::process::Command;

use crate::Measured;

/// Runs `python/SCRIPT_peer.py`; `None` where it is not installed, or fails.
pub(crate) fn run(script: &str, customers: u64, seed: u64) -> Option<Measured> {
    let python = std::env::var("PEERS_PYTHON").ok()?;
    let file = format!("{}/../python/{script}_peer.py", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python).args([&file, &customers.to_string(), &seed.to_string()]).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    serde_json::from_str(said.lines().last()?).ok()
}
