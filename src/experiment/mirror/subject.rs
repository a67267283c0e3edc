//! The scenario that is run for real and simulated, and what is changed in it from run to run.

use std::sync::Arc;

use super::MirrorError;
use crate::engine;
use crate::engine::handle::{Finished, Handle, Options};
use crate::metrics::study::StudyAsk;
use crate::scenario::{self, Host, Kernel, Mode, Place, Profile, Scenario, ScenarioErrors, Work};

/// A scenario whose kernels run on threads of this computer.
pub struct Subject {
    text: String,
    origin: String,
    host: Host,
    /// As the file has it.
    pub scenario: Scenario,
    /// The pool with the threads.
    pool: String,
}

impl Subject {
    /// The scenario of this text.
    ///
    /// # Errors
    /// When it is none, or no threads of this computer do its work, or more than they do.
    pub fn new(text: &str, origin: &str, host: &Host) -> Result<Self, MirrorError> {
        let scenario = scenario::load(text, origin, host)?;
        let unfit = |why: String| Err(MirrorError::Unfit(format!("{origin}: {why}")));
        let is_local = |pool: &&scenario::Pool| pool.groups.iter().any(|group| group.place == Place::Threads);
        let Some(pool) = scenario.pools.iter().find(is_local) else {
            return unfit(
                "no pool has a group with `place: Threads`, so nothing of it can be measured here".to_owned(),
            );
        };
        if pool.scale.is_some() {
            return unfit(format!("the pool {:?} has an autoscaler; leave `scale` out to measure it", pool.name));
        }
        let stages = scenario.jobs.iter().flat_map(|job| job.stages.iter().map(move |stage| (job, stage)));
        let mut has_kernel = false;
        for (job, stage) in stages {
            let at = &scenario.pools[stage.pool.ix()].name;
            if *at != pool.name {
                let name = format!("{}.{}", job.name, stage.name);
                return unfit(format!("the stage {name:?} runs in the pool {at:?}, which is not of this computer"));
            }
            has_kernel |= matches!(stage.work, Work::Kernel(_));
        }
        if !has_kernel {
            return unfit("no stage has a kernel, so there is nothing real to be measured".to_owned());
        }
        let pool = pool.name.clone();
        Ok(Self { text: text.to_owned(), origin: origin.to_owned(), host: host.clone(), scenario, pool })
    }

    /// The same with what was measured, which every simulated run goes by.
    ///
    /// # Errors
    /// When the profile does not fit the scenario.
    pub fn with_profile(&self, profile: &Profile) -> Result<Self, MirrorError> {
        let (text, _) = scenario::set(&self.text, &[format!("profile={profile}")], &self.origin, &self.host)?;
        Self::new(&text, &self.origin, &self.host)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What computer this is.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The pool with the threads, as the file has it.
    pub fn local_pool(&self) -> Option<&scenario::Pool> {
        self.scenario.pools.iter().find(|pool| pool.name == self.pool)
    }

    /// The name of that pool.
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// Nothing but the work: no timeline, faults or goals, no cache, and so many cores of this computer alone.
    pub fn bare(&self, cores: u32) -> Vec<String> {
        let pool = &self.pool;
        let mut set: Vec<String> = ["timeline=[]", "faults=[]", "objectives=[]", "twins={}"].map(str::to_owned).into();
        set.push(format!("pools.{pool}.groups=[(place: Threads, instance: Custom(cores: {cores}, usd_per_hour: 0))]"));
        set.push(format!("pools.{pool}.cache=Off"));
        set
    }

    /// Every source comes in like this.
    pub fn arrivals(&self, arrivals: &str) -> Vec<String> {
        (0..self.scenario.traffic.len()).map(|ix| format!("traffic.{ix}.arrivals={arrivals}")).collect()
    }

    /// Smaller chunks in every stage that has any of its own: halved so many times, or doubled where that is negative. `None` where
    /// no stage has, or the scenario does not allow it.
    pub fn chunks(&self, halved: i32) -> Option<Vec<String>> {
        let mut set = Vec::new();
        for job in &self.scenario.jobs {
            for (ix, stage) in job.stages.iter().enumerate() {
                if let Work::Kernel(kernel) = stage.work
                    && has_chunks(kernel)
                {
                    let other = kernel.with_chunks_halved(halved)?;
                    set.push(format!("jobs.{}.stages.{ix}.work=Kernel({other})", job.name));
                }
            }
        }
        let all = [self.bare(1), set.clone()].concat();
        (!set.is_empty() && self.of(Mode::Live, &all).is_ok()).then_some(set)
    }

    /// The scenario with this set in it.
    ///
    /// # Errors
    /// When the result is none.
    pub fn of(&self, mode: Mode, set: &[String]) -> Result<Scenario, ScenarioErrors> {
        let mode = if mode == Mode::Live { "mode=Live" } else { "mode=Simulate" };
        let set: Vec<String> = set.iter().cloned().chain([mode.to_owned()]).collect();
        scenario::set(&self.text, &set, &self.origin, &self.host).map(|(_, scenario)| scenario)
    }

    /// Runs it for real, to its end.
    ///
    /// # Errors
    /// When what is set does not fit, or the run cannot start.
    pub fn live(&self, set: &[String]) -> Result<Finished, MirrorError> {
        let scenario = self.of(Mode::Live, set)?;
        let options = Options { background: false, study: Some(ask()), ..Options::default() };
        Ok(Handle::start(Arc::new(scenario), options)?.join()?)
    }

    /// Simulates it, to its end.
    ///
    /// # Errors
    /// When what is set does not fit.
    pub fn simulated(&self, set: &[String]) -> Result<Finished, MirrorError> {
        let scenario = self.of(Mode::Simulate, set)?;
        Ok(engine::simulate_studied(Arc::new(scenario), Some(ask()))?)
    }

    /// Clients without a pause between their jobs that keep so many cores at work.
    pub fn saturating(&self, cores: u32) -> Vec<String> {
        let widest = self.scenario.jobs.iter().flat_map(|job| &job.stages).map(|stage| stage.tasks).max();
        let clients = 2 + (4 * cores).div_ceil(widest.unwrap_or(1).max(1));
        self.arrivals(&format!("Closed(clients: {clients}, think: \"0s\")"))
    }

    /// Jobs that come in at random, so many a second in all.
    pub fn poisson(&self, jobs_per_sec: f64) -> Vec<String> {
        let each = jobs_per_sec / self.scenario.traffic.len() as f64;
        self.arrivals(&format!("Open(process: Poisson, load: [(over: \"0s\", to: {each})])"))
    }
}

/// How long a run lasts, and how much of its beginning is left out, in seconds.
pub(super) fn lasting(secs: f64, warmup: f64) -> Vec<String> {
    let millis = |secs: f64| format!("{}ms", (secs * 1e3).round());
    vec![format!("duration={}", millis(warmup + secs)), format!("warmup={}", millis(warmup))]
}

fn has_chunks(kernel: Kernel) -> bool {
    !matches!(kernel, Kernel::MergeGroups { .. } | Kernel::Train { .. } | Kernel::Combine { .. } | Kernel::Empty)
}

fn ask() -> StudyAsk {
    StudyAsk { task_times: true, ..StudyAsk::default() }
}
