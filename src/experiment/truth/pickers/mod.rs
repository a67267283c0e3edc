//! Pure rules of picking, asked of the picker itself: no run, no time, only picks and what they lead to.
//!
//! A kind is added by one line in [`ask`] and a function that answers its quantities.

mod hashing;
mod latency;
mod turns;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::formulas::Refusal;
use super::simulate::{Effort, Simulated};
use super::table::{Case, Quantity};
use super::{Answer, Expected};
use crate::analysis::intervals::Moments;
use crate::base::{Domain, Stream, Time, WorkerId};
use crate::policy::balance::Balancer;
use crate::scenario::{Balance, Drawing, Measure};

/// The seed of case 0; each case has its own, that many further.
const FIRST_SEED: u64 = 2_000;
/// Below this a share is compared absolutely…
const SMALL: f64 = 0.01;
/// …with this tolerance, by the rules of the tables.
const SMALL_TOLERANCE: f64 = 0.002;
/// Standard errors that hold 99 % of what chance does.
const SURE: f64 = 2.576;
/// Balls thrown for one case, about.
const BALLS: u64 = 40_000_000;
/// The same for a quick look.
const BALLS_QUICK: u64 = 2_000_000;

/// Kinds of cases that are about a picker.
const KINDS: [&str; 19] = [
    "balls into bins, one choice",
    "balls into bins, two choices",
    "consistent hash ring, share of key space",
    "consistent hashing with bounded loads",
    "Maglev table",
    "published hashing comparison",
    "rendezvous hashing, ideal hash",
    "smooth weighted round robin",
    "nginx behaviour test",
    "nginx rule",
    "Envoy least request, unequal weights",
    "Envoy least request, equal weights",
    "Envoy default",
    "Envoy slow start",
    "Peak EWMA update",
    "Peak EWMA load",
    "Peak EWMA test",
    "Finagle default",
    "Prequal headline",
];

/// Whether a kind of case is about a picker.
pub(super) fn knows(kind: &str) -> bool {
    KINDS.contains(&kind)
}

/// What a picker says of a case.
pub(super) fn ask(case: &Case, effort: &Effort) -> Result<Simulated, Refusal> {
    match case.kind.as_str() {
        "balls into bins, one choice" => balls(case, effort, Balance::Random),
        "balls into bins, two choices" => {
            balls(case, effort, Balance::PowerOfD { d: 2, draw: Drawing::WithReplacement, by: Measure::Outstanding })
        }
        "consistent hash ring, share of key space" => hashing::ring_shares(case, effort),
        "consistent hashing with bounded loads" => hashing::bounded_loads(case),
        "Maglev table" => hashing::maglev(case),
        "published hashing comparison" => hashing::published(case, effort),
        "rendezvous hashing, ideal hash" => hashing::rendezvous(case, effort),
        "smooth weighted round robin" => turns::smooth(case),
        "nginx behaviour test" => turns::nginx(case),
        "Envoy least request, unequal weights" => latency::weight(case),
        "Envoy least request, equal weights" => latency::worse_of_two(case, effort),
        "Envoy default" => latency::envoy_default(case),
        "Envoy slow start" => latency::young(case),
        "Peak EWMA update" => latency::update(case),
        "Peak EWMA load" => latency::load(case),
        "Peak EWMA test" => latency::between(case),
        "Finagle default" => latency::finagle_default(case),
        // Sentences, to be read.
        "nginx rule" | "Prequal headline" => Ok(Simulated::new(0, 1, BTreeMap::new())),
        kind => Err(Refusal::Policy { text: kind.to_owned() }),
    }
}

/// A picker with so many members of weight 1, whose numbers begin at `first`: hashes are of numbers.
fn members(balance: Balance, first: u32, count: u32) -> Balancer {
    let mut balancer = Balancer::new(balance, Stream::new(FIRST_SEED, Domain::Balance, [0; 4]));
    (first..first + count).for_each(|worker| _ = balancer.join(Time::ZERO, WorkerId(worker), 1, 0, 1));
    balancer
}

/// What answers each quantity of a case that somebody knows.
fn answered(case: &Case, runs: u64, answer: impl Fn(&Quantity) -> Option<Answer>) -> Simulated {
    let answers = case.expected.iter().filter_map(|quantity| Some((quantity.label(), answer(quantity)?)));
    Simulated::new(FIRST_SEED + case.index, runs, answers.collect())
}

/// Balls are thrown into bins, each where the picker says (Azar, Broder, Karlin and Upfal, "Balanced allocations", SIAM
/// Journal on Computing 1999); how many are in the fullest bin?
fn balls(case: &Case, effort: &Effort, balance: Balance) -> Result<Simulated, Refusal> {
    let (balls, bins) = (case.input.count("balls")?, case.input.count("bins")?);
    let thrown = if effort.is_precise { BALLS } else { BALLS_QUICK };
    let runs = (thrown / u64::from(balls.max(1))).clamp(16, 40_000);
    let seed = FIRST_SEED + case.index;
    let fullest = (0..runs).into_par_iter().map(|run| throw(balance, balls, bins, [seed, run]));
    let fullest: Vec<u32> = fullest.collect();
    // A table that was simulated itself says how often, and is as unsure.
    let theirs = case.expected.iter().find(|quantity| quantity.name == "runs").and_then(number);
    let answer = |quantity: &Quantity| -> Option<Answer> {
        let value = |load: u32| match quantity.name.as_str() {
            "mean_max_load" => Some(f64::from(load)),
            "max_load_distribution" | "max_load_frequency" => {
                Some(f64::from(u8::from(load == quantity.at.as_ref()?.parse::<u32>().ok()?)))
            }
            _ => None,
        };
        if quantity.name == "runs" {
            return Some(Answer::Shown("how often the table was simulated itself"));
        }
        let moments = fullest.iter().map(|&load| value(load)).collect::<Option<Moments>>()?;
        // A share that never showed has a spread all the same: that of the known one.
        let spread = match (quantity.name.as_str(), number(quantity)) {
            ("mean_max_load", _) | (_, None) => moments.variance().unwrap_or(0.0),
            (_, Some(known)) => moments.variance().unwrap_or(0.0).max(known * (1.0 - known)),
        };
        let std_error = (spread / runs as f64 + theirs.map_or(0.0, |theirs| spread / theirs)).sqrt();
        // Small shares are compared absolutely, which says something only where so few runs can.
        if number(quantity).is_some_and(|known| known < SMALL) && SURE * std_error > SMALL_TOLERANCE {
            return Some(Answer::Shown("it is too small to be told from chance in so few runs"));
        }
        Some(Answer::Sampled { value: moments.mean(), std_error, degrees: runs as f64 - 1.0, bias: 0.0 })
    };
    Ok(answered(case, runs, answer))
}

/// The load of the fullest bin.
fn throw(balance: Balance, balls: u32, bins: u32, [seed, run]: [u64; 2]) -> u32 {
    let mut balancer = Balancer::new(balance, Stream::new(seed, Domain::Balance, [run, 0, 0, 0]));
    let seats: Vec<_> = (0..bins).map(|bin| balancer.join(Time::ZERO, WorkerId(bin), 1, 0, 1)).collect();
    let mut loads = vec![0u32; bins as usize];
    for _ in 0..balls {
        let Some(worker) = balancer.pick(Time::ZERO, 0) else { break };
        loads[worker.ix()] += 1;
        balancer.set_load(seats[worker.ix()], loads[worker.ix()]);
    }
    loads.into_iter().max().unwrap_or(0)
}

fn number(quantity: &Quantity) -> Option<f64> {
    match quantity.value {
        Expected::Number { value, .. } => Some(value),
        _ => None,
    }
}
