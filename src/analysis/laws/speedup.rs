//! Speedup of n processors with a serial share f.

use crate::analysis::domain::{Solved, positive, probability, within};

/// Amdahl (1967), the same work on more processors: 1 / (f + (1 - f) / n). With f = 0.1, 8 processors make 4.70588.
pub fn amdahl_speedup(serial_fraction: f64, processors: f64) -> Solved<f64> {
    let f = probability("serial fraction", serial_fraction)?;
    Ok(1.0 / (f + (1.0 - f) / at_least_one_processor(processors)?))
}

/// The speedup that no number of processors passes, 1 / f; `None` without a serial share.
pub fn amdahl_limit(serial_fraction: f64) -> Solved<Option<f64>> {
    let f = probability("serial fraction", serial_fraction)?;
    Ok((f > 0.0).then(|| 1.0 / f))
}

/// Gustafson (1988), more work on more processors: n - f (n - 1). With f = 0.1, 8 processors make 7.3.
pub fn gustafson_speedup(serial_fraction: f64, processors: f64) -> Solved<f64> {
    let f = probability("serial fraction", serial_fraction)?;
    let n = at_least_one_processor(processors)?;
    Ok(n - f * (n - 1.0))
}

/// Karp and Flatt (1990): the serial share that explains a measured speedup, (1/s - 1/n) / (1 - 1/n).
///
/// It may be negative, for a speedup above n. A speedup of 3.2 on 4 processors gives 1/12.
pub fn karp_flatt(speedup: f64, processors: f64) -> Solved<f64> {
    let s = positive("speedup", speedup)?;
    let n = within("processors", processors, processors > 1.0 && processors.is_finite(), "more than 1")?;
    Ok((1.0 / s - 1.0 / n) / (1.0 - 1.0 / n))
}

fn at_least_one_processor(processors: f64) -> Solved<f64> {
    within("processors", processors, processors >= 1.0 && processors.is_finite(), "at least 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_numbers() {
        assert!((amdahl_speedup(0.1, 8.0).expect("valid") - 4.705_882_352_941_176).abs() < 1e-14);
        assert!((gustafson_speedup(0.1, 8.0).expect("valid") - 7.3).abs() < 1e-14);
        assert!((karp_flatt(3.2, 4.0).expect("valid") - 1.0 / 12.0).abs() < 1e-15);
        assert_eq!((amdahl_limit(0.25), amdahl_limit(0.0)), (Ok(Some(4.0)), Ok(None)));
    }

    #[test]
    fn karp_and_flatt_undo_amdahl() {
        for f in [0.0, 0.05, 0.5, 1.0] {
            let speedup = amdahl_speedup(f, 16.0).expect("valid");
            assert!((karp_flatt(speedup, 16.0).expect("valid") - f).abs() < 1e-14);
        }
        assert!(
            karp_flatt(2.0, 1.0).is_err() && amdahl_speedup(1.1, 2.0).is_err() && gustafson_speedup(0.1, 0.5).is_err()
        );
    }
}
