//! What a core can do at most, for comparison: products and sums that wait for nothing, on the widest vectors there are.

use pulp::{Arch, Simd, WithSimd};

/// Vectors that are worked on side by side: more than it takes until one is done.
const CHAINS: usize = 16;

/// So many steps of a product and a sum on each of some vectors of doubles, fused or not. What comes out means nothing; a step is
/// [`operations_per_step`] operations.
pub fn peak(is_fused: bool, steps: u64, factor: f64) -> f64 {
    if is_fused {
        Arch::new().dispatch(Peak::<true> { steps, factor })
    } else {
        Arch::new().dispatch(Peak::<false> { steps, factor })
    }
}

/// Floating-point operations of a step of [`peak`] on this machine.
pub fn operations_per_step() -> u64 {
    struct Lanes;
    impl WithSimd for Lanes {
        type Output = u64;

        fn with_simd<S: Simd>(self, _: S) -> u64 {
            S::F64_LANES as u64
        }
    }
    2 * CHAINS as u64 * Arch::new().dispatch(Lanes)
}

struct Peak<const FUSED: bool> {
    steps: u64,
    factor: f64,
}

impl<const FUSED: bool> WithSimd for Peak<FUSED> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let (one, factor) = (simd.splat_f64s(1.0), simd.splat_f64s(self.factor));
        let mut chains = [one; CHAINS];
        for _ in 0..self.steps {
            for chain in &mut chains {
                *chain = if FUSED {
                    simd.mul_add_f64s(*chain, factor, one)
                } else {
                    simd.add_f64s(simd.mul_f64s(*chain, factor), one)
                };
            }
        }
        chains.iter().map(|chain| simd.reduce_sum_f64s(*chain)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chain_does_every_step() {
        // x -> x / 2 + 1 from 1: 1.5, 1.75, 1.875, on each lane of each vector.
        let lanes = (operations_per_step() / 2) as f64;
        assert_eq!([true, false].map(|is_fused| peak(is_fused, 3, 0.5)), [1.875 * lanes; 2]);
    }
}
