//! How much memory the process has over time, in a few hundred readings at the most.

use super::report::{MemoryReading, MemoryReport};

/// Reads memory over time.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    readings: Vec<MemoryReading>,
    every_secs: f64,
    next_at: f64,
    newest: Option<MemoryReading>,
    peak: u64,
}

/// Readings that are kept: where there are more, every other one goes.
const READINGS_MAX: usize = 240;
/// Seconds between the first readings.
const EVERY_SECS: f64 = 1.0;
/// After a sixth of the time everything that has a bound has come to it.
const SETTLED_SHARE: f64 = 1.0 / 6.0;

impl Default for Memory {
    fn default() -> Self {
        Self { readings: Vec::new(), every_secs: EVERY_SECS, next_at: 0.0, newest: None, peak: 0 }
    }
}

impl Memory {
    pub(super) fn is_due(&self, now: f64) -> bool {
        now >= self.next_at
    }

    /// Takes note of what is resident now, and was at the most.
    pub(super) fn note(&mut self, now: f64, run_secs: f64, (bytes, peak): (u64, u64)) {
        let reading = MemoryReading { secs: now, run_secs, bytes };
        (self.newest, self.peak) = (Some(reading), peak);
        self.next_at = now + self.every_secs;
        self.readings.push(reading);
        if self.readings.len() > READINGS_MAX {
            let mut keep = false;
            self.readings.retain(|_| {
                keep = !keep;
                keep
            });
            self.every_secs *= 2.0;
        }
    }

    pub(super) fn report(&self) -> Option<MemoryReport> {
        let (first, last) = (self.readings.first().copied()?, self.newest?);
        let settled_at = first.secs + (last.secs - first.secs) * SETTLED_SHARE;
        let settled = self.readings.iter().copied().find(|reading| reading.secs >= settled_at).unwrap_or(last);
        Some(MemoryReport {
            first_bytes: first.bytes,
            settled,
            last,
            peak_bytes: self.peak,
            growth_bytes: last.bytes as i64 - settled.bytes as i64,
            readings: self.readings.clone(),
        })
    }
}
