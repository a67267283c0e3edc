//! The one integration binary: one module per behaviour.

mod architecture;
mod bad_scenarios;
mod docs;
mod experiments;
mod fixture;
mod kernels;
mod ledger;
mod scenario_files;
mod theory_formulas;
mod truth;
mod verdict;
#[cfg(feature = "window")]
mod window;
