//! How long it takes from a knob that is turned to the mark of it on the screen.

use super::millis;
use super::report::Millis;
use hdrhistogram::Histogram;

/// Watches knobs and marks.
#[derive(Clone, Debug)]
pub(super) struct KnobWatch {
    /// When a knob was turned whose mark is waited for.
    turned: Option<f64>,
    /// The newest mark of a person that was seen.
    newest: Option<f64>,
    times: Histogram<u64>,
}

/// Longest wait that is told apart, in nanoseconds.
const NANOS_MAX: u64 = 600_000_000_000;

impl Default for KnobWatch {
    fn default() -> Self {
        let times = Histogram::new_with_bounds(1, NANOS_MAX, 3).expect("the bounds are in order");
        Self { turned: None, newest: None, times }
    }
}

impl KnobWatch {
    /// A knob is turned now; one that is turned while a mark is waited for waits with it.
    pub(super) fn turned(&mut self, now: f64) {
        self.turned.get_or_insert(now);
    }

    /// Looks at the newest mark of a person; returns whether it is the one that is waited for.
    pub(super) fn look(&mut self, newest: Option<f64>) -> bool {
        let is_new = newest.is_some() && newest != self.newest;
        self.newest = newest;
        is_new && self.turned.is_some()
    }

    /// The frame with the mark is on the screen.
    pub(super) fn painted(&mut self, now: f64) {
        if let Some(turned) = self.turned.take() {
            self.times.saturating_record(((now - turned) * 1e9).max(1.0) as u64);
        }
    }

    /// How long it took; `None` where no knob was turned.
    pub(super) fn report(&self) -> Option<Millis> {
        millis(&self.times)
    }
}
