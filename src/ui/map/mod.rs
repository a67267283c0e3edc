//! The map, in three steps: what moves (`model`), where it stands (`layout`), how it looks (`paint`).

pub(crate) mod layout;
pub(crate) mod machine;
pub(crate) mod model;
pub(crate) mod paint;
pub(crate) mod saturation;
mod topology;
