//! Real and simulated, laid over each other: what is measured of a machine, what a simulation then predicts, and how far the
//! two are apart.
//!
//! ```text
//! Subject ──► calibrate: a few live runs ──► Profile ──► compare: other points, simulated and live ──► Comparison
//! ```
//!
//! Nothing that a comparison predicts was looked at by the calibration: what is fitted are one core at low load, all cores at
//! full load, and two sizes of chunks; what is predicted lies between and beside them.

pub mod calibrate;
pub mod compare;
pub mod extend;
pub mod grade;
mod points;
mod subject;
mod textbook;

pub use points::{Kind, Point};
pub use subject::Subject;

use crate::base::os;
use crate::engine::handle::EngineError;
use crate::scenario::{Host, Mode, Scenario, ScenarioErrors, Work};

/// After so many days a machine may have become another one.
const STALE_DAYS: u64 = 90;

/// Why a simulated run of kernels says little of this computer: it goes by what was measured of another one, or long ago. `None` where
/// nothing is the matter.
pub fn concern(scenario: &Scenario, host: &Host, unix_secs: u64) -> Option<String> {
    let profile = scenario.profile.as_ref().filter(|_| scenario.mode == Mode::Simulate)?;
    let mut works = scenario.jobs.iter().flat_map(|job| &job.stages).map(|stage| &stage.work);
    if !works.any(|work| matches!(work, Work::Kernel(_))) {
        return None;
    }
    let here = calibrate::machine(&host.cpu, host.cores);
    let what = if profile.machine == here {
        let days = (unix_secs / 86_400).saturating_sub(os::days_of(&profile.date)?);
        (days > STALE_DAYS).then(|| format!("{days} days ago"))
    } else {
        Some(format!("on another machine ({})", profile.machine))
    }?;
    Some(format!("Times of this simulation were measured {what}; `scalelab calibrate` measures this computer."))
}

/// Why a machine cannot be measured, or a twin not be made.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// A scenario is invalid.
    #[error(transparent)]
    Scenario(#[from] ScenarioErrors),
    /// A run could not start or broke.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What is asked for does not suit.
    #[error("{0}")]
    Unfit(String),
}
