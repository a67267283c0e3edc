//! What becomes of work that is slow, fails, or is too much, as a pool is told it.

mod budget;
mod guards;
mod listing;

pub use budget::{Backoff, Budget};
pub use guards::{AWAY_MAX, Accrual, Breaker, EnvoyOutliers, Gate, Gradient, Outliers};

use super::{Copies, limits};
use crate::base::Span;

/// What a pool does about attempts that are slow or fail, and which of them it takes in at all.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Resilience {
    /// How long an attempt may be unanswered, from when it is made; without one it waits for ever.
    pub timeout: Option<Span>,
    /// What becomes of an attempt that nobody waits for any longer.
    pub late: Late,
    /// Whether and when a task is tried again.
    pub retry: Retry,
    /// Further attempts of a task while it is unanswered.
    pub copies: Copies,
    /// Cuts the whole pool off while most of what it answers is wrong.
    pub breaker: Option<Breaker>,
    /// Leaves single machines out while they answer worse than others.
    pub outliers: Option<Outliers>,
    /// What refuses attempts before they get in; all have to agree.
    pub admit: Vec<Gate>,
}

impl Resilience {
    /// Whether an attempt may be dropped when its turn comes.
    pub fn sifts(&self) -> bool {
        self.late == Late::DropUnbegun || self.admit.iter().any(|gate| matches!(gate, Gate::CoDel { .. }))
    }
}

impl Default for Resilience {
    fn default() -> Self {
        Self {
            timeout: None,
            late: Late::default(),
            retry: Retry::default(),
            copies: Copies::OFF,
            breaker: None,
            outliers: None,
            admit: Vec::new(),
        }
    }
}

/// What becomes of an attempt whose time is over, its own or that of its job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Late {
    /// It runs on to its end, for nobody: a server that is not told (HTTP/1.1).
    #[default]
    RunOn,
    /// It runs on if it has begun; a deadline that travels with it keeps it from beginning (gRPC).
    DropUnbegun,
    /// It is called off wherever it is.
    CallOff,
}

/// Whether and when a task whose attempts ended without an answer is tried again.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Retry {
    /// Attempts of one task, the first among them; a task whose attempts are used up fails its job. Copies do not count.
    pub attempts_max: u32,
    /// How long it rests before each.
    pub backoff: Backoff,
    /// What keeps retries and copies together within bounds.
    pub budget: Option<Budget>,
    /// Whether what was refused is tried again, too.
    pub of_refused: bool,
}

impl Retry {
    /// Envoy's, where a route says that it retries: once, and three at a time.
    pub const ENVOY: Self = Self {
        attempts_max: 2,
        backoff: Backoff::ENVOY,
        budget: Some(Budget::InFlight { share: 0.0, least: 3 }),
        of_refused: true,
    };
    /// The AWS SDKs' (standard mode, botocore 1.44.5).
    pub const AWS: Self = Self {
        attempts_max: 3,
        backoff: Backoff::FullJitter { base: Span::from_millis(50), cap: Span::from_secs(20) },
        budget: Some(Budget::AWS),
        of_refused: true,
    };
    /// resilience4j's.
    pub const RESILIENCE4J: Self = Self {
        attempts_max: 3,
        backoff: Backoff::Constant { wait: Span::from_millis(500) },
        budget: None,
        of_refused: true,
    };
    /// The most attempts that gRPC makes, whatever is asked of it (A6).
    pub const GRPC_ATTEMPTS_MAX: u32 = 5;
    /// All that are named, by their names in a file.
    pub const NAMED: [(&'static str, Self); 3] =
        [("Envoy", Self::ENVOY), ("Aws", Self::AWS), ("Resilience4j", Self::RESILIENCE4J)];
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts_max: limits::ATTEMPTS_DEFAULT, backoff: Backoff::None, budget: None, of_refused: false }
    }
}
