//! Which real work there is.

use super::listing::Listed;

/// What a kernel is to the answer of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// Nothing.
    Nothing,
    /// A partial result, of data that it makes or reads itself: one for each of so many chunks.
    Partials {
        /// How many chunks there are.
        chunks: u64,
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
    /// Combines partial results of the stage before it, each task its own run of `fan_in` of them.
    Combine {
        /// How many partial results one task combines.
        fan_in: u32,
    },
    /// Nothing at all: measures the dispatch path.
    Empty,
}

impl Kernel {
    /// All of them.
    pub const ALL: [Listed; 6] = [
        ("ArrayMean(shape: (10_000, 10_000), chunk: (1_000, 1_000))", "the mean of an array", "Dask's own example"),
        ("Mandelbrot(shape: (1_600, 1_600), chunk: (160, 160), iterations: 1_000)", "uneven chunks", "Mandelbrot 1980"),
        ("MatrixProduct(shape: (2_048, 2_048), inner: 2_048, chunk: (512, 512))", "arithmetic alone", "BLAS, dgemm"),
        (
            "Inference(rows: 100_000, batch: 1_000, features: 64, classes: 10)",
            "a network, batch by batch",
            "model servers",
        ),
        ("Combine(fan_in: 10)", "partial results, combined in a tree", "MapReduce, Dask"),
        ("Empty", "nothing at all", "measures what handing over costs"),
    ];

    /// What its tasks leave.
    pub fn leaves(self) -> Leaves {
        let tiles = |shape: [u64; 2], tile: [u64; 2]| Leaves::Partials {
            chunks: shape[0].div_ceil(tile[0].max(1)).saturating_mul(shape[1].div_ceil(tile[1].max(1))),
        };
        match self {
            Self::ArrayMean { shape, chunk }
            | Self::Mandelbrot { shape, chunk, .. }
            | Self::MatrixProduct { shape, chunk, .. } => tiles(shape, chunk),
            Self::Inference { rows, batch, .. } => tiles([rows, 1], [batch, 1]),
            Self::Combine { fan_in } => Leaves::Combined { fan_in },
            Self::Empty => Leaves::Nothing,
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
            Self::Mandelbrot { .. } | Self::Combine { .. } | Self::Empty => 0.0,
        };
        doubles * size_of::<f64>() as f64
    }
}
