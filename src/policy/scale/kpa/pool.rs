//! Knative's autoscaler of a pool: averages each second, decisions each other second, and what waits wakes it.

use super::idle::{Activity, Bounds, Standing, apply};
use super::target::{Targets, resolve};
use super::window::Buckets;
use super::{Decider, Limits};
use crate::base::{Span, Time};
use crate::policy::scale::sight::Sight;
use crate::policy::scale::{Decision, Reason, Seen};
use crate::scenario::{Kpa, KpaMetric};

/// How long the first machine may take to come where nobody says otherwise.
const PROGRESS_DEADLINE: Span = Span::from_secs(600);

/// A pool's autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolKpa {
    kpa: Kpa,
    bounds: Bounds,
    limits: Limits,
    calm: Buckets,
    quick: Buckets,
    decider: Option<Decider>,
    state: (Activity, Time),
    next: Time,
}

impl PoolKpa {
    /// A fresh one within these bounds; machines take any number of attempts at a time.
    pub fn new(kpa: &Kpa, min: u32, max: u32) -> Self {
        let (target, total) = resolve(&Targets {
            metric: kpa.metric,
            concurrency: 0.0,
            target: Some(kpa.target),
            concurrency_default: Kpa::CONCURRENCY_DEFAULT,
            rate_default: Kpa::RATE_DEFAULT,
            utilization: kpa.utilization,
        });
        let limits = Limits {
            target,
            total,
            burst_capacity: kpa.target_burst_capacity,
            panic_threshold: kpa.panic_threshold,
            up_rate: kpa.max_scale_up_rate,
            down_rate: kpa.max_scale_down_rate,
            stable_window: kpa.stable_window,
            is_reachable: true,
            activation_scale: kpa.activation_scale,
            down_delay: kpa.scale_down_delay,
        };
        let bounds = Bounds {
            min,
            max,
            initial: 0,
            scale_to_zero: kpa.scale_to_zero,
            stable_window: kpa.stable_window,
            grace_period: kpa.grace_period,
            retention: kpa.pod_retention,
            progress_deadline: PROGRESS_DEADLINE,
        };
        let window = |length: Span| Buckets::new(length.max(Kpa::SCRAPE), Kpa::SCRAPE);
        Self {
            bounds,
            limits,
            calm: window(kpa.stable_window),
            quick: window(kpa.stable_window.scaled(kpa.panic_window)),
            decider: None,
            state: (Activity::Active, Time::ZERO),
            next: Time::ZERO + Kpa::TICK,
            kpa: kpa.clone(),
        }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        Kpa::SCRAPE
    }

    /// Takes an average; decides where it is time, or at once where something waits and no machine is there.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let is_woken = sight.size == 0 && sight.in_flight > 0;
        let value = match self.kpa.metric {
            // Nothing serves, so that what waits is all that there is to be seen of it.
            KpaMetric::Concurrency if is_woken => f64::from(sight.in_flight),
            KpaMetric::Concurrency => sight.in_flight_mean,
            KpaMetric::Rate => sight.arrived as f64 / sight.since.secs().max(1e-9),
        };
        // The step that ends now, not the one that begins.
        let ended = Time(now.0.saturating_sub(1));
        self.calm.record(ended, value);
        self.quick.record(ended, value);
        if now < self.next && !is_woken {
            return None;
        }
        self.next = now + Kpa::TICK;
        let (stable, quick) = (self.calm.average(ended), self.quick.average(ended));
        let ready = sight.ready();
        let limits = self.limits;
        let want =
            self.decider.get_or_insert_with(|| Decider::new(now, limits, ready)).decide(now, ready, stable, quick);
        let standing = Standing {
            state: Some((self.state.0, now.since(self.state.1))),
            is_reachable: true,
            is_activator_in_path: true,
            proxied_for: if self.state.0 == Activity::Inactive { now.since(self.state.1) } else { Span::ZERO },
            is_initialised: true,
        };
        let applied = apply(Some(want.machines), &standing, &self.bounds);
        let size = match applied.machines {
            Some(machines) if applied.is_applied => machines,
            _ => sight.size,
        };
        self.follow(now, want.machines, ready);
        let why = if size == want.machines {
            if want.is_panicking { Reason::Panicking } else { Reason::DesiredWithinRange }
        } else if want.machines == 0 {
            Reason::Stabilised
        } else if size < want.machines {
            Reason::TooManyReplicas
        } else {
            Reason::TooFewReplicas
        };
        Some(Decision {
            before: sight.size,
            ratio: Some(stable / (self.limits.target * f64::from(ready.max(1)))),
            wanted: want.stable,
            stabilised: want.machines,
            size,
            why,
            limit: why,
            seen: Some(Seen { at: now, value: stable }),
            cores: None,
        })
    }

    /// Whether it serves from now on.
    fn follow(&mut self, now: Time, wanted: u32, ready: u32) {
        let (activity, since) = self.state;
        let next = match activity {
            Activity::Active if wanted == 0 && now.since(since) >= self.bounds.stable_window => Activity::Inactive,
            Activity::Inactive if wanted > 0 && ready == 0 => Activity::Activating,
            Activity::Inactive if wanted > 0 => Activity::Active,
            Activity::Activating if ready > 0 => Activity::Active,
            other => other,
        };
        if next != activity {
            self.state = (next, now);
        }
    }
}
