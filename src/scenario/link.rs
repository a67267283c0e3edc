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
        match name {
            "None" => Some(Self::none()),
            "Lan" => Some(Self::lan()),
            "Wan" => Some(Self::wan()),
            _ => None,
        }
    }

    /// Between two machines in one zone of a cloud: 0.1 ms each way, 10 Gbit/s.
    pub fn lan() -> Self {
        Self { name: "Lan".to_owned(), latency: Dist::Constant(0.0001), bandwidth: Some(10e9 / 8.0) }
    }

    /// Between two regions: 40 ms each way, 1 Gbit/s.
    pub fn wan() -> Self {
        Self { name: "Wan".to_owned(), latency: Dist::Constant(0.040), bandwidth: Some(1e9 / 8.0) }
    }

    /// What lies between the dispatcher and a thread of its own process: nothing.
    pub fn none() -> Self {
        Self { name: "None".to_owned(), latency: Dist::Constant(0.0), bandwidth: None }
    }
}
