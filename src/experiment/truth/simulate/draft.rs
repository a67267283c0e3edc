//! The text of a scenario, written as a person would write it.

use super::super::formulas::Refusal;
use super::super::formulas::input::Input;
use super::super::formulas::law_text;
use super::{Effort, FIRST_SEED, Gap, Plan, Target};
use crate::analysis::queueing::{Law, Shape};
use crate::experiment::truth::{Case, Quantity};

/// Waiting room that is never filled.
pub(super) const UNBOUNDED: u32 = 10_000_000;
/// How many relaxation times are left out at the beginning: what is left of the empty start is e^-10 of it.
const WARMUP: f64 = 10.0;

/// A scenario while it is written.
#[derive(Default)]
pub(super) struct Draft {
    pools: String,
    /// Stages of the job that is being written.
    stages: String,
    jobs: String,
    sources: String,
}

/// The name of the job where there is one only.
const JOB: &str = "job";

/// How long a case is simulated.
#[derive(Clone, Copy)]
pub(super) struct Horizon {
    warmup: f64,
    measured: f64,
    jobs: f64,
}

impl Horizon {
    /// For a system that forgets its past within `relaxation` seconds and in which `rate` jobs arrive per second.
    pub(super) fn new(relaxation: f64, rate: f64, effort: &Effort) -> Self {
        let measured = (effort.relaxations * relaxation).max(effort.jobs_min / rate);
        Self::of(WARMUP * relaxation, measured, rate)
    }

    pub(super) fn of(warmup: f64, measured: f64, rate: f64) -> Self {
        let (warmup, measured) = (warmup.ceil(), measured.ceil());
        Self { warmup, measured, jobs: (warmup + measured) * rate }
    }

    /// Counts a job as so many.
    pub(super) fn weigh(&mut self, factor: f64) {
        self.jobs *= factor;
    }
}

impl Draft {
    /// A pool of so many machines, all alike, of speed 1 and without a link.
    pub(super) fn pool(self, name: &str, machines: u32, cores: u32, balance: &str, queue_max: u32) -> Self {
        self.special_pool(name, machines, cores, balance, &format!("Fifo(queue_max: {queue_max})"), "attempts: 1")
    }

    /// A pool with this order of service, and resilience.
    pub(super) fn special_pool(
        mut self,
        name: &str,
        machines: u32,
        cores: u32,
        balance: &str,
        serve: &str,
        resilience: &str,
    ) -> Self {
        self.pools += &format!(
            "    \"{name}\": (\n      groups: [(place: Modelled(link: None), instance: Custom(cores: {cores}, \
             usd_per_hour: 0.0), count: {machines})],\n      balance: {balance}, serve: {serve}, resilience: \
             ({resilience}),\n    ),\n"
        );
        self
    }

    /// A stage of so many tasks of this law, after the stages named.
    pub(super) fn stage(mut self, name: &str, pool: &str, after: &[&str], tasks: u32, law: &str) -> Self {
        let after: Vec<String> = after.iter().map(|stage| format!("(\"{stage}\", Nothing)")).collect();
        self.stages += &format!(
            "      (name: \"{name}\", pool: \"{pool}\", after: [{}], tasks: {tasks}, work: Service({law})),\n",
            after.join(", ")
        );
        self
    }

    /// A stage of one task with more to it: `then: […]`, `errors: 0.1`, `calls: […]`.
    pub(super) fn special_stage(mut self, name: &str, pool: &str, law: &str, more: &str) -> Self {
        self.stages += &format!("      (name: \"{name}\", pool: \"{pool}\", {more}, work: Service({law})),\n");
        self
    }

    /// Ends a job whose stages have been written; `more` is what else there is to it: `priority: 3, `.
    pub(super) fn job(mut self, name: &str, more: &str) -> Self {
        let stages = std::mem::take(&mut self.stages);
        self.jobs += &format!("    \"{name}\": ({more}stages: [\n{stages}    ]),\n");
        self
    }

    /// Jobs from outside, `Poisson` or `Regular`.
    pub(super) fn open(self, process: &str, rate: f64) -> Self {
        self.open_for(JOB, process, rate, "")
    }

    /// The same for one of several jobs; `more` is what else there is to the clients: `patience: …, `.
    pub(super) fn open_for(mut self, job: &str, process: &str, rate: f64, more: &str) -> Self {
        self.sources += &format!(
            "(job: \"{job}\", {more}arrivals: Open(process: {process}, load: [(over: \"0s\", to: {rate:?})])), "
        );
        self
    }

    /// So many clients that think in between.
    pub(super) fn closed(self, clients: u32, think: &str) -> Self {
        self.closed_for(JOB, clients, think)
    }

    /// The same for one of several jobs.
    pub(super) fn closed_for(mut self, job: &str, clients: u32, think: &str) -> Self {
        self.sources += &format!("(job: \"{job}\", arrivals: Closed(clients: {clients}, think: {think})), ");
        self
    }

    /// The plan: the finished text, and which meter answers what.
    pub(super) fn plan(
        mut self,
        case: &Case,
        horizon: Horizon,
        width: f64,
        target: impl Fn(&Quantity) -> Option<Target> + Send + Sync + 'static,
    ) -> Plan {
        if !self.stages.is_empty() {
            self = self.job(JOB, "");
        }
        let seed = FIRST_SEED + case.index;
        let duration = horizon.warmup + horizon.measured;
        let text = format!(
            "// {kind}, case {index} of the table.\n(\n  version: 1,\n  title: {kind:?},\n  seed: {seed},\n  duration: \
             \"{duration}s\",\n  warmup: \"{warmup}s\",\n  mode: Simulate,\n  pools: {{\n{pools}  }},\n  jobs: \
             {{\n{jobs}  }},\n  traffic: [{sources}],\n)\n",
            kind = case.kind,
            index = case.index,
            warmup = horizon.warmup,
            pools = self.pools,
            jobs = self.jobs,
            sources = self.sources,
        );
        let (jobs, wait_at) = (horizon.jobs, wait_levels(case));
        let controls = Vec::new();
        Plan { text, seed, jobs, width, bias: 0.0, replications: None, controls, wait_at, target: Box::new(target) }
    }
}

/// A law of times of a table, and the same in the words of a scenario.
pub(super) fn law(text: &str, input: &Input, mean: f64) -> Result<(String, Law), Gap> {
    let known = law_text::law(text, input, mean)?;
    Ok((written(&known), known))
}

/// The same of gaps between arrivals, stretched to this mean: the process that has them.
pub(super) fn process(text: &str, input: &Input, mean: f64) -> Result<(String, Law), Gap> {
    let known = law_text::law_with_mean(text, input, mean)?;
    let process = match known.shape() {
        Shape::Constant { .. } => "Regular".to_owned(),
        Shape::Gamma { shape, .. } if *shape == 1.0 => "Poisson".to_owned(),
        _ => format!("Renewal({})", written(&known)),
    };
    Ok((process, known))
}

/// A law in the words of a scenario.
pub(super) fn written(law: &Law) -> String {
    match law.shape() {
        Shape::Constant { value } => format!("Constant({})", secs(*value)),
        Shape::Uniform { low, high } => format!("Uniform({}, {})", secs(*low), secs(*high)),
        Shape::Gamma { shape, scale } if *shape == 1.0 => exponential(*scale),
        Shape::Gamma { shape, scale } if shape.fract() == 0.0 => {
            format!("Erlang(k: {shape}, mean: {})", secs(shape * scale))
        }
        Shape::Gamma { shape, scale } => format!("Gamma(shape: {shape:?}, mean: {})", secs(shape * scale)),
        Shape::LogNormal { .. } => format!("LogNormal(mean: {}, cv: {:?})", secs(law.mean()), law.scv().sqrt()),
        Shape::Weibull { shape, scale } => format!("Weibull(shape: {shape:?}, scale: {})", secs(*scale)),
        Shape::Mixture { phases } => {
            let phases: Vec<String> =
                phases.iter().map(|(probability, rate)| format!("({probability:?}, {})", secs(1.0 / rate))).collect();
            format!("HyperExponential(phases: [{}])", phases.join(", "))
        }
        Shape::BoundedPareto { alpha, low, high } => {
            format!("BoundedPareto(low: {}, high: {}, alpha: {alpha:?})", secs(*low), secs(*high))
        }
    }
}

/// An exponential law.
pub(super) fn exponential(mean: f64) -> String {
    format!("Exponential(mean: {})", secs(mean))
}

/// A time, to the nanosecond.
pub(super) fn secs(value: f64) -> String {
    format!("\"{value:.9}s\"")
}

/// The half-width asked for: 2 %, or 5 % for high utilisation and for heavy tails.
pub(super) fn width(utilisation: f64, is_heavy: bool) -> f64 {
    if utilisation >= 0.95 - 1e-9 || is_heavy { 0.05 } else { 0.02 }
}

/// The times in the names of a case's quantities (`cdf_at_2`), in order.
pub(super) fn wait_levels(case: &Case) -> Vec<f64> {
    case.expected.iter().filter_map(|quantity| wait_level(&quantity.name)).collect()
}

pub(super) fn wait_level(name: &str) -> Option<f64> {
    use super::super::formulas::suffix_number;
    suffix_number(name, "cdf_at_").or_else(|| suffix_number(name, "wait_cdf_at_"))
}

/// A whole number above zero that a scenario can have of something.
pub(super) fn count(input: &Input, key: &str, otherwise: u32, most: u32) -> Result<u32, Gap> {
    match input.count_or(key, otherwise)? {
        0 => Err(Gap::Refused(Refusal::Unreadable { key: key.to_owned(), needs: "above zero".to_owned() })),
        count if count > most => Err(Gap::NotYet("so many machines or stages")),
        count => Ok(count),
    }
}
