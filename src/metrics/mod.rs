//! Happened: what has happened in a run?
//!
//! Everything that happens is one stream of facts. The recorder folds it into meters; a viewer sees a snapshot of them,
//! a finished run leaves a summary. Each number has one meter, and meters that check each other share nothing.

mod area;
mod cost;
mod latency;
mod laws;
mod looks;
mod omission;
mod recorder;
mod row;
mod saturation;
pub mod scaling;
pub mod series;
pub mod snapshot;
pub mod study;
mod summarise;
pub mod summary;
mod views;
pub mod watch;
mod window;
mod work;

pub use latency::histogram as latency_histogram;
pub use looks::Gauges;
pub use recorder::Recorder;
pub use row::Row;
pub use summarise::RunFacts;
