//! How many machines a pool should have, and how large they should be.
//!
//! Each policy is told what it can see and answers with a [`Decision`], which keeps what became of the wish on its way:
//! wanted, stabilised, limited; and why nothing changed where nothing did.

pub mod ahead;
pub mod alarms;
pub mod dask_adaptive;
pub mod hpa;
pub mod keda;
pub mod kpa;
mod mixed;
mod pid;
pub mod ray_serve;
mod sight;
pub mod vertical;
#[cfg(test)]
mod worked;

pub use sight::{Machine, Sight};

use crate::base::{Span, Time};
pub use crate::scenario::Reason;
use crate::scenario::{Autoscale, Pool, Scaler};

/// The autoscaler of a pool.
#[derive(Clone, Debug, PartialEq)]
pub enum PoolScaler {
    /// Kubernetes.
    Hpa(Box<hpa::pool::PoolHpa>),
    /// Knative.
    Kpa(Box<kpa::pool::PoolKpa>),
    /// KEDA.
    Keda(Box<keda::PoolKeda>),
    /// Ray Serve.
    RayServe(ray_serve::PoolRayServe),
    /// Dask.
    Dask(dask_adaptive::PoolDask),
    /// AWS.
    Tracking(alarms::PoolTracking),
    /// AWS.
    Steps(alarms::PoolSteps),
    /// By the clock.
    Schedule(ahead::PoolSchedule),
    /// By a forecast.
    Predictive(Box<ahead::PoolPredictive>),
    /// By what machines use.
    Vertical(Box<vertical::PoolVertical>),
    /// By price.
    Mixed(Box<mixed::PoolMixed>),
    /// By control theory.
    Pid(pid::PoolPid),
}

impl PoolScaler {
    /// A fresh one for this pool.
    pub fn new(scale: &Autoscale, pool: &Pool) -> Self {
        let Autoscale { min, max, .. } = *scale;
        match &scale.by {
            Scaler::Hpa(hpa) => Self::Hpa(Box::new(hpa::pool::PoolHpa::new(hpa, min, max))),
            Scaler::Kpa(kpa) => Self::Kpa(Box::new(kpa::pool::PoolKpa::new(kpa, min, max))),
            Scaler::Keda(keda) => Self::Keda(Box::new(keda::PoolKeda::new(*keda, min, max))),
            Scaler::RayServe(ray) => Self::RayServe(ray_serve::PoolRayServe::new(*ray, min, max)),
            Scaler::DaskAdaptive(dask) => Self::Dask(dask_adaptive::PoolDask::new(*dask, min, max)),
            Scaler::TargetTracking(tracking) => Self::Tracking(alarms::PoolTracking::new(*tracking, min, max)),
            Scaler::Steps(steps) => Self::Steps(alarms::PoolSteps::new(steps.clone(), min, max)),
            Scaler::Schedule(schedule) => Self::Schedule(ahead::PoolSchedule::new(schedule.clone(), min, max)),
            Scaler::Predictive(own) => Self::Predictive(Box::new(ahead::PoolPredictive::new(*own, min, max))),
            Scaler::Vertical(own) => Self::Vertical(Box::new(vertical::PoolVertical::new(own.clone()))),
            Scaler::Mixed(own) => {
                let instance = &pool.groups[scale.group.ix()].instance;
                Self::Mixed(Box::new(mixed::PoolMixed::new(own, min, max, instance, pool)))
            }
            Scaler::Pid(own) => Self::Pid(pid::PoolPid::new(*own, min, max)),
        }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        match self {
            Self::Hpa(own) => own.every(),
            Self::Kpa(own) => own.every(),
            Self::Keda(own) => own.every(),
            Self::RayServe(own) => own.every(),
            Self::Dask(own) => own.every(),
            Self::Tracking(own) => own.every(),
            Self::Steps(own) => own.every(),
            Self::Schedule(own) => own.every(),
            Self::Predictive(own) => own.every(),
            Self::Vertical(own) => own.every(),
            Self::Mixed(own) => own.every(),
            Self::Pid(own) => own.every(),
        }
    }

    /// Whether it goes by how full the memory of machines is.
    pub fn looks_at_memory(&self) -> bool {
        matches!(self, Self::Dask(_))
    }

    /// Whether what comes in while no machine is there is to be looked at without waiting for the next look.
    pub fn wakes(&self) -> bool {
        matches!(self, Self::Kpa(_) | Self::RayServe(_))
    }

    /// Looks, and decides where it is time to.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        match self {
            Self::Hpa(own) => own.look(now, sight),
            Self::Kpa(own) => own.look(now, sight),
            Self::Keda(own) => own.look(now, sight),
            Self::RayServe(own) => own.look(now, sight),
            Self::Dask(own) => own.look(now, sight),
            Self::Tracking(own) => own.look(now, sight),
            Self::Steps(own) => own.look(now, sight),
            Self::Schedule(own) => own.look(now, sight),
            Self::Predictive(own) => own.look(now, sight),
            Self::Vertical(own) => own.look(now, sight),
            Self::Mixed(own) => own.look(now, sight),
            Self::Pid(own) => own.look(now, sight),
        }
    }
}

/// What an autoscaler decided, and how it got there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Machines asked for before.
    pub before: u32,
    /// What was measured over what is aimed at, where there is such a ratio.
    pub ratio: Option<f64>,
    /// Machines that the measure alone asks for.
    pub wanted: u32,
    /// What the past made of it.
    pub stabilised: u32,
    /// Machines asked for from now on.
    pub size: u32,
    /// Why it is that many.
    pub why: Reason,
    /// Which limit was met, of those that bound the size and its change.
    pub limit: Reason,
    /// What was seen, and when; `None` where nothing was.
    pub seen: Option<Seen>,
    /// Cores of each machine from now on; `None` where it does not decide about that.
    pub cores: Option<u32>,
}

/// A measure as it was when it was taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// When.
    pub at: Time,
    /// In the unit of what the autoscaler looks at.
    pub value: f64,
}

impl Decision {
    /// Nothing changes.
    pub fn keep(size: u32, why: Reason) -> Self {
        Self::at_once(size, size, why)
    }

    /// Another size, whatever is measured.
    pub fn at_once(before: u32, size: u32, why: Reason) -> Self {
        Self { before, ratio: None, wanted: size, stabilised: size, size, why, limit: why, seen: None, cores: None }
    }

    /// A wish within bounds, that is followed (`goes`) or has to last longer; `is_calm` where the measure is at its target.
    fn bounded(
        before: u32,
        ratio: Option<f64>,
        wanted: u32,
        goes: bool,
        is_calm: bool,
        (min, max): (u32, u32),
        seen: Seen,
    ) -> Self {
        let stabilised = if goes { wanted } else { before };
        let size = stabilised.clamp(min, max.max(min));
        let why = if is_calm {
            Reason::Tolerated
        } else if stabilised != wanted {
            Reason::Stabilised
        } else {
            of_bounds(wanted, size)
        };
        Self { before, ratio, wanted, stabilised, size, why, limit: why, seen: Some(seen), cores: None }
    }
}

/// Why a size is what bounds made of a wish.
fn of_bounds(wanted: u32, size: u32) -> Reason {
    match size.cmp(&wanted) {
        std::cmp::Ordering::Less => Reason::TooManyReplicas,
        std::cmp::Ordering::Equal => Reason::DesiredWithinRange,
        std::cmp::Ordering::Greater => Reason::TooFewReplicas,
    }
}
