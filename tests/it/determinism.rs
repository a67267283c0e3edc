//! The same build, scenario and seed give the same run, byte for byte: again, at any number of threads, at any pace,
//! and from its record.

use std::path::Path;
use std::process::Command as Process;
use std::sync::Arc;
use std::time::Duration;

use scalelab::base::{Domain, GroupIx, PoolId, SourceId, Span, Stream};
use scalelab::engine::handle::{Finished, Handle, Options, Pace, Request};
use scalelab::engine::{self, recorded::RunHead};
use scalelab::experiment::{replications, swarm};
use scalelab::scenario::{Balance, By, Cache, Command, Eviction, Fault, Host, Scenario, Strike, Victim, load};

use crate::stepping::Run;

#[test]
fn a_run_is_the_same_again_and_at_any_number_of_threads() {
    for seed in 2_000..2_020 {
        let scenario = read(&swarm::scenario(seed));
        let (once, again) = (simulated(&scenario), simulated(&scenario));
        assert_eq!(json(&once), json(&again), "seed {seed}");
        let in_pool = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| replications::replicate(&scenario, 6, |finished| json(&finished))).expect("simulated")
        };
        let (one, three) = (in_pool(1), in_pool(3));
        assert_eq!(one, three, "seed {seed}");
        assert_ne!(one[0], one[1], "replications of seed {seed} are all alike");
    }
}

#[test]
fn a_run_at_a_pace_is_the_run_as_fast_as_possible() {
    let scenario = Arc::new(read(&swarm::scenario(2_100)));
    let handle = Handle::start(scenario.clone(), Options { pace: Pace::Times(20.0), ..Options::default() });
    let at_a_pace = handle.and_then(Handle::join).expect("it runs");
    assert_eq!(json(&at_a_pace), json(&simulated(&scenario)));
}

#[test]
fn a_simulated_run_that_a_person_steered_replays_to_the_same_hash() {
    let temp = tempfile::tempdir().expect("a directory");
    for seed in [1, 2, 3] {
        let dir = temp.path().join(format!("run-{seed}"));
        let finished = steered(&dir, seed, None);
        let persons = finished.timeline.iter().filter(|entry| entry.by == By::Person).count();
        assert!(persons >= 10, "only {persons} commands took effect");
        check_replays(&dir, &finished);
    }
}

#[test]
fn a_run_that_was_stopped_replays_up_to_there() {
    let temp = tempfile::tempdir().expect("a directory");
    let dir = temp.path().join("stopped");
    let finished = steered(&dir, 4, Some(7));
    assert!(finished.summary.duration_secs < 35.0, "it was not stopped");
    check_replays(&dir, &finished);
}

#[test]
fn a_replay_that_comes_to_something_else_says_so() {
    let temp = tempfile::tempdir().expect("a directory");
    let dir = temp.path().join("run");
    steered(&dir, 5, Some(3));
    let head = std::fs::read_to_string(dir.join("run.json")).expect("it is there");
    let mut head: RunHead = serde_json::from_str(&head).expect("it is whole");
    head.hash = Some("0123456789abcdef".to_owned());
    std::fs::write(dir.join("run.json"), serde_json::to_string(&head).expect("text")).expect("written");
    let (code, _, stderr) = replay(&dir);
    assert_eq!(code, Some(4), "{stderr}");
    assert!(stderr.contains("the record says 0123456789abcdef"), "{stderr}");
}

#[test]
fn another_balancer_changes_no_arrival_and_no_demand() {
    let with = |balance: &str| {
        // Clients of a closed source ask when they have been answered, so only open sources are the same.
        let closed = "Closed(clients: 8, think: Exponential(mean: \"200ms\"))";
        let text = STEERED.replace("RoundRobin", balance).replace(closed, "Open(load: [(over: \"0s\", to: 20)])");
        let mut run = Run::new(Arc::new(read(&text)));
        run.go_on_to_the_end(|_| {});
        assert!(
            run.arrivals.len() > 2_000 && run.demands.len() > 5_000,
            "{}, {}",
            run.arrivals.len(),
            run.demands.len()
        );
        (run.arrivals, run.demands)
    };
    let (arrivals, demands) = with("RoundRobin");
    for balance in ["LeastOutstanding", "PowerOfTwo", "CentralQueue"] {
        let (other_arrivals, other_demands) = with(balance);
        assert_eq!(arrivals, other_arrivals, "{balance}");
        let both = demands.iter().filter_map(|(call, span)| Some((call, span, other_demands.get(call)?)));
        let differing = both.clone().find(|(_, span, other)| span != other);
        assert_eq!(differing, None, "{balance}");
        assert!(both.count() * 10 > demands.len() * 9, "{balance}: too few tasks ran in both");
    }
}

/// Forty seconds of requests and scattered jobs on six machines.
const STEERED: &str = r#"(
  version: 1, title: "steered", seed: 9, duration: "40s", warmup: "1s", mode: Simulate,
  pools: { "api": (
    groups: [(place: Modelled(link: Lan), instance: "c7i.large", count: 4),
             (place: Modelled(link: None), instance: Custom(cores: 4, usd_per_hour: 0.2), count: 2)],
    balance: RoundRobin, serve: Fifo(queue_max: 50), startup: Uniform("1s", "3s"), resize: "2s") },
  jobs: {
    "request": (stages: [(name: "handle", pool: "api", work: Service(Exponential(mean: "40ms")))]),
    "scatter": (stages: [(name: "map", pool: "api", tasks: 6, work: Service(LogNormal(mean: "30ms", cv: 1.2))),
                         (name: "reduce", pool: "api", after: [("map", Gather)], work: Service("2ms"))]) },
  traffic: [(job: "request", keys: Zipf(n: 30, alpha: 0.9), arrivals: Open(load: [(over: "0s", to: 60)])),
            (job: "scatter", arrivals: Closed(clients: 8, think: Exponential(mean: "200ms")))],
)"#;

/// Runs at fifty times the wall clock, turning knobs at moments that nobody planned; ends it after `stop` of them.
fn steered(dir: &Path, seed: u64, stop: Option<usize>) -> Finished {
    let text = STEERED.replace("seed: 9", &format!("seed: {seed}"));
    let (pace, out, source) = (Pace::Times(50.0), Some(dir.to_owned()), text.clone());
    let options = Options { pace, out, source, ..Options::default() };
    let handle = Handle::start(Arc::new(read(&text)), options).expect("it starts");
    let mut dice = Stream::new(seed, Domain::Swarm, [0; 4]);
    for (number, command) in knobs(&mut dice).into_iter().enumerate() {
        if stop == Some(number) {
            handle.send(Request::Stop);
            break;
        }
        pause(Duration::from_micros(5_000 + dice.below(40_000)));
        match number % 5 {
            3 => {
                handle.send(Request::Pause);
                handle.send(Request::Command(command));
                pause(Duration::from_millis(20));
                handle.send(Request::Resume);
            }
            _ => _ = handle.send(Request::Command(command)),
        }
    }
    handle.join().expect("it ends well")
}

fn knobs(dice: &mut Stream) -> Vec<Command> {
    let pool = PoolId(0);
    let lasts = |dice: &mut Stream| Span::from_millis(100 + dice.below(8_000));
    let one = |dice: &mut Stream| match dice.below(7) {
        0 => {
            Command::SetBalance { pool, balance: [Balance::PowerOfTwo, Balance::CentralQueue][dice.below(2) as usize] }
        }
        1 => Command::SetCache { pool, cache: Cache::Keep { by: Eviction::Lru, entries: 8 } },
        2 => Command::SetCount { pool, group: GroupIx(0), count: dice.below(7) as u32 },
        3 => Command::Resize { pool, group: GroupIx(dice.below(2) as u16), cores: 1 + dice.below(4) as u32 },
        4 => Command::SetTrafficFactor { source: SourceId(dice.below(2) as u16), factor: dice.below(30) as f64 / 10.0 },
        5 => Command::Inject {
            fault: Fault { strike: Strike::Break, victim: Victim::Machine(pool, dice.below(4) as u32) },
            lasts: lasts(dice),
        },
        _ => {
            let victim = Victim::Machine(pool, dice.below(4) as u32);
            let fault = Fault { strike: Strike::Slow { factor: 1.0 + dice.below(9) as f64 }, victim };
            Command::Inject { fault, lasts: lasts(dice) }
        }
    };
    (0..14).map(|_| one(dice)).collect()
}

/// The record replays in this process and through the program.
fn check_replays(dir: &Path, finished: &Finished) {
    let text = std::fs::read_to_string(dir.join("replay.ron")).expect("it is there");
    let head = std::fs::read_to_string(dir.join("run.json")).expect("it is there");
    let head: RunHead = serde_json::from_str(&head).expect("it is whole");
    let mut scenario = read(&text);
    scenario.duration = head.ended.map(|ended| ended.since(scalelab::base::Time::ZERO));
    let again = simulated(&scenario);
    assert_eq!(again.summary.hash, finished.summary.hash);
    assert_eq!(again.summary.totals, finished.summary.totals);
    let (code, stdout, stderr) = replay(dir);
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(stdout.trim(), format!("the same: {}", finished.summary.hash));
}

fn replay(dir: &Path) -> (Option<i32>, String, String) {
    let mut process = Process::new(env!("CARGO_BIN_EXE_scalelab"));
    let output = process.arg("replay").arg(dir).arg("--verify").output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn simulated(scenario: &Scenario) -> Finished {
    engine::simulate(Arc::new(scenario.clone())).expect("it is simulated")
}

fn json(finished: &Finished) -> String {
    serde_json::to_string(&finished.summary).expect("a summary is text")
}

fn read(text: &str) -> Scenario {
    load(text, "test", &Host { cores: 2, cpu: "test".to_owned() }).unwrap_or_else(|errors| panic!("{errors}"))
}

fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "a person takes their time")]
    std::thread::sleep(duration);
}
