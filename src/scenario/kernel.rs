//! Which real work there is.

use std::fmt;

use super::listing::Listed;

/// The shape of a network of two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Coordinates of a point.
    pub features: u32,
    /// Units of the hidden layer.
    pub hidden: u32,
    /// Classes, at most as many as features.
    pub classes: u32,
}

/// What a kernel is to the answer of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// Nothing.
    Nothing,
    /// Partial results of its own.
    Partials {
        /// One for each of so many chunks; `None` where the scenario says how many tasks there are.
        chunks: Option<u64>,
    },
    /// What it combines, each task so many of them.
    Combined {
        /// How many.
        fan_in: u32,
    },
}

/// Real work. Each is a file of `workload`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// One chunk of the mean of an array of uniform doubles.
    ArrayMean {
        /// Rows and columns of the array.
        shape: [u64; 2],
        /// Rows and columns of a chunk.
        chunk: [u64; 2],
    },
    /// One chunk of the area of the Mandelbrot set: chunks of very different work.
    Mandelbrot {
        /// Rows and columns of points.
        shape: [u64; 2],
        /// Rows and columns of a chunk.
        chunk: [u64; 2],
        /// How long a point is followed.
        iterations: u32,
    },
    /// One block of the product of two matrices of uniform doubles.
    MatrixProduct {
        /// Rows and columns of the product.
        shape: [u64; 2],
        /// Columns of the first matrix, and rows of the second.
        inner: u64,
        /// Rows and columns of a block.
        chunk: [u64; 2],
    },
    /// One batch of points that a network recognises.
    Inference {
        /// Points.
        rows: u64,
        /// Points in a batch.
        batch: u64,
        /// Coordinates of a point: a power of two.
        features: u32,
        /// Classes, at most as many as features.
        classes: u32,
    },
    /// Rows, sum and sum of squares of each group in one chunk of a table.
    GroupBy {
        /// Rows of the table.
        rows: u64,
        /// Rows of a chunk.
        chunk: u64,
        /// Groups.
        groups: u32,
    },
    /// Mean and standard deviation of the groups of one partition, of what `GroupBy` left.
    MergeGroups {
        /// Groups.
        groups: u32,
    },
    /// One chunk of a table, each number standardised by what `MergeGroups` left and each category as a row with one 1.
    Features {
        /// Rows of the table.
        rows: u64,
        /// Rows of a chunk.
        chunk: u64,
        /// Groups.
        groups: u32,
        /// Categories.
        categories: u32,
    },
    /// One shard of one epoch of training a network.
    Train {
        /// Samples of an epoch.
        samples: u64,
        /// Samples of a step.
        batch: u64,
        /// Which epoch: one more than that of the stage before, from 1.
        epoch: u32,
        /// The network.
        network: Network,
    },
    /// One batch of points that nobody trained on, named by the network that `Train` left.
    Evaluate {
        /// Points.
        samples: u64,
        /// Points of a chunk.
        batch: u64,
        /// The network.
        network: Network,
    },
    /// Combines partial results of the stage before it, each task its own run of `fan_in` of them.
    Combine {
        /// How many partial results one task combines.
        fan_in: u32,
    },
    /// Nothing at all: measures the dispatch path.
    Empty,
}

impl Kernel {
    /// Inner size of the slabs of both matrices that a block of a product is made of.
    pub const SLAB: u64 = 256;
    /// Rows of a table that are made at once; a chunk may need two such blocks more than it has rows.
    pub const ROWS_AT_ONCE: u64 = 1_024;

    /// All of them.
    pub const ALL: [Listed; 11] = [
        ("ArrayMean(shape: (10_000, 10_000), chunk: (1_000, 1_000))", "the mean of an array", "Dask's own example"),
        ("Mandelbrot(shape: (1_600, 1_600), chunk: (160, 160), iterations: 1_000)", "uneven chunks", "Mandelbrot 1980"),
        ("MatrixProduct(shape: (2_048, 2_048), inner: 2_048, chunk: (512, 512))", "arithmetic alone", "BLAS, dgemm"),
        (
            "Inference(rows: 100_000, batch: 1_000, features: 64, classes: 10)",
            "a network, batch by batch",
            "model servers",
        ),
        ("GroupBy(rows: 1_000_000, chunk: 10_000, groups: 1_000)", "what each group comes to", "SQL, MapReduce"),
        ("MergeGroups(groups: 1_000)", "groups of all chunks, by partitions", "reducers of MapReduce"),
        (
            "Features(rows: 1_000_000, chunk: 10_000, groups: 1_000, categories: 8)",
            "numbers standardised by group, categories one-hot",
            "feature engineering",
        ),
        (
            "Train(samples: 20_000, batch: 50, network: (features: 16, hidden: 32, classes: 4))",
            "an epoch of training, a task for each shard",
            "data-parallel SGD; Stich 2019",
        ),
        (
            "Evaluate(samples: 10_000, batch: 1_000, network: (features: 16, hidden: 32, classes: 4))",
            "points that nobody trained on",
            "held-out accuracy",
        ),
        ("Combine(fan_in: 10)", "partial results, combined in a tree", "MapReduce, Dask"),
        ("Empty", "nothing at all", "measures what handing over costs"),
    ];

    /// The same work in chunks of about half the size, so many times over, or of twice the size where that is negative. `None` where
    /// it has no chunks of its own, or these cannot be smaller or larger.
    pub fn with_chunks_halved(self, times: i32) -> Option<Self> {
        let mut kernel = self;
        for _ in 0..times.unsigned_abs() {
            kernel = kernel.with_other_chunks(times > 0)?;
        }
        Some(kernel)
    }

    fn with_other_chunks(mut self, smaller: bool) -> Option<Self> {
        match &mut self {
            Self::ArrayMean { shape, chunk }
            | Self::Mandelbrot { shape, chunk, .. }
            | Self::MatrixProduct { shape, chunk, .. } => {
                // The longer side is halved, the shorter one doubled where there is more of it.
                let longer = usize::from(chunk[1] > chunk[0]);
                let can_grow = |side: &usize| chunk[*side] < shape[*side];
                let side = if smaller { Some(longer) } else { [1 - longer, longer].into_iter().find(can_grow) }?;
                chunk[side] = resized(chunk[side], shape[side], smaller)?;
            }
            Self::Inference { rows, batch: chunk, .. }
            | Self::GroupBy { rows, chunk, .. }
            | Self::Features { rows, chunk, .. }
            | Self::Evaluate { samples: rows, batch: chunk, .. } => *chunk = resized(*chunk, *rows, smaller)?,
            Self::MergeGroups { .. } | Self::Train { .. } | Self::Combine { .. } | Self::Empty => return None,
        }
        Some(self)
    }

    /// What its tasks leave.
    pub fn leaves(self) -> Leaves {
        let tiles = |shape: [u64; 2], tile: [u64; 2]| {
            let [down, across] = [0, 1].map(|axis| shape[axis].div_ceil(tile[axis].max(1)));
            Leaves::Partials { chunks: Some(down.saturating_mul(across)) }
        };
        match self {
            Self::ArrayMean { shape, chunk }
            | Self::Mandelbrot { shape, chunk, .. }
            | Self::MatrixProduct { shape, chunk, .. } => tiles(shape, chunk),
            Self::Inference { rows, batch, .. } => tiles([rows, 1], [batch, 1]),
            Self::GroupBy { rows, chunk, .. } | Self::Features { rows, chunk, .. } => tiles([rows, 1], [chunk, 1]),
            Self::Evaluate { samples, batch, .. } => tiles([samples, 1], [batch, 1]),
            Self::MergeGroups { .. } | Self::Train { .. } => Leaves::Partials { chunks: None },
            Self::Combine { fan_in } => Leaves::Combined { fan_in },
            Self::Empty => Leaves::Nothing,
        }
    }

    /// Whether its tasks take what other stages left, besides data of their own.
    pub fn takes_results(self) -> bool {
        match self {
            Self::Train { epoch, .. } => epoch > 1,
            Self::MergeGroups { .. } | Self::Features { .. } | Self::Evaluate { .. } => true,
            _ => false,
        }
    }

    /// Whether it works on the rows of a table.
    pub fn reads_table(self) -> bool {
        matches!(self, Self::GroupBy { .. } | Self::Features { .. })
    }

    /// Doubles of a partial result, counts among them.
    pub fn partial_doubles(self) -> usize {
        match self {
            Self::ArrayMean { .. }
            | Self::Mandelbrot { .. }
            | Self::MatrixProduct { .. }
            | Self::Inference { .. }
            | Self::Evaluate { .. }
            | Self::Combine { .. } => 2,
            Self::GroupBy { groups, .. } => 1 + 3 * groups as usize,
            Self::MergeGroups { groups } => 1 + 2 * groups as usize,
            Self::Features { categories, .. } => 3 + categories as usize,
            // How far each weight moved, loss and right answers; and where they began.
            Self::Train { network, .. } => 3 + 2 * network.weights(),
            Self::Empty => 0,
        }
    }

    /// Items that all chunks together work on: elements, points, rows, samples, or products of two numbers; zero where a kernel
    /// works on partial results alone. How long a task takes goes with its share of them.
    pub fn items(self) -> f64 {
        match self {
            Self::ArrayMean { shape: [rows, columns], .. } | Self::Mandelbrot { shape: [rows, columns], .. } => {
                rows as f64 * columns as f64
            }
            Self::MatrixProduct { shape: [rows, columns], inner, .. } => rows as f64 * columns as f64 * inner as f64,
            Self::Inference { rows, .. } | Self::GroupBy { rows, .. } | Self::Features { rows, .. } => rows as f64,
            Self::Train { samples, .. } | Self::Evaluate { samples, .. } => samples as f64,
            Self::MergeGroups { .. } | Self::Combine { .. } | Self::Empty => 0.0,
        }
    }

    /// Bytes of input that all chunks together read.
    pub fn bytes_read(self) -> f64 {
        let doubles = match self {
            Self::ArrayMean { shape: [rows, columns], .. } => rows as f64 * columns as f64,
            // Each block reads its rows of one matrix and its columns of the other.
            Self::MatrixProduct { shape: [rows, columns], inner, chunk } => {
                let blocks =
                    [rows.div_ceil(chunk[0].max(1)), columns.div_ceil(chunk[1].max(1))].map(|blocks| blocks as f64);
                inner as f64 * (rows as f64 * blocks[1] + columns as f64 * blocks[0])
            }
            Self::Inference { rows, features, .. } => rows as f64 * f64::from(features),
            Self::Train { samples, network, .. } | Self::Evaluate { samples, network, .. } => {
                samples as f64 * f64::from(network.features)
            }
            // A group, a number and a category.
            Self::GroupBy { rows, .. } | Self::Features { rows, .. } => 3.0 * rows as f64,
            Self::Mandelbrot { .. } | Self::MergeGroups { .. } | Self::Combine { .. } | Self::Empty => 0.0,
        };
        doubles * size_of::<f64>() as f64
    }
}

/// Half of a size, or twice as much of what there is.
fn resized(size: u64, whole: u64, smaller: bool) -> Option<u64> {
    if smaller {
        (size > 1).then(|| size.div_ceil(2))
    } else {
        (size < whole).then(|| size.saturating_mul(2).min(whole))
    }
}

/// As a scenario file has it.
impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pair = |[rows, columns]: [u64; 2]| format!("({rows}, {columns})");
        match *self {
            Self::ArrayMean { shape, chunk } => {
                write!(f, "ArrayMean(shape: {}, chunk: {})", pair(shape), pair(chunk))
            }
            Self::Mandelbrot { shape, chunk, iterations } => {
                write!(f, "Mandelbrot(shape: {}, chunk: {}, iterations: {iterations})", pair(shape), pair(chunk))
            }
            Self::MatrixProduct { shape, inner, chunk } => {
                write!(f, "MatrixProduct(shape: {}, inner: {inner}, chunk: {})", pair(shape), pair(chunk))
            }
            Self::Inference { rows, batch, features, classes } => {
                write!(f, "Inference(rows: {rows}, batch: {batch}, features: {features}, classes: {classes})")
            }
            Self::GroupBy { rows, chunk, groups } => {
                write!(f, "GroupBy(rows: {rows}, chunk: {chunk}, groups: {groups})")
            }
            Self::MergeGroups { groups } => write!(f, "MergeGroups(groups: {groups})"),
            Self::Features { rows, chunk, groups, categories } => {
                write!(f, "Features(rows: {rows}, chunk: {chunk}, groups: {groups}, categories: {categories})")
            }
            Self::Train { samples, batch, network, .. } => {
                write!(f, "Train(samples: {samples}, batch: {batch}, network: {network})")
            }
            Self::Evaluate { samples, batch, network } => {
                write!(f, "Evaluate(samples: {samples}, batch: {batch}, network: {network})")
            }
            Self::Combine { fan_in } => write!(f, "Combine(fan_in: {fan_in})"),
            Self::Empty => f.write_str("Empty"),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { features, hidden, classes } = self;
        write!(f, "(features: {features}, hidden: {hidden}, classes: {classes})")
    }
}

impl Network {
    /// How many weights it has, biases among them.
    pub fn weights(self) -> usize {
        self.hidden as usize * (self.features as usize + 1) + self.classes as usize * (self.hidden as usize + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_halved_on_their_longer_side_and_doubled_on_their_shorter_one() {
        let mean = |chunk| Kernel::ArrayMean { shape: [100, 100], chunk };
        let cases = [(1, [10, 5]), (2, [5, 5]), (-1, [20, 10]), (-3, [40, 20])];
        for (times, [rows, columns]) in cases {
            let expected = if times < 0 { [rows, columns] } else { [columns, rows] };
            let Some(Kernel::ArrayMean { chunk, .. }) = mean([10, 10]).with_chunks_halved(times) else { panic!() };
            assert_eq!(chunk[0] * chunk[1], expected[0] * expected[1], "{times}: {chunk:?}");
            assert!(chunk[0].max(chunk[1]) == rows.max(columns), "{times}: {chunk:?}");
        }
        assert_eq!(mean([100, 80]).with_chunks_halved(-1), Some(mean([100, 100])));
        assert_eq!(mean([100, 100]).with_chunks_halved(-1), None);
        assert_eq!(mean([1, 1]).with_chunks_halved(1), None);
        assert_eq!(Kernel::Empty.with_chunks_halved(1), None);
    }
}
