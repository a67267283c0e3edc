//! What a collective operation among n ranks costs, in the model of latency a step and bandwidth a link.
//!
//! All-reduce of M bytes: a ring moves 2 (n - 1) / n M in 2 (n - 1) steps (Patarasuk and Yuan 2009); halving and doubling
//! (Rabenseifner) moves as much in 2 log2 n steps; recursive doubling moves M log2 n in log2 n steps (Thakur,
//! Rabenseifner and Gropp 2005). The arithmetic of the reduction is left out.
//! Worked number: 8 ranks, 100 MB, 200 Gbit/s and 5 us a step take 7.07 ms in a ring.

use crate::analysis::domain::{Solved, at_least_one, not_negative, positive};

/// An operation among ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collective {
    /// Everyone gets the sum.
    AllReduce,
    /// Everyone gets a part of the sum.
    ReduceScatter,
    /// Everyone gets all parts.
    AllGather,
    /// Everyone sends a part to everyone.
    AllToAll,
    /// One gets all parts.
    Gather,
    /// One sends a part to each.
    Scatter,
    /// One sends the same to all.
    Broadcast,
    /// One gets the sum.
    Reduce,
}

impl Collective {
    /// Bus bandwidth over algorithm bandwidth with `ranks`: what makes results of different sizes comparable with the
    /// speed of the hardware (NCCL tests, `PERFORMANCE.md`).
    pub fn bus_factor(self, ranks: u32) -> Solved<f64> {
        let others = others(at_least_one("ranks", ranks)?);
        Ok(match self {
            Self::AllReduce => 2.0 * others,
            Self::ReduceScatter | Self::AllGather | Self::AllToAll | Self::Gather | Self::Scatter => others,
            Self::Broadcast | Self::Reduce => 1.0,
        })
    }
}

/// An all-reduce to be costed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AllReduce {
    ranks: u32,
    bytes: f64,
    bytes_per_sec: f64,
    latency_secs: f64,
}

/// Seconds, by what takes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Moving bytes.
    pub bandwidth_secs: f64,
    /// Starting steps.
    pub latency_secs: f64,
}

impl Cost {
    /// Both together.
    pub fn total_secs(&self) -> f64 {
        self.bandwidth_secs + self.latency_secs
    }
}

impl AllReduce {
    /// Ranks that each hold `bytes`, links of this speed in each direction, and this much for each step.
    pub fn new(ranks: u32, bytes: f64, bytes_per_sec: f64, latency_secs: f64) -> Solved<Self> {
        Ok(Self {
            ranks: at_least_one("ranks", ranks)?,
            bytes: not_negative("message", bytes)?,
            bytes_per_sec: positive("bandwidth", bytes_per_sec)?,
            latency_secs: not_negative("latency", latency_secs)?,
        })
    }

    /// In a ring: best for large messages.
    pub fn ring(&self) -> Cost {
        self.cost(2.0 * others(self.ranks), 2.0 * (f64::from(self.ranks) - 1.0))
    }

    /// Recursive halving, then doubling: as few bytes as a ring in fewer steps.
    pub fn halving_doubling(&self) -> Cost {
        let core = largest_power(self.ranks);
        self.folded(2.0 * others(core), 2.0 * f64::from(core.ilog2()))
    }

    /// Recursive doubling: fewest steps, best for small messages.
    pub fn recursive_doubling(&self) -> Cost {
        let steps = f64::from(largest_power(self.ranks).ilog2());
        self.folded(steps, steps)
    }

    /// Ranks beyond a power of two hand their data to a neighbour first and get the result last (Thakur et al.).
    fn folded(&self, volumes: f64, steps: f64) -> Cost {
        let extra = if self.ranks.is_power_of_two() { 0.0 } else { 2.0 };
        self.cost(volumes + extra, steps + extra)
    }

    fn cost(&self, volumes: f64, steps: f64) -> Cost {
        Cost { bandwidth_secs: volumes * self.bytes / self.bytes_per_sec, latency_secs: steps * self.latency_secs }
    }
}

/// (n - 1) / n
fn others(ranks: u32) -> f64 {
    (f64::from(ranks) - 1.0) / f64::from(ranks)
}

fn largest_power(ranks: u32) -> u32 {
    1 << ranks.ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-12 * expected, "{got} is not {expected}");
    }

    #[test]
    fn the_worked_number_and_its_rivals() {
        let reduce = AllReduce::new(8, 100e6, 25e9, 5e-6).expect("valid");
        near(reduce.ring().total_secs(), 0.007_07);
        near(reduce.ring().bandwidth_secs, 0.007);
        near(reduce.halving_doubling().total_secs(), 0.007_03);
        near(reduce.recursive_doubling().total_secs(), 3.0 * (0.004 + 5e-6));
    }

    #[test]
    fn one_rank_has_nothing_to_do_and_odd_ones_fold() {
        let alone = AllReduce::new(1, 1e6, 1e9, 1e-5).expect("valid");
        assert_eq!(alone.ring().total_secs() + alone.halving_doubling().total_secs(), 0.0);
        let time = |ranks| AllReduce::new(ranks, 1e6, 1e9, 1e-5).expect("valid").halving_doubling().total_secs();
        near(time(9), time(8) + 2.0 * (1e-3 + 1e-5));
        assert!(AllReduce::new(0, 1.0, 1.0, 0.0).is_err() && AllReduce::new(2, 1.0, 0.0, 0.0).is_err());
    }

    #[test]
    fn bus_factors() {
        assert_eq!(Collective::AllReduce.bus_factor(8), Ok(1.75));
        assert_eq!(Collective::AllGather.bus_factor(64), Ok(0.984_375));
        assert_eq!(Collective::Broadcast.bus_factor(64), Ok(1.0));
        assert!(Collective::Reduce.bus_factor(0).is_err());
    }
}
