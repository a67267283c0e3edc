//! Pickers that go by turns and weights.

use super::{Answer, answered};
use crate::base::{Domain, Stream, Time, WorkerId};
use crate::experiment::truth::formulas::Refusal;
use crate::experiment::truth::simulate::Simulated;
use crate::experiment::truth::table::Case;
use crate::policy::balance::{Balancer, Seat};
use crate::scenario::Balance;

/// The order in which smooth weighted round robin takes members a, b, c …
pub(super) fn smooth(case: &Case) -> Result<Simulated, Refusal> {
    let weights = case.input.numbers("weights")?;
    let (mut balancer, _) = weighted(Balance::SmoothRoundRobin, &weights);
    let picked = (0..case.input.count("picks")?).filter_map(|_| balancer.pick(Time::ZERO, 0));
    let sequence: String = picked.map(|worker| (b'a' + worker.0 as u8) as char).collect();
    let current = balancer.current_weights().unwrap_or_default();
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "sequence" => Some(Answer::Word(sequence.clone())),
        "current_weights_after_last_pick" => Some(Answer::Exact(*current.get(quantity.place::<usize>()?)? as f64)),
        _ => None,
    }))
}

/// What nginx's own tests assert: how many of the requests, one after the other, each server gets.
pub(super) fn nginx(case: &Case) -> Result<Simulated, Refusal> {
    let input = &case.input;
    let servers = input.count("servers")?;
    let balance = match input.text("policy") {
        Err(_) => Balance::SmoothRoundRobin,
        Ok("least_conn") => Balance::LeastConnections,
        Ok("hash (modulo)") => return moved(case, Balance::ModuloHash),
        Ok(text) if text.starts_with("hash (consistent") || text.contains("ketama") => {
            return moved(case, Balance::RingHash { virtual_nodes: 160 });
        }
        Ok(text) => return Err(Refusal::Policy { text: text.to_owned() }),
    };
    let weights = if input.has("weights") { input.numbers("weights")? } else { vec![1.0; servers as usize] };
    let (mut balancer, seats) = weighted(balance, &weights);
    let mut loads = vec![0; servers as usize];
    if input.text("first_server").is_ok_and(|state| state == "down") || input.has("primary") {
        // Who is marked down, or cannot be reached, is no member; who stands by is one when the first is not.
        balancer.leave(seats[0]);
    } else if input.text("load").is_ok_and(|load| load.contains("stays on the first server")) {
        loads[0] = 1;
        balancer.set_load(seats[0], 1);
    }
    let mut counts = vec![0; servers as usize];
    for _ in 0..input.count("requests")? {
        let Some(worker) = balancer.pick(Time::ZERO, 0) else { break };
        let seat = seats[worker.ix()];
        counts[worker.ix()] += 1;
        balancer.set_load(seat, loads[worker.ix()] + 1);
        balancer.set_load(seat, loads[worker.ix()]);
    }
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "counts" => Some(Answer::Exact(f64::from(*counts.get(quantity.place::<usize>()?)?))),
        _ => None,
    }))
}

/// Whether keys of those who stay move when one leaves.
fn moved(case: &Case, balance: Balance) -> Result<Simulated, Refusal> {
    let (servers, removed) = (case.input.count("servers")?, case.input.count("removed")?);
    let (mut balancer, seats) = weighted(balance, &vec![1.0; servers as usize]);
    let keys = 0..u64::from(case.input.count("keys")?);
    let before: Vec<_> = keys.clone().map(|key| balancer.pick(Time::ZERO, key)).collect();
    let leaving = servers.saturating_sub(removed);
    seats.iter().skip(leaving as usize).for_each(|&seat| balancer.leave(seat));
    let stays = |worker: &WorkerId| worker.0 < leaving;
    let moves = keys
        .zip(before)
        .any(|(key, before)| before.filter(stays).is_some_and(|_| balancer.pick(Time::ZERO, key) != before));
    Ok(answered(case, 1, |quantity| match quantity.name.as_str() {
        "keys_of_surviving_servers_move" => Some(Answer::Flag(moves)),
        _ => None,
    }))
}

fn weighted(balance: Balance, weights: &[f64]) -> (Balancer, Vec<Seat>) {
    let mut balancer = Balancer::new(balance, Stream::new(super::FIRST_SEED, Domain::Balance, [0; 4]));
    let join =
        |(worker, weight): (usize, &f64)| balancer.join(Time::ZERO, WorkerId(worker as u32), 1, 0, *weight as u32);
    let seats = weights.iter().enumerate().map(join).collect();
    (balancer, seats)
}
