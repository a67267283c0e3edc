//! Numbers worked out by hand from the rules of each system, with their delays.

use super::alarms::{PoolSteps, PoolTracking};
use super::dask_adaptive::PoolDask;
use super::keda::PoolKeda;
use super::ray_serve::PoolRayServe;
use super::{Decision, Reason, Sight};
use crate::base::{Span, Time};
use crate::scenario::{DaskAdaptive, Keda, RayServe, StepScaling, TargetTracking};

fn at(secs: u64) -> Time {
    Time(secs * 1_000_000_000)
}

/// Machines that are so busy, and attempts in flight.
fn sight(machines: u32, utilisation: f64, in_flight: u32) -> Sight {
    Sight { in_flight, in_flight_mean: f64::from(in_flight), ..Sight::of_machines(machines, 2.0 * utilisation) }
}

fn size(decision: Option<Decision>) -> Option<u32> {
    decision.map(|decision| decision.size)
}

/// The first of looks `every` so many seconds that asks for another size than `before`, and that size.
fn first_change(every: u64, before: u32, mut look: impl FnMut(Time) -> Option<Decision>) -> Option<(u64, u32)> {
    (1..=2_000)
        .map(|n| n * every)
        .find_map(|secs| Some((secs, size(look(at(secs)))?)).filter(|(_, size)| *size != before))
}

#[test]
fn keda_divides_the_queue_and_sleeps_after_its_cooldown() {
    let mut keda = PoolKeda::new(Keda::of(5.0), 0, 20);
    // 23 with 5 for each are 5, at the first look of its horizontal pod autoscaler; from 4 that is no more than may be.
    assert_eq!(first_change(15, 4, |now| keda.look(now, &sight(4, 0.9, 23))), Some((15, 5)));
    // A queue of 21 asks 4 machines for 5.25 each: within a tenth of the target, so nothing is done.
    let mut keda = PoolKeda::new(Keda::of(5.0), 0, 20);
    assert_eq!(first_change(15, 4, |now| keda.look(now, &sight(4, 0.9, 21))), None);
    // Nothing there: the last goes at the first poll at which that has been so for 300 s.
    let mut keda = PoolKeda::new(Keda::of(5.0), 0, 20);
    assert_eq!(first_change(15, 1, |now| keda.look(now, &sight(1, 0.0, 0))), Some((300, 0)));
    // Something is there again: it is woken at the next poll, by one machine whatever waits.
    let decision = keda.look(at(345), &sight(0, 0.0, 50)).expect("a poll");
    assert_eq!((decision.size, decision.why), (1, Reason::Woken));
}

#[test]
fn ray_divides_what_is_ongoing_and_waits_longer_for_fewer() {
    // 13 ongoing with 2 for each: 7, once more was wanted for 30 s; the first report is at 10 s.
    let mut ray = PoolRayServe::new(RayServe::DEFAULT, 1, 20);
    assert_eq!(first_change(10, 4, |now| ray.look(now, &sight(4, 0.9, 13))), Some((40, 7)));
    // 3 ongoing: 2, after ten minutes.
    let mut ray = PoolRayServe::new(RayServe::DEFAULT, 1, 20);
    assert_eq!(first_change(10, 4, |now| ray.look(now, &sight(4, 0.9, 3))), Some((610, 2)));
    // A minute of calm in between, and waiting begins anew.
    let mut ray = PoolRayServe::new(RayServe::DEFAULT, 1, 20);
    let uneven = |now: Time| if now < at(300) || now >= at(360) { 3 } else { 8 };
    let changed = first_change(10, 4, |now| ray.look(now, &sight(4, 0.9, uneven(now))));
    // The average over 30 s asks for fewer again at 360 s, where 8, 8 and 3 make 6.3.
    assert_eq!(changed, Some((970, 2)));
}

#[test]
fn dask_works_off_what_there_is_in_five_seconds() {
    let dask = |tasks, done, run_secs| Sight { done, run: Span::from_secs(run_secs), ..sight(4, 0.9, tasks) };
    // 40 tasks of 1 s are 40 s of work: 8 workers, at once.
    let mut adaptive = PoolDask::new(DaskAdaptive::DEFAULT, 0, 20);
    assert_eq!(size(adaptive.look(at(1), &dask(40, 10, 10))), Some(8));
    // Nothing is known of them: half a second each, 20 s, 4 workers.
    let mut adaptive = PoolDask::new(DaskAdaptive::DEFAULT, 0, 20);
    assert_eq!(size(adaptive.look(at(1), &dask(40, 0, 0))), Some(4));
    // Results in more than 60 % of the memory: twice as many as there are, whatever there is to do.
    for (stored, expected) in [(0.6, 4), (0.61, 8)] {
        let mut adaptive = PoolDask::new(DaskAdaptive::DEFAULT, 0, 20);
        let full = Sight { stored: Some(stored), ..dask(4, 10, 50) };
        assert_eq!(size(adaptive.look(at(1), &full)), Some(expected), "{stored}");
    }
    // 3 tasks of 100 s: never more workers than tasks, and one fewer only at the third look.
    let mut adaptive = PoolDask::new(DaskAdaptive::DEFAULT, 0, 20);
    let sizes: Vec<_> = (1..=3).map(|n| size(adaptive.look(at(n), &dask(3, 1, 100)))).collect();
    assert_eq!(sizes, [Some(4), Some(4), Some(3)]);
}

#[test]
fn aws_tracks_a_target_by_alarms_of_three_and_fifteen_minutes() {
    let mut tracking = PoolTracking::new(TargetTracking::of(0.5), 1, 20);
    // 4 machines at 80 % with a target of 50 %: 6.4, so 7, after three datapoints of a minute.
    assert_eq!(first_change(60, 4, |now| tracking.look(now, &sight(4, 0.8, 0))), Some((180, 7)));
    // At 46 % it is between 90 % of the target and the target.
    let mut tracking = PoolTracking::new(TargetTracking::of(0.5), 1, 20);
    assert_eq!(first_change(60, 4, |now| tracking.look(now, &sight(4, 0.46, 0))), None);
    // 10 machines at 20 %: 4, after fifteen.
    let mut tracking = PoolTracking::new(TargetTracking::of(0.5), 1, 20);
    assert_eq!(first_change(60, 10, |now| tracking.look(now, &sight(10, 0.2, 0))), Some((900, 4)));
}

#[test]
fn aws_steps_add_what_the_breach_says_less_what_is_coming() {
    let steps = StepScaling {
        up: vec![(0.6, 1), (0.8, 3)],
        down: vec![(0.3, 1)],
        period: Span::from_secs(60),
        after: 3,
        warmup: Span::from_secs(300),
    };
    let fresh = || PoolSteps::new(steps.clone(), 1, 20);
    let after = 180;
    let mut own = fresh();
    assert_eq!(first_change(60, 4, |now| own.look(now, &sight(4, 0.7, 0))), Some((after, 5)));
    let mut own = fresh();
    assert_eq!(first_change(60, 4, |now| own.look(now, &sight(4, 0.85, 0))), Some((after, 7)));
    let mut own = fresh();
    assert_eq!(first_change(60, 4, |now| own.look(now, &sight(4, 0.2, 0))), Some((after, 3)));
    // Two of the three are already coming.
    let mut coming = sight(6, 0.85, 0);
    coming.machines[4..].iter_mut().for_each(|machine| machine.ready = None);
    let mut own = fresh();
    assert_eq!(first_change(60, 6, |now| own.look(now, &coming)), Some((after, 7)));
}
