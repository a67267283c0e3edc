//! A run takes no more memory the longer it lasts, and asks for none per event.

use std::sync::Arc;

use allocation_counter::AllocationInfo;
use scalelab::base::{Domain, Span, Stream, Time, WorkerId};
use scalelab::engine;
use scalelab::policy::balance::{Balancer, Report};
use scalelab::scenario::{Balance, Host, load};

/// What a run asks the allocator for: 1,000 requests a second at 80 % of 16 cores, told by `pool` and `job`.
fn memory(secs: u32, pool: &str, job: &str) -> AllocationInfo {
    let text = format!(
        "(version: 1, title: \"memory\", seed: 3, duration: \"{secs}s\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.5), count: 16)], {pool}) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"12.8ms\")) {job})]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 1000)]))])"
    );
    let scenario = Arc::new(load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario"));
    allocation_counter::measure(|| drop(engine::simulate(scenario).expect("a simulated run")))
}

/// Between a run of 10 s and one of 40 s lie 30,000 requests, each of at least four events, and 300 ticks.
#[test]
fn no_event_asks_for_memory_once_a_run_is_under_way() {
    for (pool, job) in [
        ("balance: PowerOfTwo, serve: Fifo(queue_max: 1000)", ""),
        ("balance: LeastOutstanding, serve: Fifo(queue_max: 1000)", ""),
        ("balance: RoundRobin, serve: Lifo(queue_max: 1000)", ""),
        ("balance: CentralQueue, serve: Fifo(queue_max: 1000)", ""),
        ("balance: JoinIdle, serve: Fifo(queue_max: 1000), resilience: (attempts: 3)", ", errors: 0.05"),
        ("balance: PowerOfTwo, serve: Fifo(queue_max: 2)", ""),
    ] {
        let (short, long) = (memory(10, pool, job), memory(40, pool, job));
        assert!(short.count_total > 100, "nothing is counted: {short:?}");
        let more = long.count_total - short.count_total;
        assert!(more < 300, "{more} allocations for 30,000 requests: {pool}");
        let grown = long.bytes_max.abs_diff(short.bytes_max);
        assert!(grown < 1 << 20, "{grown} bytes more at the height of a longer run: {pool}");
    }
}

#[test]
fn no_pick_asks_for_memory() {
    for balance in Balance::EXAMPLES.into_iter().chain(Balance::plain().iter().copied()) {
        let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
        let seats: Vec<_> = (0..20).map(|id| balancer.join(Time::ZERO, WorkerId(id), 2, 0, 1 + id % 3)).collect();
        let mut picks = |from: u64, to: u64| {
            let mut picked = 0;
            for number in from..to {
                let now = Time::ZERO + Span::from_micros(number);
                let Some(worker) = balancer.pick(now, number) else { continue };
                picked += 1;
                balancer.set_load(seats[worker.ix()], 1 + (number % 5) as u32);
                balancer.answered(now, seats[worker.ix()], Span::from_micros(number % 900));
                balancer.sent(now, seats[worker.ix()], Span::from_micros(number % 300));
                let waiting = (number % 3) as u32;
                balancer.reported(seats[worker.ix()], Report { busy: 0.5, waiting });
                for asked in balancer.probes() {
                    balancer.probed(now, seats[asked.ix()], waiting, Span::from_micros(number % 700));
                }
                balancer.set_load(seats[worker.ix()], 0);
            }
            picked
        };
        // Rings and tables are made at the first pick.
        assert!(picks(0, 1_000) > 0, "{balance:?}");
        let asked = allocation_counter::measure(|| assert!(picks(1_000, 20_000) > 0, "{balance:?}"));
        assert_eq!(asked.count_total, 0, "{balance:?}: {asked:?}");
    }
}
