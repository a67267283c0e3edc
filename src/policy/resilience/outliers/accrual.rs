//! Finagle's failure accrual: each machine by itself, by its share of successes or by failures in a row; let in again on
//! trial, with one attempt.
//!
//! Source: `FailureAccrualPolicy.scala` and `FailureAccrualFactory.scala` of finagle-core, its hybrid default.

use std::collections::BTreeMap;

use super::Change;
use crate::base::{Span, Stream, Time, WorkerId};
use crate::policy::resilience::{Ended, Window, backoff};
use crate::scenario::{AWAY_MAX, Accrual};

/// What is known of a pool.
#[derive(Clone, Debug)]
pub struct AccrualState {
    settings: Accrual,
    machines: BTreeMap<WorkerId, Monitor>,
    stream: Stream,
}

#[derive(Clone, Debug)]
struct Monitor {
    state: State,
    /// Since when it is watched.
    since: Time,
    /// The moving average of successes, and when it was last changed.
    successes: Option<f64>,
    changed: Time,
    lately: Window,
    in_a_row: u32,
    /// How often in a row it was left out.
    times: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Alive,
    Dead,
    /// It may have one attempt.
    TrialOpen,
    /// It has it.
    TrialClosed,
}

impl AccrualState {
    pub(super) fn new(settings: Accrual, stream: Stream) -> Self {
        Self { settings, machines: BTreeMap::new(), stream }
    }

    pub(super) fn ended(&mut self, now: Time, worker: WorkerId, how: Ended) -> Option<Change> {
        let settings = self.settings;
        let monitor = self.machines.entry(worker).or_insert_with(|| Monitor::new(now, &settings));
        let on_trial = monitor.state == State::TrialClosed;
        match how {
            Ended::CalledOff if on_trial => {
                monitor.state = State::TrialOpen;
                Some(Change::In(worker))
            }
            Ended::CalledOff => None,
            Ended::Well => {
                if on_trial {
                    *monitor = Monitor::new(now, &settings);
                }
                monitor.add(now, 1.0, settings.window);
                monitor.in_a_row = 0;
                on_trial.then_some(Change::In(worker))
            }
            Ended::Badly | Ended::Refused if matches!(monitor.state, State::Alive | State::TrialClosed) => {
                monitor.add(now, 0.0, settings.window);
                monitor.in_a_row += 1;
                if !monitor.is_bad(now, &settings) {
                    if on_trial {
                        // The policy does not say that it is dead: it is tried again.
                        monitor.state = State::TrialOpen;
                        return Some(Change::In(worker));
                    }
                    return None;
                }
                monitor.state = State::Dead;
                // The first time exactly the base; then half by chance.
                let rest = match monitor.times {
                    0 => settings.base,
                    times => {
                        let half = backoff::bound(settings.base, AWAY_MAX, times).scaled(0.5);
                        half + half.scaled(self.stream.unit())
                    }
                };
                monitor.times += 1;
                Some(Change::OutUntil(worker, now + rest))
            }
            Ended::Badly | Ended::Refused => None,
        }
    }

    pub(super) fn try_again(&mut self, worker: WorkerId) {
        if let Some(monitor) = self.machines.get_mut(&worker).filter(|monitor| monitor.state == State::Dead) {
            monitor.state = State::TrialOpen;
        }
    }

    pub(super) fn sent(&mut self, worker: WorkerId) -> bool {
        let Some(monitor) = self.machines.get_mut(&worker).filter(|monitor| monitor.state == State::TrialOpen) else {
            return false;
        };
        monitor.state = State::TrialClosed;
        true
    }

    pub(super) fn forget(&mut self, worker: WorkerId) {
        self.machines.remove(&worker);
    }
}

impl Monitor {
    fn new(now: Time, settings: &Accrual) -> Self {
        Self {
            state: State::Alive,
            since: now,
            successes: None,
            changed: now,
            lately: Window::new(settings.window),
            in_a_row: 0,
            times: 0,
        }
    }

    fn add(&mut self, now: Time, success: f64, window: Span) {
        let elapsed = now.since(self.changed).secs() / window.secs().max(f64::MIN_POSITIVE);
        let kept = libm::exp(-elapsed);
        self.successes = Some(self.successes.map_or(success, |mean| success * (1.0 - kept) + mean * kept));
        self.changed = now;
        self.lately.add(now, 1);
    }

    /// The share of successes first, or else failures in a row.
    fn is_bad(&mut self, now: Time, settings: &Accrual) -> bool {
        let known = now.since(self.since) >= settings.window && self.lately.sum(now) >= i64::from(settings.least);
        let by_share = known && self.successes.is_some_and(|share| share < settings.successes);
        by_share || self.in_a_row >= settings.consecutive
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Domain;

    const ONE: WorkerId = WorkerId(0);

    fn at(millis: u64) -> Time {
        Time::ZERO + Span::from_millis(millis)
    }

    fn fresh() -> AccrualState {
        AccrualState::new(Accrual::default(), Stream::new(1, Domain::Resilience, [0; 4]))
    }

    #[test]
    fn five_failures_in_a_row_leave_it_out_for_five_seconds_and_longer_each_time() {
        let mut state = fresh();
        assert!((0..4).all(|_| state.ended(at(0), ONE, Ended::Badly).is_none()));
        assert_eq!(state.ended(at(0), ONE, Ended::Badly), Some(Change::OutUntil(ONE, at(5_000))));
        // What was under way says nothing more.
        assert_eq!(state.ended(at(10), ONE, Ended::Badly), None);
        let mut now = at(5_000);
        for base_secs in [10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0] {
            state.try_again(ONE);
            assert!(state.sent(ONE) && !state.sent(ONE), "one attempt on trial");
            let Some(Change::OutUntil(_, until)) = state.ended(now, ONE, Ended::Badly) else {
                panic!("the trial failed");
            };
            let rest = until.since(now).secs();
            assert!((base_secs / 2.0..=base_secs).contains(&rest), "{rest} of {base_secs}");
            now = until;
        }
        state.try_again(ONE);
        assert!(state.sent(ONE));
        assert_eq!(state.ended(now, ONE, Ended::Well), Some(Change::In(ONE)));
        assert!((0..4).all(|_| state.ended(now, ONE, Ended::Badly).is_none()), "its past is forgotten");
    }

    #[test]
    fn a_low_share_of_successes_leaves_it_out_once_the_window_is_full() {
        let mut state = fresh();
        // Every third answer fails: never five in a row, and two thirds are less than 80 %.
        let out = (0u64..2_000).find(|answer| {
            let how = if answer % 3 == 2 { Ended::Badly } else { Ended::Well };
            state.ended(at(answer * 100), ONE, how).is_some()
        });
        let first = out.expect("it is left out") * 100;
        assert!((30_000..31_000).contains(&first), "after {first} ms");
    }
}
