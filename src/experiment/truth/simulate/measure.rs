//! Which meter answers a quantity, and how the figures of replications become one answer.

use crate::analysis::controls::{Controlled, controlled_mean};
use crate::analysis::student;
use crate::experiment::truth::Answer;
use crate::metrics::study::{KindStudy, Spread, Study};

/// Relative precision of a quantile of a histogram of three digits.
const HISTOGRAM: f64 = 1e-3;
/// Confidence of the half-widths that are asked for.
const CONFIDENCE: f64 = 0.99;
/// Below this a quantity is compared, and so asked for, absolutely.
const SMALL: f64 = 0.01;
/// The half-width asked of those.
const SMALL_WIDTH: f64 = 0.002;

/// What answers a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A meter, times a factor.
    Meter(Measure, f64),
    /// The same, and its relative difference from what is known, by the method of the known value.
    Biased(Measure, f64),
    /// The known value is itself a sample, with this standard error.
    Sample(Measure, f64),
    /// The known value is a bound from above.
    AtMost(Measure),
    /// The known value is a bound from below.
    AtLeast(Measure),
    /// It is not compared with simulations, and why.
    Shown(&'static str),
}

/// A meter of a run. Times in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Mean response, over all kinds of jobs.
    Response,
    /// The mean response of the n-th kind of job.
    ResponseOf(usize),
    /// A quantile of the response of the n-th kind of job.
    ResponseQuantileOf(usize, f64),
    /// The mean wait of the n-th kind of job.
    WaitOf(usize),
    /// The mean wait of all that arrived, those among them that left before they were served.
    WaitOrLeave,
    /// Share of all that arrived that waited, or left.
    WaitedOrLeft,
    /// Share of those that arrived that left.
    Left,
    /// Mean number of clients that were refused and will come back.
    Orbit,
    /// Attempts at the n-th pool for each job.
    AttemptsAt(usize),
    /// The same, less the first one.
    ExtraAttemptsAt(usize),
    /// Tasks completed per second at the n-th pool.
    PoolThroughput(usize),
    /// Variance of the response.
    ResponseVariance,
    /// Quantile of the response.
    ResponseQuantile(f64),
    /// Mean wait.
    Wait,
    /// Variance of the wait.
    WaitVariance,
    /// Quantile of the wait.
    WaitQuantile(f64),
    /// Share of jobs that waited at most the n-th of the times asked for.
    WaitAt(usize),
    /// Share of jobs that waited.
    Waited,
    /// Share of jobs that did not.
    NotWaited,
    /// Mean service.
    Service,
    /// Mean square of the service.
    ServiceSquare,
    /// Jobs that arrive per second, of the first kind.
    ArrivalRate,
    /// Squared coefficient of variation of the service.
    ServiceScv,
    /// Mean of response over service.
    Slowdown,
    /// Mean number of jobs in the system.
    Number,
    /// The same, less the busy cores: those that wait.
    Queue,
    /// Share of time with at least so many jobs in the system.
    NumberAtLeast(usize),
    /// Share of time with nobody in the system.
    Empty,
    /// Mean busy cores over all pools.
    Busy,
    /// Share of arriving jobs that are refused.
    Blocking,
    /// Share of jobs that succeed.
    Success,
    /// Completed jobs per second.
    Throughput,
    /// Share of machines with at least so many attempts.
    MachinesAtLeast(usize),
    /// Mean number of attempts at a pool.
    PoolNumber(usize),
    /// Mean time that an attempt spends at a pool.
    PoolResponse(usize),
    /// Mean busy cores of a pool.
    PoolBusy(usize),
    /// Clients at which the asymptotes of a closed network meet, from measured demands and this think time; the pool at
    /// this position has the largest.
    SaturationPoint(f64, usize),
}

/// The figures of one replication: the value, or for a variance the mean square, and the mean; for a quantile of the wait
/// the quantile, and the share of those who did not wait.
pub(super) type Figure = [f64; 2];

/// The figures of one quantity over all replications, and how lucky each was.
pub(super) struct Sample {
    pub(super) figures: Vec<Figure>,
    /// For each replication, how far each control was from its known mean.
    pub(super) deviations: Vec<Vec<f64>>,
}

impl Measure {
    /// The figure of a replication; `None` where it has nothing to say.
    pub(super) fn of(self, study: &Study) -> Option<Figure> {
        let kind = study.kinds.first()?;
        let variance = |spread: Spread| [spread.mean_square, spread.mean];
        let has_waits = |value: f64| (kind.wait.count > 0).then_some(value);
        let plain = match self {
            Self::ResponseVariance => return Some(variance(kind.response)),
            Self::WaitVariance => return has_waits(0.0).map(|_| variance(kind.wait)),
            Self::Response => pooled(study, |kind| kind.response),
            Self::ResponseOf(kind) => study.kinds.get(kind)?.response.mean,
            Self::ResponseQuantileOf(kind, level) => study.kinds.get(kind)?.response_quantile(level)?,
            Self::WaitOf(kind) => study.kinds.get(kind)?.wait.mean,
            Self::WaitOrLeave => patient(kind, kind.wait.mean, kind.abandoned.mean),
            Self::WaitedOrLeft => patient(kind, kind.waited, 1.0),
            Self::Left => patient(kind, 0.0, 1.0),
            Self::Orbit => study.in_orbit,
            Self::AttemptsAt(pool) => attempts_per_job(study, pool)?,
            Self::ExtraAttemptsAt(pool) => attempts_per_job(study, pool)? - 1.0,
            Self::PoolThroughput(pool) => study.pools.get(pool)?.completed_per_sec,
            Self::ResponseQuantile(level) => kind.response_quantile(level)?,
            Self::Wait => has_waits(kind.wait.mean)?,
            Self::WaitQuantile(level) => return Some([kind.wait_quantile(level)?, 1.0 - kind.waited]),
            Self::WaitAt(place) => has_waits(*kind.wait_at.get(place)?)?,
            Self::Waited => has_waits(kind.waited)?,
            Self::NotWaited => has_waits(1.0 - kind.waited)?,
            Self::Service => kind.service.mean,
            Self::ServiceSquare => kind.service.mean_square,
            Self::ArrivalRate => kind.arrived as f64 / study.secs,
            Self::ServiceScv => return has_waits(0.0).map(|_| variance(kind.service)),
            Self::Slowdown => pooled(study, |kind| kind.slowdown),
            Self::Number => study.number,
            Self::Queue => study.number - busy(study),
            Self::NumberAtLeast(level) => study.in_system.iter().skip(level).sum(),
            Self::Empty => study.in_system.first().copied().unwrap_or(0.0),
            Self::Busy => busy(study),
            Self::Blocking => blocking(kind),
            Self::Success => 1.0 - blocking(kind),
            Self::Throughput => kind.response.count as f64 / study.secs,
            Self::MachinesAtLeast(level) => study.at_machines.iter().skip(level).sum(),
            Self::PoolNumber(pool) => study.pools.get(pool)?.number,
            Self::PoolResponse(pool) => pool_response(study, pool)?,
            Self::PoolBusy(pool) => study.pools.get(pool)?.busy,
            Self::SaturationPoint(think, pool) => saturation_point(study, kind, think, pool)?,
        };
        Some([plain, 0.0])
    }

    fn is_variance(self) -> bool {
        matches!(self, Self::ResponseVariance | Self::WaitVariance)
    }

    /// Whether it carries a target for its half-width: percentiles and variances do not.
    fn has_width(self) -> bool {
        !self.is_variance() && !self.is_quantile() && self != Self::ServiceScv
    }

    /// The error that the meter itself has.
    fn precision(self) -> f64 {
        if self.is_quantile() { HISTOGRAM } else { 0.0 }
    }

    fn is_quantile(self) -> bool {
        matches!(self, Self::ResponseQuantile(_) | Self::ResponseQuantileOf(..) | Self::WaitQuantile(_))
    }
}

impl Target {
    /// The meter it reads, if it reads one.
    pub(super) fn measure(&self) -> Option<Measure> {
        match *self {
            Self::Meter(measure, _) | Self::Biased(measure, _) | Self::Sample(measure, _) => Some(measure),
            Self::AtMost(measure) | Self::AtLeast(measure) => Some(measure),
            Self::Shown(_) => None,
        }
    }

    /// Whether it is about a variance.
    pub(super) fn is_variance(&self) -> bool {
        self.measure().is_some_and(Measure::is_variance)
    }

    /// What the figures of all replications come to, with a bias that the whole plan has.
    pub(super) fn answer(&self, sample: &Sample, bias: f64) -> Answer {
        let Some(measure) = self.measure() else {
            let Self::Shown(why) = *self else { return Answer::Shown("nothing was measured") };
            return Answer::Shown(why);
        };
        let Some(Controlled { mean: value, std_error, degrees }) = estimate(measure, sample) else {
            return Answer::Shown("too few replications had anything to say");
        };
        let bias = bias.max(measure.precision());
        match *self {
            Self::Meter(_, factor) => {
                Answer::Sampled { value: value * factor, std_error: std_error * factor, degrees, bias }
            }
            Self::Biased(_, method) => Answer::Sampled { value, std_error, degrees, bias: bias.max(method) },
            Self::Sample(_, known) => {
                Answer::Sampled { value, std_error: libm::hypot(std_error, known), degrees, bias }
            }
            Self::AtMost(_) => Answer::Below { value, std_error, degrees },
            Self::AtLeast(_) => Answer::Above { value, std_error, degrees },
            Self::Shown(why) => Answer::Shown(why),
        }
    }

    /// How many times as wide as asked for the interval of a quantity is; at most 1 is narrow enough.
    pub(super) fn excess(&self, sample: &Sample, known: f64, width: f64) -> f64 {
        let Some(measure) = self.measure().filter(|measure| measure.has_width()) else { return 0.0 };
        let asked = if known.abs() < SMALL { SMALL_WIDTH } else { width * known.abs() };
        self.half_width(measure, sample) / asked
    }

    /// Whether chance alone may carry a small quantity beyond the tolerance by which such are compared.
    pub(super) fn is_too_small(&self, sample: &Sample, known: f64) -> bool {
        known.abs() < SMALL && self.measure().is_some_and(|measure| self.half_width(measure, sample) > SMALL_WIDTH)
    }

    fn half_width(&self, measure: Measure, sample: &Sample) -> f64 {
        let factor = if let Self::Meter(_, factor) = *self { factor } else { 1.0 };
        let level = f64::midpoint(1.0, CONFIDENCE);
        let half =
            estimate(measure, sample).and_then(|one| Some(student::quantile(level, one.degrees)? * one.std_error));
        half.map_or(f64::INFINITY, |half| half * factor)
    }
}

/// The mean over replications, without what was luck in them.
fn estimate(measure: Measure, sample: &Sample) -> Option<Controlled> {
    // What is itself computed from services would be explained by them to the last bit.
    let luck = if measure == Measure::ServiceScv { &[] } else { sample.deviations.as_slice() };
    controlled_mean(&values(measure, sample), luck)
}

/// The values of replications: for what is no mean itself, what each adds to the figure of all of them together, so
/// that the bias of a short run is not the bias of many.
fn values(measure: Measure, sample: &Sample) -> Vec<f64> {
    let seconds = || sample.figures.iter().map(|figure| figure[1]).collect::<Vec<f64>>();
    match measure {
        // Around the mean of all of them, so that what replications differ by counts, too.
        Measure::ResponseVariance | Measure::WaitVariance => {
            let mean = controlled_mean(&seconds(), &sample.deviations).map_or(0.0, |all| all.mean);
            sample.figures.iter().map(|[square, own]| square - 2.0 * mean * own + mean * mean).collect()
        }
        // E S^2 / (E S)^2 - 1, with the first term of its expansion around the means of all.
        Measure::ServiceScv => {
            let n = sample.figures.len() as f64;
            let [square, mean] = [0, 1].map(|at| sample.figures.iter().map(|figure| figure[at]).sum::<f64>() / n);
            let value = |[own_square, own]: [f64; 2]| {
                own_square / (mean * mean) - 2.0 * square / (mean * mean * mean) * (own - mean) - 1.0
            };
            sample.figures.iter().copied().map(value).collect()
        }
        // A quantile at a jump of the distribution: it is zero where the share of those who did not wait reaches its
        // level, as far as the interval of that share can tell.
        Measure::WaitQuantile(level) => {
            let share = controlled_mean(&seconds(), &[]);
            let half = share
                .and_then(|one| Some(student::quantile(f64::midpoint(1.0, CONFIDENCE), one.degrees)? * one.std_error));
            let reaches = share.zip(half).is_some_and(|(share, half)| share.mean + half >= level);
            sample.figures.iter().map(|figure| if reaches { 0.0 } else { figure[0] }).collect()
        }
        _ => sample.figures.iter().map(|figure| figure[0]).collect(),
    }
}

fn busy(study: &Study) -> f64 {
    study.pools.iter().map(|pool| pool.busy).sum()
}

/// The mean over all kinds of jobs together.
fn pooled(study: &Study, of: impl Fn(&KindStudy) -> Spread) -> f64 {
    let spreads = || study.kinds.iter().map(&of);
    let count: u64 = spreads().map(|spread| spread.count).sum();
    spreads().map(|spread| spread.mean * spread.count as f64).sum::<f64>() / count.max(1) as f64
}

/// A mean over all that arrived, from the mean of those that were served and of those that left.
fn patient(kind: &KindStudy, served: f64, left: f64) -> f64 {
    let (stayed, gone) = (kind.wait.count as f64, kind.abandoned.count as f64);
    (served * stayed + left * gone) / (stayed + gone).max(1.0)
}

/// Attempts at a pool over the jobs of the one kind that calls at it, the n-th.
fn attempts_per_job(study: &Study, pool: usize) -> Option<f64> {
    let kind = study.kinds.get(pool).or(study.kinds.first())?;
    let jobs = kind.response.count + kind.errors;
    Some(study.pools.get(pool)?.attempts as f64 / jobs.max(1) as f64)
}

/// By Little's law, from the mean number and the rate of completions.
fn pool_response(study: &Study, pool: usize) -> Option<f64> {
    let pool = study.pools.get(pool)?;
    Some(if pool.completed_per_sec > 0.0 { pool.number / pool.completed_per_sec } else { 0.0 })
}

fn blocking(kind: &KindStudy) -> f64 {
    let ended = kind.response.count + kind.errors;
    if ended == 0 { 0.0 } else { kind.errors as f64 / ended as f64 }
}

/// (Z + D) / D_max with the demands that the utilisation law gives: D_i = U_i / X.
fn saturation_point(study: &Study, kind: &KindStudy, think: f64, largest: usize) -> Option<f64> {
    let throughput = kind.response.count as f64 / study.secs;
    let largest = study.pools.get(largest)?.busy;
    Some(if largest > 0.0 { (think * throughput + busy(study)) / largest } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(figures: &[Figure]) -> Sample {
        Sample { figures: figures.to_vec(), deviations: vec![Vec::new(); figures.len()] }
    }

    #[test]
    fn a_variance_counts_what_replications_differ_by() {
        // Two replications of constants 1 and 3: no variance within, but 1 around the common mean of 2.
        let got = values(Measure::WaitVariance, &sample(&[[1.0, 1.0], [9.0, 3.0]]));
        assert!((got.iter().sum::<f64>() / 2.0 - 1.0).abs() < 1e-12, "{got:?}");
    }

    #[test]
    fn an_interval_is_compared_with_what_was_asked_for() {
        let figures: Vec<Figure> = (0..16).map(|n| [f64::from(n % 2) * 0.2 + 0.9, 0.0]).collect();
        let meter = Target::Meter(Measure::Wait, 1.0);
        // Standard error 0.1033 / 4, t(0.995, 15) = 2.947: half-width 0.0761, 3.8 times 2 %.
        let excess = meter.excess(&sample(&figures), 1.0, 0.02);
        assert!((excess - 3.80).abs() < 0.02, "{excess}");
        assert_eq!(Target::Meter(Measure::WaitQuantile(0.9), 1.0).excess(&sample(&figures), 1.0, 0.02), 0.0);
        assert!((meter.excess(&sample(&figures), 0.001, 0.02) - 38.0).abs() < 0.1);
    }
}
