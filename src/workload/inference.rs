//! A network that recognises points, batch by batch: what a model server does.
//!
//! Two layers, in between nothing below zero (ReLU). The weights need no training: the hidden layer has the rows of a Hadamard
//! matrix H (Sylvester's, all entries 1 or -1) and their opposites, and the outer one puts each coordinate together again, since
//! max(z, 0) - max(-z, 0) = z and H H' = d I. So output c is coordinate c of the point, by way of every weight there is, and the
//! network recognises as well as anybody could (see `blobs.rs`); any other share of right answers is a bug.

use ndarray::{Array2, ArrayView2};

use super::blobs::{Blobs, largest};
use super::product::{add_product, zeros};
use super::tiles::Tiles;
use super::{Answer, Data, Kernel, Partial, Scratch};

/// A network and what it is asked.
pub struct Inference {
    batches: Tiles,
    blobs: Blobs,
    /// Features x hidden.
    inner: Array2<f64>,
    /// Hidden x classes.
    outer: Array2<f64>,
}

impl Inference {
    /// Points, points in a batch, features (a power of two), and classes, at most as many as features; as a scenario checks.
    pub fn new(rows: u64, batch: u64, features: u32, classes: u32) -> Self {
        let blobs = Blobs { features: features as usize, classes: classes as usize };
        let hadamard =
            |row: usize, column: usize| if (row & column).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
        let features = blobs.features;
        let inner = Array2::from_shape_fn((features, 2 * features), |(feature, unit)| {
            if unit < features { hadamard(unit, feature) } else { -hadamard(unit - features, feature) }
        });
        let outer = Array2::from_shape_fn((2 * features, blobs.classes), |(unit, class)| {
            inner[[class, unit]] / features as f64
        });
        Self { batches: Tiles::new([rows, 1], [batch, 1]), blobs, inner, outer }
    }

    fn hidden(&self) -> usize {
        self.inner.ncols()
    }
}

impl Kernel for Inference {
    fn run(&self, data: Data, _inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let [rows, _] = self.batches.extent(data.chunk);
        let Blobs { features, classes } = self.blobs;
        let memory = scratch.doubles(rows * (features + self.hidden() + classes));
        let (points, rest) = memory.split_at_mut(rows * features);
        let (hidden, outputs) = rest.split_at_mut(rows * self.hidden());
        self.blobs.fill(data, points);
        let points = ArrayView2::from_shape((rows, features), points).expect("the points of a batch");
        let mut hidden = zeros((rows, self.hidden()), hidden);
        add_product(&mut hidden, &points, &self.inner.view());
        hidden.map_inplace(|unit| *unit = unit.max(0.0));
        let mut outputs = zeros((rows, classes), outputs);
        add_product(&mut outputs, &hidden.view(), &self.outer.view());
        let named = outputs.rows().into_iter().map(|output| largest(output.iter().copied()));
        let right = named.zip(self.blobs.classes(data)).filter(|(named, class)| named == class).count();
        Partial::Mean { count: rows as u64, sum: right as f64 }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        self.batches.cells(chunk) * (self.blobs.features * size_of::<f64>()) as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        let weights = self.inner.len() + self.outer.len();
        Some(2 * self.batches.cells(chunk) * weights as u64)
    }

    fn scratch_doubles(&self) -> usize {
        self.batches.cells_max() as usize * (self.blobs.features + self.hidden() + self.blobs.classes)
    }

    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Mean { count, sum } if count > 0 => {
                let (count, best) = (count as f64, self.blobs.best());
                let std_error = (best * (1.0 - best) / count).sqrt();
                Some(Answer { value: sum / count, exact: Some(best), std_error: Some(std_error) })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_the_coordinates_of_the_classes() {
        let network = Inference::new(10, 10, 16, 5);
        let point = Array2::from_shape_fn((1, 16), |(_, feature)| feature as f64 * 0.37 - 2.0);
        let (mut hidden, mut output) = (Array2::zeros((1, 32)), Array2::zeros((1, 5)));
        add_product(&mut hidden.view_mut(), &point.view(), &network.inner.view());
        hidden.map_inplace(|unit: &mut f64| *unit = unit.max(0.0));
        add_product(&mut output.view_mut(), &hidden.view(), &network.outer.view());
        let apart = output.iter().zip(&point).map(|(output, feature)| (output - feature).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-12, "{output} of {point}");
    }

    #[test]
    fn it_recognises_as_well_as_anybody_could_and_no_worse_without_rounding_of_chunks() {
        let network = Inference::new(5_000, 300, 32, 10);
        let mut scratch = Scratch::default();
        let mut whole = (0, 0.0);
        for chunk in 0..17 {
            let Partial::Mean { count, sum } = network.run(Data { seed: 3, data_seed: 4, chunk }, &[], &mut scratch)
            else {
                panic!("a batch leaves a mean")
            };
            whole = (whole.0 + count, whole.1 + sum);
        }
        let answer = network.answer(Partial::Mean { count: whole.0, sum: whole.1 }).expect("points were named");
        assert!(whole.0 == 5_000 && answer.is_plausible(), "{answer:?}");
        assert_eq!(network.flops(0), Some(2 * 300 * (32 * 64 + 64 * 10)));
    }
}
