//! How a pool may grow and shrink by itself: settings only, what they lead to is in `policy/scale`.

mod hpa;
mod kpa;

pub use hpa::{Behavior, Hpa, HpaMetric, Rule, Rules, Select, Step, Tolerance};
pub use kpa::{Kpa, KpaMetric};
