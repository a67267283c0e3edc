//! Live runs: real threads, exact answers, whatever is done to them meanwhile.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use scalelab::base::{Arrival, AttemptId, GroupIx, JobType, PoolId, SourceId, Span, Time, WorkerId};
use scalelab::cluster::{Action, Actions, Cluster, Event, Fact, Leg, Outcome};
use scalelab::engine::handle::{Finished, Handle, Options, Request};
use scalelab::engine::recorded::Told;
use scalelab::engine::recorded::read_events;
use scalelab::metrics::snapshot::RunState;
use scalelab::scenario::{Balance, Cache, Command, Eviction, Fault, Host, Scenario, Strike, Victim, load};

/// The mean of an array in 16 chunks, on two threads and one modelled machine.
pub(crate) const MEAN: &str = r#"(
  version: 1, title: "live", seed: 5, duration: "2s", mode: Live,
  pools: { "machines": (
    groups: [(place: Threads, instance: Custom(cores: 2, usd_per_hour: 1.0)),
             (place: Modelled(link: Lan), instance: Custom(cores: 2, usd_per_hour: 1.0), count: 1)],
    startup: "100ms", resize: "100ms", serve: Fifo(queue_max: 100000)) },
  jobs: { "mean": (stages: [
    (name: "map", pool: "machines", work: Kernel(ArrayMean(shape: (400, 400), chunk: (100, 100)))),
    (name: "combine", pool: "machines", after: [("map", Gather)], work: Kernel(Combine(fan_in: 4))),
    (name: "answer", pool: "machines", after: [("combine", Gather)], work: Kernel(Combine(fan_in: 4)))]) },
  traffic: [(job: "mean", keys: Zipf(n: 16, alpha: 0.9), arrivals: Closed(clients: 6, think: "1ms"))],
)"#;

#[test]
fn answers_are_exact_and_the_same_bits_for_the_same_seed() {
    let run = |background| {
        let handle = start(MEAN, Options { background, ..Options::default() });
        let finished = handle.join().expect("it ends well");
        check_answers(&finished);
        finished.summary.jobs["mean"].answer.expect("it was computed")
    };
    // With work off the clock while the run goes on, and with all of it at the end.
    assert_eq!(run(true).to_bits(), run(false).to_bits());
}

#[test]
fn whatever_a_person_does_the_books_balance_and_answers_are_right() {
    let handle = start(&crowded(), Options::default());
    let (pool, local, modelled) = (PoolId(0), GroupIx(0), GroupIx(1));
    let lasts = Span::from_millis(100);
    let commands = [
        Command::SetCount { pool, group: modelled, count: 3 },
        Command::Resize { pool, group: local, cores: 1 },
        Command::SetCache { pool, cache: Cache::Keep { by: Eviction::Lru, entries: 40 } },
        Command::Inject {
            fault: Fault { strike: Strike::Slow { factor: 3.0 }, victim: Victim::Machine(pool, 0) },
            lasts,
        },
        Command::SetBalance { pool, balance: Balance::PowerOfTwo },
        Command::Inject { fault: Fault { strike: Strike::Break, victim: Victim::Machine(pool, 1) }, lasts },
        Command::Resize { pool, group: local, cores: 2 },
        Command::Inject { fault: Fault { strike: Strike::Break, victim: Victim::Machine(pool, 0) }, lasts },
        Command::Resize { pool, group: modelled, cores: 1 },
        Command::SetCache { pool, cache: Cache::Off },
        Command::SetBalance { pool, balance: Balance::LeastOutstanding },
        Command::SetTrafficFactor { source: SourceId(0), factor: 2.0 },
        Command::SetCount { pool, group: modelled, count: 0 },
    ];
    let asked = commands.len();
    for command in commands {
        assert!(handle.send(Request::Command(command)));
        pause(Duration::from_millis(110));
    }
    let finished = handle.join().expect("it ends well");
    assert_eq!(finished.timeline.len(), asked);
    check_answers(&finished);
    let (cost, attempts) = (&finished.summary.cost, finished.summary.totals.attempts);
    assert!(attempts.of(Outcome::Lost) > 0, "two machines broke and nothing was lost");
    // Whether a core was at work at the very instant is chance; that it counts is held by `billing` and `spot`.
    assert!(cost.wasted >= 0.0 && cost.idle >= 0.0 && cost.boot_and_drain >= 0.0, "{cost:?}");
}

#[test]
fn the_events_of_a_live_run_lead_a_fresh_control_plane_the_same_way() {
    let temp = tempfile::tempdir().expect("a directory");
    let out: PathBuf = temp.path().join("run");
    let handle = start(MEAN, Options { out: Some(out.clone()), ..Options::default() });
    pause(Duration::from_millis(300));
    handle.send(Request::Command(Command::SetCount { pool: PoolId(0), group: GroupIx(1), count: 2 }));
    handle.send(Request::Command(Command::SetCache {
        pool: PoolId(0),
        cache: Cache::Keep { by: Eviction::Lru, entries: 100 },
    }));
    pause(Duration::from_millis(300));
    let fault = Fault { strike: Strike::Break, victim: Victim::Machine(PoolId(0), 1) };
    handle.send(Request::Command(Command::Inject { fault, lasts: Span::from_millis(10) }));
    let finished = handle.join().expect("it ends well");

    let lines = fs::read_to_string(out.join("events.jsonl")).expect("it was written");
    let told = read_events(lines.as_bytes()).expect("whole lines");
    assert!(told.len() > 5_000, "only {} events", told.len());
    let scenario = Arc::new(read(MEAN));
    let mut asked = Asked::default();
    let mut actions = Actions::default();
    let mut cluster = Cluster::new(scenario.clone(), scenario.seed, &mut actions);
    asked.note(&actions);
    for Told { at, event } in &told {
        // The world only answers what was asked of it, so the fresh control plane must have asked for the same.
        asked.answered(event);
        actions = Actions::default();
        cluster.handle(*at, event, &mut actions);
        asked.note(&actions);
    }
    cluster.check();
    assert_eq!(cluster.totals(), finished.summary.totals);
}

/// What a control plane asked for and the world has not answered.
#[derive(Default)]
struct Asked {
    sent: BTreeMap<(AttemptId, WorkerId, bool), u32>,
    executing: BTreeMap<AttemptId, u32>,
    provisioned: BTreeMap<WorkerId, u32>,
}

impl Asked {
    fn note(&mut self, actions: &Actions) {
        for ask in &actions.asks {
            match *ask {
                Action::Send { attempt, worker, leg, .. } => {
                    *self.sent.entry((attempt, worker, leg == Leg::Request)).or_default() += 1;
                }
                Action::Execute { attempt, .. } => *self.executing.entry(attempt).or_default() += 1,
                Action::Provision { worker, .. } => *self.provisioned.entry(worker).or_default() += 1,
                _ => {}
            }
        }
    }

    fn answered(&mut self, event: &Event) {
        let left = match *event {
            Event::Delivered { attempt, worker, leg } => self.sent.get_mut(&(attempt, worker, leg == Leg::Request)),
            Event::AttemptFinished { attempt, .. } => self.executing.get_mut(&attempt),
            Event::WorkerReady(worker) => {
                assert!(self.provisioned.contains_key(&worker), "{event:?}");
                return;
            }
            _ => return,
        };
        let left = left.unwrap_or_else(|| panic!("nobody asked for {event:?}"));
        *left = left.checked_sub(1).unwrap_or_else(|| panic!("{event:?} came twice"));
    }
}

#[test]
fn a_lost_machine_wasted_no_more_than_its_cores() {
    let scenario = Arc::new(read(&MEAN.replace("count: 1)", "count: 0)")));
    let mut actions = Actions::default();
    let mut cluster = Cluster::new(scenario, 5, &mut actions);
    let arrival =
        Arrival { serial: 0, job: JobType(0), source: SourceId(0), key: 0, intended: Time::ZERO, leaves: Time::NEVER };
    let mut events = VecDeque::from([Event::JobArrived(arrival)]);
    while let Some(event) = events.pop_front() {
        cluster.handle(Time::ZERO, &event, &mut actions);
        events.extend(actions.asks.drain(..).filter_map(|ask| match ask {
            Action::Send { attempt, worker, leg: Leg::Request, .. } => {
                Some(Event::Delivered { attempt, worker, leg: Leg::Request })
            }
            _ => None,
        }));
    }
    // Two cores, two more attempts in the hand of each: six are out, and two of them can run.
    actions.facts.clear();
    cluster.handle(Time::ZERO + Span::from_secs(10), &Event::WorkerLost(WorkerId(0)), &mut actions);
    let runs = actions.facts.iter().filter_map(|fact| match fact {
        Fact::AttemptEnded { run, outcome: Outcome::Lost, .. } => Some(run.secs()),
        _ => None,
    });
    let runs: Vec<f64> = runs.collect();
    assert_eq!((runs.len(), runs.iter().sum::<f64>()), (16, 20.0));
}

/// Stages that take what others left, part of it on a machine that only takes the time: what it took is computed off the clock,
/// stage after stage.
#[test]
fn what_takes_the_results_of_others_has_its_answer_wherever_it_ran() {
    let features = r#"(
      version: 1, title: "features", seed: 5, duration: "1500ms", mode: Live,
      pools: { "machines": (
        groups: [(place: Threads, instance: Custom(cores: 2, usd_per_hour: 1.0)),
                 (place: Modelled(link: Lan), instance: Custom(cores: 2, usd_per_hour: 1.0), count: 1)],
        serve: Fifo(queue_max: 100000)) },
      jobs: { "mean": (stages: [
        (name: "group", pool: "machines", work: Kernel(GroupBy(rows: 20_000, chunk: 3_000, groups: 40))),
        (name: "merge", pool: "machines", tasks: 3, after: [("group", Shuffle)], work: Kernel(MergeGroups(groups: 40))),
        (name: "features", pool: "machines", after: [("merge", Broadcast)],
         work: Kernel(Features(rows: 20_000, chunk: 3_000, groups: 40, categories: 3))),
        (name: "all", pool: "machines", after: [("features", Gather)], work: Kernel(Combine(fan_in: 100)))]) },
      traffic: [(job: "mean", keys: Uniform(n: 50), arrivals: Closed(clients: 2, think: "10ms"))],
    )"#;
    let finished = start(features, Options::default()).join().expect("it ends well");
    let completed = finished.summary.totals.jobs.of(Outcome::Completed);
    let answers = &finished.snapshot.answers;
    assert!(completed > 20, "only {completed} jobs completed");
    assert_eq!((answers.complete, answers.pending_chunks, answers.wrong), (completed, 0, 0), "{answers:?}");
    assert_eq!(finished.snapshot.dropped, []);
}

#[test]
fn nothing_happens_while_a_run_stands_still() {
    let slow = crowded().replace("(400, 400), chunk: (100, 100)", "(800, 800), chunk: (200, 200)");
    let handle = start(&slow, Options::default());
    pause(Duration::from_millis(30));
    handle.send(Request::Pause);
    while handle.snapshot().state != RunState::Paused {
        pause(Duration::from_millis(1));
    }
    let before = handle.snapshot();
    assert!(before.totals.attempts.in_flight > 100, "much waits: {:?}", before.totals);
    pause(Duration::from_millis(300));
    let after = handle.snapshot();
    assert_eq!((before.at, before.totals), (after.at, after.totals));
    handle.send(Request::Resume);
    let finished = handle.join().expect("it ends well");
    let [then, before] = [&finished.summary.totals, &after.totals].map(|totals| totals.attempts.of(Outcome::Completed));
    assert!(then > before, "it went on");
    check_answers(&finished);
}

#[test]
fn a_flood_of_finished_tasks_does_not_hold_up_the_clock() {
    let empty = r#"(
      version: 1, title: "empty tasks", seed: 5, duration: "500ms", mode: Live,
      pools: { "this": (groups: [(place: Threads, instance: Custom(cores: 2, usd_per_hour: 1.0))], prefetch: 64) },
      jobs: { "empty": (stages: [(name: "map", pool: "this", tasks: 100, work: Kernel(Empty))]) },
      traffic: [(job: "empty", arrivals: Closed(clients: 8, think: "0s"))],
    )"#;
    let began = now();
    let finished = start(empty, Options::default()).join().expect("it ends well");
    assert!(began.elapsed() < Duration::from_secs(3), "half a second took {:?}", began.elapsed());
    assert!(finished.summary.throughput_tasks_per_sec > 10_000.0, "{}", finished.summary.throughput_tasks_per_sec);
}

#[test]
fn a_run_that_is_stopped_or_dropped_is_gone_within_a_second() {
    let endless = MEAN.replace("duration: \"2s\", ", "");
    let handle = start(&endless, Options::default());
    pause(Duration::from_millis(400));
    let stopped = now();
    handle.send(Request::Stop);
    check_answers(&handle.join().expect("it ends well"));
    assert!(stopped.elapsed() < Duration::from_secs(1), "{:?}", stopped.elapsed());

    let alive = Arc::new(());
    let (engine_has, watched) = (alive.clone(), Arc::downgrade(&alive));
    drop(alive);
    // Far more cores than there are: much more is pending than can be computed in a second.
    let pending = endless.replace("(400, 400), chunk: (100, 100)", "(8000, 8000), chunk: (2000, 2000)");
    let pending = pending.replace("cores: 2, usd_per_hour: 1.0), count: 1", "cores: 100, usd_per_hour: 1.0), count: 9");
    let pending = pending.replace("clients: 6", "clients: 40");
    let waker = Box::new(move || _ = &engine_has);
    let handle = start(&pending, Options { waker: Some(waker), ..Options::default() });
    while handle.snapshot().answers.pending_chunks < 150 {
        pause(Duration::from_millis(5));
    }
    let dropped = now();
    drop(handle);
    while watched.upgrade().is_some() {
        // A second, and one chunk on a machine that is busy with other tests.
        assert!(dropped.elapsed() < Duration::from_secs(2), "the engine is still there");
        pause(Duration::from_millis(5));
    }
}

pub(crate) fn check_answers(finished: &Finished) {
    let (summary, answers) = (&finished.summary, &finished.snapshot.answers);
    for account in [summary.totals.jobs, summary.totals.tasks, summary.totals.attempts] {
        assert!(account.balances(), "{account:?}");
    }
    let completed = summary.totals.jobs.of(Outcome::Completed);
    assert!(completed > 5, "only {completed} jobs completed");
    // Each completed job has one answer, and no job counts twice.
    assert_eq!((answers.complete, answers.pending_chunks, answers.wrong), (completed, 0, 0));
    assert_eq!(finished.snapshot.dropped, []);
    let first = summary.jobs["mean"].first_answer.as_ref().expect("a job completed");
    let error = first.std_error.expect("it is known");
    assert!((first.value - 0.5).abs() < 4.0 * error, "{first:?}");
    assert!(error < 1e-3, "0.5 is exact to {error}");
}

/// More clients: much waits.
fn crowded() -> String {
    MEAN.replace("clients: 6", "clients: 60")
}

pub(crate) fn start(text: &str, options: Options) -> Handle {
    Handle::start(Arc::new(read(text)), Options { source: text.to_owned(), ..options }).expect("it starts")
}

fn read(text: &str) -> Scenario {
    load(text, "test", &Host { cores: 2, cpu: "test".to_owned() }).unwrap_or_else(|errors| panic!("{errors}"))
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a test that something is done in time")]
    Instant::now()
}

pub(crate) fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "the run goes on meanwhile")]
    std::thread::sleep(duration);
}
