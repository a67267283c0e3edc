//! Birth and death chains: steady states of what moves one step up or down.

use super::{Solved, Unsolvable};

/// States that a chain may have; more is refused.
pub(super) const STATES_MAX: usize = 10_000_000;

/// The stationary law of states 0..=`last`, where `up(n)` and `down(n)` are the rates from n to n + 1 and to n - 1.
///
/// An unbounded chain is given a generous `last` and ends where its terms no longer count (below 1e-30 of the largest
/// and falling). Weights are rescaled on the way, so neither overflow nor underflow disturbs them.
pub(super) fn stationary(last: usize, up: impl Fn(usize) -> f64, down: impl Fn(usize) -> f64) -> Solved<Vec<f64>> {
    const LARGE: f64 = 1e200;
    let mut weights = vec![1.0];
    let mut largest: f64 = 1.0;
    for n in 0..last {
        let ratio = up(n) / down(n + 1);
        let mut next = weights[n] * ratio;
        if next > LARGE {
            weights.iter_mut().for_each(|weight| *weight /= LARGE);
            largest /= LARGE;
            next /= LARGE;
        }
        if next == 0.0 || (ratio < 1.0 && next < largest * 1e-30) {
            break;
        }
        if weights.len() >= STATES_MAX {
            return Err(Unsolvable::OutOfReach { what: "the stationary law", why: "too many states" });
        }
        largest = largest.max(next);
        weights.push(next);
    }
    // Small weights first: the two tails, then the middle.
    let mut ascending = weights.clone();
    ascending.sort_by(f64::total_cmp);
    let total: f64 = ascending.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    Ok(weights)
}

/// Sum of `law[n] * value(n)`.
pub(super) fn expectation(law: &[f64], value: impl Fn(usize) -> f64) -> f64 {
    law.iter().enumerate().map(|(n, probability)| probability * value(n)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_with_equal_rates_is_uniform_however_long() {
        let law = stationary(9_999, |_| 3.0, |_| 3.0).expect("small");
        assert!(law.len() == 10_000 && law.iter().all(|p| (p * 1e4 - 1.0).abs() < 1e-12));
    }

    #[test]
    fn steep_chains_neither_overflow_nor_vanish() {
        // Ten times likelier at each step: nearly all mass in the last state.
        let law = stationary(1_000, |_| 10.0, |_| 1.0).expect("small");
        assert!((law[1_000] - 0.9).abs() < 1e-12 && law.iter().all(|p| p.is_finite()));
    }
}
