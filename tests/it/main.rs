//! The one integration binary: one module per behaviour.

mod architecture;
mod bad_scenarios;
mod docs;
mod kernels;
mod ledger;
mod scenario_files;
mod theory;
