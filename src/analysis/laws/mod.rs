//! What do the laws of scalability say?
//!
//! Speedup by Amdahl, Gustafson, and Karp and Flatt; Gunther's universal law and its fit to measurements; what an
//! all-reduce costs.

mod collective;
mod gustafson_fit;
mod speedup;
mod usl;
mod usl_fit;

pub use collective::{AllReduce, Collective, Cost};
pub use gustafson_fit::{GustafsonFit, fit_gustafson};
pub use speedup::{amdahl_limit, amdahl_speedup, gustafson_speedup, karp_flatt};
pub use usl::{Overhead, Usl};
pub use usl_fit::{SPEC_SDM91, UslErrors, UslFit, fit, fit_contention};
