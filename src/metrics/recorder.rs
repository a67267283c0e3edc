//! The recorder folds facts into meters, and meters into pictures and the final summary.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::area::AreaMeter;
use super::cost::CostMeter;
use super::latency::LatencyMeter;
use super::laws::LawMeter;
use super::looks::{Gauges, Look};
use super::omission::OmissionMeter;
use super::scaling::ScalingMeter;
use super::snapshot::{By, Mark, PoolView, SeriesSet};
use super::study::{Study, StudyAsk, StudyMeter};
use super::watch::WatchMeter;
use super::window::{LatencyWindow, PARTS};
use super::work::WorkMeter;
use crate::base::{Ring, Span, Time, WorkerId};
use crate::cluster::{Fact, Guarded, Outcome, WorkerState};
use crate::scenario::{Command, Mode, Scenario};

/// What people read is smoothed over this long.
const SMOOTHING: Span = Span::from_millis(2_500);
/// Shortest distance between two values of a series.
const TICK_MIN: Span = Span::from_millis(100);
/// A long simulated run has about this many ticks.
const TICKS: u64 = 6_000;
/// Marks kept: the newest.
const MARKS_MAX: usize = 2_000;
/// Turns of one knob by a person that follow each other within this long, in run time, are one mark.
const ONE_TURN: Span = Span::from_secs(1);

/// Folds what happens. `Clone`, so that a fork keeps its past.
#[derive(Clone, Debug)]
pub struct Recorder {
    pub(super) scenario: Arc<Scenario>,
    pub(super) tick: Span,
    ticks: u64,
    counts: Counts,
    pub(super) series: SeriesSet,
    pub(super) window: LatencyWindow,
    /// What a load generator would have reported that waits for each answer.
    pub(super) omission: OmissionMeter,
    /// For each kind of job, after the warm-up.
    pub(super) kinds: Vec<KindMeter>,
    pub(super) in_system: AreaMeter,
    pub(super) laws: LawMeter,
    pub(super) ready_cores: AreaMeter,
    /// Clients that were refused and will come back.
    pub(super) orbit: AreaMeter,
    /// Core-nanoseconds at work when the warm-up ended.
    pub(super) busy_at_warm: u64,
    pub(super) busy: u64,
    /// Core-nanoseconds in service when the last tick ended.
    cores_at_tick: f64,
    /// Dollars when the warm-up ended.
    pub(super) billed_at_warm: f64,
    pub(super) tasks_completed: u64,
    pub(super) jobs_completed: u64,
    warm: bool,
    pub(super) workers: Vec<WorkerMeter>,
    /// How machines stood when they were looked at the last few times, oldest first.
    pub(super) looks: VecDeque<Look>,
    /// Lookups and hits of each pool since the last tick, and over the smoothing window.
    pub(super) lookups: Vec<Lookups>,
    pub(super) cost: CostMeter,
    /// With what was turned.
    pub(super) marks: Ring<(Command, Mark)>,
    /// Pools as they stood at the end.
    pub(super) last_pools: Vec<PoolView>,
    /// A closer look, where one was asked for.
    study: Option<Box<StudyMeter>>,
    /// What only pictures show, where somebody watches.
    pub(super) watch: Option<Box<WatchMeter>>,
    pub(super) scaling: ScalingMeter,
    /// Where anything real is worked on.
    pub(super) work: Option<Box<WorkMeter>>,
    /// Machines that the provider took away.
    pub(super) preempted: u64,
    /// For each pool, what was done about failures and about too much, and how often.
    pub(super) guarded: Vec<BTreeMap<&'static str, u64>>,
    /// Bytes of partial results that workers fetched from others, and that they had themselves.
    pub(super) fetched_bytes: u64,
    pub(super) local_bytes: u64,
    pub(super) hash: u64,
}

/// What is counted between two ticks.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    offered: u64,
    completed: u64,
    errors: u64,
    shed: u64,
    retries: u64,
    tasks: u64,
    bytes: f64,
    lookups: u64,
    hits: u64,
}

/// One kind of job.
#[derive(Clone, Debug)]
pub(super) struct KindMeter {
    pub(super) latency: LatencyMeter,
    pub(super) errors: u64,
    /// Bytes that one task of each stage reads.
    bytes: Vec<f64>,
    /// Whether results of a stage may be kept, so that an attempt of it is a lookup.
    cacheable: Vec<bool>,
}

/// A machine as facts tell of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct WorkerMeter {
    cores: u32,
    state: WorkerState,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lookups {
    pub(super) cells: VecDeque<(u64, u64)>,
    open: (u64, u64),
}

impl Recorder {
    /// A recorder of a run in which nothing has happened.
    pub fn new(scenario: Arc<Scenario>) -> Self {
        let tick = match (scenario.mode, scenario.duration) {
            (Mode::Simulate, Some(duration)) => Span(duration.0 / TICKS / TICK_MIN.0 * TICK_MIN.0).max(TICK_MIN),
            _ => TICK_MIN,
        };
        let kind = |job: &crate::scenario::Job| KindMeter {
            latency: LatencyMeter::new(),
            errors: 0,
            bytes: job.stages.iter().map(crate::scenario::Stage::bytes_read_per_task).collect(),
            cacheable: job.stages.iter().map(|stage| stage.after.is_empty()).collect(),
        };
        Self {
            tick,
            ticks: 0,
            counts: Counts::default(),
            series: SeriesSet::new(tick),
            window: LatencyWindow::new(),
            omission: OmissionMeter::new(&scenario),
            kinds: scenario.jobs.iter().map(kind).collect(),
            in_system: AreaMeter::default(),
            laws: LawMeter::default(),
            ready_cores: AreaMeter::default(),
            orbit: AreaMeter::default(),
            busy_at_warm: 0,
            busy: 0,
            cores_at_tick: 0.0,
            billed_at_warm: 0.0,
            tasks_completed: 0,
            jobs_completed: 0,
            warm: scenario.warmup.is_zero(),
            workers: Vec::new(),
            looks: VecDeque::with_capacity(PARTS + 2),
            lookups: vec![Lookups::default(); scenario.pools.len()],
            cost: CostMeter::new(scenario.clone()),
            marks: Ring::new(MARKS_MAX),
            last_pools: Vec::new(),
            study: None,
            watch: None,
            scaling: ScalingMeter::default(),
            work: WorkMeter::new(&scenario, &[]).map(Box::new),
            preempted: 0,
            guarded: vec![BTreeMap::new(); scenario.pools.len()],
            fetched_bytes: 0,
            local_bytes: 0,
            hash: 0,
            scenario,
        }
    }

    /// Looks more closely from the start on.
    pub fn study(&mut self, ask: StudyAsk) {
        self.study = Some(Box::new(StudyMeter::new(&self.scenario, ask)));
    }

    /// What the closer look has found until `now`, if one was asked for.
    pub fn studied(&self, now: Time) -> Option<Study> {
        self.study.as_ref().map(|study| study.view(now, self.orbit.area(now)))
    }

    /// Somebody watches: what only pictures show is measured, too.
    pub fn watch(&mut self) {
        self.omission.watch();
        self.watch = Some(Box::new(WatchMeter::new(&self.scenario, self.part())));
    }

    /// The distance between two ticks.
    pub fn tick_span(&self) -> Span {
        self.tick
    }

    /// Takes in what has happened.
    #[inline]
    pub fn fact(&mut self, now: Time, fact: &Fact) {
        self.cost.fact(now, fact);
        self.laws.fact(now, fact);
        if let Some(study) = &mut self.study {
            study.fact(now, fact);
        }
        self.watch.iter_mut().for_each(|watch| watch.fact(now, fact));
        match *fact {
            Fact::JobArrived { kind, .. } => {
                self.counts.offered += 1;
                self.in_system.set(now, self.in_system.value() + 1);
                self.fold([now.0, 1, u64::from(kind.0)]);
            }
            Fact::JobEnded { kind, serial, source, intended, outcome, .. } => {
                self.in_system.set(now, self.in_system.value() - 1);
                let latency = now.since(intended);
                let meter = &mut self.kinds[kind.ix()];
                if outcome == Outcome::Completed {
                    self.counts.completed += 1;
                    self.jobs_completed += 1;
                    meter.latency.record(latency);
                    self.window.record(latency);
                    self.omission.record(now, source, intended);
                } else {
                    self.counts.errors += 1;
                    self.counts.shed += u64::from(outcome == Outcome::Shed);
                    meter.errors += 1;
                }
                self.fold([now.0, serial << 8 | outcome as u64, latency.0]);
            }
            Fact::AttemptEnded { worker, kind, stage, run, outcome, cached, wait, asked, .. } => {
                let meter = &self.kinds[kind.ix()];
                if outcome == Outcome::Completed && asked {
                    self.counts.tasks += 1;
                    self.tasks_completed += 1;
                    self.counts.bytes += if cached { 0.0 } else { meter.bytes[stage.ix()] };
                    if let Some(work) = self.work.as_mut().filter(|_| !cached) {
                        work.add(worker, kind, stage);
                    }
                }
                // Whatever became of it: who was not answered by the cache was a miss.
                if meter.cacheable[stage.ix()] && asked {
                    self.counts.lookups += 1;
                    self.counts.hits += u64::from(cached);
                    let pool = self.scenario.jobs[kind.ix()].stages[stage.ix()].pool;
                    let open = &mut self.lookups[pool.ix()].open;
                    *open = (open.0 + 1, open.1 + u64::from(cached));
                }
                self.fold([now.0 ^ run.0.rotate_left(32), u64::from(worker.0) << 8 | outcome as u64, wait.0]);
            }
            Fact::Worker { worker, cores, state, .. } => self.machine(now, worker, cores, state),
            Fact::Preempted { worker } => {
                self.preempted += 1;
                self.fold([now.0, u64::from(worker.0), 0]);
            }
            Fact::Fetched { bytes, local } => {
                self.fetched_bytes += bytes.0;
                self.local_bytes += local.0;
                self.fold([now.0, bytes.0, local.0]);
            }
            Fact::Guarded { pool, what } => {
                self.counts.retries += u64::from(what == Guarded::Retried);
                *self.guarded[pool.ix()].entry(what.name()).or_default() += 1;
                let name = what.name().bytes().fold(0u64, |sum, byte| sum.rotate_left(7) ^ u64::from(byte));
                self.fold([now.0, u64::from(pool.0), name]);
            }
            Fact::Scaled { pool, ref decided, .. } => {
                self.scaling.decide(now, pool, decided);
                self.fold([now.0, u64::from(pool.0) << 32 | u64::from(decided.size), u64::from(decided.wanted)]);
            }
        }
    }

    fn machine(&mut self, now: Time, worker: WorkerId, cores: u32, state: WorkerState) {
        if self.workers.len() <= worker.ix() {
            self.workers.resize(worker.ix() + 1, WorkerMeter { cores: 0, state });
        }
        let meter = &mut self.workers[worker.ix()];
        let before = if meter.state == WorkerState::Ready { meter.cores } else { 0 };
        let after = if state == WorkerState::Ready { cores } else { 0 };
        (meter.cores, meter.state) = (cores, state);
        self.ready_cores.set(now, self.ready_cores.value() + u64::from(after) - u64::from(before));
        self.fold([now.0, u64::from(worker.0) << 8 | state as u64, u64::from(cores)]);
        self.scaling.machine(now, worker, state);
    }

    /// Takes in how many clients were refused and will come back.
    #[inline]
    pub fn in_orbit(&mut self, now: Time, clients: usize) {
        if self.orbit.value() != clients as u64 {
            self.orbit.set(now, clients as u64);
        }
    }

    /// Notes a change on the time axis. What a person turns on and on, as a slider that is dragged, is one mark: the
    /// newest takes the place of one not older than `ONE_TURN` on the same knob.
    pub fn mark(&mut self, mark: Mark, command: &Command) {
        let is_same_turn = |(turned, before): &(Command, Mark)| {
            (before.by, mark.by) == (By::Person, By::Person) && turned.is_same_knob(command)
        };
        let recent = |(_, before): &&(Command, Mark)| mark.at.since(before.at) <= ONE_TURN;
        let before = self.marks.iter().rev().take_while(recent).position(is_same_turn);
        if let Some(back) = before {
            self.marks.remove(self.marks.len() - 1 - back);
        }
        self.marks.push((command.clone(), mark));
    }

    /// Marks, oldest first.
    pub fn marks(&self) -> Vec<Mark> {
        self.marks.iter().map(|(_, mark)| mark.clone()).collect()
    }

    /// Whether the tick that ends next looks at each machine.
    pub fn looks_at_machines(&self) -> bool {
        self.study.is_some() || self.is_end_of_part(self.ticks + 1)
    }

    /// A part of the windows over which figures are smoothed is a fifth of them, or a tick if that is longer.
    fn is_end_of_part(&self, ticks: u64) -> bool {
        ticks.is_multiple_of(self.part().0 / self.tick.0)
    }

    /// How long such a part is.
    pub(super) fn part(&self) -> Span {
        Span((SMOOTHING.0 / PARTS as u64 / self.tick.0).max(1) * self.tick.0)
    }

    /// Ends a tick.
    pub fn tick(&mut self, now: Time, gauges: &Gauges) {
        let (start, per_sec) = (Time(now.0 - self.tick.0), 1.0 / self.tick.secs());
        let counts = std::mem::take(&mut self.counts);
        self.ticks += 1;
        let busy = gauges.busy_area - std::mem::replace(&mut self.busy, gauges.busy_area);
        let cores = self.ready_cores.area(now) - std::mem::replace(&mut self.cores_at_tick, self.ready_cores.area(now));
        if !self.warm && now.since(Time::ZERO) >= self.scenario.warmup {
            self.end_warmup(now, gauges);
        } else if let Some(study) = &mut self.study {
            study.tick(gauges);
        }
        let window = self.smoothing_ticks();
        for lookups in &mut self.lookups {
            lookups.cells.push_back(std::mem::take(&mut lookups.open));
            lookups.cells.drain(..lookups.cells.len().saturating_sub(window));
        }
        if self.is_end_of_part(self.ticks) {
            self.window.seal();
            self.omission.seal();
            self.look(now, &gauges.workers);
            let part = self.part();
            self.watch.iter_mut().for_each(|watch| watch.seal(now, part, gauges));
        }
        let waiting =
            gauges.waiting_at_machines + gauges.waiting_in_pools.iter().map(|&waiting| u64::from(waiting)).sum::<u64>();
        let latency = self.window.view();
        let series = &mut self.series;
        series.offered.push(start, counts.offered as f64 * per_sec);
        series.completed.push(start, counts.completed as f64 * per_sec);
        series.errors.push(start, counts.errors as f64 * per_sec);
        series.shed.push(start, counts.shed as f64 * per_sec);
        series.retries.push(start, counts.retries as f64 * per_sec);
        series.tasks.push(start, counts.tasks as f64 * per_sec);
        series.bytes.push(start, counts.bytes * per_sec);
        for (series, value) in
            [(&mut series.p50, latency.p50), (&mut series.p95, latency.p95), (&mut series.p99, latency.p99)]
        {
            // Where nothing completed there is no latency, and the line has a gap.
            if latency.count > 0 {
                series.push(start, value);
            }
        }
        if let Some(p99) = self.omission.recent_p99() {
            series.p99_omitting.push(start, p99);
        }
        series.in_flight.push(start, self.in_system.value() as f64);
        series.waiting.push(start, waiting as f64);
        // Machines that finish what they have are at work, but no longer in service.
        series.utilisation.push(start, if cores > 0.0 { (busy as f64 / cores).min(1.0) } else { 0.0 });
        series.cost_per_hour.push(start, self.cost.per_hour());
        if counts.lookups > 0 {
            series.hit_ratio.push(start, counts.hits as f64 / counts.lookups as f64);
        }
    }

    /// Takes in what happened since the last tick, at the end of a run.
    pub fn close(&mut self, now: Time, gauges: &Gauges) {
        self.busy = gauges.busy_area;
        self.last_pools = self.pools(now, gauges);
        if let Some(study) = &mut self.study {
            study.read(gauges);
        }
    }

    /// Tasks completed per second over the last ticks.
    pub fn tasks_per_sec(&self, ticks: usize) -> f64 {
        let (sum, count) =
            self.series.tasks.finest().rev().take(ticks).fold((0.0, 0u32), |(sum, n), cell| (sum + cell.mean, n + 1));
        sum / f64::from(count.max(1))
    }

    fn end_warmup(&mut self, now: Time, gauges: &Gauges) {
        self.warm = true;
        if let Some(study) = &mut self.study {
            study.restart(now, gauges);
        }
        for kind in &mut self.kinds {
            kind.latency.clear();
            kind.errors = 0;
        }
        self.omission.end_warmup();
        self.work.iter_mut().for_each(|work| work.end_warmup());
        self.in_system.restart(now);
        self.ready_cores.restart(now);
        self.cores_at_tick = 0.0;
        self.orbit.restart(now);
        self.busy_at_warm = self.busy;
        self.billed_at_warm = self.cost.billed(now);
        (self.tasks_completed, self.jobs_completed) = (0, 0);
    }

    /// When the figures of the summary begin.
    pub(super) fn warm_since(&self) -> Time {
        let tick = self.tick.0.max(1);
        if self.warm { Time(self.scenario.warmup.0.div_ceil(tick) * tick) } else { Time::ZERO }
    }

    pub(super) fn smoothing_ticks(&self) -> usize {
        (SMOOTHING.0 / self.tick.0).max(1) as usize
    }

    /// Folds something that happened into the hash of the run.
    #[inline]
    fn fold(&mut self, words: [u64; 3]) {
        let word = words[0] ^ words[1].rotate_left(21) ^ words[2].rotate_left(42);
        self.hash = (self.hash.rotate_left(5) ^ word).wrapping_mul(0x517C_C1B7_2722_0A95);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::scenario::{Host, bundled, load};

    #[test]
    fn what_a_person_turns_on_and_on_is_one_mark() {
        let host = Host { cores: 2, cpu: "a processor".to_owned() };
        let scenario = load(bundled::ALL[0].text, "a test", &host).unwrap();
        let mut recorder = Recorder::new(Arc::new(scenario));
        let mut mark = |millis: u64, by, source: u16| {
            let at = Time::ZERO + Span::from_millis(millis);
            let command = Command::SetTrafficFactor { source: SourceId(source), factor: 2.0 };
            recorder.mark(Mark { at, label: format!("{source} at {millis}"), by, until: None }, &command);
        };
        for millis in [0, 600, 1_200] {
            // Two sources are turned by one slider.
            mark(millis, By::Person, 0);
            mark(millis, By::Person, 1);
        }
        mark(1_300, By::Timeline, 0);
        mark(1_400, By::Timeline, 0);
        mark(5_000, By::Person, 0);
        let labels: Vec<_> = recorder.marks().into_iter().map(|mark| mark.label).collect();
        assert_eq!(labels, ["0 at 1200", "1 at 1200", "0 at 1300", "0 at 1400", "0 at 5000"]);
    }
}
