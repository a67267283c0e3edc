//! Autoscalers of KEDA, Ray Serve, Dask and AWS, and those that go by the clock or by a forecast, as their settings say it.

use crate::base::Span;

/// KEDA: from nothing to one machine by itself, from there on by a horizontal pod autoscaler on the length of the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keda {
    /// Attempts that wait or run, for each machine.
    pub queue: f64,
    /// More than so many wake it.
    pub activation: f64,
    /// How often it looks.
    pub polling: Span,
    /// How long nothing may have been there before the last machine goes.
    pub cooldown: Span,
}

impl Keda {
    /// KEDA's own settings for this many a machine.
    pub fn of(queue: f64) -> Self {
        Self { queue, activation: 0.0, polling: Span::from_secs(30), cooldown: Span::from_secs(300) }
    }
}

/// Ray Serve: ongoing requests over what a replica should have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RayServe {
    /// Ongoing requests of a replica.
    pub target: f64,
    /// How often replicas report.
    pub every: Span,
    /// What the average is over.
    pub look_back: Span,
    /// How long more must have been wanted.
    pub upscale_delay: Span,
    /// How long fewer must have been wanted.
    pub downscale_delay: Span,
}

impl RayServe {
    /// Ray's own settings.
    pub const DEFAULT: Self = Self {
        target: 2.0,
        every: Span::from_secs(10),
        look_back: Span::from_secs(30),
        upscale_delay: Span::from_secs(30),
        downscale_delay: Span::from_secs(600),
    };
}

/// Dask's adaptive deployment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DaskAdaptive {
    /// In how long what there is to do should be done.
    pub target_duration: Span,
    /// How often it looks.
    pub every: Span,
    /// Looks in a row that must ask for fewer before any goes.
    pub wait_count: u32,
}

impl DaskAdaptive {
    /// What a task is taken for of whose kind none has ended.
    pub const UNKNOWN: Span = Span::from_millis(500);

    /// Dask's own settings.
    pub const DEFAULT: Self = Self { target_duration: Span::from_secs(5), every: Span::from_secs(1), wait_count: 3 };
}

/// AWS: keeps processor time at a target, by two alarms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetTracking {
    /// Busy share of the cores that is aimed at.
    pub cpu: f64,
    /// What one datapoint is over.
    pub period: Span,
    /// Datapoints in a row above the target before machines are added.
    pub up_after: u32,
    /// Datapoints in a row below 90 % of it before machines are removed.
    pub down_after: u32,
    /// How long a new machine does not count.
    pub warmup: Span,
}

impl TargetTracking {
    /// The alarm for fewer machines is set at this share of the target.
    pub const LOW: f64 = 0.9;

    /// AWS's own settings for this target.
    pub fn of(cpu: f64) -> Self {
        Self { cpu, period: Span::from_secs(60), up_after: 3, down_after: 15, warmup: Span::from_secs(300) }
    }
}

/// AWS step scaling: how far processor time is beyond a bound says how many machines come or go.
#[derive(Clone, Debug, PartialEq)]
pub struct StepScaling {
    /// Busy shares of the cores, and the machines to add from there on; ascending.
    pub up: Vec<(f64, u32)>,
    /// Busy shares of the cores, and the machines to remove below; descending.
    pub down: Vec<(f64, u32)>,
    /// What one datapoint is over.
    pub period: Span,
    /// Datapoints in a row beyond a bound before anything is done.
    pub after: u32,
    /// How long a new machine does not count, and nothing is removed after a change.
    pub warmup: Span,
}

/// By the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// From when on how many machines, ascending.
    pub sizes: Vec<(Span, u32)>,
    /// After how long it begins anew; without it the last one stays.
    pub every: Option<Span>,
}

/// By a forecast of what comes in (Holt 1957, Winters 1960): level, trend and, where there is one, season.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predictive {
    /// Busy share of the cores that is aimed at.
    pub cpu: f64,
    /// How often it looks.
    pub every: Span,
    /// How far ahead.
    pub horizon: Span,
    /// Weight of the newest look in the level.
    pub level: f64,
    /// Weight of the newest change in the trend.
    pub trend: f64,
    /// Weight of the newest look in its season.
    pub seasonal: f64,
    /// How long a season is.
    pub season: Option<Span>,
}

impl Predictive {
    /// How many looks it looks ahead.
    pub fn looks_ahead(&self) -> f64 {
        self.horizon.secs() / self.every.secs().max(1e-9)
    }

    /// Assumed weights, for this target.
    pub fn of(cpu: f64) -> Self {
        Self {
            cpu,
            every: Span::from_secs(15),
            horizon: Span::from_secs(60),
            level: 0.5,
            trend: 0.3,
            seasonal: 0.3,
            season: None,
        }
    }
}
