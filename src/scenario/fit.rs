//! Which orders of service, copies and ways from stage to stage fit a pool and a job.

use super::check::{Conflict, conflict};
use super::{Balance, Group, Job, Mode, Place, Pool, Scenario, ServeOrder, Strike, Victim, Work};
use crate::base::{GroupIx, PoolId};

/// An order of service asks something of whoever carries it out.
pub(super) fn order(pool: &Pool, mode: Mode, found: &mut Vec<Conflict>) {
    let order = pool.serve.order;
    let has_threads = pool.groups.iter().any(|group| group.place == Place::Threads);
    let asks_too_much = order.preempts() || order.knows_sizes() || order == ServeOrder::ProcessorSharing;
    if mode == Mode::Live && has_threads && asks_too_much {
        let what = "real threads are not interrupted, and nobody knows beforehand how long they will take";
        let hint = "take Fifo, Lifo, OldestJob or Priority(preemption: None), or simulate";
        found.push(conflict(format!("pools.{}.serve", pool.name), what, hint));
    }
}

/// Why this pool cannot have this balancer, and what to do.
pub(super) fn balance(pool: &Pool, balance: Balance, mode: Mode) -> Option<(String, &'static str)> {
    let has_threads = pool.groups.iter().any(|group| group.place == Place::Threads);
    if balance.knows_sizes() && mode == Mode::Live && has_threads {
        let what = "nobody knows beforehand how long real work will take, so nobody knows how much is left";
        return Some((what.to_owned(), "take another measure, as Outstanding, or simulate"));
    }
    central_queue(pool, balance)
}

/// A central queue keeps everything that waits, gives work to
/// free cores only, and does not choose workers.
fn central_queue(pool: &Pool, balance: Balance) -> Option<(String, &'static str)> {
    if balance != Balance::CentralQueue {
        return None;
    }
    if pool.prefetch > 0 {
        let prefetch = pool.prefetch;
        let what = format!("a central queue keeps everything that waits, but workers of this pool prefetch {prefetch}");
        return Some((what, "add `prefetch: 0` to the pool (threads prefetch 2 otherwise)"));
    }
    if pool.serve.order.preempts() || pool.serve.order == ServeOrder::ProcessorSharing {
        let what = "a central queue gives work to free cores only, so nobody is interrupted and nobody shares";
        return Some((what.to_owned(), "take another balancer, as RoundRobin"));
    }
    if pool.resilience.copies.more > 0 {
        let what = "copies go to other workers than the first attempt, and a central queue does not choose workers";
        return Some((what.to_owned(), "take another balancer, as PowerOfTwo"));
    }
    None
}

/// Whether what goes wrong can go wrong with anybody it is meant for.
pub(super) fn strike(scenario: &Scenario, strike: Strike, victim: Victim) -> Option<(String, &'static str)> {
    let pools = scenario.pools.iter().enumerate();
    let groups =
        pools.flat_map(|(ix, pool)| pool.groups.iter().enumerate().map(move |(group, spec)| (ix, group, spec)));
    let mut meant = groups.filter_map(|(pool, group, spec)| {
        scenario.is_in(victim, PoolId(pool as u16), GroupIx(group as u16)).then_some(spec)
    });
    let has_memory = || scenario.jobs.iter().any(|job| job.stages.iter().any(|stage| stage.memory.0 > 0));
    match strike {
        Strike::Preempt if meant.all(Group::is_local) => {
            Some(("nobody takes this computer away".to_owned(), "name modelled machines"))
        }
        _ if strike.needs_link() && meant.all(|group| group.place.is_near()) => {
            let what = "these machines have no link that could fail".to_owned();
            Some((what, "place them as Modelled(link: Lan)"))
        }
        Strike::Memory { .. } if !has_memory() => {
            let what =
                "no stage says how much memory its tasks hold, so that less of it would change nothing".to_owned();
            Some((what, "add `memory: \"64MiB\"` to a stage"))
        }
        Strike::Memory { .. } if meant.all(|group| group.instance.memory.is_none()) => {
            let what = "it is not known how much memory these machines have".to_owned();
            Some((what, "take an instance of the catalogue, or add `memory` to Custom"))
        }
        _ => None,
    }
}

/// A routed job walks from stage to stage, and comes to an end.
pub(super) fn routed(job: &Job, found: &mut Vec<Conflict>) {
    if !job.is_routed() {
        return;
    }
    for (ix, stage) in job.stages.iter().enumerate() {
        let path = format!("jobs.{}.stages.{ix}", job.name);
        if !stage.after.is_empty() {
            let hint = "leave `after` out, and write where the stage before goes on with `then`";
            found.push(conflict(format!("{path}.after"), "a routed job is at one stage at a time", hint));
        }
        if !stage.calls.is_empty() {
            let hint = "call from a job that is not routed, or make the called stage a stop on the way";
            found.push(conflict(format!("{path}.calls"), "a stage of a routed job calls nobody", hint));
        }
        if matches!(stage.work, Work::Kernel(_)) {
            let hint = "take work of Service(…), or a job whose stages follow each other by `after`";
            found.push(conflict(format!("{path}.work"), "a routed job has no answer for a kernel to work on", hint));
        }
        if !leads_out(job, ix) {
            let what = format!("whoever is at stage {:?} never leaves", stage.name);
            let hint = "let the probabilities of a stage on the way add up to less than 1";
            found.push(conflict(format!("{path}.then"), what, hint));
        }
    }
}

/// Whether a way leads from this stage out of the job.
fn leads_out(job: &Job, from: usize) -> bool {
    let mut reached = vec![false; job.stages.len()];
    let mut open = vec![from];
    while let Some(ix) = open.pop() {
        if std::mem::replace(&mut reached[ix], true) {
            continue;
        }
        let then = &job.stages[ix].then;
        if then.iter().map(|(_, probability)| probability).sum::<f64>() < 1.0 {
            return true;
        }
        open.extend(then.iter().filter(|(_, probability)| *probability > 0.0).map(|(stage, _)| stage.ix()));
    }
    false
}
