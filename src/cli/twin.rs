//! `scalelab twin SCENARIO`: what a profile predicts beside what this computer then does.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::calibrate::{refuse_existing, run_secs, subject, write_new};
use super::{Exit, plot, run};
use crate::base::figures::secs;
use crate::base::os;
use crate::experiment::mirror::compare::{Compared, Comparison, compare};
use crate::experiment::mirror::grade::Row;
use crate::experiment::mirror::{MirrorError, concern};
use crate::scenario::{Mode, Profile, Scenario};

/// Arguments of `twin`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file with a profile, or the name of a bundled scenario that has one.
    file: PathBuf,
    /// Change a value of the scenario before. May be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Seconds of each live run; each point is run twice.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = run_secs)]
    seconds: f64,
    /// Draw latency, measured over predicted, into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Write the scenario with how far its profile was off to this new file; the window shows it beside Scaling.
    #[arg(long, value_name = "NEW_FILE.ron")]
    out: Option<PathBuf>,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table for people.
    Text,
    /// One JSON object.
    Json,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let subject = match subject(&args.file, &args.set) {
        Ok(subject) => subject,
        Err(MirrorError::Scenario(errors)) => return Ok(run::refuse(&errors)),
        Err(err) => return Err(err.into()),
    };
    refuse_existing(args.out.as_deref())?;
    let as_simulated = Scenario { mode: Mode::Simulate, ..subject.scenario.clone() };
    if let Some(concern) = concern(&as_simulated, subject.host(), os::unix_secs()) {
        eprintln!("warning: {concern}");
    }
    let said = |number: usize, of: usize, name: &str| {
        if !args.quiet {
            eprintln!("point {number} of {of}: {name}");
        }
    };
    let comparison = compare(&subject, args.seconds, &said)?;
    if let Some(path) = &args.plot {
        plot::twins(path, &comparison)?;
    }
    if let (Some(out), Some(profile)) = (&args.out, &subject.scenario.profile) {
        let today = os::utc_text(os::unix_secs());
        let compared = comparison.agreement(today.get(..10).unwrap_or(&today));
        let profile = Profile { compared, ..profile.clone() };
        write_new(out, subject.with_profile(&profile)?.text())?;
    }
    super::put(&match args.format {
        Format::Text => text(&comparison),
        Format::Json => format!("{}\n", serde_json::to_string(&comparison)?),
    })?;
    Ok(Exit::Ok)
}

fn text(comparison: &Comparison) -> String {
    let Comparison { title, machine, date, seed, cores, capacity, points, .. } = comparison;
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(
        text,
        "{title}\n  predicted from a profile of {machine}, {date}; {cores} cores, capacity {capacity:.2} jobs/s, seed {seed}\n"
    );
    let _ = writeln!(
        text,
        "  {:<28} {:>12} {:>12} {:>9} {:>9} {:>9}  grade",
        "", "measured", "predicted", "error", "noise", "M/M/c"
    );
    points.iter().for_each(|point| text += &text_of_point(point));
    if let Some((own, textbook)) = comparison.against_textbook {
        let word = if own < textbook { "better than" } else { "no better than" };
        let _ = writeln!(
            text,
            "  mean error {:.1} %, {word} M/M/c with {:.1} % (where both say something)",
            own * 100.0,
            textbook * 100.0
        );
    }
    if let Some(grade) = comparison.grade {
        let _ = writeln!(
            text,
            "  grade {grade:?}, that of the worst point (A: throughput and makespan within 5 %, p50 within 10 %, p95 within 15 %;\n  \
             B: or within twice the noise; C: within twice that; D: worse). Noise: how far two live runs of a point are apart."
        );
    }
    text
}

fn text_of_point(point: &Compared) -> String {
    let grade = point.grade.map_or(String::new(), |grade| format!("{grade:?}"));
    let mut text = format!("  {:<84}  {grade}\n", point.name);
    for row in &point.rows {
        let Row { figure, predicted, .. } = row;
        let shown = |value: f64| if *figure == "throughput" { format!("{value:.2}/s") } else { secs(value) };
        let percent = |error: f64| format!("{:+.1} %", error * 100.0);
        let _ = writeln!(
            text,
            "    {figure:<26} {:>12} {:>12} {:>9} {:>9} {:>9}",
            shown(row.measured()),
            shown(*predicted),
            percent(row.error()),
            format!("{:.1} %", row.noise() * 100.0),
            row.textbook_error().map_or("—".to_owned(), percent),
        );
    }
    text
}
