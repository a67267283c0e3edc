//! The product of two large matrices of uniform doubles, block by block.
//!
//! A chunk is a block of the product: its rows of the first matrix times its columns of the second, which are made slab by slab
//! along the inner side and added up where the block lies. Nothing but the block and one slab of each is in memory.
//!
//! With entries uniform on (0, 1) an entry of the product is k/4 on average (k the inner size). The mean of all m x n of them is
//! the sum over k of the mean of a column times the mean of a row, so its variance is k (v/4 + w/4 + v w) with v = 1/(12 m) and
//! w = 1/(12 n).

use ndarray::{ArrayView2, ArrayViewMut2};

use super::product::{add_product, zeros};
use super::tiles::Tiles;
use super::{Answer, Data, Kernel, Partial, Scratch, fill_uniform, sum};
use crate::base::{Domain, Stream};
use crate::scenario;

/// Inner size of a slab: what is made of both matrices at once, and stays in the second-level cache.
const SLAB: usize = scenario::Kernel::SLAB as usize;
/// Which matrix a stream of data is of.
const FIRST: u64 = 1;
const SECOND: u64 = 2;

/// The product of two matrices.
pub struct MatrixProduct {
    tiles: Tiles,
    inner: usize,
}

impl MatrixProduct {
    /// Rows and columns of the product, the inner size, and rows and columns of a block; all at least 1, as a scenario checks.
    pub fn new(shape: [u64; 2], inner: u64, chunk: [u64; 2]) -> Self {
        Self { tiles: Tiles::new(shape, chunk), inner: inner.max(1) as usize }
    }

    /// A block of the product, in memory that holds so many doubles and is overwritten.
    fn block<'a>(&self, data: Data, memory: &'a mut [f64]) -> ArrayViewMut2<'a, f64> {
        let [rows, columns] = self.tiles.extent(data.chunk);
        let origin = self.tiles.origin(data.chunk);
        let slab = SLAB.min(self.inner);
        let (block, rest) = memory.split_at_mut(rows * columns);
        let (first, second) = rest.split_at_mut(rows * slab);
        let mut block = zeros((rows, columns), block);
        for (number, begin) in (0..self.inner).step_by(slab).enumerate() {
            let depth = slab.min(self.inner - begin);
            let (first, second) = (&mut first[..rows * depth], &mut second[..depth * columns]);
            let make = |matrix, origin, values: &mut [f64]| {
                let name = [data.data_seed, matrix, origin, number as u64];
                fill_uniform(&mut Stream::new(data.seed, Domain::Data, name), values);
            };
            make(FIRST, origin[0], first);
            make(SECOND, origin[1], second);
            let first = ArrayView2::from_shape((rows, depth), first).expect("a slab of the first");
            let second = ArrayView2::from_shape((depth, columns), second).expect("a slab of the second");
            add_product(&mut block, &first, &second);
        }
        block
    }
}

impl Kernel for MatrixProduct {
    fn run(&self, data: Data, _inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let block = self.block(data, scratch.doubles(self.scratch_doubles()));
        Partial::Mean { count: block.len() as u64, sum: sum(block.as_slice().expect("a block is contiguous")) }
    }

    /// Its rows of the first matrix and its columns of the second.
    fn bytes(&self, chunk: u32) -> u64 {
        let [rows, columns] = self.tiles.extent(chunk);
        ((rows + columns) * self.inner * size_of::<f64>()) as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        Some(2 * self.tiles.cells(chunk) * self.inner as u64)
    }

    fn scratch_doubles(&self) -> usize {
        let [rows, columns] = self.tiles.tile();
        (rows * columns + (rows + columns) * SLAB.min(self.inner) as u64) as usize
    }

    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Mean { count, sum } if count > 0 => {
                let [v, w] = self.tiles.shape().map(|side| 1.0 / 12.0 / side as f64);
                let inner = self.inner as f64;
                let variance = inner * (v / 4.0 + w / 4.0 + v * w);
                let value = sum / count as f64;
                Some(Answer { value, exact: Some(inner / 4.0), std_error: Some(variance.sqrt()) })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An inner size of a slab and a bit.
    const INNER: u64 = 300;

    fn kernel() -> MatrixProduct {
        MatrixProduct::new([20, 25], INNER, [8, 10])
    }

    #[test]
    fn a_block_is_the_product_of_its_rows_and_columns() {
        // The second block of the second row of blocks: rows 8 to 15, columns 10 to 19.
        let data = Data { seed: 1, data_seed: 2, chunk: 4 };
        let mut memory = vec![f64::NAN; kernel().scratch_doubles()];
        let block = kernel().block(data, &mut memory).to_owned();
        let values = |matrix, origin, number, len| {
            let mut values = vec![0.0; len];
            let name = [data.data_seed, matrix, origin, number];
            fill_uniform(&mut Stream::new(data.seed, Domain::Data, name), &mut values);
            values
        };
        let (depths, mut by_hand) = ([256, 44], vec![0.0; 80]);
        for (number, depth) in (0..).zip(depths) {
            let (first, second) = (values(FIRST, 8, number, 8 * depth), values(SECOND, 10, number, 10 * depth));
            for (cell, entry) in by_hand.iter_mut().enumerate() {
                let (row, column) = (cell / 10, cell % 10);
                *entry += (0..depth).map(|k| first[row * depth + k] * second[k * 10 + column]).sum::<f64>();
            }
        }
        assert!(block.iter().zip(&by_hand).all(|(got, known)| (got - known).abs() < 1e-10), "{block} {by_hand:?}");
    }

    #[test]
    fn blocks_of_one_row_share_their_rows_and_the_mean_is_a_quarter_of_the_inner_size() {
        let kernel = MatrixProduct::new([300, 200], INNER, [64, 70]);
        let mut scratch = Scratch::with_doubles(kernel.scratch_doubles()).expect("less than a megabyte");
        let mut answers = (0..8).map(|data_seed| {
            let mut whole = (0, 0.0);
            for chunk in 0..15 {
                let Partial::Mean { count, sum } = kernel.run(Data { seed: 1, data_seed, chunk }, &[], &mut scratch)
                else {
                    panic!("a block leaves a mean")
                };
                whole = (whole.0 + count, whole.1 + sum);
            }
            kernel.answer(Partial::Mean { count: whole.0, sum: whole.1 }).expect("there are entries")
        });
        assert!(answers.all(|answer| answer.exact == Some(75.0) && answer.is_plausible()));
        assert_eq!((kernel.flops(0), kernel.bytes(0)), (Some(2 * 64 * 70 * 300), 8 * 134 * 300));
    }
}
