//! What autoscalers decided, why, and when the machines they ordered were there.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::base::{PoolId, Time, WorkerId};

use crate::cluster::{ScaleFact, WorkerState};
pub use crate::scenario::Reason;

/// Decisions of a pool that are kept, those that say the same as the one before not counted: the newest.
const KEPT_MAX: usize = 1_000;

/// Folds decisions.
#[derive(Clone, Debug, Default)]
pub(super) struct ScalingMeter {
    /// By pool.
    pools: Vec<PoolDecisions>,
    /// Machines that were ordered and are not there yet: whose, and by which decision.
    coming: BTreeMap<WorkerId, (PoolId, u64)>,
    /// The decision whose machines are being ordered.
    ordering: Option<(Time, PoolId, u64)>,
}

/// What the autoscaler of one pool decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolDecisions {
    /// How often it decided.
    pub decisions: u64,
    /// How often it asked for more machines.
    pub ups: u64,
    /// How often for fewer.
    pub downs: u64,
    /// How often for machines of another size.
    pub resizes: u64,
    /// How often for which reason.
    pub reasons: BTreeMap<Reason, u64>,
    /// The longest time between an order and the last of its machines being there, in seconds; `None` before any.
    pub slowest_order_secs: Option<f64>,
    /// The newest decisions that said something new, oldest first.
    pub recent: VecDeque<Decided>,
    /// How many of those were dropped, since only so many are kept.
    pub dropped: u64,
}

/// A decision on its whole way, from what was seen to the machines being there. Times are seconds of run time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Its number among all decisions of the pool, from 0.
    pub number: u64,
    /// When the measure was taken.
    pub seen_secs: Option<f64>,
    /// The measure, in the unit of what the autoscaler looks at.
    pub measured: Option<f64>,
    /// When it was decided.
    pub at_secs: f64,
    /// Machines asked for before.
    pub before: u32,
    /// Machines that the measure alone asks for.
    pub wanted: u32,
    /// What tolerance, delays and stabilisation made of it.
    pub stabilised: u32,
    /// Machines asked for from then on, within rates and bounds.
    pub size: u32,
    /// Cores of each machine, asked for before and from then on.
    pub cores: [u32; 2],
    /// Why it is that many.
    pub why: Reason,
    /// Machines ordered.
    pub ordered: u32,
    /// Machines of those that are there.
    pub ready: u32,
    /// When the first of them had booted; until it is ready it loads what it needs.
    pub first_booted_secs: Option<f64>,
    /// When the first of them was there.
    pub first_ready_secs: Option<f64>,
    /// When all of them were.
    pub all_ready_secs: Option<f64>,
}

impl Decided {
    /// Whether nothing changes, as in the one before, and for the same reason.
    fn repeats(&self, last: &Self) -> bool {
        let keeps = |one: &Self| one.before == one.size && one.cores[0] == one.cores[1];
        keeps(self) && keeps(last) && (self.size, self.cores, self.why) == (last.size, last.cores, last.why)
    }
}

impl ScalingMeter {
    /// An autoscaler has decided.
    pub(super) fn decide(&mut self, now: Time, pool: PoolId, decided: &ScaleFact) {
        if self.pools.len() <= pool.ix() {
            self.pools.resize(pool.ix() + 1, PoolDecisions::default());
        }
        let own = &mut self.pools[pool.ix()];
        let ScaleFact { seen, before, wanted, stabilised, size, cores, why } = *decided;
        let decided = Decided {
            number: own.decisions,
            seen_secs: seen.map(|(at, _)| at.secs()),
            measured: seen.map(|(_, value)| value),
            at_secs: now.secs(),
            before,
            wanted,
            stabilised,
            size,
            cores,
            why,
            ordered: 0,
            ready: 0,
            first_booted_secs: None,
            first_ready_secs: None,
            all_ready_secs: None,
        };
        own.decisions += 1;
        own.ups += u64::from(size > before);
        own.downs += u64::from(size < before);
        own.resizes += u64::from(cores[1] != cores[0]);
        *own.reasons.entry(why).or_default() += 1;
        self.ordering = (size > before).then_some((now, pool, decided.number));
        match own.recent.back_mut() {
            // The newest of several alike is what is shown.
            Some(last) if decided.repeats(last) => *last = decided,
            _ => own.recent.push_back(decided),
        }
        if own.recent.len() > KEPT_MAX {
            own.recent.pop_front();
            own.dropped += 1;
        }
    }

    /// A machine changed its state.
    pub(super) fn machine(&mut self, now: Time, worker: WorkerId, state: WorkerState) {
        match state {
            WorkerState::Booting => {
                // Who is ordered at the instant of a decision is ordered by it.
                let Some((_, pool, number)) = self.ordering.filter(|(at, ..)| *at == now) else { return };
                self.coming.insert(worker, (pool, number));
                if let Some(decided) = self.decided(pool, number) {
                    decided.ordered += 1;
                }
            }
            WorkerState::Warming => {
                let Some(&(pool, number)) = self.coming.get(&worker) else { return };
                if let Some(decided) = self.decided(pool, number) {
                    decided.first_booted_secs.get_or_insert(now.secs());
                }
            }
            WorkerState::Ready => {
                let Some((pool, number)) = self.coming.remove(&worker) else { return };
                let Some(decided) = self.decided(pool, number) else { return };
                decided.ready += 1;
                decided.first_booted_secs.get_or_insert(now.secs());
                decided.first_ready_secs.get_or_insert(now.secs());
                if decided.ready == decided.ordered {
                    decided.all_ready_secs = Some(now.secs());
                    let took = now.secs() - decided.at_secs;
                    let slowest = &mut self.pools[pool.ix()].slowest_order_secs;
                    *slowest = Some(slowest.map_or(took, |known| known.max(took)));
                }
            }
            WorkerState::Retired => _ = self.coming.remove(&worker),
            WorkerState::Draining | WorkerState::Resizing | WorkerState::Down => {}
        }
    }

    fn decided(&mut self, pool: PoolId, number: u64) -> Option<&mut Decided> {
        self.pools[pool.ix()].recent.iter_mut().rev().find(|decided| decided.number == number)
    }

    /// What the autoscaler of a pool decided; `None` where it has not decided anything.
    pub(super) fn of(&self, pool: PoolId) -> Option<&PoolDecisions> {
        self.pools.get(pool.ix()).filter(|own| own.decisions > 0)
    }
}
