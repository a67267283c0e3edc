//! What a frame costs, and how often there may be one.
//!
//! The window stands on the computer that it measures, so it takes no more than a stated share of one core, however slow
//! its drawing is (without a graphics processor a frame takes many milliseconds).

use std::collections::VecDeque;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::base::os;

/// The window takes at most about this share of one core.
const SHARE_MAX: f64 = 0.25;
/// Between two frames while the window has the keyboard: 30 a second.
const FOCUSED_SECS: f64 = 0.033;
/// While it has not: 10 a second.
const UNFOCUSED_SECS: f64 = 0.1;
/// In quiet mode: 2 a second.
const QUIET_SECS: f64 = 0.5;
/// In quiet mode the window takes less than 5 % of a core, so that is what its frames may take.
const QUIET_SHARE_MAX: f64 = 0.04;
/// However slow drawing is, there is a frame this often.
const SLOWEST_SECS: f64 = 1.0;
/// And in quiet mode, where the work comes first.
const QUIET_SLOWEST_SECS: f64 = 4.0;
/// A picture that a person waits for is drawn after this: what a knob has done shows at once, however seldom frames are.
pub(crate) const AWAITED: Duration = Duration::from_millis(1);
/// Statistics are over the frames of this long.
const SEEN_SECS: f64 = 2.0;
/// Frames that are remembered at the most.
const SEEN_MAX: usize = 256;
/// The time of the threads is read about this often.
const READ_SECS: f64 = 0.5;
/// How threads are called that do the work and do not draw.
const WORKING: [&str; 4] = ["engine", "worker-", "background", "finish-"];

/// How often the window is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rate {
    /// As often as the eye needs and the computer can bear.
    #[default]
    Smooth,
    /// Twice a second, so that the window hardly competes with the work that is measured.
    Quiet,
}

/// What the last frames cost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frames {
    /// When each began, in seconds of the window, and how many seconds of a core it took.
    seen: VecDeque<(f64, f64)>,
}

impl Frames {
    /// Takes note of a frame.
    pub(crate) fn note(&mut self, now: f64, cost_secs: f64) {
        if self.seen.len() == SEEN_MAX {
            self.seen.pop_front();
        }
        self.seen.push_back((now, cost_secs));
        while self.seen.len() > 2 && self.seen.front().is_some_and(|(at, _)| now - at > SEEN_SECS) {
            self.seen.pop_front();
        }
    }

    /// The share of one core that drawing took lately; `None` while there is too little to tell.
    pub(crate) fn share(&self) -> Option<f64> {
        let (first, last) = (self.seen.front()?.0, self.seen.back()?.0);
        // The cost of the first frame belongs to the time before.
        let cost: f64 = self.seen.iter().skip(1).map(|(_, cost)| cost).sum();
        (last - first > SEEN_SECS / 4.0).then(|| cost / (last - first))
    }

    /// How long to wait from the beginning of a frame to the next.
    pub(crate) fn delay(&self, rate: Rate, is_focused: bool) -> Duration {
        let (wanted, share, slowest) = match (rate, is_focused) {
            (Rate::Quiet, _) => (QUIET_SECS, QUIET_SHARE_MAX, QUIET_SLOWEST_SECS),
            (Rate::Smooth, true) => (FOCUSED_SECS, SHARE_MAX, SLOWEST_SECS),
            (Rate::Smooth, false) => (UNFOCUSED_SECS, SHARE_MAX, SLOWEST_SECS),
        };
        let cost = self.seen.iter().map(|(_, cost)| cost).sum::<f64>() / self.seen.len().max(1) as f64;
        Duration::from_secs_f64((cost / share).clamp(wanted, slowest))
    }
}

/// Two clocks, as one thread reads them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// The wall's, in seconds since the first reading of the process.
    pub(crate) wall: f64,
    /// Seconds of a core that the thread took; those of the wall where the system does not tell.
    pub(crate) cpu: f64,
}

impl Reading {
    /// Reads both.
    pub(crate) fn now() -> Self {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        #[expect(clippy::disallowed_methods, reason = "this is the clock of the window's frames")]
        let now = Instant::now();
        let wall = now.duration_since(*FIRST.get_or_init(|| now)).as_secs_f64();
        Self { wall, cpu: os::thread_cpu_secs().unwrap_or(wall) }
    }
}

/// Reads what a frame costs, with what software rendering does in threads of its own, where the system tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    /// When the time of the threads was read last, in seconds of the window, and what it was.
    read: Option<(f64, f64)>,
    /// Frames since then.
    frames: u32,
    /// Seconds of a core for each frame before.
    each: Option<f64>,
}

impl Meter {
    /// Seconds of a core that a frame takes now. `spent_secs` reads what the threads of the window took so far; where
    /// that cannot be told, `drawing_secs` of the thread that draws have to do.
    pub(crate) fn cost(
        &mut self,
        now: f64,
        drawing_secs: Option<f64>,
        spent_secs: impl FnOnce() -> Option<f64>,
    ) -> Option<f64> {
        self.frames += 1;
        if self.read.is_none_or(|(at, _)| now - at >= READ_SECS) {
            let spent = spent_secs();
            if let (Some((_, before)), Some(spent)) = (self.read, spent) {
                self.each = Some((spent - before).max(0.0) / f64::from(self.frames));
            }
            (self.read, self.frames) = (Some((now, spent.unwrap_or(0.0))), 0);
        }
        self.each.or(drawing_secs)
    }
}

/// Seconds of a core that the threads took which do not work for the run.
pub(crate) fn spent_secs() -> Option<f64> {
    os::cpu_secs(|name| !WORKING.iter().any(|working| name.starts_with(working)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(cost_secs: f64, every_secs: f64) -> Frames {
        let mut frames = Frames::default();
        (0..1_000).for_each(|ix| frames.note(f64::from(ix) * every_secs, cost_secs));
        frames
    }

    #[test]
    fn slow_drawing_lowers_the_rate_to_a_quarter_of_a_core() {
        let millis = |cost, rate, focused| frames(cost, 0.1).delay(rate, focused).as_millis();
        assert_eq!(Frames::default().delay(Rate::Smooth, true).as_millis(), 33);
        assert_eq!(millis(0.002, Rate::Smooth, true), 33);
        assert_eq!(millis(0.020, Rate::Smooth, true), 80);
        assert_eq!(millis(0.020, Rate::Smooth, false), 100);
        assert_eq!(millis(0.020, Rate::Quiet, true), 500);
        assert_eq!(millis(0.060, Rate::Quiet, true), 1_500, "a 25th of a core");
        assert_eq!(millis(0.900, Rate::Smooth, true), 1_000, "it never stands still");
        assert_eq!(millis(0.900, Rate::Quiet, true), 4_000);
    }

    #[test]
    fn the_share_is_that_of_the_last_seconds() {
        assert_eq!(Frames::default().share(), None);
        let share = frames(0.004, 0.04).share().expect("enough frames");
        assert!((share - 0.1).abs() < 1e-6, "{share}");
    }

    #[test]
    fn software_rendering_counts_where_the_system_tells_it() {
        let mut meter = Meter::default();
        let mut cost = |now, spent| meter.cost(now, Some(0.002), || spent);
        assert_eq!(cost(1.0, Some(5.0)), Some(0.002), "nothing is known before the second reading");
        assert_eq!(cost(1.3, None), Some(0.002));
        assert_eq!(cost(1.6, Some(5.5)), Some(0.25), "two frames since then");
        assert_eq!(cost(1.7, None), Some(0.25));
        let mut blind = Meter::default();
        assert_eq!([1.0, 2.0, 3.0].map(|now| blind.cost(now, Some(0.002), || None)), [Some(0.002); 3]);
    }
}
