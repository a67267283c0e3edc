//! A routed job walks from stage to stage, by probabilities.
//!
//! Each step is a function of the seed, the job and how many steps there were before (so it is as if the whole walk had
//! been drawn when the job came in), and the walk is bounded. Exact for open networks of queues (Jackson, "Networks of
//! waiting lines", Operations Research 1957) and for feedback.

use super::{Actions, Cluster, Outcome};
use crate::base::{Domain, JobId, StageIx, Stream, Time};
use crate::scenario::limits;

impl Cluster {
    /// A routed job comes in.
    pub(super) fn enter_route(&mut self, now: Time, id: JobId, actions: &mut Actions) {
        let arrival = &self.jobs[id].arrival;
        let mut stream = self.step(arrival.serial, 0);
        let entry = &self.plan.job(arrival.job).entry;
        // The probabilities add up to 1 but for rounding, which falls to the last way.
        let stage = choose(entry, &mut stream).or(entry.last().map(|(stage, _)| *stage));
        let stage = stage.expect("a routed job has a way in");
        self.start_stage(now, id, stage, actions);
    }

    /// A routed job is done at a stage: it goes on, or leaves.
    pub(super) fn go_on(&mut self, now: Time, id: JobId, from: StageIx, actions: &mut Actions) {
        let run = &mut self.jobs[id];
        run.visit += 1;
        let (arrival, visit) = (run.arrival, run.visit);
        let mut stream = self.step(arrival.serial, visit);
        match choose(&self.plan.stage(arrival.job, from).then, &mut stream) {
            None => self.end_job(now, id, Outcome::Completed, actions),
            Some(_) if visit >= limits::ROUTE_STAGES_MAX => self.end_job(now, id, Outcome::Failed, actions),
            Some(next) => {
                self.restart_stage(id, next);
                self.start_stage(now, id, next, actions);
            }
        }
    }

    /// What decides the step of a job after so many stages.
    fn step(&self, serial: u64, visit: u32) -> Stream {
        Stream::new(self.seed, Domain::Route, [serial, u64::from(visit), 0, 0])
    }
}

/// One of the ways; `None` for what is missing to 1.
fn choose(ways: &[(StageIx, f64)], stream: &mut Stream) -> Option<StageIx> {
    let mut level = stream.unit();
    for &(stage, probability) in ways {
        if level <= probability {
            return Some(stage);
        }
        level -= probability;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_taken_as_often_as_they_are_probable() {
        let ways = [(StageIx(0), 0.2), (StageIx(1), 0.5)];
        let (mut stream, n) = (Stream::new(5, Domain::Route, [0; 4]), 100_000);
        let mut counts = [0.0; 3];
        for _ in 0..n {
            counts[choose(&ways, &mut stream).map_or(2, StageIx::ix)] += 1.0 / f64::from(n);
        }
        // Five standard errors of a share of a half.
        let tolerance = 5.0 * 0.5 / f64::from(n).sqrt();
        for (count, expected) in counts.iter().zip([0.2, 0.5, 0.3]) {
            assert!((count - expected).abs() < tolerance, "{counts:?}");
        }
    }
}
