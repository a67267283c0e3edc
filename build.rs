//! Says which commit is built, for the lineage of runs.

use std::process::Command;

fn main() {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    // With a + where the sources are not those of the commit.
    let commit = git(&["describe", "--always", "--dirty=+", "--abbrev=12"]).map(|commit| format!("commit {commit}"));
    println!("cargo:rustc-env=SCALELAB_COMMIT={}", commit.unwrap_or_else(|| "no commit known".to_owned()));
    let heads = ["HEAD", "logs/HEAD"].into_iter().filter_map(|name| git(&["rev-parse", "--git-path", name]));
    for path in ["src", "assets", "scenarios", "Cargo.lock"].map(str::to_owned).into_iter().chain(heads) {
        println!("cargo:rerun-if-changed={path}");
    }
}
