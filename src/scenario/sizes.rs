//! Sizes of a machine, and what each costs: its family in the catalogue, else whatever a scenario says.

use super::{Instance, catalogue, limits};

/// Cores that a machine of this kind can have, from the smallest; empty where the catalogue does not have it.
pub fn sizes(instance: &Instance) -> Vec<u32> {
    let family = catalogue::siblings(&instance.name).into_iter().filter_map(|entry| entry.cores);
    family.filter(|cores| (1..=limits::CORES_MAX).contains(cores)).collect()
}

/// The most cores that a machine of this kind can have: the largest of its family, or the limit `CORES_MAX`.
pub fn ceiling(instance: &Instance) -> u32 {
    sizes(instance).last().map_or(limits::CORES_MAX, |largest| (*largest).max(instance.cores))
}

/// What an hour of this instance costs with another number of cores: the price of its sibling in the catalogue, else
/// in proportion to the cores.
pub fn price_per_hour(instance: &Instance, cores: u32) -> f64 {
    let price = instance.price.usd_per_hour.unwrap_or(0.0);
    if cores == instance.cores {
        return price;
    }
    let sibling = catalogue::sibling(&instance.name, cores).and_then(|sibling| sibling.price(instance.price.is_spot));
    sibling.unwrap_or_else(|| price * f64::from(cores) / f64::from(instance.cores.max(1)))
}
