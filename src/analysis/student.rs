//! Student's t law (Gosset 1908): how far does the mean of few values stray?

use super::{numeric::turning_point, special::beta_inc};

/// P(|T| > `t`) with `degrees` of freedom (any positive number, not only whole ones); 1 where they are not positive.
pub fn two_sided(t: f64, degrees: f64) -> f64 {
    if t.is_nan() || degrees.is_nan() || degrees <= 0.0 {
        return 1.0;
    }
    if t.is_infinite() {
        return 0.0;
    }
    if degrees.is_infinite() {
        return 2.0 * super::special::normal_cdf(-t.abs());
    }
    beta_inc(degrees / 2.0, 0.5, degrees / (degrees + t * t))
}

/// The t with P(T <= t) = `level`, for 0 < `level` < 1 and positive `degrees`; `None` outside.
///
/// `quantile(0.975, 9.0)` is 2.262157.
pub fn quantile(level: f64, degrees: f64) -> Option<f64> {
    if level.is_nan() || level <= 0.0 || level >= 1.0 || degrees.is_nan() || degrees <= 0.0 {
        return None;
    }
    if level == 0.5 {
        return Some(0.0);
    }
    let tail = 2.0 * level.min(1.0 - level);
    let is_past = |t: f64| two_sided(t, degrees) <= tail;
    let mut high = 1.0;
    while !is_past(high) {
        high *= 2.0;
        if !high.is_finite() {
            return None;
        }
    }
    let low = if high > 1.0 { high / 2.0 } else { 0.0 };
    let t = turning_point(low, high, is_past);
    Some(if level < 0.5 { -t } else { t })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_tables() {
        for (level, degrees, expected) in [
            (0.975, 1.0, 12.706_204_736_174_69),
            (0.975, 2.0, 4.302_652_729_749_462),
            (0.975, 9.0, 2.262_157_162_798_205),
            (0.995, 19.0, 2.860_934_606_464_979),
            (0.9995, 4.0, 8.610_301_581_379_523),
            (0.95, 120.0, 1.657_650_899_355_235),
            // z + (z^3 + z) / 4n, the first term of Cornish and Fisher.
            (0.975, 1e6, 1.959_966_356_8),
            (0.975, f64::INFINITY, 1.959_963_984_540_054),
        ] {
            let got = quantile(level, degrees).expect("inside the domain");
            assert!((got / expected - 1.0).abs() < 1e-10, "t({level}, {degrees}) = {got}, not {expected}");
            assert_eq!(quantile(1.0 - level, degrees).map(|t| (t + got).abs() < 1e-9 * got), Some(true));
        }
        assert_eq!(quantile(1.0, 3.0), None);
        assert_eq!(quantile(0.9, 0.0), None);
        assert_eq!(quantile(f64::NAN, 3.0), None);
    }
}
