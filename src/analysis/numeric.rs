//! Roots, quantiles and integrals of given functions. Everything is bounded: at most a stated number of evaluations.

/// Halvings until neighbouring floats are reached from any bracket that occurs.
const HALVINGS_MAX: usize = 1100;
/// Doublings in search of a bracket: from 1e-9 past the largest float.
const DOUBLINGS_MAX: usize = 1100;
/// Intervals that one integral may be cut into.
const PIECES_MAX: usize = 2000;

/// The x in [low, high] where the monotone predicate `is_past` turns from false to true, to the last bit.
pub fn turning_point(mut low: f64, mut high: f64, is_past: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS_MAX {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if is_past(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The smallest t >= 0 with `survival(t)` <= 1 - `level`, for a falling function; `scale` is a first guess of its size.
///
/// Zero where the law has at least `level` at zero (to 12 digits: an atom of exactly that size counts), `None` when no finite float is reached.
pub fn quantile(level: f64, scale: f64, survival: impl Fn(f64) -> f64) -> Option<f64> {
    let rest = 1.0 - level;
    if survival(0.0) <= rest * (1.0 + 1e-12) {
        return Some(0.0);
    }
    let mut low = 0.0;
    let mut high = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
    for _ in 0..DOUBLINGS_MAX {
        if !high.is_finite() {
            return None;
        }
        if survival(high) <= rest {
            return Some(turning_point(low, high, |t| survival(t) <= rest));
        }
        low = high;
        high *= 2.0;
    }
    None
}

/// The integral of `f` from `low` to `high` to `relative` precision of the integral of its absolute value.
///
/// Globally adaptive Gauss and Kronrod (7, 15): the piece with the largest error is halved until the sum of errors is
/// small. `None` when the value is not finite.
pub fn integrate(low: f64, high: f64, relative: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    let mut pieces = vec![Piece::new(low, high, &f)];
    while pieces.len() < PIECES_MAX {
        let error: f64 = pieces.iter().map(|piece| piece.error).sum();
        let size: f64 = pieces.iter().map(|piece| piece.size).sum();
        if !error.is_finite() || error <= relative * size {
            break;
        }
        let worst = (0..pieces.len()).max_by(|&a, &b| pieces[a].error.total_cmp(&pieces[b].error))?;
        let Piece { low, high, .. } = pieces[worst];
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        pieces[worst] = Piece::new(low, middle, &f);
        pieces.push(Piece::new(middle, high, &f));
    }
    // Small pieces first, so that little is lost in the sum.
    pieces.sort_by(|a, b| a.value.abs().total_cmp(&b.value.abs()));
    let value: f64 = pieces.iter().map(|piece| piece.value).sum();
    value.is_finite().then_some(value)
}

/// The integral of `f` from `low` to infinity; `scale` is about where most of it lies.
///
/// Substitutes t = low + scale u / (1 - u).
pub fn integrate_to_infinity(low: f64, scale: f64, relative: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    integrate(0.0, 1.0, relative, |u| {
        let rest = 1.0 - u;
        if rest <= 0.0 {
            return 0.0;
        }
        let value = f(low + scale * u / rest);
        if value == 0.0 { 0.0 } else { value * scale / (rest * rest) }
    })
}

/// One piece of an integral: its value, the integral of the absolute value, and an estimate of the error.
struct Piece {
    low: f64,
    high: f64,
    value: f64,
    size: f64,
    error: f64,
}

impl Piece {
    fn new(low: f64, high: f64, f: &impl Fn(f64) -> f64) -> Self {
        const NODES: [f64; 8] = [
            0.991_455_371_120_812_6,
            0.949_107_912_342_758_5,
            0.864_864_423_359_769_1,
            0.741_531_185_599_394_4,
            0.586_087_235_467_691_1,
            0.405_845_151_377_397_2,
            0.207_784_955_007_898_5,
            0.0,
        ];
        const KRONROD: [f64; 8] = [
            0.022_935_322_010_529_224,
            0.063_092_092_629_978_55,
            0.104_790_010_322_250_18,
            0.140_653_259_715_525_9,
            0.169_004_726_639_267_9,
            0.190_350_578_064_785_4,
            0.204_432_940_075_298_9,
            0.209_482_141_084_727_83,
        ];
        const GAUSS: [f64; 4] =
            [0.129_484_966_168_869_7, 0.279_705_391_489_276_7, 0.381_830_050_505_118_9, 0.417_959_183_673_469_4];
        let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
        let (mut kronrod, mut gauss, mut size) = (0.0, 0.0, 0.0);
        for (i, (&node, &weight)) in NODES.iter().zip(&KRONROD).enumerate() {
            let (left, right) =
                if i == 7 { (f(middle), 0.0) } else { (f(middle - half * node), f(middle + half * node)) };
            kronrod += weight * (left + right);
            size += weight * (left.abs() + right.abs());
            if i % 2 == 1 {
                gauss += GAUSS[i / 2] * (left + right);
            }
        }
        Self { low, high, value: kronrod * half, size: size * half, error: ((kronrod - gauss) * half).abs() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrals_of_known_functions() {
        let sine = integrate(0.0, std::f64::consts::PI, 1e-13, libm::sin).expect("finite");
        assert!((sine - 2.0).abs() < 1e-13, "{sine}");
        let kink = integrate(0.0, 1.0, 1e-13, |x| (x - 0.3).abs()).expect("finite");
        assert!((kink - 0.29).abs() < 1e-12, "{kink}");
        let tail = integrate_to_infinity(0.0, 1.0, 1e-13, |t| libm::exp(-t / 40.0)).expect("finite");
        assert!((tail - 40.0).abs() < 1e-10, "{tail}");
        assert_eq!(integrate(0.0, 1.0, 1e-9, |_| f64::INFINITY), None);
    }

    #[test]
    fn quantiles_invert_a_survival_function() {
        let exponential = |t: f64| libm::exp(-t / 3.0);
        let got = quantile(0.99, 1e-6, exponential).expect("reached");
        assert!((got - 3.0 * libm::log(100.0)).abs() < 1e-12, "{got}");
        assert_eq!(quantile(0.4, 1.0, |t| 0.5 * exponential(t)), Some(0.0));
        assert_eq!(quantile(0.4, 1.0, |_| 1.0), None);
    }
}
