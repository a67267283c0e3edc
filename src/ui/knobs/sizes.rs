//! Which sizes a machine has and what an hour of each costs: its family in the catalogue, else any number of cores.

use super::machines::Direction;
use crate::scenario::catalogue::{self, Entry};
use crate::scenario::limits::{CORES_MAX, WORKERS_MAX};
use crate::scenario::{Group, Instance, price_per_hour};

/// Prices that differ by less are the same to a person.
const SAME: f64 = 0.01;

/// The sizes of a machine.
#[derive(Clone)]
pub(super) struct Sizes<'a> {
    instance: &'a Instance,
    /// From the smallest; empty where the catalogue does not have the instance.
    family: Vec<&'static Entry>,
}

/// So many machines of a size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fleet {
    pub(super) count: u32,
    pub(super) cores: u32,
    /// Dollars an hour of all of them; `None` is unknown.
    pub(super) usd_per_hour: Option<f64>,
}

/// The other way, and whether it costs the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Offer {
    pub(super) fleet: Fleet,
    /// Whether its price differs by less than a person cares about; else it is the nearest there is.
    pub(super) is_same: bool,
}

impl<'a> Sizes<'a> {
    /// The sizes of the machines of a group.
    pub(super) fn of(group: &'a Group) -> Self {
        let mut family = catalogue::siblings(&group.instance.name);
        family.retain(|entry| entry.cores.is_some_and(|cores| (1..=CORES_MAX).contains(&cores)));
        Self { instance: &group.instance, family }
    }

    fn cores(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.family.iter().filter_map(|entry| entry.cores)
    }

    /// What a machine of that size is called.
    pub(super) fn name(&self, cores: u32) -> &'a str {
        let entry = self.family.iter().find(|entry| entry.cores == Some(cores) && cores != self.instance.cores);
        entry.map_or(&self.instance.name, |entry| &entry.instance)
    }

    /// The next larger size; none at the ceiling.
    pub(super) fn larger(&self, cores: u32) -> Option<u32> {
        if self.family.is_empty() {
            return (cores < CORES_MAX).then(|| cores.saturating_mul(2).min(CORES_MAX));
        }
        self.cores().find(|size| *size > cores)
    }

    /// The next smaller size; none at the smallest.
    pub(super) fn smaller(&self, cores: u32) -> Option<u32> {
        if self.family.is_empty() {
            return (cores > 1).then_some(cores / 2);
        }
        self.cores().rfind(|size| *size < cores)
    }

    /// The largest size, and its name where the catalogue has one.
    pub(super) fn ceiling(&self) -> (u32, Option<&'static str>) {
        let largest = self.family.last().and_then(|entry| Some((entry.cores?, Some(entry.instance.as_str()))));
        largest.unwrap_or((CORES_MAX, None))
    }

    /// So many machines of that size, with their price.
    pub(super) fn fleet(&self, count: u32, cores: u32) -> Fleet {
        let each = self.instance.price.usd_per_hour.map(|_| price_per_hour(self.instance, cores));
        Fleet { count, cores, usd_per_hour: each.map(|usd| usd * f64::from(count)) }
    }

    /// What the other direction has for the same price, or the nearest: fewer larger machines instead of many, or the
    /// smallest ones instead of large ones. Without a catalogue or a price the number of cores stays the same.
    pub(super) fn other_way(&self, now: Fleet, looking: Direction) -> Option<Offer> {
        let whole = now.count.checked_mul(now.cores)?;
        let Some(usd) = now.usd_per_hour.filter(|usd| *usd > 0.0 && !self.family.is_empty()) else {
            return self.same_cores(now, whole, looking);
        };
        let fits = |cores: &u32| match looking {
            Direction::Out => now.count > 1 && *cores > now.cores,
            Direction::Up => *cores < now.cores,
        };
        let offers = self.cores().filter(fits).filter_map(|cores| {
            let each = self.fleet(1, cores).usd_per_hour.filter(|each| *each > 0.0)?;
            let count = (usd / each).round().clamp(1.0, f64::from(WORKERS_MAX)) as u32;
            let fleet = self.fleet(count, cores);
            Some((fleet, (fleet.usd_per_hour? / usd - 1.0).abs()))
        });
        // Of what costs the same, the way that is farthest from what there is now.
        let worse = |off: f64| if off < SAME { 0.0 } else { off };
        let best = |one: (Fleet, f64), two: (Fleet, f64)| {
            let farther = (two.0.cores > one.0.cores) == (looking == Direction::Out);
            let (one_off, two_off) = (worse(one.1), worse(two.1));
            if two_off < one_off || (two_off == one_off && farther) { two } else { one }
        };
        let (fleet, off) = offers.reduce(best)?;
        Some(Offer { fleet, is_same: off < SAME })
    }

    fn same_cores(&self, now: Fleet, whole: u32, looking: Direction) -> Option<Offer> {
        let each = self.instance.cores.max(1);
        let (count, cores) = match looking {
            Direction::Out if now.count > 1 && whole <= CORES_MAX => (1, whole),
            Direction::Up if now.cores > each && whole.is_multiple_of(each) => (whole / each, each),
            _ => return None,
        };
        (count <= WORKERS_MAX).then(|| Offer { fleet: self.fleet(count, cores), is_same: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, bundled, load};

    fn group(instance: &str) -> Group {
        let host = Host { cores: 2, cpu: "a processor".to_owned() };
        let text = bundled::find("dask-mean").unwrap().text.replace("\"c7i.large\"", instance);
        load(&text, "a test", &host).unwrap().pools[0].groups[1].clone()
    }

    fn check(instance: &str, now: (u32, u32), looking: Direction, expected: Option<(u32, u32, bool)>) {
        let group = group(instance);
        let sizes = Sizes::of(&group);
        let offer = sizes.other_way(sizes.fleet(now.0, now.1), looking);
        let found = offer.map(|offer| (offer.fleet.count, offer.fleet.cores, offer.is_same));
        assert_eq!(found, expected, "{instance} {now:?} {looking:?}");
    }

    #[test]
    fn the_other_way_costs_what_the_catalogue_says() {
        let large = "\"c7i.large\"";
        check(large, (1, 2), Direction::Out, None);
        check(large, (2, 2), Direction::Out, Some((1, 4, true)));
        check(large, (4, 2), Direction::Out, Some((1, 8, true)));
        check(large, (6, 2), Direction::Out, Some((3, 4, true)));
        // There is no machine with 6 cores: the nearest price is said to be that.
        check(large, (3, 2), Direction::Out, Some((1, 8, false)));
        check(large, (1, 16), Direction::Up, Some((8, 2, true)));
        check(large, (1, 2), Direction::Up, None);
        check(large, (0, 2), Direction::Out, None);
    }

    #[test]
    fn what_no_catalogue_has_keeps_its_cores() {
        let own = "Custom(cores: 2, usd_per_hour: 0.1)";
        check(own, (3, 2), Direction::Out, Some((1, 6, true)));
        check(own, (1, 6), Direction::Up, Some((3, 2, true)));
        check(own, (1, 7), Direction::Up, None);
    }

    #[test]
    fn sizes_are_those_of_the_family_and_end_at_a_ceiling() {
        let group = group("\"c7i.large\"");
        let sizes = Sizes::of(&group);
        assert_eq!((sizes.smaller(2), sizes.larger(2), sizes.larger(64)), (None, Some(4), Some(192)));
        assert_eq!((sizes.ceiling(), sizes.larger(192)), ((192, Some("c7i.48xlarge")), None));
        assert_eq!((sizes.name(2), sizes.name(16)), ("c7i.large", "c7i.4xlarge"));
    }
}
