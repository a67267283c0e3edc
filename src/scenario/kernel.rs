//! Which real work there is.

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
    /// Combines partial results of the stage before it, each task its own run of `fan_in` of them.
    Combine {
        /// How many partial results one task combines.
        fan_in: u32,
    },
    /// Nothing at all: measures the dispatch path.
    Empty,
}
