//! Words: which words do all other folders speak?
//!
//! Time, identifiers, units, seeded random streams and bounded containers. Nothing here knows what scalelab is for.

pub mod about;
mod agenda;
mod blocks;
pub mod figures;
pub mod ids;
pub mod os;
pub mod ring;
pub mod slab;
pub mod streams;
pub mod time;
pub mod units;

pub use agenda::Agenda;
pub use blocks::Blocks;
pub use ids::{Arrival, AttemptId, GroupIx, JobId, JobType, PoolId, SourceId, StageIx, TaskId, WorkerId};
pub use ring::Ring;
pub use slab::{Key, Slab};
pub use streams::{Domain, Family, Stream};
pub use time::{Span, Time};
pub use units::{Bytes, Dollars, Provenance, Ratio};
