//! The knobs without the column: what the list of everything has of them, so that each can be turned by typing.

use super::Knobs;
use super::fault::lasts;
use super::goal::{BOUNDS, two_digits};
use super::sizes::Sizes;
use super::traffic::FACTOR_MAX;
use crate::base::figures::secs;
use crate::base::{GroupIx, PoolId, SourceId, os};
use crate::metrics::snapshot::{Snapshot, Strike, Switch, WorkerState, WorkerView};
use crate::scenario::limits::WORKERS_MAX;
use crate::scenario::{Balance, Command, Fault, Pool, Victim};
use crate::ui::standing::Standing;
use crate::ui::text;

/// One turn: what it does, and the commands that do it.
type Turn = (String, Vec<Command>);

/// By how much of the written load traffic changes at a time.
const FACTOR_STEP: f64 = 0.25;
/// How many times as long a goal is at a time.
const BOUND_STEP: f64 = 2.0;

impl Knobs {
    /// Every turn of the knobs that are in the column.
    pub(crate) fn turns(&self, snapshot: &Snapshot, standing: &Standing) -> Vec<Turn> {
        let scenario = &snapshot.scenario;
        let pool = self.pool(scenario.pools.len());
        let mut turns = traffic(standing);
        if let Some(written) = scenario.pools.get(pool.ix()) {
            turns.extend(machines(standing, pool, written));
            turns.extend(scaling(standing, pool));
            turns.extend(choices(snapshot, standing, pool));
            turns.extend(faults(snapshot, pool));
            if scenario.pools.len() > 1 {
                // Those of traffic are of all pools.
                let of_pool = turns.iter_mut().filter(|(_, commands)| !is_traffic(commands));
                of_pool.for_each(|(name, _)| *name = text::turn_of_pool(name, &written.name));
            }
        }
        turns.extend(goal(snapshot, standing));
        turns
    }
}

fn is_traffic(commands: &[Command]) -> bool {
    matches!(commands.first(), Some(Command::SetTrafficFactor { .. }))
}

/// A quarter of what is written more or less, for all sources alike.
fn traffic(standing: &Standing) -> Vec<Turn> {
    let sources = standing.factors.len() as u16;
    let stands = standing.factor(SourceId(0));
    let to = |factor: f64| factor.clamp(0.0, FACTOR_MAX);
    let steps = [to(stands + FACTOR_STEP), to(stands - FACTOR_STEP)];
    let fits = steps.into_iter().filter(|factor| sources > 0 && *factor != stands);
    let commands =
        |factor| (0..sources).map(|ix| Command::SetTrafficFactor { source: SourceId(ix), factor }).collect::<Vec<_>>();
    fits.map(|factor| (text::turn_traffic(factor, factor > stands), commands(factor))).collect()
}

/// One machine more or fewer of each group, or the next size.
fn machines(standing: &Standing, pool: PoolId, written: &Pool) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (ix, of) in written.groups.iter().enumerate() {
        let group = GroupIx(ix as u16);
        let Some((count, cores)) = standing.group(pool, group) else { continue };
        let sizes = Sizes::of(of);
        let name = if of.is_local() { text::THIS_COMPUTER } else { sizes.name(cores) };
        if !of.is_local() {
            let counts = [(count < WORKERS_MAX).then(|| count + 1), count.checked_sub(1)];
            let turn = |to| (text::turn_count(name, to, count), vec![Command::SetCount { pool, group, count: to }]);
            turns.extend(counts.into_iter().flatten().map(turn));
        }
        let next = if of.is_local() {
            [(cores < os::cores() as u32).then(|| cores + 1), (cores > 1).then(|| cores - 1)]
        } else {
            [sizes.larger(cores), sizes.smaller(cores)]
        };
        let turn = |to| (text::turn_cores(name, to, cores), vec![Command::Resize { pool, group, cores: to }]);
        turns.extend(next.into_iter().flatten().map(turn));
    }
    turns
}

fn scaling(standing: &Standing, pool: PoolId) -> Option<Turn> {
    let is_on = standing.pools.get(pool.ix())?.scaling? == Switch::On;
    let switch = if is_on { Switch::Off } else { Switch::On };
    let name = if is_on { text::SCALING_OFF_NAME } else { text::SCALING_ON_NAME };
    Some((name.to_owned(), vec![Command::SwitchScaling { pool, switch }]))
}

/// Everything else that work can be sent to, and that results can be kept by.
fn choices(snapshot: &Snapshot, standing: &Standing, pool: PoolId) -> Vec<Turn> {
    let Some(stands) = standing.pools.get(pool.ix()) else { return Vec::new() };
    let fits =
        |balance: &Balance| *balance != stands.balance && snapshot.scenario.balance_refusal(pool, *balance).is_none();
    let balances = Balance::plain().iter().copied().filter(fits).map(|balance| {
        (
            text::turn_choice(text::KNOB_BALANCE, text::balance_name(balance)),
            vec![Command::SetBalance { pool, balance }],
        )
    });
    let caches = super::cache::choices(stands.cache).filter(|cache| *cache != stands.cache).map(|cache| {
        (text::turn_choice(text::KNOB_CACHE, text::cache_name(cache)), vec![Command::SetCache { pool, cache }])
    });
    balances.chain(caches).collect()
}

/// What can happen to the first machine that nothing is the matter with.
fn faults(snapshot: &Snapshot, pool: PoolId) -> Vec<Turn> {
    let is_well =
        |worker: &&WorkerView| worker.pool == pool && worker.state == WorkerState::Ready && worker.fault.is_none();
    let Some(worker) = snapshot.workers.iter().find(is_well) else { return Vec::new() };
    let faults =
        Strike::plain().iter().map(|strike| Fault { strike: *strike, victim: Victim::Machine(pool, worker.position) });
    let can = faults.filter(|fault| snapshot.scenario.strike_refusal(fault).is_none());
    can.map(|fault| {
        let lasts = lasts(fault.strike);
        let name = text::turn_fault(&fault.strike.label(), &worker.name, &secs(lasts.secs()));
        (name, vec![Command::Inject { fault, lasts }])
    })
    .collect()
}

/// Half as long, or twice.
fn goal(snapshot: &Snapshot, standing: &Standing) -> Vec<Turn> {
    let Some((objective, _, bound)) = snapshot.latency_goal() else { return Vec::new() };
    let stands = standing.bounds.get(objective).copied().unwrap_or(bound);
    let steps = [stands / BOUND_STEP, stands * BOUND_STEP].map(two_digits);
    let fits = steps.into_iter().filter(|to| BOUNDS.contains(to));
    fits.map(|bound| (text::turn_goal(&secs(bound)), vec![Command::SetBound { objective, bound }])).collect()
}
