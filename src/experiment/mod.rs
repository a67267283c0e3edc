//! Many runs: what does more than one run say?
//!
//! Every run of an experiment is a simulated one of its own seed. Runs go in parallel, results come in order, and they
//! are the same at any number of threads.

pub mod curves;
pub mod figures;
pub mod mirror;
pub mod recovery;
pub mod replications;
pub mod swarm;
pub mod sweep;
pub mod truth;
pub mod twins;
