//! The pod autoscaler of Knative, as its settings say it.

use crate::base::Span;

/// Settings of a Knative pod autoscaler; the defaults are those of its `config-autoscaler`.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpa {
    /// What it looks at.
    pub metric: KpaMetric,
    /// What a machine should have of it, before the share below.
    pub target: f64,
    /// The share of the target that is aimed at.
    pub utilization: f64,
    /// What the calm average is over.
    pub stable_window: Span,
    /// What the quick average is over, as a share of the window above.
    pub panic_window: f64,
    /// It panics when the quick average asks for so many times the machines that are ready.
    pub panic_threshold: f64,
    /// At most so many times the machines that are ready.
    pub max_scale_up_rate: f64,
    /// At least the machines that are ready over this.
    pub max_scale_down_rate: f64,
    /// Machines that come at least when anything comes at all.
    pub activation_scale: u32,
    /// For how long the largest size holds.
    pub scale_down_delay: Span,
    /// How long nothing may have been asked for before the last machine goes.
    pub grace_period: Span,
    /// How long the last machine stays at least.
    pub pod_retention: Span,
    /// Whether the last machine may go.
    pub scale_to_zero: bool,
    /// What must be free to take a burst, in units of the metric; -1 has everything wait at the activator.
    pub target_burst_capacity: f64,
}

impl Kpa {
    /// How often it decides.
    pub const TICK: Span = Span::from_secs(2);
    /// How often it asks machines for their averages.
    pub const SCRAPE: Span = Span::from_secs(1);
    /// No machine is asked to have less than this.
    pub const TARGET_MIN: f64 = 0.01;
    /// Attempts in flight at a machine where nothing says how many it takes.
    pub const CONCURRENCY_DEFAULT: f64 = 100.0;
    /// Attempts a second of a machine where nothing is said.
    pub const RATE_DEFAULT: f64 = 200.0;
    /// The longest that the calm average may be over.
    pub const STABLE_WINDOW_MAX: Span = Span::from_secs(3_600);

    /// Knative's own settings.
    pub const DEFAULT: Self = Self {
        metric: KpaMetric::Concurrency,
        target: Self::CONCURRENCY_DEFAULT,
        utilization: 0.7,
        stable_window: Span::from_secs(60),
        panic_window: 0.1,
        panic_threshold: 2.0,
        max_scale_up_rate: 1_000.0,
        max_scale_down_rate: 2.0,
        activation_scale: 1,
        scale_down_delay: Span::ZERO,
        grace_period: Span::from_secs(30),
        pod_retention: Span::ZERO,
        scale_to_zero: true,
        target_burst_capacity: 211.0,
    };
}

/// What a Knative pod autoscaler looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KpaMetric {
    /// Attempts in flight at a machine.
    #[default]
    Concurrency,
    /// Attempts that come in, per second and machine.
    Rate,
}
