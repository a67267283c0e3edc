//! By the clock, and by a forecast.
//!
//! The forecast is Holt's of level and trend (1957), with Winters' additive season (1960): with 10 attempts a second more at
//! each look, 100 now, and a look each 15 s, it expects 140 in a minute. Machines then are rate x core time / (cores x target).

use super::sight::Sight;
use super::{Decision, Reason, Seen};
use crate::base::{Span, Time};
use crate::scenario::{Predictive, Schedule};

/// The clock looks so often.
const CLOCK_TICK: Span = Span::from_secs(1);

/// A pool's schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolSchedule {
    schedule: Schedule,
    bounds: (u32, u32),
}

impl PoolSchedule {
    /// One within these bounds.
    pub fn new(schedule: Schedule, min: u32, max: u32) -> Self {
        Self { schedule, bounds: (min, max) }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        CLOCK_TICK
    }

    /// Decides where the clock has passed an entry.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        let now_in = match self.schedule.every {
            Some(every) if !every.is_zero() => Span(now.0 % every.0),
            _ => Span(now.0),
        };
        let before = |(from, _): &&(Span, u32)| *from <= now_in;
        let entry = self.schedule.sizes.iter().rev().find(before).or(match self.schedule.every {
            // Before the first entry of a round the last of the one before still holds.
            Some(_) if now.0 > now_in.0 => self.schedule.sizes.last(),
            _ => None,
        });
        let wanted = entry.map(|(_, size)| *size)?;
        if wanted == sight.size {
            return None;
        }
        let seen = Seen { at: now, value: now_in.secs() };
        Some(Decision::bounded(sight.size, None, wanted, true, false, self.bounds, seen))
    }
}

/// A pool's forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolPredictive {
    predictive: Predictive,
    bounds: (u32, u32),
    forecast: Forecast,
    /// Core time of an attempt, in seconds; unknown before one has ended.
    work: Option<f64>,
}

impl PoolPredictive {
    /// A fresh one within these bounds.
    pub fn new(predictive: Predictive, min: u32, max: u32) -> Self {
        Self { predictive, bounds: (min, max), forecast: Forecast::of(&predictive), work: None }
    }

    /// How often it wants to look.
    pub fn every(&self) -> Span {
        self.predictive.every
    }

    /// Takes in what came, and decides for what is to come.
    pub fn look(&mut self, now: Time, sight: &Sight) -> Option<Decision> {
        self.forecast.see(sight.arrived as f64 / sight.since.secs().max(1e-9));
        if sight.done > 0 {
            let newest = sight.run.secs() / sight.done as f64;
            self.work = Some(self.work.map_or(newest, |known| f64::midpoint(known, newest)));
        }
        let Some(work) = self.work else { return Some(Decision::keep(sight.size, Reason::NoMetrics)) };
        let rate = self.forecast.ahead(self.predictive.looks_ahead()).max(0.0);
        let wanted = (rate * work / (f64::from(sight.cores.max(1)) * self.predictive.cpu)).ceil() as u32;
        let seen = Seen { at: now, value: rate };
        Some(Decision::bounded(sight.size, None, wanted, true, false, self.bounds, seen))
    }
}

/// Level, trend and season of something that is looked at again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    weights: [f64; 3],
    level: f64,
    trend: f64,
    seasons: Vec<f64>,
    seen: usize,
}

impl Forecast {
    /// Nothing seen yet, with these settings.
    pub(super) fn of(predictive: &Predictive) -> Self {
        let season = predictive.season.map_or(0, |season| (season.0 / predictive.every.0.max(1)) as usize);
        let Predictive { level, trend, seasonal, .. } = *predictive;
        Self::new([level, trend, seasonal], season)
    }

    /// Nothing seen yet; `weights` of the newest look in level, trend and season, which has so many looks.
    pub fn new(weights: [f64; 3], season: usize) -> Self {
        Self { weights, level: 0.0, trend: 0.0, seasons: vec![0.0; season], seen: 0 }
    }

    /// Takes in the next look.
    pub fn see(&mut self, value: f64) {
        let [alpha, beta, gamma] = self.weights;
        let place = self.place(0);
        let season = place.map_or(0.0, |place| self.seasons[place]);
        let before = self.level;
        match self.seen {
            0 => self.level = value,
            1 => (self.level, self.trend) = (value, value - before),
            _ => {
                self.level = alpha * (value - season) + (1.0 - alpha) * (before + self.trend);
                self.trend = beta * (self.level - before) + (1.0 - beta) * self.trend;
            }
        }
        if let Some(place) = place {
            self.seasons[place] = gamma * (value - self.level) + (1.0 - gamma) * season;
        }
        self.seen += 1;
    }

    /// What is expected so many looks from the last on.
    pub fn ahead(&self, looks: f64) -> f64 {
        let season = self.place((looks.ceil() as usize).saturating_sub(1)).map_or(0.0, |place| self.seasons[place]);
        self.level + looks * self.trend + season
    }

    /// Where the look that is this many after the next stands in its season.
    fn place(&self, after: usize) -> Option<usize> {
        (self.seen + after).checked_rem(self.seasons.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_goes_on() {
        let mut forecast = Forecast::new([0.5, 0.3, 0.3], 0);
        (0..=10).for_each(|look| forecast.see(f64::from(look) * 10.0));
        assert!((forecast.ahead(4.0) - 140.0).abs() < 1e-9, "{forecast:?}");
    }

    #[test]
    fn a_season_comes_again() {
        let mut forecast = Forecast::new([0.2, 0.1, 0.5], 4);
        (0..400).for_each(|look| forecast.see([10.0, 20.0, 30.0, 20.0][look % 4]));
        for (ahead, expected) in [(1.0, 10.0), (2.0, 20.0), (3.0, 30.0), (4.0, 20.0)] {
            assert!((forecast.ahead(ahead) - expected).abs() < 0.5, "{ahead}: {}", forecast.ahead(ahead));
        }
    }
}
