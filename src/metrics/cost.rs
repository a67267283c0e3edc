//! The cost meter: dollars, as a fold over what machines did. Prices are data.
//!
//! At every instant billed = useful + idle + boot and drain + wasted + egress - forgiven, and billed is what would be on the bill if
//! everything ended then. A machine is billed from its order to its end, each stretch as its [`Billing`] says; what is
//! rounded up is idle. A core at work on what counted is useful, on what did not is wasted; the rest of the time in service
//! is idle, the rest of the time out of service (booting, draining, restarting, down) is boot and drain.

use std::sync::Arc;

use super::snapshot::CostView;
use crate::base::{GroupIx, PoolId, Provenance, Span, Time, WorkerId};
use crate::cluster::{Fact, Outcome, WorkerState};
use crate::scenario::{Billing, Scenario, price_per_hour};

const NANOS_PER_HOUR: f64 = 3_600e9;
const BYTES_PER_GB: f64 = 1e9;

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
    /// What rounding up added to stretches that have ended.
    rounded: f64,
    /// Results that left machines.
    egress: f64,
    /// Not charged, since the provider took the machine away.
    forgiven: f64,
}

/// What work at a machine costs.
#[derive(Clone, Copy, Debug)]
struct Rate {
    /// Dollars for a nanosecond of one of its cores.
    per_core_nano: f64,
    in_service: bool,
    /// Dollars for a byte of results.
    per_byte_out: f64,
}

#[derive(Clone, Copy, Debug)]
struct Machine {
    per_hour: f64,
    cores: u32,
    state: WorkerState,
    /// When its state or size last changed; it is billed from there.
    since: Time,
    /// When the stretch began that is billed now; `None` while it is stopped and costs nothing, or is gone.
    began: Option<Time>,
    billing: Billing,
    /// Dollars of that stretch as of the last change.
    stretch: f64,
    is_preempted: bool,
    /// When it was last in service.
    away_since: Time,
    /// Core-nanoseconds of work since then that have been said to be work.
    worked_away: u64,
}

impl Machine {
    /// Dollars that rounding up would add if the stretch that is billed ended now.
    fn rounding(&self, now: Time) -> f64 {
        let Some(began) = self.began else { return 0.0 };
        let stretch = now.since(began);
        self.per_hour * (self.billing.charged(stretch) - stretch).0 as f64 / NANOS_PER_HOUR
    }
}

impl CostMeter {
    pub(super) fn new(scenario: Arc<Scenario>) -> Self {
        let (machines, rates) = (Vec::new(), Vec::new());
        let nothing = 0.0;
        Self {
            scenario,
            machines,
            rates,
            per_hour: nothing,
            useful: nothing,
            wasted: nothing,
            billed: nothing,
            away: nothing,
            rounded: nothing,
            egress: nothing,
            forgiven: nothing,
        }
    }

    #[inline]
    pub(super) fn fact(&mut self, now: Time, fact: &Fact) {
        match *fact {
            Fact::Worker { worker, pool, group, cores, state } => self.change(now, worker, pool, group, cores, state),
            Fact::Preempted { worker } => self.machines[worker.ix()].is_preempted = true,
            Fact::AttemptEnded { worker, kind, stage, run, outcome, asked, .. } => {
                if !run.is_zero() {
                    self.work(now, worker, run, outcome);
                }
                let per_byte = self.rates[worker.ix()].per_byte_out;
                if per_byte > 0.0 && asked && matches!(outcome, Outcome::Completed | Outcome::Failed) {
                    let bytes = self.scenario.jobs[kind.ix()].stages[stage.ix()].bytes_out;
                    self.egress += bytes.0 as f64 * per_byte;
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, now: Time, worker: WorkerId, pool: PoolId, group: GroupIx, cores: u32, state: WorkerState) {
        let written = &self.scenario.pools[pool.ix()].groups[group.ix()];
        let (instance, billing) = (&written.instance, written.billing);
        let per_byte_out = written.usd_per_gb_out / BYTES_PER_GB;
        let price = price_per_hour(instance, cores);
        if self.machines.len() <= worker.ix() {
            // Numbers are given in order, so this is the next one.
            let began = Some(now);
            let new = Machine {
                per_hour: 0.0,
                cores,
                state,
                since: now,
                began,
                billing,
                stretch: 0.0,
                is_preempted: false,
                away_since: now,
                worked_away: 0,
            };
            self.machines.resize(worker.ix() + 1, new);
            self.rates.resize(worker.ix() + 1, Rate { per_core_nano: 0.0, in_service: false, per_byte_out });
        }
        let machine = &mut self.machines[worker.ix()];
        let dollars = machine.per_hour * now.since(machine.since).0 as f64 / NANOS_PER_HOUR;
        self.billed += dollars;
        machine.stretch += dollars;
        if machine.state != WorkerState::Ready {
            self.away += dollars;
        }
        if machine.state == WorkerState::Ready && state != WorkerState::Ready {
            (machine.away_since, machine.worked_away) = (now, 0);
        }
        let is_billed = match state {
            WorkerState::Retired => false,
            WorkerState::Resizing => billing.stopped_costs,
            _ => true,
        };
        if !is_billed {
            match machine.began {
                Some(began) if machine.is_preempted && now.since(began) <= billing.preempted_free => {
                    self.forgiven += machine.stretch;
                }
                _ => self.rounded += machine.rounding(now),
            }
            machine.stretch = 0.0;
        }
        let began = is_billed.then(|| machine.began.unwrap_or(now));
        let per_hour = if is_billed { price } else { 0.0 };
        self.per_hour += per_hour - machine.per_hour;
        let per_core_nano = per_hour / f64::from(cores.max(1)) / NANOS_PER_HOUR;
        *machine = Machine { per_hour, cores, state, since: now, began, ..*machine };
        self.rates[worker.ix()] = Rate { per_core_nano, in_service: state == WorkerState::Ready, per_byte_out };
    }

    #[inline]
    fn work(&mut self, now: Time, worker: WorkerId, run: Span, outcome: Outcome) {
        let Rate { per_core_nano, in_service, .. } = self.rates[worker.ix()];
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
        let rounding: f64 = self.machines.iter().map(|machine| machine.rounding(now)).sum();
        self.billed + self.open(now, |_| true) + self.rounded + rounding + self.egress - self.forgiven
    }

    /// Dollars since the last change of those machines.
    fn open(&self, now: Time, which: impl Fn(&Machine) -> bool) -> f64 {
        let open = |machine: &Machine| machine.per_hour * now.since(machine.since).0 as f64 / NANOS_PER_HOUR;
        self.machines.iter().filter(|machine| which(machine)).map(open).sum()
    }

    /// `counted` are the jobs that were completed since `before` dollars had been billed.
    pub(super) fn view(&self, now: Time, (counted, before): (u64, f64)) -> CostView {
        let billed = self.billed(now);
        let boot_and_drain = self.away + self.open(now, |machine| machine.state != WorkerState::Ready);
        let (sources, provenance) = self.sources();
        CostView {
            per_hour: self.per_hour,
            billed,
            per_1000_jobs: (counted > 0).then(|| (billed - before) / counted as f64 * 1_000.0),
            useful: self.useful,
            idle: billed + self.forgiven - self.useful - self.wasted - boot_and_drain - self.egress,
            boot_and_drain,
            wasted: self.wasted,
            egress: self.egress,
            forgiven: self.forgiven,
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
