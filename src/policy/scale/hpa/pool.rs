//! The horizontal pod autoscaler of a pool: the metrics server looks at machines, the controller at what it last saw.

use super::pods::{Patience, Phase, Pod};
use super::{Controller, Reading, Settings};
use crate::base::{Span, Time};
use crate::policy::scale::sight::{Machine, Sight};
use crate::policy::scale::{Decision, Seen};
use crate::scenario::{Hpa, HpaMetric};

/// Cores and attempts are counted in thousandths.
const MILLI: f64 = 1_000.0;

/// A pool's autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolHpa {
    hpa: Hpa,
    controller: Controller,
    /// What the metrics server has.
    scraped: Option<Scrape>,
    next: Time,
}

#[derive(Clone, Debug, PartialEq)]
struct Scrape {
    at: Time,
    window: Span,
    machines: Vec<Machine>,
    waiting: u32,
}

impl PoolHpa {
    /// A fresh one within these bounds.
    pub fn new(hpa: &Hpa, min: u32, max: u32) -> Self {
        let settings = Settings {
            min,
            max,
            tolerance: hpa.tolerance,
            behavior: hpa.behavior.clone(),
            downscale_stabilization: hpa.downscale_stabilization,
            patience: Patience { cpu_initialization: hpa.cpu_initialization, readiness_delay: hpa.readiness_delay },
            up_factor: Settings::UP_FACTOR,
            up_minimum: Settings::UP_MINIMUM,
        };
        Self { hpa: hpa.clone(), controller: Controller::new(settings), scraped: None, next: Time::ZERO + hpa.sync }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.hpa.scrape
    }

    /// Decides where it is time, by what was scraped before; then scrapes.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let decision = (now >= self.next).then(|| {
            self.next = now + self.hpa.sync;
            self.decide(now, sight)
        });
        let machines = sight.machines.clone();
        self.scraped = Some(Scrape { at: now, window: sight.since, machines, waiting: sight.waiting });
        decision
    }

    fn decide(&mut self, now: Time, sight: &Sight) -> Decision {
        let pods: Vec<Pod> = sight.machines.iter().map(|machine| self.pod(now, machine)).collect();
        let in_flight: Vec<Option<i64>> = sight.machines.iter().map(|machine| self.in_flight(machine)).collect();
        let queue: Vec<i64> = self.scraped.iter().map(|scrape| (f64::from(scrape.waiting) * MILLI) as i64).collect();
        let readings = self.hpa.metrics.iter().map(|metric| match *metric {
            HpaMetric::Cpu { percent } => Reading::Cpu { percent, unknown: &[] },
            HpaMetric::InFlight { milli } => Reading::Average { target: milli, values: &in_flight },
            HpaMetric::Queue { .. } if queue.is_empty() => Reading::Unavailable,
            HpaMetric::Queue { milli } => Reading::Share { target: milli, values: &queue },
        });
        let readings: Vec<Reading> = readings.collect();
        let decision = self.controller.reconcile(now, sight.size, sight.ready(), &pods, &readings);
        let measured = self.scraped.as_ref().map(|scrape| Seen { at: scrape.at, value: self.value(scrape) });
        Decision { seen: measured, ..decision }
    }

    /// What is shown as measured: the first metric.
    fn value(&self, scrape: &Scrape) -> f64 {
        let ready = || scrape.machines.iter().filter(|machine| machine.ready.is_some());
        let count = ready().count().max(1) as f64;
        match self.hpa.metrics.first() {
            Some(HpaMetric::Cpu { .. }) => {
                let cores: f64 = ready().map(|machine| f64::from(machine.cores)).sum();
                ready().map(|machine| machine.busy).sum::<f64>() / cores.max(1.0)
            }
            Some(HpaMetric::InFlight { .. }) => {
                ready().map(|machine| f64::from(machine.in_flight)).sum::<f64>() / count
            }
            Some(HpaMetric::Queue { .. }) | None => f64::from(scrape.waiting),
        }
    }

    fn scraped(&self, machine: &Machine) -> Option<(&Scrape, &Machine)> {
        let scrape = self.scraped.as_ref()?;
        // Both lists are in order of their numbers.
        let place = scrape.machines.binary_search_by_key(&machine.id, |known| known.id).ok()?;
        let known = &scrape.machines[place];
        known.ready.map(|_| (scrape, known))
    }

    fn pod(&self, now: Time, machine: &Machine) -> Pod {
        let known = self.scraped(machine);
        Pod {
            request: (f64::from(machine.cores) * MILLI) as i64,
            usage: known.map(|(_, known)| (known.busy * MILLI) as i64),
            phase: match machine.ready {
                _ if machine.is_leaving => Phase::Over,
                None => Phase::Pending,
                Some(_) => Phase::Running,
            },
            ready: Some(machine.ready.is_some()),
            age: now.since(machine.ordered),
            ready_age: machine.ready.map_or(Span::ZERO, |ready| now.since(ready)),
            sample_age: known.map_or(Span::ZERO, |(scrape, _)| now.since(scrape.at)),
            sample_window: known.map_or(Span::ZERO, |(scrape, _)| scrape.window),
        }
    }

    fn in_flight(&self, machine: &Machine) -> Option<i64> {
        self.scraped(machine).map(|(_, known)| (f64::from(known.in_flight) * MILLI) as i64)
    }
}
