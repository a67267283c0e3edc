//! Dask's adaptive deployment: enough workers to be done within a target duration.
//!
//! Dask distributed, `Scheduler.adaptive_target` and `deploy/adaptive_core.py`: every second ceil(occupancy / 5 s), never more
//! than there are tasks; twice the workers there are where results fill more than 60 % of their memory; more at once, fewer when
//! three looks in a row ask for it. 40 tasks of 1 s: 8.

use super::sight::Sight;
use super::{Decision, Reason, Seen, of_bounds};
use crate::base::{Span, Time};
use crate::scenario::DaskAdaptive;

/// The newest task has this weight in the duration that is expected of the next.
const NEWEST: f64 = 0.5;

/// Results that fill more than this share of the memory ask for more workers.
const FULL: f64 = 0.6;

/// So many times the results have to fit into the memory that is left (`workers_to_close`, `memory_ratio`).
const ROOM: f64 = 2.0;

/// A pool's autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolDask {
    dask: DaskAdaptive,
    min: u32,
    max: u32,
    /// What a task is expected to take, in seconds; unknown before one has ended.
    duration: Option<f64>,
    /// Looks in a row that asked for fewer.
    fewer: u32,
}

impl PoolDask {
    /// A fresh one within these bounds.
    pub fn new(dask: DaskAdaptive, min: u32, max: u32) -> Self {
        Self { dask, min, max, duration: None, fewer: 0 }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.dask.every
    }

    /// Decides.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        if sight.done > 0 {
            let newest = sight.run.secs() / sight.done as f64;
            // As if they had ended one after the other, each with its weight.
            let kept = libm::pow(1.0 - NEWEST, sight.done as f64);
            self.duration = Some(self.duration.map_or(newest, |known| known * kept + newest * (1.0 - kept)));
        }
        let tasks = sight.in_flight;
        let occupancy = f64::from(tasks) * self.duration.unwrap_or(DaskAdaptive::UNKNOWN.secs());
        let cores = (occupancy / self.dask.target_duration.secs()).ceil() as u32;
        let is_stuck = sight.waiting > 0 && sight.machines.is_empty();
        let there = sight.machines.iter().filter(|machine| machine.ready.is_some()).count() as u32;
        let for_memory = if sight.stored.is_some_and(|share| share > FULL) { 2 * there } else { 0 };
        let wanted = cores.min(tasks).max(u32::from(is_stuck)).max(for_memory);
        // Who is left has to hold what the others hold, and as much again.
        let holds = sight.stored.map_or(0, |share| (ROOM * share * f64::from(there)).ceil() as u32).min(sight.size);
        let bounded = wanted.max(holds).clamp(self.min, self.max.max(self.min));
        self.fewer = if bounded < sight.size { self.fewer + 1 } else { 0 };
        let waits = bounded < sight.size && self.fewer < self.dask.wait_count;
        let size = if waits { sight.size } else { bounded };
        if size < sight.size {
            self.fewer = 0;
        }
        let why = if waits { Reason::Stabilised } else { of_bounds(wanted, bounded) };
        Some(Decision {
            before: sight.size,
            ratio: None,
            wanted,
            stabilised: size,
            size,
            why,
            limit: why,
            seen: Some(Seen { at: now, value: occupancy }),
            cores: None,
        })
    }
}
