//! A run that looks at its own books: a safety phase, in which everything goes wrong that the scenario says, then a
//! liveness phase without load or trouble, in which all that is in flight must come to its end.
//!
//! After every event what costs nothing to look at; after every 256th the whole ledger, counted from what is held. It
//! works in release builds, too, and it is what random scenarios are run by (after TigerBeetle's simulator).

use std::sync::Arc;

use super::handle::{EngineError, Options, Pace};
use super::journal::Journal;
use super::publish::Publisher;
use super::run::Engine;
use crate::base::{GroupIx, PoolId, Span, Time};
use crate::cluster::{Control, Event, Totals};
use crate::scenario::{Mode, Scenario};

/// The whole ledger is counted after so many events.
const EVENTS_PER_COUNT: u64 = 256;
/// The laws are looked at after so many instants at which something happened.
const STEPS_PER_LAW: u64 = 64;
/// A run is looked at for so many events at most, until the liveness phase begins.
const EVENTS_MAX: u64 = 2_000;
/// In the liveness phase everything ends within so many events, or never.
const DRAIN_EVENTS_MAX: u64 = 200_000;

/// What an audited run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Events of the safety phase.
    pub events: u64,
    /// When that ended.
    pub until: Time,
    /// What had happened by then.
    pub totals: Totals,
    /// The hash of everything that had.
    pub hash: u64,
    /// Jobs that were still in flight when nothing was left to happen: callers that hold what those they call need.
    pub stuck: u64,
}

/// What an audit keeps in mind between two events.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Auditor {
    events: u64,
    latest: Time,
    /// No load and no trouble any more.
    pub(super) is_draining: bool,
}

/// Runs a simulated scenario and asserts everything that must hold.
///
/// # Errors
/// When the scenario is live.
///
/// # Panics
/// When something does not hold: a bug of this program. The message says what.
pub fn audit(scenario: Arc<Scenario>) -> Result<Audit, EngineError> {
    if scenario.mode == Mode::Live {
        return Err(EngineError::new("a live scenario cannot be audited: set its mode to Simulate"));
    }
    let options = Options { pace: Pace::AsFastAsPossible, ..Options::default() };
    let mut engine = Engine::new(scenario, &options, Publisher::nobody(), Journal::nowhere(), |_, _| {})?;
    engine.auditor = Some(Auditor::default());
    Ok(engine.audited())
}

impl Engine {
    fn audited(mut self) -> Audit {
        let (mut now, mut steps) = (Time::ZERO, 0);
        while let Some(next) = self.queue.next_at().filter(|at| *at <= self.end)
            && self.events() < EVENTS_MAX
        {
            now = next;
            self.step(now);
            steps += 1;
            if steps % STEPS_PER_LAW == 0 {
                self.check_laws(now);
            }
        }
        self.count_everything(now);
        self.check_laws(now);
        let (events, totals, hash) = (self.events(), self.cluster.totals(), self.recorder.hash());
        self.drain(now);
        Audit { events, until: now, totals, hash, stuck: self.cluster.totals().jobs.in_flight }
    }

    /// Nothing arrives any more, nothing breaks any more, and every pool has a machine.
    fn drain(&mut self, now: Time) {
        if let Some(auditor) = &mut self.auditor {
            auditor.is_draining = true;
        }
        let pools = 0..self.scenario.pools.len();
        for pool in pools.map(|ix| PoolId(ix as u16)) {
            if self.cluster.sizes(pool).all(|(count, _)| count == 0) {
                self.feed(now + Span(1), &Event::Command(Box::new(Control::SetCount(pool, GroupIx(0), 1))));
            }
        }
        let last = self.events() + DRAIN_EVENTS_MAX;
        let mut now = now;
        while let Some(next) = self.queue.next_at() {
            assert!(self.events() < last, "it goes in circles when nothing arrives any more, at {next}");
            now = next;
            self.step(now);
        }
        self.count_everything(now);
        self.check_laws(now);
    }

    /// Looks at what an event has left. Costs no time that grows with what is held, but now and then.
    pub(super) fn look(&mut self, now: Time) {
        let Some(auditor) = &mut self.auditor else { return };
        assert!(now >= auditor.latest, "time ran backwards, from {} to {now}", auditor.latest);
        auditor.latest = now;
        auditor.events += 1;
        let events = auditor.events;
        self.cluster.check_ledger();
        if events.is_multiple_of(EVENTS_PER_COUNT) {
            self.count_everything(now);
        }
    }

    fn count_everything(&self, now: Time) {
        self.cluster.check();
        let cost = self.recorder.cost(now);
        let parts = [cost.useful, cost.idle, cost.boot_and_drain, cost.wasted, cost.egress];
        let tolerance = 1e-9 * (1.0 + cost.billed);
        let sum = parts.iter().sum::<f64>() - cost.forgiven;
        assert!((cost.billed - sum).abs() <= tolerance, "billed is not what its parts are: {cost:?}");
        assert!(parts.iter().chain([&cost.forgiven]).all(|part| *part >= -tolerance), "dollars below zero: {cost:?}");
    }

    /// Little's law, the utilisation law and conservation, when nothing is left to be taken in.
    fn check_laws(&self, now: Time) {
        let (busy_area, in_progress) = (self.cluster.busy_area(now), self.cluster.core_time_in_progress(now));
        for check in self.recorder.checks(now, &self.cluster.totals(), busy_area, in_progress) {
            assert!(check.holds, "at {now} a law is broken: {check:?}");
        }
    }

    fn events(&self) -> u64 {
        self.auditor.map_or(0, |auditor| auditor.events)
    }
}
