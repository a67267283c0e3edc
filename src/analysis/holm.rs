//! Holm's correction (1979): many hypotheses at once, without rejecting a true one more often than stated.

/// Adjusted p-values: hypothesis i is rejected at `level` exactly when its adjusted value is at most `level`.
///
/// In ascending order the k-th of m is multiplied by m - k + 1 and never falls below the one before it.
pub fn holm_adjusted(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut floor: f64 = 0.0;
    for (rank, &index) in order.iter().enumerate() {
        floor = floor.max(p_values[index] * (p_values.len() - rank) as f64).min(1.0);
        adjusted[index] = floor;
    }
    adjusted
}

/// Which hypotheses are rejected when the chance of any false rejection is to stay at most `level`.
pub fn holm_rejected(p_values: &[f64], level: f64) -> Vec<bool> {
    holm_adjusted(p_values).into_iter().map(|adjusted| adjusted <= level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_textbook() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
        let got = holm_adjusted(&[0.01, 0.04, 0.03, 0.005]);
        for (got, expected) in got.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((got - expected).abs() < 1e-15, "{got} {expected}");
        }
        assert_eq!(holm_rejected(&[0.01, 0.04, 0.03, 0.005], 0.05), [true, false, false, true]);
        assert!(holm_rejected(&[], 0.05).is_empty());
    }
}
