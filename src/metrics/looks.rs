//! What the engine reads off the control plane, and how machines stood when each was looked at.

use super::recorder::Recorder;
use super::window::PARTS;
use super::work::Volume;
use crate::base::Time;
use crate::cluster::WorkerGauge;

/// What the engine reads off the cluster.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// Machines that are not given back, in order of their numbers; empty at a tick at which nobody
    /// [looks at them](Recorder::looks_at_machines).
    pub workers: Vec<WorkerGauge>,
    /// Attempts that wait at machines.
    pub waiting_at_machines: u64,
    /// For each pool, attempts that wait in its own queue.
    pub waiting_in_pools: Vec<u32>,
    /// Core-nanoseconds at work since the start, of all machines there ever were.
    pub busy_area: u64,
}

/// How machines stood at an instant. Memory of the oldest look is used for the next.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) at: Time,
    /// By number; what was given back or not there yet has nothing.
    pub(super) machines: Vec<Option<Work>>,
}

/// What a machine has done so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    /// Core-nanoseconds at work.
    pub(super) busy_area: u64,
    /// Attempts executed with success.
    pub(super) completed: u64,
    /// What they were worth.
    pub(super) volume: Volume,
}

impl Recorder {
    /// Notes how machines stand now.
    pub(super) fn look(&mut self, now: Time, gauges: &[WorkerGauge]) {
        let oldest = if self.looks.len() > PARTS { self.looks.pop_front() } else { None };
        let mut look = oldest.unwrap_or(Look { at: now, machines: Vec::new() });
        look.at = now;
        look.machines.clear();
        for gauge in gauges {
            // Numbers ascend, with gaps.
            look.machines.resize(gauge.worker.ix(), None);
            look.machines.push(Some(self.work_of(gauge)));
        }
        self.looks.push_back(look);
    }

    /// What a machine has done by now.
    pub(super) fn work_of(&self, gauge: &WorkerGauge) -> Work {
        let volume = self.work.as_ref().map_or_else(Volume::default, |work| work.of(gauge.worker));
        Work { busy_area: gauge.busy_area, completed: gauge.completed, volume }
    }
}
