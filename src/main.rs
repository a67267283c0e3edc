//! Arguments in, window or headless command out.

use std::process::ExitCode;

use clap::Parser;
use scalelab::cli::{self, Cli};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Some(command) => cli::execute(command),
        None => cli::no_window(),
    }
}
