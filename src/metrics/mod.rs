//! Happened: what has happened in a run?

pub mod series;
pub mod snapshot;
pub mod summary;
