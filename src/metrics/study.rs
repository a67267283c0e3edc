//! A closer look at a run, for comparing it with theory: waits, second moments, distribution functions, occupancy.
//!
//! Off unless a run is started with a [`StudyAsk`]: then it folds the same facts as every other meter. Like them it
//! begins anew when the warm-up ends.

use super::latency::LatencyMeter;
use super::looks::Gauges;
use crate::base::{JobType, PoolId, Span, Time};
use crate::cluster::{Fact, Outcome};
use crate::scenario::Scenario;

/// Numbers in the system or at a machine that are told apart; more count as this many.
const LEVELS: usize = 4_096;

/// What is looked at more closely.
#[derive(Clone, Debug, Default)]
pub struct StudyAsk {
    /// Times t for which the share of jobs that waited at most t is counted, exactly and not from a histogram.
    pub wait_at: Vec<Span>,
    /// Whether it is kept how long tasks of each stage took.
    pub task_times: bool,
}

/// What a closer look has found, over the run without its warm-up.
#[derive(Clone, Debug)]
pub struct Study {
    /// How long that was.
    pub secs: f64,
    /// For each kind of job.
    pub kinds: Vec<KindStudy>,
    /// For each pool.
    pub pools: Vec<PoolStudy>,
    /// Mean number of clients that were refused and would come back.
    pub in_orbit: f64,
    /// Mean number of jobs in the system.
    pub number: f64,
    /// Share of time with exactly so many jobs in the system, up to the largest number that is told apart.
    pub in_system: Vec<f64>,
    /// Share of machines with exactly so many attempts, those that run among them; sampled at the ticks of the run.
    pub at_machines: Vec<f64>,
    /// When the last job was completed, in seconds from the start of the run; zero where none was.
    pub last_completed_secs: f64,
    /// For each kind of job, for each stage, how long its core was busy with a task; empty where that was not asked for.
    pub task_times: Vec<Vec<TaskTimesStudy>>,
}

/// How long tasks of a stage took.
#[derive(Clone, Debug)]
pub struct TaskTimesStudy {
    /// How many.
    pub count: u64,
    /// Their mean in seconds.
    pub mean: f64,
    /// The longest in seconds.
    pub max: f64,
    times: LatencyMeter,
}

impl TaskTimesStudy {
    /// A quantile (0 to 1) in seconds, good to a thousandth; `None` where no task was completed.
    pub fn quantile(&self, quantile: f64) -> Option<f64> {
        self.times.quantile_secs(quantile)
    }
}

/// One kind of job.
#[derive(Clone, Debug)]
pub struct KindStudy {
    /// Jobs that arrived.
    pub arrived: u64,
    /// Jobs that ended in anything but success.
    pub errors: u64,
    /// From arrival to answer, of completed jobs, in seconds.
    pub response: Spread,
    /// Response less service, of completed jobs of one task, in seconds.
    pub wait: Spread,
    /// Core time of the attempt that answered, of the same jobs, in seconds.
    pub service: Spread,
    /// Response over service, of the same jobs where they needed any service.
    pub slowdown: Spread,
    /// How long clients waited that then left, in seconds.
    pub abandoned: Spread,
    /// Share of those jobs that waited at all.
    pub waited: f64,
    /// Share of those jobs that waited at most each of [`StudyAsk::wait_at`].
    pub wait_at: Vec<f64>,
    responses: LatencyMeter,
    waits: LatencyMeter,
}

/// A pool.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoolStudy {
    /// Mean number of attempts in its queues and on its cores: the time they spent at its machines over the time that
    /// passed, and what waited in the queue of the pool itself, sampled at the ticks of the run.
    pub number: f64,
    /// Mean number of busy cores, from the time they were busy.
    pub busy: f64,
    /// Tasks that its machines completed per second.
    pub completed_per_sec: f64,
    /// Attempts that ended at its machines, however they ended.
    pub attempts: u64,
}

/// Count, mean and mean square of a quantity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// Their mean; zero where there are none.
    pub mean: f64,
    /// The mean of their squares.
    pub mean_square: f64,
}

impl KindStudy {
    /// A quantile (0 to 1) of the response in seconds, good to a thousandth; `None` where nothing was recorded.
    pub fn response_quantile(&self, quantile: f64) -> Option<f64> {
        self.responses.quantile_secs(quantile)
    }

    /// A quantile (0 to 1) of the wait in seconds, good to a thousandth; `None` where nothing was recorded.
    pub fn wait_quantile(&self, quantile: f64) -> Option<f64> {
        self.waits.quantile_secs(quantile)
    }
}

/// The meter behind a [`Study`].
#[derive(Clone, Debug)]
pub(super) struct StudyMeter {
    ask: StudyAsk,
    since: Time,
    kinds: Vec<KindMeter>,
    /// For each kind of job, for each stage: its pool.
    pool_of: Vec<Vec<PoolId>>,
    pools: Vec<PoolMeter>,
    levels: Levels,
    /// Samples of machines with exactly so many attempts.
    at_machines: Vec<u64>,
    samples: u64,
    /// The last attempt that was answered at this instant: over a link without delay its job ends at the same one.
    answered: Option<(Time, JobType, Span)>,
    last_completed: Time,
    /// For each kind of job, for each stage; empty where nobody asks.
    task_times: Vec<Vec<LatencyMeter>>,
}

#[derive(Clone, Debug)]
struct KindMeter {
    /// Whether a job of this kind is one task, so that it has a wait and a service.
    is_single: bool,
    arrived: u64,
    errors: u64,
    responses: LatencyMeter,
    waits: LatencyMeter,
    sums: [Sums; QUANTITIES],
    waited: u64,
    wait_at: Vec<u64>,
}

/// Where each quantity stands among the sums of a kind.
const RESPONSE: usize = 0;
const WAIT: usize = 1;
const SERVICE: usize = 2;
const SLOWDOWN: usize = 3;
const ABANDONED: usize = 4;
const QUANTITIES: usize = 5;

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: u64,
    sum: f64,
    squares: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct PoolMeter {
    /// Nanoseconds that attempts spent at its machines.
    spent: u64,
    attempts: u64,
    /// Samples of what waited in its own queue, added up.
    parked: u64,
    busy_at_start: u64,
    busy: u64,
    completed_at_start: u64,
    completed: u64,
}

/// How long there were how many jobs in the system.
#[derive(Clone, Debug)]
struct Levels {
    now: usize,
    since: Time,
    nanos: Vec<u64>,
    /// The integral of the number itself, which has no largest one, in nanoseconds.
    area: u128,
}

impl StudyMeter {
    pub(super) fn new(scenario: &Scenario, ask: StudyAsk) -> Self {
        let kind = |job: &crate::scenario::Job| KindMeter {
            is_single: matches!(job.stages.as_slice(), [only] if only.tasks == 1),
            arrived: 0,
            errors: 0,
            responses: LatencyMeter::new(),
            waits: LatencyMeter::new(),
            sums: [Sums::default(); QUANTITIES],
            waited: 0,
            wait_at: vec![0; ask.wait_at.len()],
        };
        Self {
            since: Time::ZERO,
            kinds: scenario.jobs.iter().map(kind).collect(),
            pool_of: scenario.jobs.iter().map(|job| job.stages.iter().map(|stage| stage.pool).collect()).collect(),
            pools: vec![PoolMeter::default(); scenario.pools.len()],
            levels: Levels { now: 0, since: Time::ZERO, nanos: Vec::new(), area: 0 },
            at_machines: Vec::new(),
            samples: 0,
            answered: None,
            last_completed: Time::ZERO,
            task_times: match ask.task_times {
                true => scenario.jobs.iter().map(|job| vec![LatencyMeter::new(); job.stages.len()]).collect(),
                false => Vec::new(),
            },
            ask,
        }
    }

    pub(super) fn fact(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::JobArrived { kind, .. } => {
                self.kinds[kind.ix()].arrived += 1;
                self.levels.set(now, self.levels.now + 1);
            }
            Fact::AttemptEnded { kind, stage, wait, run, outcome, .. } => {
                let pool = &mut self.pools[self.pool_of[kind.ix()][stage.ix()].ix()];
                pool.spent += wait.0 + run.0;
                pool.attempts += 1;
                if outcome == Outcome::Completed {
                    self.answered = Some((now, kind, run));
                    if let Some(stages) = self.task_times.get_mut(kind.ix()) {
                        stages[stage.ix()].record(run);
                    }
                }
            }
            Fact::JobEnded { kind, intended, outcome, .. } => {
                self.levels.set(now, self.levels.now.saturating_sub(1));
                let answered = self.answered.take();
                let meter = &mut self.kinds[kind.ix()];
                if outcome == Outcome::Completed {
                    self.last_completed = now;
                    let run = answered.filter(|&(at, of, _)| meter.is_single && at == now && of == kind);
                    meter.complete(&self.ask, now.since(intended), run.map(|(_, _, run)| run));
                } else {
                    meter.errors += 1;
                    if outcome == Outcome::Abandoned {
                        meter.sums[ABANDONED].push(now.since(intended).secs());
                    }
                }
            }
            _ => {}
        }
    }

    /// The warm-up ends.
    pub(super) fn restart(&mut self, now: Time, gauges: &Gauges) {
        self.since = now;
        for kind in &mut self.kinds {
            kind.clear();
        }
        self.task_times.iter_mut().flatten().for_each(LatencyMeter::clear);
        self.levels.set(now, self.levels.now);
        self.levels.nanos.clear();
        self.levels.area = 0;
        self.read(gauges);
        for pool in &mut self.pools {
            *pool = PoolMeter { busy_at_start: pool.busy, completed_at_start: pool.completed, ..PoolMeter::default() };
        }
        self.at_machines.clear();
        self.samples = 0;
    }

    /// Looks at every machine.
    pub(super) fn tick(&mut self, gauges: &Gauges) {
        self.samples += 1;
        for gauge in &gauges.workers {
            let number = (gauge.busy + gauge.queue) as usize;
            let place = number.min(LEVELS);
            if self.at_machines.len() <= place {
                self.at_machines.resize(place + 1, 0);
            }
            self.at_machines[place] += 1;
        }
        for (pool, &waiting) in self.pools.iter_mut().zip(&gauges.waiting_in_pools) {
            pool.parked += u64::from(waiting);
        }
    }

    /// Reads what machines count themselves.
    pub(super) fn read(&mut self, gauges: &Gauges) {
        for pool in &mut self.pools {
            (pool.busy, pool.completed) = (0, 0);
        }
        for gauge in &gauges.workers {
            let pool = &mut self.pools[gauge.pool.ix()];
            pool.busy += gauge.busy_area;
            pool.completed += gauge.completed;
        }
    }

    /// `orbit` is the integral of the clients that would come back, in nanoseconds.
    pub(super) fn view(&self, end: Time, orbit: f64) -> Study {
        let secs = end.since(self.since).secs();
        let per_sec = |value: f64| if secs > 0.0 { value / secs } else { 0.0 };
        let pool = |pool: &PoolMeter| PoolStudy {
            number: per_sec(pool.spent as f64 / 1e9) + pool.parked as f64 / self.samples.max(1) as f64,
            busy: per_sec(pool.busy.saturating_sub(pool.busy_at_start) as f64 / 1e9),
            completed_per_sec: per_sec(pool.completed.saturating_sub(pool.completed_at_start) as f64),
            attempts: pool.attempts,
        };
        let mut levels = self.levels.clone();
        levels.set(end, levels.now);
        let machines: u64 = self.at_machines.iter().sum();
        Study {
            secs,
            kinds: self.kinds.iter().map(KindMeter::view).collect(),
            pools: self.pools.iter().map(pool).collect(),
            in_orbit: per_sec(orbit / 1e9),
            number: per_sec(levels.area as f64 / 1e9),
            in_system: levels.nanos.iter().map(|&nanos| per_sec(nanos as f64 / 1e9)).collect(),
            at_machines: self.at_machines.iter().map(|&count| count as f64 / machines.max(1) as f64).collect(),
            last_completed_secs: self.last_completed.since(Time::ZERO).secs(),
            task_times: self.task_times.iter().map(|stages| stages.iter().map(task_times).collect()).collect(),
        }
    }
}

fn task_times(times: &LatencyMeter) -> TaskTimesStudy {
    let view = times.view();
    TaskTimesStudy { count: view.count, mean: view.mean, max: view.max, times: times.clone() }
}

impl KindMeter {
    fn complete(&mut self, ask: &StudyAsk, response: Span, run: Option<Span>) {
        self.responses.record(response);
        self.sums[RESPONSE].push(response.secs());
        let Some(run) = run else { return };
        let wait = Span(response.0.saturating_sub(run.0));
        self.waits.record(wait);
        self.sums[WAIT].push(wait.secs());
        self.sums[SERVICE].push(run.secs());
        if !run.is_zero() {
            self.sums[SLOWDOWN].push(response.secs() / run.secs());
        }
        self.waited += u64::from(!wait.is_zero());
        for (count, at) in self.wait_at.iter_mut().zip(&ask.wait_at) {
            *count += u64::from(wait <= *at);
        }
    }

    fn clear(&mut self) {
        let wait_at = vec![0; self.wait_at.len()];
        *self = Self {
            is_single: self.is_single,
            arrived: 0,
            errors: 0,
            responses: LatencyMeter::new(),
            waits: LatencyMeter::new(),
            sums: [Sums::default(); QUANTITIES],
            waited: 0,
            wait_at,
        };
    }

    fn view(&self) -> KindStudy {
        let share = |count: u64| count as f64 / self.sums[WAIT].count.max(1) as f64;
        KindStudy {
            arrived: self.arrived,
            errors: self.errors,
            response: self.sums[RESPONSE].view(),
            wait: self.sums[WAIT].view(),
            service: self.sums[SERVICE].view(),
            slowdown: self.sums[SLOWDOWN].view(),
            abandoned: self.sums[ABANDONED].view(),
            waited: share(self.waited),
            wait_at: self.wait_at.iter().map(|&count| share(count)).collect(),
            responses: self.responses.clone(),
            waits: self.waits.clone(),
        }
    }
}

impl Sums {
    fn push(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.squares += value * value;
    }

    fn view(self) -> Spread {
        let count = self.count.max(1) as f64;
        Spread { count: self.count, mean: self.sum / count, mean_square: self.squares / count }
    }
}

impl Levels {
    fn set(&mut self, now: Time, level: usize) {
        let place = self.now.min(LEVELS);
        if self.nanos.len() <= place {
            self.nanos.resize(place + 1, 0);
        }
        let lasted = now.since(self.since).0;
        self.nanos[place] += lasted;
        self.area += self.now as u128 * u128::from(lasted);
        (self.now, self.since) = (level, now);
    }
}
