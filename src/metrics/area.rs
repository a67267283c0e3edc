//! A quantity integrated over time.

use crate::base::Time;

/// A quantity integrated over time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AreaMeter {
    value: u64,
    since: Time,
    area: u128,
    /// The integral until the meter began anew.
    before: u128,
}

impl AreaMeter {
    #[inline]
    pub(super) fn set(&mut self, now: Time, value: u64) {
        self.area += u128::from(self.value) * u128::from(now.since(self.since).0);
        self.since = now;
        self.value = value;
    }

    pub(super) fn restart(&mut self, now: Time) {
        self.set(now, self.value);
        self.before += std::mem::take(&mut self.area);
    }

    pub(super) fn value(&self) -> u64 {
        self.value
    }

    /// The integral until `now` since there is a meter, in value-nanoseconds.
    pub(super) fn whole(&self, now: Time) -> f64 {
        self.before as f64 + self.area(now)
    }

    /// The integral until `now` in value-nanoseconds.
    pub(super) fn area(&self, now: Time) -> f64 {
        (self.area + u128::from(self.value) * u128::from(now.since(self.since).0)) as f64
    }
}
