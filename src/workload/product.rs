//! A matrix product on one core: the only unsafe code of the crate, behind views that know their size.
//!
//! `gemm` takes the widest vectors that the machine has and fuses multiplications and additions, so bits differ from one
//! instruction set to another; they are the same on one machine, whoever computes. Against a sum in order an entry of a product
//! with an inner size of k differs by no more than 2 k e (|A| |B|) with e = 2^-53 (Higham, "Accuracy and Stability of Numerical
//! Algorithms", section 3.5).

use gemm::Parallelism;
use ndarray::{ArrayView2, ArrayViewMut2};

/// c = c + a b.
///
/// # Panics
/// When the sizes do not fit: a is m x k, b is k x n, c is m x n.
pub(super) fn add_product(c: &mut ArrayViewMut2<f64>, a: &ArrayView2<f64>, b: &ArrayView2<f64>) {
    let ((m, k), n) = (a.dim(), b.ncols());
    assert_eq!((b.nrows(), c.dim()), (k, (m, n)), "{m} x {k} by {:?} is no {:?}", b.dim(), c.dim());
    if m * n * k == 0 {
        return;
    }
    let [a_rows, a_columns] = strides(a.strides());
    let [b_rows, b_columns] = strides(b.strides());
    let [c_rows, c_columns] = strides(c.strides());
    // SAFETY: each pointer and its strides come from a view, which reaches every entry of a matrix of its size, as was asserted
    // for all three; c is borrowed mutably, so neither a nor b overlaps it.
    #[expect(unsafe_code, reason = "the one function of `gemm`, which is faster than what is safe")]
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            c_columns,
            c_rows,
            true,
            a.as_ptr(),
            a_columns,
            a_rows,
            b.as_ptr(),
            b_columns,
            b_rows,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// A matrix of zeros in memory of its size.
pub(super) fn zeros(shape: (usize, usize), memory: &mut [f64]) -> ArrayViewMut2<'_, f64> {
    memory.fill(0.0);
    ArrayViewMut2::from_shape(shape, memory).expect("the memory has the size of the matrix")
}

/// From one row to the next, and from one column to the next.
fn strides(of: &[isize]) -> [isize; 2] {
    [of[0], of[1]]
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::base::{Domain, Stream};
    use crate::workload::fill_uniform;

    fn matrix(rows: usize, columns: usize, number: u64) -> Array2<f64> {
        let mut values = vec![0.0; rows * columns];
        fill_uniform(&mut Stream::new(3, Domain::Data, [number; 4]), &mut values);
        Array2::from_shape_vec((rows, columns), values).expect("the size is right")
    }

    #[test]
    fn it_is_what_a_sum_in_order_gives_to_its_tolerance() {
        for [m, k, n] in [[1, 1, 1], [5, 3, 4], [17, 64, 33], [70, 300, 65]] {
            let (a, b, mut c) = (matrix(m, k, 1), matrix(k, n, 2), matrix(m, n, 3));
            let mut by_hand = c.clone();
            for ((row, column), entry) in by_hand.indexed_iter_mut() {
                *entry += (0..k).map(|inner| a[[row, inner]] * b[[inner, column]]).sum::<f64>();
            }
            add_product(&mut c.view_mut(), &a.view(), &b.view());
            // All numbers are below 1, so |A| |B| is below k.
            let tolerance = 2.0 * (k * (k + 1)) as f64 * f64::EPSILON / 2.0;
            let worst = (&c - &by_hand).iter().fold(0.0, |worst: f64, difference| worst.max(difference.abs()));
            assert!(worst <= tolerance, "{m} x {k} x {n}: {worst} is more than {tolerance}");
        }
    }

    #[test]
    fn transposed_views_are_matrices_too() {
        let (a, b) = (matrix(9, 4, 1), matrix(9, 5, 2));
        let mut c = Array2::zeros((4, 5));
        add_product(&mut c.view_mut(), &a.t(), &b.view());
        let entry: f64 = (0..9).map(|inner| a[[inner, 3]] * b[[inner, 2]]).sum();
        assert!((c[[3, 2]] - entry).abs() < 1e-12, "{} is not {entry}", c[[3, 2]]);
    }

    #[test]
    #[should_panic(expected = "2 x 3 by (4, 5)")]
    fn sizes_that_do_not_fit_are_refused() {
        add_product(&mut matrix(2, 5, 1).view_mut(), &matrix(2, 3, 2).view(), &matrix(4, 5, 3).view());
    }
}
