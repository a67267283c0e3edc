//! Circuit breakers: while most of what a pool answers is wrong, nothing is sent to it (Nygard, "Release It!", 2007).

use std::collections::VecDeque;

use super::{Ended, Window};
use crate::base::{Span, Time};
use crate::scenario::Breaker;

/// A circuit breaker at work.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakerState {
    breaker: Breaker,
    state: State,
    /// The last calls, each with whether it failed and whether it was slow.
    last: VecDeque<(bool, bool)>,
    failures: u32,
    slow: u32,
    /// Calls of the last seconds, and those of them that failed.
    calls: Window,
    failed: Window,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    /// Nothing passes until then.
    Open(Time),
    /// Some pass on trial: let in, and answered so far.
    HalfOpen {
        passed: u32,
    },
}

impl BreakerState {
    /// A closed one.
    pub fn new(breaker: Breaker) -> Self {
        let window = match breaker {
            Breaker::LastSeconds { window, .. } => window,
            Breaker::LastCalls { .. } => Span::from_secs(1),
        };
        Self {
            breaker,
            state: State::Closed,
            last: VecDeque::new(),
            failures: 0,
            slow: 0,
            calls: Window::new(window),
            failed: Window::new(window),
        }
    }

    /// Whether it lets nothing pass but calls on trial.
    pub fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// Whether a call may pass; if so it is made.
    pub fn admit(&mut self, now: Time) -> bool {
        match self.state {
            State::Closed => true,
            State::Open(until) if now < until => false,
            State::Open(_) => {
                self.reset();
                self.state = State::HalfOpen { passed: 1 };
                true
            }
            State::HalfOpen { passed } if passed < self.trial() => {
                self.state = State::HalfOpen { passed: passed + 1 };
                true
            }
            State::HalfOpen { .. } => false,
        }
    }

    /// A call that had passed has ended.
    pub fn ended(&mut self, now: Time, how: Ended, took: Span) {
        match (self.state, how) {
            // What was let in before it opened says nothing new.
            (State::Open(_), _) => {}
            (State::HalfOpen { passed }, Ended::CalledOff) => {
                self.state = State::HalfOpen { passed: passed.saturating_sub(1) };
            }
            (State::Closed, Ended::CalledOff) => {}
            (state, _) => {
                self.count(now, how != Ended::Well, took);
                self.judge(now, state);
            }
        }
    }

    fn trial(&self) -> u32 {
        match self.breaker {
            Breaker::LastCalls { trial, .. } => trial,
            Breaker::LastSeconds { .. } => 1,
        }
    }

    fn count(&mut self, now: Time, failed: bool, took: Span) {
        match self.breaker {
            Breaker::LastCalls { calls, slow_after, .. } => {
                let slow = took > slow_after;
                self.last.push_back((failed, slow));
                self.failures += u32::from(failed);
                self.slow += u32::from(slow);
                if self.last.len() > calls as usize
                    && let Some((failed, slow)) = self.last.pop_front()
                {
                    self.failures -= u32::from(failed);
                    self.slow -= u32::from(slow);
                }
            }
            Breaker::LastSeconds { .. } => {
                self.calls.add(now, 1);
                self.failed.add(now, i64::from(failed));
            }
        }
    }

    fn judge(&mut self, now: Time, state: State) {
        let on_trial = state != State::Closed;
        let (calls, bad, open_for) = match self.breaker {
            Breaker::LastCalls { least, failures, slow, open_for, trial, calls, .. } => {
                let count = self.last.len() as u32;
                let enough = count >= if on_trial { trial } else { least.min(calls) };
                let share = |part: u32| f64::from(part) / f64::from(count.max(1));
                (enough, share(self.failures) >= failures || share(self.slow) >= slow, open_for)
            }
            Breaker::LastSeconds { least, failures, open_for, .. } => {
                let (calls, failed) = (self.calls.sum(now), self.failed.sum(now));
                let enough = on_trial || calls >= i64::from(least);
                (enough, calls > 0 && failed as f64 >= failures * calls as f64, open_for)
            }
        };
        if calls && bad {
            self.state = State::Open(now + open_for);
        } else if calls && on_trial {
            self.reset();
            self.state = State::Closed;
        }
    }

    fn reset(&mut self) {
        self.last.clear();
        (self.failures, self.slow) = (0, 0);
        self.calls.clear();
        self.failed.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Span = Span::from_millis(1);

    fn at(secs: u64) -> Time {
        Time::ZERO + Span::from_secs(secs)
    }

    #[test]
    fn half_of_the_last_hundred_open_it_and_ten_good_ones_close_it() {
        let mut breaker = BreakerState::new(Breaker::RESILIENCE4J);
        for call in 0..99 {
            assert!(breaker.admit(at(0)));
            breaker.ended(at(0), if call % 2 == 0 { Ended::Badly } else { Ended::Well }, QUICK);
        }
        // 50 of 99 failed, but a hundred are asked for.
        assert!(breaker.admit(at(0)) && !breaker.is_open());
        breaker.ended(at(0), Ended::Well, QUICK);
        assert!(breaker.is_open() && !breaker.admit(at(59)));
        assert_eq!((0..12).filter(|_| breaker.admit(at(60))).count(), 10);
        for call in 0..10 {
            assert!(breaker.is_open());
            breaker.ended(at(61), if call < 4 { Ended::Badly } else { Ended::Well }, QUICK);
        }
        assert!(!breaker.is_open());
    }

    #[test]
    fn calls_that_fail_on_trial_open_it_again() {
        let mut breaker = BreakerState::new(Breaker::HYSTRIX);
        for _ in 0..20 {
            assert!(breaker.admit(at(1)));
            breaker.ended(at(1), Ended::Badly, QUICK);
        }
        assert!(!breaker.admit(at(5)));
        assert!(breaker.admit(at(6)) && !breaker.admit(at(6)), "one on trial");
        breaker.ended(at(7), Ended::Badly, QUICK);
        assert!(!breaker.admit(at(11)) && breaker.admit(at(12)));
        breaker.ended(at(12), Ended::Well, QUICK);
        assert!(!breaker.is_open());
        // What came before is forgotten.
        breaker.ended(at(12), Ended::Badly, QUICK);
        assert!(!breaker.is_open());
    }

    #[test]
    fn a_call_on_trial_that_is_called_off_leaves_its_place() {
        let mut breaker = BreakerState::new(Breaker::HYSTRIX);
        for _ in 0..20 {
            breaker.ended(at(0), Ended::Badly, QUICK);
        }
        assert!(breaker.admit(at(5)) && !breaker.admit(at(5)));
        breaker.ended(at(5), Ended::CalledOff, QUICK);
        assert!(breaker.admit(at(5)));
    }

    #[test]
    fn slow_answers_open_it_too() {
        let Breaker::LastCalls { calls, least, failures, open_for, trial, .. } = Breaker::RESILIENCE4J else {
            unreachable!("it is by calls");
        };
        let slow_after = Span::from_millis(10);
        let own = Breaker::LastCalls { calls, least, failures, slow_after, slow: 0.5, open_for, trial };
        let mut breaker = BreakerState::new(own);
        for call in 0..100 {
            let took = Span::from_millis(if call < 50 { 5 } else { 50 });
            breaker.ended(at(0), Ended::Well, took);
        }
        assert!(breaker.is_open());
    }
}
