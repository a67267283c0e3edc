//! Independent replications: the same scenario under seeds of its own for each, so that their means are independent and
//! a Student interval over them holds (Law, *Simulation Modeling and Analysis*, chapter 9).

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Domain, Stream};
use crate::engine;
use crate::engine::handle::{EngineError, Finished};
use crate::scenario::Scenario;

/// The seed of the replication with this number, in an experiment with this seed.
pub fn seed(experiment: u64, replication: u64) -> u64 {
    Stream::new(experiment, Domain::Replication, [replication, 0, 0, 0]).bits()
}

/// Simulates `count` replications in parallel, and returns what `keep` takes of each, in the order of their numbers.
///
/// The seed of the scenario is that of the experiment. What a run leaves is large; `keep` decides how much of it stays.
/// Runs in the pool of threads of the caller (`rayon::ThreadPool::install`), whose size changes nothing but the time.
///
/// # Errors
/// When the scenario is live.
pub fn replicate<T: Send>(
    scenario: &Scenario,
    count: u64,
    keep: impl Fn(Finished) -> T + Sync,
) -> Result<Vec<T>, EngineError> {
    let one = |number: u64| {
        let seeded = Scenario { seed: seed(scenario.seed, number), ..scenario.clone() };
        engine::simulate(Arc::new(seeded)).map(&keep)
    };
    (0..count).into_par_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replications_have_seeds_of_their_own() {
        let mut seeds: Vec<u64> = (0..1_000).map(|number| seed(42, number)).collect();
        assert_ne!(seeds[0], seed(43, 0));
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 1_000);
    }
}
