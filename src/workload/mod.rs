//! Work: what is the real work?
//!
//! A stage of a job is cut into chunks; each chunk is a task that leaves a [`Partial`], and partial results are combined
//! in the fixed tree of a [`Workbook`] into the job's [`Answer`].
//!
//! Invariants: a partial result is a pure function of (seed, data seed, chunk): the same bits whoever computes it, when,
//! and on which instruction set. The tree is fixed by the scenario, so an answer is the same bits too. What a
//! chunk works on lies in the [`Scratch`] of its thread, which is used again; only what it leaves, or puts together of what it
//! takes, is new memory.
//!
//! ```text
//! scenario::Stage ─► Workbook ─► run(chunk) ─► Partial ─┐
//!                       │        run(chunk) ─► Partial ─┼─ fixed tree ─► Answer
//!                       └──────► run(chunk) ─► Partial ─┘
//! ```

mod array_mean;
mod blobs;
mod combine;
mod empty;
mod features;
mod inference;
mod lanes;
mod limits;
mod mandelbrot;
mod matrix_product;
mod network;
mod product;
#[cfg(test)]
pub(crate) mod samples;
mod table;
mod tiles;
mod training;
mod workbook;

use std::collections::TryReserveError;
use std::iter;
use std::sync::Arc;

pub use array_mean::ArrayMean;
pub use combine::Combine;
pub use empty::Empty;
pub use features::{Features, GroupBy, MergeGroups};
pub use inference::Inference;
pub use lanes::{LANES, fill_uniform, sum};
pub use limits::{operations_per_step, peak};
pub use mandelbrot::Mandelbrot;
pub use matrix_product::MatrixProduct;
pub use training::{Evaluate, Train};
pub use workbook::{Chunk, Workbook};

use crate::scenario::{self, OwnTable};

/// Real work that is done chunk by chunk. One file each; [`of`] is the list of them.
pub trait Kernel: Sync {
    /// Does one chunk. `inputs` are the partial results that the stage takes, in the order of stages and tasks. Where some are
    /// missing, since nobody has computed them yet, it does as much work, and what it leaves is thrown away.
    fn run(&self, data: Data, inputs: &[Partial], scratch: &mut Scratch) -> Partial;

    /// Bytes of input that a chunk reads.
    fn bytes(&self, chunk: u32) -> u64;

    /// Floating-point operations of a chunk: those a person would count, without what makes the data. `None` where that depends
    /// on what is found on the way.
    fn flops(&self, chunk: u32) -> Option<u64>;

    /// Doubles of scratch memory that the largest chunk needs.
    fn scratch_doubles(&self) -> usize {
        0
    }

    /// The answer that the combined partial results of all chunks are, if they are one.
    fn answer(&self, _whole: Partial) -> Option<Answer> {
        None
    }
}

/// The kernel of a stage with so many tasks, on a person's own table where there is one: the one place where kernels are registered.
pub fn of(kernel: scenario::Kernel, tasks: u32, table: Option<&Arc<OwnTable>>) -> Box<dyn Kernel + Send> {
    match kernel {
        scenario::Kernel::ArrayMean { shape, chunk } => Box::new(ArrayMean::new(shape, chunk)),
        scenario::Kernel::Mandelbrot { shape, chunk, iterations } => {
            Box::new(Mandelbrot::new(shape, chunk, iterations))
        }
        scenario::Kernel::MatrixProduct { shape, inner, chunk } => Box::new(MatrixProduct::new(shape, inner, chunk)),
        scenario::Kernel::Inference { rows, batch, features, classes } => {
            Box::new(Inference::new(rows, batch, features, classes))
        }
        scenario::Kernel::GroupBy { rows, chunk, groups } => Box::new(GroupBy::new(rows, chunk, groups).of(table)),
        scenario::Kernel::MergeGroups { groups } => Box::new(MergeGroups::new(groups, tasks)),
        scenario::Kernel::Features { rows, chunk, groups, categories } => {
            Box::new(Features::new(rows, chunk, groups, categories).of(table))
        }
        scenario::Kernel::Train { samples, batch, epoch, network } => {
            Box::new(Train::new(samples, batch, epoch, network, tasks))
        }
        scenario::Kernel::Evaluate { samples, batch, network } => Box::new(Evaluate::new(samples, batch, network)),
        scenario::Kernel::Combine { .. } => Box::new(Combine),
        scenario::Kernel::Empty => Box::new(Empty),
    }
}

/// Which data a chunk works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Data {
    /// The seed of the run.
    pub seed: u64,
    /// The data seed of the job, which is its key.
    pub data_seed: u64,
    /// The chunk.
    pub chunk: u32,
}

/// What a chunk leaves behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Partial {
    /// Nothing; combined with anything it leaves that as it is.
    #[default]
    Nothing,
    /// Of some numbers: how many they are, and their sum.
    Mean {
        /// How many.
        count: u64,
        /// Their sum.
        sum: f64,
    },
    /// Of some things: how many they are, and what several numbers of each come to.
    Sums {
        /// How many.
        count: u64,
        /// The sums.
        sums: Arc<[f64]>,
        /// What they were worked out at, the same for all that are combined: weights of a network. Empty where it is nothing.
        at: Arc<[f64]>,
    },
}

impl Partial {
    /// Whether both are the same to the last bit.
    pub fn same_bits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Mean { count, sum }, Self::Mean { count: count_other, sum: sum_other }) => {
                count == count_other && sum.to_bits() == sum_other.to_bits()
            }
            (Self::Sums { count, sums, at }, Self::Sums { count: count_other, sums: sums_other, at: at_other }) => {
                count == count_other && same_bits(sums, sums_other) && same_bits(at, at_other)
            }
            _ => false,
        }
    }

    /// How many things went into it.
    pub fn count(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Mean { count, .. } | Self::Sums { count, .. } => *count,
        }
    }
}

fn same_bits(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && iter::zip(one, other).all(|(one, other)| one.to_bits() == other.to_bits())
}

/// The answer of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The value.
    pub value: f64,
    /// What is known exactly, if anything is.
    pub exact: Option<f64>,
    /// The standard error of the value as an estimate of `exact`.
    pub std_error: Option<f64>,
}

impl Answer {
    /// Whether the value lies within four standard errors of what is known exactly. True where nothing is known.
    pub fn is_plausible(&self) -> bool {
        match (self.exact, self.std_error) {
            (Some(exact), Some(std_error)) => (self.value - exact).abs() <= 4.0 * std_error,
            _ => self.value.is_finite(),
        }
    }
}

/// The memory that a thread uses again for chunk after chunk: fresh memory costs more in page faults than the work on it.
#[derive(Debug, Default)]
pub struct Scratch {
    doubles: Vec<f64>,
}

impl Scratch {
    /// Memory for `doubles`, touched, so that the first chunk takes no longer than the others.
    ///
    /// # Errors
    /// When there is not that much memory.
    pub fn with_doubles(doubles: usize) -> Result<Self, TryReserveError> {
        let mut memory = Vec::new();
        memory.try_reserve_exact(doubles)?;
        memory.resize(doubles, 1.0);
        Ok(Self { doubles: memory })
    }

    /// The first `len` doubles, with whatever the chunk before left in them. Grows when it must.
    ///
    /// # Panics
    /// When there is not that much memory: the chunk fails, where an ordinary allocation would end the process.
    fn doubles(&mut self, len: usize) -> &mut [f64] {
        if self.doubles.len() < len {
            *self = Self::with_doubles(len).expect("a chunk fits into memory");
        }
        &mut self.doubles[..len]
    }
}
