//! The end of a run: meters become the summary that a run leaves.

use std::collections::BTreeMap;

use super::recorder::Recorder;
use super::scaling::PoolDecisions;
use super::snapshot::AnswersView;
use super::summary::{CacheSummary, JobSummary, ObjectiveResult, SUMMARY_VERSION, Summary};
use crate::base::{PoolId, Time};
use crate::cluster::{CacheUse, Totals};
use crate::scenario::{Comparison, Metric, Objective, Severity};

/// What the engine knows of a run and the recorder does not.
pub struct RunFacts<'a> {
    /// Run time at the end.
    pub end: Time,
    /// The seed of the run.
    pub seed: u64,
    /// The ledger.
    pub totals: Totals,
    /// Core time in nanoseconds that attempts have had that have not ended.
    pub in_progress: u64,
    /// Jobs per second that `Auto` rates referred to.
    pub capacity: Option<f64>,
    /// The bound of each objective at the end.
    pub bounds: &'a [f64],
    /// What caches were asked for.
    pub caches: &'a [CacheUse],
    /// Answers of real work.
    pub answers: &'a AnswersView,
    /// Seconds that threads of a live run were kept from a core by others.
    pub waited_secs: Option<f64>,
}

impl Recorder {
    /// The summary of the run.
    pub fn summary(&self, facts: &RunFacts<'_>) -> Summary {
        let since = self.warm_since();
        let secs = facts.end.since(since).secs();
        let per_sec = |count: u64| if secs > 0.0 { count as f64 / secs } else { 0.0 };
        let latency = self.latency_all();
        let ready = self.ready_cores.area(facts.end);
        let objectives = self.scenario.objectives.iter().zip(facts.bounds);
        Summary {
            version: SUMMARY_VERSION,
            title: self.scenario.title.clone(),
            mode: self.scenario.mode.name().to_owned(),
            seed: facts.seed,
            duration_secs: facts.end.secs(),
            warmup_secs: since.secs(),
            capacity_jobs_per_sec: facts.capacity,
            totals: facts.totals,
            throughput_jobs_per_sec: per_sec(self.jobs_completed),
            throughput_tasks_per_sec: per_sec(self.tasks_completed),
            latency_secs: latency.view(),
            latency_omitting_secs: self.omission.whole(),
            jobs_in_system_mean: if secs > 0.0 { self.in_system.area(facts.end) / 1e9 / secs } else { 0.0 },
            utilisation: if ready > 0.0 { (self.busy - self.busy_at_warm) as f64 / ready } else { 0.0 },
            work: self.work_summary(facts.end, facts.waited_secs),
            cost: self.cost(facts.end),
            jobs: self.job_summaries(facts.answers),
            scaling: self.scaling_summaries(),
            preempted: self.preempted,
            fetched_bytes: self.fetched_bytes,
            local_bytes: self.local_bytes,
            caches: facts
                .caches
                .iter()
                .map(|own| (self.scenario.pools[own.pool.ix()].name.clone(), cached(own)))
                .collect(),
            resilience: self.guarded_by_pool(),
            objectives: objectives.map(|(objective, bound)| self.judge(objective, *bound, facts)).collect(),
            replications: None,
            saturation: self.saturation(facts.end),
            checks: self.checks(facts.end, &facts.totals, self.busy, facts.in_progress),
            hash: format!("{:016x}", self.hash),
        }
    }

    fn guarded_by_pool(&self) -> BTreeMap<String, BTreeMap<String, u64>> {
        let pools = self.scenario.pools.iter().zip(&self.guarded).filter(|(_, guarded)| !guarded.is_empty());
        let named =
            |guarded: &BTreeMap<&'static str, u64>| guarded.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
        pools.map(|(pool, guarded)| (pool.name.clone(), named(guarded))).collect()
    }

    fn scaling_summaries(&self) -> BTreeMap<String, PoolDecisions> {
        let pools = self.scenario.pools.iter().enumerate();
        let own = pools.filter_map(|(ix, pool)| Some((pool.name.clone(), self.scaling.of(PoolId(ix as u16))?.clone())));
        own.collect()
    }

    fn job_summaries(&self, answers: &AnswersView) -> BTreeMap<String, JobSummary> {
        let summary = |(job, meter): (&crate::scenario::Job, &super::recorder::KindMeter)| {
            let first = answers.first.iter().find(|(name, _)| *name == job.name).map(|(_, answer)| answer.clone());
            let summary = JobSummary {
                completed: meter.latency.count(),
                errors: meter.errors,
                latency_secs: meter.latency.view(),
                answer: first.as_ref().map(|answer| answer.value),
                first_answer: first,
            };
            (job.name.clone(), summary)
        };
        self.scenario.jobs.iter().zip(&self.kinds).map(summary).collect()
    }

    fn judge(&self, objective: &Objective, bound: f64, facts: &RunFacts<'_>) -> ObjectiveResult {
        let measured = self.measure(objective.metric, facts);
        let met = measured.is_some_and(|value| match objective.comparison {
            Comparison::Less => value < bound,
            Comparison::LessOrEqual => value <= bound,
            Comparison::Greater => value > bound,
            Comparison::GreaterOrEqual => value >= bound,
        });
        ObjectiveResult {
            name: objective.name.clone(),
            asked: self.asked(objective, bound),
            measured,
            bound,
            met,
            fails_run: objective.severity == Severity::Fail,
            interval: None,
        }
    }

    /// What an objective looks at, over the whole run without its warm-up; `None` where nothing was measured.
    fn measure(&self, metric: Metric, facts: &RunFacts<'_>) -> Option<f64> {
        let since = self.warm_since();
        let secs = facts.end.since(since).secs();
        let completed: u64 = self.kinds.iter().map(|kind| kind.latency.count()).sum();
        let errors: u64 = self.kinds.iter().map(|kind| kind.errors).sum();
        let dollars = self.cost.billed(facts.end) - self.billed_at_warm;
        match metric {
            Metric::Latency { job: Some(job), quantile } => self.kinds[job.ix()].latency.quantile_secs(quantile),
            Metric::Latency { job: None, quantile } => self.latency_all().quantile_secs(quantile),
            Metric::LatencyMean => (completed > 0).then(|| self.latency_all().mean_secs()),
            Metric::ErrorShare => (completed + errors > 0).then(|| errors as f64 / (completed + errors) as f64),
            Metric::Throughput => (secs > 0.0).then(|| completed as f64 / secs),
            Metric::CostPerHour => (secs > 0.0).then(|| dollars / secs * 3_600.0),
            Metric::CostPer1000Jobs => (completed > 0).then(|| dollars / completed as f64 * 1_000.0),
        }
    }

    fn asked(&self, objective: &Objective, bound: f64) -> String {
        let what = match objective.metric {
            Metric::Latency { job, quantile } => {
                let of = job.map_or(String::new(), |job| format!("jobs.{}.", self.scenario.jobs[job.ix()].name));
                format!("{of}latency.p{}", (quantile * 1e6).round() / 1e4)
            }
            Metric::LatencyMean => "latency.mean".to_owned(),
            Metric::ErrorShare => "errors".to_owned(),
            Metric::Throughput => "throughput".to_owned(),
            Metric::CostPerHour => "cost.per_hour".to_owned(),
            Metric::CostPer1000Jobs => "cost.per_1000_jobs".to_owned(),
        };
        let comparison = match objective.comparison {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        };
        format!("{what} {comparison} {bound}")
    }
}

fn cached(own: &CacheUse) -> CacheSummary {
    let CacheUse { lookups, hits, bounds, .. } = *own;
    CacheSummary { lookups, hit_ratio: hits as f64 / lookups.max(1) as f64, bounds }
}
