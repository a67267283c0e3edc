//! Ray Serve: as many replicas as ongoing requests ask for, once they have done so for a while.
//!
//! Ray, `python/ray/serve/autoscaling_policy.py`: desired = ceil(ongoing / target), ongoing averaged over 30 s; more after
//! 30 s in which more was always wanted, fewer after 600 s; from zero at once. 13 ongoing with 2 for each: 7.

use std::collections::VecDeque;

use super::sight::Sight;
use super::{Decision, Reason, Seen, of_bounds};
use crate::base::{Span, Time};
use crate::scenario::RayServe;

/// A pool's autoscaler.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolRayServe {
    ray: RayServe,
    min: u32,
    max: u32,
    /// When replicas reported, and how many requests were ongoing.
    reports: VecDeque<(Time, f64)>,
    /// Since when more, or fewer, have been wanted.
    more_since: Option<Time>,
    fewer_since: Option<Time>,
}

impl PoolRayServe {
    /// A fresh one within these bounds.
    pub fn new(ray: RayServe, min: u32, max: u32) -> Self {
        Self { ray, min, max, reports: VecDeque::new(), more_since: None, fewer_since: None }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.ray.every
    }

    /// Takes a report and decides.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        if sight.size == 0 && sight.in_flight > 0 {
            let seen = Some(Seen { at: now, value: f64::from(sight.in_flight) });
            return Some(Decision { seen, ..Decision::at_once(0, self.min.max(1), Reason::Woken) });
        }
        self.reports.push_back((now, sight.in_flight_mean));
        // The newest report counts however short the time is that is looked back.
        while self.reports.len() > 1 && self.reports.front().is_some_and(|(at, _)| now.since(*at) >= self.ray.look_back)
        {
            self.reports.pop_front();
        }
        let ongoing = self.reports.iter().map(|(_, ongoing)| ongoing).sum::<f64>() / self.reports.len().max(1) as f64;
        let wanted = (ongoing / self.ray.target).ceil() as u32;
        let bounded = wanted.clamp(self.min, self.max.max(self.min));
        let size = sight.size;
        self.more_since = (bounded > size).then(|| self.more_since.unwrap_or(now));
        self.fewer_since = (bounded < size).then(|| self.fewer_since.unwrap_or(now));
        let has_lasted = |since: Option<Time>, delay: Span| since.is_some_and(|since| now.since(since) >= delay);
        let goes = has_lasted(self.more_since, self.ray.upscale_delay)
            || has_lasted(self.fewer_since, self.ray.downscale_delay);
        if goes {
            (self.more_since, self.fewer_since) = (None, None);
        }
        let stabilised = if goes { bounded } else { size };
        let why = if stabilised != bounded { Reason::Stabilised } else { of_bounds(wanted, bounded) };
        Some(Decision {
            before: size,
            ratio: Some(ongoing / (self.ray.target * f64::from(size.max(1)))),
            wanted,
            stabilised,
            size: stabilised,
            why,
            limit: why,
            seen: Some(Seen { at: now, value: ongoing }),
            cores: None,
        })
    }
}
