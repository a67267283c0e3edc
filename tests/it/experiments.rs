//! Many runs: how sure a figure is, and which of two strategies is better.

use scalelab::experiment::figures::{Figure, Until};
use scalelab::experiment::replications::{Ask, Replicated, interval, is_steady, run};
use scalelab::experiment::sweep;
use scalelab::experiment::twins::compare;
use scalelab::scenario::{Host, Scenario, load, set};

/// An M/M/n queue at 80 %: services of 10 ms, a machine of one core each.
fn queue(machines: u32, balance: &str, duration: &str, extra: &str) -> Scenario {
    let rate = 80 * machines;
    let text = format!(
        "(version: 1, title: \"a queue\", seed: 5, duration: \"{duration}\", mode: Simulate,
          pools: {{ \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.5), \
          count: {machines})], balance: {balance}, serve: Fifo(queue_max: 100_000)) }},
          jobs: {{ \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"10ms\")))]) }},
          traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: {rate})]))], {extra})"
    );
    load(&text, "a test", &Host { cores: 1, cpu: "none".to_owned() }).expect("a scenario")
}

fn ask(count: u64) -> Ask {
    Ask { count, until: None, cap: count }
}

fn on_threads(threads: usize, scenario: &Scenario) -> Replicated {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| run(scenario, &ask(6))).expect("a simulated scenario")
}

#[test]
fn replications_come_to_the_same_on_any_number_of_threads() {
    let scenario = queue(1, "RoundRobin", "20s", "");
    let (one, three) = (on_threads(1, &scenario), on_threads(3, &scenario));
    assert_eq!(one.summaries, three.summaries);
    assert_eq!(one.together, three.together);
    let hashes: std::collections::BTreeSet<_> = one.summaries.iter().map(|summary| &summary.hash).collect();
    assert_eq!(hashes.len(), 6, "each replication has a luck of its own");
}

#[test]
fn the_interval_of_a_steady_queue_holds_what_theory_says() {
    // M/M/1 at 80 %: mean 50 ms, p99 230.3 ms, 4 jobs inside.
    let replicated = run(&queue(1, "RoundRobin", "200s", ""), &ask(16)).expect("a simulated scenario");
    let holds = |figure, truth: f64| {
        let got = interval(&replicated.summaries, figure).expect("many replications");
        assert!(got.contains(truth) && got.relative_half_width() < 0.12, "{figure}: {got:?}, in truth {truth}");
    };
    holds(Figure::Mean, 0.05);
    holds(Figure::P99, 0.2303);
    holds(Figure::InSystem, 4.0);
    holds(Figure::Utilisation, 0.8);
    let together = &replicated.together;
    assert_eq!((together.warmup_by.as_str(), together.is_terminating), ("MSER-5", false));
    assert!(together.warmup_secs < 50.0, "{together:?}");
}

#[test]
fn an_empty_start_is_left_out() {
    // At 99 % a queue takes long to fill; with its beginning the mean would be far too low.
    let mut scenario = queue(1, "RoundRobin", "400s", "");
    scenario.traffic[0].arrivals = scalelab::scenario::Arrivals::Open {
        process: scalelab::scenario::Process::Poisson,
        load: vec![scalelab::scenario::LoadStep {
            over: scalelab::base::Span::ZERO,
            to: scalelab::scenario::RateSpec::PerSec(99.0),
        }],
    };
    let replicated = run(&scenario, &ask(4)).expect("a simulated scenario");
    let left_out = replicated.together.warmup_secs;
    assert!(left_out > 1.0, "{left_out} s");
    assert!(replicated.summaries.iter().all(|summary| summary.warmup_secs >= left_out));
}

#[test]
fn a_story_with_an_end_is_taken_whole() {
    let noted = queue(1, "RoundRobin", "20s", "timeline: [(at: \"5s\", do: Note(\"tea\"))]");
    assert!(is_steady(&noted), "a note changes nothing");
    let changed = queue(1, "RoundRobin", "20s", "timeline: [(at: \"5s\", do: Set(\"pools.p.balance\", PowerOfTwo))]");
    let replicated = run(&changed, &ask(2)).expect("a simulated scenario");
    assert_eq!((replicated.together.is_terminating, replicated.together.warmup_secs), (true, 0.0));
    let given = queue(1, "RoundRobin", "20s", "warmup: \"3s\"");
    let replicated = run(&given, &ask(2)).expect("a simulated scenario");
    assert_eq!((replicated.together.warmup_by.as_str(), replicated.together.warmup_secs), ("the scenario", 3.0));
}

#[test]
fn a_precision_that_is_asked_for_is_reached_or_the_cap_is() {
    let scenario = queue(1, "RoundRobin", "50s", "warmup: \"5s\"");
    let until = |relative| Some(Until { figure: Figure::Mean, relative });
    let reached = run(&scenario, &Ask { count: 4, until: until(0.06), cap: 400 }).expect("a simulated scenario");
    let got = interval(&reached.summaries, Figure::Mean).expect("replications");
    assert!(got.relative_half_width() <= 0.06, "{got:?}");
    assert_eq!(reached.together.stopped_by, "precision");
    assert!((5..400).contains(&reached.together.count), "{}", reached.together.count);
    let capped = run(&scenario, &Ask { count: 4, until: until(0.0001), cap: 6 }).expect("a simulated scenario");
    assert_eq!((capped.together.stopped_by.as_str(), capped.summaries.len()), ("cap", 6));
}

#[test]
fn a_strategy_is_no_better_than_itself_and_shares_its_luck() {
    let scenario = queue(4, "RoundRobin", "20s", "warmup: \"2s\"");
    let twins = compare(&scenario, &scenario, 3, Figure::P99).expect("simulated scenarios");
    assert!(twins.figures.iter().all(|compared| compared.difference.estimate == 0.0 && !compared.is_real()));
    assert_eq!(twins.sentence, "B is neither faster nor slower at p99 and neither cheaper nor dearer; 3 replications");
}

#[test]
fn twins_show_with_few_runs_what_independent_runs_would_not() {
    // Joining the shortest of four queues against taking turns, both at 80 %: far faster on average, at the same price.
    let (turns, shortest) =
        (queue(4, "RoundRobin", "60s", "warmup: \"5s\""), queue(4, "LeastOutstanding", "60s", "warmup: \"5s\""));
    let twins = compare(&turns, &shortest, 8, Figure::Mean).expect("simulated scenarios");
    let mean = twins.figures.iter().find(|compared| compared.figure == Figure::Mean).expect("a mean");
    let change = mean.change.expect("a mean above zero");
    assert!(mean.is_real() && (-0.6..-0.2).contains(&change.estimate), "{mean:?}");
    assert!(twins.sentence.contains("% faster on average and neither cheaper nor dearer"), "{}", twins.sentence);
    let own = mean.first.half_width().hypot(mean.second.half_width());
    assert!(mean.difference.half_width() < own, "pairs share their luck: {mean:?}");
}

/// 18 requests/s of 100 ms on machines of one core that take from one queue.
const SMALLEST: &str = "(version: 1, title: \"how many?\", seed: 3, duration: \"10m\", warmup: \"1m\", mode: Simulate,
    pools: { \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 1), count: 1)],
                      prefetch: 0, balance: CentralQueue) },
    jobs: { \"j\": (stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"100ms\")))]) },
    traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 18)]))],
    objectives: [(name: \"quick\", expr: \"latency.mean < 150ms\")])";

fn swept(axes: &[&str], mut rounds: usize) -> sweep::Sweep {
    let axes = axes.iter().map(|axis| axis.parse().expect("an axis")).collect();
    let host = Host { cores: 1, cpu: "none".to_owned() };
    let make = |own: &[String]| set(SMALLEST, own, "a test", &host).map(|(_, scenario)| scenario);
    let goes_on = |_: &sweep::Point| {
        rounds -= 1;
        rounds > 0
    };
    sweep::run(axes, 4, make, goes_on).expect("simulated scenarios")
}

#[test]
fn a_sweep_finds_the_cheapest_that_does_what_theory_says_it_does() {
    // Erlang C: two machines take 526 ms on average, three 130 ms, and each more costs more.
    let sweep = swept(&["pools.p.groups.0.count=1..=5"], 99);
    let met: Vec<_> = sweep.points.iter().map(|point| point.came.as_ref().expect("a scenario").meets).collect();
    assert_eq!(met, [Some(false), Some(false), Some(true), Some(true), Some(true)]);
    assert_eq!(sweep.cheapest(), Some(2));
    let mean = |ix: usize| sweep.points[ix].came.as_ref().expect("a scenario").figures[&Figure::Mean];
    assert!((mean(1).estimate - 0.526).abs() < 0.1 && (mean(2).estimate - 0.130).abs() < 0.005, "{:?}", mean(1));
    assert!(sweep.points.iter().all(|point| point.came.as_ref().is_ok_and(|came| came.is_sound)));
}

#[test]
fn a_sweep_tries_what_is_listed_and_says_what_cannot_be_had() {
    let sweep = swept(&["pools.p.serve", "pools.p.groups.0.count=3"], 99);
    assert_eq!(sweep.points.len(), 7, "every order of service");
    let refused: Vec<&str> =
        sweep.points.iter().filter(|point| point.came.is_err()).map(|point| point.values[0].as_str()).collect();
    // A central queue gives work to free cores only.
    assert_eq!(refused, ["ShortestRemaining", "ProcessorSharing"]);
    assert_eq!(swept(&["pools.p.balance"], 2).points.len(), 2, "it stops when it is told to");
}
