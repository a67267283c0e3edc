//! The one integration binary: one module for each behaviour.

mod bad_scenarios;
mod scenario_files;
