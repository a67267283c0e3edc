//! The task stream, in two steps: which bar stands in which row (`rows`), how it looks (`paint`); and what is taken out of it (`taken`).

pub(crate) mod paint;
pub(crate) mod rows;
pub(crate) mod taken;
