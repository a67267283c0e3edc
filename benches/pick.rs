//! What does a pick cost? `cargo bench --no-default-features --bench pick`
//!
//! Each balancer over 10 to 100,000 members: a pick, one more outstanding there, and one less at the one picked a hundred picks
//! before. Nanoseconds for all of that, and as a ratio to anybody at random over as many, in the same run.

use std::collections::VecDeque;
use std::time::Instant;

use scalelab::base::{Domain, Span, Stream, Time, WorkerId};
use scalelab::policy::balance::Balancer;
use scalelab::scenario::{Balance, Drawing, Measure};

const MEMBERS: [u32; 5] = [10, 100, 1_000, 10_000, 100_000];
/// Attempts in flight.
const IN_FLIGHT: usize = 100;

fn main() {
    let balancers = [
        Balance::Random,
        Balance::RoundRobin,
        Balance::PowerOfTwo,
        Balance::PowerOfD { d: 5, draw: Drawing::Distinct, by: Measure::Outstanding },
        Balance::LeastOutstanding,
        Balance::JoinIdle,
        Balance::LeastRequest { choices: 2, bias_percent: 100, slow_start_millis: 0 },
        Balance::PeakEwma { decay_millis: 10_000 },
        Balance::PowerOfD { d: 2, draw: Drawing::Distinct, by: Measure::Utilisation },
        Balance::PREQUAL,
        Balance::LeastLoaded { by: Measure::WorkLeft },
        Balance::RingHash { virtual_nodes: 160 },
        Balance::BoundedLoads { percent: 125, virtual_nodes: 160 },
        Balance::Maglev { table: 65_537 },
        Balance::ModuloHash,
        Balance::SmoothRoundRobin,
        Balance::LeastConnections,
        Balance::Rendezvous,
    ];
    print!("{:<58}", "ns a pick (times random) with so many members");
    MEMBERS.iter().for_each(|members| print!("{members:>18}"));
    println!();
    let base: Vec<f64> = MEMBERS.iter().map(|&members| nanos(Balance::Random, members)).collect();
    for balance in balancers {
        print!("{:<58}", format!("{balance:?}"));
        for (&members, base) in MEMBERS.iter().zip(&base) {
            let nanos = nanos(balance, members);
            print!("{:>18}", format!("{nanos:.0} ({:.1})", nanos / base));
        }
        println!();
    }
}

/// The best of three rounds.
fn nanos(balance: Balance, members: u32) -> f64 {
    (0..3).map(|_| round(balance, members)).fold(f64::INFINITY, f64::min)
}

fn round(balance: Balance, members: u32) -> f64 {
    // Those that look at everybody are given less to do.
    let looks_at_all = matches!(
        balance,
        Balance::SmoothRoundRobin | Balance::LeastConnections | Balance::Rendezvous | Balance::LeastLoaded { .. }
    );
    let picks = if looks_at_all { 2_000_000 / u64::from(members).max(20) } else { 200_000 };
    let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
    let seats: Vec<_> = (0..members).map(|id| balancer.join(Time::ZERO, WorkerId(id), 1, 0, 1)).collect();
    let mut loads = vec![0u32; members as usize];
    let mut in_flight = VecDeque::with_capacity(IN_FLIGHT + 1);
    let mut pick = |number: u64, balancer: &mut Balancer| {
        let now = Time::ZERO + Span::from_micros(number);
        let Some(worker) = balancer.pick(now, number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) else { return };
        loads[worker.ix()] += 1;
        balancer.set_load(seats[worker.ix()], loads[worker.ix()]);
        in_flight.push_back(worker);
        if in_flight.len() > IN_FLIGHT {
            let Some(done) = in_flight.pop_front() else { return };
            loads[done.ix()] -= 1;
            balancer.set_load(seats[done.ix()], loads[done.ix()]);
            balancer.answered(now, seats[done.ix()], Span::from_millis(1));
            for asked in balancer.probes() {
                balancer.probed(now, seats[asked.ix()], loads[asked.ix()], Span::from_millis(1));
            }
        }
    };
    // Rings and tables are made at the first pick.
    (0..200).for_each(|number| pick(number, &mut balancer));
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    let began = Instant::now();
    (200..200 + picks).for_each(|number| pick(number, &mut balancer));
    began.elapsed().as_nanos() as f64 / picks as f64
}
