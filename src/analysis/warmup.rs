//! How much of the beginning of a run is not steady state? MSER-5 (White, Cobb and Spratt 2000).

use super::intervals::Moments;

/// Values averaged into one before the rule looks at them.
const BATCH: usize = 5;

/// How many leading values to drop so that the mean of the rest is known best; a multiple of five.
///
/// Of all cut-offs d in the first half it takes the one with the smallest squared standard error of what remains,
/// sum (y - mean)^2 / (n - d)^2 over batches of five. `None` when the best cut-off lies at the end of the first half
/// (the run is too short to tell) or there are fewer than two batches.
pub fn mser5(series: &[f64]) -> Option<usize> {
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    if batches.len() < 2 {
        return None;
    }
    let half = batches.len() / 2;
    let mut tail = Moments::default();
    let mut best = (f64::INFINITY, 0);
    // From the end backwards, so that the moments of each tail come in one pass.
    for cut in (0..batches.len()).rev() {
        tail.push(batches[cut]);
        let Some(variance) = tail.variance() else { continue };
        let count = tail.count() as f64;
        let error = variance * (count - 1.0) / (count * count);
        if cut <= half && error <= best.0 {
            best = (error, cut);
        }
    }
    (best.1 < half).then_some(best.1 * BATCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Domain, Stream};

    fn series(n: usize, transient: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut stream = Stream::new(8, Domain::Swarm, [0; 4]);
        (0..n).map(|i| transient(i) + stream.normal()).collect()
    }

    #[test]
    fn an_initial_ramp_is_cut_off_and_little_else() {
        let ramp = series(2_000, |i| if i < 300 { -20.0 + i as f64 / 15.0 } else { 0.0 });
        let cut = mser5(&ramp).expect("long enough");
        assert!((250..=400).contains(&cut), "{cut}");
    }

    #[test]
    fn a_steady_series_is_kept_nearly_whole() {
        let cut = mser5(&series(2_000, |_| 3.0)).expect("long enough");
        assert!(cut <= 200, "{cut}");
        assert_eq!(mser5(&vec![1.0; 100]), Some(0));
    }

    #[test]
    fn a_run_that_never_settles_has_no_answer() {
        assert_eq!(mser5(&series(1_000, |i| i as f64)), None);
        assert_eq!(mser5(&[1.0; 9]), None);
    }
}
