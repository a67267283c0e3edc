//! Links by name. Their numbers are assumed: round figures of the right size, not measurements of any network.
//!
//! | preset | one-way delay | bandwidth | stands for |
//! |---|---|---|---|
//! | `None` | 0 | unlimited | no network at all: theory |
//! | `Lan` | 0.1 ms | 10 Gbit/s | two machines in one zone of a cloud |
//! | `Wan` | 40 ms | 1 Gbit/s | two continents, or one ocean |

use super::{Dist, Link};

impl Link {
    /// The names of the presets.
    pub const PRESETS: [&'static str; 3] = ["None", "Lan", "Wan"];

    /// A preset by its name.
    pub fn preset(name: &str) -> Option<Self> {
        let (latency_secs, bandwidth) = match name {
            "None" => (0.0, None),
            "Lan" => (0.0001, Some(10e9 / 8.0)),
            "Wan" => (0.040, Some(1e9 / 8.0)),
            _ => return None,
        };
        Some(Self { name: name.to_owned(), latency: Dist::Constant(latency_secs), bandwidth })
    }

    /// Between two machines in one zone of a cloud.
    pub fn lan() -> Self {
        Self { name: "Lan".to_owned(), latency: Dist::Constant(0.0001), bandwidth: Some(10e9 / 8.0) }
    }

    /// What lies between the dispatcher and a thread of its own process: nothing.
    pub fn none() -> Self {
        Self { name: "None".to_owned(), latency: Dist::Constant(0.0), bandwidth: None }
    }
}
