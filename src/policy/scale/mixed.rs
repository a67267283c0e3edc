//! Out or up: the cheaper of more machines and larger ones, for the load that is expected.
//!
//! Cores of one machine slow each other down by Gunther's law with the coefficients of the pool, so twice the cores do less
//! than twice the work; and a size has a price of its own and a ceiling. With n machines of c cores at a target u, the work
//! done per second is n x u c / (1 + alpha (u c - 1) + beta u c (u c - 1)). Machines of 4 cores at 50 %, no contention, for
//! 12 cores of work: 6 of them, or 4 of 8 cores for two thirds of the price where a size up costs no more than half more.

use super::ahead::Forecast;
use super::sight::Sight;
use super::{Decision, Reason, Seen};
use crate::base::{Span, Time};
use crate::scenario::{Contention, Instance, Mixed, Pool, price_per_hour};

/// A pool that grows out or up.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolMixed {
    mixed: Mixed,
    bounds: (u32, u32),
    /// From the smallest.
    sizes: Vec<Size>,
    contention: Contention,
    forecast: Forecast,
    /// Core time of an attempt alone on its machine, in seconds; unknown before one has ended.
    work: Option<f64>,
    /// Looks in a row that asked for less.
    less: u32,
}

/// What a machine of a size does and costs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    cores: u32,
    usd_per_hour: f64,
    /// Seconds of a core that has its machine to itself, done per second at the target.
    does: f64,
}

/// So many machines of that size.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fleet {
    count: u32,
    size: Size,
}

impl Fleet {
    fn does(self) -> f64 {
        f64::from(self.count) * self.size.does
    }

    fn usd_per_hour(self) -> f64 {
        f64::from(self.count) * self.size.usd_per_hour
    }
}

impl PoolMixed {
    /// A fresh one within these bounds, for machines of this kind in this pool.
    pub fn new(mixed: &Mixed, min: u32, max: u32, instance: &Instance, pool: &Pool) -> Self {
        let contention = pool.contention;
        let cpu = mixed.predictive.cpu;
        let size = |&cores: &u32| Size {
            cores,
            usd_per_hour: price_per_hour(instance, cores),
            does: done_by(contention, f64::from(cores) * cpu),
        };
        let forecast = Forecast::of(&mixed.predictive);
        let sizes = mixed.sizes.iter().map(size).collect();
        Self { bounds: (min, max), sizes, contention, forecast, work: None, less: 0, mixed: mixed.clone() }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.mixed.predictive.every
    }

    /// Takes in what came, and decides for what is to come.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        self.forecast.see(sight.arrived as f64 / sight.since.secs().max(1e-9));
        if sight.done > 0 {
            let busy = sight.busy() / f64::from(sight.ready().max(1));
            let alone = done_by(self.contention, busy) / busy.max(1e-9);
            let newest = sight.run.secs() / sight.done as f64 * alone.min(1.0);
            self.work = Some(self.work.map_or(newest, |known| f64::midpoint(known, newest)));
        }
        let known = self.sizes.iter().find(|size| size.cores == sight.cores).copied();
        let (Some(work), Some(size)) = (self.work, known) else {
            return Some(Decision::keep(sight.size, Reason::NoMetrics));
        };
        let rate = self.forecast.ahead(self.mixed.predictive.looks_ahead()).max(0.0);
        let stands = Fleet { count: sight.size, size };
        let mut wanted = self.cheapest(stands, rate * work);
        wanted.count = wanted.count.min(self.bounds.1);
        let is_less = wanted.does() < stands.does();
        self.less = if is_less { self.less + 1 } else { 0 };
        let is_same = (wanted.count, wanted.size.cores) == (stands.count, size.cores);
        let why = if is_same {
            Reason::Tolerated
        } else if wanted.size.cores != size.cores && sight.is_restarting() {
            Reason::Restarting
        } else if is_less && self.less < self.mixed.down_after {
            Reason::Stabilised
        } else if wanted.does() < rate * work {
            Reason::TooManyReplicas
        } else {
            Reason::DesiredWithinRange
        };
        let goes = matches!(why, Reason::TooManyReplicas | Reason::DesiredWithinRange);
        let to = if goes { wanted } else { stands };
        if goes {
            self.less = 0;
        }
        Some(Decision {
            wanted: wanted.count,
            stabilised: to.count,
            size: to.count,
            seen: Some(Seen { at: now, value: rate }),
            cores: Some(to.size.cores),
            ..Decision::keep(sight.size, why)
        })
    }

    /// What is enough for so much work a second, and costs least: another number of machines, or another size of them; a tie
    /// goes to the number, which needs no restart. Where neither is enough, as many as there may be of the largest.
    fn cheapest(&self, stands: Fleet, work: f64) -> Fleet {
        // At no machines nothing is done; where there may be none, that is said by whoever asks.
        let (min, max) = (self.bounds.0.max(1), self.bounds.1.max(1));
        let enough = |size: Size| (work / size.does).ceil().clamp(f64::from(min), f64::from(max)) as u32;
        let out = Fleet { count: enough(stands.size), size: stands.size };
        let count = stands.count.clamp(min, max);
        let up = self.sizes.iter().map(|&size| Fleet { count, size });
        let alone = std::iter::once(out).chain(up).filter(|fleet| fleet.does() >= work);
        let cheaper = |one: &Fleet, other: &Fleet| one.usd_per_hour().total_cmp(&other.usd_per_hour());
        let largest = self.sizes.last().copied().unwrap_or(stands.size);
        alone.min_by(cheaper).unwrap_or(Fleet { count: enough(largest), size: largest })
    }
}

/// What so many busy cores of one machine do, in seconds of a core alone per second.
fn done_by(contention: Contention, busy: f64) -> f64 {
    let others = (busy - 1.0).max(0.0);
    busy / (1.0 + contention.alpha * others + contention.beta * busy * others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Provenance;
    use crate::scenario::Predictive;

    /// Machines of 4, 8 or 16 cores at these prices, aimed at 50 %.
    fn mixed(prices: [f64; 3], contention: Contention) -> PoolMixed {
        let predictive = Predictive::of(0.5);
        let size = |(cores, usd_per_hour): (u32, f64)| Size {
            cores,
            usd_per_hour,
            does: done_by(contention, f64::from(cores) * 0.5),
        };
        PoolMixed {
            bounds: (1, 10),
            sizes: [4, 8, 16].into_iter().zip(prices).map(size).collect(),
            contention,
            forecast: Forecast::of(&predictive),
            work: None,
            less: 0,
            mixed: Mixed { predictive, down_after: 3, sizes: vec![4, 8, 16] },
        }
    }

    fn chosen(pool: &PoolMixed, count: u32, size: usize, work: f64) -> (u32, u32) {
        let fleet = pool.cheapest(Fleet { count, size: pool.sizes[size] }, work);
        (fleet.count, fleet.size.cores)
    }

    #[test]
    fn the_cheaper_of_out_and_up_is_taken() {
        // In proportion: 6 x 4 cores cost what 3 x 8 do, but 4 machines of 8 cost more.
        assert_eq!(chosen(&mixed([1.0, 2.0, 4.0], Contention::NONE), 4, 0, 12.0), (6, 4));
        // A size up for half more: 4 x 1.5 against 6 x 1 is a tie, which goes to the number.
        assert_eq!(chosen(&mixed([1.0, 1.5, 4.0], Contention::NONE), 4, 0, 12.0), (6, 4));
        assert_eq!(chosen(&mixed([1.0, 1.4, 4.0], Contention::NONE), 4, 0, 12.0), (4, 8));
        // Down as well: 4 machines of 8 cores for 4 cores of work, 1 machine of them or 4 of the smallest.
        assert_eq!(chosen(&mixed([1.0, 2.0, 4.0], Contention::NONE), 4, 1, 4.0), (1, 8));
    }

    #[test]
    fn cores_that_slow_each_other_down_speak_for_more_machines() {
        let alpha = Contention { alpha: 0.5, beta: 0.0, provenance: Provenance::Assumed };
        // 8 cores at half do 4 / 2.5 = 1.6, 4 do 2 / 1.5 = 1.33: never worth 1.4 times the price.
        assert_eq!(chosen(&mixed([1.0, 1.4, 4.0], alpha), 4, 0, 11.0), (9, 4));
        assert_eq!(chosen(&mixed([1.0, 1.4, 4.0], Contention::NONE), 4, 0, 11.0), (4, 8));
    }

    #[test]
    fn beyond_the_bounds_it_goes_both_ways() {
        // 10 x 4 cores do 20, 2 of 16 cores do 16; 60 need 8 of the largest.
        assert_eq!(chosen(&mixed([1.0, 2.0, 4.0], Contention::NONE), 2, 0, 60.0), (8, 16));
        assert_eq!(chosen(&mixed([1.0, 2.0, 4.0], Contention::NONE), 2, 0, 1e9), (10, 16));
        let mut none = mixed([1.0, 2.0, 4.0], Contention::NONE);
        none.bounds = (0, 0);
        none.work = Some(1.0);
        let sight = Sight { cores: 4, arrived: 9, since: Span::from_secs(1), ..Sight::default() };
        let decision = none.look(Time::ZERO, &sight).expect("a decision");
        assert_eq!((decision.size, decision.wanted), (0, 0));
    }
}
