//! Data to learn from and to recognise: points of several classes, whose best possible recognition is known exactly.
//!
//! Each coordinate of a point is uniform on (-1/2, 1/2), and the coordinate that belongs to its class is larger by [`SHIFT`]. Nobody
//! can do better than to name the largest coordinate of the classes: with c classes that is right with probability
//! s + (1 - s^c) / c, s being the shift. (Coordinate and shift together are above 1/2, and above all others for sure, with
//! probability s; else it is a matter of c - 1 uniform ones: the integral of w^(c-1) from s to 1.)

use super::{Data, LANES, fill_uniform};
use crate::base::{Domain, Stream};

/// How far a class stands out.
pub(super) const SHIFT: f64 = 0.8;
/// The streams of points and of their classes.
const POINTS: u64 = 1;
const CLASSES: u64 = 2;

/// Points of several classes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blobs {
    pub(super) features: usize,
    /// At most as many as features.
    pub(super) classes: usize,
}

impl Blobs {
    /// The classes of the points of a chunk, one after the other.
    pub(super) fn classes(&self, data: Data) -> impl Iterator<Item = usize> + use<> {
        let (mut stream, classes) = (stream(data, CLASSES), self.classes as u64);
        std::iter::repeat_with(move || stream.below(classes) as usize)
    }

    /// The points of a chunk, one row each.
    pub(super) fn fill(&self, data: Data, points: &mut [f64]) {
        fill_uniform(&mut stream(data, POINTS), points);
        for (point, class) in points.chunks_exact_mut(self.features).zip(self.classes(data)) {
            let (steps, rest) = point.as_chunks_mut::<LANES>();
            steps.as_flattened_mut().iter_mut().for_each(|coordinate| *coordinate -= 0.5);
            rest.iter_mut().for_each(|coordinate| *coordinate -= 0.5);
            point[class] += SHIFT;
        }
    }

    /// The share that is recognised at best.
    pub(super) fn best(&self) -> f64 {
        let classes = self.classes as f64;
        SHIFT + (1.0 - libm::pow(SHIFT, classes)) / classes
    }
}

fn stream(data: Data, of: u64) -> Stream {
    Stream::new(data.seed, Domain::Data, [data.data_seed, u64::from(data.chunk), of, 0])
}

/// The position of the largest; the first of several.
pub(super) fn largest(values: impl IntoIterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (position, value) in values.into_iter().enumerate() {
        if value > best.1 {
            best = (position, value);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naming_the_largest_coordinate_is_right_as_often_as_the_integral_says() {
        let blobs = Blobs { features: 11, classes: 3 };
        let (rows, data) = (40_000, Data { seed: 5, data_seed: 1, chunk: 2 });
        let mut points = vec![0.0; rows * blobs.features];
        blobs.fill(data, &mut points);
        let rows = points.chunks_exact(blobs.features).zip(blobs.classes(data));
        let right = rows.filter(|(point, class)| largest(point[..3].iter().copied()) == *class).count();
        let (best, share) = (blobs.best(), right as f64 / 40_000.0);
        assert!((best - (0.8 + (1.0 - 0.512) / 3.0)).abs() < 1e-12);
        assert!((share - best).abs() < 4.0 * (best * (1.0 - best) / 40_000.0).sqrt(), "{share}, {best}");
    }

    #[test]
    fn the_largest_is_the_first_of_several() {
        assert_eq!((largest([1.0, 3.0, 3.0, 2.0]), largest([])), (1, 0));
    }
}
