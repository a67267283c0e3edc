//! `scalelab calibrate SCENARIO`: measures this computer at the work of a scenario, and writes the profile that simulates it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::{Exit, host, run};
use crate::analysis::laws::UslFit;
use crate::base::figures::{bytes_per_sec, secs};
use crate::base::os;
use crate::experiment::mirror::calibrate::{Calibration, Design, calibrate};
use crate::experiment::mirror::{MirrorError, Subject};
use crate::scenario::{Dispatch, Dist, MachineLimits};

/// Arguments of `calibrate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file, or the name of a bundled scenario. Its kernels run on threads of this computer.
    file: PathBuf,
    /// Write the scenario with its new profile to this file, which must not be there yet.
    #[arg(long, value_name = "NEW_FILE")]
    out: Option<PathBuf>,
    /// Change a value of the scenario before. May be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Seconds of each of the live runs.
    #[arg(long, value_name = "SECONDS", default_value_t = 4.0, value_parser = run_secs)]
    seconds: f64,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// What was measured, for people.
    Text,
    /// The profile, as a scenario file has it after `profile: `.
    Ron,
}

/// Seconds of a live run that measures something.
pub(super) fn run_secs(text: &str) -> Result<f64, String> {
    let secs = text.parse::<f64>().ok().filter(|secs| (0.5..=600.0).contains(secs));
    secs.ok_or_else(|| "it is a number of seconds from 0.5 to 600".to_owned())
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    refuse_existing(args.out.as_deref())?;
    let subject = match subject(&args.file, &args.set) {
        Ok(subject) => subject,
        Err(MirrorError::Scenario(errors)) => return Ok(run::refuse(&errors)),
        Err(err) => return Err(err.into()),
    };
    let date = os::utc_text(os::unix_secs());
    let date = date.split('T').next().unwrap_or_default();
    let said = |number: usize, of: usize, what: &str| {
        if !args.quiet {
            eprintln!("live run {number} of {of}: {what}");
        }
    };
    let calibration = calibrate(&subject, &Design { secs: args.seconds, date, said: &said })?;
    let calibrated = subject.with_profile(&calibration.profile)?;
    if let Some(out) = &args.out {
        write_new(out, calibrated.text())?;
    }
    super::put(&match args.format {
        Format::Text => text(&subject, &calibration, args.out.as_deref()),
        Format::Ron => format!("{}\n", calibration.profile),
    })?;
    Ok(Exit::Ok)
}

/// What is measured: the scenario of a file with what is set in it.
pub(super) fn subject(file: &Path, set: &[String]) -> Result<Subject, MirrorError> {
    let (text, origin) = run::text_of_file(file)?;
    let host = host();
    let (text, _) = crate::scenario::set(&text, set, &origin, &host)?;
    Subject::new(&text, &origin, &host)
}

/// A file that is there already is not written over.
pub(super) fn refuse_existing(out: Option<&Path>) -> anyhow::Result<()> {
    match out.filter(|out| out.exists()) {
        Some(out) => bail!("{} is there already, and is not overwritten: name a new file", out.display()),
        None => Ok(()),
    }
}

pub(super) fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let cannot = || format!("cannot write {}", path.display());
    let mut file = std::fs::File::create_new(path).with_context(cannot)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(cannot)
}

fn text(subject: &Subject, calibration: &Calibration, out: Option<&Path>) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let profile = &calibration.profile;
    let _ = writeln!(
        text,
        "{}\n  measured    {}, {}, {} live runs",
        subject.scenario.title, profile.machine, profile.date, calibration.runs
    );
    for (stage, times) in &profile.service {
        for size in &times.sizes {
            let items = size.items.map_or(String::new(), |items| format!(", {items} items a task"));
            for (level, quantiles) in size.busy.iter().enumerate() {
                let at = |share: f64| secs(quantiles[(share * (quantiles.len() - 1) as f64).round() as usize]);
                let mean = secs(Dist::Quantiles(quantiles.clone()).mean());
                let _ = writeln!(
                    text,
                    "  service     {stage}{items}, {} busy: mean {mean}, median {}, 95 % {}",
                    level + 1,
                    at(0.5),
                    at(0.95)
                );
            }
        }
    }
    if let Some(Dispatch { idle, rested, next, held }) = &profile.dispatch {
        let [held, next, idle] = [held, next, idle].map(|law| secs(law.mean()));
        let rested = secs(*rested);
        let _ = writeln!(
            text,
            "  dispatch    {held} in hand, {next} in a row, {idle} more after a rest of {rested} (means)"
        );
    }
    if let Some(MachineLimits { read_bytes_per_sec, operations_per_sec }) = profile.limits {
        let (read, operations) = (bytes_per_sec(read_bytes_per_sec), operations_per_sec / 1e9);
        let _ = writeln!(text, "  limits      memory {read}, arithmetic {operations:.1} GFLOP/s (all cores together)");
    }
    for (cores, parts) in &calibration.sweep {
        let mean = parts.iter().sum::<f64>() / parts.len().max(1) as f64;
        let spread = parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>() / parts.len().max(2) as f64;
        let deviation = spread.sqrt() / mean * 100.0;
        let _ = writeln!(
            text,
            "  throughput  {cores} busy: {mean:.2} jobs/s (parts of the run differ by {deviation:.1} %)"
        );
    }
    text += &law(calibration.fit);
    if let Some(out) = out {
        let _ = writeln!(text, "  written     {}", out.display());
    }
    text
}

fn law(fit: Option<UslFit>) -> String {
    let Some(UslFit { law, errors, .. }) = fit else {
        return "  law         none fits: one core, or throughputs that follow no law\n".to_owned();
    };
    let error = |value: fn(&crate::analysis::laws::UslErrors) -> f64| {
        errors.as_ref().map_or(String::new(), |errors| format!(" ± {:.2}", value(errors) * 100.0))
    };
    let gamma = errors.map_or(String::new(), |errors| format!(" ± {:.2}", errors.gamma));
    format!(
        "  law         alpha {:.2}{} %, beta {:.4}{} %, gamma {:.2}{gamma} jobs/s (standard errors)\n",
        law.alpha * 100.0,
        error(|errors| errors.alpha),
        law.beta * 100.0,
        error(|errors| errors.beta),
        law.gamma,
    )
}
