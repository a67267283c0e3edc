//! What pools do about failures and about too much: exact where it can be worked out, and as their sources say.

use std::sync::Arc;

use scalelab::cluster::Outcome;
use scalelab::engine;
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, load};

/// A pool of machines without contention, a stage, traffic, and how long.
struct Run {
    machines: &'static str,
    pool: String,
    job: &'static str,
    stage: &'static str,
    load: String,
    more: &'static str,
    seconds: u32,
}

impl Run {
    fn of(resilience: &str, load: &str) -> Self {
        Self {
            machines: "instance: Custom(cores: 10, usd_per_hour: 1), count: 10",
            pool: format!("balance: LeastOutstanding, serve: Fifo(queue_max: 100000), resilience: ({resilience})"),
            job: "",
            stage: "work: Service(Exponential(mean: \"100ms\"))",
            load: load.to_owned(),
            more: "",
            seconds: 200,
        }
    }

    fn summary(&self) -> Summary {
        let Self { machines, pool, job, stage, load, more, seconds } = self;
        let text = format!(
            "(version: 1, title: \"resilience\", seed: 5, duration: \"{seconds}s\", mode: Simulate,
              pools: {{ \"p\": (groups: [(place: Modelled(link: None), {machines})], {pool}) }},
              jobs: {{ \"j\": ({job} stages: [(name: \"s\", pool: \"p\", {stage})]) }},
              traffic: [(job: \"j\", arrivals: Open(load: [{load}]))], {more})"
        );
        let scenario = self::load_text(&text);
        let summary = engine::simulate(Arc::new(scenario)).expect("a simulated run").summary;
        assert!(summary.checks.iter().all(|check| check.holds), "{:?}", summary.checks);
        summary
    }
}

fn load_text(text: &str) -> scalelab::scenario::Scenario {
    let loaded = load(text, "a test", &Host { cores: 1, cpu: "none".to_owned() });
    loaded.unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

fn jobs(summary: &Summary, outcome: Outcome) -> f64 {
    summary.totals.jobs.of(outcome) as f64
}

fn share(summary: &Summary, outcome: Outcome) -> f64 {
    jobs(summary, outcome) / summary.totals.jobs.arrived as f64
}

fn counted(summary: &Summary, what: &str) -> u64 {
    summary.resilience.get("p").and_then(|pool| pool.get(what)).copied().unwrap_or(0)
}

const CALM: &str = "(over: \"0s\", to: 100)";
/// 700 a second for machines that can do 1,000, and 2,000 for ten seconds: after 200 s 63 of 100 s are behind it.
const SURGE: &str =
    "(over: \"30s\", to: 700), (over: \"0s\", to: 2000), (over: \"10s\", to: 2000), (over: \"0s\", to: 700)";

#[test]
fn a_timeout_cuts_the_tail_where_the_law_says() {
    // Nobody waits: exp(-2) of exponential services take longer than twice their mean.
    let expected = (-2.0f64).exp();
    for late in ["RunOn", "DropUnbegun", "CallOff"] {
        let run = Run::of(&format!("attempts: 1, timeout: \"200ms\", late: {late}"), CALM).summary();
        let (share, n) = (share(&run, Outcome::TimedOut), run.totals.jobs.arrived as f64);
        let error = 4.0 * (expected * (1.0 - expected) / n).sqrt();
        assert!((share - expected).abs() < error, "{late}: {share} of {expected}");
        assert_eq!(counted(&run, "timeouts") as f64, jobs(&run, Outcome::TimedOut));
    }
    let deadline = Run { job: "deadline: \"200ms\",", ..Run::of("attempts: 1", CALM) }.summary();
    let share = share(&deadline, Outcome::TimedOut);
    assert!((share - expected).abs() < 0.01, "a deadline of the job: {share} of {expected}");
}

#[test]
fn what_nobody_waits_for_costs_as_much_as_late_says() {
    // Work that runs on is worked on to its end: a mean of 100 ms. Called off, it is min(service, 200 ms).
    let busy =
        |late: &str| Run::of(&format!("attempts: 1, timeout: \"200ms\", late: {late}"), CALM).summary().utilisation;
    let (whole, cut) = (100.0 * 0.1 / 100.0, 100.0 * 0.1 * (1.0 - (-2.0f64).exp()) / 100.0);
    for (late, expected) in [("RunOn", whole), ("DropUnbegun", whole), ("CallOff", cut)] {
        let busy = busy(late);
        assert!((busy / expected - 1.0).abs() < 0.03, "{late}: {busy} of {expected}");
    }
}

#[test]
fn retries_rest_exactly_as_long_as_they_are_told_to() {
    // Every attempt fails after 10 ms: three of them, and 40 + 80 ms between.
    let run = Run {
        stage: "errors: 1.0, work: Service(\"10ms\")",
        seconds: 60,
        ..Run::of("retry: (max: 2, backoff: Exponential(base: \"40ms\", cap: \"1s\"))", "(over: \"0s\", to: 10)")
    };
    let run = run.summary();
    let (failed, arrived) = (run.totals.jobs.of(Outcome::Failed), run.totals.jobs.arrived);
    assert!(arrived - failed <= 5 && failed > 400, "{failed} of {arrived} failed");
    assert_eq!(run.totals.attempts.of(Outcome::Failed) / 3, failed);
    // Little's law: so many are in the system as arrive in 150 ms.
    let stay = run.jobs_in_system_mean / (arrived as f64 / 60.0);
    assert!((stay / 0.15 - 1.0).abs() < 0.01, "they stay {stay} s");
}

#[test]
fn a_retry_storm_outlives_what_set_it_off_and_each_cure_ends_it() {
    // Each job may come three times, so below a third of the capacity nothing lasts, and at 700 of 1,000 it does.
    let storm = "timeout: \"1s\", late: RunOn, retry: (max: 2)";
    let stuck = Run::of(storm, SURGE).summary();
    assert!(share(&stuck, Outcome::Completed) < 0.5, "stuck for good: {:?}", stuck.totals.jobs);
    // At its end 700 a second wait for three timeouts each; in good health, for a tenth of a second.
    let waiting = |summary: &Summary| summary.totals.jobs.in_flight;
    assert!(waiting(&stuck) > 1_500, "{:?}", stuck.totals.jobs);
    // Without retries the same surge passes.
    let control = Run::of("timeout: \"1s\", late: RunOn, attempts: 1", SURGE).summary();
    assert!(share(&control, Outcome::Completed) > 0.7, "{:?}", control.totals.jobs);
    assert!(waiting(&control) < 150, "{:?}", control.totals.jobs);
    // 150 a second, three times, leave more than half of the machines to work off what has piled up.
    let below = Run { seconds: 300, ..Run::of(storm, &SURGE.replace("700", "150")) }.summary();
    assert!(waiting(&below) < 40, "below the threshold: {:?}", below.totals.jobs);
    let cures = [
        "timeout: \"1s\", late: CallOff, retry: (max: 2)",
        "timeout: \"1s\", retry: (max: 2, budget: 0.1)",
        "timeout: \"1s\", retry: (max: 2, budget: InFlight())",
        "timeout: \"1s\", retry: (max: 2, budget: Tokens())",
        "timeout: \"1s\", retry: Aws",
        "timeout: \"1s\", retry: (max: 2), breaker: Hystrix",
        "timeout: \"1s\", retry: (max: 2), admit: [CoDel]",
        "timeout: \"1s\", retry: (max: 2), admit: [InFlight(max: 300)]",
        "timeout: \"1s\", retry: (max: 2), admit: [Gradient(initial: 100, max: 400)]",
        "timeout: \"1s\", retry: (max: 2), admit: [TokenBucket(rate: 900, burst: 100)]",
    ];
    for cure in cures {
        let cured = Run::of(cure, SURGE).summary();
        assert!(
            waiting(&cured) < 150 && share(&cured, Outcome::Completed) > 0.4,
            "{cure}: {:?} {:?}",
            cured.totals.jobs,
            cured.resilience
        );
    }
}

#[test]
fn a_budget_allows_the_share_of_retries_that_it_says() {
    // Nine of ten attempts fail, ten thousand requests: a fifth of them may be retried, and ten a second.
    let run = |budget: &str| {
        let stage = "errors: 0.9, work: Service(\"1ms\")";
        Run { stage, ..Run::of(&format!("retry: (max: 5, budget: {budget})"), CALM) }.summary()
    };
    let share = run("Share(share: 0.2, per_second: 0)");
    let (requests, retries) = (share.totals.tasks.arrived as f64, counted(&share, "retries") as f64);
    assert!((retries / requests - 0.2).abs() < 0.01, "{retries} retries of {requests} requests");
    let with_floor = run("Share(share: 0.2, per_second: 10)");
    let retries = counted(&with_floor, "retries") as f64;
    let allowed = 0.2 * requests + 10.0 * 200.0;
    assert!((retries / allowed - 1.0).abs() < 0.02, "{retries} of {allowed}");
    // Failures outweigh successes: the tokens are gone at once, and no retry is made any more.
    let tokens = run("Tokens(max: 10, ratio: 0.1)");
    assert!(
        counted(&tokens, "retries") < 10 && counted(&tokens, "retries_refused") > 10_000,
        "{:?}",
        tokens.resilience
    );
}

#[test]
fn a_hedge_after_the_95th_percentile_copies_one_in_twenty_and_shortens_the_tail() {
    let plain = Run { seconds: 400, ..Run::of("attempts: 1", CALM) }.summary();
    let hedged =
        Run { seconds: 400, ..Run::of("attempts: 1, copies: (more: 1, after: Quantile(0.95))", CALM) }.summary();
    let copies = counted(&hedged, "copies") as f64 / hedged.totals.tasks.arrived as f64;
    assert!((0.04..0.065).contains(&copies), "{copies} of the tasks are copied");
    assert!(hedged.latency_secs.p99 < 0.85 * plain.latency_secs.p99, "{:?}", hedged.latency_secs);
}

#[test]
fn a_token_bucket_lets_its_rate_through() {
    let run = Run::of("attempts: 1, admit: [TokenBucket(rate: 40, burst: 10)]", CALM).summary();
    let passed = jobs(&run, Outcome::Completed) / 200.0;
    assert!((passed / 40.0 - 1.0).abs() < 0.03, "{passed} a second");
    assert_eq!(counted(&run, "refused_by_rate"), run.totals.jobs.of(Outcome::Shed));
}

#[test]
fn a_bulkhead_loses_as_much_as_erlang_says() {
    // Twelve at a time, 10 erlangs: M/M/12/12 loses erlang_b(12, 10).
    let run = Run { seconds: 2_000, ..Run::of("attempts: 1, admit: [InFlight(max: 12)]", CALM) }.summary();
    let expected = scalelab::analysis::queueing::erlang_b(12, 10.0).expect("valid");
    let lost = share(&run, Outcome::Shed);
    assert!((lost / expected - 1.0).abs() < 0.05, "{lost} of {expected}");
}

#[test]
fn the_less_important_are_refused_first() {
    let text = "(version: 1, title: \"t\", seed: 3, duration: \"200s\", mode: Simulate,
        pools: { \"p\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 10, usd_per_hour: 1), count: 1)],
            resilience: (attempts: 1, admit: [Priority(full: 20)])) },
        jobs: { \"low\": (priority: 1, stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"100ms\")))]),
                \"high\": (priority: 2, stages: [(name: \"s\", pool: \"p\", work: Service(Exponential(mean: \"100ms\")))]) },
        traffic: [(job: \"low\", arrivals: Open(load: [(over: \"0s\", to: 80)])),
                  (job: \"high\", arrivals: Open(load: [(over: \"0s\", to: 60)]))])";
    let summary = engine::simulate(Arc::new(load_text(text))).expect("a simulated run").summary;
    let lost = |job: &str| {
        let job = &summary.jobs[job];
        job.errors as f64 / (job.errors + job.completed) as f64
    };
    // 140 a second for 100: the important 60 hardly notice.
    assert!(lost("high") < 0.02 && lost("low") > 0.4, "{} and {}", lost("high"), lost("low"));
}

#[test]
fn codel_keeps_waits_short_under_steady_overload() {
    let overload = "(over: \"0s\", to: 1300)";
    let queue = Run { seconds: 60, ..Run::of("attempts: 1", overload) }.summary();
    let codel = Run { seconds: 60, ..Run::of("attempts: 1, admit: [CoDel]", overload) }.summary();
    assert!(queue.latency_secs.p50 > 4.0, "a queue grows: {:?}", queue.latency_secs);
    assert!(codel.latency_secs.p50 < 0.4, "dropped in time: {:?}", codel.latency_secs);
    assert!(codel.utilisation > 0.97, "and nobody idles: {}", codel.utilisation);
}

/// One of ten machines fails half of its attempts from 20 s to 140 s.
const SICK: &str =
    "timeline: [(at: \"20s\", do: Inject(fault: Errors(worker: (\"p\", 3), share: 0.5), for: \"120s\"))]";

#[test]
fn a_machine_that_fails_more_than_the_others_is_left_out_and_let_in_again() {
    let load = "(over: \"0s\", to: 500)";
    let run = |resilience: &str| Run { more: SICK, ..Run::of(resilience, load) }.summary();
    let alone = run("attempts: 1");
    // Half of a tenth of the jobs, for 120 of 200 s.
    assert!((share(&alone, Outcome::Failed) - 0.03).abs() < 0.003, "{:?}", alone.totals.jobs);
    for outliers in ["Envoy", "Accrual"] {
        let watched = run(&format!("attempts: 1, outliers: {outliers}"));
        let failed = share(&watched, Outcome::Failed);
        assert!(failed < 0.01, "{outliers}: {failed} {:?}", watched.resilience);
        let (out, back) = (counted(&watched, "machines_left_out"), counted(&watched, "machines_let_in"));
        assert!(out >= 1 && back >= 1, "{outliers}: {:?}", watched.resilience);
    }
}

#[test]
fn a_breaker_opens_while_everything_fails_and_closes_when_it_is_over() {
    let broken = "timeline: [(at: \"20s\", do: Inject(fault: Errors(pool: \"p\", share: 1), for: \"60s\"))]";
    let run = |resilience: &str| Run { more: broken, ..Run::of(resilience, CALM) }.summary();
    let plain = run("attempts: 1");
    let guarded = run("attempts: 1, breaker: Hystrix");
    // Nothing gets through either way, but hardly anything is tried.
    assert!(plain.totals.attempts.of(Outcome::Failed) > 5_500, "{:?}", plain.totals.attempts);
    // Half of the last ten seconds have to have failed before it opens.
    assert!(guarded.totals.attempts.of(Outcome::Failed) < 650, "{:?}", guarded.totals.attempts);
    let (opened, closed) = (counted(&guarded, "breaker_opened"), counted(&guarded, "breaker_closed"));
    assert_eq!((opened, closed), (1, 1), "on trial it stays open: {:?}", guarded.resilience);
    // Open for 5 s at a time: it is closed again at 85 s at the latest.
    let refused = counted(&guarded, "refused_by_breaker") as f64;
    assert!(refused / 100.0 < 65.5, "{refused} refused");
}

#[test]
fn a_caller_that_is_late_takes_those_it_called_with_it_where_deadlines_travel() {
    let run = |late: &str| {
        let text = format!(
            "(version: 1, title: \"t\", seed: 3, duration: \"100s\", mode: Simulate,
              pools: {{ \"front\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 50, usd_per_hour: 1))],
                  resilience: (attempts: 1, timeout: \"100ms\", late: {late})),
                \"back\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 50, usd_per_hour: 1))],
                  resilience: (attempts: 1, late: {late})) }},
              jobs: {{ \"j\": (stages: [(name: \"a\", pool: \"front\", calls: [\"b\"], work: Service(\"1ms\")),
                                        (name: \"b\", pool: \"back\", work: Service(\"1s\"))]) }},
              traffic: [(job: \"j\", arrivals: Open(load: [(over: \"0s\", to: 10)]))])"
        );
        let summary = engine::simulate(Arc::new(load_text(&text))).expect("a simulated run").summary;
        assert!(summary.checks.iter().all(|check| check.holds), "{:?}", summary.checks);
        summary
    };
    // A call takes a second and its caller waits for a tenth of it: everything is late.
    let (runs_on, called_off) = (run("RunOn"), run("CallOff"));
    for summary in [&runs_on, &called_off] {
        assert!(share(summary, Outcome::TimedOut) > 0.98, "{:?}", summary.totals.jobs);
    }
    // Both ends stay busy for the whole second: 20 of 100 cores; or for the tenth.
    assert!((runs_on.utilisation - 0.2).abs() < 0.02, "{}", runs_on.utilisation);
    assert!((called_off.utilisation - 0.02).abs() < 0.003, "{}", called_off.utilisation);
}
