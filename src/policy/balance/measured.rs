//! The least loaded, of all or of some drawn at random, by any measure of load. Ties are broken at random.
//!
//! Outstanding and latency are what the dispatcher sees itself; busy share and queue come with each answer, as old as the
//! network makes them (Envoy calls such reports ORCA); work left is an oracle's. On machines of one core the least work left
//! places everybody as one central queue would (Kiefer and Wolfowitz 1955).

use super::peak_ewma::{self, Estimate};
use super::{Roster, Seat};
use crate::base::{Span, Stream, Time};
use crate::scenario::limits::CHOICES_MAX;
use crate::scenario::{Drawing, Measure};

/// What a worker says of itself with an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Busy cores over cores.
    pub busy: f32,
    /// Attempts that wait there; for a picker that probes, those that were there when this one came.
    pub waiting: u32,
}

/// A picker by a measure.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    by: Measure,
    /// How many are drawn, and how; `None` looks at all.
    drawn: Option<(u32, Drawing)>,
    /// By seat.
    known: Vec<Known>,
    /// Who is compared: memory that is used again.
    candidates: Vec<Seat>,
}

/// What is known of a member besides what is outstanding.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    latency: Estimate,
    report: Report,
    /// When its cores will be done with what was sent there.
    done: Time,
}

impl Measured {
    pub(super) fn new(by: Measure, drawn: Option<(u32, Drawing)>) -> Self {
        Self { by, drawn, known: Vec::new(), candidates: Vec::with_capacity(CHOICES_MAX as usize) }
    }

    pub(super) fn by(&self) -> Measure {
        self.by
    }

    pub(super) fn joined(&mut self, roster: &Roster, seat: Seat) {
        let place = seat.0 as usize;
        if self.known.len() <= place {
            self.known.resize(place + 1, Known::default());
        }
        self.known[place] = Known::default();
        if self.drawn.is_none() {
            self.candidates.reserve(roster.members().len());
        }
    }

    /// A member has answered after so long.
    pub(super) fn answered(&mut self, now: Time, seat: Seat, latency: Span) {
        let sample = latency.0 as f64;
        let known = &mut self.known[seat.0 as usize].latency;
        match self.by {
            Measure::Ewma { decay_millis } => known.see_evenly(now, sample, decay(decay_millis)),
            Measure::PeakEwma { decay_millis } => known.see(now, sample, decay(decay_millis)),
            _ => {}
        }
    }

    /// A member has said how it is.
    pub(super) fn reported(&mut self, seat: Seat, report: Report) {
        self.known[seat.0 as usize].report = report;
    }

    /// So much work, spread over its cores, was sent to a member.
    pub(super) fn sent(&mut self, now: Time, seat: Seat, work: Span) {
        let done = &mut self.known[seat.0 as usize].done;
        *done = (*done).max(now) + work;
    }

    fn load(&self, now: Time, roster: &Roster, seat: Seat) -> f64 {
        let outstanding = roster.load(seat);
        let known = &self.known[seat.0 as usize];
        match self.by {
            Measure::Outstanding => f64::from(outstanding),
            Measure::PerWeight => (f64::from(outstanding) + 1.0) / f64::from(roster.weight(seat)),
            Measure::Ewma { decay_millis } | Measure::PeakEwma { decay_millis } => {
                // To be read is a sample of nothing.
                let mut latency = known.latency;
                latency.see_evenly(now, 0.0, decay(decay_millis));
                peak_ewma::load(latency.nanos, outstanding)
            }
            Measure::Utilisation => f64::from(known.report.busy),
            Measure::QueueLength => f64::from(known.report.waiting),
            Measure::WorkLeft if outstanding == 0 => 0.0,
            Measure::WorkLeft => known.done.since(now).0 as f64,
        }
    }

    pub(super) fn pick(&mut self, now: Time, roster: &Roster, stream: &mut Stream) -> Option<Seat> {
        self.candidates.clear();
        match self.drawn {
            None => self.candidates.extend_from_slice(roster.members()),
            Some((d, drawing)) => {
                super::power_of_d::draw(d, drawing, roster, stream, |seat| self.candidates.push(seat));
            }
        }
        let mut best: Option<(f64, Seat)> = None;
        let mut ties = 0;
        for &seat in &self.candidates {
            let load = self.load(now, roster, seat);
            match best {
                Some((least, _)) if load > least => {}
                Some((least, _)) if load == least => {
                    // Each of so many alike is as likely.
                    ties += 1;
                    if stream.below(ties) == 0 {
                        best = Some((load, seat));
                    }
                }
                _ => (best, ties) = (Some((load, seat)), 1),
            }
        }
        best.map(|(_, seat)| seat)
    }
}

fn decay(millis: u32) -> Span {
    Span::from_millis(u64::from(millis))
}
