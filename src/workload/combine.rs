//! Combining partial results: one node of the tree.
//!
//! A node with inputs p0, p1, p2, … is ((p0 + p1) + p2) + …, from left to right. Addition of doubles is not
//! associative, so the tree is part of the answer: it is fixed by the scenario (which stage gathers which, and `fan_in`),
//! and it does not matter who computes a node, or when. Ten chunks with a fan-in of 4, and a second stage over it:
//!
//! ```text
//! 0 1 2 3   4 5 6 7   8 9        stage "map", in order of chunks
//! └──┬──┘   └──┬──┘   └┬┘
//!    0         1       2         task t of "reduce" takes inputs 4 t to 4 t + 3
//!    └─────────┼───────┘
//!              0                 "root"
//! ```

use std::iter;

use super::{Data, Kernel, Partial, Scratch};

/// Combines what its stage gathers.
pub struct Combine;

impl Kernel for Combine {
    fn run(&self, _data: Data, inputs: &[Partial], _scratch: &mut Scratch) -> Partial {
        fold(inputs.iter().cloned())
    }

    /// What crosses is a few bytes; the bytes of the data are counted where they are read.
    fn bytes(&self, _chunk: u32) -> u64 {
        0
    }

    fn flops(&self, _chunk: u32) -> Option<u64> {
        Some(0)
    }
}

/// One node of the tree: its inputs from left to right.
pub(super) fn fold(inputs: impl Iterator<Item = Partial>) -> Partial {
    inputs.fold(Partial::Nothing, add)
}

fn add(left: Partial, right: Partial) -> Partial {
    match (left, right) {
        (Partial::Nothing, other) | (other, Partial::Nothing) => other,
        (Partial::Mean { count, sum }, Partial::Mean { count: more, sum: further }) => {
            Partial::Mean { count: count.saturating_add(more), sum: sum + further }
        }
        (Partial::Sums { count, sums, at }, Partial::Sums { count: more, sums: further, .. })
            if sums.len() == further.len() =>
        {
            let sums = iter::zip(sums.iter(), further.iter()).map(|(sum, further)| sum + further).collect();
            Partial::Sums { count: count.saturating_add(more), sums, at }
        }
        // Partial results of different kinds have no sum; a scenario does not combine them.
        _ => Partial::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(count: u64, sum: f64) -> Partial {
        Partial::Mean { count, sum }
    }

    #[test]
    fn a_node_adds_from_left_to_right() {
        // 1e16 + 1 is 1e16 in doubles, so the order shows in the result.
        let inputs = [mean(1, 1e16), mean(1, 1.0), mean(1, -1e16)];
        assert_eq!(fold(inputs.clone().into_iter()), mean(3, 0.0));
        let [one, two, three] = inputs;
        assert_eq!(fold([one, three, two].into_iter()), mean(3, 1.0));
    }

    #[test]
    fn nothing_changes_nothing() {
        assert_eq!(fold([].into_iter()), Partial::Nothing);
        assert_eq!(fold([Partial::Nothing, mean(2, 3.0), Partial::Nothing].into_iter()), mean(2, 3.0));
    }
}
