//! How sure is a number that was measured?
//!
//! Means over independent replications carry Student intervals; percentiles carry order-statistic intervals, which
//! assume nothing of the law; one long run is cut into batches (Law, *Simulation Modeling and Analysis*, chapter 9).
//! Twins on common random numbers are compared pair by pair.

use super::{special::beta_inc, student};

pub use super::holm::{holm_adjusted, holm_rejected};

/// Count, mean and variance of what was pushed, in one pass and without cancellation (Welford 1962, Chan et al. 1979).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// The moments of these values.
    pub fn of(values: &[f64]) -> Self {
        values.iter().copied().collect()
    }

    /// Adds one value.
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let delta = value - self.mean;
        self.mean += delta / self.count as f64;
        self.squares += delta * (value - self.mean);
    }

    /// Adds all that another has seen.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let total = mine + theirs;
        let delta = other.mean - self.mean;
        self.mean += delta * theirs / total;
        self.squares += other.squares + delta * delta * mine * theirs / total;
        self.count += other.count;
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean, zero when there are none.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Unbiased variance, `None` below two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count >= 2).then(|| self.squares / (self.count - 1) as f64)
    }

    /// Standard error of the mean if the values are independent, `None` below two values.
    pub fn std_error(&self) -> Option<f64> {
        self.variance().map(|variance| (variance / self.count as f64).sqrt())
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::default();
        values.into_iter().for_each(|value| moments.push(value));
        moments
    }
}

/// An estimate and where the truth lies with the stated confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate itself.
    pub estimate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The share of such intervals that hold the truth, say 0.95.
    pub confidence: f64,
}

impl Interval {
    /// Whether a value lies inside, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Half of its width, in the unit of the estimate.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Half of its width over the estimate; infinite for an estimate of zero, unless the width is zero too.
    pub fn relative_half_width(&self) -> f64 {
        let half = self.half_width();
        if half == 0.0 { 0.0 } else { half / self.estimate.abs() }
    }
}

/// The Student interval of a mean of independent values; `None` below two values or for a confidence outside (0, 1).
pub fn mean_interval(moments: &Moments, confidence: f64) -> Option<Interval> {
    let half = student_factor(moments, confidence)? * moments.std_error()?;
    let mean = moments.mean();
    Some(Interval { estimate: mean, low: mean - half, high: mean + half, confidence })
}

/// How many independent replications bring the half-width of the mean down to `relative` times the mean, judged by the
/// variance seen so far; `None` where it cannot be told (fewer than two values, mean zero) or more than 2^32 are needed.
pub fn replications_needed(moments: &Moments, confidence: f64, relative: f64) -> Option<u64> {
    let goal = relative * moments.mean().abs();
    if goal.is_nan() || goal <= 0.0 {
        return None;
    }
    let needed = (student_factor(moments, confidence)?.powi(2) * moments.variance()? / (goal * goal)).ceil();
    (needed <= f64::from(u32::MAX)).then(|| (needed as u64).max(2))
}

/// The interval of the `level` quantile (0 to 1) between two order statistics of independent values, in ascending order.
///
/// The number of values below the quantile is binomial, so ranks l < u with P(l <= N < u) >= `confidence` do, whatever
/// the law. `None` where there are too few values for both ends to exist (p99 at 95 % needs 368).
pub fn percentile_interval(ascending: &[f64], level: f64, confidence: f64) -> Option<Interval> {
    if !(inside_unit(level) && inside_unit(confidence)) {
        return None;
    }
    let n = ascending.len();
    let tail = (1.0 - confidence) / 2.0;
    // P(N >= r) = I_level(r, n - r + 1) for r >= 1.
    let at_least = |r: usize| beta_inc(r as f64, (n - r + 1) as f64, level);
    // The largest l with P(N < l) <= tail, the smallest u with P(N >= u) <= tail; both monotone in the rank.
    let low = partition_point(1, n, |r| 1.0 - at_least(r) <= tail).checked_sub(1).filter(|&r| r >= 1)?;
    let high = partition_point(1, n, |r| at_least(r) > tail);
    let estimate = ((level * n as f64).ceil() as usize).clamp(1, n);
    (high <= n).then(|| Interval {
        estimate: ascending[estimate - 1],
        low: ascending[low - 1],
        high: ascending[high - 1],
        confidence,
    })
}

/// The mean of one long run by non-overlapping batches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchMeans {
    /// The interval, from the means of the batches.
    pub interval: Interval,
    /// Values in a batch.
    pub batch_size: usize,
    /// Correlation of neighbouring batches. Far from zero the batches are too short and the interval too narrow.
    pub correlation: f64,
}

/// Cuts a series into `batches` of equal length; what is left over is dropped at the front, where a run is least steady.
///
/// `None` below two batches or with fewer values than batches.
pub fn batch_means(series: &[f64], batches: usize, confidence: f64) -> Option<BatchMeans> {
    let batch_size = series.len().checked_div(batches).filter(|&size| size > 0 && batches >= 2)?;
    let kept = &series[series.len() - batch_size * batches..];
    let means: Vec<f64> = kept.chunks(batch_size).map(|batch| batch.iter().sum::<f64>() / batch_size as f64).collect();
    let moments = Moments::of(&means);
    let interval = mean_interval(&moments, confidence)?;
    let deviation = |value: &f64| value - moments.mean();
    let products: f64 = means.windows(2).map(|pair| deviation(&pair[0]) * deviation(&pair[1])).sum();
    let squares: f64 = means.iter().map(|mean| deviation(mean).powi(2)).sum();
    let correlation = if squares > 0.0 { products / squares } else { 0.0 };
    Some(BatchMeans { interval, batch_size, correlation })
}

/// The mean of `second - first` over pairs that share their random numbers.
///
/// `None` for unequal lengths or fewer than two pairs.
pub fn paired_difference(first: &[f64], second: &[f64], confidence: f64) -> Option<Interval> {
    if first.len() != second.len() {
        return None;
    }
    let differences: Moments = first.iter().zip(second).map(|(a, b)| b - a).collect();
    mean_interval(&differences, confidence)
}

/// The change of the mean from `first` to `second` relative to that of `first`: -0.18 says 18 % less.
///
/// The classical ratio estimator over pairs (Cochran, *Sampling Techniques*, chapter 6): the residuals b - r a carry the
/// error. `None` for unequal lengths, fewer than two pairs, or a mean of zero.
pub fn paired_change(first: &[f64], second: &[f64], confidence: f64) -> Option<Interval> {
    let base = Moments::of(first).mean();
    if first.len() != second.len() || base == 0.0 {
        return None;
    }
    let ratio = Moments::of(second).mean() / base;
    let residuals: Moments = first.iter().zip(second).map(|(a, b)| (b - ratio * a) / base).collect();
    let half = mean_interval(&residuals, confidence)?.half_width();
    let change = ratio - 1.0;
    Some(Interval { estimate: change, low: change - half, high: change + half, confidence })
}

fn student_factor(moments: &Moments, confidence: f64) -> Option<f64> {
    let degrees = moments.count().checked_sub(1).filter(|&degrees| degrees > 0)?;
    inside_unit(confidence).then(|| student::quantile(f64::midpoint(1.0, confidence), degrees as f64))?
}

fn inside_unit(value: f64) -> bool {
    value > 0.0 && value < 1.0
}

/// The first rank in `low..=high` where the predicate no longer holds, `high + 1` when it always does.
fn partition_point(mut low: usize, mut high: usize, holds: impl Fn(usize) -> bool) -> usize {
    while low <= high {
        let middle = usize::midpoint(low, high);
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Domain, Stream};

    #[test]
    fn moments_survive_a_large_offset_and_merge() {
        // 1, 2, 3, 4, 5 far from zero: variance 2.5.
        let values: Vec<f64> = (1..=5).map(|k| 1e9 + f64::from(k)).collect();
        let whole = Moments::of(&values);
        assert_eq!((whole.count(), whole.mean(), whole.variance()), (5, 1e9 + 3.0, Some(2.5)));
        let mut merged = Moments::of(&values[..2]);
        merged.merge(&Moments::of(&values[2..]));
        assert_eq!(merged, whole);
        assert_eq!(Moments::of(&[7.0]).variance(), None);
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_textbook() {
        // Law: 1.20 1.50 1.68 1.89 0.95 1.49 1.58 1.55 0.50 1.09 give 1.34 +- 0.24 at 90 %.
        let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
        let got = mean_interval(&Moments::of(&values), 0.90).expect("ten values");
        assert!((got.estimate - 1.343).abs() < 1e-9 && (got.half_width() - 0.24).abs() < 0.005, "{got:?}");
        assert_eq!(mean_interval(&Moments::of(&values[..1]), 0.90), None);
        assert_eq!(mean_interval(&Moments::of(&values), 1.0), None);
    }

    #[test]
    fn the_number_of_replications_follows_from_variance() {
        let moments = Moments::of(&[9.0, 11.0, 10.0, 10.0, 8.0, 12.0]);
        // t(0.975, 5) = 2.5706, variance 2: (2.5706^2 * 2) / 0.2^2 = 330.4.
        assert_eq!(replications_needed(&moments, 0.95, 0.02), Some(331));
        assert_eq!(replications_needed(&Moments::of(&[0.0, 0.0]), 0.95, 0.02), None);
    }

    #[test]
    fn order_statistics_of_the_median_are_those_of_the_table() {
        // Conover's table: n = 10 gives ranks 2 and 9, n = 20 ranks 6 and 15 at 95 %.
        for (n, low, high) in [(10, 2.0, 9.0), (20, 6.0, 15.0)] {
            let values: Vec<f64> = (1..=n).map(f64::from).collect();
            let got = percentile_interval(&values, 0.5, 0.95).expect("enough values");
            assert_eq!((got.low, got.high), (low, high), "n = {n}");
        }
    }

    #[test]
    fn a_percentile_without_enough_values_has_no_interval() {
        // The upper end exists once 0.99^n <= 0.025, that is from 368 values on; the lower one much earlier.
        let values: Vec<f64> = (1..=400).map(f64::from).collect();
        assert_eq!(percentile_interval(&values[..367], 0.99, 0.95), None);
        assert!(percentile_interval(&values[..368], 0.99, 0.95).is_some_and(|got| got.high == 368.0));
        assert_eq!(percentile_interval(&[], 0.5, 0.95), None);
    }

    #[test]
    fn percentile_intervals_hold_the_truth_as_often_as_they_say() {
        let runs = 2_000;
        let truth = libm::log(10.0);
        let hits = (0..runs)
            .filter(|&run| {
                let mut stream = Stream::new(3, Domain::Swarm, [run, 0, 0, 0]);
                let mut values: Vec<f64> = (0..200).map(|_| stream.exponential()).collect();
                values.sort_by(f64::total_cmp);
                percentile_interval(&values, 0.9, 0.95).is_some_and(|interval| interval.contains(truth))
            })
            .count();
        // At least 95 %, and not much more: ranks are whole numbers.
        assert!((1_880..=1_960).contains(&hits), "{hits} of {runs}");
    }

    #[test]
    fn batches_show_their_correlation() {
        let mut stream = Stream::new(5, Domain::Swarm, [0; 4]);
        let mut level = 0.0;
        // AR(1) with coefficient 0.9: mean 0, effective sample 19 times smaller than it looks.
        let series: Vec<f64> = (0..50_000)
            .map(|_| {
                level = 0.9 * level + stream.normal();
                level
            })
            .collect();
        let long = batch_means(&series, 20, 0.99).expect("many values");
        assert!(long.interval.contains(0.0) && long.correlation.abs() < 0.5, "{long:?}");
        let short = batch_means(&series, 25_000, 0.99).expect("many values");
        assert!(short.correlation > 0.8 && short.batch_size == 2, "{short:?}");
        assert_eq!(batch_means(&series[..3], 4, 0.99), None);
        assert_eq!(batch_means(&series, 1, 0.99), None);
    }

    #[test]
    fn pairs_remove_what_both_share() {
        let first = [10.0, 20.0, 30.0, 40.0];
        let second = [9.1, 18.0, 27.0, 35.9];
        let difference = paired_difference(&first, &second, 0.95).expect("pairs");
        assert!((difference.estimate + 2.5).abs() < 1e-12, "{difference:?}");
        let change = paired_change(&first, &second, 0.95).expect("pairs");
        assert!((change.estimate + 0.1).abs() < 1e-12 && change.half_width() < 0.01, "{change:?}");
        assert_eq!(paired_difference(&first, &second[1..], 0.95), None);
    }
}
