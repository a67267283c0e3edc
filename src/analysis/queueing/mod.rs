//! What does queueing theory say exactly?
//!
//! One model a file, in Kendall's words: arrivals / services / servers / places // customers. Rates are per unit of
//! time and times in that unit, whatever it is. Each model is a checked struct whose methods cannot fail, or a function
//! that returns [`Unsolvable`]: never NaN, never a number for a queue that has no steady state.

mod abandonment;
mod birth_death;
mod closed;
mod constant_service;
mod discipline;
mod dispatch;
mod finite;
mod fork_join;
mod general_arrivals;
mod hashing;
mod law;
mod multi_server;
mod network;
mod order;
mod redundancy;
mod retry;
mod single_server;
mod small_system;

pub use abandonment::ErlangA;
pub use closed::{Closed, closed_network};
pub use constant_service::MDc;
pub use discipline::{
    Class, ProcessorSharing, nonpreemptive_mean_waits, preemptive_mean_responses, srpt_mean_response,
};
pub use dispatch::Supermarket;
pub use finite::{MMcK, Repairman};
pub use fork_join::ForkJoin;
pub use general_arrivals::GiM1;
pub use hashing::{modulo_moved, ring_largest_share, ring_moved, ring_share_cv, ring_smallest_share};
pub use law::{Law, Shape};
pub use multi_server::{MMc, erlang_b, erlang_c, halfin_whitt_prob_wait};
pub use network::{Jackson, Station, Tandem, with_feedback};
pub use order::{Extreme, Hedged};
pub use redundancy::redundancy_mean_response;
pub use retry::{
    Amplification, RetryStorm, amplification, amplification_chain, fan_out_slow, retrial_mean_orbit,
    retrial_mean_response, retry_storm,
};
pub use single_server::{MG1, kingman_mean_wait};
pub use small_system::{Dispatch, SmallSystem};

pub use super::domain::{Solved, Unsolvable};
use super::domain::{at_least_one, not_negative, positive, probability, stable, within};
