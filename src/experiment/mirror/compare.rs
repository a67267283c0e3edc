//! The twin: points that nobody fitted, simulated from a profile and run for real, twice.

use serde::Serialize;

use super::MirrorError;
use super::grade::{Figures, Grade, Row, against_textbook, grade, rows};
use super::points::{self, Kind, Point};
use super::subject::{Subject, lasting};
use super::textbook::Customer;
use crate::base::StageIx;
use crate::engine::handle::Finished;
use crate::scenario::{Agreement, Profile, Work};

/// Levels of the curves of latency, in steps of so many.
const CURVE_STEPS: u32 = 200;
/// Seconds of the simulated run that says what all cores can do.
const CAPACITY_SECS: f64 = 10.0;
/// Other sizes of chunks that are predicted: between those measured, and beyond where they are finer. Coarser ones soon fit no
/// cache any more, of which smaller chunks tell nothing.
const FINER: [i32; 2] = [1, 3];
const COARSER: [i32; 1] = [-1];

/// All points, and what they say together.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The title of the scenario.
    pub title: String,
    /// The machine of the profile.
    pub machine: String,
    /// The day of the profile.
    pub date: String,
    /// The seed of all runs.
    pub seed: u64,
    /// Cores at work.
    pub cores: u32,
    /// Jobs a second that the simulation says all cores can do.
    pub capacity: f64,
    /// Point by point.
    pub points: Vec<Compared>,
    /// The worst grade of a point.
    pub grade: Option<Grade>,
    /// Mean error of the predictions and of M/M/c, where both say something.
    pub against_textbook: Option<(f64, f64)>,
}

/// One point.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Figure by figure.
    pub rows: Vec<Row>,
    /// How good the prediction is.
    pub grade: Option<Grade>,
    /// Latency in seconds at equally spaced levels from 0 to 1: of both live runs and of the simulation.
    pub curves: [Vec<f64>; 3],
}

/// Simulates points that the profile of the scenario was not fitted on, and runs them for real.
///
/// Arrivals are the same in all three runs of a point, so that luck of arrivals is no error. `said` is told of each point before it
/// begins: its number, how many there are, its name.
///
/// # Errors
/// When the scenario has no profile, or a run cannot be made.
pub fn compare(subject: &Subject, secs: f64, said: &dyn Fn(usize, usize, &str)) -> Result<Comparison, MirrorError> {
    let Some(profile) = &subject.scenario.profile else {
        let why = "this scenario has no profile to predict from; `scalelab calibrate FILE --out NEW_FILE` makes one";
        return Err(MirrorError::Unfit(why.to_owned()));
    };
    let cores = profile.cores.min(subject.host().cores);
    let saturated = [subject.bare(cores), lasting(CAPACITY_SECS, points::WARMUP_SECS), subject.saturating(cores)];
    let capacity = subject.simulated(&saturated.concat())?.summary.throughput_jobs_per_sec;
    if capacity <= 0.0 {
        let why = format!("the profile says that not one job is done within {CAPACITY_SECS} s; take a smaller job");
        return Err(MirrorError::Unfit(why));
    }
    let sizes = sizes(subject, profile);
    let points = points::points(subject, cores, capacity, sizes, secs);
    let customer = customer(subject, profile, cores);
    let mut compared = Vec::new();
    for (ix, point) in points.iter().enumerate() {
        said(ix + 1, points.len(), &point.name);
        compared.push(one(subject, point, customer)?);
    }
    Ok(Comparison {
        title: subject.scenario.title.clone(),
        machine: profile.machine.clone(),
        date: profile.date.clone(),
        seed: subject.scenario.seed,
        cores,
        capacity,
        grade: compared.iter().filter_map(|point| point.grade).max(),
        against_textbook: against_textbook(compared.iter().flat_map(|point| &point.rows)),
        points: compared,
    })
}

impl Comparison {
    /// What of it stands in the profile that was compared; `None` where nothing could be graded.
    pub fn agreement(&self, date: &str) -> Option<Agreement> {
        let rows = || self.points.iter().flat_map(|point| &point.rows);
        let mean = |of: fn(&Row) -> f64| rows().map(of).sum::<f64>() / rows().count() as f64;
        let thousandth = |share: f64| (share * 1_000.0).round() / 1_000.0;
        let grade = format!("{:?}", self.grade?);
        let (error, noise) = (thousandth(mean(|row| row.error().abs())), thousandth(mean(|row| row.noise().abs())));
        Some(Agreement { date: date.to_owned(), points: self.points.len() as u32, error, noise, grade })
    }
}

/// Other sizes of chunks that the profile can tell of.
fn sizes(subject: &Subject, profile: &Profile) -> &'static [i32] {
    let knows_sizes = profile.service.iter().any(|(_, times)| times.sizes.len() > 1);
    match knows_sizes {
        true if subject.chunks(FINER[0]).is_some() => &FINER,
        true => &COARSER,
        false => &[],
    }
}

/// A job as a textbook sees it.
pub(super) fn customer(subject: &Subject, profile: &Profile, cores: u32) -> Customer {
    let scenario = &subject.scenario;
    let sources = scenario.traffic.len().max(1) as f64;
    let (mut work_secs, mut widest) = (0.0, 0);
    for source in &scenario.traffic {
        let job = &scenario.jobs[source.job.ix()];
        for (ix, stage) in job.stages.iter().enumerate() {
            let mean = match &stage.work {
                Work::Service(law) => law.mean(),
                Work::Kernel(_) => {
                    let items = job.items_per_task(StageIx(ix as u16));
                    let law = profile.law(&format!("{}.{}", job.name, stage.name), items, 1);
                    law.map_or(0.0, |law| law.mean())
                }
            };
            work_secs += f64::from(stage.tasks) * mean / sources;
            widest = widest.max(stage.tasks);
        }
    }
    Customer { work_secs, is_wide: widest >= cores && cores > 1, cores }
}

fn one(subject: &Subject, point: &Point, customer: Customer) -> Result<Compared, MirrorError> {
    let predicted = subject.simulated(&point.set)?;
    let live = [subject.live(&point.set)?, subject.live(&point.set)?];
    let figures = |finished: &Finished| figures(finished, point.kind);
    let rows = rows([&figures(&live[0]), &figures(&live[1])], &figures(&predicted), &customer.predicts(point.kind));
    Ok(Compared {
        name: point.name.clone(),
        grade: grade(&rows),
        rows,
        curves: [curve(&live[0]), curve(&live[1]), curve(&predicted)],
    })
}

fn figures(finished: &Finished, kind: Kind) -> Figures {
    let summary = &finished.summary;
    let latency = &summary.latency_secs;
    let some = |value: f64| (latency.count > 0).then_some(value);
    let last = finished.study.as_ref().map_or(0.0, |study| study.last_completed_secs);
    let (throughput, makespan) = match kind {
        Kind::Open { .. } => (some(summary.throughput_jobs_per_sec), None),
        Kind::Closed { clients: 1, .. } => (some(summary.throughput_jobs_per_sec), some(latency.mean)),
        Kind::Closed { .. } => (some(summary.throughput_jobs_per_sec), None),
        Kind::Burst { .. } => (None, some(last - points::WARMUP_SECS)),
    };
    Figures { throughput, makespan, p50: some(latency.p50), p95: some(latency.p95), p99: some(latency.p99) }
}

/// Of the first kind of job that completed any.
fn curve(finished: &Finished) -> Vec<f64> {
    let kinds = finished.study.iter().flat_map(|study| &study.kinds);
    let Some(kind) = kinds.into_iter().find(|kind| kind.response.count > 0) else { return Vec::new() };
    let levels = (0..=CURVE_STEPS).map(|step| f64::from(step) / f64::from(CURVE_STEPS));
    levels.filter_map(|level| kind.response_quantile(level)).collect()
}
