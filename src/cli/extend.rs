//! `scalelab extend SCENARIO`: what 2, 4, 10 and 100 times as many cores would do, by what was measured of this machine.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::calibrate::subject;
use super::{Exit, plot, run};
use crate::experiment::mirror::MirrorError;
use crate::experiment::mirror::extend::{Band, Extended, FACTORS, extend};

/// Arguments of `extend`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A scenario file with a profile, or the name of a bundled scenario that has one.
    file: PathBuf,
    /// Change a value of the scenario before. May be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// How many times as many cores, with commas between.
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = FACTORS, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    times: Vec<u32>,
    /// Draw the table into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// What stands on stdout.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table for people.
    Text,
    /// One JSON object for each number of cores.
    Json,
}

pub(super) fn execute(args: &Args) -> anyhow::Result<Exit> {
    let subject = match subject(&args.file, &args.set) {
        Ok(subject) => subject,
        Err(MirrorError::Scenario(errors)) => return Ok(run::refuse(&errors)),
        Err(err) => return Err(err.into()),
    };
    let extended = extend(&subject, &args.times)?;
    if let Some(path) = &args.plot {
        plot::extended(path, &extended)?;
    }
    let mut text = String::new();
    match args.format {
        Format::Json => {
            for one in &extended {
                text += &format!("{}\n", serde_json::to_string(one)?);
            }
        }
        Format::Text => {
            let machine = subject.scenario.profile.as_ref().map_or("", |profile| &profile.machine);
            // Writing into a string cannot fail.
            let _ = writeln!(
                text,
                "{}\n  jobs a second of more than {machine}; in brackets what the errors of the fit leave open (95 %)\n",
                subject.scenario.title
            );
            let _ = writeln!(
                text,
                "  {:>6} {:>28} {:>10} {:>10}  {:>28}",
                "cores", "up: one machine (USL)", "Amdahl", "Gustafson", "out: machines like this"
            );
            for Extended { cores, up, amdahl, gustafson, out, .. } in &extended {
                let _ = writeln!(
                    text,
                    "  {cores:>6} {:>28} {amdahl:>10.1} {gustafson:>10.1}  {:>28}",
                    shown(up),
                    shown(out)
                );
            }
            text += "\n  measured: the cores of the profile; everything beyond is a law (up) or a simulation over a local network (out).\n";
        }
    }
    super::put(&text)?;
    Ok(Exit::Ok)
}

fn shown(band: &Band) -> String {
    let Band { estimate, low, high } = band;
    format!("{estimate:.1} [{low:.1}, {high:.1}]")
}
