//! How large the Mandelbrot set is, by counting: chunks that take from nothing to all their iterations, so that cores that
//! get the same number of chunks do not get the same work.
//!
//! A point c is counted if z <- z^2 + c, begun at 0, is within 2 of 0 after so many iterations; whoever has left never comes
//! back (for |c| <= 2; all others leave for good at once). Points stand in a grid over the square from -2 - 1.25i to
//! 0.5 + 1.25i, which holds the set; the whole grid is shifted by less than a cell, another way for each data seed.
//!
//! The area is about 1.50659 (Förstemann, "Numerical estimation of the area of the Mandelbrot set", 2012). A count is larger
//! by what has not left yet: by 0.040 after a hundred iterations, by 0.004 after a thousand (400 x 400 points).

use pulp::{Arch, NullaryFnOnce};

use super::tiles::Tiles;
use super::{Answer, Data, Kernel, LANES, Partial, Scratch};
use crate::base::{Domain, Stream};

/// The lower left corner of the square: real and imaginary part.
const CORNER: [f64; 2] = [-2.0, -1.25];
/// Its side.
const SIDE: f64 = 2.5;
/// Points that are iterated side by side: each has to wait for its own last step, so others go on meanwhile.
const ABREAST: usize = 2 * LANES;
/// Iterations after which it is looked whether anybody is left.
const BLOCK: u32 = 16;
/// A real part that is far outside: it fills up the last points of a row.
const OUTSIDE: f64 = 4.0;

/// The area of the Mandelbrot set.
pub struct Mandelbrot {
    tiles: Tiles,
    iterations: u32,
}

impl Mandelbrot {
    /// Rows and columns of points, of a chunk of them, and iterations; all at least 1, as a scenario checks.
    pub fn new(shape: [u64; 2], chunk: [u64; 2], iterations: u32) -> Self {
        Self { tiles: Tiles::new(shape, chunk), iterations }
    }

    /// Where the points of these data are: the same whatever the chunks.
    fn grid(&self, data: Data) -> Grid {
        let mut stream = Stream::new(data.seed, Domain::Data, [data.data_seed, u64::MAX, 0, 0]);
        let [rows, columns] = self.tiles.shape();
        let cell = [SIDE / columns as f64, SIDE / rows as f64];
        Grid { cell, shift: [stream.unit(), stream.unit()] }
    }
}

/// A grid of points over the square; first real, then imaginary.
#[derive(Clone, Copy)]
struct Grid {
    cell: [f64; 2],
    /// In cells.
    shift: [f64; 2],
}

impl Grid {
    /// A part of the point in this row or column.
    #[inline(always)]
    fn part(&self, axis: usize, position: u64) -> f64 {
        CORNER[axis] + self.cell[axis] * (position as f64 + self.shift[axis])
    }
}

impl Kernel for Mandelbrot {
    fn run(&self, data: Data, _inputs: &[Partial], _scratch: &mut Scratch) -> Partial {
        let ([row, column], [rows, columns]) = (self.tiles.origin(data.chunk), self.tiles.extent(data.chunk));
        let inside = Arch::new().dispatch(Count {
            grid: self.grid(data),
            first: [column, row],
            points: [columns, rows],
            iterations: self.iterations,
        });
        Partial::Mean { count: self.tiles.cells(data.chunk), sum: inside as f64 }
    }

    /// It reads nothing.
    fn bytes(&self, _chunk: u32) -> u64 {
        0
    }

    /// Who leaves early is iterated no further.
    fn flops(&self, _chunk: u32) -> Option<u64> {
        None
    }

    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Mean { count, sum } if count > 0 => {
                Some(Answer { value: SIDE * SIDE * sum / count as f64, exact: None, std_error: None })
            }
            _ => None,
        }
    }
}

/// Points to be counted; first along the real, then along the imaginary axis.
struct Count {
    grid: Grid,
    first: [u64; 2],
    points: [usize; 2],
    iterations: u32,
}

impl NullaryFnOnce for Count {
    type Output = u64;

    #[inline(always)]
    fn call(self) -> u64 {
        let Self { grid, first, points, iterations } = self;
        let mut inside = 0;
        for row in 0..points[1] as u64 {
            let imaginary = grid.part(1, first[1] + row);
            for begin in (0..points[0]).step_by(ABREAST) {
                let real = std::array::from_fn(|place| match begin + place {
                    column if column < points[0] => grid.part(0, first[0] + column as u64),
                    _ => OUTSIDE,
                });
                inside += staying(&real, imaginary, iterations);
            }
        }
        inside
    }
}

/// How many of these points stay.
#[inline(always)]
fn staying(real: &[f64; ABREAST], imaginary: f64, iterations: u32) -> u64 {
    let (mut x, mut y) = ([0.0; ABREAST], [0.0; ABREAST]);
    let mut left = iterations;
    loop {
        let block = left.min(BLOCK);
        for _ in 0..block {
            for lane in 0..ABREAST {
                let (a, b) = (x[lane], y[lane]);
                x[lane] = a * a - b * b + real[lane];
                y[lane] = (a + a) * b + imaginary;
            }
        }
        left -= block;
        // Whoever has left is at infinity soon, or is not a number, and neither is near.
        let mut near = 0;
        for lane in 0..ABREAST {
            near += u64::from(x[lane] * x[lane] + y[lane] * y[lane] <= 4.0);
        }
        if left == 0 || near == 0 {
            return near;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: Data = Data { seed: 1, data_seed: 7, chunk: 0 };

    /// One point after the other, and each iteration looked at.
    fn one_by_one(kernel: &Mandelbrot, data: Data) -> u64 {
        let ([row, column], [rows, columns]) = (kernel.tiles.origin(data.chunk), kernel.tiles.extent(data.chunk));
        let grid = kernel.grid(data);
        let stays = |c: [f64; 2]| {
            let mut z = [0.0, 0.0];
            (0..kernel.iterations).all(|_| {
                z = [z[0] * z[0] - z[1] * z[1] + c[0], (z[0] + z[0]) * z[1] + c[1]];
                z[0] * z[0] + z[1] * z[1] <= 4.0
            })
        };
        let points =
            (0..rows as u64).flat_map(|down| (0..columns as u64).map(move |right| [column + right, row + down]));
        points.filter(|[x, y]| stays([grid.part(0, *x), grid.part(1, *y)])).count() as u64
    }

    #[test]
    fn points_side_by_side_are_those_one_by_one() {
        // Rows that are no whole number of steps, and iterations that are none of blocks.
        for (chunk, iterations) in [([25, 37], 50), ([100, 100], 16), ([7, 100], 33), ([100, 1], 1)] {
            let kernel = Mandelbrot::new([100, 100], chunk, iterations);
            for chunk in 0..kernel.tiles.count() as u32 {
                let data = Data { chunk, ..DATA };
                let Partial::Mean { count, sum } = kernel.run(data, &[], &mut Scratch::default()) else {
                    panic!("nothing was counted");
                };
                assert_eq!((count, sum as u64), (kernel.tiles.cells(chunk), one_by_one(&kernel, data)), "{data:?}");
            }
        }
    }

    #[test]
    fn its_area_is_known() {
        let kernel = Mandelbrot::new([500, 500], [500, 500], 2_000);
        let area = |data_seed| {
            let whole = kernel.run(Data { data_seed, ..DATA }, &[], &mut Scratch::default());
            kernel.answer(whole).expect("points were counted").value
        };
        let (one, two) = (area(1), area(2));
        assert!((one - 1.5066).abs() < 0.01 && (two - 1.5066).abs() < 0.01, "{one} {two}");
        assert!(one != two, "each data seed has a grid of its own");
    }

    #[test]
    fn the_answer_is_the_same_for_any_chunks() {
        let whole = |chunk| {
            let kernel = Mandelbrot::new([150, 130], chunk, 200);
            let partials = (0..kernel.tiles.count() as u32)
                .map(|chunk| kernel.run(Data { chunk, ..DATA }, &[], &mut Scratch::default()));
            partials.fold(0, |sum, partial| match partial {
                Partial::Mean { sum: inside, .. } => sum + inside as u64,
                _ => panic!("nothing was counted"),
            })
        };
        let all = whole([150, 130]);
        assert!(all > 1_000);
        for chunk in [[1, 130], [150, 1], [7, 33], [16, 16], [149, 129]] {
            assert_eq!(whole(chunk), all, "{chunk:?}");
        }
    }

    #[test]
    fn who_has_not_left_yet_is_counted_too() {
        let area = |iterations| {
            let kernel = Mandelbrot::new([400, 400], [400, 400], iterations);
            kernel.answer(kernel.run(DATA, &[], &mut Scratch::default())).expect("points were counted").value
        };
        let areas = [1, 10, 100, 1_000].map(area);
        assert!(areas.is_sorted_by(|fewer, more| fewer > more), "{areas:?}");
        // After one iteration those within 2 of 0: the square less two corners of 2.5 - 0.625 sqrt(4 - 1.25^2) - 2 asin(0.625).
        assert!((areas[0] - (6.25 - 0.347_94)).abs() < 0.01, "{areas:?}");
    }
}
