//! What `Auto` rates stand for: the capacity of the configuration at the start of a run.
//!
//! Live, it is measured: for two seconds impatient clients keep every core at work, and what completes per second in the
//! last one and a half of them is the capacity. Simulated, it follows from the scenario alone: cores times speed over
//! work per job, so that a simulated run stays the same on every machine.

use super::queue::Due;
use super::run::Engine;
use crate::base::{JobType, PoolId, StageIx, Time};
use crate::metrics::snapshot::RunState;
use crate::scenario::{Arrivals, By, Command, Entry, Group, Mode, Place, RateSpec};

/// How long the machine is measured.
const PROBE_SECS: u64 = 2;
/// How many ticks at the end of it count.
const PROBE_TICKS: usize = 15;

impl Engine {
    /// Finds out what `Auto` stands for, if anything asks for it, and lets the sources begin.
    pub(super) fn begin_load(&mut self) {
        let is_asked = self.scenario.traffic.iter().any(|source| match &source.arrivals {
            Arrivals::Open { load, .. } => load.iter().any(|step| matches!(step.to, RateSpec::Auto(_))),
            Arrivals::Closed { .. } => false,
        });
        match self.scenario.mode {
            Mode::Live if is_asked => {
                let until = Time(PROBE_SECS * 1_000_000_000);
                self.state = RunState::Probing { until };
                let clients = self.probe_clients();
                self.with_traffic(|traffic, ticks| traffic.start_probe(Time::ZERO, clients, ticks));
                self.queue.push(until, Due::ProbeEnds);
            }
            Mode::Simulate if is_asked => {
                let jobs_per_sec = self.derived_capacity();
                self.set_capacity(Time::ZERO, jobs_per_sec);
                self.with_traffic(|traffic, ticks| traffic.start(Time::ZERO, ticks));
            }
            _ => self.with_traffic(|traffic, ticks| traffic.start(Time::ZERO, ticks)),
        }
    }

    /// The machine has been measured.
    pub(super) fn end_probe(&mut self, now: Time) {
        if let RunState::Probing { .. } = self.state {
            self.state = RunState::Running;
        }
        let is_given = self.scenario.timeline.iter().any(|entry| matches!(entry.command, Command::SetCapacity { .. }));
        if !is_given {
            let tasks_per_sec = self.recorder.tasks_per_sec(PROBE_TICKS);
            let jobs_per_sec = tasks_per_sec / self.tasks_per_job();
            self.set_capacity(now, jobs_per_sec);
        }
        self.with_traffic(|traffic, ticks| traffic.start(now, ticks));
    }

    fn set_capacity(&mut self, now: Time, jobs_per_sec: f64) {
        self.apply(now, Entry { at: now, command: Command::SetCapacity { jobs_per_sec }, by: By::Policy });
    }

    /// Enough impatient clients to keep every core at work while another job is gathered.
    fn probe_clients(&self) -> u32 {
        let cores: u32 = self
            .scenario
            .pools
            .iter()
            .flat_map(|pool| &pool.groups)
            .map(|group| group.count * group.instance.cores)
            .sum();
        let widest = self.scenario.traffic.iter().flat_map(|source| &self.scenario.jobs[source.job.ix()].stages);
        let tasks = widest.map(|stage| stage.tasks).max().unwrap_or(1);
        2 + (4 * cores).div_ceil(tasks.max(1))
    }

    /// Tasks of one job, on average over the sources.
    fn tasks_per_job(&self) -> f64 {
        let tasks =
            |job: JobType| self.scenario.jobs[job.ix()].stages.iter().map(|stage| f64::from(stage.tasks)).sum::<f64>();
        self.mean_over_sources(tasks)
    }

    /// Jobs per second that the pools can finish: the least of them decides.
    fn derived_capacity(&self) -> f64 {
        let times = self.world.service_times();
        let pools = (0..self.scenario.pools.len()).map(|ix| PoolId(ix as u16));
        let capacities = pools.map(|pool| {
            let speed: f64 = self.scenario.pools[pool.ix()].groups.iter().map(|group| self.speed(pool, group)).sum();
            let work = self.work_in(pool, |job, stage| times.mean_secs(job, stage));
            if work > 0.0 { speed / work } else { f64::INFINITY }
        });
        let least = capacities.fold(f64::INFINITY, f64::min);
        if least.is_finite() { least } else { 0.0 }
    }

    /// How many free cores of speed 1 a group is as good as, with all of its cores at work.
    fn speed(&self, pool: PoolId, group: &Group) -> f64 {
        let cores = group.instance.cores;
        let share = match (&group.place, &self.scenario.profile) {
            (Place::Modelled { .. }, _) => self.scenario.pools[pool.ix()].contention.share(cores),
            (Place::Threads, None) => 1.0,
            (Place::Threads, Some(profile)) => {
                let levels = profile.levels().min(cores);
                profile.contention.share(cores) / profile.contention.share(levels) * self.beside_others(pool, levels)
            }
        };
        f64::from(group.count * cores) * group.instance.speed * share
    }

    /// The speed of a core of the machine that was measured with so many at work, relative to one alone.
    fn beside_others(&self, pool: PoolId, busy: u32) -> f64 {
        let times = self.world.service_times();
        let one = self.work_in(pool, |job, stage| times.mean_secs(job, stage));
        let beside = self.work_in(pool, |job, stage| times.mean_secs_beside(job, stage, busy));
        if beside > 0.0 { one / beside } else { 1.0 }
    }

    /// Core-seconds of a job in a pool, on average over the sources, by what a task of a stage takes.
    fn work_in(&self, pool: PoolId, secs: impl Fn(JobType, StageIx) -> f64) -> f64 {
        self.mean_over_sources(|job| {
            let stages = self.scenario.jobs[job.ix()].stages.iter().enumerate();
            let here = stages.filter(|(_, stage)| stage.pool == pool);
            here.map(|(ix, stage)| f64::from(stage.tasks) * secs(job, StageIx(ix as u16))).sum()
        })
    }

    fn mean_over_sources(&self, value: impl Fn(JobType) -> f64) -> f64 {
        let sources = &self.scenario.traffic;
        sources.iter().map(|source| value(source.job)).sum::<f64>() / sources.len().max(1) as f64
    }
}
