//! Processor sharing: all attempts at a machine share its cores alike, and none has more than one core.
//!
//! In virtual time: each attempt that shares is served at the same rate, so one clock of work served per attempt orders
//! all of them by when they will be done, and only the first end is ever planned. Whoever comes or goes changes the rate
//! of all, and the plan.

use std::collections::BTreeMap;

use crate::base::{AttemptId, Span, Time};

/// Attempts that share a machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Sharing {
    /// Work that each attempt has been served, in nanoseconds of a core of speed 1, since anybody was there.
    served: f64,
    /// Work served per attempt and nanosecond.
    rate: f64,
    since: Time,
    /// By the value of `served` at which it is done (never negative, so that its bits are in order), then by coming.
    ends: BTreeMap<(u64, u64), Sharer>,
    arrivals: u64,
    planned: Option<(AttemptId, Time)>,
}

#[derive(Clone, Copy, Debug)]
struct Sharer {
    attempt: AttemptId,
    began: Time,
    ok: bool,
}

/// Who will be done first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NextEnd {
    pub(super) attempt: AttemptId,
    pub(super) at: Time,
    /// When it came.
    pub(super) began: Time,
    /// Whether it will have worked.
    pub(super) ok: bool,
}

impl Sharing {
    /// How many share.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One more shares from now on. [`plan`](Self::plan) follows.
    pub(super) fn add(&mut self, now: Time, attempt: AttemptId, work: Span, ok: bool) {
        self.advance(now);
        self.arrivals += 1;
        let end = self.served + work.0 as f64;
        self.ends.insert((end.to_bits(), self.arrivals), Sharer { attempt, began: now, ok });
    }

    /// One leaves. [`plan`](Self::plan) follows.
    pub(super) fn remove(&mut self, now: Time, attempt: AttemptId) {
        self.advance(now);
        // Whoever is done is the first; only those called off are looked for further on.
        let place = self.ends.iter().find(|(_, sharer)| sharer.attempt == attempt).map(|(place, _)| *place);
        place.and_then(|place| self.ends.remove(&place));
        if self.ends.is_empty() {
            self.clear();
        }
    }

    /// Nobody shares any longer.
    pub(super) fn clear(&mut self) {
        // From zero again the clock stays small, and exact.
        *self = Self { arrivals: self.arrivals, since: self.since, ..Self::default() };
    }

    /// From now on each is served at `rate`. Returns who will be done first if nobody comes or goes.
    pub(super) fn plan(&mut self, now: Time, rate: f64) -> Option<NextEnd> {
        self.advance(now);
        self.rate = rate;
        if rate == 0.0 {
            // Everything stands still.
            self.planned = None;
            return None;
        }
        let first = self.ends.first_key_value().map(|(&(end, _), &sharer)| {
            let Sharer { attempt, began, ok } = sharer;
            let left = (f64::from_bits(end) - self.served).max(0.0) / rate;
            NextEnd { attempt, at: now + Span(left.round() as u64), began, ok }
        });
        self.planned = first.map(|end| (end.attempt, end.at));
        first
    }

    /// Whether this is what was planned last.
    pub(super) fn ends(&self, now: Time, attempt: AttemptId) -> bool {
        self.planned == Some((attempt, now))
    }

    fn advance(&mut self, now: Time) {
        self.served += now.since(self.since).0 as f64 * self.rate;
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two attempts of 3 and 4 s on one core, the second 1 s later: the first has 1 s alone and shares the rest of 2 s,
    /// so it is done at 5 s; the second has then 2 s left, alone.
    #[test]
    fn shares_of_a_core_add_up_to_it() {
        let secs = |secs| Time::ZERO + Span::from_secs(secs);
        let (one, two) = (AttemptId::from_bits(1 << 32), AttemptId::from_bits(3 << 32));
        let mut sharing = Sharing::default();
        sharing.add(secs(0), one, Span::from_secs(3), true);
        let alone = sharing.plan(secs(0), 1.0).expect("somebody is there");
        assert_eq!((alone.attempt, alone.at), (one, secs(3)));
        sharing.add(secs(1), two, Span::from_secs(4), false);
        let first = sharing.plan(secs(1), 0.5).expect("somebody is there");
        assert_eq!((first.attempt, first.at, first.ok), (one, secs(5), true));
        assert!(!sharing.ends(secs(3), one) && sharing.ends(secs(5), one));
        sharing.remove(secs(5), one);
        let second = sharing.plan(secs(5), 1.0).expect("somebody is there");
        assert_eq!((second.attempt, second.at, second.ok), (two, secs(7), false));
        sharing.remove(secs(7), two);
        assert_eq!((sharing.len(), sharing.plan(secs(7), 1.0)), (0, None));
    }
}
