//! Orders of service, clients that give up or come back, ways from stage to stage, copies: as theory says.

use scalelab::analysis::queueing::{
    Class, ErlangA, Law, MG1, ProcessorSharing, amplification, nonpreemptive_mean_waits, preemptive_mean_responses,
    retrial_mean_response, srpt_mean_response, with_feedback,
};
use scalelab::cluster::Outcome;

use super::{Case, agrees, machine, open, request};

const ROOM: u32 = 1_000_000;

#[test]
fn the_important_wait_less_and_interrupt_where_asked() {
    let class = |rate| Class { arrival_rate: rate, service: Law::exponential(1.0).expect("inside the domain") };
    let classes = [class(0.4), class(0.4)];
    let waits = nonpreemptive_mean_waits(&classes).expect("stable");
    let responses = preemptive_mean_responses(&classes).expect("stable");
    let jobs: String = [("high", 5), ("low", -5)]
        .map(|(name, priority)| {
            format!(
                "\"{name}\": (priority: {priority}, stages: [(name: \"serve\", pool: \"servers\", \
                 work: Service(Exponential(mean: \"1s\")))]),"
            )
        })
        .concat();
    let traffic = ["high", "low"]
        .map(|job| format!("(job: \"{job}\", arrivals: Open(process: Poisson, load: [(over: \"0s\", to: 0.4)])),"))
        .concat();
    for (preemption, expected, seed) in
        [("None", [waits[0] + 1.0, waits[1] + 1.0], 21), ("Resume", [responses[0], responses[1]], 22)]
    {
        let pools = machine(1, &format!("Priority(queue_max: {ROOM}, preemption: {preemption})"));
        let runs = Case { pools: &pools, jobs: &jobs, traffic: &traffic, secs: 60_000, seed }.run();
        for (name, exact) in ["high", "low"].into_iter().zip(expected) {
            let what = format!("{name}, preemption {preemption}");
            agrees(&what, &runs, |run| run.jobs[name].latency_secs.mean, exact, 0.1);
        }
        agrees("both work on", &runs, |run| run.utilisation, 0.8, 0.05);
    }
}

#[test]
fn shortest_remaining_and_sharing_respond_as_schrage_and_kleinrock_say() {
    let (jobs, traffic) = (request("Exponential(mean: \"1s\")"), open("Poisson", 0.7));
    let exact = srpt_mean_response(&MG1::new(0.7, Law::exponential(1.0).expect("a law")).expect("stable"));
    let pools = machine(1, &format!("ShortestRemaining(queue_max: {ROOM})"));
    let runs = Case { pools: &pools, jobs: &jobs, traffic: &traffic, secs: 40_000, seed: 23 }.run();
    agrees("shortest remaining", &runs, |run| run.latency_secs.mean, exact.expect("solved"), 0.05);
    agrees("shortest remaining works on", &runs, |run| run.utilisation, 0.7, 0.05);

    // Insensitive: the mean is that of any law, here one that varies a lot.
    let jobs = request("HyperExponential(mean: \"1s\", cv: 2)");
    let exact = ProcessorSharing::new(0.7, 1.0).expect("stable");
    let pools = machine(1, &format!("ProcessorSharing(jobs_max: {ROOM})"));
    let runs = Case { pools: &pools, jobs: &jobs, traffic: &traffic, secs: 60_000, seed: 24 }.run();
    agrees("sharing", &runs, |run| run.latency_secs.mean, exact.mean_response(), 0.1);
    agrees("sharing, number", &runs, |run| run.jobs_in_system_mean, exact.mean_number(), 0.1);
    agrees("sharing works on", &runs, |run| run.utilisation, 0.7, 0.05);
}

#[test]
fn clients_give_up_as_palm_says() {
    let exact = ErlangA::new(9.5, 1.0, 10, 0.5).expect("stable");
    let traffic = "(job: \"request\", patience: Exponential(mean: \"2s\"), \
                   arrivals: Open(process: Poisson, load: [(over: \"0s\", to: 9.5)]))";
    let pools = machine(10, &format!("Fifo(queue_max: {ROOM})"));
    let jobs = request("Exponential(mean: \"1s\")");
    let runs = Case { pools: &pools, jobs: &jobs, traffic, secs: 6_000, seed: 25 }.run();
    let abandoned = |run: &scalelab::metrics::summary::Summary| {
        let jobs = run.totals.jobs;
        jobs.of(Outcome::Abandoned) as f64 / jobs.arrived as f64
    };
    agrees("abandoned", &runs, abandoned, exact.prob_abandon(), 0.1);
    agrees("number", &runs, |run| run.jobs_in_system_mean, exact.mean_number(), 0.05);
    agrees("works on", &runs, |run| run.utilisation, exact.utilization(), 0.05);
}

#[test]
fn refused_clients_come_back_and_count_from_their_first_asking() {
    let exact = retrial_mean_response(0.5, 1.0, 1.0).expect("stable");
    let traffic = "(job: \"request\", comes_back: Exponential(mean: \"1s\"), \
                   arrivals: Open(process: Poisson, load: [(over: \"0s\", to: 0.5)]))";
    let jobs = request("Exponential(mean: \"1s\")");
    let runs = Case { pools: &machine(1, "Fifo(queue_max: 0)"), jobs: &jobs, traffic, secs: 40_000, seed: 26 }.run();
    agrees("response", &runs, |run| run.latency_secs.mean, exact, 0.05);
    agrees("works on", &runs, |run| run.utilisation, 0.5, 0.05);
}

#[test]
fn feedback_loads_a_station_as_jackson_says() {
    let exact = with_feedback(0.3, 0.6, 1.0).expect("stable");
    let jobs = "\"request\": (stages: [(name: \"serve\", pool: \"servers\", then: [(\"serve\", 0.6)], \
                work: Service(Exponential(mean: \"1s\")))])";
    let pools = machine(1, &format!("Fifo(queue_max: {ROOM})"));
    let runs = Case { pools: &pools, jobs, traffic: &open("Poisson", 0.3), secs: 60_000, seed: 27 }.run();
    agrees("response", &runs, |run| run.latency_secs.mean, exact.mean_response(), 0.1);
    agrees("number", &runs, |run| run.jobs_in_system_mean, exact.mean_number(), 0.1);
    agrees("works on", &runs, |run| run.utilisation, 0.75, 0.05);
}

#[test]
fn errors_are_tried_again_as_often_as_a_geometric_sum_says() {
    let exact = amplification(0.3, 2).expect("a share");
    let pools = format!("{}, resilience: (attempts: 3))", machine(64, "Fifo").trim_end_matches(')'));
    let jobs = "\"request\": (stages: [(name: \"serve\", pool: \"servers\", errors: 0.3, \
                work: Service(Constant(\"100ms\")))])";
    let runs = Case { pools: &pools, jobs, traffic: &open("Poisson", 50.0), secs: 400, seed: 28 }.run();
    let per_job =
        |run: &scalelab::metrics::summary::Summary| run.totals.attempts.arrived as f64 / run.totals.jobs.arrived as f64;
    agrees("attempts", &runs, per_job, exact.attempts, 0.05);
    let failed = |run: &scalelab::metrics::summary::Summary| {
        run.totals.jobs.of(Outcome::Failed) as f64 / run.totals.jobs.arrived as f64
    };
    agrees("failures", &runs, failed, exact.prob_failure, 0.2);
}

/// Four machines of one core behind a random-like balancer would do; with no queueing any does.
fn copies(more: u32, after: &str) -> String {
    format!(
        "\"servers\": (groups: [(place: Modelled(link: None), instance: Custom(cores: 1, usd_per_hour: 0.05), \
         count: 4)], balance: RoundRobin, serve: Fifo, resilience: (attempts: 1, \
         copies: (more: {more}, after: \"{after}\")))"
    )
}

#[test]
fn the_first_of_several_copies_answers_and_the_others_stop() {
    // One client at a time, so that nothing queues: the least of three exponentials has a third of the mean, and three
    // cores work on it for as long.
    let traffic = "(job: \"request\", arrivals: Closed(clients: 1, think: Constant(\"0s\")))";
    let jobs = request("Exponential(mean: \"1s\")");
    let runs = Case { pools: &copies(2, "0s"), jobs: &jobs, traffic, secs: 4_000, seed: 29 }.run();
    agrees("three at once", &runs, |run| run.latency_secs.mean, 1.0 / 3.0, 0.05);
    agrees("three work", &runs, |run| run.utilisation, 0.75, 0.02);
    // A hedge at the median: half of the jobs need it, and the mean is 1/2 + 1/2 x 1/2.
    let runs = Case { pools: &copies(1, "693147181ns"), jobs: &jobs, traffic, secs: 8_000, seed: 30 }.run();
    agrees("a hedge at the median", &runs, |run| run.latency_secs.mean, 0.75, 0.05);
    let extra = |run: &scalelab::metrics::summary::Summary| {
        run.totals.attempts.arrived as f64 / run.totals.tasks.arrived as f64 - 1.0
    };
    agrees("hedges", &runs, extra, 0.5, 0.05);
}
