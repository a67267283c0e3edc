//! Fits Gustafson's law to measurements: a straight line X = gamma (n - f (n - 1)), by least squares.

use crate::analysis::domain::{Solved, positive, within};

/// The line that fits best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GustafsonFit {
    /// The serial share, 0 to 1.
    pub serial_fraction: f64,
    /// Throughput of one.
    pub gamma: f64,
    /// Share of the variance of throughput that the law explains; 1 is all.
    pub r_squared: f64,
}

impl GustafsonFit {
    /// Throughput of `n`.
    pub fn throughput(&self, n: f64) -> f64 {
        self.gamma * (n - self.serial_fraction * (n - 1.0))
    }
}

/// Fits the law to pairs of n and throughput, at least two different n; a share below 0 or above 1 is held there.
///
/// Worked number: (1, 10), (2, 19), (4, 37) is the line 1 + 9 n, so gamma 10 and a serial share of 0.1.
pub fn fit_gustafson(points: &[(f64, f64)]) -> Solved<GustafsonFit> {
    for &(n, throughput) in points {
        positive("n", n)?;
        positive("throughput", throughput)?;
    }
    let count = points.len() as f64;
    let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
    let (mean_n, mean_x) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|(n, _)| (n - mean_n).powi(2)).sum();
    within("spread of n", spread, spread > 0.0, "above 0: at least two different n")?;
    let slope = points.iter().map(|(n, x)| (n - mean_n) * (x - mean_x)).sum::<f64>() / spread;
    let start = mean_x - slope * mean_n;
    let (serial_fraction, gamma) = if slope <= 0.0 {
        (1.0, mean_x)
    } else if start <= 0.0 {
        let through_origin =
            points.iter().map(|(n, x)| n * x).sum::<f64>() / points.iter().map(|(n, _)| n * n).sum::<f64>();
        (0.0, through_origin)
    } else {
        (start / (slope + start), slope + start)
    };
    let mut fit = GustafsonFit { serial_fraction, gamma, r_squared: 1.0 };
    let total: f64 = points.iter().map(|(_, x)| (x - mean_x).powi(2)).sum();
    let left: f64 = points.iter().map(|(n, x)| (x - fit.throughput(*n)).powi(2)).sum();
    if total > 0.0 {
        fit.r_squared = 1.0 - left / total;
    }
    Ok(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_number() {
        let fit = fit_gustafson(&[(1.0, 10.0), (2.0, 19.0), (4.0, 37.0)]).expect("fits");
        assert!((fit.gamma - 10.0).abs() < 1e-12 && (fit.serial_fraction - 0.1).abs() < 1e-12, "{fit:?}");
        assert!((fit.r_squared - 1.0).abs() < 1e-12 && (fit.throughput(8.0) - 73.0).abs() < 1e-9);
    }

    #[test]
    fn a_share_stays_between_nothing_and_all() {
        let better = fit_gustafson(&[(1.0, 1.0), (2.0, 2.2), (4.0, 4.6)]).expect("fits");
        assert_eq!(better.serial_fraction, 0.0);
        let worse = fit_gustafson(&[(1.0, 3.0), (2.0, 2.0), (4.0, 1.0)]).expect("fits");
        assert_eq!((worse.serial_fraction, worse.gamma), (1.0, 2.0));
        assert!(fit_gustafson(&[(1.0, 3.0), (1.0, 2.0)]).is_err() && fit_gustafson(&[]).is_err());
    }
}
