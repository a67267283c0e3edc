//! Time: when does what happen? One loop for a virtual clock that jumps and a wall clock that waits.
//!
//! ```text
//!        traffic ── arrivals ──▶┐
//!   timeline, person ─ entries ▶│ queue ─▶ run ─▶ cluster ─┬ actions ─▶ world ─┬ events now ───▶ cluster
//!    world ── events later ────▶┘           ▲              │                  └ events later ─▶ queue
//!    threads ── messages ── inbox ──────────┘              └ facts ─▶ recorder ─▶ snapshot ─▶ viewer
//! ```
//!
//! Invariants: nothing but the clock reads time; equal times keep the order of planning; the same build, scenario and
//! seed give the same summary, byte for byte, when simulated.

mod apply;
mod audit;
mod clock;
pub mod handle;
mod inbox;
mod journal;
mod probe;
mod publish;
mod queue;
pub mod recorded;
mod run;

pub use audit::{Audit, audit};
pub use journal::{JournalError, RowSink};
pub use run::{simulate, simulate_studied};

pub use crate::world::threads::limits::measure as machine_limits;
