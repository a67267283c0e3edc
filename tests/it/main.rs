//! The one integration binary: one module per behaviour.

mod architecture;
mod bad_scenarios;
mod balancing;
mod billing;
mod caching;
mod corpora;
mod determinism;
mod docs;
mod experiments;
mod failures;
mod faults;
mod fixture;
mod kernels;
mod ledger;
mod live;
mod live_faults;
mod memory;
mod mirror;
mod omission;
mod pause;
mod queues;
mod resilience;
mod run_directory;
mod saturation;
mod scaling;
mod scenario_files;
mod shuffles;
mod spot;
mod stepping;
mod tables;
mod theory;
mod theory_formulas;
mod truth;
mod verdict;
#[cfg(feature = "window")]
mod window;
