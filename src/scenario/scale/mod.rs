//! How a pool may grow and shrink by itself: settings only, what they lead to is in `policy/scale`.

mod hpa;
mod kpa;
mod others;
mod reason;
mod sized;

pub use hpa::{Behavior, Hpa, HpaMetric, Rule, Rules, Select, Step, Tolerance};
pub use kpa::{Kpa, KpaMetric};
pub use others::{DaskAdaptive, Keda, Predictive, RayServe, Schedule, StepScaling, TargetTracking};
pub use reason::Reason;
pub use sized::{Mixed, Pid, Vertical};

use super::Listed;
use super::listing::name_of;
use crate::base::GroupIx;

/// Whether something is at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Switch {
    /// It is.
    #[default]
    On,
    /// It is not.
    Off,
}

/// The autoscaler of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Autoscale {
    /// Whose machines come and go.
    pub group: GroupIx,
    /// Machines at least.
    pub min: u32,
    /// Machines at most.
    pub max: u32,
    /// Who decides.
    pub by: Scaler,
}

/// Who decides how many machines there are. Each is a file of `policy/scale`.
#[derive(Clone, Debug, PartialEq)]
pub enum Scaler {
    /// Kubernetes' horizontal pod autoscaler, version 2.
    Hpa(Hpa),
    /// Knative's pod autoscaler.
    Kpa(Kpa),
    /// KEDA.
    Keda(Keda),
    /// Ray Serve.
    RayServe(RayServe),
    /// Dask's adaptive deployment.
    DaskAdaptive(DaskAdaptive),
    /// AWS target tracking.
    TargetTracking(TargetTracking),
    /// AWS step scaling.
    Steps(StepScaling),
    /// By the clock.
    Schedule(Schedule),
    /// By a forecast.
    Predictive(Predictive),
    /// Larger or smaller machines.
    Vertical(Vertical),
    /// More or larger machines, by price.
    Mixed(Mixed),
    /// By control theory.
    Pid(Pid),
}

impl Scaler {
    /// All of them by name, with what each is and where it comes from.
    pub const ALL: [Listed; 12] = [
        ("Hpa(max: 10, cpu: 0.5)", "processor time, work in flight or the queue against a target", "Kubernetes HPA v2"),
        ("Kpa(max: 10)", "work in flight over a calm and a quick window, down to zero", "Knative Serving autoscaler"),
        ("Keda(max: 10, queue: 5)", "the length of the queue, down to zero", "KEDA"),
        ("RayServe(max: 10)", "ongoing requests of a replica, after a delay", "Ray Serve autoscaling"),
        ("DaskAdaptive(max: 10)", "what there is to do over a target duration", "Dask distributed, Adaptive"),
        ("TargetTracking(max: 10, cpu: 0.5)", "keeps processor time at a target by two alarms", "AWS target tracking"),
        (
            "Steps(max: 10, up: [(0.7, 1)], down: [(0.3, 1)])",
            "adds and removes by how far a bound is passed",
            "AWS step scaling",
        ),
        ("Schedule(max: 10, sizes: [(\"0s\", 1)])", "by the clock", "AWS scheduled scaling, cron"),
        ("Predictive(max: 10, cpu: 0.5)", "by a forecast of level, trend and season", "Holt 1957, Winters 1960"),
        ("Vertical", "larger or smaller machines, by what they use", "Kubernetes VPA"),
        (
            "Mixed(max: 10, cpu: 0.5)",
            "the cheaper of more machines and larger ones, by a forecast",
            "price, Gunther's law",
        ),
        ("Pid(max: 10, cpu: 0.5)", "a controller of processor time", "Åström and Murray 2008"),
    ];

    /// Its name in a file.
    pub fn name(&self) -> &'static str {
        let place = match self {
            Self::Hpa(_) => 0,
            Self::Kpa(_) => 1,
            Self::Keda(_) => 2,
            Self::RayServe(_) => 3,
            Self::DaskAdaptive(_) => 4,
            Self::TargetTracking(_) => 5,
            Self::Steps(_) => 6,
            Self::Schedule(_) => 7,
            Self::Predictive(_) => 8,
            Self::Vertical(_) => 9,
            Self::Mixed(_) => 10,
            Self::Pid(_) => 11,
        };
        name_of(&Self::ALL[place])
    }
}
