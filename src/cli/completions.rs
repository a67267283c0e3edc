//! `scalelab completions SHELL`: what a shell needs to complete subcommands and flags.

use clap::CommandFactory;

use super::{Cli, Exit};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// For which shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "scalelab", &mut script);
    super::put(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
