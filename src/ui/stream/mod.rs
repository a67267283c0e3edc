//! The task stream, in two steps: which bar stands in which row (`rows`), how it looks (`paint`).

pub(crate) mod paint;
pub(crate) mod rows;
