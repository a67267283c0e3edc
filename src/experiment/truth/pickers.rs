//! Pure rules of picking, asked of the picker itself: no run, no time, only picks and what they lead to.
//!
//! A kind is added by one line in [`ask`] and a function that answers its quantities.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::formulas::Refusal;
use super::simulate::{Effort, Simulated};
use super::table::{Case, Quantity};
use super::{Answer, Expected};
use crate::analysis::intervals::Moments;
use crate::base::{Domain, Stream, WorkerId};
use crate::policy::balance::Balancer;
use crate::scenario::{Balance, Drawing};

/// The seed of case 0; each case has its own, that many further.
const FIRST_SEED: u64 = 2_000;
/// Balls thrown for one case, about.
const BALLS: u64 = 40_000_000;
/// The same for a quick look.
const BALLS_QUICK: u64 = 2_000_000;

/// What a picker says of a case; `None` where the case is not about one.
pub(super) fn ask(case: &Case, effort: &Effort) -> Option<Result<Simulated, Refusal>> {
    match case.kind.as_str() {
        "balls into bins, one choice" => Some(balls(case, effort, Balance::Random)),
        "balls into bins, two choices" => {
            Some(balls(case, effort, Balance::PowerOfD { d: 2, draw: Drawing::WithReplacement }))
        }
        _ => None,
    }
}

/// Balls are thrown into bins, each where the picker says (Azar, Broder, Karlin and Upfal, "Balanced allocations", SIAM
/// Journal on Computing 1999); how many are in the fullest bin?
fn balls(case: &Case, effort: &Effort, balance: Balance) -> Result<Simulated, Refusal> {
    let (balls, bins) = (case.input.count("balls")?, case.input.count("bins")?);
    let thrown = if effort.is_precise { BALLS } else { BALLS_QUICK };
    let runs = (thrown / u64::from(balls.max(1))).clamp(16, 4_000);
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
        Some(Answer::Sampled { value: moments.mean(), std_error, degrees: runs as f64 - 1.0, bias: 0.0 })
    };
    let answers = case.expected.iter().filter_map(|quantity| Some((quantity.label(), answer(quantity)?)));
    Ok(Simulated::new(seed, runs, answers.collect::<BTreeMap<_, _>>()))
}

/// The load of the fullest bin.
fn throw(balance: Balance, balls: u32, bins: u32, [seed, run]: [u64; 2]) -> u32 {
    let mut balancer = Balancer::new(balance, Stream::new(seed, Domain::Balance, [run, 0, 0, 0]));
    let seats: Vec<_> = (0..bins).map(|bin| balancer.join(WorkerId(bin), 1, 0)).collect();
    let mut loads = vec![0u32; bins as usize];
    for _ in 0..balls {
        let Some(worker) = balancer.pick() else { break };
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
