//! How long a task rests before it is tried again.
//!
//! The kinds and their names are those of Brooker, "Exponential backoff and jitter" (AWS architecture blog, 2015). What is
//! drawn is a function of the stream, so it does not depend on what else happens.

use crate::base::{Span, Stream};
use crate::scenario::Backoff;

/// base x 2^n, up to the cap.
pub fn bound(base: Span, cap: Span, n: u32) -> Span {
    let doubled = u128::from(base.0) << n.min(64);
    Span(doubled.min(u128::from(cap.0)) as u64)
}

/// The least and the most that a task rests before the retry number `n`, counted from 0.
pub fn range(backoff: Backoff, n: u32) -> (Span, Span) {
    match backoff {
        Backoff::None => (Span::ZERO, Span::ZERO),
        Backoff::Constant { wait } => (wait, wait),
        Backoff::Exponential { base, cap } => (bound(base, cap, n), bound(base, cap, n)),
        Backoff::FullJitter { base, cap } => (Span::ZERO, bound(base, cap, n)),
        Backoff::EqualJitter { base, cap } => (bound(base, cap, n).scaled(0.5), bound(base, cap, n)),
        Backoff::Decorrelated { base, cap } => (base.min(cap), cap),
    }
}

/// The rest before the retry number `n`, counted from 0: a function of `stream`, which is that of the task.
pub fn rest(backoff: Backoff, n: u32, stream: &mut Stream) -> Span {
    if let Backoff::Decorrelated { base, cap } = backoff {
        // Each depends on the one before it.
        return (0..=n).fold(base, |before, _| {
            let most = before.scaled(3.0).max(base);
            cap.min(between(base, most, stream))
        });
    }
    let (least, most) = range(backoff, n);
    if least == most {
        return least;
    }
    (0..n).for_each(|_| _ = stream.bits());
    between(least, most, stream)
}

fn between(least: Span, most: Span, stream: &mut Stream) -> Span {
    least + Span(most.0 - least.0).scaled(stream.unit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    const BASE: Span = Span::from_millis(10);
    const CAP: Span = Span::from_millis(1_000);

    fn drawn(backoff: Backoff, n: u32) -> Vec<f64> {
        let one = |task| rest(backoff, n, &mut Stream::new(1, Domain::Resilience, [task, 0, 0, 0])).secs() * 1e3;
        (0..20_000).map(one).collect()
    }

    fn range_and_mean(values: &[f64]) -> (f64, f64, f64) {
        let (low, high) = values.iter().fold((f64::MAX, 0.0f64), |(low, high), x| (low.min(*x), high.max(*x)));
        (low, high, values.iter().sum::<f64>() / values.len() as f64)
    }

    #[test]
    fn bounds_double_up_to_the_cap() {
        let bounds: Vec<u64> = (0..9).map(|n| bound(BASE, CAP, n).0 / 1_000_000).collect();
        assert_eq!(bounds, [10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
        assert_eq!(bound(BASE, CAP, u32::MAX), CAP);
    }

    #[test]
    fn jitter_keeps_to_its_range_and_mean() {
        for n in [0, 3, 40] {
            let bound = bound(BASE, CAP, n).secs() * 1e3;
            let (low, high, mean) = range_and_mean(&drawn(Backoff::FullJitter { base: BASE, cap: CAP }, n));
            assert!(
                low < bound * 0.01 && high <= bound && (mean / bound - 0.5).abs() < 0.02,
                "{n}: {low} {high} {mean}"
            );
            let (low, high, mean) = range_and_mean(&drawn(Backoff::EqualJitter { base: BASE, cap: CAP }, n));
            assert!(low >= bound * 0.499 && high <= bound && (mean / bound - 0.75).abs() < 0.02, "{n}: {low} {mean}");
        }
    }

    #[test]
    fn decorrelated_rests_stay_between_the_base_and_three_times_the_one_before() {
        let backoff = Backoff::Decorrelated { base: BASE, cap: CAP };
        let mut before = vec![BASE; 1_000];
        for n in 0..12 {
            for (task, before) in before.iter_mut().enumerate() {
                let next = rest(backoff, n, &mut Stream::new(1, Domain::Resilience, [task as u64, 0, 0, 0]));
                assert!(next >= BASE && next <= before.scaled(3.0).min(CAP), "{n}: {next} after {before}");
                *before = next;
            }
        }
    }
}
