//! The mean of a large array of uniform doubles, chunk by chunk: what `dask.array.random.random(…).mean()` does.
//!
//! A chunk really is filled, in memory, and then read again for its sum; nothing is fused away.
//!
//! The mean of `n` uniform doubles has a standard error of sqrt(1 / (12 n)): for 10,000 x 10,000 it is 2.887e-5.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::tiles::Tiles;
use super::{Answer, Data, Kernel, Partial, Scratch, fill_uniform, sum};
use crate::base::{Domain, Stream};

/// The mean of an array.
pub struct ArrayMean {
    tiles: Tiles,
}

impl ArrayMean {
    /// Rows and columns of the array, and of a chunk; all at least 1, as a scenario checks.
    pub fn new(shape: [u64; 2], chunk: [u64; 2]) -> Self {
        Self { tiles: Tiles::new(shape, chunk) }
    }
}

impl Kernel for ArrayMean {
    fn run(&self, data: Data, _inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let [rows, columns] = self.tiles.extent(data.chunk);
        let memory = scratch.doubles(rows * columns);
        let mut array =
            ArrayViewMut2::from_shape((rows, columns), memory).expect("the memory has the size of the chunk");
        load(data, &mut array);
        Partial::Mean { count: array.len() as u64, sum: total(&array.view()) }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        self.tiles.cells(chunk) * size_of::<f64>() as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        Some(self.tiles.cells(chunk))
    }

    fn scratch_doubles(&self) -> usize {
        self.tiles.cells_max() as usize
    }

    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Mean { count, sum } if count > 0 => {
                let count = count as f64;
                Some(Answer { value: sum / count, exact: Some(0.5), std_error: Some((1.0 / 12.0 / count).sqrt()) })
            }
            _ => None,
        }
    }
}

/// Fills a chunk with its data: a function of `data` alone.
fn load(data: Data, array: &mut ArrayViewMut2<f64>) {
    let mut stream = Stream::new(data.seed, Domain::Data, [data.data_seed, u64::from(data.chunk), 0, 0]);
    fill_uniform(&mut stream, array.as_slice_mut().expect("a chunk is contiguous"));
}

fn total(array: &ArrayView2<f64>) -> f64 {
    sum(array.as_slice().expect("a chunk is contiguous"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_is_the_sum_of_the_data_whatever_was_in_memory() {
        let kernel = ArrayMean::new([100, 100], [30, 30]);
        let data = Data { seed: 1, data_seed: 2, chunk: 5 };
        let fresh = kernel.run(data, &[], &mut Scratch::default());
        let mut used = Scratch::with_doubles(900).expect("a few kilobytes");
        kernel.run(Data { chunk: 0, ..data }, &[], &mut used);
        assert!(fresh.same_bits(&kernel.run(data, &[], &mut used)));
        assert!(matches!(fresh, Partial::Mean { count: 900, sum } if (sum / 900.0 - 0.5).abs() < 0.04), "{fresh:?}");
        for other in [Data { seed: 2, ..data }, Data { data_seed: 3, ..data }, Data { chunk: 6, ..data }] {
            assert!(!fresh.same_bits(&kernel.run(other, &[], &mut used)), "{other:?}");
        }
    }

    #[test]
    fn the_standard_error_is_that_of_a_mean_of_uniforms() {
        let kernel = ArrayMean::new([10_000, 10_000], [1_000, 1_000]);
        let answer =
            kernel.answer(Partial::Mean { count: 100_000_000, sum: 50_001_000.0 }).expect("numbers were added");
        assert!((answer.std_error.expect("known") - 2.887e-5).abs() < 1e-8);
        assert!((answer.value - 0.50001).abs() < 1e-12 && answer.is_plausible());
        assert!(!Answer { value: 0.5002, ..answer }.is_plausible());
        assert_eq!(kernel.answer(Partial::Nothing), None);
    }
}
