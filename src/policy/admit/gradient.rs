//! How much may be in flight, as latency tells: where answers take longer than usual, less.
//!
//! Source: Netflix' concurrency-limits, `Gradient2Limit` behind a `WindowedLimit` of a second and ten answers: the usual
//! latency is an average over 600 windows, and the new limit is the old one times usual over recent, and a few more.

use crate::base::{Span, Time};
use crate::scenario::Gradient;

/// Windows over which the usual latency is averaged.
const LONG: f64 = 600.0;
/// As many windows make a plain average at first.
const WARMUP: u32 = 10;
/// The shortest window, and the fewest answers in it.
const WINDOW: Span = Span::from_secs(1);
const ANSWERS_MIN: u32 = 10;
/// The steepest fall in one step.
const GRADIENT_MIN: f64 = 0.5;

/// A limit, and the latencies it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientState {
    settings: Gradient,
    limit: f64,
    /// The usual latency in seconds, and from how many windows.
    usual: f64,
    windows: u32,
    began: Time,
    sum: f64,
    answers: u32,
    most_in_flight: u32,
}

impl GradientState {
    pub(super) fn new(settings: Gradient) -> Self {
        Self {
            settings,
            limit: f64::from(settings.initial),
            usual: 0.0,
            windows: 0,
            began: Time::ZERO,
            sum: 0.0,
            answers: 0,
            most_in_flight: 0,
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit as u32
    }

    pub(super) fn answered(&mut self, now: Time, took: Span, in_flight: u32) {
        self.sum += took.secs();
        self.answers += 1;
        self.most_in_flight = self.most_in_flight.max(in_flight);
        if now.since(self.began) >= WINDOW && self.answers >= ANSWERS_MIN {
            self.update(self.sum / f64::from(self.answers));
            (self.began, self.sum, self.answers, self.most_in_flight) = (now, 0.0, 0, 0);
        }
    }

    fn update(&mut self, recent: f64) {
        let Gradient { min, max, tolerance, smoothing, queue, .. } = self.settings;
        self.windows += 1;
        self.usual = match self.windows {
            n if n <= WARMUP => self.usual + (recent - self.usual) / f64::from(n),
            _ => self.usual + (recent - self.usual) * 2.0 / (LONG + 1.0),
        };
        // After a long overload the usual is too long: it is to come down again.
        if self.usual > 2.0 * recent {
            self.usual *= 0.95;
        }
        // Where it is not made use of, latency says nothing of the limit.
        if f64::from(self.most_in_flight) < self.limit / 2.0 {
            return;
        }
        let gradient = (tolerance * self.usual / recent.max(f64::MIN_POSITIVE)).clamp(GRADIENT_MIN, 1.0);
        let wanted = self.limit * gradient + f64::from(queue);
        let smoothed = self.limit * (1.0 - smoothing) + wanted * smoothing;
        self.limit = smoothed.clamp(f64::from(min), f64::from(max));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows of so many answers each, all as slow, with as much in flight as is allowed.
    fn run(state: &mut GradientState, from: u64, windows: u64, took: impl Fn(u32) -> Span) {
        for window in from..from + windows {
            for answer in 0..20u64 {
                let now = Time::ZERO + Span::from_millis(1_000 * window + 50 * answer);
                let limit = state.limit();
                state.answered(now, took(limit), limit);
            }
        }
    }

    #[test]
    fn it_grows_while_latency_stays_and_falls_when_it_grows() {
        let mut state = GradientState::new(Gradient { min: 1, ..Gradient::default() });
        run(&mut state, 0, 60, |_| Span::from_millis(10));
        let high = state.limit();
        assert!(high > 60, "{high}");
        run(&mut state, 60, 60, |_| Span::from_millis(100));
        assert!(state.limit() < high / 2, "{}", state.limit());
    }

    #[test]
    fn it_finds_what_a_server_can_do_at_a_time() {
        // 50 at a time take 10 ms; more of them wait: latency is what is in flight over 5,000 a second.
        let mut state = GradientState::new(Gradient { min: 1, ..Gradient::default() });
        run(&mut state, 0, 300, |in_flight| Span::from_secs_f64((f64::from(in_flight) / 5_000.0).max(0.01)));
        assert!((50..=150).contains(&state.limit()), "{}", state.limit());
    }

    #[test]
    fn a_limit_that_is_not_reached_stays() {
        let mut state = GradientState::new(Gradient::default());
        for answer in 0..10_000u64 {
            state.answered(Time::ZERO + Span::from_millis(answer), Span::from_millis(5), 3);
        }
        assert_eq!(state.limit(), 20);
    }
}
