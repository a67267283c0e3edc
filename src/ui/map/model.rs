//! What moves on the map: dots, each a fixed number of jobs that the snapshots counted.
//!
//! A dot sets out when that many jobs have arrived, and passes a machine when that many jobs' worth of tasks was completed
//! there. Nothing is invented: where counts stand still, no dot sets out. Only the way between two points is drawn.

use std::collections::VecDeque;

use crate::base::WorkerId;
use crate::metrics::snapshot::Snapshot;

/// What moves.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// How far each arriving dot has come, 0 to 1; the oldest first.
    pub(crate) arriving: VecDeque<f32>,
    /// Dots on their way through machines.
    pub(crate) serving: VecDeque<Serving>,
    jobs_per_dot: u64,
    seen: Option<Seen>,
}

/// A dot on its way from the queue through a machine to the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Serving {
    /// Through which machine.
    pub(crate) worker: WorkerId,
    /// Which dot of that machine it is, so that dots take its core slots in turn.
    pub(crate) turn: u32,
    /// How far it has come, 0 to 1.
    pub(crate) progress: f32,
}

/// Counts that became dots.
#[derive(Debug, Default)]
struct Seen {
    at: u64,
    arrived: u64,
    arrived_carry: f64,
    /// Tasks completed, what is left over in jobs, dots so far; by machine.
    machines: Vec<(WorkerId, u64, f64, u32)>,
}

/// Seconds that a dot takes to the queue.
const ARRIVE_SECS: f32 = 1.1;
/// Seconds that a dot takes from the queue through a machine to the end.
const SERVE_SECS: f32 = 1.6;
/// Dots that set out within a second, at most: more cannot be told apart.
const DOTS_PER_SEC: f64 = 20.0;
/// Dots of the queue that fit.
const QUEUE_DOTS: f64 = 240.0;
/// Dots on one way at a time.
const DOTS_MAX: usize = 64;

impl Model {
    /// How many jobs one dot stands for.
    pub(crate) fn jobs_per_dot(&self) -> u64 {
        self.jobs_per_dot.max(1)
    }

    /// Dots that wait: the jobs inside, in dots.
    pub(crate) fn waiting(&self, snapshot: &Snapshot) -> usize {
        (snapshot.totals.jobs.in_flight / self.jobs_per_dot()) as usize
    }

    /// Moves what moves by a frame, and lets dots set out for what was counted since the picture before.
    pub(crate) fn advance(&mut self, snapshot: &Snapshot, frame_secs: f32) {
        self.choose_scale(snapshot);
        for progress in &mut self.arriving {
            *progress += frame_secs / ARRIVE_SECS;
        }
        for dot in &mut self.serving {
            dot.progress += frame_secs / SERVE_SECS;
        }
        self.arriving.retain(|progress| *progress < 1.0);
        self.serving.retain(|dot| dot.progress < 1.0);
        self.depart(snapshot, frame_secs);
    }

    /// Places dots so that nothing glides: on each way as many as are on it at a time, at the same distances.
    pub(crate) fn stand(&mut self, snapshot: &Snapshot) {
        self.choose_scale(snapshot);
        let per_dot = self.jobs_per_dot() as f64;
        let pace = snapshot.pace.unwrap_or(1.0).max(1.0);
        let on_way = |per_sec: f64, secs: f32| (per_sec * pace * f64::from(secs) / per_dot).round() as usize;
        let spaced = |n: usize| (0..n).map(move |ix| (ix as f32 + 0.5) / n as f32);
        let arriving = on_way(snapshot.recent.offered, ARRIVE_SECS).min(DOTS_MAX);
        self.arriving = spaced(arriving).collect();
        let (jobs, tasks) = (snapshot.totals.jobs.arrived, snapshot.totals.tasks.arrived);
        let per_job = (tasks as f64 / jobs.max(1) as f64).max(1.0);
        let dots = snapshot.workers.iter().flat_map(|worker| {
            let n = on_way(worker.tasks_per_sec / per_job, SERVE_SECS).min(DOTS_MAX);
            let turned = spaced(n).zip(1..);
            turned.map(|(progress, turn)| Serving { worker: worker.worker, turn, progress })
        });
        self.serving = dots.take(DOTS_MAX).collect();
        // Who moves again begins with what is so then.
        self.seen = None;
    }

    /// The smallest of 1, 2, 5, 10, … that keeps dots apart. It shrinks only when there is room to spare, so that it does
    /// not flicker between two.
    fn choose_scale(&mut self, snapshot: &Snapshot) {
        let pace = snapshot.pace.unwrap_or(1.0).max(1.0);
        let fastest = snapshot.recent.offered.max(snapshot.recent.completed) * pace / DOTS_PER_SEC;
        let needed = fastest.max(snapshot.totals.jobs.in_flight as f64 / QUEUE_DOTS);
        let current = self.jobs_per_dot() as f64;
        if needed > current || needed < current * 0.3 {
            self.jobs_per_dot = nice_at_least(needed);
        }
    }

    fn depart(&mut self, snapshot: &Snapshot, frame_secs: f32) {
        let per_dot = self.jobs_per_dot() as f64;
        let arrived = snapshot.totals.jobs.arrived;
        let tasks = snapshot.totals.tasks;
        // Tasks that a job takes, as seen so far; at least one.
        let per_job = (tasks.arrived as f64 / arrived.max(1) as f64).max(1.0);
        let restarted = self.seen.as_ref().is_some_and(|seen| seen.at > snapshot.at.0);
        let Some(seen) = self.seen.as_mut().filter(|_| !restarted) else {
            self.seen = Some(Seen::from(snapshot));
            return;
        };
        seen.at = snapshot.at.0;
        seen.arrived_carry += arrived.saturating_sub(seen.arrived) as f64 / per_dot;
        seen.arrived = arrived;
        let dots = take_whole(&mut seen.arrived_carry);
        for i in 0..dots {
            // What was counted within one frame is spread over the way of that frame, so that it does not come in clumps.
            self.arriving.push_back(frame_secs / ARRIVE_SECS * (i as f32 / dots as f32));
        }
        // Both are in order of their numbers: with thousands of machines nobody is searched for.
        let room = Vec::with_capacity(snapshot.workers.len());
        let mut before = std::mem::replace(&mut seen.machines, room).into_iter().peekable();
        for worker in &snapshot.workers {
            while before.next_if(|(id, ..)| *id < worker.worker).is_some() {}
            let known = before.next_if(|(id, ..)| *id == worker.worker);
            let (_, completed, mut carry, mut turn) = known.unwrap_or((worker.worker, worker.completed, 0.0, 0));
            carry += worker.completed.saturating_sub(completed) as f64 / per_job / per_dot;
            let dots = take_whole(&mut carry);
            for i in 0..dots {
                turn = turn.wrapping_add(1);
                let progress = frame_secs / SERVE_SECS * (i as f32 / dots as f32);
                self.serving.push_back(Serving { worker: worker.worker, turn, progress });
            }
            seen.machines.push((worker.worker, worker.completed, carry, turn));
        }
        self.arriving.drain(..self.arriving.len().saturating_sub(DOTS_MAX));
        self.serving.drain(..self.serving.len().saturating_sub(DOTS_MAX));
    }
}

impl From<&Snapshot> for Seen {
    fn from(snapshot: &Snapshot) -> Self {
        let machines = snapshot.workers.iter().map(|worker| (worker.worker, worker.completed, 0.0, 0));
        Self {
            at: snapshot.at.0,
            arrived: snapshot.totals.jobs.arrived,
            arrived_carry: 0.0,
            machines: machines.collect(),
        }
    }
}

/// Takes the whole dots out of what is carried, at most as many as are shown at a time.
fn take_whole(carry: &mut f64) -> usize {
    let whole = carry.floor();
    *carry -= whole;
    (whole as usize).min(DOTS_MAX)
}

/// The smallest of 1, 2, 5, 10, … that is not below `value`.
fn nice_at_least(value: f64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            if (unit * factor) as f64 >= value || unit > 1_000_000_000_000 {
                return unit * factor;
            }
        }
        unit *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round() {
        for (value, nice) in [(0.0, 1), (1.0, 1), (1.1, 2), (13.2, 20), (51.0, 100)] {
            assert_eq!(nice_at_least(value), nice);
        }
    }

    #[test]
    fn whole_dots_leave_the_rest_for_later() {
        let mut carry = 2.75;
        assert_eq!(take_whole(&mut carry), 2);
        assert!((carry - 0.75).abs() < 1e-12);
    }
}
