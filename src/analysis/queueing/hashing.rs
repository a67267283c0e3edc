//! How evenly does hashing share, and how much moves when servers come and go? With an ideal hash.

use super::{Solved, at_least_one};
use crate::analysis::special;

/// Coefficient of variation of a server's share of a hash ring: sqrt((n - 1) / (n v + 1)).
///
/// The shares of `servers` with `points` each are spacings of uniform points: a Beta(v, (n - 1) v) law (Karger 1997).
pub fn ring_share_cv(servers: u32, points: u32) -> Solved<f64> {
    let (n, v) = (f64::from(at_least_one("servers", servers)?), f64::from(at_least_one("points", points)?));
    Ok(((n - 1.0) / (n * v + 1.0)).sqrt())
}

/// Mean of the largest share of a ring with one point for each server: H_n / n.
pub fn ring_largest_share(servers: u32) -> Solved<f64> {
    let n = at_least_one("servers", servers)?;
    Ok(special::harmonic(n) / f64::from(n))
}

/// Mean of the smallest share of a ring with one point for each server: 1 / n^2.
pub fn ring_smallest_share(servers: u32) -> Solved<f64> {
    Ok(1.0 / f64::from(at_least_one("servers", servers)?).powi(2))
}

/// Expected share of keys that move on a ring when the number of servers changes: what came or went over the larger.
pub fn ring_moved(before: u32, after: u32) -> Solved<f64> {
    let (before, after) = (at_least_one("servers before", before)?, at_least_one("servers after", after)?);
    Ok(f64::from(before.abs_diff(after)) / f64::from(before.max(after)))
}

/// Expected share of keys that move under hash modulo the number of servers.
///
/// Of lcm(n, m) residues, those below min(n, m) stay: for n to n + 1 a share n / (n + 1) moves.
pub fn modulo_moved(before: u32, after: u32) -> Solved<f64> {
    let (before, after) = (at_least_one("servers before", before)?, at_least_one("servers after", after)?);
    let stay = f64::from(gcd(before, after)) / f64::from(before.max(after));
    Ok(1.0 - stay)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_ring() {
        assert_eq!(ring_share_cv(1, 7), Ok(0.0));
        assert!(ring_share_cv(5, 10).is_ok_and(|cv| (cv - 0.280_056_016_805_601_94).abs() < 1e-15));
        assert!(ring_largest_share(10).is_ok_and(|share| (share - 0.292_896_825_396_825_4).abs() < 1e-15));
        assert_eq!(ring_smallest_share(10), Ok(0.01));
    }

    #[test]
    fn what_moves_by_counting() {
        for (before, after) in [(5, 6), (6, 5), (4, 6), (3, 3), (10, 20)] {
            let period = before * after;
            let moved = (0..period).filter(|key| key % before != key % after).count();
            let expected = moved as f64 / f64::from(period);
            assert!(modulo_moved(before, after).is_ok_and(|got| (got - expected).abs() < 1e-15), "{before} {after}");
        }
        assert_eq!(ring_moved(10, 11), Ok(1.0 / 11.0));
        assert!(ring_moved(0, 1).is_err());
    }
}
