//! What is drawn: measured and calibrated points, the laws that fit them, and the law that the scenario goes by.

use std::collections::BTreeSet;

use super::collect::{Seen, Size};
use crate::analysis::laws::{self, GustafsonFit, Usl, UslFit};
use crate::analysis::student;
use crate::base::{PoolId, Provenance, StageIx};
use crate::scenario::{Contention, Place, Profile, Scenario, Work};

/// Sizes that the laws need.
pub(super) const SIZES_MIN: usize = 3;
/// Sizes of one machine that are drawn of a profile.
const LEVELS_MAX: u32 = 256;

/// Everything that the view shows of a pool.
pub(super) struct Model {
    /// From this run.
    pub(super) seen: Vec<(Size, Seen)>,
    /// Of the profile: cores of one machine and jobs a second.
    pub(super) calibrated: Vec<(f64, f64)>,
    /// The laws that fit, and what they were fitted to.
    pub(super) laws: Option<(Laws, Fitted)>,
    /// The law that the scenario goes by, how it is known, and the cores of a machine.
    pub(super) own: Option<Own>,
    /// Jobs a second of one core, by which efficiency is judged.
    pub(super) one: Option<f64>,
}

/// What laws were fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fitted {
    Run,
    Profile,
}

/// Three laws, each fitted by itself.
pub(super) struct Laws {
    pub(super) usl: UslFit,
    pub(super) amdahl: Option<UslFit>,
    pub(super) gustafson: Option<GustafsonFit>,
    /// Half-widths at 95 % of alpha, beta and gamma, where there are more points than parameters.
    pub(super) half_widths: Option<[f64; 3]>,
}

/// The law of the cores of one machine, as the scenario has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Own {
    pub(super) law: Usl,
    pub(super) provenance: Provenance,
    /// Cores of one of the machines that scaling out adds.
    pub(super) cores: u32,
}

impl Model {
    /// Puts together what is known of a pool. `capacity` is that of the scenario as it begins, in jobs a second.
    pub(super) fn of(scenario: &Scenario, pool: PoolId, seen: Vec<(Size, Seen)>, capacity: Option<f64>) -> Self {
        let calibrated = scenario.profile.as_ref().map_or_else(Vec::new, |profile| calibrated(scenario, pool, profile));
        let run: Vec<(f64, f64)> = seen.iter().map(|(size, seen)| (f64::from(size.cores), seen.throughput())).collect();
        let fitted = fit(&run).map(|laws| (laws, Fitted::Run));
        let laws = fitted.or_else(|| fit(&calibrated).map(|laws| (laws, Fitted::Profile)));
        let own = own(scenario, pool, &seen, &calibrated, capacity);
        let alone = |points: &[(f64, f64)]| points.iter().find(|(n, _)| *n == 1.0).map(|(_, x)| *x);
        let one = alone(&run)
            .or_else(|| alone(&calibrated))
            .or_else(|| laws.as_ref().map(|(laws, _)| laws.usl.law.gamma))
            .or_else(|| own.map(|own| own.law.gamma));
        Self { seen, calibrated, laws, own, one }
    }

    /// How many different numbers of cores were seen.
    pub(super) fn sizes(&self) -> usize {
        self.seen.iter().map(|(size, _)| size.cores).collect::<BTreeSet<_>>().len()
    }

    /// Throughput of so many cores over so many times that of one.
    pub(super) fn efficiency(&self, cores: f64, throughput: f64) -> Option<f64> {
        self.one.map(|one| throughput / (cores * one)).filter(|share| share.is_finite())
    }
}

/// Fits the laws; `None` of fewer than three sizes, or where no law fits.
pub(super) fn fit(points: &[(f64, f64)]) -> Option<Laws> {
    let usl = laws::fit(points).ok()?;
    let freedom = points.len().saturating_sub(SIZES_MIN) as f64;
    let half_widths = usl
        .errors
        .zip(student::quantile(0.975, freedom))
        .map(|(errors, t)| [errors.alpha * t, errors.beta * t, errors.gamma * t]);
    let (amdahl, gustafson) = (laws::fit_contention(points).ok(), laws::fit_gustafson(points).ok());
    Some(Laws { usl, amdahl, gustafson, half_widths })
}

/// What the profile says of 1, 2, … busy cores, where it knows every stage and all of them are this pool's.
fn calibrated(scenario: &Scenario, pool: PoolId, profile: &Profile) -> Vec<(f64, f64)> {
    let levels = 1..=profile.levels().min(profile.cores).min(LEVELS_MAX);
    levels
        .map_while(|busy| Some((f64::from(busy), f64::from(busy) / job_secs(scenario, pool, profile, busy)?)))
        .collect()
}

/// Core-seconds of a job with so many cores at work, on average over the sources.
fn job_secs(scenario: &Scenario, pool: PoolId, profile: &Profile, busy: u32) -> Option<f64> {
    let mut secs = 0.0;
    for source in &scenario.traffic {
        let job = &scenario.jobs[source.job.ix()];
        for (ix, stage) in job.stages.iter().enumerate() {
            let Work::Kernel(_) = stage.work else { return None };
            if stage.pool != pool {
                return None;
            }
            let items = job.items_per_task(StageIx(ix as u16));
            let law = profile.law(&format!("{}.{}", job.name, stage.name), items, busy)?;
            secs += f64::from(stage.tasks) * law.mean() / scenario.traffic.len() as f64;
        }
    }
    (secs > 0.0).then_some(secs)
}

/// The law that the scenario goes by, scaled to what one core does: by the smallest size that was seen, by the profile, or by the
/// capacity at the start.
fn own(
    scenario: &Scenario,
    pool: PoolId,
    seen: &[(Size, Seen)],
    calibrated: &[(f64, f64)],
    capacity: Option<f64>,
) -> Option<Own> {
    let spec = scenario.pools.get(pool.ix())?;
    let has_threads = spec.groups.iter().any(|group| matches!(group.place, Place::Threads));
    let measured = scenario.profile.as_ref().filter(|_| has_threads).map(|profile| profile.contention);
    let contention: Contention = measured.unwrap_or(spec.contention);
    let cores = spec.groups.iter().rev().map(|group| group.instance.cores).next().unwrap_or(1).max(1);
    let of_seen = seen.first().map(|(size, seen)| {
        let each = size.cores.div_ceil(size.machines.max(1));
        seen.throughput() / (f64::from(size.cores) * contention.share(each))
    });
    let of_profile = || calibrated.first().map(|(n, x)| x / n);
    // With several pools the slowest of them decides, which need not be this one.
    let of_capacity = || {
        let speed = |group: &crate::scenario::Group| {
            let cores = group.instance.cores;
            f64::from(group.count * cores) * group.instance.speed * contention.share(cores)
        };
        let all: f64 = spec.groups.iter().map(speed).sum();
        capacity.filter(|_| scenario.pools.len() == 1 && all > 0.0).map(|capacity| capacity / all)
    };
    let gamma = of_seen.or_else(of_profile).or_else(of_capacity)?;
    let law = Usl::new(contention.alpha, contention.beta, gamma).ok()?;
    Some(Own { law, provenance: contention.provenance, cores })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, bundled, load};

    fn scenario(name: &str) -> Scenario {
        let host = Host { cores: 2, cpu: "a processor of two cores".to_owned() };
        load(bundled::find(name).expect("built in").text, name, &host).expect("right")
    }

    fn seen(cores: u32, machines: u32, throughput: f64) -> (Size, Seen) {
        (Size { cores, machines }, Seen { jobs: (throughput * 10.0) as u64, secs: 10.0 })
    }

    #[test]
    fn laws_need_three_sizes_and_find_the_law_of_the_points() {
        let law = Usl::new(0.05, 0.001, 100.0).expect("valid");
        let points = [1.0, 2.0, 4.0, 8.0].map(|n| (n, law.throughput(n)));
        assert!(fit(&points[..2]).is_none());
        let laws = fit(&points).expect("fits");
        assert!((laws.usl.law.alpha - 0.05).abs() < 1e-6 && laws.half_widths.is_some());
        assert!(fit(&points[..3]).expect("fits").half_widths.is_none(), "as many points as parameters");
        assert!(laws.amdahl.is_some_and(|fit| fit.law.beta == 0.0) && laws.gustafson.is_some());
    }

    #[test]
    fn efficiency_is_against_what_one_core_does() {
        let scenario = scenario("mm1");
        let points = vec![seen(1, 1, 100.0), seen(4, 4, 300.0)];
        let model = Model::of(&scenario, PoolId(0), points, None);
        assert_eq!((model.sizes(), model.one), (2, Some(100.0)));
        assert_eq!(model.efficiency(4.0, 300.0), Some(0.75));
        assert!(model.laws.is_none() && model.calibrated.is_empty());
    }

    #[test]
    fn without_points_the_law_of_the_scenario_stands_on_its_capacity() {
        let model = Model::of(&scenario("mm1"), PoolId(0), Vec::new(), Some(100.0));
        let own = model.own.expect("a capacity is known");
        assert_eq!((own.law.gamma, own.law.alpha, own.provenance), (100.0, 0.0, Provenance::Assumed));
        let unknown = Model::of(&scenario("mm1"), PoolId(0), Vec::new(), None);
        assert_eq!((unknown.own, unknown.one), (None, None));
    }

    #[test]
    fn a_profile_gives_points_without_a_run() {
        let scenario = scenario("matrix-product");
        let Some(profile) = &scenario.profile else { return };
        let model = Model::of(&scenario, PoolId(0), Vec::new(), None);
        assert_eq!(model.calibrated.len() as u32, profile.levels().min(profile.cores));
        assert!(model.calibrated.iter().all(|(n, x)| *n >= 1.0 && x.is_finite() && *x > 0.0));
    }
}
