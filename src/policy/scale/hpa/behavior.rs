//! What becomes of a size that was asked for: it has to last, and it may only change so fast.
//!
//! Kubernetes, `pkg/controller/podautoscaler/horizontal.go`.

use crate::base::{Span, Time};
use crate::policy::scale::Reason;
use crate::scenario::{Rule, Rules, Select, Step};

/// A number of machines, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// So many were asked for, came or went.
    pub machines: u32,
    /// When.
    pub at: Time,
}

impl Stamped {
    fn age(self, now: Time) -> Span {
        now.since(self.at)
    }
}

/// Sizes that were asked for. One that nobody needs any more gives its place to the next, so they are few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recommendations(Vec<Stamped>);

impl Recommendations {
    /// These, in the order in which they are kept.
    pub fn new(past: Vec<Stamped>) -> Self {
        Self(past)
    }

    /// All of them, in the order in which they are kept.
    pub fn all(&self) -> &[Stamped] {
        &self.0
    }

    /// The largest of the last `window`, this one among them; then remembers this one.
    pub fn largest(&mut self, now: Time, wanted: u32, window: Span) -> u32 {
        let recent = self.0.iter().filter(|past| past.age(now) <= window).map(|past| past.machines);
        let largest = recent.fold(wanted, u32::max);
        let old = self.0.iter().rposition(|past| past.age(now) > window);
        self.remember(now, wanted, old);
        largest
    }

    /// As near to the current size as sizes of the last while let it: not above the smallest within `up`, not below the
    /// largest within `down`; then remembers this one.
    pub fn between(&mut self, now: Time, size: u32, wanted: u32, up: Span, down: Span) -> u32 {
        let within = |window: Span| self.0.iter().filter(move |past| past.age(now) < window).map(|past| past.machines);
        let (smallest, largest) = (within(up).fold(wanted, u32::min), within(down).fold(wanted, u32::max));
        let stabilised = size.max(smallest).min(largest);
        let old = self.0.iter().rposition(|past| past.age(now) > up && past.age(now) > down);
        self.remember(now, wanted, old);
        stabilised
    }

    fn remember(&mut self, now: Time, machines: u32, old: Option<usize>) {
        remember(&mut self.0, Stamped { machines, at: now }, old);
    }
}

/// What came, or went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<Stamped>);

impl Changes {
    /// These, in the order in which they are kept.
    pub fn new(past: Vec<Stamped>) -> Self {
        Self(past)
    }

    /// All of them, in the order in which they are kept.
    pub fn all(&self) -> &[Stamped] {
        &self.0
    }

    /// How many within the last `period`.
    pub fn within(&self, now: Time, period: Span) -> u32 {
        self.0.iter().filter(|past| past.age(now) < period).map(|past| past.machines).sum()
    }

    /// Remembers a change; one that no rule looks at any more gives its place to it.
    pub fn remember(&mut self, now: Time, machines: u32, rules: &Rules) {
        let longest = rules.policies.iter().map(|rule| rule.period).max().unwrap_or(Span::ZERO);
        let old = self.0.iter().rposition(|past| past.age(now) > longest);
        remember(&mut self.0, Stamped { machines, at: now }, old);
    }
}

fn remember(kept: &mut Vec<Stamped>, new: Stamped, old: Option<usize>) {
    match old {
        Some(place) => kept[place] = new,
        None => kept.push(new),
    }
}

/// What came and went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Machines that came.
    pub added: Changes,
    /// Machines that went.
    pub removed: Changes,
}

/// As many machines as there may be now.
pub fn most(now: Time, size: u32, history: &History, rules: &Rules) -> u32 {
    limit(size, rules, f64::max, |rule| {
        let start = period_start(now, size, history, rule.period);
        match rule.step {
            Step::Pods(count) => start + f64::from(count),
            // Up, or a single machine would never become two.
            Step::Percent(percent) => (start * (1.0 + f64::from(percent) / 100.0)).ceil(),
        }
    })
}

/// As few machines as there may be now.
pub fn fewest(now: Time, size: u32, history: &History, rules: &Rules) -> u32 {
    limit(size, rules, f64::min, |rule| {
        let start = period_start(now, size, history, rule.period);
        match rule.step {
            Step::Pods(count) => start - f64::from(count),
            Step::Percent(percent) => (start * (1.0 - f64::from(percent) / 100.0)).trunc(),
        }
    })
}

/// The limit that counts; `far` is which of two lets more happen.
fn limit(size: u32, rules: &Rules, far: fn(f64, f64) -> f64, of: impl Fn(&Rule) -> f64) -> u32 {
    let near = |a: f64, b: f64| if far(a, b) == a { b } else { a };
    let limits = rules.policies.iter().map(of);
    let limit = match rules.select {
        Select::Disabled => None,
        Select::Max => limits.reduce(far),
        Select::Min => limits.reduce(near),
    };
    limit.map_or(size, |limit| limit as u32)
}

/// The size when the period began that ends now.
fn period_start(now: Time, size: u32, history: &History, period: Span) -> f64 {
    f64::from(size) - f64::from(history.added.within(now, period)) + f64::from(history.removed.within(now, period))
}

/// A size within the bounds, and how fast it may change.
pub fn rate_limited(
    now: Time,
    size: u32,
    wanted: u32,
    bounds: (u32, u32),
    rules: (&Rules, &Rules),
    history: &History,
) -> (u32, Reason) {
    let (min, max) = bounds;
    if wanted > size {
        let fast = most(now, size, history, rules.0).max(size);
        let (allowed, why) = if max > fast { (fast, Reason::ScaleUpLimit) } else { (max, Reason::TooManyReplicas) };
        if wanted > allowed {
            return (allowed, why);
        }
    } else if wanted < size {
        let fast = fewest(now, size, history, rules.1).min(size);
        let (allowed, why) = if min < fast { (fast, Reason::ScaleDownLimit) } else { (min, Reason::TooFewReplicas) };
        if wanted < allowed {
            return (allowed, why);
        }
    }
    (wanted, Reason::DesiredWithinRange)
}

/// The clamp of an autoscaler without rules: at most `factor` times as many, or `minimum`.
pub fn clamped(size: u32, wanted: u32, bounds: (u32, u32), factor: u32, minimum: u32) -> (u32, Reason) {
    let (min, max) = bounds;
    let fast = size.saturating_mul(factor).max(minimum);
    let (allowed, why) = if max > fast { (fast, Reason::ScaleUpLimit) } else { (max, Reason::TooManyReplicas) };
    if wanted < min {
        (min, Reason::TooFewReplicas)
    } else if wanted > allowed {
        (allowed, why)
    } else {
        (wanted, Reason::DesiredWithinRange)
    }
}
