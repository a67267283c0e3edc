//! Uniform doubles and their sum, eight lanes at a time: the inner loops of array kernels.
//!
//! Lane `j` of step `i` is element `8 i + j`, whatever the width of the machine's vectors: the code is written over
//! arrays of eight, and `pulp` compiles it once for each instruction set and picks the widest at run time, so a
//! generic build uses AVX-512 or AVX2 where they are, and every machine gets the same bits. Nothing is fused (no FMA)
//! and no sum is reordered.

use pulp::{Arch, NullaryFnOnce};

use crate::base::Stream;

/// Elements in a step.
pub const LANES: usize = 8;
/// Running sums of [`sum`] in each lane: enough independent additions to hide the latency of one.
const ROWS: usize = 4;

/// Fills `out` with uniform doubles on (0, 1), named by `stream`.
///
/// Each lane is a xoshiro256+ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47,
/// 2021) whose 256 bits of state are drawn from `stream`. The upper 52 bits become a double by the exponent trick, in
/// the middle of their cell of width 2^-52: never 0, never 1, with a mean of exactly 0.5. (The lowest bits of
/// xoshiro256+ are weak; they are among the 12 thrown away.)
pub fn fill_uniform(stream: &mut Stream, out: &mut [f64]) {
    Arch::new().dispatch(Fill { lanes: Lanes::seeded(stream), out });
}

/// The sum of `values` in a fixed order: element `i` goes to running sum `i mod 32`, and the 32 are added pairwise.
pub fn sum(values: &[f64]) -> f64 {
    Arch::new().dispatch(Sum { values })
}

/// Eight generators side by side; word `w` of all lanes is `state[w]`.
struct Lanes {
    state: [[u64; LANES]; 4],
}

impl Lanes {
    fn seeded(stream: &mut Stream) -> Self {
        let mut state = [[0; LANES]; 4];
        for lane in 0..LANES {
            for word in &mut state {
                word[lane] = stream.bits();
            }
        }
        Self { state }
    }

    /// One step of every lane.
    #[inline(always)]
    fn step(&mut self) -> [f64; LANES] {
        let [a, b, c, d] = &mut self.state;
        let mut uniform = [0.0; LANES];
        for lane in 0..LANES {
            uniform[lane] = unit(a[lane].wrapping_add(d[lane]));
            let shifted = b[lane] << 17;
            c[lane] ^= a[lane];
            d[lane] ^= b[lane];
            b[lane] ^= c[lane];
            a[lane] ^= d[lane];
            c[lane] ^= shifted;
            d[lane] = d[lane].rotate_left(45);
        }
        uniform
    }
}

/// The upper 52 bits as a double in (0, 1): a mantissa under the exponent of 1 gives [1, 2); both the constant
/// 1 - 2^-53 and the difference are exact.
#[inline(always)]
fn unit(bits: u64) -> f64 {
    f64::from_bits((bits >> 12) | 1.0f64.to_bits()) - (1.0 - f64::EPSILON / 2.0)
}

struct Fill<'a> {
    lanes: Lanes,
    out: &'a mut [f64],
}

impl NullaryFnOnce for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { mut lanes, out } = self;
        let (steps, rest) = out.as_chunks_mut::<LANES>();
        for step in steps {
            *step = lanes.step();
        }
        rest.copy_from_slice(&lanes.step()[..rest.len()]);
    }
}

struct Sum<'a> {
    values: &'a [f64],
}

impl NullaryFnOnce for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let mut sums = [0.0; LANES * ROWS];
        let (steps, rest) = self.values.as_chunks::<{ LANES * ROWS }>();
        for step in steps {
            for (sum, value) in sums.iter_mut().zip(step) {
                *sum += value;
            }
        }
        for (sum, value) in sums.iter_mut().zip(rest) {
            *sum += value;
        }
        pairwise(&mut sums)
    }
}

/// Adds the upper half to the lower until one is left.
#[inline(always)]
fn pairwise(sums: &mut [f64]) -> f64 {
    let mut half = sums.len();
    while half > 1 {
        half /= 2;
        let (low, high) = sums.split_at_mut(half);
        for (low, high) in low.iter_mut().zip(high) {
            *low += *high;
        }
    }
    sums[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    fn filled(seed: u64, chunk: u64, len: usize) -> Vec<f64> {
        let mut values = vec![f64::NAN; len];
        fill_uniform(&mut Stream::new(seed, Domain::Data, [0, chunk, 0, 0]), &mut values);
        values
    }

    /// The generator as its authors write it, one lane after the other.
    fn textbook(seed: u64, chunk: u64, len: usize) -> Vec<f64> {
        let mut stream = Stream::new(seed, Domain::Data, [0, chunk, 0, 0]);
        let mut lanes: Vec<[u64; 4]> = (0..LANES).map(|_| std::array::from_fn(|_| stream.bits())).collect();
        let next = |s: &mut [u64; 4]| {
            let result = s[0].wrapping_add(s[3]);
            let t = s[1] << 17;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = s[3].rotate_left(45);
            (2 * (result >> 12) + 1) as f64 / (1u64 << 53) as f64
        };
        (0..len).map(|element| next(&mut lanes[element % LANES])).collect()
    }

    #[test]
    fn the_widest_instructions_give_the_bits_of_the_textbook() {
        for len in [0, 1, 7, 8, 9, 1_003] {
            assert_eq!(filled(42, 3, len), textbook(42, 3, len), "{len} doubles");
        }
    }

    #[test]
    fn the_sum_has_the_same_bits_with_and_without_wide_instructions() {
        for len in [0, 1, 31, 32, 33, 10_007] {
            let values = filled(1, 0, len);
            assert_eq!(sum(&values).to_bits(), Sum { values: &values }.call().to_bits(), "{len} doubles");
        }
        assert_eq!(sum(&(1..=1_000).map(f64::from).collect::<Vec<_>>()), 500_500.0);
    }

    #[test]
    fn moments_and_cells_are_those_of_uniform_doubles() {
        let n = 1_000_000;
        let values = filled(7, 0, n);
        assert!(values.iter().all(|value| *value > 0.0 && *value < 1.0));
        let mean = sum(&values) / n as f64;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n as f64;
        assert!((mean - 0.5).abs() < 4.0 * (1.0 / 12.0 / n as f64).sqrt(), "{mean}");
        // The variance of (u - 1/2)^2 is 1/180.
        assert!((variance - 1.0 / 12.0).abs() < 4.0 * (1.0 / 180.0 / n as f64).sqrt(), "{variance}");
        let mut counts = [0u32; 64];
        values.iter().for_each(|value| counts[(value * 64.0) as usize] += 1);
        let expected = n as f64 / 64.0;
        let chi2: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        assert!(chi2 < 103.4, "chi-square with 63 degrees of freedom, 0.1 %: {chi2}");
    }

    #[test]
    fn neighbours_of_every_kind_are_uncorrelated() {
        let n = 200_000;
        let base = filled(7, 0, n + LANES);
        let pairs = [
            ("the next seed", filled(8, 0, n)),
            ("the next chunk", filled(7, 1, n)),
            ("the next lane", base[1..=n].to_vec()),
            ("the next step", base[LANES..].to_vec()),
        ];
        for (name, other) in pairs {
            let products = base.iter().zip(&other).map(|(one, two)| 12.0 * (one - 0.5) * (two - 0.5));
            let correlation = products.sum::<f64>() / n as f64;
            assert!(correlation.abs() < 4.0 / (n as f64).sqrt(), "{name}: {correlation}");
        }
    }
}
