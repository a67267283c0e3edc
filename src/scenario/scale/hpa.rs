//! The horizontal pod autoscaler of Kubernetes, version 2, as its objects say it.

use crate::base::Span;

/// Settings of a horizontal pod autoscaler; the defaults are those of Kubernetes 1.28.
#[derive(Clone, Debug, PartialEq)]
pub struct Hpa {
    /// What it looks at; the metric that asks for the most machines wins.
    pub metrics: Vec<HpaMetric>,
    /// How far a ratio may be from 1 before anything is done.
    pub tolerance: Tolerance,
    /// How fast it may go; without it, the clamp of before that section existed.
    pub behavior: Option<Behavior>,
    /// How often it decides.
    pub sync: Span,
    /// How often the metrics server looks at the machines.
    pub scrape: Span,
    /// How long after its start a machine's processor time is not trusted unless it was ready for a whole sample.
    pub cpu_initialization: Span,
    /// How long after its start a machine that turns unready counts as never ready.
    pub readiness_delay: Span,
    /// For how long the largest size that was ever asked for holds.
    pub downscale_stabilization: Span,
}

impl Hpa {
    /// Kubernetes' own settings, looking at this.
    pub fn of(metrics: Vec<HpaMetric>) -> Self {
        Self {
            metrics,
            tolerance: Tolerance::DEFAULT,
            behavior: None,
            sync: Span::from_secs(15),
            scrape: Span::from_secs(15),
            cpu_initialization: Span::from_secs(300),
            readiness_delay: Span::from_secs(30),
            downscale_stabilization: Span::from_secs(300),
        }
    }
}

/// What a horizontal pod autoscaler looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HpaMetric {
    /// Processor time, in percent of the cores of a machine (`Resource`, `Utilization`).
    Cpu {
        /// Percent.
        percent: u32,
    },
    /// Attempts in flight at a machine, on average (`Pods`, `AverageValue`).
    InFlight {
        /// Thousandths of an attempt.
        milli: i64,
    },
    /// Attempts that wait, for each machine (`External`, `AverageValue`).
    Queue {
        /// Thousandths of an attempt.
        milli: i64,
    },
}

/// How far the ratio of a metric to its target may be from 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Above 1.
    pub up: f64,
    /// Below 1.
    pub down: f64,
}

impl Tolerance {
    /// 10 % either way.
    pub const DEFAULT: Self = Self { up: 0.1, down: 0.1 };

    /// Whether a ratio is near enough to 1.
    pub fn holds(self, ratio: f64) -> bool {
        (1.0 - self.down..=1.0 + self.up).contains(&ratio)
    }
}

/// How fast an autoscaler may go.
#[derive(Clone, Debug, PartialEq)]
pub struct Behavior {
    /// Rules for more machines.
    pub up: Rules,
    /// Rules for fewer.
    pub down: Rules,
}

/// Rules of one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// For how long a size that was asked for holds against others; without it, the autoscaler's own for its direction.
    pub stabilization: Option<Span>,
    /// Which of the limits counts.
    pub select: Select,
    /// Limits, at least one.
    pub policies: Vec<Rule>,
}

impl Rules {
    /// Kubernetes' own for more machines: 4, or as many as there are, within 15 s.
    pub fn up() -> Self {
        let period = Span::from_secs(15);
        let policies = vec![Rule { step: Step::Pods(4), period }, Rule { step: Step::Percent(100), period }];
        Self { stabilization: Some(Span::ZERO), select: Select::Max, policies }
    }

    /// Kubernetes' own for fewer machines: all of them within 15 s, after 300 s.
    pub fn down() -> Self {
        let policies = vec![Rule { step: Step::Percent(100), period: Span::from_secs(15) }];
        Self { stabilization: None, select: Select::Max, policies }
    }
}

/// Which of several limits counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// The one that lets the most happen.
    #[default]
    Max,
    /// The one that lets the least happen.
    Min,
    /// Nothing may happen.
    Disabled,
}

/// How much may change within how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How much.
    pub step: Step,
    /// Within how long.
    pub period: Span,
}

/// A number of machines, or a share of those at the start of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many.
    Pods(u32),
    /// So many percent.
    Percent(u32),
}
