//! What a machine is like: a few live runs, and a profile of what they showed.
//!
//! | run | cores | traffic | what it is for |
//! |---|---|---|---|
//! | empty tasks, one after the other | all | one client | what handing over costs in a row |
//! | own jobs | all | one client, without and with pauses | what it costs when all is at rest |
//! | memory read, arithmetic | all | | what the machine can do at most |
//! | each of two sizes of chunks | 1 | clients without pause | throughput |
//! | the same | 1 | 30 % of that | how long tasks take alone |
//! | the same | 2 … all | clients without pause | throughput; how long tasks take beside others |

use super::MirrorError;
use super::subject::{Subject, lasting};
use crate::analysis::laws::{self, UslErrors, UslFit};
use crate::base::Provenance;
use crate::engine;
use crate::engine::handle::Finished;
use crate::metrics::study::TaskTimesStudy;
use crate::scenario::{Contention, Dispatch, Dist, Job, Mode, Profile, SizeTimes, TaskTimes, Work};

/// Steps between the quantiles of a profile.
const STEPS: usize = 40;
/// What is left out at the beginning of each run: memory is touched for the first time.
const WARMUP_SECS: f64 = 0.5;
/// Share of the throughput of one core that comes in when tasks are to be alone.
const LOW_LOAD: f64 = 0.3;
/// How long a client pauses that finds everything at rest, on average: so many times what its job takes.
const PAUSE: f64 = 1.5;
/// With fewer tasks at low load those at full load tell more.
const TASKS_MIN: u64 = 30;
/// Parts of a run whose throughputs are told apart, for how sure the fit is.
const PARTS: usize = 8;
/// Chunks of the other size that is measured: a quarter, or four times as large where that is not possible.
const OTHER_SIZES: [i32; 2] = [2, -2];

/// What was measured, and what follows from it.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The profile.
    pub profile: Profile,
    /// Throughput at each number of cores, in jobs a second: one value for each part of a run.
    pub sweep: Vec<(u32, Vec<f64>)>,
    /// The law through them; `None` on a computer of one core, or where they follow none.
    pub fit: Option<UslFit>,
    /// How often the chunks of the other size were halved; `None` where only one size was measured.
    pub other_size: Option<i32>,
    /// Live runs.
    pub runs: usize,
}

/// How much is measured, and what is written beside it.
pub struct Design<'a> {
    /// Seconds of each run, without what is left out of it.
    pub secs: f64,
    /// The day, `2026-11-24`.
    pub date: &'a str,
    /// Told of each run before it begins: its number, how many there are, what it is.
    pub said: &'a dyn Fn(usize, usize, &str),
}

/// Measures this computer at the work of a scenario.
///
/// # Errors
/// When a run cannot be made.
pub fn calibrate(subject: &Subject, design: &Design<'_>) -> Result<Calibration, MirrorError> {
    let cores = subject.host().cores;
    let levels = levels(cores);
    let other_size = OTHER_SIZES.into_iter().find(|&halved| subject.chunks(halved).is_some());
    let sizes: Vec<i32> = std::iter::once(0).chain(other_size).collect();
    let mut runs = Runs { subject, design, done: 0, of: 3 + sizes.len() * (1 + levels.len()) };
    let (next, idle, rested) = runs.dispatch(cores)?;
    let measured: Vec<Sized> =
        sizes.iter().map(|&halved| runs.sized(halved, &levels)).collect::<Result<_, MirrorError>>()?;
    let held = measured
        .iter()
        .filter_map(|sized| sized.held_secs(subject))
        .reduce(|one, other| if one.0 >= other.0 { one } else { other });
    let held = held.map_or(0.0, |(_, secs)| secs);
    // Where nothing is handed ahead, every task is sent when the one before has been reported, however long both take.
    let is_handed_ahead = subject.local_pool().is_some_and(|pool| pool.prefetch > 0);
    let next = if is_handed_ahead { next } else { Dist::Quantiles(vec![next.mean().max(held)]) };
    let held = Dist::Quantiles(vec![held]);
    let sweep = measured[0].throughput.clone();
    let points: Vec<(f64, f64)> =
        sweep.iter().flat_map(|(cores, parts)| parts.iter().map(|jobs| (f64::from(*cores), *jobs))).collect();
    let fit = if levels.len() >= 3 { laws::fit(&points) } else { laws::fit_contention(&points) }.ok();
    let (contention, errors) = contention(fit);
    let profile = Profile {
        machine: machine(&subject.host().cpu, cores),
        cores,
        date: design.date.to_owned(),
        seed: Some(subject.scenario.seed),
        service: service(subject, &measured)?,
        limits: engine::machine_limits(cores as usize).ok(),
        dispatch: Some(Dispatch { idle, rested, next, held }),
        contention,
        contention_errors: errors,
        compared: None,
    };
    Ok(Calibration { profile, sweep, fit, other_size, runs: runs.done })
}

/// How a profile names a machine.
pub fn machine(cpu: &str, cores: u32) -> String {
    format!("{cpu}, {cores} {}", if cores == 1 { "core" } else { "cores" })
}

fn contention(fit: Option<UslFit>) -> (Contention, Option<(f64, f64)>) {
    let Some(UslFit { law, errors, .. }) = fit else { return (Contention::NONE, None) };
    let contention =
        Contention { alpha: law.alpha.min(1.0), beta: law.beta.min(1.0), provenance: Provenance::Calibrated };
    (contention, errors.map(|UslErrors { alpha, beta, .. }| (alpha.min(1.0), beta.min(1.0))))
}

/// Numbers of cores that are measured: each up to four, then about half as many again, and all.
fn levels(cores: u32) -> Vec<u32> {
    let mut levels: Vec<u32> =
        std::iter::successors(Some(1), |level| Some(if *level < 4 { level + 1 } else { level * 3 / 2 }))
            .take_while(|level| *level < cores)
            .collect();
    levels.push(cores.max(1));
    levels
}

/// What was measured with chunks of one size.
struct Sized {
    jobs: Vec<Job>,
    /// Throughput of the parts of each run, by cores.
    throughput: Vec<(u32, Vec<f64>)>,
    /// Of tasks that are alone, then for each number of cores from 2 on; by kind of job, by stage.
    times: Vec<Vec<Vec<TaskTimesStudy>>>,
    levels: Vec<u32>,
}

impl Sized {
    /// Tasks of a job, and how many seconds longer than its work a core is occupied by a task that it had in hand: what all cores at
    /// full load did less than they could have. `None` where tasks are not known.
    fn held_secs(&self, subject: &Subject) -> Option<(f64, f64)> {
        let (cores, parts) = self.throughput.last()?;
        let (times, jobs_per_sec) = (self.times.last()?, parts.iter().sum::<f64>() / parts.len() as f64);
        let sources = subject.scenario.traffic.len() as f64;
        let (mut tasks, mut work) = (0.0, 0.0);
        for source in &subject.scenario.traffic {
            for (stage, times) in self.jobs[source.job.ix()].stages.iter().zip(times.get(source.job.ix())?) {
                tasks += f64::from(stage.tasks) / sources;
                work += f64::from(stage.tasks) * times.mean / sources;
            }
        }
        let occupied = f64::from(*cores) / jobs_per_sec;
        occupied.is_finite().then(|| (tasks, ((occupied - work) / tasks).max(0.0)))
    }
}

struct Runs<'a> {
    subject: &'a Subject,
    design: &'a Design<'a>,
    done: usize,
    of: usize,
}

impl Runs<'_> {
    fn live(&mut self, what: &str, set: &[String]) -> Result<Finished, MirrorError> {
        self.done += 1;
        (self.design.said)(self.done, self.of, what);
        let set = [set, &lasting(self.design.secs, WARMUP_SECS)].concat();
        self.subject.live(&set)
    }

    /// What it takes to hand over a task in a row and, on top of that, to a core that rested for how long.
    ///
    /// The first is the latency of an empty job after another; the second, how much longer the median job takes whose client pauses.
    /// A core that rests is slower afterwards (its caches and its clock, and on a shared machine it has to get the core back), which
    /// no empty task shows.
    fn dispatch(&mut self, cores: u32) -> Result<(Dist, Dist, f64), MirrorError> {
        let (subject, pool) = (self.subject, self.subject.pool());
        let mut empty = subject.bare(cores);
        empty.push(format!("jobs={{\"empty\": (stages: [(name: \"empty\", pool: {pool:?}, work: Kernel(Empty))])}}"));
        empty.push("traffic=[(job: \"empty\", arrivals: Closed(clients: 1, think: \"0s\"))]".to_owned());
        // That of the file speaks of stages that are not there.
        let service = "{\"empty.empty\": [\"0s\"]}";
        empty.push(format!("profile=(machine: \"\", cores: {cores}, date: \"\", service: {service})"));
        let next = quantiles_of_jobs(&self.live("empty tasks in a row", &empty)?)?;
        let mut own = |what: &str, think: &str| -> Result<f64, MirrorError> {
            let one_client = subject.arrivals(&format!("Closed(clients: 1, think: {think})"));
            let finished = self.live(what, &[subject.bare(cores), one_client].concat())?;
            Ok(finished.summary.latency_secs.p50)
        };
        let in_a_row = own("own jobs in a row", "\"0s\"")?;
        let pause = PAUSE * in_a_row;
        let from_rest = own("own jobs from rest", &format!("Exponential(mean: \"{}ns\")", (pause * 1e9).round()))?;
        // With pauses of such a law, the part of `pause` that a core rests is 1 - 1/e on average.
        let idle = (from_rest - in_a_row).max(0.0) / -(-1.0_f64).exp_m1();
        Ok((Dist::Quantiles(next), Dist::Quantiles(vec![idle]), pause))
    }

    fn sized(&mut self, halved: i32, levels: &[u32]) -> Result<Sized, MirrorError> {
        let subject = self.subject;
        let chunks = if halved == 0 { Vec::new() } else { subject.chunks(halved).unwrap_or_default() };
        let size = match halved {
            0 => "own chunks".to_owned(),
            finer if finer > 0 => format!("chunks of 1/{} the size", 1 << finer),
            coarser => format!("chunks of {} times the size", 1 << -coarser),
        };
        let set = |cores: u32, arrivals: Vec<String>| [subject.bare(cores), chunks.clone(), arrivals].concat();
        let jobs = subject.of(Mode::Live, &set(1, Vec::new()))?.jobs;
        let (mut throughput, mut times) = (Vec::new(), Vec::new());
        for &cores in levels {
            let what = format!("{size}, {cores} busy");
            let full = self.live(&what, &set(cores, subject.saturating(cores)))?;
            let parts = parts(&full, &jobs, self.subject);
            let mean = parts.iter().sum::<f64>() / parts.len().max(1) as f64;
            throughput.push((cores, parts));
            let mut tasks = task_times(full);
            if cores == 1 && mean > 0.0 {
                let low = self.live(&format!("{size}, alone"), &set(1, subject.poisson(LOW_LOAD * mean)))?;
                replace_where_known(&mut tasks, task_times(low));
            }
            times.push(tasks);
        }
        Ok(Sized { jobs, throughput, times, levels: levels.to_vec() })
    }
}

fn task_times(finished: Finished) -> Vec<Vec<TaskTimesStudy>> {
    finished.study.map_or_else(Vec::new, |study| study.task_times)
}

fn replace_where_known(times: &mut [Vec<TaskTimesStudy>], better: Vec<Vec<TaskTimesStudy>>) {
    for (own, better) in times.iter_mut().flatten().zip(better.into_iter().flatten()) {
        if better.count >= TASKS_MIN {
            *own = better;
        }
    }
}

/// Jobs a second in each part of a run, from its tasks: there are more of them, and none is counted late.
fn parts(finished: &Finished, jobs: &[Job], subject: &Subject) -> Vec<f64> {
    let ticks: Vec<f64> = finished.snapshot.series.tasks.finest().map(|cell| cell.mean).collect();
    let warmup = (WARMUP_SECS / finished.snapshot.series.tasks.tick().secs()).round() as usize;
    let sources = &subject.scenario.traffic;
    let tasks = |source: &crate::scenario::Source| {
        jobs[source.job.ix()].stages.iter().map(|stage| f64::from(stage.tasks)).sum::<f64>()
    };
    let per_job = sources.iter().map(tasks).sum::<f64>() / sources.len().max(1) as f64;
    let ticks = ticks.get(warmup..).unwrap_or_default();
    let length = (ticks.len() / PARTS).max(1);
    let part = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64 / per_job;
    ticks.chunks_exact(length).map(part).filter(|jobs| *jobs > 0.0).collect()
}

/// What a profile says of each stage with a kernel.
fn service(subject: &Subject, measured: &[Sized]) -> Result<Vec<(String, TaskTimes)>, MirrorError> {
    let mut service = Vec::new();
    for (kind, job) in subject.scenario.jobs.iter().enumerate() {
        for (stage_ix, stage) in job.stages.iter().enumerate() {
            if !matches!(stage.work, Work::Kernel(_)) {
                continue;
            }
            let mut sizes: Vec<SizeTimes> = Vec::new();
            for sized in measured {
                let items = sized.jobs[kind].items_per_task(crate::base::StageIx(stage_ix as u16));
                let busy = by_level(sized, kind, stage_ix);
                if !busy.is_empty() && sizes.iter().all(|size| size.items != Some(items)) {
                    sizes.push(SizeTimes { items: Some(items), busy });
                }
            }
            sizes.sort_by(|one, other| one.items.unwrap_or(0.0).total_cmp(&other.items.unwrap_or(0.0)));
            if sizes.is_empty() {
                let name = format!("{}.{}", job.name, stage.name);
                let why =
                    format!("not one task of the stage {name:?} was completed: let each run last longer (--seconds)");
                return Err(MirrorError::Unfit(why));
            }
            service.push((format!("{}.{}", job.name, stage.name), TaskTimes { sizes }));
        }
    }
    Ok(service)
}

/// Quantiles with 1, 2, … cores at work; a number that was not measured is as the next larger one that was.
fn by_level(sized: &Sized, kind: usize, stage: usize) -> Vec<Vec<f64>> {
    let most = sized.levels.last().copied().unwrap_or(1);
    let at = |busy: u32| {
        let level = sized.levels.iter().position(|level| *level >= busy)?;
        let times = sized.times.get(level)?.get(kind)?.get(stage)?;
        quantiles(|level| times.quantile(level), times.mean, times.max)
    };
    (1..=most).map_while(at).collect()
}

fn quantiles_of_jobs(finished: &Finished) -> Result<Vec<f64>, MirrorError> {
    let latency = &finished.summary.latency_secs;
    let study = finished.study.as_ref().and_then(|study| study.kinds.first());
    let quantiles = study.and_then(|kind| quantiles(|level| kind.response_quantile(level), latency.mean, latency.max));
    quantiles.ok_or_else(|| MirrorError::Unfit("not one job was completed: let runs last longer".to_owned()))
}

/// Quantiles at equally spaced levels. The last one is not the longest ever seen but such that the mean is the one measured:
/// a straight line from the last but one to a rare outlier would make all of the longest tasks too long.
fn quantiles(at: impl Fn(f64) -> Option<f64>, mean: f64, max: f64) -> Option<Vec<f64>> {
    let mut values: Vec<f64> = (0..=STEPS).map(|step| at(step as f64 / STEPS as f64)).collect::<Option<_>>()?;
    let inner = values[0] / 2.0 + values[1..STEPS].iter().sum::<f64>();
    let last = 2.0 * (STEPS as f64 * mean - inner);
    values[STEPS] = last.clamp(values[STEPS - 1], max.max(values[STEPS - 1]));
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_quantile_keeps_the_mean() {
        // Uniform from 0 to 1 but for a rare outlier of 50: the mean is 0.55.
        let values = quantiles(|level| Some(if level < 1.0 { level } else { 50.0 }), 0.55, 50.0).expect("all known");
        let mean = Dist::Quantiles(values.clone()).mean();
        assert!((mean - 0.55).abs() < 1e-12, "{mean}");
        assert!(values[STEPS] > values[STEPS - 1] && values[STEPS] < 50.0, "{values:?}");
        assert_eq!(quantiles(|_| None, 1.0, 1.0), None);
    }

    #[test]
    fn all_cores_are_measured_and_not_too_many_numbers_of_them() {
        assert_eq!(levels(1), [1]);
        assert_eq!(levels(2), [1, 2]);
        assert_eq!(levels(4), [1, 2, 3, 4]);
        assert_eq!(levels(16), [1, 2, 3, 4, 6, 9, 13, 16]);
    }
}
