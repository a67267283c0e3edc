//! How long tasks take: by a law of the scenario, by the profile of a machine, or by what this machine just measured.

use std::sync::Arc;

use crate::base::{Domain, JobType, Span, StageIx, Stream};
use crate::cluster::Call;
use crate::scenario::{Dist, Scenario, Work};

/// Measurements of one stage that are kept: the newest.
const MEASUREMENTS_MAX: usize = 256;

/// Where the service time of each stage comes from.
#[derive(Clone, Debug)]
pub struct ServiceTimes {
    seed: u64,
    /// For each kind of job, for each stage.
    laws: Arc<[Vec<Dist>]>,
    /// The same shape; empty in a simulated run.
    measured: Vec<Vec<Measured>>,
}

/// The newest measurements, in nanoseconds.
#[derive(Clone, Debug, Default)]
struct Measured {
    values: Vec<u64>,
    next: usize,
}

impl ServiceTimes {
    pub(super) fn new(scenario: &Scenario, seed: u64) -> Self {
        let law = |job: &str, stage: &crate::scenario::Stage| match &stage.work {
            Work::Service(law) => law.clone(),
            Work::Kernel(_) => {
                let name = format!("{job}.{}", stage.name);
                let profile = scenario.profile.iter().flat_map(|profile| &profile.service);
                profile
                    .filter(|(key, _)| *key == name)
                    .map(|(_, law)| law.clone())
                    .next()
                    .unwrap_or(Dist::Constant(0.0))
            }
        };
        let laws = scenario.jobs.iter().map(|job| job.stages.iter().map(|stage| law(&job.name, stage)).collect());
        let measured = scenario.jobs.iter().map(|job| vec![Measured::default(); job.stages.len()]).collect();
        Self { seed, laws: laws.collect(), measured }
    }

    /// Seconds of one core of speed 1 that a task needs on average, by law or profile.
    pub fn mean_secs(&self, kind: JobType, stage: StageIx) -> f64 {
        self.laws[kind.ix()][stage.ix()].mean()
    }

    /// Takes in how long a task took on this machine.
    pub fn measure(&mut self, kind: JobType, stage: StageIx, span: Span) {
        let measured = &mut self.measured[kind.ix()][stage.ix()];
        if measured.values.len() < MEASUREMENTS_MAX {
            measured.values.push(span.0);
        } else {
            measured.values[measured.next] = span.0;
            measured.next = (measured.next + 1) % MEASUREMENTS_MAX;
        }
    }

    /// What one free core of speed 1 needs for this call: a function of the seed and the call, and of what was measured
    /// where anything was.
    pub(super) fn demand(&self, call: &Call) -> Span {
        let counters = [call.serial, u64::from(call.stage.0), u64::from(call.task), u64::from(call.tries)];
        let mut stream = Stream::new(self.seed, Domain::Demand, counters);
        let measured = &self.measured[call.kind.ix()][call.stage.ix()].values;
        if measured.is_empty() {
            return Span::from_secs_f64(self.laws[call.kind.ix()][call.stage.ix()].sample(&mut stream));
        }
        Span(measured[stream.below(measured.len() as u64) as usize])
    }
}
