//! Pickers that go by keys.

use rayon::prelude::*;

use super::{Answer, answered, members, number};
use crate::analysis::intervals::Moments;
use crate::base::{Domain, Stream, Time, WorkerId};
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::simulate::{Effort, Simulated};
use crate::experiment::truth::table::Case;
use crate::policy::balance::{Balancer, maglev};
use crate::scenario::Balance;

/// Points of rings that are laid out for one case, about.
const POINTS: u64 = 20_000_000;
/// The same for a quick look.
const POINTS_QUICK: u64 = 2_000_000;
/// Pairs of a key and a member that rendezvous hashing looks at for one case, about.
const PAIRS: u64 = 1_000_000_000;
/// The same for a quick look.
const PAIRS_QUICK: u64 = 500_000_000;
/// Maglev tables that each lose a member.
const TABLES: u64 = 32;
/// How much less is known of the 5th or 95th percentile of a sample than of its mean (of a normal one 2.1 times).
const TAIL: f64 = 2.5;

/// How the key space is shared by rings of members with other numbers, which lie elsewhere.
pub(super) fn ring_shares(case: &Case, effort: &Effort) -> Result<Simulated, Refusal> {
    let (servers, virtual_nodes) = (case.input.count("servers")?, case.input.count("virtual_nodes_per_server")?);
    let rings = rings(servers, virtual_nodes, effort);
    let n = f64::from(servers);
    let of = |value: &dyn Fn(&[f64]) -> f64| rings.iter().map(|shares| value(shares)).collect::<Moments>();
    let fold = |shares: &[f64], pick: fn(f64, f64) -> f64| shares.iter().copied().reduce(pick).unwrap_or(0.0);
    let squares = of(&|shares| shares.iter().map(|share| (share * n - 1.0).powi(2)).sum::<f64>() / n);
    let theirs = case.expected.iter().find(|quantity| quantity.name == "peak_to_average_std_error").and_then(number);
    Ok(answered(case, rings.len() as u64, |quantity| {
        let (moments, theirs) = match quantity.name.as_str() {
            "share_coefficient_of_variation" => {
                // The root of a mean, whose error is that of the mean over twice the root.
                let root = squares.mean().sqrt();
                return Some(sampled(root, squares.std_error()? / (2.0 * root), squares.count()));
            }
            "mean_peak_to_average" => (of(&|shares| fold(shares, f64::max) * n), theirs.unwrap_or(0.0)),
            "mean_largest_share" => (of(&|shares| fold(shares, f64::max)), 0.0),
            "mean_smallest_share" => (of(&|shares| fold(shares, f64::min)), 0.0),
            "peak_to_average_std_error" => return Some(Answer::Shown("how sure the table itself is")),
            _ => return None,
        };
        Some(sampled(moments.mean(), libm::hypot(moments.std_error()?, theirs), moments.count()))
    }))
}

/// What nobody exceeds, whatever the keys.
pub(super) fn bounded_loads(case: &Case) -> Result<Simulated, Refusal> {
    let (servers, balls) = (case.input.count("servers")?, case.input.count("balls")?);
    let percent = (case.input.number("balance_parameter_c")? * 100.0).round() as u32;
    let balance = Balance::BoundedLoads { percent, virtual_nodes: 160 };
    let mut balancer = Balancer::new(balance, Stream::new(super::FIRST_SEED, Domain::Balance, [0; 4]));
    let seats: Vec<_> = (0..servers).map(|worker| balancer.join(Time::ZERO, WorkerId(worker), 1, 0, 1)).collect();
    let mut loads = vec![0u32; servers as usize];
    let mut bound = 0;
    for key in 0..u64::from(balls) {
        bound = balancer.load_bound().unwrap_or(0);
        let Some(worker) = balancer.pick(Time::ZERO, key) else { break };
        loads[worker.ix()] += 1;
        balancer.set_load(seats[worker.ix()], loads[worker.ix()]);
    }
    // Where somebody had more than the bound, it was none.
    let most = loads.into_iter().map(u64::from).max().unwrap_or(0).max(bound);
    Ok(answered(case, 1, |quantity| (quantity.name == "max_load_allowed").then_some(Answer::Exact(most as f64))))
}

/// How even a Maglev table is, and how much of what stays moves when one leaves. Hashes are our own: the table's are as
/// good as any.
pub(super) fn maglev(case: &Case) -> Result<Simulated, Refusal> {
    let (size, backends) = (case.input.count("table_size")?, case.input.count("backends")?);
    let seed = super::FIRST_SEED + case.index;
    let hashes = hashes(seed, 0, backends);
    let table = maglev::fill(&hashes, size);
    let mut entries = vec![0u32; backends as usize];
    table.iter().for_each(|&member| entries[member as usize] += 1);
    let (least, most) = (entries.iter().min().copied().unwrap_or(0), entries.iter().max().copied().unwrap_or(0));
    let moves = case.expected.iter().any(|quantity| quantity.name.starts_with("fraction_of_surviving"));
    let tables = if moves { TABLES } else { 0 };
    let moved = (1..=tables).into_par_iter().map(|table| moved_on_one_removal(seed, table, backends, size));
    let moved: Moments = moved.collect::<Vec<f64>>().into_iter().collect();
    Ok(answered(case, tables.max(1), |quantity| match quantity.name.as_str() {
        "min_entries" => Some(Answer::Exact(f64::from(least))),
        "max_entries" => Some(Answer::Exact(f64::from(most))),
        "theory_min" => Some(Answer::Exact(f64::from(size / backends))),
        "theory_max" => Some(Answer::Exact(f64::from(size.div_ceil(backends)))),
        "fraction_of_surviving_entries_that_moved_on_one_removal" => {
            // What is known was seen on one table with other hashes.
            let spread = moved.variance()?;
            Some(sampled(moved.mean(), (spread + spread / moved.count() as f64).sqrt(), moved.count()))
        }
        "removals_tried" => Some(Answer::Shown("how many the table itself tried")),
        _ => None,
    }))
}

/// Two hashes for each member of a table.
fn hashes(seed: u64, table: u64, members: u32) -> Vec<[u64; 2]> {
    let mut stream = Stream::new(seed, Domain::Balance, [table, 0, 0, 0]);
    (0..members).map(|_| [stream.bits(), stream.bits()]).collect()
}

/// The share of the entries of others that another has when the first member of a table is gone.
fn moved_on_one_removal(seed: u64, table: u64, members: u32, size: u32) -> f64 {
    let hashes = hashes(seed, table, members);
    let (before, after) = (maglev::fill(&hashes, size), maglev::fill(&hashes[1..], size));
    // The others have moved up by one place.
    let stay = before.iter().zip(&after).filter(|(before, _)| **before != 0);
    let (moved, count) =
        stay.fold((0u32, 0u32), |(moved, count), (before, after)| (moved + u32::from(before - 1 != *after), count + 1));
    f64::from(moved) / f64::from(count.max(1))
}

/// How much larger than the mean the largest share is, in percent, as the Maglev paper compares rings and rendezvous.
pub(super) fn published(case: &Case, effort: &Effort) -> Result<Simulated, Refusal> {
    let (keys, servers) = (case.input.count("table_size")?, case.input.count("backends")?);
    let rings = rings(servers, case.input.count("karger_views")?, effort);
    let over = |peak: f64| (peak - 1.0) * 100.0;
    let peak = |shares: &Vec<f64>| over(shares.iter().copied().fold(0.0, f64::max) * f64::from(servers));
    let karger: Moments = rings.iter().map(peak).collect();
    let rendezvous: Moments = peaks(keys, servers, effort).into_iter().map(over).collect();
    Ok(answered(case, karger.count(), |quantity| {
        let moments = match quantity.name.as_str() {
            "overprovisioning_needed_percent_karger" => &karger,
            "overprovisioning_needed_percent_rendezvous" => &rendezvous,
            _ => return None,
        };
        // What was published is one sample, and as unsure as one.
        let spread = moments.variance()?;
        Some(sampled(moments.mean(), (spread + spread / moments.count() as f64).sqrt(), moments.count()))
    }))
}

/// The largest share of keys, over the mean, under rendezvous hashing.
pub(super) fn rendezvous(case: &Case, effort: &Effort) -> Result<Simulated, Refusal> {
    let mut peaks = peaks(case.input.count("table_size")?, case.input.count("backends")?, effort);
    peaks.sort_by(f64::total_cmp);
    let moments: Moments = peaks.iter().copied().collect();
    let at = |level: f64| peaks[((level * peaks.len() as f64) as usize).min(peaks.len() - 1)];
    Ok(answered(case, moments.count(), |quantity| {
        let error = moments.std_error()?;
        let (value, error) = match quantity.name.as_str() {
            "mean_peak_to_average" => (moments.mean(), error),
            "p05" => (at(0.05), TAIL * error),
            "p95" => (at(0.95), TAIL * error),
            _ => return None,
        };
        Some(sampled(value, error, moments.count()))
    }))
}

/// The shares of members of many rings.
fn rings(servers: u32, virtual_nodes: u32, effort: &Effort) -> Vec<Vec<f64>> {
    let points = if effort.is_precise { POINTS } else { POINTS_QUICK };
    let rings = (points / (u64::from(servers) * u64::from(virtual_nodes)).max(1)).clamp(16, 20_000) as u32;
    let shares = |ring: u32| members(Balance::RingHash { virtual_nodes }, ring * servers, servers).shares();
    (0..rings).into_par_iter().filter_map(shares).collect()
}

/// The largest number of keys that a member has, over the mean, for many sets of keys.
fn peaks(keys: u32, servers: u32, effort: &Effort) -> Vec<f64> {
    let pairs = if effort.is_precise { PAIRS } else { PAIRS_QUICK };
    let runs = (pairs / (u64::from(keys) * u64::from(servers)).max(1)).clamp(4, 1_000);
    let peak = |run: u64| {
        let mut balancer = members(Balance::Rendezvous, 0, servers);
        let mut counts = vec![0u32; servers as usize];
        for key in 0..u64::from(keys) {
            if let Some(worker) = balancer.pick(Time::ZERO, run << 32 | key) {
                counts[worker.ix()] += 1;
            }
        }
        f64::from(counts.into_iter().max().unwrap_or(0)) * f64::from(servers) / f64::from(keys)
    };
    (0..runs).into_par_iter().map(peak).collect()
}

fn sampled(value: f64, std_error: f64, count: u64) -> Answer {
    Answer::Sampled { value, std_error, degrees: count as f64 - 1.0, bias: 0.0 }
}
