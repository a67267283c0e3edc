//! What goes wrong, for as long as it does and to the extent that it says: exact where one client works without pause.

use std::sync::Arc;

use scalelab::cluster::Outcome;
use scalelab::engine;
use scalelab::engine::handle::Finished;
use scalelab::scenario::{By, Command, Host, Strike, load};

/// One client whose jobs take a second each, one after the other, on the machines of these groups.
struct Run<'a> {
    groups: &'a str,
    pool: &'a str,
    stage: &'a str,
    client: &'a str,
    more: &'a str,
    seconds: u32,
}

impl Default for Run<'_> {
    fn default() -> Self {
        Self {
            groups: "(place: Modelled(link: None), instance: Custom(cores: 1, memory: \"1GiB\", usd_per_hour: 36))",
            pool: "startup: \"5s\"",
            stage: "work: Service(\"1s\")",
            client: "Closed(clients: 1, think: \"0s\")",
            more: "",
            seconds: 100,
        }
    }
}

impl Run<'_> {
    fn text(&self) -> String {
        let Self { groups, pool, stage, client, more, seconds } = self;
        format!(
            "(version: 1, title: \"faults\", seed: 1, duration: \"{seconds}s\", mode: Simulate,
              pools: {{ \"p\": (groups: [{groups}], {pool}) }},
              jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", {stage})]) }},
              traffic: [(job: \"j\", arrivals: {client})], {more})"
        )
    }

    fn finished(&self) -> Finished {
        let text = self.text();
        let scenario = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
        let scenario = scenario.unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        let finished = engine::simulate(Arc::new(scenario)).expect("a simulated run");
        let summary = &finished.summary;
        assert!(summary.checks.iter().all(|check| check.holds), "{:?}", summary.checks);
        finished
    }

    fn completed(&self) -> u64 {
        self.finished().summary.totals.jobs.of(Outcome::Completed)
    }
}

fn at(secs: f64, fault: &str, lasts: &str) -> String {
    format!("timeline: [(at: \"{secs}s\", do: Inject(fault: {fault}, for: \"{lasts}\"))]")
}

const FIRST: &str = "worker: (\"p\", 0)";

#[test]
fn a_pause_costs_its_length_and_loses_nothing() {
    // Jobs end at 1, 2, …; the eleventh is interrupted for 7.3 s in its middle.
    let paused = at(10.5, &format!("Pause({FIRST})"), "7300ms");
    let finished = Run { more: &paused, ..Run::default() }.finished();
    assert_eq!(finished.summary.totals.jobs.of(Outcome::Completed), 92, "{:?}", finished.summary.totals);
    assert_eq!(finished.summary.totals.attempts.of(Outcome::Lost), 0);
    assert!((finished.summary.jobs["j"].latency_secs.max - 8.3).abs() < 0.01, "{:?}", finished.summary.jobs);
    // The same where cores are shared.
    let shared = Run { pool: "serve: ProcessorSharing(jobs_max: 5)", more: &paused, ..Run::default() };
    assert_eq!(shared.completed(), 92);
    // Two pauses that overlap are one that lasts until the later end.
    let twice = "timeline: [(at: \"10500ms\", do: Inject(fault: Pause(worker: (\"p\", 0)), for: \"7300ms\")),
                            (at: \"12s\", do: Inject(fault: Pause(worker: (\"p\", 0)), for: \"3s\"))]";
    assert_eq!(Run { more: twice, ..Run::default() }.completed(), 92);
}

#[test]
fn slow_and_a_neighbour_stretch_work_as_they_say_and_add_up() {
    // Begun at 10 s with ten seconds each: from then on five times as slow, for 50 s.
    let slow = at(10.0, &format!("Slow({FIRST}, factor: 5)"), "50s");
    assert_eq!(Run { more: &slow, ..Run::default() }.completed(), 10 + 10 + 40);
    // Three threads of somebody else on one core: a quarter of it is left.
    let neighbour = at(10.0, &format!("Neighbour({FIRST}, threads: 3)"), "40s");
    assert_eq!(Run { more: &neighbour, ..Run::default() }.completed(), 10 + 10 + 50);
    // On four cores one thread of ours and three of theirs have a core each.
    let room = "(place: Modelled(link: None), instance: Custom(cores: 4, usd_per_hour: 36))";
    assert_eq!(Run { groups: room, more: &neighbour, ..Run::default() }.completed(), 100);
    let both = "timeline: [(at: \"10s\", do: Inject(fault: Slow(worker: (\"p\", 0), factor: 2), for: \"40s\")),
                           (at: \"10s\", do: Inject(fault: Neighbour(worker: (\"p\", 0), threads: 1), for: \"40s\"))]";
    assert_eq!(Run { more: both, ..Run::default() }.completed(), 10 + 10 + 50);
}

#[test]
fn a_break_lasts_until_the_machine_has_booted_and_a_restart_until_it_was_missed_and_has() {
    // Broken at 10.5 s for 20 s, then 5 s of boot: back at 35.5 s, and the eleventh job begins anew.
    let broken = at(10.5, &format!("Break({FIRST})"), "20s");
    let finished = Run { more: &broken, ..Run::default() }.finished();
    assert_eq!(finished.summary.totals.jobs.of(Outcome::Completed), 10 + 64);
    let mark = finished.snapshot.marks.iter().find(|mark| mark.until.is_some()).expect("a mark that lasts");
    let until = mark.until.expect("it ends").secs();
    assert!((mark.at.secs() - 10.5).abs() < 1e-6 && (until - 35.5).abs() < 1e-6, "until it has recovered: {until}");
    // Restarted: a second until it is missed, and 5 s of boot.
    let restarted = at(10.5, &format!("Restart({FIRST})"), "0s");
    assert_eq!(Run { more: &restarted, ..Run::default() }.completed(), 10 + 83);
}

#[test]
fn errors_come_as_often_and_as_quickly_as_they_say() {
    let run = |fault: &str| {
        let stage = "work: Service(\"100ms\")";
        let open = "Open(load: [(over: \"0s\", to: 100)])";
        let room = "(place: Modelled(link: None), instance: Custom(cores: 64, usd_per_hour: 36))";
        let fault = at(0.0, fault, "100s");
        Run { groups: room, pool: "resilience: (attempts: 1)", stage, client: open, more: &fault, seconds: 100 }
            .finished()
            .summary
    };
    let failing = run(&format!("Errors({FIRST}, share: 0.3)"));
    let share = failing.totals.jobs.of(Outcome::Failed) as f64 / failing.totals.jobs.arrived as f64;
    assert!((share - 0.3).abs() < 0.02, "{share}");
    let busy = failing.utilisation;
    // Those that fail quickly take a tenth of the time.
    let quickly = run(&format!("Errors({FIRST}, share: 0.3, after: \"10ms\")")).utilisation;
    assert!((quickly / busy - 0.73).abs() < 0.03, "{quickly} of {busy}");
}

/// Machines behind a link of a millisecond.
const LINKED: &str = "(place: Modelled(link: Custom(latency: \"1ms\")), instance: Custom(cores: 1, usd_per_hour: 36))";

#[test]
fn a_worse_link_delays_each_message_and_resends_what_is_lost() {
    let run = |values: &str| {
        let stage = "work: Service(\"98ms\")";
        let fault = at(0.0, &format!("Link({FIRST}, {values})"), "1000s");
        Run { groups: LINKED, stage, more: &fault, seconds: 1_000, ..Run::default() }
            .finished()
            .summary
            .latency_secs
            .mean
    };
    let plain = run("delay: \"0s\"");
    assert!((plain - 0.1).abs() < 1e-6, "{plain}");
    // Both ways.
    assert!((run("delay: \"50ms\"") - 0.2).abs() < 1e-3);
    let jitter = run("jitter: \"100ms\"");
    assert!((jitter - 0.2).abs() < 2e-3, "two halves of 100 ms: {jitter}");
    // A loss waits 200 ms, two in a row 600 ms, …: 0.2 sum (2p)^k with p = 0.1 is 25 ms a message.
    let lossy = run("loss: 0.1");
    assert!((lossy - 0.15).abs() < 5e-3, "{lossy}");
}

#[test]
fn who_is_cut_off_for_a_moment_answers_late_and_who_is_for_long_is_missed() {
    // Jobs end each 1.002 s: for half a second from 10.3 s on, the answer due at 10.02 s is past, the next unhurt.
    let moment = at(9.9, &format!("Partition({FIRST})"), "700ms");
    let finished = Run { groups: LINKED, more: &moment, ..Run::default() }.finished();
    assert_eq!(finished.summary.totals.attempts.of(Outcome::Lost), 0);
    let slowest = finished.summary.latency_secs.max;
    // It was due at 10.02 s and is there at 10.601 s.
    assert!((slowest - (1.002 + 0.581)).abs() < 2e-3, "{slowest}");
    // For 20 s: missed after one, and what it had is done by the other machine.
    let long = at(10.5, &format!("Partition({FIRST})"), "20s");
    let two = format!("{LINKED}, {LINKED}");
    let finished = Run { groups: &two, more: &long, ..Run::default() }.finished();
    let totals = finished.summary.totals;
    assert_eq!((totals.attempts.of(Outcome::Lost), totals.jobs.of(Outcome::Lost)), (1, 0));
    let completed = totals.jobs.of(Outcome::Completed);
    assert!((96..=98).contains(&completed), "{completed} of 99, less a second and a half");
}

#[test]
fn a_zone_goes_down_together_and_the_others_go_on() {
    let zone = |name: &str| {
        format!(
            "(place: Modelled(link: None), zone: \"{name}\", instance: Custom(cores: 1, usd_per_hour: 36), count: 3)"
        )
    };
    let groups = format!("{}, {}", zone("a"), zone("b"));
    let outage = at(20.0, "Break(zone: \"b\")", "30s");
    let finished =
        Run { groups: &groups, client: "Closed(clients: 6, think: \"0s\")", more: &outage, ..Run::default() };
    let finished = finished.finished();
    // What the three had is lost, and what was sent to them before they were missed.
    let totals = finished.summary.totals;
    assert!((3..=6).contains(&totals.attempts.of(Outcome::Lost)), "{totals:?}");
    // Six machines for 64 s, three for 36 s.
    let completed = totals.jobs.of(Outcome::Completed);
    assert!((64 * 6 + 36 * 3 - 12..=64 * 6 + 36 * 3).contains(&completed), "{completed}");
    assert!(finished.snapshot.marks.iter().any(|mark| mark.label == "zone b breaks"), "{:?}", finished.snapshot.marks);
}

#[test]
fn less_memory_is_collected_more_often() {
    // A job holds 512 of 1,024 MiB: a twentieth more. With a quarter less, 512 of 768: c u / (m - u) = 0.1.
    let stage = "memory: \"512MiB\", work: Service(\"1s\")";
    let plain = Run { stage, ..Run::default() }.finished().summary.latency_secs.mean;
    assert!((plain - 1.05).abs() < 1e-6, "{plain}");
    let less = at(0.0, &format!("Memory({FIRST}, share: 0.25)"), "1000s");
    let tight = Run { stage, more: &less, ..Run::default() }.finished().summary.latency_secs.mean;
    assert!((tight - 1.1).abs() < 1e-6, "{tight}");
    let gone = at(0.0, &format!("Memory({FIRST}, share: 0.6)"), "1000s");
    let thrashing = Run { stage, more: &gone, ..Run::default() }.finished().summary.latency_secs.mean;
    assert!((thrashing - 20.0).abs() < 1e-6, "{thrashing}");
}

#[test]
fn faults_by_chance_come_as_often_as_they_say_and_are_the_same_in_every_run() {
    let groups = "(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 36), count: 4)";
    let more =
        "faults: [(fault: Break, pool: \"p\", every: Exponential(mean: \"20s\"), for: Exponential(mean: \"5s\"))]";
    let run = || Run { groups, client: "Closed(clients: 4, think: \"0s\")", more, seconds: 4_000, ..Run::default() };
    let finished = run().finished();
    let struck: Vec<_> = finished.timeline.iter().filter(|entry| entry.by == By::Nature).collect();
    let victims: std::collections::BTreeSet<_> = struck.iter().map(|entry| format!("{:?}", entry.command)).collect();
    assert!((150..250).contains(&struck.len()), "{} in 4,000 s", struck.len());
    assert!(victims.len() > 100, "each with a length and a victim of its own");
    let is_break =
        |command: &Command| matches!(command, Command::Inject { fault, .. } if fault.strike == Strike::Break);
    assert!(struck.iter().all(|entry| is_break(&entry.command)));
    assert_eq!(run().finished().summary.hash, finished.summary.hash);
}

#[test]
fn what_cannot_happen_is_refused_with_a_reason() {
    let refused = |more: &str, words: &str| {
        let text = Run { more, ..Run::default() }.text();
        let errors = load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect_err("it is refused");
        assert!(errors.to_string().contains(words), "{errors}");
    };
    refused(&at(1.0, &format!("Partition({FIRST})"), "1s"), "no link that could fail");
    refused(&at(1.0, &format!("Memory({FIRST}, share: 0.5)"), "1s"), "how much memory its tasks hold");
    refused(&at(1.0, "Break(zone: \"east\")", "1s"), "no group of machines is in a zone called");
    refused(&at(1.0, "Break(pool: \"p\", worker: (\"p\", 0))", "1s"), "one machine, one pool or one zone");
    refused("faults: [(fault: Partition, pool: \"p\", every: \"1s\", for: \"1s\")]", "no link that could fail");
}
