//! Meaning: what do the numbers of a run mean? Pure mathematics, no engine.

pub mod verdict;
