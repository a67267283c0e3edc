//! The one integration binary: one module per behaviour.

mod architecture;
mod docs;
mod kernels;
mod scenario_files;
