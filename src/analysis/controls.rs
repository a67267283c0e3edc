//! Control variates: what is known exactly of a run says how lucky it was (Lavenberg and Welch, "A perspective on the use
//! of control variables to increase the efficiency of Monte Carlo simulations", Management Science 1981).
//!
//! A replication in which services happened to be long has long waits, too. A regression of the waits on how far the
//! services were from their known mean tells what the waits would have been with services of just that mean:
//! y = mean + beta (c - E c) + noise, and the intercept is the estimate. Each control costs a degree of freedom.

/// A mean from which known luck was taken out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Controlled {
    /// The estimate.
    pub mean: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Degrees of freedom of Student's law.
    pub degrees: f64,
}

/// Controls whose spread is this small beside their size are constants, and say nothing.
const NO_SPREAD: f64 = 1e-12;

/// The mean of independent `values`, given for each the deviations of controls from their known means, in rows of equal
/// length. Controls that do not vary, or follow from the others, are left out. `None` where too few values are there.
pub fn controlled_mean(values: &[f64], deviations: &[Vec<f64>]) -> Option<Controlled> {
    let n = values.len();
    let mean = |of: &dyn Fn(usize) -> f64| (0..n).map(of).sum::<f64>() / n as f64;
    let value_mean = mean(&|row| values[row]);
    // Gram-Schmidt on the centred controls: what each adds to those before it.
    let mut basis: Vec<(Vec<f64>, f64)> = Vec::new();
    for column in 0..deviations.first().map_or(0, Vec::len) {
        let own_mean = mean(&|row| deviations[row][column]);
        let mut centred: Vec<f64> = deviations.iter().map(|row| row[column] - own_mean).collect();
        let before = dot(&centred, &centred);
        let mut rest = own_mean;
        for (vector, vector_mean) in &basis {
            let share = dot(&centred, vector) / dot(vector, vector);
            centred.iter_mut().zip(vector).for_each(|(own, other)| *own -= share * other);
            rest -= share * vector_mean;
        }
        let spread = dot(&centred, &centred);
        if spread > NO_SPREAD * (before + own_mean * own_mean * n as f64) && spread > 0.0 {
            basis.push((centred, rest));
        }
    }
    let degrees = n as f64 - 1.0 - basis.len() as f64;
    if degrees < 1.0 {
        return None;
    }
    let mut residuals: Vec<f64> = values.iter().map(|value| value - value_mean).collect();
    let (mut estimate, mut leverage) = (value_mean, 1.0 / n as f64);
    for (vector, vector_mean) in &basis {
        let spread = dot(vector, vector);
        let beta = dot(&residuals, vector) / spread;
        residuals.iter_mut().zip(vector).for_each(|(own, other)| *own -= beta * other);
        estimate -= beta * vector_mean;
        leverage += vector_mean * vector_mean / spread;
    }
    let variance = dot(&residuals, &residuals) / degrees;
    Some(Controlled { mean: estimate, std_error: (variance * leverage).sqrt(), degrees })
}

fn dot(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Domain, Stream};

    #[test]
    fn without_controls_it_is_the_ordinary_mean() {
        let values = [1.0, 2.0, 4.0, 5.0];
        let got = controlled_mean(&values, &[vec![], vec![], vec![], vec![]]).expect("four values");
        assert!((got.mean - 3.0).abs() < 1e-12 && got.degrees == 3.0, "{got:?}");
        assert!((got.std_error - (10.0f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12, "{got:?}");
        assert_eq!(controlled_mean(&[1.0], &[vec![]]), None);
    }

    #[test]
    fn luck_that_is_known_is_taken_out_and_copies_and_constants_do_not_count() {
        // y = 7 + 2 a - 3 b without noise.
        let mut stream = Stream::new(3, Domain::Swarm, [0; 4]);
        let rows: Vec<Vec<f64>> = (0..10).map(|_| vec![stream.normal(), stream.normal()]).collect();
        let values: Vec<f64> = rows.iter().map(|row| 7.0 + 2.0 * row[0] - 3.0 * row[1]).collect();
        let more: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0], row[1], row[0] * 2.0, 0.0]).collect();
        for deviations in [rows, more] {
            let got = controlled_mean(&values, &deviations).expect("enough values");
            assert!((got.mean - 7.0).abs() < 1e-9 && got.std_error < 1e-9 && got.degrees == 7.0, "{got:?}");
        }
    }

    #[test]
    fn intervals_cover_as_often_as_they_say_and_are_narrower() {
        let (mut covered, mut narrower, experiments) = (0, 0, 400);
        for experiment in 0..experiments {
            let mut stream = Stream::new(9, Domain::Swarm, [experiment, 0, 0, 0]);
            let rows: Vec<Vec<f64>> = (0..12).map(|_| vec![stream.normal()]).collect();
            let values: Vec<f64> = rows.iter().map(|row| 1.0 + 3.0 * row[0] + stream.normal()).collect();
            let got = controlled_mean(&values, &rows).expect("enough values");
            let plain = controlled_mean(&values, &vec![vec![]; 12]).expect("enough values");
            let half = got.std_error * crate::analysis::student::quantile(0.975, got.degrees).expect("a level");
            covered += u32::from((got.mean - 1.0).abs() <= half);
            narrower += u32::from(got.std_error < plain.std_error);
        }
        // 95 % of 400 are 380, with a standard deviation of 4.4.
        assert!((363..=397).contains(&covered), "{covered} of {experiments}");
        assert!(narrower >= 390, "{narrower} of {experiments}");
    }
}
