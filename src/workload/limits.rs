//! What a core can do at most, for comparison: products and sums that wait for nothing.

use pulp::{Arch, NullaryFnOnce};

/// Doubles that are worked on side by side.
const CHAINS: usize = 64;
/// Floating-point operations of a step of [`peak`].
pub const OPERATIONS_PER_STEP: u64 = 2 * CHAINS as u64;

/// So many steps of a product and a sum on doubles side by side, fused or not, on the widest instructions there are. What comes out
/// means nothing.
pub fn peak(is_fused: bool, steps: u64, factor: f64) -> f64 {
    if is_fused {
        Arch::new().dispatch(Peak::<true> { steps, factor })
    } else {
        Arch::new().dispatch(Peak::<false> { steps, factor })
    }
}

struct Peak<const FUSED: bool> {
    steps: u64,
    factor: f64,
}

impl<const FUSED: bool> NullaryFnOnce for Peak<FUSED> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let mut chains = [1.0_f64; CHAINS];
        for _ in 0..self.steps {
            for chain in &mut chains {
                *chain = if FUSED { chain.mul_add(self.factor, 1.0) } else { *chain * self.factor + 1.0 };
            }
        }
        chains.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chain_does_every_step() {
        // x -> x / 2 + 1 from 1: 1.5, 1.75, 1.875.
        assert_eq!([true, false].map(|is_fused| peak(is_fused, 3, 0.5)), [1.875 * CHAINS as f64; 2]);
    }
}
