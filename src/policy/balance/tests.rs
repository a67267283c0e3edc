//! Laws that every picker keeps, and what each does.

use super::*;
use crate::base::Domain;

/// Each that is listed, and each way of it.
fn all() -> impl Iterator<Item = Balance> {
    Balance::EXAMPLES.into_iter().chain(Balance::plain().iter().copied())
}

fn balancer(balance: Balance, workers: u32) -> (Balancer, Vec<Seat>) {
    let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
    let seats = (0..workers).map(|id| balancer.join(Time::ZERO, WorkerId(id), 2, 0, 1)).collect();
    (balancer, seats)
}

#[test]
fn nobody_is_picked_from_an_empty_roster() {
    for balance in all() {
        let (mut balancer, seats) = balancer(balance, 1);
        assert_eq!(balancer.pick(Time::ZERO, 0), Some(WorkerId(0)), "{balance:?}");
        balancer.leave(seats[0]);
        assert_eq!(balancer.pick(Time::ZERO, 0), None, "{balance:?}");
    }
}

#[test]
fn only_members_are_picked_whatever_happens() {
    for balance in all() {
        let (mut balancer, mut seats) = balancer(balance, 8);
        let mut present: Vec<u32> = (0..8).collect();
        let mut loads = [0u32; 8];
        let mut chaos = Stream::new(5, Domain::Swarm, [0; 4]);
        for _ in 0..5_000 {
            let who = chaos.below(8) as usize;
            match chaos.below(3) {
                0 if present.contains(&(who as u32)) => {
                    balancer.leave(seats[who]);
                    present.retain(|&id| id != who as u32);
                }
                0 => {
                    seats[who] = balancer.join(Time::ZERO, WorkerId(who as u32), 2, loads[who], 1);
                    present.push(who as u32);
                }
                1 if present.contains(&(who as u32)) => {
                    loads[who] = chaos.below(5) as u32;
                    balancer.set_load(seats[who], loads[who]);
                }
                _ => match balancer.pick(Time::ZERO, chaos.bits()) {
                    Some(worker) => assert!(present.contains(&worker.0), "{balance:?}"),
                    None => assert!(
                        present.is_empty()
                            || (balance == Balance::CentralQueue && present.iter().all(|&id| loads[id as usize] >= 2)),
                        "{balance:?}"
                    ),
                },
            }
        }
    }
}

#[test]
fn round_robin_takes_turns() {
    let (mut balancer, _) = balancer(Balance::RoundRobin, 3);
    let picked: Vec<_> = (0..7).map(|_| balancer.pick(Time::ZERO, 0).expect("members").0).collect();
    assert_eq!(picked, [0, 1, 2, 0, 1, 2, 0]);
}

#[test]
fn least_outstanding_picks_a_minimum_and_breaks_ties_evenly() {
    let (mut balancer, seats) = balancer(Balance::LeastOutstanding, 4);
    for (seat, load) in seats.iter().zip([3, 1, 1, 2]) {
        balancer.set_load(*seat, load);
    }
    let mut counts = [0; 4];
    for _ in 0..10_000 {
        counts[balancer.pick(Time::ZERO, 0).expect("members").0 as usize] += 1;
    }
    assert_eq!((counts[0], counts[3]), (0, 0));
    assert!((counts[1] - 5_000i32).abs() < 250, "{counts:?}");
}

#[test]
fn power_of_two_never_picks_the_most_loaded_of_distinct_loads() {
    let (mut balancer, seats) = balancer(Balance::PowerOfTwo, 3);
    for (seat, load) in seats.iter().zip([7, 0, 3]) {
        balancer.set_load(*seat, load);
    }
    let mut counts = [0u32; 3];
    for _ in 0..9_000 {
        counts[balancer.pick(Time::ZERO, 0).expect("members").0 as usize] += 1;
    }
    // Three pairs alike: the idle one wins two of them, the middle one the third.
    assert_eq!(counts[0], 0);
    assert!((f64::from(counts[1]) / 9_000.0 - 2.0 / 3.0).abs() < 0.03, "{counts:?}");
}

#[test]
fn random_draws_everybody_alike_and_an_idle_one_is_preferred() {
    let count = |balance: Balance, loads: [u32; 4]| {
        let (mut balancer, seats) = balancer(balance, 4);
        seats.iter().zip(loads).for_each(|(seat, load)| balancer.set_load(*seat, load));
        let mut counts = [0i32; 4];
        (0..12_000).for_each(|_| counts[balancer.pick(Time::ZERO, 0).expect("members").0 as usize] += 1);
        counts
    };
    let near = |counts: [i32; 4], expected: [i32; 4]| {
        counts.iter().zip(expected).all(|(count, expected)| (count - expected).abs() <= expected / 10)
    };
    assert!(near(count(Balance::Random, [0, 1, 2, 9]), [3_000; 4]));
    assert!(near(count(Balance::JoinIdle, [0, 4, 0, 7]), [6_000, 0, 6_000, 0]));
    assert!(near(count(Balance::JoinIdle, [1, 4, 2, 7]), [3_000; 4]));
    // Three distinct of four: the least loaded is among them in three draws of four, then the next.
    let distinct = count(Balance::PowerOfD { d: 3, draw: Drawing::Distinct, by: Measure::Outstanding }, [5, 1, 3, 9]);
    assert!(near(distinct, [0, 9_000, 3_000, 0]), "{distinct:?}");
    // Two with replacement of four: (16 - 9) / 16, (9 - 4) / 16, (4 - 1) / 16, 1 / 16.
    let again =
        count(Balance::PowerOfD { d: 2, draw: Drawing::WithReplacement, by: Measure::Outstanding }, [1, 2, 3, 4]);
    assert!(near(again, [5_250, 3_750, 2_250, 750]), "{again:?}");
}

#[test]
fn weights_are_respected_in_the_long_run() {
    for balance in [Balance::SmoothRoundRobin, Balance::LeastConnections, Balance::RingHash { virtual_nodes: 1_000 }] {
        let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
        let seats: Vec<Seat> = [1, 2, 5]
            .iter()
            .enumerate()
            .map(|(id, weight)| balancer.join(Time::ZERO, WorkerId(id as u32), 1, 0, *weight))
            .collect();
        let (mut counts, mut loads) = ([0u32; 3], [0u32; 3]);
        for key in 0..8_000 {
            let picked = balancer.pick(Time::ZERO, key).expect("members").ix();
            (counts[picked], loads[picked]) = (counts[picked] + 1, loads[picked] + 1);
            balancer.set_load(seats[picked], loads[picked]);
        }
        // Points of a ring are where they fall.
        let tolerance = if matches!(balance, Balance::RingHash { .. }) { 300 } else { 1 };
        for (count, expected) in counts.iter().zip([1_000, 2_000, 5_000]) {
            assert!(count.abs_diff(expected) <= tolerance, "{balance:?}: {counts:?}");
        }
    }
}

#[test]
fn the_same_key_goes_to_the_same_member_and_few_move_when_one_leaves() {
    let balances = [
        (Balance::RingHash { virtual_nodes: 160 }, 0.0),
        (Balance::Rendezvous, 0.0),
        (Balance::Maglev { table: 65_537 }, 0.02),
        (Balance::ModuloHash, 1.0),
    ];
    for (balance, moved_max) in balances {
        let (mut balancer, seats) = balancer(balance, 10);
        let keys = 0..10_000u64;
        let before: Vec<_> = keys.clone().map(|key| balancer.pick(Time::ZERO, key)).collect();
        assert_eq!(keys.clone().map(|key| balancer.pick(Time::ZERO, key)).collect::<Vec<_>>(), before, "{balance:?}");
        balancer.leave(seats[3]);
        let stays = keys.zip(&before).filter(|(_, before)| **before != Some(WorkerId(3)));
        let (moved, all) = stays.fold((0, 0), |(moved, all), (key, before)| {
            (moved + u32::from(balancer.pick(Time::ZERO, key) != *before), all + 1)
        });
        let share = f64::from(moved) / f64::from(all);
        let fits = if moved_max == 0.0 { moved == 0 } else { share > 0.0 && share <= moved_max };
        assert!(fits, "{balance:?}: {share} of the keys of others move");
    }
}

#[test]
fn nobody_has_more_than_the_bound() {
    let (mut balancer, seats) = balancer(Balance::BoundedLoads { percent: 110, virtual_nodes: 20 }, 10);
    let mut loads = [0u32; 10];
    for key in 0..1_000 {
        let bound = balancer.load_bound().expect("there is one");
        let picked = balancer.pick(Time::ZERO, key % 7).expect("members").ix();
        loads[picked] += 1;
        balancer.set_load(seats[picked], loads[picked]);
        assert!(u64::from(loads[picked]) <= bound, "{loads:?} over {bound}");
    }
    assert_eq!(loads.iter().max(), Some(&110), "{loads:?}");
}

#[test]
fn copies_go_to_others_while_there_are_any() {
    for balance in all().filter(|balance| *balance != Balance::CentralQueue) {
        let (mut balancer, _) = balancer(balance, 3);
        for _ in 0..100 {
            let copy = balancer.pick_avoiding(Time::ZERO, &[WorkerId(0), WorkerId(2)], 0);
            assert_eq!(copy, Some(WorkerId(1)), "{balance:?}");
        }
        assert_eq!(
            balancer.pick_avoiding(Time::ZERO, &[WorkerId(0), WorkerId(1), WorkerId(2)], 0),
            None,
            "{balance:?}"
        );
    }
}

#[test]
fn a_changed_picker_keeps_members_and_loads() {
    let (mut balancer, seats) = balancer(Balance::RoundRobin, 2);
    balancer.set_load(seats[0], 9);
    balancer.set_picker(Balance::LeastOutstanding);
    assert!((0..10).all(|_| balancer.pick(Time::ZERO, 0) == Some(WorkerId(1))));
}

#[test]
fn least_request_goes_by_weight_over_load_and_treats_newcomers_with_care() {
    let balance = Balance::LeastRequest { choices: 2, bias_percent: 100, slow_start_millis: 10_000 };
    let mut balancer = Balancer::new(balance, Stream::new(1, Domain::Balance, [0; 4]));
    let seats: Vec<Seat> = [1, 2, 5]
        .iter()
        .enumerate()
        .map(|(id, weight)| balancer.join(Time::ZERO, WorkerId(id as u32), 1, 0, *weight))
        .collect();
    let count = |now: Time, balancer: &mut Balancer| {
        let mut counts = [0i32; 4];
        (0..8_000).for_each(|_| counts[balancer.pick(now, 0).expect("members").ix()] += 1);
        counts
    };
    let warm = Time::ZERO + Span::from_secs(10);
    let near = |counts: [i32; 4], expected: [i32; 4]| {
        counts.iter().zip(expected).all(|(count, expected)| (count - expected).abs() <= expected / 50 + 2)
    };
    let counts = count(warm, &mut balancer);
    assert!(near(counts, [1_000, 2_000, 5_000, 0]), "{counts:?}");
    // 9 outstanding: a weight of 5 counts for a half.
    balancer.set_load(seats[2], 9);
    let counts = count(warm, &mut balancer);
    assert!(near(counts, [2_286, 4_571, 1_143, 0]), "{counts:?}");
    balancer.set_load(seats[2], 0);
    // A newcomer of weight 8 has had a quarter of its window: it counts for 2.
    balancer.join(warm, WorkerId(3), 1, 0, 8);
    let counts = count(warm + Span::from_millis(2_500), &mut balancer);
    assert!(near(counts, [800, 1_600, 4_000, 1_600]), "{counts:?}");
}

#[test]
fn peak_ewma_avoids_who_is_slow_and_forgets_it() {
    let (mut balancer, seats) = balancer(Balance::PeakEwma { decay_millis: 1_000 }, 2);
    let now = Time::ZERO + Span::from_secs(1);
    balancer.answered(now, seats[0], Span::from_millis(900));
    balancer.answered(now, seats[1], Span::from_millis(10));
    assert!((0..100).all(|_| balancer.pick(now, 0) == Some(WorkerId(1))));
    // Ten outstanding of 10 ms weigh less than one of 900 ms; a hundred weigh more.
    balancer.set_load(seats[1], 9);
    assert_eq!(balancer.pick(now, 0), Some(WorkerId(1)));
    balancer.set_load(seats[1], 99);
    assert_eq!(balancer.pick(now, 0), Some(WorkerId(0)));
    // Both fade alike, but one that answers quickly again is quick again.
    let later = now + Span::from_secs(10);
    balancer.answered(later, seats[0], Span::from_millis(1));
    balancer.answered(later, seats[1], Span::from_millis(10));
    balancer.set_load(seats[1], 0);
    assert!((0..100).all(|_| balancer.pick(later, 0) == Some(WorkerId(0))));
}

#[test]
fn each_measure_tells_the_light_from_the_heavy() {
    let decay_millis = 1_000;
    for by in [
        Measure::Outstanding,
        Measure::PerWeight,
        Measure::Ewma { decay_millis },
        Measure::PeakEwma { decay_millis },
        Measure::Utilisation,
        Measure::QueueLength,
        Measure::WorkLeft,
    ] {
        for balance in [Balance::LeastLoaded { by }, Balance::PowerOfD { d: 2, draw: Drawing::Distinct, by }] {
            let (mut balancer, seats) = balancer(balance, 2);
            let now = Time::ZERO + Span::from_secs(1);
            balancer.set_load(seats[0], 1);
            balancer.set_load(seats[1], if by == Measure::Outstanding || by == Measure::PerWeight { 2 } else { 1 });
            balancer.answered(now, seats[0], Span::from_millis(10));
            balancer.answered(now, seats[1], Span::from_millis(20));
            balancer.reported(seats[0], Report { busy: 0.5, waiting: 3 });
            balancer.reported(seats[1], Report { busy: 1.0, waiting: 4 });
            balancer.sent(now, seats[0], Span::from_millis(50));
            balancer.sent(now, seats[1], Span::from_millis(60));
            assert!((0..20).all(|_| balancer.pick(now, 0) == Some(WorkerId(0))), "{balance:?}");
        }
    }
}

#[test]
fn an_average_latency_moves_slowly_and_a_peak_at_once() {
    let after_a_spike = |by| {
        let (mut balancer, seats) = balancer(Balance::LeastLoaded { by }, 2);
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        for millis in 0..1_000 {
            balancer.answered(at(millis), seats[0], Span::from_millis(10));
            balancer.answered(at(millis), seats[1], Span::from_millis(12));
        }
        balancer.answered(at(1_000), seats[0], Span::from_millis(500));
        balancer.pick(at(1_000), 0)
    };
    // 500 ms weigh 1 / 1,000 of the average: 10.5 ms are still less than 12.
    assert_eq!(after_a_spike(Measure::Ewma { decay_millis: 1_000 }), Some(WorkerId(0)));
    assert_eq!(after_a_spike(Measure::PeakEwma { decay_millis: 1_000 }), Some(WorkerId(1)));
}

#[test]
fn prequal_takes_the_quickest_that_is_not_hot_and_no_old_probes() {
    let (mut balancer, seats) = balancer(Balance::PREQUAL, 100);
    assert_eq!(balancer.probes().len(), 3, "three probes are asked for at each pick");
    let now = Time::ZERO + Span::from_secs(5);
    // Nine with one in flight, of which the seventh is the quickest, and a quick one with far more.
    for (ix, seat) in seats.iter().take(9).enumerate() {
        balancer.probed(now, *seat, 1, Span::from_millis(if ix == 6 { 20 } else { 30 }));
    }
    balancer.probed(now, seats[9], 50, Span::from_millis(1));
    assert_eq!(balancer.pick(now, 0), Some(WorkerId(6)));
    // Where probes are too old, anybody is as good.
    let (mut stale, seats) = self::balancer(Balance::PREQUAL, 100);
    seats.iter().take(3).for_each(|seat| stale.probed(now, *seat, 0, Span::from_millis(1)));
    let later = now + Span::from_millis(1_001);
    let picked: std::collections::BTreeSet<_> = (0..50).filter_map(|_| stale.pick(later, 0)).collect();
    assert!(picked.len() > 20, "{picked:?}");
}

#[test]
fn the_same_data_go_where_they_went_unless_that_is_too_full() {
    let (mut balancer, seats) = balancer(Balance::CacheAware { percent: 150, entries: 64 }, 10);
    let first: Vec<_> = (0..60).map(|key| balancer.pick(Time::ZERO, key)).collect();
    assert!((0..60).all(|key| balancer.pick(Time::ZERO, key) == first[key as usize]), "they are remembered");
    // One with ten of ten in flight is too full; what it had goes elsewhere from then on.
    let full = first[0].expect("somebody");
    balancer.set_load(seats[full.ix()], 10);
    let other = balancer.pick(Time::ZERO, 0);
    assert_ne!(other, Some(full));
    balancer.set_load(seats[full.ix()], 0);
    assert_eq!(balancer.pick(Time::ZERO, 0), other);
    // What one had that is gone goes to another; the rest stays.
    balancer.leave(seats[full.ix()]);
    for key in 1..60u64 {
        let now = balancer.pick(Time::ZERO, key);
        assert_eq!(now == first[key as usize], first[key as usize] != Some(full), "{key}");
    }
}
