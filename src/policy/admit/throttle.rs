//! Google's client-side adaptive throttling: a client that mostly hears refusals sends less.
//!
//! Source: "Handling overload" in Beyer et al., "Site reliability engineering" (O'Reilly 2016).

use crate::base::{Span, Time};
use crate::policy::resilience::{Ended, Window};

/// What was asked and accepted lately.
#[derive(Clone, Debug, PartialEq)]
pub struct ThrottleState {
    k: f64,
    requests: Window,
    accepts: Window,
}

/// The share that is refused without asking: max(0, (requests - k accepts) / (requests + 1)).
pub fn refused_share(requests: f64, accepts: f64, k: f64) -> f64 {
    ((requests - k * accepts) / (requests + 1.0)).max(0.0)
}

impl ThrottleState {
    pub(super) fn new(k: f64, window: Span) -> Self {
        Self { k, requests: Window::new(window), accepts: Window::new(window) }
    }

    pub(super) fn admit(&mut self, now: Time, chance: f64) -> bool {
        let share = refused_share(self.requests.sum(now) as f64, self.accepts.sum(now) as f64, self.k);
        // Also what is refused here was asked.
        self.requests.add(now, 1);
        chance > share
    }

    pub(super) fn ended(&mut self, now: Time, how: Ended) {
        // What ended otherwise was perhaps not taken in at all.
        if how == Ended::Well {
            self.accepts.add(now, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Domain, Stream};

    #[test]
    fn it_settles_where_the_rest_is_twice_what_is_accepted() {
        let mut throttle = ThrottleState::new(2.0, Span::from_secs(120));
        let mut stream = Stream::new(1, Domain::Resilience, [0; 4]);
        // A server that accepts 10 a second of 100 that are asked.
        let (mut sent, mut accepted_this_second) = (0, 0);
        for step in 0..100_000u64 {
            let now = Time::ZERO + Span::from_millis(10 * step);
            if step % 100 == 0 {
                accepted_this_second = 0;
            }
            if throttle.admit(now, stream.unit()) {
                sent += u32::from(step >= 50_000);
                if accepted_this_second < 10 {
                    accepted_this_second += 1;
                    throttle.ended(now, Ended::Well);
                }
            }
        }
        let per_second = f64::from(sent) / 500.0;
        assert!((18.0..22.0).contains(&per_second), "twice 10 a second: {per_second}");
        assert_eq!(refused_share(1_000.0, 600.0, 2.0), 0.0);
    }
}
