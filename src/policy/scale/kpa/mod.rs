//! Knative's pod autoscaler: a calm average decides, a quick one when it panics.
//!
//! Knative Serving, `pkg/autoscaler/scaling/autoscaler.go`. With T aimed at for each machine and R ready ones: want =
//! ceil(stable / T), within R / max-down (rounded down) and R x max-up (rounded up); the same of the quick average while it
//! panics, which it does from ceil(panic / T) / R >= threshold on, until that has not been so for a whole stable window;
//! then the size never falls. One machine, T = 10, 50 in flight: 5.

pub mod idle;
pub mod pool;
pub mod target;
pub mod window;

use window::Largest;

use crate::base::{Span, Time};

/// What a decider may do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// What is aimed at for each machine.
    pub target: f64,
    /// What each machine could take.
    pub total: f64,
    /// What must be free to take a burst; 0 does not care, -1 sends everything through the activator.
    pub burst_capacity: f64,
    /// See [`Kpa::panic_threshold`](crate::scenario::Kpa::panic_threshold).
    pub panic_threshold: f64,
    /// See [`Kpa::max_scale_up_rate`](crate::scenario::Kpa::max_scale_up_rate).
    pub up_rate: f64,
    /// See [`Kpa::max_scale_down_rate`](crate::scenario::Kpa::max_scale_down_rate).
    pub down_rate: f64,
    /// What the calm average is over.
    pub stable_window: Span,
    /// Whether anything can ask for it.
    pub is_reachable: bool,
    /// Machines that come at least when anything comes at all.
    pub activation_scale: u32,
    /// For how long the largest size holds.
    pub down_delay: Span,
}

/// What a decider wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    /// Machines.
    pub machines: u32,
    /// What the calm average alone asks for.
    pub stable: u32,
    /// What is free beyond what a burst may need, in units of the metric.
    pub excess_burst_capacity: i64,
    /// Whether it panics.
    pub is_panicking: bool,
}

/// Decides how many machines there should be, again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Decider {
    limits: Limits,
    panic: Option<Time>,
    panic_most: u32,
    delay: Option<Largest>,
}

impl Decider {
    /// A fresh one that finds so many machines ready. From two on it starts in panic, since it knows no past.
    pub fn new(now: Time, limits: Limits, ready: u32) -> Self {
        let delay = (!limits.down_delay.is_zero()).then(|| Largest::new(limits.down_delay, crate::scenario::Kpa::TICK));
        Self { limits, panic: (ready > 1).then_some(now), panic_most: ready, delay }
    }

    /// One that panics since then and wants at least so many.
    #[must_use]
    pub fn panicking(mut self, since: Time, most: u32) -> Self {
        (self.panic, self.panic_most) = (Some(since), most);
        self
    }

    /// Whether it panics, and how many it then wants at least.
    pub fn panic(&self) -> (bool, u32) {
        (self.panic.is_some(), self.panic_most)
    }

    /// Changes what it may do.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Decides from the two averages over all machines, of which so many are ready.
    pub fn decide(&mut self, now: Time, ready: u32, stable: f64, quick: f64) -> Want {
        let Limits { target, up_rate, down_rate, is_reachable, .. } = self.limits;
        let machines = f64::from(ready.max(1));
        let most = (up_rate * machines).ceil();
        let fewest = if is_reachable { (machines / down_rate).floor() } else { 0.0 };
        let (calm, hasty) = ((stable / target).ceil(), (quick / target).ceil());
        let within = |wanted: f64| self.activated(wanted, wanted.max(fewest).min(most) as u32);
        let (calm_size, hasty_size) = (within(calm), within(hasty));
        self.watch(now, hasty / machines >= self.limits.panic_threshold);
        let mut size = calm_size;
        if self.panic.is_some() {
            self.panic_most = self.panic_most.max(size).max(hasty_size);
            size = self.panic_most;
        }
        if let Some(delay) = self.delay.as_mut().filter(|_| is_reachable) {
            delay.record(now, size);
            size = delay.current();
        }
        Want {
            machines: size,
            stable: calm_size,
            excess_burst_capacity: self.excess(ready, quick),
            is_panicking: self.panic.is_some(),
        }
    }

    /// At least the activation scale, where anything is wanted at all.
    fn activated(&self, wanted: f64, size: u32) -> u32 {
        let scale = self.limits.activation_scale;
        if scale > 1 && wanted > 0.0 { size.max(scale) } else { size }
    }

    /// Begins, goes on with or ends a panic.
    fn watch(&mut self, now: Time, is_over: bool) {
        match self.panic {
            _ if is_over => self.panic = Some(now),
            Some(since) if since + self.limits.stable_window < now => (self.panic, self.panic_most) = (None, 0),
            _ => {}
        }
    }

    fn excess(&self, ready: u32, quick: f64) -> i64 {
        let Limits { total, burst_capacity, .. } = self.limits;
        if burst_capacity == 0.0 {
            0
        } else if burst_capacity > 0.0 {
            (f64::from(ready) * total - burst_capacity - quick).floor() as i64
        } else {
            -1
        }
    }
}
