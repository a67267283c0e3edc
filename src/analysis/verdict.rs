//! The verdict: what is happening, in words with numbers, from one snapshot and nothing else.
//!
//! The order of the checks is the order in which a person would want to know: is there a run at all, is work lost, does
//! the queue grow, is it shrinking after having grown, is the goal missed, and only then: all is well.

use super::insight;
use crate::base::figures::{count, per_sec, plural, secs, share, signed_per_sec};
use crate::base::{GroupIx, PoolId, Span, Time};
use crate::metrics::series::Series;
use crate::metrics::snapshot::{
    Balance, LatencyView, RunState, Sensitivity, Snapshot, Strike, WorkerState, WorkerView,
};

/// What is happening.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The kind of situation; a view adds its icon and colour.
    pub condition: Condition,
    /// The sentence with its numbers, without the condition's word: `185/s arrive, 142/s finish; queue +43/s`.
    pub sentence: String,
    /// Why, or what is being waited for, if that is known: `a machine boots, ready in 12 s`.
    pub cause: Option<String>,
    /// One change that would help, if one is known.
    pub advice: Option<Advice>,
}

/// The kind of situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// This machine is being measured; load has not begun.
    Measuring,
    /// No jobs come in.
    Idle,
    /// What arrives is finished, and the goal is met.
    KeepingUp,
    /// What arrives is finished, but not fast enough for the goal.
    TooSlow,
    /// More arrives than is finished: the queue grows without end.
    Overloaded,
    /// A queue of before shrinks.
    CatchingUp,
    /// Jobs end in errors.
    LosingWork,
    /// The run is over.
    Finished,
    /// The run is over, and over all of it the goal was missed.
    Missed,
    /// The engine broke.
    Broken,
}

impl Condition {
    /// The word that stands first, beside an icon: a state is never told by colour alone.
    pub fn word(self) -> &'static str {
        match self {
            Self::Measuring => "Measuring",
            Self::Idle => "Idle",
            Self::KeepingUp => "Keeping up",
            Self::TooSlow => "Too slow",
            Self::Overloaded => "OVERLOADED",
            Self::CatchingUp => "Catching up",
            Self::LosingWork => "LOSING WORK",
            Self::Finished => "Finished",
            Self::Missed => "Finished, goal missed",
            Self::Broken => "STOPPED BY AN ERROR",
        }
    }
}

/// One change that would help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// So many machines in this group.
    SetCount {
        /// Whose.
        pool: PoolId,
        /// Which group.
        group: GroupIx,
        /// Machines from now on.
        count: u32,
    },
    /// Send work to the machine with the least of it.
    LeastOutstanding {
        /// Whose.
        pool: PoolId,
    },
}

/// Rates are counts over this many seconds, so chance alone moves them by the root of the count.
const WINDOW_SECS: f64 = 2.5;
/// The longer look at growth.
const TREND_SECS: f64 = 10.0;

/// What is happening in this picture.
///
/// Overloaded means that the jobs in the system grow faster than chance explains (twice the standard deviation of a
/// Poisson count within the 2.5 s that rates are taken over) and than 5 % of what arrives; both by the scenario's
/// [`Sensitivity`]. Worked example: 185/s arrive,
/// 142/s finish, so they grow by 43/s; chance gives sqrt(185/2.5) = 8.6/s, twice that is 17/s: overloaded. The same is
/// asked of the last 10 s, which tells growth from chance where few jobs arrive.
pub fn verdict(snapshot: &Snapshot) -> Verdict {
    let (condition, sentence) = condition_of(snapshot);
    let running =
        !matches!(condition, Condition::Measuring | Condition::Finished | Condition::Missed | Condition::Broken);
    let cause = if running { cause_of(snapshot) } else { None };
    let advice = match condition {
        Condition::Overloaded | Condition::LosingWork | Condition::TooSlow => advice_for(snapshot),
        _ => None,
    };
    Verdict { condition, sentence, cause, advice }
}

fn condition_of(snapshot: &Snapshot) -> (Condition, String) {
    match &snapshot.state {
        RunState::Failed(what) => return (Condition::Broken, what.clone()),
        RunState::Finished => return finished(snapshot),
        RunState::Finishing => return (Condition::Finished, finishing(snapshot)),
        RunState::Probing { until } => {
            let left = secs(until.since(snapshot.at).secs());
            return (Condition::Measuring, format!("what this computer can do; load begins in {left}"));
        }
        RunState::Running | RunState::Paused => {}
    }
    let now = &snapshot.recent;
    let (arrive, finish) = (per_sec(now.offered), per_sec(now.completed));
    let in_flight = snapshot.totals.jobs.in_flight;
    let ended = now.completed + now.errors;
    let sensitivity = snapshot.scenario.sensitivity;
    let notable = notable_growth(sensitivity, now.offered, WINDOW_SECS);
    if now.errors > 0.0 && now.errors > sensitivity.errors_share() * ended {
        let lost = share(now.errors / ended);
        let sentence = format!("{} of {arrive} arriving jobs fail ({lost} of what ends)", per_sec(now.errors));
        return (Condition::LosingWork, sentence);
    }
    if now.backlog_growth > notable {
        let growth = signed_per_sec(now.backlog_growth);
        return (Condition::Overloaded, format!("{arrive} arrive, {finish} finish; queue {growth}"));
    }
    if now.backlog_growth < -notable && in_flight > 0 {
        let left = secs(in_flight as f64 / -now.backlog_growth);
        let jobs = plural(in_flight, "job", "jobs");
        return (
            Condition::CatchingUp,
            format!(
                "{finish} finish, {arrive} arrive; {jobs} still inside, gone in about {left}{}",
                missed_now(snapshot)
            ),
        );
    }
    if let Some(sentence) = slow_overload(snapshot) {
        return (Condition::Overloaded, sentence);
    }
    if now.offered <= 0.0 && in_flight == 0 {
        return (Condition::Idle, "no jobs arrive".to_owned());
    }
    steady(snapshot, &arrive, &finish)
}

/// Neither growing nor shrinking: is it fast enough?
fn steady(snapshot: &Snapshot, arrive: &str, finish: &str) -> (Condition, String) {
    let goal = snapshot.latency_goal().filter(|_| snapshot.latency_recent.count > 0);
    let Some((_, quantile, bound)) = goal else {
        return (Condition::KeepingUp, format!("{arrive} arrive, {finish} finish"));
    };
    let latency = latency_at(&snapshot.latency_recent, quantile);
    let slowest = share(1.0 - quantile);
    let (seen, asked) = (secs(latency), secs(bound));
    if latency > bound {
        let sentence =
            format!("the slowest {slowest} take {seen}, the goal is {asked}; {arrive} arrive, {finish} finish");
        (Condition::TooSlow, sentence)
    } else {
        let sentence =
            format!("{arrive} arrive, {finish} finish; the slowest {slowest} take {seen}, within the goal of {asked}");
        (Condition::KeepingUp, sentence)
    }
}

/// Growth of the jobs in the system, per second, that is neither chance nor too little to matter.
fn notable_growth(sensitivity: Sensitivity, offered: f64, window_secs: f64) -> f64 {
    let by_chance = sensitivity.standard_deviations() * (offered.max(0.0) / window_secs).sqrt();
    by_chance.max(sensitivity.growth_share() * offered)
}

/// Where few jobs arrive, only a longer look tells growth from chance: the same question over [`TREND_SECS`].
fn slow_overload(snapshot: &Snapshot) -> Option<String> {
    let series = &snapshot.series;
    let start = Time::ZERO + Span::from_secs_f64(snapshot.at.secs() - TREND_SECS);
    let mut inside = series.in_flight.range(start, snapshot.at, usize::MAX);
    let first = inside.next()?;
    let last = inside.last()?;
    let secs = last.start.since(first.start).secs();
    let growth = (last.mean - first.mean) / secs;
    let mean = |series: &Series| {
        let (sum, cells) = series
            .range(start, snapshot.at, usize::MAX)
            .fold((0.0, 0_u32), |(sum, cells), cell| (sum + cell.mean, cells + 1));
        sum / f64::from(cells.max(1))
    };
    let (offered, completed) = (mean(&series.offered), mean(&series.completed));
    let grows = secs >= TREND_SECS * 0.9
        && growth > notable_growth(snapshot.scenario.sensitivity, offered, TREND_SECS)
        && offered > completed;
    let (arrive, finish, growth) = (per_sec(offered), per_sec(completed), signed_per_sec(growth));
    grows.then(|| format!("over {TREND_SECS} s {arrive} arrive, {finish} finish; queue {growth}"))
}

/// How far the goal is missed at the moment, as an addition to a sentence; nothing where it is met.
fn missed_now(snapshot: &Snapshot) -> String {
    let goal = snapshot.latency_goal().filter(|_| snapshot.latency_recent.count > 0);
    let missed = goal.map(|(_, quantile, bound)| (quantile, latency_at(&snapshot.latency_recent, quantile), bound));
    missed.filter(|(_, latency, bound)| latency > bound).map_or_else(String::new, |(quantile, latency, bound)| {
        format!("; the slowest {} take {}, the goal is {}", share(1.0 - quantile), secs(latency), secs(bound))
    })
}

/// The latency at the percentile nearest to `quantile` of those that are kept.
fn latency_at(view: &LatencyView, quantile: f64) -> f64 {
    let kept = [(0.5, view.p50), (0.95, view.p95), (0.99, view.p99), (1.0, view.max)];
    let nearest = kept.into_iter().min_by(|a, b| (a.0 - quantile).abs().total_cmp(&(b.0 - quantile).abs()));
    nearest.map_or(view.p99, |(_, value)| value)
}

fn finished(snapshot: &Snapshot) -> (Condition, String) {
    let jobs = snapshot.totals.jobs;
    let completed = jobs.of(crate::metrics::snapshot::Outcome::Completed);
    let time = secs(snapshot.at.secs());
    let sentence = format!("{} of {} jobs completed in {time}", count(completed), count(jobs.arrived));
    let whole = &snapshot.latency_whole;
    let Some((_, quantile, bound)) = snapshot.latency_goal().filter(|_| whole.count > 0) else {
        return (Condition::Finished, sentence);
    };
    let (latency, slowest) = (latency_at(whole, quantile), share(1.0 - quantile));
    let (took, asked) = (secs(latency), secs(bound));
    if latency > bound {
        (Condition::Missed, format!("{sentence}; the slowest {slowest} took {took}, the goal is {asked}"))
    } else {
        (Condition::Finished, format!("{sentence}; the slowest {slowest} took {took}, within the goal of {asked}"))
    }
}

fn finishing(snapshot: &Snapshot) -> String {
    let chunks = plural(snapshot.answers.pending_chunks, "chunk", "chunks");
    format!("the clock has stopped; {chunks} of the answers are still computed")
}

/// The most telling thing that is wrong with a machine or being waited for.
fn cause_of(snapshot: &Snapshot) -> Option<String> {
    let broken = |worker: &&WorkerView| worker.state == WorkerState::Down;
    if let Some(worker) = snapshot.workers.iter().find(broken) {
        return Some(format!("{} is broken{}", worker.name, back_in(snapshot, worker)));
    }
    if let Some((worker, strike)) = snapshot.workers.iter().find_map(|worker| Some((worker, worker.fault?))) {
        return Some(match strike {
            Strike::Slow { factor } => {
                let factor = crate::base::figures::figure(factor);
                format!("{} is slow: each task takes {factor} times as long", worker.name)
            }
            strike => format!("{}: {}", worker.name, strike.label()),
        });
    }
    // That more comes in than gets through is the sentence itself; which pool holds it up is not.
    let trouble = insight::diagnose(snapshot).into_iter().find(|found| found.name != insight::SATURATED);
    trouble
        .map(|found| format!("{}: {}", found.name, found.evidence))
        .or_else(|| on_the_way(snapshot))
        .or_else(|| insight::bottleneck(snapshot))
}

/// Machines that boot, or restart with another size.
fn on_the_way(snapshot: &Snapshot) -> Option<String> {
    let waits = |state| snapshot.workers.iter().filter(move |worker| worker.state == state);
    let coming = || snapshot.workers.iter().filter(|worker| is_coming(worker));
    if let Some(next) = coming().min_by_key(|worker| worker.ready_at) {
        let machines = plural(coming().count() as u64, "machine boots", "machines boot");
        return Some(format!("{machines}{}", back_in(snapshot, next)));
    }
    let next = waits(WorkerState::Resizing).min_by_key(|worker| worker.ready_at)?;
    let machines = plural(waits(WorkerState::Resizing).count() as u64, "machine restarts", "machines restart");
    Some(format!("{machines} with another size{}", back_in(snapshot, next)))
}

fn back_in(snapshot: &Snapshot, worker: &WorkerView) -> String {
    worker.ready_at.map_or_else(String::new, |at| format!(", ready in {}", secs(at.since(snapshot.at).secs())))
}

/// Whether a machine is ordered and does not serve yet.
fn is_coming(worker: &WorkerView) -> bool {
    matches!(worker.state, WorkerState::Booting | WorkerState::Warming)
}

/// Below so busy a pool, another machine is no help.
const BUSY_MIN: f64 = 0.5;

/// One more machine in the first group of the busiest pool that can have one, unless one is on its way. Where one machine is slower
/// than the others, work goes to the least busy instead; other kinds of trouble have other cures.
fn advice_for(snapshot: &Snapshot) -> Option<Advice> {
    if snapshot.workers.iter().any(is_coming) {
        return None;
    }
    let mut trouble = insight::diagnose(snapshot).into_iter().filter(|found| found.name != insight::SATURATED);
    if let Some(found) = trouble.next() {
        let sends_blindly = |pool: &PoolId| {
            let knobs = snapshot.knobs.get(pool.ix());
            knobs.is_some_and(|knobs| matches!(knobs.balance, Balance::RoundRobin | Balance::Random))
        };
        let pool = insight::slow_machine(snapshot).filter(|_| found.name == insight::STRAGGLER).filter(sends_blindly);
        return pool.map(|pool| Advice::LeastOutstanding { pool });
    }
    // Of equally busy ones the first, as those that call come before those they wait for.
    let busiest = snapshot.pools.iter().rev().max_by(|one, other| one.utilisation.total_cmp(&other.utilisation));
    let pool = busiest.filter(|view| view.utilisation >= BUSY_MIN)?.pool;
    let (written, knobs) = (snapshot.scenario.pools.get(pool.ix())?, snapshot.knobs.get(pool.ix())?);
    let grows = |group: &usize| !written.groups[*group].is_local();
    let group = (0..written.groups.len().min(knobs.groups.len())).find(grows)?;
    let count = knobs.groups[group].0.checked_add(1)?;
    Some(Advice::SetCount { pool, group: GroupIx(group as u16), count })
}
