//! What more of this machine would do, by what was measured of it: up, as one machine with more cores, and out, as more machines.
//!
//! Up is arithmetic: the universal law through the measured throughputs, with what its standard errors leave open, and the laws of
//! Amdahl and Gustafson with the same contention. Out is simulated: so many machines like this one behind the balancer of the
//! scenario, on a local network, each with the contention that was measured. Nobody has seen either; a law that was fitted on few cores
//! says little about many, and the bands say how little.

use serde::Serialize;

use super::MirrorError;
use super::compare::customer;
use super::subject::{Subject, lasting};
use crate::analysis::laws::{Usl, UslErrors, amdahl_speedup, gustafson_speedup};
use crate::base::{Domain, Stream};

/// How many times as many cores.
pub const FACTORS: [u32; 5] = [1, 2, 4, 10, 100];
/// Draws of the parameters behind a band.
const DRAWS: usize = 2_000;
/// Seconds of each simulated run.
const SECS: f64 = 2.0;
const WARMUP_SECS: f64 = 1.0;

/// A figure, and where it is in 95 of 100 draws of the fitted parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// By the fitted parameters themselves.
    pub estimate: f64,
    /// 2.5 % of the draws are below.
    pub low: f64,
    /// 2.5 % are above.
    pub high: f64,
}

/// Throughput of so many times as many cores, in jobs a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Extended {
    /// How many times as many.
    pub factor: u32,
    /// Cores in all.
    pub cores: u32,
    /// One machine of so many cores, by the universal law.
    pub up: Band,
    /// The same by Amdahl's law: the same work, part of it in line.
    pub amdahl: f64,
    /// The same by Gustafson's law: as much more work, and no more of it in line.
    pub gustafson: f64,
    /// `factor` machines like this one, simulated; its band is that of one of them.
    pub out: Band,
}

/// What more of the machine of the profile would do.
///
/// # Errors
/// When the scenario has no profile, or cannot be simulated.
pub fn extend(subject: &Subject, factors: &[u32]) -> Result<Vec<Extended>, MirrorError> {
    let Some(profile) = &subject.scenario.profile else {
        let why = "this scenario has no profile to extend; `scalelab calibrate FILE --out NEW_FILE` makes one";
        return Err(MirrorError::Unfit(why.to_owned()));
    };
    let gamma = 1.0 / customer(subject, profile, 1).work_secs;
    let unfit = |err: crate::analysis::Unsolvable| MirrorError::Unfit(format!("the profile gives no law: {err}"));
    let law = Usl::new(profile.contention.alpha, profile.contention.beta, gamma).map_err(unfit)?;
    let (alpha, beta) = profile.contention_errors.unwrap_or((0.0, 0.0));
    let laws = draws(&law, UslErrors { alpha, beta, gamma: 0.0 }, subject.scenario.seed);
    let here = band(&law, &laws, f64::from(profile.cores));
    let one = |&factor: &u32| {
        let cores = profile.cores * factor;
        let n = f64::from(cores);
        let simulated = out(subject, profile.cores, factor)?;
        let scaled = |bound: f64| simulated * bound / here.estimate;
        Ok(Extended {
            factor,
            cores,
            up: band(&law, &laws, n),
            amdahl: gamma * amdahl_speedup(law.alpha, n).map_err(unfit)?,
            gustafson: gamma * gustafson_speedup(law.alpha, n).map_err(unfit)?,
            out: Band { estimate: simulated, low: scaled(here.low), high: scaled(here.high) },
        })
    };
    factors.iter().map(one).collect()
}

/// Throughput of so many machines like this one, behind links, with all of their cores at work.
fn out(subject: &Subject, cores: u32, machines: u32) -> Result<f64, MirrorError> {
    let (pool, profile) = (subject.pool(), subject.scenario.profile.as_ref());
    let contention = profile.map_or((0.0, 0.0), |profile| (profile.contention.alpha, profile.contention.beta));
    let mut set = subject.bare(cores);
    let instance = format!("Custom(cores: {cores}, usd_per_hour: 0)");
    set.push(format!("pools.{pool}.groups=[(place: Modelled(link: Lan), instance: {instance}, count: {machines})]"));
    set.push(format!("pools.{pool}.contention=(alpha: {}, beta: {})", contention.0, contention.1));
    let set = [set, lasting(SECS, WARMUP_SECS), subject.saturating(cores * machines)].concat();
    Ok(subject.simulated(&set)?.summary.throughput_jobs_per_sec)
}

/// Laws as the errors of the fit leave them open; no overhead is below zero.
fn draws(law: &Usl, errors: UslErrors, seed: u64) -> Vec<Usl> {
    let mut stream = Stream::new(seed, Domain::Replication, [u64::MAX, 0, 0, 0]);
    let mut near = |value: f64, error: f64| (value + error * stream.normal()).max(0.0);
    (0..DRAWS)
        .filter_map(|_| Usl::new(near(law.alpha, errors.alpha), near(law.beta, errors.beta), law.gamma).ok())
        .collect()
}

fn band(law: &Usl, laws: &[Usl], n: f64) -> Band {
    let mut values: Vec<f64> = laws.iter().map(|law| law.throughput(n)).collect();
    values.sort_by(f64::total_cmp);
    let estimate = law.throughput(n);
    let at = |share: f64| values.get((share * (values.len() as f64 - 1.0)) as usize).copied().unwrap_or(estimate);
    Band { estimate, low: at(0.025).min(estimate), high: at(0.975).max(estimate) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_as_wide_as_the_errors_say() {
        let law = Usl::new(0.05, 0.0, 10.0).expect("valid");
        let sure = band(&law, &draws(&law, UslErrors { alpha: 0.0, beta: 0.0, gamma: 0.0 }, 1), 200.0);
        assert_eq!((sure.low, sure.high), (sure.estimate, sure.estimate));
        let errors = UslErrors { alpha: 0.01, beta: 0.0, gamma: 0.0 };
        let open = band(&law, &draws(&law, errors, 1), 200.0);
        // 1.96 standard errors on either side of alpha.
        let at = |alpha: f64| Usl::new(alpha, 0.0, 10.0).expect("valid").throughput(200.0);
        assert!((open.low / at(0.0696) - 1.0).abs() < 0.05, "{open:?}");
        assert!((open.high / at(0.0304) - 1.0).abs() < 0.05, "{open:?}");
    }
}
