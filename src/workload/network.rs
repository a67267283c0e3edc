//! A small network: two layers, in between nothing below zero (ReLU), and classes by softmax. Its weights are one list of doubles.

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis};

use super::blobs::largest;
use super::product::{add_product, zeros};
use crate::base::Stream;
use crate::scenario;

/// The shape of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) features: usize,
    pub(super) hidden: usize,
    pub(super) classes: usize,
    /// How many weights there are.
    pub(super) weights: usize,
}

/// Weights, or how the loss changes with each of them, as matrices.
struct Layers<'a> {
    inner: ArrayView2<'a, f64>,
    inner_bias: ArrayView1<'a, f64>,
    outer: ArrayView2<'a, f64>,
    outer_bias: ArrayView1<'a, f64>,
}

/// What a batch came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Score {
    /// Cross-entropy of all points, in nats.
    pub(super) loss: f64,
    /// Points whose class was named.
    pub(super) right: f64,
}

impl From<scenario::Network> for Network {
    fn from(network: scenario::Network) -> Self {
        let [features, hidden, classes] = [network.features, network.hidden, network.classes].map(|size| size as usize);
        Self { features, hidden, classes, weights: network.weights() }
    }
}

impl Network {
    /// Doubles that a batch of points needs besides points and weights.
    pub(super) fn doubles(&self, batch: usize) -> usize {
        batch * 2 * (self.hidden + self.classes)
    }

    /// Multiplications and additions of a batch, forth; back takes twice as many.
    pub(super) fn flops(&self, batch: u64) -> u64 {
        2 * batch * (self.hidden * (self.features + self.classes)) as u64
    }

    /// Where training begins: uniform within sqrt(6 / inputs of a unit) (He et al. 2015), biases 0.
    pub(super) fn begin(&self, stream: &mut Stream, weights: &mut [f64]) {
        let (inner, inner_bias, outer, outer_bias) = self.parts_mut(weights);
        for (layer, inputs) in [(inner, self.features), (outer, self.hidden)] {
            let width = (6.0 / inputs as f64).sqrt();
            layer.fill_with(|| width * (2.0 * stream.unit() - 1.0));
        }
        inner_bias.fill(0.0);
        outer_bias.fill(0.0);
    }

    /// Names the classes of points, one a row.
    pub(super) fn judge(&self, weights: &[f64], points: &[f64], classes: &[f64], memory: &mut [f64]) -> Score {
        let batch = classes.len();
        let (hidden, outputs) = memory[..batch * (self.hidden + self.classes)].split_at_mut(batch * self.hidden);
        self.forth(&self.layers(weights), &self.points(points), hidden, outputs);
        self.score(outputs, classes)
    }

    /// Takes one step down the slope of the mean loss of a batch; what it came to before.
    pub(super) fn learn(
        &self,
        rate: f64,
        weights: &mut [f64],
        slopes: &mut [f64],
        (points, classes): (&[f64], &[f64]),
        memory: &mut [f64],
    ) -> Score {
        let batch = classes.len();
        let half = batch * (self.hidden + self.classes);
        let (forth, back) = memory[..2 * half].split_at_mut(half);
        let (hidden, outputs) = forth.split_at_mut(batch * self.hidden);
        let (hidden_slopes, output_slopes) = back.split_at_mut(batch * self.hidden);
        let points = self.points(points);
        self.forth(&self.layers(weights), &points, hidden, outputs);
        let score = self.score(outputs, classes);
        // After `score` the outputs are probabilities; the slope of the loss by an output is what it is too much.
        output_slopes.copy_from_slice(outputs);
        for (row, class) in output_slopes.chunks_exact_mut(self.classes).zip(classes) {
            row[*class as usize] -= 1.0;
            row.iter_mut().for_each(|slope| *slope /= batch as f64);
        }
        let hidden = ArrayView2::from_shape((batch, self.hidden), hidden).expect("a hidden unit for each point");
        let output_slopes = ArrayView2::from_shape((batch, self.classes), output_slopes).expect("an output for each");
        let mut hidden_slopes = zeros((batch, self.hidden), hidden_slopes);
        add_product(&mut hidden_slopes, &output_slopes, &self.layers(weights).outer.t());
        // Where a unit was cut off, nothing changes with it.
        hidden_slopes.zip_mut_with(&hidden, |slope, unit| *slope *= f64::from(u8::from(*unit > 0.0)));

        slopes.fill(0.0);
        let (inner, inner_bias, outer, outer_bias) = self.parts_mut(slopes);
        let matrix = |shape, part| ArrayViewMut2::from_shape(shape, part).expect("a layer has its size");
        add_product(&mut matrix((self.features, self.hidden), inner), &points.t(), &hidden_slopes.view());
        add_product(&mut matrix((self.hidden, self.classes), outer), &hidden.t(), &output_slopes);
        for (bias, of) in [(inner_bias, hidden_slopes.view()), (outer_bias, output_slopes)] {
            bias.iter_mut().zip(of.sum_axis(Axis(0))).for_each(|(bias, sum)| *bias = sum);
        }
        weights.iter_mut().zip(&*slopes).for_each(|(weight, slope)| *weight -= rate * slope);
        score
    }

    /// Points through both layers.
    fn forth(&self, layers: &Layers<'_>, points: &ArrayView2<f64>, hidden: &mut [f64], outputs: &mut [f64]) {
        let batch = points.nrows();
        let mut hidden = zeros((batch, self.hidden), hidden);
        hidden += &layers.inner_bias;
        add_product(&mut hidden, points, &layers.inner);
        hidden.map_inplace(|unit| *unit = unit.max(0.0));
        let mut outputs = zeros((batch, self.classes), outputs);
        outputs += &layers.outer_bias;
        add_product(&mut outputs, &hidden.view(), &layers.outer);
    }

    /// Makes probabilities of outputs; what they come to.
    fn score(&self, outputs: &mut [f64], classes: &[f64]) -> Score {
        let mut score = Score::default();
        for (row, class) in outputs.chunks_exact_mut(self.classes).zip(classes) {
            let named = largest(row.iter().copied());
            let top = row[named];
            row.iter_mut().for_each(|output| *output = libm::exp(*output - top));
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|output| *output /= sum);
            score.right += f64::from(u8::from(named == *class as usize));
            score.loss -= libm::log(row[*class as usize].max(f64::MIN_POSITIVE));
        }
        score
    }

    fn points<'a>(&self, points: &'a [f64]) -> ArrayView2<'a, f64> {
        let rows = points.len() / self.features;
        ArrayView2::from_shape((rows, self.features), points).expect("points have as many features as the network")
    }

    fn layers<'a>(&self, weights: &'a [f64]) -> Layers<'a> {
        let (inner, rest) = weights.split_at(self.features * self.hidden);
        let (inner_bias, rest) = rest.split_at(self.hidden);
        let (outer, outer_bias) = rest.split_at(self.hidden * self.classes);
        let matrix = |shape, part| ArrayView2::from_shape(shape, part).expect("a layer has its size");
        Layers {
            inner: matrix((self.features, self.hidden), inner),
            inner_bias: inner_bias.into(),
            outer: matrix((self.hidden, self.classes), outer),
            outer_bias: outer_bias.into(),
        }
    }

    /// Inner weights and biases, outer weights and biases.
    fn parts_mut<'a>(&self, weights: &'a mut [f64]) -> (&'a mut [f64], &'a mut [f64], &'a mut [f64], &'a mut [f64]) {
        let (inner, rest) = weights.split_at_mut(self.features * self.hidden);
        let (inner_bias, rest) = rest.split_at_mut(self.hidden);
        let (outer, outer_bias) = rest.split_at_mut(self.hidden * self.classes);
        (inner, inner_bias, outer, outer_bias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    #[test]
    fn a_step_goes_down_the_slope_that_differences_show() {
        let network = Network::from(scenario::Network { features: 3, hidden: 5, classes: 4 });
        let mut stream = Stream::new(1, Domain::Data, [0; 4]);
        let mut weights = vec![0.0; network.weights];
        network.begin(&mut stream, &mut weights);
        let points: Vec<f64> = (0..6 * 3).map(|_| stream.unit() - 0.5).collect();
        let classes: Vec<f64> = (0..6).map(|_| stream.below(4) as f64).collect();
        let mut memory = vec![0.0; network.doubles(6)];
        let mut mean_loss = |weights: &[f64]| network.judge(weights, &points, &classes, &mut memory).loss / 6.0;
        let by_differences: Vec<f64> = (0..weights.len())
            .map(|ix| {
                let mut loss_with = |change: f64| {
                    let mut moved = weights.clone();
                    moved[ix] += change;
                    mean_loss(&moved)
                };
                (loss_with(1e-6) - loss_with(-1e-6)) / 2e-6
            })
            .collect();
        let (before, mut slopes) = (weights.clone(), vec![f64::NAN; weights.len()]);
        network.learn(0.1, &mut weights, &mut slopes, (&points, &classes), &mut vec![0.0; network.doubles(6)]);
        for ((slope, known), (weight, before)) in slopes.iter().zip(&by_differences).zip(weights.iter().zip(&before)) {
            assert!((slope - known).abs() < 1e-7, "{slope} is not {known}");
            assert!((weight - (before - 0.1 * slope)).abs() < 1e-15);
        }
    }
}
