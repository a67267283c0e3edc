//! What concerns several parts of a scenario at once. Each problem names the path of the value that it is about.

use super::file::jobs::makes_partials;
use super::fit;
use super::{
    Balance, Command, Edge, Entry, Fault, Host, Job, Layout, Mode, Place, Pool, Profile, Scenario, Stage, Strike,
    Victim, Work, ceiling, limits,
};
use crate::base::{Bytes, GroupIx, PoolId};

/// Something that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    /// The value that is to change, as `pools.api.balance`.
    pub(super) path: String,
    pub(super) what: String,
    pub(super) hint: String,
}

/// Everything that does not fit together. The timeline stands in the order of the file.
pub(super) fn check(scenario: &Scenario, host: &Host) -> Vec<Conflict> {
    let mut found = Vec::new();
    times(scenario, &mut found);
    threads(scenario, host, &mut found);
    for pool in &scenario.pools {
        check_pool(pool, scenario.mode, &mut found);
        fit::order(pool, scenario.mode, &mut found);
    }
    for job in &scenario.jobs {
        called_stages(job, &mut found);
        fit::routed(job, &mut found);
        one_answer(job, &mut found);
    }
    for (ix, fault) in scenario.faults.iter().enumerate() {
        if let Some((what, hint)) = fit::strike(scenario, fault.strike, fault.victim) {
            found.push(conflict(format!("faults.{ix}"), what, hint));
        }
    }
    profile(scenario, &mut found);
    timeline(scenario, host, &mut found);
    found
}

pub(super) fn conflict(path: impl Into<String>, what: impl Into<String>, hint: impl Into<String>) -> Conflict {
    Conflict { path: path.into(), what: what.into(), hint: hint.into() }
}

fn times(scenario: &Scenario, found: &mut Vec<Conflict>) {
    match scenario.duration {
        None if scenario.mode == Mode::Simulate => {
            let what = "a simulated run needs an end";
            found.push(conflict("", what, "add `duration: \"10m\"`; only a live run goes on until it is stopped"));
        }
        Some(duration) if duration.is_zero() => {
            found.push(conflict("duration", "a run of no length shows nothing", "write \"60s\""));
        }
        Some(duration) if scenario.warmup >= duration => {
            let what = format!("the warm-up of {} leaves nothing of a run of {duration}", scenario.warmup);
            found.push(conflict("warmup", what, "make it shorter than `duration`"));
        }
        _ => {}
    }
}

/// Threads stand for this computer, which is there once.
fn threads(scenario: &Scenario, host: &Host, found: &mut Vec<Conflict>) {
    let groups =
        scenario.pools.iter().flat_map(|pool| pool.groups.iter().enumerate().map(move |(ix, group)| (pool, ix, group)));
    let local = groups.filter(|(.., group)| group.place == Place::Threads);
    for (count, (pool, ix, group)) in local.enumerate() {
        let path = format!("pools.{}.groups.{ix}", pool.name);
        if count > 0 {
            let what = "a second group of threads: this computer is there once";
            found.push(conflict(format!("{path}.place"), what, "make it Modelled(link: Lan)"));
        }
        if group.count != 1 {
            let what = format!("{} machines made of threads: this computer is there once", group.count);
            found.push(conflict(format!("{path}.count"), what, "write count: 1; its cores are the threads"));
        }
        if scenario.mode == Mode::Live && group.instance.cores > host.cores {
            let what = format!("{} cores are more than the {} of this computer", group.instance.cores, host.cores);
            found.push(conflict(format!("{path}.instance"), what, "write instance: \"this\", or simulate"));
        }
        if scenario.layout == Layout::Monolith && pool.name != scenario.pools[0].name {
            let what = "the one pool of a monolith has the policies of the first, which has no threads";
            found.push(conflict(format!("{path}.place"), what, "write that pool first, or layout: Microservices"));
        }
    }
}

fn check_pool(pool: &Pool, mode: Mode, found: &mut Vec<Conflict>) {
    let path = format!("pools.{}", pool.name);
    let machines: u64 = pool.groups.iter().map(|group| u64::from(group.count)).sum();
    if machines == 0 {
        found.push(conflict(
            format!("{path}.groups"),
            "this pool begins without a machine",
            "give one group a count of 1",
        ));
    }
    if let Some((what, hint)) = fit::balance(pool, pool.balance, mode) {
        found.push(conflict(format!("{path}.balance"), what, hint));
    }
}

/// A called stage runs for its caller alone.
fn called_stages(job: &Job, found: &mut Vec<Conflict>) {
    for (ix, stage) in job.stages.iter().enumerate() {
        if !job.stages.iter().any(|caller| caller.calls.iter().any(|call| call.ix() == ix)) {
            continue;
        }
        let path = format!("jobs.{}.stages.{ix}", job.name);
        if !stage.after.is_empty() {
            let hint = "leave `after` out, or do not call it";
            found.push(conflict(
                format!("{path}.after"),
                "a called stage runs when it is called, and waits for nothing",
                hint,
            ));
        }
        if stage.tasks != 1 {
            found.push(conflict(
                format!("{path}.tasks"),
                "a called stage is one task for each call",
                "leave `tasks` out",
            ));
        }
        if matches!(stage.work, Work::Kernel(_)) {
            found.push(conflict(
                format!("{path}.work"),
                "a kernel cannot be called",
                "call a stage of work Service(…)",
            ));
        }
        for (waiting, other) in job.stages.iter().enumerate() {
            if other.after.iter().any(|(from, _)| from.ix() == ix) {
                let what = format!("{:?} is called by another stage, so nothing can wait for it", stage.name);
                let hint = "wait for the stage that calls it";
                found.push(conflict(format!("jobs.{}.stages.{waiting}.after", job.name), what, hint));
            }
        }
    }
}

/// The partial results of a job become one answer, and are remembered until they have.
fn one_answer(job: &Job, found: &mut Vec<Conflict>) {
    let bytes = |stage: &Stage| match stage.work {
        Work::Kernel(kernel) => (8 * kernel.partial_doubles() as u64).saturating_mul(u64::from(stage.tasks)),
        Work::Service(_) => 0,
    };
    let (all, most) = (Bytes(job.stages.iter().map(bytes).fold(0, u64::saturating_add)), limits::PARTIALS_BYTES_MAX);
    if all > most {
        let what = format!("partial results of {all} are more than {most}, the limit PARTIALS_BYTES_MAX");
        found.push(conflict(format!("jobs.{}.stages", job.name), what, "use larger chunks, or fewer groups"));
    }
    for (ix, stage) in job.stages.iter().enumerate() {
        if !matches!(stage.work, Work::Kernel(kernel) if kernel.takes_results()) {
            continue;
        }
        let results = stage.after.iter().map(|(from, _)| u64::from(job.stages[from.ix()].tasks)).sum::<u64>();
        let (taken, most) = (results.saturating_mul(u64::from(stage.tasks)), limits::TAKEN_MAX);
        if taken > most {
            let path = format!("jobs.{}.stages.{ix}", job.name);
            let what = format!(
                "{} tasks take {results} results each, more than {most} in all, the limit TAKEN_MAX",
                stage.tasks
            );
            found.push(conflict(path, what, "use larger chunks, or fewer tasks"));
        }
    }
    let gathered = |ix: usize| {
        let by = |stage: &Stage| {
            let takes = match stage.work {
                Work::Kernel(kernel) if kernel.takes_results() => |edge: &Edge| *edge != Edge::Nothing,
                _ => |edge: &Edge| *edge == Edge::Gather,
            };
            makes_partials(&stage.work) && stage.after.iter().any(|(from, edge)| from.ix() == ix && takes(edge))
        };
        job.stages.iter().filter(|stage| by(stage)).count()
    };
    let partial: Vec<usize> = (0..job.stages.len()).filter(|ix| makes_partials(&job.stages[*ix].work)).collect();
    let last: Vec<usize> = partial.iter().copied().filter(|ix| gathered(*ix) == 0).collect();
    for ix in &partial {
        if gathered(*ix) > 1 {
            let path = format!("jobs.{}.stages.{ix}", job.name);
            found.push(conflict(
                path,
                "two stages combine these partial results",
                "a job has one answer: keep one of them",
            ));
        }
    }
    for ix in last.iter().skip(1) {
        let what = "a second stage whose partial results nothing combines";
        found.push(conflict(
            format!("jobs.{}.stages.{ix}", job.name),
            what,
            "a job has one answer: combine them, or make two jobs",
        ));
    }
    if let [only] = last.as_slice()
        && job.stages[*only].tasks != 1
    {
        let stage = &job.stages[*only];
        let what = format!("the last stage ends in {} partial results, and a job has one answer", stage.tasks);
        let hint = format!(
            "add a stage (name: …, pool: …, after: [({:?}, Gather)], work: Kernel(Combine(fan_in: {})))",
            stage.name, stage.tasks
        );
        found.push(conflict(format!("jobs.{}.stages.{only}", job.name), what, hint));
    }
}

/// Whatever is modelled needs to have been measured.
fn profile(scenario: &Scenario, found: &mut Vec<Conflict>) {
    let kernels = scenario.jobs.iter().flat_map(|job| job.stages.iter().map(move |stage| (job, stage)));
    let mut kernels = kernels.filter(|(_, stage)| matches!(stage.work, Work::Kernel(_))).peekable();
    if let Some(profile) = &scenario.profile {
        known_stages(scenario, profile, found);
        for (job, stage) in kernels {
            let name = format!("{}.{}", job.name, stage.name);
            if profile.service.iter().all(|(measured, _)| *measured != name) {
                let hint = format!("add {name:?}: [\"…\"] with the quantiles of one task's time on one core");
                found.push(conflict(
                    "profile.service",
                    format!("the profile says nothing of the stage {name:?}"),
                    hint,
                ));
            }
        }
        return;
    }
    let measures_itself = scenario.mode == Mode::Live
        && scenario.pools.iter().any(|pool| pool.groups.iter().any(|group| group.place == Place::Threads));
    if kernels.peek().is_some() && !measures_itself {
        let (what, hint) = match scenario.mode {
            Mode::Simulate => (
                "kernels cannot be simulated without a profile of how long they take",
                "add `profile: (…)`, or run it with `mode: Live` on threads, which measures it",
            ),
            Mode::Live => (
                "no threads run these kernels, so nothing measures how long they take",
                "add a group with `place: Threads`, or `profile: (…)`",
            ),
        };
        found.push(conflict("mode", what, hint));
    }
}

fn known_stages(scenario: &Scenario, profile: &Profile, found: &mut Vec<Conflict>) {
    for (name, _) in &profile.service {
        let known = scenario.jobs.iter().any(|job| {
            name.strip_prefix(job.name.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|wanted| job.stages.iter().any(|stage| stage.name == wanted))
        });
        if !known {
            let what = format!("{name:?} is no stage of a job");
            found.push(conflict(format!("profile.service.{name}"), what, "leave it out, or write \"JOB.STAGE\""));
        }
    }
}

/// What the knobs stand at while a timeline passes.
struct Knobs {
    /// Machines of each group of each pool.
    counts: Vec<Vec<u32>>,
    /// The most machines that each pool has had.
    most: Vec<u64>,
}

impl Knobs {
    fn new(scenario: &Scenario) -> Self {
        let counts: Vec<Vec<u32>> =
            scenario.pools.iter().map(|pool| pool.groups.iter().map(|group| group.count).collect()).collect();
        let most = counts.iter().map(|groups| groups.iter().map(|count| u64::from(*count)).sum()).collect();
        Self { counts, most }
    }

    fn total(&self) -> u64 {
        self.counts.iter().flatten().map(|count| u64::from(*count)).sum()
    }
}

/// The timeline, in the order of time.
fn timeline(scenario: &Scenario, host: &Host, found: &mut Vec<Conflict>) {
    let mut knobs = Knobs::new(scenario);
    if knobs.total() > u64::from(limits::WORKERS_MAX) {
        found.push(conflict("pools", too_many(knobs.total()), "ask for fewer"));
    }
    let mut order: Vec<usize> = (0..scenario.timeline.len()).collect();
    order.sort_by_key(|ix| scenario.timeline[*ix].at);
    for ix in order {
        let Entry { command, .. } = &scenario.timeline[ix];
        if let Some((what, hint)) = refused(command, scenario, host, &knobs) {
            found.push(conflict(format!("timeline.{ix}.do"), what, hint));
        }
        if let Command::SetCount { pool, group, count } = command {
            knobs.counts[pool.ix()][group.ix()] = *count;
            let now = knobs.counts[pool.ix()].iter().map(|count| u64::from(*count)).sum();
            knobs.most[pool.ix()] = knobs.most[pool.ix()].max(now);
        }
    }
}

fn too_many(total: u64) -> String {
    format!("{total} machines in one scenario are more than {}, the limit WORKERS_MAX", limits::WORKERS_MAX)
}

/// Why a command does not fit this scenario, and what to do.
fn refused(command: &Command, scenario: &Scenario, host: &Host, knobs: &Knobs) -> Option<(String, &'static str)> {
    let pool_of = |pool: PoolId| scenario.pools.get(pool.ix());
    let group_of = |pool: PoolId, group: GroupIx| pool_of(pool).and_then(|pool| pool.groups.get(group.ix()));
    let nothing = || Some(("it names a pool, a group or an objective that is not there".to_owned(), ""));
    match command {
        Command::SetBalance { pool, balance } => match pool_of(*pool) {
            Some(pool) => fit::balance(pool, *balance, scenario.mode),
            None => nothing(),
        },
        Command::SetCount { pool, group, count } => {
            let Some(of) = group_of(*pool, *group) else { return nothing() };
            if of.place == Place::Threads && *count != 1 {
                return Some(("this computer is there once".to_owned(), "change the count of a modelled group"));
            }
            let total = knobs.total() - u64::from(knobs.counts[pool.ix()][group.ix()]) + u64::from(*count);
            (total > u64::from(limits::WORKERS_MAX)).then(|| (too_many(total), "ask for fewer"))
        }
        Command::Resize { pool, group, cores } => {
            let Some(of) = group_of(*pool, *group) else { return nothing() };
            let too_many = of.place == Place::Threads && scenario.mode == Mode::Live && *cores > host.cores;
            if too_many {
                let what = format!("{cores} cores are more than the {} of this computer", host.cores);
                return Some((what, "add modelled machines instead"));
            }
            let most = ceiling(&of.instance);
            if (1..=limits::CORES_MAX).contains(cores) && *cores > most {
                let what = format!("{} comes with at most {most} cores, not {cores}", of.instance.name);
                return Some((what, "add machines instead"));
            }
            (*cores == 0 || *cores > limits::CORES_MAX)
                .then(|| (format!("a machine has from 1 to {} cores, the limit CORES_MAX", limits::CORES_MAX), ""))
        }
        Command::SetTrafficFactor { source, factor } => match scenario.traffic.get(source.ix()) {
            None => Some(("it names a traffic source that is not there".to_owned(), "")),
            Some(_) => (!factor.is_finite() || *factor < 0.0)
                .then(|| (format!("a load cannot be multiplied by {factor}"), "write a number that is not negative")),
        },
        Command::SetBound { objective, bound } => match scenario.objectives.get(*objective) {
            None => nothing(),
            Some(_) => (!bound.is_finite() || *bound < 0.0).then(|| (format!("{bound} is no bound"), "")),
        },
        Command::Inject { fault, .. } => {
            if let Victim::Machine(pool, worker) = fault.victim {
                let Some(of) = pool_of(pool) else { return nothing() };
                if let Some(found) = refused_victim(of, knobs.most[pool.ix()], worker, fault.strike) {
                    return Some(found);
                }
            }
            fit::strike(scenario, fault.strike, fault.victim)
        }
        Command::SetCache { pool, .. } | Command::SetResilience { pool, .. } => match pool_of(*pool) {
            Some(_) => None,
            None => nothing(),
        },
        Command::SwitchScaling { pool, .. } => match pool_of(*pool) {
            Some(of) if of.scale.is_none() => {
                let what = format!("pool {} has no autoscaler", of.name);
                Some((what, "give it one, as in scale: Hpa(min: 2, max: 20, cpu: 0.6)"))
            }
            Some(_) => None,
            None => nothing(),
        },
        Command::SetCapacity { jobs_per_sec } => {
            (!jobs_per_sec.is_finite() || *jobs_per_sec < 0.0).then(|| (format!("{jobs_per_sec} is no capacity"), ""))
        }
        Command::Note(_) => None,
    }
}

/// Why something cannot go wrong with the machine at this position of a pool that had so many at most.
fn refused_victim(of: &Pool, most: u64, worker: u32, strike: Strike) -> Option<(String, &'static str)> {
    let most = most.max(of.scale.as_ref().map_or(0, |scale| u64::from(scale.max)));
    if u64::from(worker) >= most {
        let what = format!("there is no machine {worker} in this pool, which has {most}");
        return Some((what, "machines are counted from 0"));
    }
    let is_this = worker == 0 && of.groups[0].is_local();
    (is_this && strike == Strike::Preempt)
        .then(|| ("nobody takes this computer away".to_owned(), "name a modelled machine"))
}

impl Scenario {
    /// Why something cannot go wrong with those meant, in a sentence; `None` if it can.
    pub fn strike_refusal(&self, fault: &Fault) -> Option<String> {
        let is_this = |pool: PoolId, worker| worker == 0 && self.pools[pool.ix()].groups[0].is_local();
        match fault.victim {
            Victim::Machine(pool, worker) if is_this(pool, worker) && fault.strike == Strike::Preempt => {
                Some("nobody takes this computer away".to_owned())
            }
            victim => fit::strike(self, fault.strike, victim).map(|(what, hint)| format!("{what}: {hint}")),
        }
    }

    /// Why a pool cannot have this balancer, in a sentence; `None` if it can.
    pub fn balance_refusal(&self, pool: PoolId, balance: Balance) -> Option<String> {
        let (what, hint) = fit::balance(self.pools.get(pool.ix())?, balance, self.mode)?;
        Some(format!("{what}: {hint}"))
    }

    /// Why a command cannot be carried out, in a sentence; `None` if it can.
    ///
    /// `counts` are the machines asked for by now, of each group of each pool. The window asks this before it sends, and
    /// the engine before it obeys.
    pub fn refusal(&self, command: &Command, counts: &[Vec<u32>], host: &Host) -> Option<String> {
        let mut knobs = Knobs::new(self);
        for (groups, now) in knobs.counts.iter_mut().zip(counts) {
            for (count, now) in groups.iter_mut().zip(now) {
                *count = *now;
            }
        }
        for (most, groups) in knobs.most.iter_mut().zip(&knobs.counts) {
            *most = (*most).max(groups.iter().map(|count| u64::from(*count)).sum());
        }
        let (what, hint) = refused(command, self, host, &knobs)?;
        Some(if hint.is_empty() { what } else { format!("{what}: {hint}") })
    }
}
