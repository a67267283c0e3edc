//! The cost meter: dollars, as a fold over what machines did. Prices are data.
//!
//! At every instant billed = useful + idle + boot and drain + wasted. A machine is billed from its order to its end, by
//! the nanosecond. A core at work on what counted is useful, on what did not is wasted; the rest of the time in service
//! is idle, the rest of the time out of service (booting, draining, restarting, down) is boot and drain.

use std::sync::Arc;

use super::snapshot::CostView;
use crate::base::{GroupIx, PoolId, Provenance, Span, Time, WorkerId};
use crate::cluster::{Fact, Outcome, WorkerState};
use crate::scenario::{Instance, Scenario, catalogue};

const NANOS_PER_HOUR: f64 = 3_600e9;

/// Dollars so far.
#[derive(Clone, Debug)]
pub(super) struct CostMeter {
    scenario: Arc<Scenario>,
    /// By number.
    machines: Vec<Machine>,
    /// By number: what is looked at for every attempt.
    rates: Vec<Rate>,
    /// Machines that are billed now, in dollars per hour.
    per_hour: f64,
    useful: f64,
    wasted: f64,
    /// Of machines as of their last change.
    billed: f64,
    away: f64,
}

/// What work at a machine costs.
#[derive(Clone, Copy, Debug)]
struct Rate {
    /// Dollars for a nanosecond of one of its cores.
    per_core_nano: f64,
    in_service: bool,
}

#[derive(Clone, Copy, Debug)]
struct Machine {
    per_hour: f64,
    cores: u32,
    state: WorkerState,
    /// When its state or size last changed; it is billed from there.
    since: Time,
    /// When it was last in service.
    away_since: Time,
    /// Core-nanoseconds of work since then that have been said to be work.
    worked_away: u64,
}

impl CostMeter {
    pub(super) fn new(scenario: Arc<Scenario>) -> Self {
        let (machines, rates) = (Vec::new(), Vec::new());
        Self { scenario, machines, rates, per_hour: 0.0, useful: 0.0, wasted: 0.0, billed: 0.0, away: 0.0 }
    }

    #[inline]
    pub(super) fn fact(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Worker { worker, pool, group, cores, state } => self.change(now, worker, pool, group, cores, state),
            Fact::AttemptEnded { worker, run, outcome, .. } if !run.is_zero() => self.work(now, worker, run, outcome),
            _ => {}
        }
    }

    fn change(&mut self, now: Time, worker: WorkerId, pool: PoolId, group: GroupIx, cores: u32, state: WorkerState) {
        let instance = &self.scenario.pools[pool.ix()].groups[group.ix()].instance;
        let price = price_per_hour(instance, cores);
        if self.machines.len() <= worker.ix() {
            // Numbers are given in order, so this is the next one.
            let new = Machine { per_hour: 0.0, cores, state, since: now, away_since: now, worked_away: 0 };
            self.machines.resize(worker.ix() + 1, new);
            self.rates.resize(worker.ix() + 1, Rate { per_core_nano: 0.0, in_service: false });
        }
        let machine = &mut self.machines[worker.ix()];
        let dollars = machine.per_hour * now.since(machine.since).0 as f64 / NANOS_PER_HOUR;
        self.billed += dollars;
        if machine.state != WorkerState::Ready {
            self.away += dollars;
        }
        if machine.state == WorkerState::Ready && state != WorkerState::Ready {
            (machine.away_since, machine.worked_away) = (now, 0);
        }
        let per_hour = if state == WorkerState::Retired { 0.0 } else { price };
        self.per_hour += per_hour - machine.per_hour;
        let per_core_nano = per_hour / f64::from(cores.max(1)) / NANOS_PER_HOUR;
        *machine = Machine { per_hour, cores, state, since: now, ..*machine };
        self.rates[worker.ix()] = Rate { per_core_nano, in_service: state == WorkerState::Ready };
    }

    #[inline]
    fn work(&mut self, now: Time, worker: WorkerId, run: Span, outcome: Outcome) {
        let Rate { per_core_nano, in_service } = self.rates[worker.ix()];
        let dollars = run.0 as f64 * per_core_nano;
        if outcome == Outcome::Completed {
            self.useful += dollars;
        } else {
            self.wasted += dollars;
        }
        // Work while the machine was already out of service is work, not waiting. It is the last of a run; where a run
        // was interrupted or shared its core that may be too much, but never more than the cores could do.
        if !in_service {
            let machine = &self.machines[worker.ix()];
            let away = now.since(machine.away_since).0;
            let cores_could = (u64::from(machine.cores) * away).saturating_sub(machine.worked_away);
            let worked = run.0.min(away).min(cores_could);
            self.machines[worker.ix()].worked_away += worked;
            self.away -= worked as f64 * per_core_nano;
        }
    }

    /// Dollars per hour of what is billed now.
    pub(super) fn per_hour(&self) -> f64 {
        self.per_hour
    }

    /// Dollars billed until `now`.
    pub(super) fn billed(&self, now: Time) -> f64 {
        self.billed + self.open(now, |_| true)
    }

    /// Dollars since the last change of those machines.
    fn open(&self, now: Time, which: impl Fn(&Machine) -> bool) -> f64 {
        let open = |machine: &Machine| machine.per_hour * now.since(machine.since).0 as f64 / NANOS_PER_HOUR;
        self.machines.iter().filter(|machine| which(machine)).map(open).sum()
    }

    pub(super) fn view(&self, now: Time, jobs_completed: u64) -> CostView {
        let billed = self.billed(now);
        let boot_and_drain = self.away + self.open(now, |machine| machine.state != WorkerState::Ready);
        let (sources, provenance) = self.sources();
        CostView {
            per_hour: self.per_hour,
            billed,
            per_1000_jobs: (jobs_completed > 0).then(|| billed / jobs_completed as f64 * 1_000.0),
            useful: self.useful,
            idle: billed - self.useful - self.wasted - boot_and_drain,
            boot_and_drain,
            wasted: self.wasted,
            sources,
            provenance,
        }
    }

    fn sources(&self) -> (Vec<String>, Option<Provenance>) {
        let mut sources = Vec::new();
        let mut least_certain = None;
        for group in self.scenario.pools.iter().flat_map(|pool| &pool.groups) {
            let (name, price) = (&group.instance.name, &group.instance.price);
            let text = match price.as_of.as_ref() {
                "" => format!("{name}: {}", price.source),
                date => format!("{name}: {}, {date}", price.source),
            };
            if !sources.contains(&text) {
                sources.push(text);
            }
            least_certain = least_certain.max(Some(price.provenance));
        }
        (sources, least_certain)
    }
}

/// What an hour of this instance costs with another number of cores: the price of its sibling in the catalogue, else
/// in proportion to the cores.
pub fn price_per_hour(instance: &Instance, cores: u32) -> f64 {
    let price = instance.price.usd_per_hour.unwrap_or(0.0);
    if cores == instance.cores {
        return price;
    }
    let sibling = catalogue::sibling(&instance.name, cores).and_then(|sibling| sibling.usd_per_hour);
    sibling.unwrap_or_else(|| price * f64::from(cores) / f64::from(instance.cores.max(1)))
}
