//! Snapshots made by hand: the mean of a large array, job after job, before and after its load doubles at 8 s.
//!
//! They stand in for a run wherever a test needs one exact picture.

use std::sync::Arc;

use scalelab::base::{GroupIx, JobType, PoolId, Provenance, Span, StageIx, Time, WorkerId};
use scalelab::metrics::series::Series;
use scalelab::metrics::snapshot::{
    Account, Answer, AnswersView, CostView, LatencyView, Mark, Outcome, PoolKnobs, PoolView, RatesView, RunState,
    SeriesSet, Snapshot, Totals, WorkerState, WorkerView,
};
use scalelab::metrics::summary::Check;
use scalelab::metrics::watch::{Heat, PoolSeries, TaskBar, WatchView};
use scalelab::scenario::{Balance, By, Cache, Command, Entry, Host, Mode, Scenario, Strike, load};

/// Jobs per second that this computer and one remote machine finish in these pictures.
pub(crate) const CAPACITY: f64 = 142.0;

/// At 6 s: 85 jobs/s arrive and are finished, everything is well.
pub(crate) fn calm() -> Snapshot {
    snapshot_at(
        6.0,
        RatesView {
            offered: 85.0,
            completed: 85.2,
            errors: 0.0,
            shed: 0.0,
            retries: 0.0,
            tasks: 8_900.0,
            bytes: 0.68e9,
            backlog_growth: -0.2,
        },
    )
}

/// At 16 s: 185 jobs/s arrive, 142 are finished, a third machine boots, one is slow.
pub(crate) fn overloaded() -> Snapshot {
    let mut snapshot = snapshot_at(
        16.0,
        RatesView {
            offered: 185.0,
            completed: CAPACITY,
            errors: 0.0,
            shed: 0.0,
            retries: 0.0,
            tasks: 15_600.0,
            bytes: 1.14e9,
            backlog_growth: 43.0,
        },
    );
    let mut booting = worker(2, 1, "c7i.large 2", WorkerState::Booting);
    booting.ready_at = Some(Time(17_200_000_000));
    (booting.busy, booting.queue, booting.utilisation, booting.tasks_per_sec) = (0, 0, 0.0, 0.0);
    snapshot.workers.push(booting);
    snapshot.knobs[0].groups[1].0 = 2;
    snapshot
}

/// The text of the scenario of the pictures.
pub(crate) const TEXT: &str = include_str!("../../scenarios/dask-mean.ron");

/// The computer that it is read on.
pub(crate) fn host() -> Host {
    Host { cores: 2, cpu: "a processor of two cores".to_owned() }
}

/// The scenario of the pictures.
pub(crate) fn scenario() -> Scenario {
    load(TEXT, "dask-mean.ron", &host()).expect("the scenario is right")
}

fn snapshot_at(at_secs: f64, recent: RatesView) -> Snapshot {
    let scenario = Arc::new(scenario());
    let at = Time::ZERO + Span::from_secs_f64(at_secs);
    let arrived = (0..(at_secs * 10.0) as u64).map(|tick| offered(tick as f64 / 10.0) / 10.0).sum::<f64>() as u64;
    let in_flight = if at_secs > 8.0 { ((at_secs - 8.0) * 43.0) as u64 } else { 4 };
    let account = |arrived: u64, in_flight: u64| {
        let mut account = Account { arrived, in_flight, ..Account::default() };
        account.ended[Outcome::Completed as usize] = arrived - in_flight;
        account
    };
    let tasks = account(arrived * 110, in_flight * 104);
    let slow = at_secs > 8.0;
    let latency = |p50, p95, p99| LatencyView { count: 340, mean: p50, p50, p95, p99, max: p99 * 1.4 };
    let recent_latency = if slow { latency(1.31, 1.72, 1.86) } else { latency(0.021, 0.062, 0.088) };
    Snapshot {
        // Half a second, whatever the file says.
        bounds: vec![0.5],
        scenario,
        at,
        mode: Mode::Live,
        state: RunState::Running,
        lag: Span::from_micros(120),
        pace: Some(1.0),
        series: series(at_secs),
        totals: Totals { jobs: account(arrived, in_flight), tasks, attempts: tasks },
        latency_recent: recent_latency,
        latency_whole: latency(0.03, 0.9, 1.5),
        recent,
        pools: vec![PoolView { pool: PoolId(0), waiting: in_flight * 96, utilisation: 0.97, hit_ratio: None }],
        workers: vec![
            worker(0, 0, "This computer", WorkerState::Ready),
            worker(1, 1, "c7i.large 1", WorkerState::Ready),
        ],
        cost: cost(at_secs),
        knobs: vec![PoolKnobs {
            balance: Balance::RoundRobin,
            cache: Cache::Off,
            resilience: Arc::default(),
            groups: vec![(1, 2), (1, 2)],
            scaling: None,
        }],
        traffic_factors: vec![1.0],
        capacity: Some(CAPACITY),
        scaling: vec![None],
        watch: watch(at_secs),
        marks: marks(at_secs),
        timeline: Arc::new(timeline(at_secs)),
        answers: answers(),
        dropped: vec![],
    }
}

/// What only pictures show: latencies as the curves have them, and two tasks a tenth of a second on two cores.
fn watch(at_secs: f64) -> WatchView {
    let part = Span::from_millis(500);
    let mut watch = WatchView { heat: Heat::new(part), pools: vec![PoolSeries::new(part)], ..WatchView::default() };
    let ticks = (at_secs * 2.0) as u64;
    for tick in 4..ticks {
        let backlog = (tick as f64 / 2.0 - 8.0).max(0.0) * 43.0;
        for job in 0..60 {
            let spread = 1.0 + 1.2 * (f64::from(job) / 60.0).powi(6);
            watch.heat.record(Span::from_secs_f64((0.021 + backlog / CAPACITY * 0.55) * spread));
        }
        let end = Time((tick + 1) * part.0);
        watch.heat.seal(end);
        let start = Time(tick * part.0);
        watch.pools[0].busy.push(start, if tick < 16 { 0.6 } else { 1.0 });
        watch.pools[0].waiting.push(start, backlog * 96.0);
        watch.pools[0].ready.push(start, 2.0);
        watch.pools[0].ordered.push(start, if tick > 30 { 3.0 } else { 2.0 });
    }
    let curve = |slow: f64| {
        Arc::new(
            (1..=200)
                .map(|step| {
                    let nines = f64::from(step) / 50.0;
                    (1.0 - 10_f64.powf(-nines), 0.021 + slow * nines * nines)
                })
                .collect(),
        )
    };
    (watch.percentiles, watch.percentiles_omitting) = (curve(0.1), curve(0.004));
    for task in 0..40_u64 {
        let began = Time::ZERO + Span::from_secs_f64(at_secs - 2.0 + task as f64 * 0.05);
        let back = |millis: u64| Time(began.0 - millis * 1_000_000);
        watch.tasks.push(TaskBar {
            worker: WorkerId(task as u32 % 2),
            core: Some((task / 2 % 2) as u16),
            kind: JobType(0),
            stage: StageIx((task / 20) as u16),
            serial: task / 4,
            task: task as u32,
            tries: u32::from(task == 7),
            sent: back(14),
            delivered: back(12),
            began,
            ended: began + Span::from_millis(80),
            outcome: if task == 6 { Outcome::Failed } else { Outcome::Completed },
            cached: false,
        });
    }
    let law = |law: &str, one, other| Check { law: law.to_owned(), measured: one, expected: other, holds: true };
    watch.laws = vec![
        law("Little's law: mean jobs in the system = arrivals per second x mean stay", 41.2, 41.2),
        law("utilisation law: mean busy cores = attempts per second x mean core time", 3.1, 3.1),
        law("conservation: jobs arrived = jobs ended + jobs in flight", 1_210.0, 1_210.0),
    ];
    watch
}

fn answers() -> AnswersView {
    let answer =
        |serial| Answer { serial, data_seed: 3, value: 0.500_003_118, exact: Some(0.5), std_error: Some(2.89e-5) };
    AnswersView {
        complete: 313,
        pending_chunks: 3,
        newest: Some(answer(312)),
        first: vec![("mean".to_owned(), answer(0))],
        wrong: 0,
    }
}

fn cost(at_secs: f64) -> CostView {
    let per_hour = 0.1785;
    let billed = per_hour * at_secs / 3_600.0;
    CostView {
        per_hour,
        billed,
        per_1000_jobs: Some(0.000_42),
        useful: billed * 0.71,
        idle: billed * 0.17,
        boot_and_drain: billed * 0.09,
        wasted: billed * 0.03,
        egress: 0.0,
        forgiven: 0.0,
        sources: vec!["AWS us-east-1 on demand, Linux, 2026-07-20".to_owned(), "this computer as c7i.large".to_owned()],
        provenance: Some(Provenance::Assumed),
    }
}

fn marks(at_secs: f64) -> Vec<Mark> {
    let mark = |secs: f64, label: &str, by, until: Option<f64>| Mark {
        at: Time::ZERO + Span::from_secs_f64(secs),
        label: label.to_owned(),
        by,
        until: until.map(|secs| Time::ZERO + Span::from_secs_f64(secs)),
    };
    let mut marks = vec![
        mark(2.0, "Load begins at 85/s", By::Policy, None),
        mark(8.0, "Traffic ×2.2", By::Timeline, None),
        mark(11.2, "c7i.large 1 slow ×5", By::Person, Some(13.0)),
        mark(15.2, "Machines 1 → 2", By::Person, None),
    ];
    marks.retain(|mark| mark.at.secs() <= at_secs);
    marks
}

fn timeline(at_secs: f64) -> Vec<Entry> {
    let at = |secs: f64| Time::ZERO + Span::from_secs_f64(secs);
    let (pool, group) = (PoolId(0), GroupIx(1));
    let mut entries = vec![
        Entry { at: at(2.0), command: Command::SetCapacity { jobs_per_sec: CAPACITY }, by: By::Policy },
        Entry { at: at(15.2), command: Command::SetCount { pool, group, count: 2 }, by: By::Person },
    ];
    entries.retain(|entry| entry.at.secs() <= at_secs);
    entries
}

fn worker(number: u32, group: u16, name: &str, state: WorkerState) -> WorkerView {
    WorkerView {
        worker: WorkerId(number),
        pool: PoolId(0),
        group: GroupIx(group),
        position: number,
        name: name.to_owned(),
        provenance: if group == 0 { Provenance::Measured } else { Provenance::Modelled },
        state,
        ready_at: None,
        fault: None,
        is_left_out: false,
        cores: 2,
        busy: 2 - number % 2,
        queue: 7_400 * (number + 1),
        utilisation: 0.99 - 0.2 * f64::from(number),
        completed: 41_000,
        failed: 0,
        tasks_per_sec: 7_800.0,
        bytes_per_sec: 0.0,
        operations_per_sec: 0.0,
    }
}

/// A fault on a machine of the pictures.
pub(crate) fn slowed(mut snapshot: Snapshot) -> Snapshot {
    snapshot.workers[1].fault = Some(Strike::Slow { factor: 5.0 });
    snapshot
}

fn offered(secs: f64) -> f64 {
    match secs {
        s if s < 2.0 => 0.0,
        s if s < 8.0 => 85.0,
        _ => 185.0,
    }
}

/// Series up to `at_secs` with a wobble that repeats, so that every picture is the same.
fn series(at_secs: f64) -> SeriesSet {
    let tick = Span::from_millis(100);
    let mut seed = 7_u64;
    let mut wobble = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
    };
    let mut make = |value: &dyn Fn(f64) -> f64, noise: f64| {
        let mut series = Series::new(tick);
        for i in 0..(at_secs * 10.0) as u64 {
            let secs = i as f64 / 10.0;
            series.push(Time(i * tick.0), (value(secs) * (1.0 + noise * wobble())).max(0.0));
        }
        series
    };
    let backlog = |secs: f64| if secs > 8.0 { (secs - 8.0) * 43.0 } else { 0.0 };
    let finished = |secs: f64| offered(secs).min(CAPACITY);
    let p50 = |secs: f64| if secs < 2.0 { 0.0 } else { 0.021 + backlog(secs) / CAPACITY * 0.55 };
    SeriesSet {
        offered: make(&offered, 0.5),
        completed: make(&finished, 0.3),
        errors: make(&|_| 0.0, 0.0),
        shed: make(&|_| 0.0, 0.0),
        retries: make(&|_| 0.0, 0.0),
        tasks: make(&|secs| finished(secs) * 110.0, 0.3),
        bytes: make(&|secs| finished(secs) * 8e6, 0.3),
        p50: make(&p50, 0.1),
        p95: make(&|secs| p50(secs) * 1.6, 0.15),
        p99: make(&|secs| p50(secs) * 2.1, 0.2),
        in_flight: make(&backlog, 0.1),
        waiting: make(&|secs| backlog(secs) * 96.0, 0.1),
        utilisation: make(&|secs| (offered(secs) / CAPACITY).min(1.0), 0.1),
        cost_per_hour: make(&|_| 0.1785, 0.0),
        hit_ratio: make(&|_| 0.0, 0.0),
        p99_omitting: make(&|secs| p50(secs).min(0.012), 0.2),
    }
}
