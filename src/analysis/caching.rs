//! Hit ratios of caches under independent requests, each for item `i` with probability `p[i]`.
//!
//! Exact for LRU (an item is there when fewer others than there are places were asked for since; integrated over the time
//! since) and for FIFO, which is that of evicting at random (Gelenbe 1973); Che's approximation (Che, Tung and Wang 2002;
//! Fricker, Robert and Roberts 2012), which takes the time that an item stays for a constant. 100 items by Zipf 0.6 and one
//! place: 0.018776 exactly, 0.018605 by Che.

use crate::analysis::numeric;

/// The weights of Zipf's law with this exponent, normalised.
pub fn zipf(items: usize, alpha: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=items).map(|rank| libm::pow(rank as f64, -alpha)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// How many requests an item stays without being asked for in an LRU cache of so many places, by Che: the root of
/// sum (1 - exp(-p t)) = places.
pub fn characteristic_time(p: &[f64], places: f64) -> f64 {
    if places >= p.len() as f64 {
        return f64::INFINITY;
    }
    grow_and_bisect(places, |t| p.iter().map(|p| -libm::expm1(-p * t)).sum::<f64>() - places)
}

/// The hit ratio of LRU by Che's approximation.
pub fn lru_che(p: &[f64], places: f64) -> f64 {
    let t = characteristic_time(p, places);
    p.iter().map(|p| -p * libm::expm1(-p * t)).sum()
}

/// The hit ratio of FIFO by the approximation of the same kind: an item is there for p t / (1 + p t) of the time.
pub fn fifo_che(p: &[f64], places: f64) -> f64 {
    if places >= p.len() as f64 {
        return 1.0;
    }
    let there = |p: f64, t: f64| p * t / (1.0 + p * t);
    let t = grow_and_bisect(places, |t| p.iter().map(|p| there(*p, t)).sum::<f64>() - places);
    p.iter().map(|p| p * there(*p, t)).sum()
}

/// The hit ratio of always keeping what is asked for most: the best without looking at what comes.
pub fn best_static(p: &[f64], places: usize) -> f64 {
    let mut sorted = p.to_vec();
    sorted.sort_by(|one, two| two.total_cmp(one));
    sorted.iter().take(places).sum()
}

/// The exact hit ratio of FIFO, and of evicting at random.
///
/// A set of items is kept with a probability in proportion to the product of theirs, so that misses are
/// (c + 1) e(c + 1) / e(c), with e the elementary symmetric polynomials of p.
pub fn fifo_exact(p: &[f64], places: usize) -> f64 {
    if places >= p.len() {
        return 1.0;
    }
    // A scale at which sets of so many items weigh the most, so that nothing under- or overflows around them.
    let wanted = places as f64;
    let scale = grow_and_bisect(wanted, |s| p.iter().map(|p| p * s / (1.0 + p * s)).sum::<f64>() - wanted);
    let mut sums = vec![0.0; places + 2];
    sums[0] = 1.0;
    for (count, p) in p.iter().enumerate() {
        let weight = p * scale;
        for of in (1..=(count + 1).min(places + 1)).rev() {
            sums[of] = (sums[of] + weight * sums[of - 1]) / (1.0 + weight);
        }
        sums[0] /= 1.0 + weight;
    }
    1.0 - (wanted + 1.0) * sums[places + 1] / (sums[places] * scale)
}

/// The integral runs over the logarithm of time in steps of this, for which the trapezoid rule converges faster than any power…
const STEP: f64 = 0.025;
/// …from here to there around the logarithm of the characteristic time: nothing was asked for before, everything was after.
const FROM: f64 = -24.0;
const TO: f64 = 6.0;
/// Further than this from its mean a number of items is on one side but for a chance of 1e-13 (Bernstein's inequality).
fn sure(variance: f64) -> f64 {
    20.0 + 8.0 * variance.sqrt()
}

/// The exact hit ratio of LRU: the sum over items of p times the integral of p exp(-p t) P(fewer than so many others asked
/// for within t).
pub fn lru_exact(p: &[f64], places: usize) -> f64 {
    if places >= p.len() {
        return 1.0;
    }
    let middle = libm::log(characteristic_time(p, places as f64));
    let steps = ((TO - FROM) / STEP) as usize;
    let mut hits = 0.0;
    for step in 0..=steps {
        let t = libm::exp(middle + FROM + STEP * step as f64);
        let asked: Vec<f64> = p.iter().map(|p| -libm::expm1(-p * t)).collect();
        let density = |p: f64| p * p * t * libm::exp(-p * t);
        let mean: f64 = asked.iter().sum();
        let sure = sure(asked.iter().map(|asked| asked * (1.0 - asked)).sum());
        if mean + sure < places as f64 {
            hits += STEP * p.iter().map(|p| density(*p)).sum::<f64>();
        } else if mean - sure < places as f64 + 1.0 {
            let total = counts(&asked);
            let part = |(p, asked): (&f64, &f64)| density(*p) * fewer_without(&total, *asked, places);
            hits += STEP * p.iter().zip(&asked).map(part).sum::<f64>();
        }
    }
    hits
}

/// Smaller probabilities count as none: numbers with few digits left are slow, and add nothing.
const TINY: f64 = 1e-200;

/// Probabilities of how many happen, of independent events with these probabilities.
fn counts(of: &[f64]) -> Vec<f64> {
    let mut counts = vec![0.0; of.len() + 1];
    counts[0] = 1.0;
    for (known, &p) in of.iter().enumerate() {
        let mut below = 0.0;
        for count in &mut counts[..known + 2] {
            let own = std::mem::replace(count, *count * (1.0 - p) + below * p);
            below = own;
            if *count < TINY {
                *count = 0.0;
            }
        }
    }
    counts
}

/// The probability that fewer than `places` happen, one event with probability `p` left out; taken out from the end at which
/// that divides by the larger number.
fn fewer_without(counts: &[f64], p: f64, places: usize) -> f64 {
    let mut before = 0.0;
    if p < 0.5 {
        let mut sum = 0.0;
        for count in &counts[..places] {
            before = (count - p * before) / (1.0 - p);
            sum += before;
        }
        sum
    } else {
        let mut sum = 0.0;
        for count in counts[places + 1..].iter().rev() {
            before = (count - (1.0 - p) * before) / p;
            sum += before;
        }
        1.0 - sum
    }
}

/// The positive root of something that grows, near `start`.
fn grow_and_bisect(start: f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut high = start.max(1e-9);
    while f(high) < 0.0 && high < 1e30 {
        high *= 2.0;
    }
    numeric::turning_point(0.0, high, |t| f(t) >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_caches_by_hand() {
        // Two items and one place: what was asked for last is there, with p or with 1 - p.
        let p = [0.7, 0.3];
        assert!((lru_exact(&p, 1) - 0.58).abs() < 1e-9, "{}", lru_exact(&p, 1));
        assert!((fifo_exact(&p, 1) - 0.58).abs() < 1e-12, "{}", fifo_exact(&p, 1));
        assert_eq!((lru_exact(&p, 2), fifo_exact(&p, 2)), (1.0, 1.0));
        assert!((best_static(&p, 1) - 0.7).abs() < 1e-12);
        // All alike: whatever is kept, so many of them are.
        let p = [0.1; 10];
        for places in [1, 4, 9] {
            let share = places as f64 / 10.0;
            for ratio in [lru_exact(&p, places), fifo_exact(&p, places), lru_che(&p, places as f64)] {
                assert!((ratio - share).abs() < 1e-9, "{ratio} is not {share}");
            }
        }
    }
}
