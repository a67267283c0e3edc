//! How often and how soon is tried again.

use crate::base::Span;

/// How long a task rests before it is tried again; retries are counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Backoff {
    /// Not at all.
    #[default]
    None,
    /// Always as long.
    Constant {
        /// So long.
        wait: Span,
    },
    /// base x 2^n, up to the cap.
    Exponential {
        /// Before the first retry.
        base: Span,
        /// At most.
        cap: Span,
    },
    /// Anything from nothing to what `Exponential` has (AWS, gRPC, Envoy).
    FullJitter {
        /// The bound before the first retry.
        base: Span,
        /// The largest bound.
        cap: Span,
    },
    /// Half of what `Exponential` has, and anything up to the other half.
    EqualJitter {
        /// The bound before the first retry.
        base: Span,
        /// The largest bound.
        cap: Span,
    },
    /// Anything from the base to three times the rest before, up to the cap.
    Decorrelated {
        /// The least.
        base: Span,
        /// The most.
        cap: Span,
    },
}

impl Backoff {
    /// Envoy's: 25 ms, and ten times that at most.
    pub const ENVOY: Self = Self::FullJitter { base: Span::from_millis(25), cap: Span::from_millis(250) };
    /// Where a scenario says `FullJitter` and no more.
    pub const BASE: Span = Span::from_millis(25);
    /// The same.
    pub const CAP: Span = Span::from_millis(250);
}

/// What keeps retries and copies together within bounds.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Budget {
    /// A share of the requests of the last seconds, and a few each second (Finagle).
    Share {
        /// Retries for one request; 0.2 is a fifth.
        share: f64,
        /// Retries a second that are allowed at any rate.
        per_second: u32,
        /// How long a request counts.
        lifetime: Span,
    },
    /// A share of what is in flight, and a few at a time (Envoy).
    InFlight {
        /// Retries in flight for one attempt in flight; 0.2 is a fifth.
        share: f64,
        /// Retries in flight that are allowed at any rate.
        least: u32,
    },
    /// Tokens that a failure takes and a success gives back in part; retries while more than half are there (gRPC, A6).
    Tokens {
        /// How many there are at most, and at the start.
        max: f64,
        /// What a success gives back.
        ratio: f64,
    },
    /// A quota that each retry draws on, and gives back if it succeeds (AWS SDKs, standard mode).
    Quota {
        /// What there is at most, and at the start.
        capacity: u32,
        /// What a retry costs.
        cost: u32,
        /// What one costs after a refusal.
        refused_cost: u32,
    },
}

impl Budget {
    /// Finagle's.
    pub const FINAGLE: Self = Self::Share { share: 0.2, per_second: 10, lifetime: Span::from_secs(10) };
    /// Envoy's.
    pub const ENVOY: Self = Self::InFlight { share: 0.2, least: 3 };
    /// As gRPC's service configuration has it in its examples: the protocol has no default.
    pub const GRPC: Self = Self::Tokens { max: 10.0, ratio: 0.1 };
    /// As botocore 1.44.5 has it: other SDKs and older releases take 5 for every retry.
    pub const AWS: Self = Self::Quota { capacity: 500, cost: 14, refused_cost: 5 };
}
