//! Training a network on shards of data side by side: data-parallel stochastic gradient descent.
//!
//! A stage is an epoch, a task is a shard of it: it begins with the weights that all agree on, takes a step down the slope for each
//! of its batches, and leaves how far it came. All-reduce adds that up; who begins the next epoch goes on from the mean of all
//! shards, in proportion to their samples. With one batch to a shard that is synchronous data-parallel descent, gradients added
//! up; with more of them it is local descent (Stich, "Local SGD converges fast and communicates little", ICLR 2019). Every epoch
//! divides the data anew.
//!
//! A step of 50 samples multiplies 50 x 16 by 16 x 32, which is too small to fill a core: a shard reaches a fifth of what fused
//! arithmetic reaches (`benches/kernels.rs`).
//!
//! `Evaluate` names points that nobody has trained on. How well that can be done at best is known (see `blobs.rs`).

use std::sync::Arc;

use super::blobs::Blobs;
use super::combine::fold;
use super::network::{Network, Score};
use super::{Answer, Data, Kernel, Partial, Scratch};
use crate::base::streams::mix;
use crate::base::{Domain, Stream};
use crate::scenario;

/// How far a step goes down the slope.
const RATE: f64 = 0.3;
/// The stream of the first weights; those of points are the numbers of samples.
const FIRST_WEIGHTS: u64 = u64::MAX;
/// Points that nobody trains on are counted down from here.
const HELD_OUT: u32 = u32::MAX;

/// One shard of one epoch.
pub struct Train {
    samples: u64,
    shards: u32,
    batch: usize,
    epoch: u32,
    network: Network,
}

/// Points that nobody has trained on.
pub struct Evaluate {
    samples: u64,
    batch: usize,
    network: Network,
}

/// What both begin with: the weights that earlier shards leave, or the first ones.
fn weights_of(network: &Network, data: Data, inputs: &[Partial]) -> Vec<f64> {
    match fold(inputs.iter().cloned()) {
        Partial::Sums { count, sums, at } if count > 0 && at.len() == network.weights => {
            at.iter().zip(sums.iter()).map(|(weight, moved)| weight + moved / count as f64).collect()
        }
        _ => {
            let mut weights = vec![0.0; network.weights];
            let name = [data.data_seed, FIRST_WEIGHTS, 0, 0];
            network.begin(&mut Stream::new(data.seed, Domain::Data, name), &mut weights);
            weights
        }
    }
}

/// Reads the points with these numbers, one a row, and their classes.
fn read(network: &Network, data: Data, numbers: impl Iterator<Item = u32>, points: &mut [f64], classes: &mut [f64]) {
    let blobs = Blobs { features: network.features, classes: network.classes };
    for ((number, point), class) in numbers.zip(points.chunks_exact_mut(network.features)).zip(classes) {
        let one = Data { chunk: number, ..data };
        blobs.fill(one, point);
        *class = blobs.classes(one).next().unwrap_or(0) as f64;
    }
}

impl Train {
    /// As a scenario says it, and how many shards there are.
    pub fn new(samples: u64, batch: u64, epoch: u32, network: scenario::Network, shards: u32) -> Self {
        Self { samples, shards: shards.max(1), batch: batch.max(1) as usize, epoch, network: network.into() }
    }

    /// The places of a shard in the order of its epoch.
    fn places(&self, shard: u32) -> std::ops::Range<u64> {
        let edge = |shard: u32| u64::from(shard) * self.samples / u64::from(self.shards);
        edge(shard)..edge(shard + 1)
    }

    /// The sample at a place of this epoch: a permutation by four rounds of Feistel's network, walked until it is among the samples.
    fn sample(&self, data: Data, place: u64) -> u32 {
        let half = (64 - self.samples.saturating_sub(1).leading_zeros()).div_ceil(2).max(1);
        let mask = (1_u64 << half) - 1;
        let key = mix(data.seed ^ mix(data.data_seed ^ mix(u64::from(self.epoch))));
        let mut number = place;
        loop {
            let (mut left, mut right) = (number >> half, number & mask);
            for round in 0..4 {
                (left, right) = (right, left ^ (mix(right ^ mix(key ^ round)) & mask));
            }
            number = left << half | right;
            if number < self.samples {
                return number as u32;
            }
        }
    }
}

impl Kernel for Train {
    fn run(&self, data: Data, inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let network = &self.network;
        let begun = weights_of(network, data, inputs);
        let (weights, rest) = scratch.doubles(self.scratch_doubles()).split_at_mut(network.weights);
        let (slopes, rest) = rest.split_at_mut(network.weights);
        let (points, rest) = rest.split_at_mut(self.batch * network.features);
        let (classes, memory) = rest.split_at_mut(self.batch);
        weights.copy_from_slice(&begun);
        let (places, mut all) = (self.places(data.chunk), Score::default());
        let samples = places.end - places.start;
        for begin in places.clone().step_by(self.batch) {
            let batch = (places.end - begin).min(self.batch as u64) as usize;
            let (points, classes) = (&mut points[..batch * network.features], &mut classes[..batch]);
            read(network, data, (begin..places.end).map(|place| self.sample(data, place)), points, classes);
            let Score { loss, right } = network.learn(RATE, weights, slopes, (points, classes), memory);
            all = Score { loss: all.loss + loss, right: all.right + right };
        }
        let moved = weights.iter().zip(&begun).map(|(weight, begun)| samples as f64 * (weight - begun));
        Partial::Sums { count: samples, sums: moved.chain([all.loss, all.right]).collect(), at: Arc::from(begun) }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        let places = self.places(chunk);
        (places.end - places.start) * (self.network.features * size_of::<f64>()) as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        let places = self.places(chunk);
        Some(3 * self.network.flops(places.end - places.start))
    }

    fn scratch_doubles(&self) -> usize {
        let Network { features, .. } = self.network;
        2 * self.network.weights + self.batch * (features + 1) + self.network.doubles(self.batch)
    }

    /// The mean loss of the last epoch, in nats.
    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Sums { count, sums, .. } if count > 0 => {
                let loss = sums.get(self.network.weights)?;
                Some(Answer { value: loss / count as f64, exact: None, std_error: None })
            }
            _ => None,
        }
    }
}

impl Evaluate {
    /// As a scenario says it.
    pub fn new(samples: u64, batch: u64, network: scenario::Network) -> Self {
        Self { samples, batch: batch.max(1) as usize, network: network.into() }
    }

    /// How many points a chunk has.
    ///
    /// # Panics
    /// When there is no such chunk.
    fn points_of(&self, chunk: u32) -> usize {
        let begin = u64::from(chunk) * self.batch as u64;
        assert!(begin < self.samples, "{} points in batches of {} have no batch {chunk}", self.samples, self.batch);
        (self.samples - begin).min(self.batch as u64) as usize
    }
}

impl Kernel for Evaluate {
    fn run(&self, data: Data, inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let (network, batch) = (&self.network, self.points_of(data.chunk));
        let weights = weights_of(network, data, inputs);
        let (points, rest) = scratch.doubles(self.scratch_doubles()).split_at_mut(batch * network.features);
        let (classes, memory) = rest.split_at_mut(batch);
        let first = HELD_OUT - (u64::from(data.chunk) * self.batch as u64) as u32;
        read(network, data, (0..batch as u32).map(|place| first - place), points, classes);
        let score = network.judge(&weights, points, classes, memory);
        Partial::Mean { count: batch as u64, sum: score.right }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        (self.points_of(chunk) * self.network.features * size_of::<f64>()) as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        Some(self.network.flops(self.points_of(chunk) as u64))
    }

    fn scratch_doubles(&self) -> usize {
        self.batch * (self.network.features + 1) + self.network.doubles(self.batch)
    }

    /// The share that was named rightly.
    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Mean { count, sum } if count > 0 => {
                let (value, count) = (sum / count as f64, count as f64);
                Some(Answer { value, exact: None, std_error: Some((value * (1.0 - value) / count).sqrt()) })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const NETWORK: scenario::Network = scenario::Network { features: 8, hidden: 16, classes: 4 };
    const DATA: Data = Data { seed: 1, data_seed: 2, chunk: 0 };

    fn epoch(number: u32, shards: u32, inputs: &[Partial]) -> Vec<Partial> {
        let kernel = Train::new(4_000, 20, number, NETWORK, shards);
        let mut scratch = Scratch::default();
        (0..shards).map(|chunk| kernel.run(Data { chunk, ..DATA }, inputs, &mut scratch)).collect()
    }

    fn accuracy(inputs: &[Partial]) -> Answer {
        let kernel = Evaluate::new(5_000, 700, NETWORK);
        let mut scratch = Scratch::default();
        let parts = (0..8).map(|chunk| kernel.run(Data { chunk, ..DATA }, inputs, &mut scratch));
        kernel.answer(fold(parts)).expect("points were named")
    }

    #[test]
    fn every_epoch_has_every_sample_once_in_an_order_of_its_own() {
        let orders = [1, 2].map(|epoch| {
            let kernel = Train::new(1_001, 10, epoch, NETWORK, 3);
            let order: Vec<u32> =
                (0..3).flat_map(|shard| kernel.places(shard)).map(|place| kernel.sample(DATA, place)).collect();
            assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), (0..1_001).collect());
            order
        });
        assert_ne!(orders[0], orders[1]);
    }

    #[test]
    fn the_loss_falls_and_points_never_seen_are_named_nearly_as_well_as_can_be() {
        let (mut left, mut losses) = (Vec::new(), Vec::new());
        let before = accuracy(&[]);
        for number in 1..=8 {
            left = epoch(number, 4, &left);
            let loss = Train::new(4_000, 20, number, NETWORK, 4).answer(fold(left.iter().cloned()));
            losses.push(loss.expect("there are samples").value);
        }
        assert!(losses.windows(2).take(4).all(|pair| pair[1] < pair[0]) && losses[7] < 0.6 * losses[0], "{losses:?}");
        let (after, best) = (accuracy(&left), Blobs { features: 8, classes: 4 }.best());
        assert!(before.value < 0.5, "nobody has learned yet: {before:?}");
        let error = after.std_error.expect("a share");
        assert!(after.value > best - 0.05 && after.value < best + 4.0 * error, "{after:?}, at best {best}");
    }

    #[test]
    fn one_batch_to_a_shard_is_the_step_of_one_machine_with_all_of_it() {
        // Gradients of halves add up to that of the whole.
        let step = |shards: u32| {
            let kernel = Train::new(40, 40 / u64::from(shards), 1, NETWORK, shards);
            let mut scratch = Scratch::default();
            let parts = (0..shards).map(|chunk| kernel.run(Data { chunk, ..DATA }, &[], &mut scratch));
            weights_of(&kernel.network, DATA, &parts.collect::<Vec<_>>())
        };
        let apart = step(1).iter().zip(&step(4)).map(|(one, four)| (one - four).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-12, "{apart}");
    }
}
