//! What is cut off, left out or refused.

use crate::base::Span;

/// When a pool that mostly fails is left alone for a while.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Breaker {
    /// By the share of failures, or of slow answers, among the last calls (resilience4j).
    LastCalls {
        /// Calls that are looked at.
        calls: u32,
        /// Calls that there must be before anything is judged.
        least: u32,
        /// The share of failures from which on it opens.
        failures: f64,
        /// An answer that takes longer than this is slow.
        slow_after: Span,
        /// The share of slow answers from which on it opens.
        slow: f64,
        /// How long nothing passes.
        open_for: Span,
        /// Calls that then pass on trial.
        trial: u32,
    },
    /// By the share of failures in the last seconds (Hystrix): one call on trial.
    LastSeconds {
        /// How long is looked at, in ten steps.
        window: Span,
        /// Calls that there must be before anything is judged.
        least: u32,
        /// The share of failures from which on it opens.
        failures: f64,
        /// How long nothing passes before the one on trial.
        open_for: Span,
    },
}

impl Breaker {
    /// That of resilience4j.
    pub const RESILIENCE4J: Self = Self::LastCalls {
        calls: 100,
        least: 100,
        failures: 0.5,
        slow_after: Span::from_secs(60),
        slow: 1.0,
        open_for: Span::from_secs(60),
        trial: 10,
    };
    /// How long Hystrix waits for an answer.
    pub const HYSTRIX_TIMEOUT: Span = Span::from_secs(1);
    /// That of Hystrix.
    pub const HYSTRIX: Self =
        Self::LastSeconds { window: Span::from_secs(10), least: 20, failures: 0.5, open_for: Span::from_secs(5) };
}

/// When a machine that answers worse than others is left out for a while.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Outliers {
    /// By errors in a row, and by how its share of successes compares with the others' (Envoy).
    Envoy(EnvoyOutliers),
    /// By its own share of successes, or errors in a row (Finagle).
    Accrual(Accrual),
}

/// Envoy's outlier detection.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EnvoyOutliers {
    /// Errors in a row.
    pub consecutive: u32,
    /// How often shares are compared, and machines let in again.
    pub interval: Span,
    /// For how long, times how often it was left out already.
    pub base: Span,
    /// For how long at most.
    pub longest: Span,
    /// The largest share of machines that is left out at a time; one may always be.
    pub ejected_max: f64,
    /// Shares are compared among this many machines at least.
    pub hosts_min: u32,
    /// Those with at least this many answers in the interval.
    pub volume_min: u32,
    /// Standard deviations below the mean from which on a machine is left out.
    pub deviations: f64,
    /// The share of failures from which on a machine is left out, however the others do.
    pub failures: f64,
    /// Machines and answers that there must be for that.
    pub failures_hosts_min: u32,
    /// The same.
    pub failures_volume_min: u32,
    /// How often a machine really is left out, of the times that it should be: for errors in a row, for its share of
    /// successes, for its share of failures.
    pub enforcing: [f64; 3],
    /// Below this share of machines that are not left out, all are used (healthy panic threshold).
    pub panic_below: f64,
}

impl Default for EnvoyOutliers {
    fn default() -> Self {
        Self {
            consecutive: 5,
            interval: Span::from_secs(10),
            base: Span::from_secs(30),
            longest: AWAY_MAX,
            ejected_max: 0.1,
            hosts_min: 5,
            volume_min: 100,
            deviations: 1.9,
            failures: 0.85,
            failures_hosts_min: 5,
            failures_volume_min: 50,
            enforcing: [1.0, 1.0, 0.0],
            panic_below: 0.5,
        }
    }
}

/// How long a machine is left out at most, by Envoy and by Finagle.
pub const AWAY_MAX: Span = Span::from_secs(300);

/// Finagle's failure accrual: the share of successes first, or else failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Accrual {
    /// The share of successes below which a machine is left out.
    pub successes: f64,
    /// Over about how long that share is taken; nothing is judged before.
    pub window: Span,
    /// Answers that there must be in it.
    pub least: u32,
    /// Or so many failures in a row.
    pub consecutive: u32,
    /// For how long at first; each time twice as long, half of it by chance, up to [`AWAY_MAX`].
    pub base: Span,
}

impl Default for Accrual {
    fn default() -> Self {
        Self { successes: 0.8, window: Span::from_secs(30), least: 5, consecutive: 5, base: Span::from_secs(5) }
    }
}

/// What refuses attempts.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Gate {
    /// More than so many a second, but for bursts (token bucket).
    TokenBucket {
        /// Tokens a second.
        rate: f64,
        /// Tokens at most.
        burst: f64,
    },
    /// More than so many in flight (a bulkhead).
    InFlight {
        /// So many.
        max: u32,
    },
    /// More in flight than latency says is good (Netflix, Gradient2).
    Gradient(Gradient),
    /// Less important ones first, the fuller the pool is: of `n` priorities the lowest may fill 1/n of it.
    Priority {
        /// In flight when it is full.
        full: u32,
    },
    /// As many as makes the rest `k` times what is accepted (Google's client-side throttling).
    Throttle {
        /// Requests for one that is accepted.
        k: f64,
        /// Over how long both are counted.
        window: Span,
    },
    /// What has waited too long when its turn comes, while there is always a queue (Maurer, "Fail at scale", 2015).
    CoDel {
        /// A queue whose shortest wait is longer than this is always there.
        target: Span,
        /// Over this long.
        interval: Span,
    },
}

/// Netflix' concurrency limit by the gradient of latency (concurrency-limits, `Gradient2Limit`).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Gradient {
    /// At the start.
    pub initial: u32,
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
    /// How much longer than usual an answer may take.
    pub tolerance: f64,
    /// How much of each new estimate is taken.
    pub smoothing: f64,
    /// What may wait besides.
    pub queue: u32,
}

impl Default for Gradient {
    fn default() -> Self {
        Self { initial: 20, min: 20, max: 200, tolerance: 1.5, smoothing: 0.2, queue: 4 }
    }
}

impl Gate {
    /// Facebook's.
    pub const CODEL: Self = Self::CoDel { target: Span::from_millis(5), interval: Span::from_millis(100) };
    /// resilience4j's bulkhead.
    pub const RESILIENCE4J: Self = Self::InFlight { max: 25 };
    /// Envoy's `max_requests`.
    pub const ENVOY: Self = Self::InFlight { max: 1_024 };
    /// As the book has it: twice what is accepted, over two minutes.
    pub const SRE: Self = Self::Throttle { k: 2.0, window: Span::from_secs(120) };
}
