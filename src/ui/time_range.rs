//! One stretch of time and one hover time for all plots.

/// The stretch that every plot shows, in seconds of run time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeRange {
    /// Whether the right edge moves with the run.
    pub follow: Follow,
    /// Length of the stretch.
    pub span: f64,
    /// Its end where it does not follow.
    held_to: f64,
    /// The newest time of the run.
    live: f64,
    /// Where the pointer is, on any of the plots, or the cursor that keys move.
    pub hover: Option<f64>,
    /// What set the hover time.
    pub hover_by: HoverBy,
    /// The stretch that numbers are asked of, its beginning first.
    selected: Option<(f64, f64)>,
    /// Where a selection began that is still dragged.
    selecting_from: Option<f64>,
}

/// What set the hover time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoverBy {
    /// The pointer, with which it goes.
    Pointer,
    /// Keys: it stays when the pointer rests or is elsewhere.
    Keys,
}

/// Whether the right edge moves with the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// It does.
    Live,
    /// A person let go of it.
    Held,
}

/// A change of what is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeChange {
    /// Move by so many seconds; lets go of the live end.
    Pan(f64),
    /// Make the stretch `factor` times as long around a point in time.
    Zoom {
        /// Above 1 shows more.
        factor: f64,
        /// Stays where it is.
        around: f64,
    },
    /// Go to the live end and stay there.
    Follow,
    /// Fit the whole run, and follow it.
    Fit,
    /// The pointer is here.
    Hover(Option<f64>),
    /// Keys moved the cursor here; nowhere where the plot is no longer typed at.
    Cursor(Option<f64>),
    /// A stretch is selected from here.
    SelectFrom(f64),
    /// It goes to here so far.
    SelectTo(f64),
    /// It is selected; nothing is where it is too short to hold a value.
    SelectEnd,
    /// Nothing is selected.
    Unselect,
}

/// Shortest stretch that can be looked at.
const SPAN_MIN: f64 = 0.1;
/// Shortest stretch that can be selected: the distance between two values.
const SELECTED_MIN: f64 = 0.1;
/// The stretch at the start.
const SPAN_DEFAULT: f64 = 30.0;

impl Default for TimeRange {
    fn default() -> Self {
        Self {
            follow: Follow::Live,
            span: SPAN_DEFAULT,
            held_to: SPAN_DEFAULT,
            live: 0.0,
            hover: None,
            hover_by: HoverBy::Pointer,
            selected: None,
            selecting_from: None,
        }
    }
}

impl TimeRange {
    /// The run has come this far.
    pub fn set_live(&mut self, live: f64) {
        self.live = live;
    }

    /// Beginning and end of the stretch. It never begins before the run, so that a young run fills from the left.
    pub fn bounds(&self) -> (f64, f64) {
        let to = match self.follow {
            Follow::Live => self.live.max(self.span),
            Follow::Held => self.held_to,
        };
        (to - self.span, to)
    }

    /// The newest time of the run.
    pub fn live(&self) -> f64 {
        self.live
    }

    /// The stretch that is selected, if it is long enough to hold a value.
    pub fn selected(&self) -> Option<(f64, f64)> {
        self.selected.filter(|(from, to)| to - from >= SELECTED_MIN)
    }

    /// Whether a stretch is being dragged.
    pub fn is_selecting(&self) -> bool {
        self.selecting_from.is_some()
    }

    /// Looks elsewhere.
    pub fn change(&mut self, change: TimeChange) {
        match change {
            TimeChange::Hover(at) => (self.hover, self.hover_by) = (at, HoverBy::Pointer),
            TimeChange::Cursor(at) => (self.hover, self.hover_by) = (at, HoverBy::Keys),
            TimeChange::SelectFrom(at) => {
                let at = at.clamp(0.0, self.live);
                (self.selecting_from, self.selected) = (Some(at), Some((at, at)));
            }
            TimeChange::SelectTo(at) => {
                let at = at.clamp(0.0, self.live);
                self.selected = self.selecting_from.map(|from| (from.min(at), from.max(at)));
            }
            TimeChange::SelectEnd => (self.selecting_from, self.selected) = (None, self.selected()),
            TimeChange::Unselect => (self.selecting_from, self.selected) = (None, None),
            TimeChange::Follow => self.follow = Follow::Live,
            TimeChange::Fit => {
                self.follow = Follow::Live;
                self.span = self.live.max(SPAN_DEFAULT);
            }
            TimeChange::Pan(by) => {
                let (_, to) = self.bounds();
                self.hold(to + by);
            }
            TimeChange::Zoom { factor, around } => {
                let (from, to) = self.bounds();
                let span = (self.span * factor).clamp(SPAN_MIN, self.live.max(SPAN_DEFAULT) * 1.5);
                let share = (around - from) / (to - from).max(f64::MIN_POSITIVE);
                let new_to = around + (1.0 - share) * span;
                self.span = span;
                // Zooming at the live end keeps following: only the length of the stretch changes.
                if self.follow == Follow::Held {
                    self.hold(new_to);
                }
            }
        }
    }

    /// Holds the end at `to`, so that something of the run stays in view; reaching the live end follows again.
    fn hold(&mut self, to: f64) {
        let newest = self.live.max(self.span);
        self.held_to = to.clamp(self.span, newest);
        self.follow = if self.held_to >= newest && to > self.held_to { Follow::Live } else { Follow::Held };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(live: f64) -> TimeRange {
        let mut range = TimeRange::default();
        range.set_live(live);
        range
    }

    #[test]
    fn a_young_run_fills_from_the_left_and_then_scrolls() {
        assert_eq!(at(5.0).bounds(), (0.0, 30.0));
        assert_eq!(at(100.0).bounds(), (70.0, 100.0));
    }

    #[test]
    fn panning_lets_go_and_reaching_the_end_follows_again() {
        let mut range = at(100.0);
        range.change(TimeChange::Pan(-20.0));
        range.set_live(110.0);
        assert_eq!((range.follow, range.bounds()), (Follow::Held, (50.0, 80.0)));
        range.change(TimeChange::Pan(200.0));
        assert_eq!((range.follow, range.bounds()), (Follow::Live, (80.0, 110.0)));
        range.change(TimeChange::Pan(-1_000.0));
        assert_eq!(range.bounds(), (0.0, 30.0));
        range.change(TimeChange::Follow);
        assert_eq!(range.bounds(), (80.0, 110.0));
    }

    #[test]
    fn a_stretch_is_selected_in_either_direction_and_within_the_run() {
        let mut range = at(20.0);
        for change in [TimeChange::SelectFrom(19.0), TimeChange::SelectTo(12.0), TimeChange::SelectEnd] {
            range.change(change);
        }
        assert_eq!((range.selected(), range.is_selecting()), (Some((12.0, 19.0)), false));
        for change in [TimeChange::SelectFrom(15.0), TimeChange::SelectTo(90.0)] {
            range.change(change);
        }
        assert_eq!((range.selected(), range.is_selecting()), (Some((15.0, 20.0)), true));
        range.change(TimeChange::SelectTo(15.01));
        range.change(TimeChange::SelectEnd);
        assert_eq!(range.selected(), None, "too short to hold a value");
        range.change(TimeChange::SelectTo(18.0));
        assert_eq!(range.selected(), None, "nothing was begun");
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let mut range = at(100.0);
        range.change(TimeChange::Pan(-10.0));
        range.change(TimeChange::Zoom { factor: 0.5, around: 75.0 });
        assert_eq!(range.bounds(), (67.5, 82.5));
        range.change(TimeChange::Fit);
        assert_eq!((range.follow, range.bounds()), (Follow::Live, (0.0, 100.0)));
    }
}
