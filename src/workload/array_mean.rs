//! The mean of a large array of uniform doubles, chunk by chunk: what `dask.array.random.random(…).mean()` does.
//!
//! A chunk really is filled, in memory, and then read again for its sum; nothing is fused away. Chunks are numbered
//! row by row; those at the lower and right edge are smaller where the chunk does not divide the array.
//!
//! The mean of `n` uniform doubles has a standard error of sqrt(1 / (12 n)): for 10,000 x 10,000 it is 2.887e-5.

use ndarray::{ArrayView2, ArrayViewMut2};

use super::{Answer, Data, Kernel, Partial, Scratch, fill_uniform, sum};
use crate::base::{Domain, Stream};

/// The mean of an array.
pub struct ArrayMean {
    shape: [u64; 2],
    chunk: [u64; 2],
}

impl ArrayMean {
    /// Rows and columns of the array, and of a chunk; both at least 1, as a scenario checks.
    pub fn new(shape: [u64; 2], chunk: [u64; 2]) -> Self {
        let fit = |axis: usize| chunk[axis].clamp(1, shape[axis].max(1));
        Self { shape, chunk: [fit(0), fit(1)] }
    }

    /// How many chunks there are.
    pub fn chunks(&self) -> u64 {
        self.shape[0].div_ceil(self.chunk[0]) * self.shape[1].div_ceil(self.chunk[1])
    }

    /// Rows and columns of a chunk.
    ///
    /// # Panics
    /// When the array has no such chunk.
    pub fn extent(&self, chunk: u32) -> [usize; 2] {
        let across = self.shape[1].div_ceil(self.chunk[1]);
        let position = [u64::from(chunk) / across, u64::from(chunk) % across];
        std::array::from_fn(|axis| {
            let start = position[axis] * self.chunk[axis];
            assert!(start < self.shape[axis], "the array has {} chunks, no chunk {chunk}", self.chunks());
            self.chunk[axis].min(self.shape[axis] - start) as usize
        })
    }

    fn cells(&self, chunk: u32) -> u64 {
        let [rows, columns] = self.extent(chunk);
        rows as u64 * columns as u64
    }
}

impl Kernel for ArrayMean {
    fn run(&self, data: Data, _inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let [rows, columns] = self.extent(data.chunk);
        let memory = scratch.doubles(rows * columns);
        let mut array =
            ArrayViewMut2::from_shape((rows, columns), memory).expect("the memory has the size of the chunk");
        load(data, &mut array);
        Partial::Mean { count: array.len() as u64, sum: total(&array.view()) }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        self.cells(chunk) * size_of::<f64>() as u64
    }

    fn flops(&self, chunk: u32) -> u64 {
        self.cells(chunk)
    }

    fn scratch_doubles(&self) -> usize {
        (self.chunk[0] * self.chunk[1]) as usize
    }

    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Mean { count, sum } if count > 0 => {
                let count = count as f64;
                Some(Answer { value: sum / count, exact: Some(0.5), std_error: Some((1.0 / 12.0 / count).sqrt()) })
            }
            Partial::Mean { .. } | Partial::Nothing => None,
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
    fn chunks_tile_the_array_with_smaller_ones_at_the_edges() {
        let kernel = ArrayMean::new([10, 7], [4, 3]);
        let extents: Vec<_> = (0..9).map(|chunk| kernel.extent(chunk)).collect();
        assert_eq!(kernel.chunks(), 9);
        assert_eq!(extents, [[4, 3], [4, 3], [4, 1], [4, 3], [4, 3], [4, 1], [2, 3], [2, 3], [2, 1]]);
        assert_eq!((0..9).map(|chunk| kernel.bytes(chunk)).sum::<u64>(), 10 * 7 * 8);
    }

    #[test]
    #[should_panic(expected = "no chunk 9")]
    fn a_chunk_outside_the_array_is_refused() {
        ArrayMean::new([10, 7], [4, 3]).extent(9);
    }

    #[test]
    fn a_chunk_larger_than_the_array_is_the_array() {
        let kernel = ArrayMean::new([3, 5], [100, 100]);
        assert_eq!((kernel.chunks(), kernel.extent(0), kernel.scratch_doubles()), (1, [3, 5], 15));
    }

    #[test]
    fn a_partial_is_the_sum_of_the_data_whatever_was_in_memory() {
        let kernel = ArrayMean::new([100, 100], [30, 30]);
        let data = Data { seed: 1, data_seed: 2, chunk: 5 };
        let fresh = kernel.run(data, &[], &mut Scratch::default());
        let mut used = Scratch::with_doubles(900).expect("a few kilobytes");
        kernel.run(Data { chunk: 0, ..data }, &[], &mut used);
        assert!(fresh.same_bits(kernel.run(data, &[], &mut used)));
        assert!(matches!(fresh, Partial::Mean { count: 900, sum } if (sum / 900.0 - 0.5).abs() < 0.04), "{fresh:?}");
        for other in [Data { seed: 2, ..data }, Data { data_seed: 3, ..data }, Data { chunk: 6, ..data }] {
            assert!(!fresh.same_bits(kernel.run(other, &[], &mut used)), "{other:?}");
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
