//! The clock: virtual time that jumps, or the wall clock that waits. Besides `world/threads.rs` the only reader of time.

use std::time::{Duration, Instant};

use crossbeam_channel::TryRecvError;

use super::handle::Pace;
use super::inbox::Inbox;
use crate::base::{Span, Time};
use crate::scenario::Mode;

/// As fast as possible, so many things happen before the engine looks up: at its inbox, and at the wall clock.
pub(super) const STEPS_PER_LOOK: u32 = 256;
/// So many messages in a row go before what is due; a flood of them does not hold up the clock.
const MESSAGES_IN_A_ROW: u32 = 64;
/// Pictures are this far apart at least.
const PUBLISH_EVERY: Duration = Duration::from_millis(33);
/// Nothing is waited for longer than this, so that a stopped clock still hears.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a wait ends with.
pub(super) enum Wake<M> {
    /// Something planned is due; the time is now.
    At(Time),
    /// The clock does not wait: it may [`jump`](Clock::jump) from one due date to the next for a while.
    Free,
    /// A message came in.
    Message(M),
    /// Nothing is planned and nobody is left to send anything.
    Stop,
    /// Look again: time went by.
    Idle,
}

/// Which time it is.
pub(super) struct Clock {
    kind: Kind,
    now: Time,
    paused: bool,
    lag: Span,
    /// Messages in a row.
    heard: u32,
    /// Where the wall clock stood when run time was `base`.
    wall_base: Instant,
    base: Time,
    /// The start of the run, from which threads count.
    origin: Instant,
    last_published: Instant,
    /// The next picture does not wait: a person wants to see what was done.
    is_awaited: bool,
    /// The wall clock as of the last look at it: reading it is a good part of what a task costs.
    looked: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    AsFastAsPossible,
    /// Run seconds per wall second.
    Wall(f64),
}

impl Clock {
    pub(super) fn new(mode: Mode, pace: Pace) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let origin = Instant::now();
        let kind = match (mode, pace) {
            (Mode::Live, _) => Kind::Wall(1.0),
            (Mode::Simulate, pace) => Kind::of(pace),
        };
        Self {
            kind,
            now: Time::ZERO,
            paused: false,
            lag: Span::ZERO,
            heard: 0,
            wall_base: origin,
            base: Time::ZERO,
            origin,
            last_published: origin,
            is_awaited: false,
            looked: origin,
        }
    }

    /// The start of the run on the wall clock.
    pub(super) fn origin(&self) -> Instant {
        self.origin
    }

    /// Run time, as of the last wait.
    pub(super) fn now(&self) -> Time {
        self.now
    }

    /// Moves to `end` if nothing is planned before it and the clock has come that far.
    pub(super) fn reaches(&mut self, end: Time) -> bool {
        if self.kind == Kind::AsFastAsPossible && !self.paused && end != Time::NEVER {
            self.now = end;
        } else {
            self.read();
        }
        self.now >= end
    }

    /// How far behind the wall clock the run is.
    pub(super) fn lag(&self) -> Span {
        self.lag
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused
    }

    /// The pace of a virtual clock; `None` is as fast as possible.
    pub(super) fn pace(&self) -> Option<f64> {
        match self.kind {
            Kind::AsFastAsPossible => None,
            Kind::Wall(pace) => Some(pace),
        }
    }

    pub(super) fn set_pace(&mut self, pace: Pace) {
        self.rebase();
        self.kind = Kind::of(pace);
    }

    pub(super) fn pause(&mut self) {
        self.rebase();
        self.paused = true;
    }

    pub(super) fn resume(&mut self) {
        self.rebase();
        self.paused = false;
    }

    /// Run time of a thread's reading, in nanoseconds since the origin.
    pub(super) fn run_time(&self, nanos: u64) -> Time {
        let base_nanos = self.wall_base.duration_since(self.origin).as_nanos() as u64;
        Time((self.base.0 + nanos).saturating_sub(base_nanos)).min(self.now)
    }

    /// Waits until something is due at `next`, or a message comes in, whichever is first.
    pub(super) fn wait<M>(&mut self, next: Option<Time>, inbox: &Inbox<M>) -> Wake<M> {
        if self.kind == Kind::AsFastAsPossible && !self.paused {
            return match (inbox.try_take(), next) {
                (Ok(message), _) => Wake::Message(message),
                (Err(_), Some(_)) => Wake::Free,
                (Err(_), None) => Wake::Stop,
            };
        }
        self.read();
        let due = next.filter(|_| !self.paused);
        // Messages that are there go first: what threads have done is in the past.
        if self.heard < MESSAGES_IN_A_ROW || due.is_none_or(|at| at > self.now) {
            match inbox.try_take() {
                Ok(message) => {
                    self.heard += 1;
                    return Wake::Message(message);
                }
                Err(TryRecvError::Disconnected) => return Wake::Stop,
                Err(TryRecvError::Empty) => {}
            }
        }
        self.heard = 0;
        let patience = match due {
            Some(at) if at <= self.now => {
                self.lag = self.now.since(at);
                return Wake::At(self.now);
            }
            Some(at) => Duration::from_nanos((at.since(self.now).0 as f64 / self.speed()) as u64).min(PATIENCE),
            None => PATIENCE,
        };
        self.lag = Span::ZERO;
        match inbox.take_within(patience) {
            Ok(message) => {
                self.read();
                Wake::Message(message)
            }
            Err(TryRecvError::Empty) => {
                self.read();
                Wake::Idle
            }
            Err(TryRecvError::Disconnected) => Wake::Stop,
        }
    }

    /// Moves to what is due next, as fast as possible.
    pub(super) fn jump(&mut self, at: Time) {
        self.now = self.now.max(at);
    }

    /// The next picture comes at once.
    pub(super) fn await_picture(&mut self) {
        self.is_awaited = true;
    }

    /// Whether it is time for a new picture.
    pub(super) fn publish_due(&mut self) -> bool {
        if self.kind == Kind::AsFastAsPossible {
            self.look();
        }
        let due = self.is_awaited || self.looked.duration_since(self.last_published) >= PUBLISH_EVERY;
        if due {
            self.is_awaited = false;
            self.last_published = self.looked;
        }
        due
    }

    /// Moves to where the wall clock stands.
    fn read(&mut self) {
        let looked = self.look();
        if !self.paused {
            let elapsed = looked.duration_since(self.wall_base).as_nanos() as f64;
            self.now = self.now.max(self.base + Span((elapsed * self.speed()) as u64));
        }
    }

    fn look(&mut self) -> Instant {
        self.looked = wall_now();
        self.looked
    }

    fn speed(&self) -> f64 {
        match self.kind {
            Kind::AsFastAsPossible => 1.0,
            Kind::Wall(pace) => pace,
        }
    }

    /// From here on time is counted anew.
    fn rebase(&mut self) {
        if let Kind::Wall(_) = self.kind {
            self.read();
        }
        self.base = self.now;
        self.wall_base = wall_now();
    }
}

impl Kind {
    fn of(pace: Pace) -> Self {
        match pace {
            Pace::AsFastAsPossible => Self::AsFastAsPossible,
            Pace::Times(pace) => Self::Wall(pace.clamp(1e-3, 1e6)),
        }
    }
}

fn wall_now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_messages_does_not_hold_up_what_is_due() {
        let (outbox, inbox) = crate::engine::inbox::inbox(1_000);
        assert!((0..1_000).all(|message| outbox.try_send(message)));
        let mut clock = Clock::new(Mode::Live, Pace::Times(1.0));
        let mut before_due = 0;
        while let Wake::Message(_) = clock.wait(Some(Time::ZERO), &inbox) {
            before_due += 1;
        }
        assert_eq!(before_due, MESSAGES_IN_A_ROW);
        assert!(matches!(clock.wait(Some(Time::ZERO), &inbox), Wake::Message(_)), "and they go on after it");
    }
}
