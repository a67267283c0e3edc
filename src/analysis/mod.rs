//! Meaning: what do the numbers of a run mean? Pure mathematics, no engine.
//!
//! | module | question |
//! |---|---|
//! | [`special`] | the special functions that the rest stands on |
//! | [`numeric`] | roots, quantiles and integrals of given functions |
//! | [`intervals`] | how sure is a number that was measured? |
//! | [`student`] | how far does the mean of few values stray? |
//! | [`warmup`] | how much of the beginning of a run is not steady state? |
//! | [`queueing`] | what does queueing theory say exactly? |
//! | [`caching`] | what do caches hit of independent requests? |
//! | [`laws`] | what do the laws of scalability say? |
//! | [`insight`] | what kind of trouble is this? |
//! | [`verdict`] | what is happening, in words? |
//!
//! Invariant: nothing here returns NaN. What has no answer is a typed error or `None`.

pub mod caching;
pub mod controls;
mod domain;
mod holm;
pub mod insight;
pub mod intervals;
pub mod laws;
pub mod numeric;
pub mod queueing;
pub mod special;
pub mod student;
pub mod verdict;
pub mod warmup;

pub use domain::{Solved, Unsolvable};
