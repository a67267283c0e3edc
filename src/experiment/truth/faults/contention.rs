//! Clients that each change one row once, with optimistic concurrency, and rest between attempts: the model behind Brooker's
//! figures (AWS architecture blog, 2015), with the rests of a pool.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::{Asked, answered};
use crate::analysis::intervals::Moments;
use crate::base::{Domain, Span, Stream, Time};
use crate::experiment::truth::Answer;
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::simulate::Effort;
use crate::experiment::truth::table::Case;
use crate::policy::resilience::backoff;
use crate::scenario::Backoff;

/// One way over the network, in milliseconds: normal, and never negative.
const HOP_MEAN: f64 = 10.0;
const HOP_DEVIATION: f64 = 2.0;
/// Runs, and runs for a quick look.
const RUNS: u64 = 1_000;
const RUNS_QUICK: u64 = 100;
/// The seed of case 0; each case has its own, that many further.
const FIRST_SEED: u64 = 3_000;

/// What is under way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// A request to read comes to the server.
    Read,
    /// The version that was read comes to the client.
    Known(u64),
    /// A request to write over this version comes to the server.
    Write(u64),
    /// The client hears whether it did.
    Written(bool),
}

/// Calls to write until all have written, and how long that takes.
pub(super) fn contention(case: &Case, effort: &Effort) -> Asked {
    let input = &case.input;
    let millis = |key| input.number(key).map(|millis| Span::from_secs_f64(millis / 1e3));
    let (base, cap, clients) = (millis("base_ms")?, millis("cap_ms")?, input.count("clients")?);
    let name = input.text("backoff")?;
    let backoff = match name {
        "none" => Backoff::None,
        "exponential" => Backoff::Exponential { base, cap },
        "equal jitter" => Backoff::EqualJitter { base, cap },
        "full jitter" => Backoff::FullJitter { base, cap },
        "decorrelated jitter" => Backoff::Decorrelated { base, cap },
        text => return Err(Refusal::Policy { text: text.to_owned() }),
    };
    let runs = if effort.is_precise { RUNS } else { RUNS_QUICK };
    let seed = FIRST_SEED + case.index;
    let seen: Vec<(f64, f64)> = (0..runs).into_par_iter().map(|run| one_run(backoff, clients, [seed, run])).collect();
    let calls: Moments = seen.iter().map(|(calls, _)| *calls).collect();
    let completion: Moments = seen.iter().map(|(_, millis)| *millis).collect();
    let sampled = |moments: &Moments, theirs: &str| {
        let ours = moments.variance().unwrap_or(0.0) / runs as f64;
        // The table was simulated itself, and is as unsure.
        let theirs = case.expected_number(theirs).unwrap_or(0.0);
        let std_error = (ours + theirs * theirs).sqrt();
        Some(Answer::Sampled { value: moments.mean(), std_error, degrees: runs as f64 - 1.0, bias: 0.0 })
    };
    Ok(answered(case, |quantity| match quantity.name.as_str() {
        "mean_total_write_calls" => sampled(&calls, "calls_std_error"),
        "mean_completion_ms" => sampled(&completion, "completion_std_error"),
        "calls_std_error" | "completion_std_error" => Some(Answer::Shown("how unsure the table is itself")),
        _ => None,
    }))
}

/// Calls to write, and milliseconds until the last client has written.
fn one_run(backoff: Backoff, clients: u32, [seed, run]: [u64; 2]) -> (f64, f64) {
    let mut network = Stream::new(seed, Domain::Link, [run, 0, 0, 0]);
    let mut hop = || Span::from_secs_f64((HOP_MEAN + HOP_DEVIATION * network.normal()).abs() / 1e3);
    let mut retries = vec![0u32; clients as usize];
    let mut queue: BinaryHeap<_> =
        (0..clients).map(|client| Reverse((Time::ZERO + hop(), u64::from(client), client, Step::Read))).collect();
    let (mut version, mut calls, mut number, mut now) = (0u64, 0u32, u64::from(clients), Time::ZERO);
    while let Some(Reverse((at, _, client, step))) = queue.pop() {
        now = at;
        let (delay, next) = match step {
            Step::Read => (hop(), Step::Known(version)),
            Step::Known(read) => (hop(), Step::Write(read)),
            Step::Write(read) => {
                calls += 1;
                let is_current = read == version;
                version += u64::from(is_current);
                (hop(), Step::Written(is_current))
            }
            Step::Written(true) => continue,
            Step::Written(false) => {
                let tried = &mut retries[client as usize];
                *tried += 1;
                // These clients count from 1; what follows from the rest before has been drawn as often as they tried.
                let n = if matches!(backoff, Backoff::Decorrelated { .. }) { *tried - 1 } else { *tried };
                let mut stream = Stream::new(seed, Domain::Resilience, [run, u64::from(client), 0, 0]);
                (hop() + backoff::rest(backoff, n, &mut stream), Step::Read)
            }
        };
        number += 1;
        queue.push(Reverse((now + delay, number, client, next)));
    }
    (f64::from(calls), now.secs() * 1e3)
}
