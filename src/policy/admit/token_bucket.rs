//! So many a second, and bursts.

use crate::base::Time;

/// Tokens that fill up at a rate (Turner, "New directions in communications", 1986).
#[derive(Clone, Debug, PartialEq)]
pub struct TokenBucketState {
    rate: f64,
    burst: f64,
    tokens: f64,
    since: Time,
}

impl TokenBucketState {
    pub(super) fn new(rate: f64, burst: f64) -> Self {
        Self { rate, burst, tokens: burst, since: Time::ZERO }
    }

    /// Takes a token, if there is one.
    pub(super) fn take(&mut self, now: Time) -> bool {
        self.tokens = (self.tokens + self.rate * now.since(self.since).secs()).min(self.burst);
        self.since = now;
        let there = self.tokens >= 1.0;
        self.tokens -= f64::from(u8::from(there));
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let mut bucket = TokenBucketState::new(10.0, 5.0);
        assert_eq!((0..20).filter(|_| bucket.take(Time::ZERO)).count(), 5);
        let passed = (1..=1_000u64).filter(|step| bucket.take(Time::ZERO + Span::from_millis(10 * step))).count();
        assert!((99..=100).contains(&passed), "10 a second for 10 s: {passed}");
    }
}
