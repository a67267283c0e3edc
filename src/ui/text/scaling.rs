//! Words of the view of scaling.

use crate::base::figures::{figure, per_sec, secs, share};
use crate::scenario::{Agreement, Profile};

pub(crate) const SCALING_TITLE: &str = "Scaling, jobs/s by cores";
pub(crate) const SCALING_POOL: &str = "Pool whose cores are counted";
pub(crate) const SCALING_X: &str = "cores";
pub(crate) const SCALING_Y: &str = "jobs/s";
pub(crate) const SCALING_IDEAL: &str = "ideal";
pub(crate) const SCALING_UP: &str = "one machine (up)";
pub(crate) const SCALING_OUT: &str = "more machines (out)";
pub(crate) const SCALING_USL: &str = "universal law";
pub(crate) const SCALING_AMDAHL: &str = "Amdahl";
pub(crate) const SCALING_GUSTAFSON: &str = "Gustafson";
pub(crate) const SCALING_CALIBRATED: &str = "this profile";
pub(crate) const SCALING_SEEN: &str = "this run";
pub(crate) const SCALING_SEEN_TITLE: &str = "Under full load";
pub(crate) const SCALING_HEADS: [&str; 4] = ["cores", "jobs/s", "efficiency", "known"];
pub(crate) const SCALING_LAWS: &str = "Laws that fit";
pub(crate) const SCALING_OWN: &str = "As the scenario has it";
pub(crate) const SCALING_NO_OWN: &str =
    "What one core does is not known yet: it shows as soon as a size has run under full load.";
pub(crate) const SCALING_TWIN: &str = "Against the real machine";
/// Stands for the file where the scenario has none.
pub(crate) const SCALING_FILE: &str = "FILE";

/// What is missing until laws can be fitted.
pub(crate) fn scaling_needs(needed: usize, seen: usize) -> String {
    format!(
        "Laws need {needed} different sizes under full load; seen {seen}: try the knob Machines, with more traffic than they can finish."
    )
}

/// What one core does.
pub(crate) fn scaling_per_core(one: f64) -> String {
    format!("{} a core", per_sec(one))
}

/// How much of the points a law explains.
pub(crate) fn scaling_quality(r_squared: f64) -> String {
    format!("R² {r_squared:.3}")
}

/// For how long a size was seen, and on how many machines.
pub(crate) fn scaling_seen_for(seen_secs: f64, machines: u32) -> String {
    format!("{}, {machines} {}", secs(seen_secs), if machines == 1 { "machine" } else { "machines" })
}

/// A parameter, with its half-width at 95 % where it is known.
pub(crate) fn scaling_parameter(value: f64, half_width: Option<f64>) -> String {
    let value = coefficient(value);
    half_width.map_or_else(|| value.clone(), |half| format!("{value} ± {}", coefficient(half)))
}

fn coefficient(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        small if small.abs() < 0.001 => format!("{small:.1e}"),
        part if part.abs() < 1.0 => format!("{part:.4}"),
        other => figure(other),
    }
}

/// The universal law in a line.
pub(crate) fn scaling_usl(alpha: &str, beta: &str, gamma: &str, peak: Option<&str>) -> String {
    let peak = peak.map_or_else(|| "no peak".to_owned(), |peak| format!("most at {peak} cores"));
    format!("Universal law (Gunther): contention α {alpha}, coherency β {beta}, one core γ {gamma} jobs/s; {peak}")
}

/// Amdahl's law in a line.
pub(crate) fn scaling_amdahl(serial: f64, limit: Option<&str>) -> String {
    let limit = limit.map_or_else(|| "no limit".to_owned(), |limit| format!("never above {limit}"));
    format!("Amdahl: serial share {}; {limit}", coefficient(serial))
}

/// Gustafson's law in a line.
pub(crate) fn scaling_gustafson(serial: f64) -> String {
    format!("Gustafson: serial share {}, where work grows with the cores", coefficient(serial))
}

/// The law that the scenario goes by.
pub(crate) fn scaling_own(alpha: f64, beta: f64, one: &str, cores: u32) -> String {
    let machine = if cores == 1 { "machines of 1 core".to_owned() } else { format!("machines of {cores} cores") };
    if alpha == 0.0 && beta == 0.0 {
        return format!("Cores do not slow each other down (α 0, β 0); one core does {one}; out: {machine}");
    }
    format!(
        "Cores of one machine slow each other down: α {}, β {}; one core does {one}; out: {machine}, which do not",
        coefficient(alpha),
        coefficient(beta)
    )
}

/// How well a simulation of this is known to predict.
pub(crate) fn scaling_twin(profile: Option<&Profile>, file: &str) -> String {
    let Some(profile) = profile else {
        return format!(
            "Has no profile, so nothing was compared with a real machine: `scalelab calibrate {file} --out NEW_FILE` measures this \
             computer, `scalelab twin NEW_FILE` compares and gives a grade."
        );
    };
    let origin = profile.origin();
    match &profile.compared {
        Some(Agreement { date, points, error, noise, grade }) => format!(
            "Goes by what was measured of {origin}. Its predictions were off by {} on average at {points} points, where two live runs \
             differ by {}: grade {grade} (`scalelab twin`, {date}).",
            share(*error),
            share(*noise)
        ),
        None => format!(
            "Goes by what was measured of {origin}. How far its predictions are off has not been compared here: `scalelab twin {file} \
             --out NEW_FILE` runs it for real beside the simulation and gives a grade."
        ),
    }
}

/// The chart in a sentence.
pub(crate) fn scaling_chart_summary(shown: &[&str]) -> String {
    if shown.is_empty() {
        "Throughput by cores: nothing is known yet".to_owned()
    } else {
        format!("Throughput by cores: {}", shown.join(", "))
    }
}

/// The view in a sentence.
pub(crate) fn scaling_summary(sizes: usize, laws: &[String]) -> String {
    let laws = if laws.is_empty() { "no law fitted".to_owned() } else { laws.join("; ") };
    let sizes = crate::base::figures::plural(sizes as u64, "size", "sizes");
    format!("Scaling: {sizes} seen under full load; {laws}")
}
