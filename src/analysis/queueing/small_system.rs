//! A few queues under one dispatcher, solved as a Markov chain: join the shortest queue, d choices, join an idle queue.
//!
//! Poisson arrivals, exponential services of mean 1. Queues that are alike are sorted, so a state is a falling sequence of lengths; each
//! is cut off at a stated length, where who joins is lost. States with the same total form a level, and levels are removed
//! from the top by block elimination (Gaver, Jacobs and Latouche 1984), which is exact up to rounding.

use std::collections::BTreeMap;

use super::{Solved, Unsolvable, at_least_one, positive, stable, within};

/// States that a chain may have, and states that one level may have (elimination takes the cube of it).
const STATES_MAX: usize = 200_000;
const LEVEL_MAX: usize = 1_000;

/// Who gets the next arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// The shortest queue.
    Shortest,
    /// An idle server if there is one, else any.
    IdleElseRandom,
    /// The shortest of this many different queues.
    DistinctChoices(u32),
    /// The shortest of this many queues, where one may be asked twice.
    ChoicesWithReplacement(u32),
    /// Any.
    Random,
}

impl Dispatch {
    /// The chance that the arrival joins each position when queues are sorted from short to long.
    fn chances(self, shortest_first: &[u16]) -> Vec<f64> {
        let n = shortest_first.len();
        let count = n as f64;
        let only_first = || (0..n).map(|i| f64::from(u8::from(i == 0))).collect();
        let uniform = || vec![1.0 / count; n];
        // The shortest of d is at position i or later with the chance that all d are.
        let steps = |later: &dyn Fn(f64) -> f64| {
            (0..n).map(|i| later(count - i as f64) - later(count - i as f64 - 1.0)).collect()
        };
        match self {
            Self::Shortest => only_first(),
            Self::IdleElseRandom if shortest_first.first() == Some(&0) => only_first(),
            Self::IdleElseRandom | Self::Random => uniform(),
            Self::ChoicesWithReplacement(d) => steps(&|left| libm::pow(left / count, f64::from(d))),
            Self::DistinctChoices(d) => {
                steps(&|left| (0..d).map(|j| ((left - f64::from(j)) / (count - f64::from(j))).max(0.0)).product())
            }
        }
    }
}

/// What a small system does in steady state.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallSystem {
    /// Mean number of jobs in all queues.
    pub mean_number: f64,
    /// Mean response of the jobs that were accepted.
    pub mean_response: f64,
    /// Share of arrivals that do not meet an idle server.
    pub prob_wait: f64,
    /// Share of arrivals that found the queue they chose at the cut-off: the measure of what the cut-off costs.
    pub prob_lost: f64,
}

impl SmallSystem {
    /// Solves the chain with queues of at most `longest` jobs, including the one in service.
    pub fn new(servers: u32, arrival_rate_per_server: f64, dispatch: Dispatch, longest: u16) -> Solved<Self> {
        at_least_one("servers", servers)?;
        within("servers", f64::from(servers), servers <= 16, "at most 16")?;
        stable(positive("arrival rate", arrival_rate_per_server)?)?;
        within("longest queue", f64::from(longest), longest >= 1, "at least 1")?;
        if let Dispatch::DistinctChoices(d) | Dispatch::ChoicesWithReplacement(d) = dispatch {
            within("choices", f64::from(d), (1..=servers).contains(&d), "from 1 to the number of servers")?;
        }
        let levels = Levels::new(servers as usize, longest)?;
        let chain = Chain { levels, arrival_rate: arrival_rate_per_server * f64::from(servers), dispatch, longest };
        chain.solve()
    }
}

/// The states by their total, each with its place in its level.
struct Levels {
    states: Vec<Vec<Vec<u16>>>,
    places: Vec<BTreeMap<Vec<u16>, usize>>,
}

impl Levels {
    fn new(servers: usize, longest: u16) -> Solved<Self> {
        let refused = Unsolvable::OutOfReach { what: "the small system", why: "too many states" };
        let mut states = vec![vec![vec![0; servers]]];
        let mut total = 1;
        for level in 0..servers * usize::from(longest) {
            let mut next: Vec<Vec<u16>> = Vec::new();
            for state in &states[level] {
                for position in 0..servers {
                    if state[position] < longest {
                        next.push(joined(state, position));
                    }
                }
            }
            next.sort_unstable();
            next.dedup();
            total += next.len();
            if next.len() > LEVEL_MAX || total > STATES_MAX {
                return Err(refused);
            }
            states.push(next);
        }
        let places = states.iter().map(|level| level.iter().cloned().zip(0..).collect()).collect();
        Ok(Self { states, places })
    }
}

struct Chain {
    levels: Levels,
    arrival_rate: f64,
    dispatch: Dispatch,
    longest: u16,
}

impl Chain {
    fn solve(&self) -> Solved<SmallSystem> {
        let top = self.levels.states.len() - 1;
        // links[l] takes the law of level l to that of level l + 1.
        let mut links: Vec<Vec<Vec<f64>>> = vec![Vec::new(); top];
        for level in (0..top).rev() {
            let matrix = self.censored(level + 1, links.get(level + 1));
            let mut rows: Vec<Vec<f64>> =
                self.levels.states[level].iter().map(|state| self.arrivals(level, state)).collect();
            solve_rows(matrix, &mut rows)
                .ok_or(Unsolvable::OutOfReach { what: "the small system", why: "elimination met a vanishing pivot" })?;
            links[level] = rows;
        }
        let mut law = vec![1.0];
        let mut sums = Sums::default();
        self.add(0, &law, &mut sums);
        for (level, rows) in (1..).zip(&links) {
            let width = self.levels.states[level].len();
            law = (0..width).map(|j| law.iter().zip(rows).map(|(p, row)| p * row[j]).sum()).collect();
            self.add(level, &law, &mut sums);
        }
        let accepted = self.arrival_rate * (sums.weight - sums.lost);
        Ok(SmallSystem {
            mean_number: sums.number / sums.weight,
            mean_response: sums.number / accepted,
            prob_wait: sums.waiting / sums.weight,
            prob_lost: sums.lost / sums.weight,
        })
    }

    /// Rates from a state to each state of the next level.
    fn arrivals(&self, level: usize, state: &[u16]) -> Vec<f64> {
        let mut row = vec![0.0; self.levels.states[level + 1].len()];
        for (position, chance) in self.dispatch.chances(state).into_iter().enumerate() {
            if chance > 0.0
                && state[position] < self.longest
                && let Some(&place) = self.levels.places[level + 1].get(&joined(state, position))
            {
                row[place] += self.arrival_rate * chance;
            }
        }
        row
    }

    /// Minus the generator of a level, watched only while the total is not below it.
    ///
    /// Excursions upwards come back through `link` and a departure. Rows add up to the rate of departures, so the diagonal comes
    /// from that sum without subtraction.
    fn censored(&self, level: usize, link: Option<&Vec<Vec<f64>>>) -> Vec<Vec<f64>> {
        let states = &self.levels.states[level];
        let mut matrix = vec![vec![0.0; states.len()]; states.len()];
        for (i, state) in states.iter().enumerate() {
            if let Some(link) = link {
                for (weight, above) in link[i].iter().zip(&self.levels.states[level + 1]).filter(|(w, _)| **w > 0.0) {
                    for position in (0..above.len()).filter(|&position| above[position] > 0) {
                        let place = self.levels.places[level].get(&departed(above, position)).copied();
                        matrix[i][place.unwrap_or(i)] -= weight;
                    }
                }
            }
            let busy = state.iter().filter(|&&length| length > 0).count() as f64;
            let elsewhere: f64 = (0..states.len()).filter(|&j| j != i).map(|j| -matrix[i][j]).sum();
            matrix[i][i] = busy + elsewhere;
        }
        matrix
    }

    fn add(&self, level: usize, law: &[f64], sums: &mut Sums) {
        for (state, p) in self.levels.states[level].iter().zip(law) {
            sums.weight += p;
            sums.number += p * level as f64;
            for (length, chance) in state.iter().zip(self.dispatch.chances(state)) {
                sums.waiting += if *length > 0 { p * chance } else { 0.0 };
                sums.lost += if *length == self.longest { p * chance } else { 0.0 };
            }
        }
    }
}

#[derive(Default)]
struct Sums {
    weight: f64,
    number: f64,
    waiting: f64,
    lost: f64,
}

/// The state after an arrival at a position, sorted again from short to long.
fn joined(state: &[u16], position: usize) -> Vec<u16> {
    let mut next = state.to_vec();
    next[position] += 1;
    next.sort_unstable();
    next
}

/// The state after a departure from a position.
fn departed(state: &[u16], position: usize) -> Vec<u16> {
    let mut next = state.to_vec();
    next[position] -= 1;
    next.sort_unstable();
    next
}

/// Solves x M = row for each row in place, by elimination without pivoting: M is a dominant M-matrix.
fn solve_rows(mut matrix: Vec<Vec<f64>>, rows: &mut [Vec<f64>]) -> Option<()> {
    let n = matrix.len();
    for k in 0..n {
        let (upper, lower) = matrix.split_at_mut(k + 1);
        let pivot_row = &upper[k];
        let pivot = pivot_row[k];
        if !pivot.is_finite() || pivot <= 0.0 {
            return None;
        }
        for row in lower {
            let factor = row[k] / pivot;
            if factor != 0.0 {
                row[k] = factor;
                row[k + 1..].iter_mut().zip(&pivot_row[k + 1..]).for_each(|(a, b)| *a -= factor * b);
            }
        }
    }
    // x L U = row: first y U = row from the left, then x L = y from the right.
    for row in rows {
        for k in 0..n {
            row[k] /= matrix[k][k];
            let value = row[k];
            if value != 0.0 {
                row[k + 1..].iter_mut().zip(&matrix[k][k + 1..]).for_each(|(a, b)| *a -= value * b);
            }
        }
        for k in (0..n).rev() {
            let value = row[k];
            if value != 0.0 {
                row[..k].iter_mut().zip(&matrix[k][..k]).for_each(|(a, b)| *a -= value * b);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got - expected).abs() <= relative * expected.abs(), "{got} is not {expected}");
    }

    #[test]
    fn one_queue_is_the_simple_queue() {
        let one = SmallSystem::new(1, 0.5, Dispatch::Shortest, 80).expect("small");
        near(one.mean_response, 2.0, 1e-12);
        near(one.prob_wait, 0.5, 1e-12);
    }

    #[test]
    fn random_dispatch_is_independent_queues() {
        let two = SmallSystem::new(2, 0.5, Dispatch::Random, 60).expect("small");
        near(two.mean_response, 2.0, 1e-12);
        near(two.mean_number, 2.0, 1e-12);
    }

    #[test]
    fn two_shortest_queues_match_the_known_value() {
        let two = SmallSystem::new(2, 0.5, Dispatch::Shortest, 60).expect("small");
        near(two.mean_response, 1.426_320_751_167_199_1, 1e-11);
        near(two.prob_wait, 0.315_967_497_982_010_8, 1e-11);
        // Asking both, or one of one, is the same as what it is called.
        let both = SmallSystem::new(2, 0.5, Dispatch::DistinctChoices(2), 60).expect("small");
        near(both.mean_response, two.mean_response, 1e-12);
        let one = SmallSystem::new(2, 0.5, Dispatch::ChoicesWithReplacement(1), 60).expect("small");
        near(one.mean_response, 2.0, 1e-12);
    }

    #[test]
    fn better_dispatchers_answer_sooner() {
        let mean = |dispatch| SmallSystem::new(3, 0.8, dispatch, 24).expect("small").mean_response;
        let order =
            [Dispatch::Shortest, Dispatch::DistinctChoices(2), Dispatch::ChoicesWithReplacement(2), Dispatch::Random];
        let means = order.map(mean);
        assert!(means.windows(2).all(|pair| pair[0] < pair[1]), "{means:?}");
    }

    #[test]
    fn too_many_states_are_refused() {
        assert!(matches!(SmallSystem::new(16, 0.5, Dispatch::Random, 50), Err(Unsolvable::OutOfReach { .. })));
        assert!(SmallSystem::new(2, 0.5, Dispatch::DistinctChoices(3), 5).is_err());
        assert!(SmallSystem::new(2, 1.0, Dispatch::Random, 5).is_err());
    }
}
