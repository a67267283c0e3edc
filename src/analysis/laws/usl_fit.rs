//! Fits the universal law to measurements: non-linear least squares of throughput with no parameter below zero.

use super::Usl;
use crate::analysis::domain::{Solved, Unsolvable, positive, within};

/// Published measurements to try the fit on: SPEC SDM91 on a Sun SPARCcenter 2000 with 16 processors, scripts an hour by
/// simulated users (Gunther, *Guerrilla Capacity Planning*; data set `specsdm91` of the R package `usl`).
pub const SPEC_SDM91: [(f64, f64); 7] =
    [(1.0, 64.9), (18.0, 995.9), (36.0, 1652.4), (72.0, 1853.2), (108.0, 1828.9), (144.0, 1775.0), (216.0, 1702.2)];

/// Steps of one descent.
const STEPS_MAX: usize = 500;

/// The law that fits best, and how well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UslFit {
    /// The law.
    pub law: Usl,
    /// Root of the squared residuals over the degrees of freedom (points less three); `None` for three points.
    pub residual_std_error: Option<f64>,
    /// How sure its parameters are; `None` where there are no more points than parameters.
    pub errors: Option<UslErrors>,
    /// Share of the variance of throughput that the law explains; 1 is all.
    pub r_squared: f64,
}

/// Standard errors of the parameters of a fit; zero for an overhead that the best law does without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UslErrors {
    /// Of the contention.
    pub alpha: f64,
    /// Of the coherency.
    pub beta: f64,
    /// Of the throughput of one.
    pub gamma: f64,
}

/// Fits the law to pairs of n and throughput; at least three different n.
///
/// The law is written as X = n / (a + b (n - 1) + c n (n - 1)); starting from the linear fit of n / X, a damped
/// Gauss-Newton descent (Levenberg and Marquardt) minimises the squared errors of X. It is run for every choice of
/// overheads that may be zero, and the best fit without a negative overhead wins, so noise cannot make one negative.
/// Worked number: [`SPEC_SDM91`] gives alpha 0.0277285, beta 0.000104365, gamma 89.9952.
pub fn fit(points: &[(f64, f64)]) -> Solved<UslFit> {
    check(points)?;
    within("different n", different(points) as f64, different(points) >= 3, "at least 3")?;
    fit_of(points, &[[true, true], [true, false], [false, true], [false, false]])
}

/// Fits the law without coherency, as two different n can tell of no more than one overhead.
pub fn fit_contention(points: &[(f64, f64)]) -> Solved<UslFit> {
    check(points)?;
    within("different n", different(points) as f64, different(points) >= 2, "at least 2")?;
    fit_of(points, &[[true, false], [false, false]])
}

fn check(points: &[(f64, f64)]) -> Solved<()> {
    for &(n, throughput) in points {
        positive("n", n)?;
        positive("throughput", throughput)?;
    }
    Ok(())
}

fn different(points: &[(f64, f64)]) -> usize {
    let mut sizes: Vec<f64> = points.iter().map(|point| point.0).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    sizes.len()
}

/// The best law of those with these overheads, alpha and beta, free.
fn fit_of(points: &[(f64, f64)], overheads: &[[bool; 2]]) -> Solved<UslFit> {
    let best = overheads
        .iter()
        .filter_map(|&[alpha, beta]| {
            let free = [true, alpha, beta];
            descend(points, free).map(|(terms, squares)| (terms, squares, free))
        })
        .filter(|(terms, ..)| terms[0] > 0.0 && terms[1] >= 0.0 && terms[2] >= 0.0)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((terms, squares, free)) = best else {
        return Err(Unsolvable::OutOfReach {
            what: "the fit of the universal law",
            why: "the points do not follow it",
        });
    };
    let mean = points.iter().map(|point| point.1).sum::<f64>() / points.len() as f64;
    let total: f64 = points.iter().map(|point| (point.1 - mean).powi(2)).sum();
    // A parameter that some choice of overheads leaves free counts, as it could have been anything.
    let parameters = 1 + (0..2).filter(|&which| overheads.iter().any(|free| free[which])).count();
    let freedom = points.len() - parameters;
    let [a, b, c] = terms;
    let variance = (freedom > 0).then(|| squares / freedom as f64);
    Ok(UslFit {
        law: Usl::new(b / a, c / a, 1.0 / a)?,
        residual_std_error: variance.map(f64::sqrt),
        errors: variance.and_then(|variance| standard_errors(points, terms, free, variance)),
        r_squared: if total > 0.0 { 1.0 - squares / total } else { 1.0 },
    })
}

/// Of alpha, beta and gamma: the inverse of the normal equations times the variance of the residuals is the covariance of the
/// terms a, b and c, and alpha = b / a, beta = c / a, gamma = 1 / a follow to first order (the delta method).
fn standard_errors(points: &[(f64, f64)], terms: [f64; 3], free: [bool; 3], variance: f64) -> Option<UslErrors> {
    let (normal, _) = normal_equations(points, terms, free);
    let unit = |at: usize| std::array::from_fn(|i| if i == at && free[at] { 1.0 } else { 0.0 });
    let columns = [solve(normal, unit(0))?, solve(normal, unit(1))?, solve(normal, unit(2))?];
    let error = |gradient: [f64; 3]| {
        let quadratic: f64 = (0..9).map(|at| gradient[at / 3] * columns[at % 3][at / 3] * gradient[at % 3]).sum();
        (quadratic.max(0.0) * variance).sqrt()
    };
    let [a, b, c] = terms;
    Some(UslErrors {
        alpha: error([-b / (a * a), 1.0 / a, 0.0]),
        beta: error([-c / (a * a), 0.0, 1.0 / a]),
        gamma: error([-1.0 / (a * a), 0.0, 0.0]),
    })
}

/// The terms a, b, c (those not `free` stay zero) with the least squares, and those squares.
fn descend(points: &[(f64, f64)], free: [bool; 3]) -> Option<([f64; 3], f64)> {
    let mut terms = linear_start(points, free)?;
    let mut squares = squared_error(points, terms)?;
    let mut damping = 1e-3;
    for _ in 0..STEPS_MAX {
        let (normal, gradient) = normal_equations(points, terms, free);
        let mut damped = normal;
        (0..3).for_each(|i| damped[i][i] *= 1.0 + damping);
        let step = solve(damped, gradient)?;
        let next = [terms[0] + step[0], terms[1] + step[1], terms[2] + step[2]];
        match squared_error(points, next) {
            Some(lower) if lower <= squares => {
                let moved = (0..3).any(|i| step[i].abs() > 1e-15 * terms[i].abs());
                (terms, squares) = (next, lower);
                damping = (damping / 10.0).max(1e-15);
                if !moved {
                    break;
                }
            }
            _ if damping > 1e12 => break,
            _ => damping *= 10.0,
        }
    }
    Some((terms, squares))
}

/// The linear least squares of n / X = a + b (n - 1) + c n (n - 1), weighted so that errors of X count alike.
fn linear_start(points: &[(f64, f64)], free: [bool; 3]) -> Option<[f64; 3]> {
    let mut normal = [[0.0; 3]; 3];
    let mut right = [0.0; 3];
    for &(n, x) in points {
        let (basis, weight) = (basis(n, free), (x * x / n).powi(2));
        for i in 0..3 {
            right[i] += weight * basis[i] * n / x;
            (0..3).for_each(|j| normal[i][j] += weight * basis[i] * basis[j]);
        }
    }
    let mut start = solve(pinned(normal, free), right)?;
    // A start with a pole or a negative throughput would mislead the descent.
    start.iter_mut().for_each(|term| *term = term.max(0.0));
    if start[0] == 0.0 {
        start[0] = points.iter().map(|(n, x)| n / x).fold(f64::INFINITY, f64::min);
    }
    Some(start)
}

fn normal_equations(points: &[(f64, f64)], terms: [f64; 3], free: [bool; 3]) -> ([[f64; 3]; 3], [f64; 3]) {
    let mut normal = [[0.0; 3]; 3];
    let mut gradient = [0.0; 3];
    for &(n, x) in points {
        let basis = basis(n, free);
        let below = denominator(n, terms);
        let slope = basis.map(|term| -n / (below * below) * term);
        for i in 0..3 {
            gradient[i] += slope[i] * (x - n / below);
            (0..3).for_each(|j| normal[i][j] += slope[i] * slope[j]);
        }
    }
    (pinned(normal, free), gradient)
}

fn basis(n: f64, free: [bool; 3]) -> [f64; 3] {
    let all = [1.0, n - 1.0, n * (n - 1.0)];
    std::array::from_fn(|i| if free[i] { all[i] } else { 0.0 })
}

fn denominator(n: f64, terms: [f64; 3]) -> f64 {
    terms[0] + (n - 1.0) * (terms[1] + terms[2] * n)
}

/// The sum of squares, `None` where the law has a pole or goes below zero.
fn squared_error(points: &[(f64, f64)], terms: [f64; 3]) -> Option<f64> {
    points.iter().try_fold(0.0, |sum, &(n, x)| {
        let below = denominator(n, terms);
        (below > 0.0).then(|| sum + (x - n / below).powi(2)).filter(|sum: &f64| sum.is_finite())
    })
}

/// The matrix with a 1 on the diagonal of what is not free, so that it stays zero.
fn pinned(mut normal: [[f64; 3]; 3], free: [bool; 3]) -> [[f64; 3]; 3] {
    (0..3).filter(|&i| !free[i]).for_each(|i| normal[i][i] = 1.0);
    normal
}

/// Solves a symmetric positive system after scaling its diagonal to 1; `None` when it is singular.
fn solve(matrix: [[f64; 3]; 3], right: [f64; 3]) -> Option<[f64; 3]> {
    let scale: [f64; 3] = std::array::from_fn(|i| 1.0 / matrix[i][i].sqrt());
    if scale.iter().any(|scale| !scale.is_finite()) {
        return None;
    }
    let mut m: [[f64; 3]; 3] = std::array::from_fn(|i| std::array::from_fn(|j| matrix[i][j] * scale[i] * scale[j]));
    let mut x: [f64; 3] = std::array::from_fn(|i| right[i] * scale[i]);
    for k in 0..3 {
        if m[k][k] < 1e-15 {
            return None;
        }
        for i in k + 1..3 {
            let factor = m[i][k] / m[k][k];
            (k..3).for_each(|j| m[i][j] -= factor * m[k][j]);
            x[i] -= factor * x[k];
        }
    }
    for k in (0..3).rev() {
        let known: f64 = (k + 1..3).map(|j| m[k][j] * x[j]).sum();
        x[k] = (x[k] - known) / m[k][k];
    }
    Some(std::array::from_fn(|i| x[i] * scale[i]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Domain, Stream};

    fn near(got: f64, expected: f64, relative: f64) {
        assert!((got / expected - 1.0).abs() < relative, "{got} is not {expected}");
    }

    #[test]
    fn the_published_data_set() {
        let fit = fit(&SPEC_SDM91).expect("fits");
        // Where the gradient vanishes, found with forty digits.
        near(fit.law.alpha, 0.027_728_475_618_634_39, 1e-10);
        near(fit.law.beta, 0.000_104_365_483_844_090_88, 1e-10);
        near(fit.law.gamma, 89.995_233_104_332_22, 1e-10);
        // The R package: 82.85, 96.51956, 3245.589.
        near(fit.residual_std_error.expect("seven points"), 82.85, 1e-4);
        near(fit.law.peak_n().expect("a peak"), 96.519_56, 1e-7);
        near(fit.law.contention_limit().expect("a limit"), 3_245.589, 1e-7);
    }

    #[test]
    fn exact_points_give_back_their_law() {
        for (alpha, beta, gamma) in
            [(0.02, 0.02, 1.0), (0.3, 1e-7, 5e6), (0.0, 0.001, 50.0), (0.1, 0.0, 1e-3), (0.0, 0.0, 2.0)]
        {
            let law = Usl::new(alpha, beta, gamma).expect("valid");
            let points = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(|n| (n, law.throughput(n)));
            let got = fit(&points).expect("fits").law;
            near(got.gamma, gamma, 1e-9);
            assert!((got.alpha - alpha).abs() < 1e-9 && (got.beta - beta).abs() < 1e-10, "{got:?} {law:?}");
        }
    }

    #[test]
    fn standard_errors_are_how_much_fits_to_noise_differ() {
        let law = Usl::new(0.03, 0.0005, 100.0).expect("valid");
        let sizes = [1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0];
        let mut stream = Stream::new(7, Domain::Replication, [0; 4]);
        let mut noisy = || {
            let points = sizes.map(|n| (n, law.throughput(n) + 5.0 * stream.normal()));
            fit(&points).expect("fits")
        };
        let fits: Vec<UslFit> = (0..2_000).map(|_| noisy()).collect();
        let spread = |value: fn(&UslFit) -> f64| {
            let mean = fits.iter().map(value).sum::<f64>() / fits.len() as f64;
            (fits.iter().map(|fit| (value(fit) - mean).powi(2)).sum::<f64>() / fits.len() as f64).sqrt()
        };
        // The root of the mean square: the variance is estimated from five degrees of freedom each time.
        let said = |value: fn(UslErrors) -> f64| {
            let squares = fits.iter().map(|fit| fit.errors.map_or(0.0, value).powi(2)).sum::<f64>();
            (squares / fits.len() as f64).sqrt()
        };
        near(said(|errors| errors.alpha), spread(|fit| fit.law.alpha), 0.05);
        near(said(|errors| errors.beta), spread(|fit| fit.law.beta), 0.05);
        near(said(|errors| errors.gamma), spread(|fit| fit.law.gamma), 0.05);
    }

    #[test]
    fn two_sizes_tell_of_one_overhead() {
        let points = [(1.0, 10.0), (1.0, 10.2), (2.0, 18.0), (2.0, 18.4)];
        let fitted = fit_contention(&points).expect("fits");
        // 10.1 alone, 18.2 together: 2 x 10.1 / 18.2 - 1.
        near(fitted.law.alpha, 2.0 * 10.1 / 18.2 - 1.0, 1e-9);
        near(fitted.law.gamma, 10.1, 1e-9);
        // Of the mean of two values with a variance of 0.05 over two degrees of freedom.
        near(fitted.errors.expect("four points").gamma, 0.05_f64.sqrt() / 2.0_f64.sqrt(), 1e-6);
        assert!(fit_contention(&points[..2]).is_err());
    }

    #[test]
    fn noise_cannot_make_an_overhead_negative() {
        // Better than linear: the best law has no overhead at all.
        let points = [(1.0, 1.0), (2.0, 2.2), (4.0, 4.6), (8.0, 9.5)];
        let law = fit(&points).expect("fits").law;
        assert_eq!((law.alpha, law.beta), (0.0, 0.0));
    }

    #[test]
    fn too_few_points_are_an_error() {
        assert!(fit(&[(1.0, 1.0), (2.0, 1.9), (2.0, 1.8)]).is_err());
        assert!(fit(&[(1.0, 1.0), (2.0, f64::NAN), (3.0, 1.8)]).is_err());
        let three = fit(&[(1.0, 1.0), (2.0, 1.9), (4.0, 3.0)]).expect("fits");
        assert_eq!(three.residual_std_error, None);
    }
}
