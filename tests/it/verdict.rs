//! The line at the top says what is happening, with the numbers that show it.

use std::sync::Arc;

use scalelab::analysis::verdict::{Advice, Condition, Verdict, verdict};
use scalelab::base::{GroupIx, PoolId, Span, Time};
use scalelab::engine::handle::{Handle, Options};
use scalelab::metrics::series::Series;
use scalelab::metrics::snapshot::{RunState, Snapshot, WorkerState};
use scalelab::scenario::{bundled, load};

use crate::fixture;

fn of(change: impl FnOnce(&mut Snapshot), mut snapshot: Snapshot) -> Verdict {
    change(&mut snapshot);
    verdict(&snapshot)
}

#[test]
fn an_overload_names_both_rates_and_the_growth() {
    let said = of(|_| {}, fixture::overloaded());
    assert_eq!(said.condition, Condition::Overloaded);
    assert_eq!(said.sentence, "185/s arrive, 142/s finish; queue +43/s");
    assert_eq!(said.cause.as_deref(), Some("1 machine boots, ready in 1.2 s"));
    assert_eq!(said.advice, None, "a machine is already on its way");
}

#[test]
fn of_several_pools_the_busy_one_is_named() {
    let said = of(
        |snapshot| {
            let mut scenario = (*snapshot.scenario).clone();
            let mut store = scenario.pools[0].clone();
            "store".clone_into(&mut store.name);
            scenario.pools.push(store);
            snapshot.scenario = scenario.into();
            let mut store = snapshot.pools[0].clone();
            (store.pool, store.utilisation) = (PoolId(1), 1.0);
            snapshot.pools.push(store);
            snapshot.knobs.push(snapshot.knobs[0].clone());
            snapshot.workers.pop();
        },
        fixture::overloaded(),
    );
    assert_eq!(said.cause.as_deref(), Some("store is busy for 100 % of the time"));
    assert_eq!(said.advice, Some(Advice::SetCount { pool: PoolId(1), group: GroupIx(1), count: 3 }));
}

#[test]
fn an_overload_asks_for_one_more_machine() {
    let said = of(|snapshot| drop(snapshot.workers.pop()), fixture::overloaded());
    assert_eq!(said.advice, Some(Advice::SetCount { pool: PoolId(0), group: GroupIx(1), count: 3 }));
}

#[test]
fn nothing_is_advised_where_only_this_computer_works() {
    let said = of(
        |snapshot| {
            let mut scenario = (*snapshot.scenario).clone();
            scenario.pools[0].groups.truncate(1);
            snapshot.scenario = scenario.into();
            snapshot.workers.truncate(1);
        },
        fixture::overloaded(),
    );
    assert_eq!((said.condition, said.advice), (Condition::Overloaded, None));
}

#[test]
fn growth_that_chance_explains_is_no_overload() {
    // sqrt(85/2.5) = 5.8/s: growth up to 11.7/s is within two standard deviations.
    let at = |growth| of(|snapshot| snapshot.recent.backlog_growth = growth, fixture::calm()).condition;
    assert_eq!(at(11.0), Condition::KeepingUp);
    assert_eq!(at(12.0), Condition::Overloaded);
}

#[test]
fn where_few_jobs_arrive_growth_shows_over_ten_seconds() {
    // 3.2/s arrive and 2/s finish: within 2.5 s that may be chance (2 sqrt(3.2/2.5) = 2.3/s), within 10 s it is not (1.1/s).
    let slow = |snapshot: &mut Snapshot| {
        let series = |value: &dyn Fn(f64) -> f64| {
            let mut series = Series::new(Span::from_millis(100));
            (0..160).for_each(|i| series.push(Time(i * 100_000_000), value(i as f64 / 10.0)));
            series
        };
        snapshot.series.offered = series(&|_| 3.2);
        snapshot.series.completed = series(&|_| 2.0);
        snapshot.series.in_flight = series(&|secs| 1.2 * secs);
        (snapshot.recent.offered, snapshot.recent.completed, snapshot.recent.backlog_growth) = (2.4, 2.8, -0.4);
    };
    let said = of(slow, fixture::overloaded());
    assert_eq!(said.condition, Condition::Overloaded);
    assert_eq!(said.sentence, "over 10 s 3.2/s arrive, 2/s finish; queue +1.2/s");
}

#[test]
fn a_missed_goal_is_not_an_overload_while_the_queue_is_steady() {
    let said = of(|_| {}, fixture::calm());
    assert_eq!(said.condition, Condition::KeepingUp);
    assert_eq!(said.sentence, "85/s arrive, 85/s finish; the slowest 1 % take 88 ms, within the goal of 500 ms");
    let said = of(|snapshot| snapshot.bounds[0] = 0.05, fixture::calm());
    assert_eq!(said.condition, Condition::TooSlow);
    assert_eq!(said.sentence, "the slowest 1 % take 88 ms, the goal is 50 ms; 85/s arrive, 85/s finish");
}

#[test]
fn a_shrinking_queue_says_when_it_will_be_gone() {
    let said = of(
        |snapshot| {
            snapshot.recent.offered = 85.0;
            snapshot.recent.backlog_growth = -57.0;
            snapshot.totals.jobs.in_flight = 312;
        },
        fixture::overloaded(),
    );
    assert_eq!(said.condition, Condition::CatchingUp);
    assert_eq!(
        said.sentence,
        "142/s finish, 85/s arrive; 312 jobs still inside, gone in about 5.47 s; the slowest 1 % take 1.86 s, the goal is 500 ms"
    );
}

#[test]
fn lost_work_comes_before_everything_else_of_a_run() {
    let said = of(
        |snapshot| {
            snapshot.recent.errors = 14.0;
            snapshot.recent.completed = 126.0;
        },
        fixture::overloaded(),
    );
    assert_eq!(said.condition, Condition::LosingWork);
    assert_eq!(said.sentence, "14/s of 185/s arriving jobs fail (10 % of what ends)");
}

#[test]
fn causes_name_the_machine_and_when_it_is_back() {
    let broken = |snapshot: &mut Snapshot| {
        snapshot.workers[1].state = WorkerState::Down;
        snapshot.workers[1].ready_at = Some(snapshot.at + Span::from_secs(4));
    };
    assert_eq!(of(broken, fixture::overloaded()).cause.as_deref(), Some("c7i.large 1 is broken, ready in 4 s"));
    let slow = fixture::slowed(fixture::overloaded());
    assert_eq!(of(|_| {}, slow).cause.as_deref(), Some("c7i.large 1 is slow: each task takes 5 times as long"));
}

#[test]
fn the_states_of_a_run_each_have_their_words() {
    let in_state = |state: RunState| of(|snapshot| snapshot.state = state, fixture::calm());
    let measuring = in_state(RunState::Probing { until: Time(7_200_000_000) });
    assert_eq!(measuring.condition, Condition::Measuring);
    assert_eq!(measuring.sentence, "what this computer can do; load begins in 1.2 s");
    let finishing = in_state(RunState::Finishing);
    assert_eq!(finishing.sentence, "the clock has stopped; 3 chunks of the answers are still computed");
    let finished = in_state(RunState::Finished);
    let met = "336 of 340 jobs completed in 6 s; the slowest 1 % took 1.5 s, the goal is 500 ms";
    assert_eq!((finished.condition, finished.sentence.as_str()), (Condition::Missed, met));
    let in_time = |snapshot: &mut Snapshot| {
        snapshot.state = RunState::Finished;
        snapshot.latency_whole.p99 = 0.25;
    };
    let finished = of(in_time, fixture::calm());
    assert_eq!(finished.condition, Condition::Finished);
    assert!(finished.sentence.ends_with("; the slowest 1 % took 250 ms, within the goal of 500 ms"), "{finished:?}");
    let broken = in_state(RunState::Failed("the disk is full".to_owned()));
    assert_eq!((broken.condition, broken.sentence.as_str()), (Condition::Broken, "the disk is full"));
    let idle = of(
        |snapshot| {
            snapshot.recent.offered = 0.0;
            snapshot.recent.completed = 0.0;
            snapshot.recent.backlog_growth = 0.0;
            snapshot.totals.jobs.in_flight = 0;
        },
        fixture::calm(),
    );
    assert_eq!(idle.condition, Condition::Idle);
}

#[test]
fn where_one_machine_is_slower_work_goes_elsewhere_rather_than_to_another_machine() {
    let slow = bundled::ALL.iter().find(|scenario| scenario.name == "slow-worker").expect("it is built in");
    let scenario = Arc::new(load(slow.text, slow.name, &fixture::host()).unwrap_or_else(|errors| panic!("{errors}")));
    let waker = Some(Box::new(|| {}) as Box<dyn Fn() + Send>);
    let halt_at = Some(Time::ZERO + Span::from_secs(150));
    let handle = Handle::start(scenario, Options { halt_at, waker, ..Options::default() }).expect("it starts");
    let stands = (0..6_000).find_map(|_| {
        let snapshot = handle.snapshot();
        #[expect(clippy::disallowed_methods, reason = "a test that waits for a thread")]
        std::thread::sleep(std::time::Duration::from_millis(5));
        (snapshot.state == RunState::Paused).then_some(snapshot)
    });
    let said = verdict(&stands.expect("it stands still at 2:30"));
    assert!(said.cause.as_deref().is_some_and(|cause| cause.starts_with("c7i.large #3 is slow")), "{said:?}");
    assert_eq!(said.advice, Some(Advice::LeastOutstanding { pool: PoolId(0) }), "{said:?}");
}
