//! Arrivals that are regular, uneven or come in bursts, before one exponential server: GI/M/1.

use scalelab::analysis::queueing::{GiM1, Law};

use super::{Case, agrees, machine, open, request};

const SERVICE: &str = "Exponential(mean: \"1s\")";

fn check(process: &str, gaps: &Law, rate: f64, seed: u64) {
    let exact = GiM1::new(gaps, 1.0).expect("stable");
    let (pools, jobs, traffic) = (machine(1, "Fifo"), request(SERVICE), open(process, rate));
    let runs = Case { pools: &pools, jobs: &jobs, traffic: &traffic, secs: 50_000, seed }.run();
    agrees(process, &runs, |run| run.throughput_jobs_per_sec, rate, 0.1);
    agrees(process, &runs, |run| run.latency_secs.mean, exact.mean_response(), 0.1);
    agrees(process, &runs, |run| run.latency_secs.p95, exact.response_quantile(0.95), 0.1);
}

#[test]
fn renewal_processes_wait_as_their_transform_says() {
    let law = |law: Result<Law, _>| law.expect("inside the domain");
    check("Regular", &law(Law::constant(2.0)), 0.5, 21);
    check("Erlang(k: 4)", &law(Law::erlang(4, 1.25)), 0.8, 22);
    check("HyperExponential(cv: 2)", &law(Law::balanced_hyperexponential(2.0, 4.0)), 0.5, 23);
    check("LogNormal(cv: 0.5)", &law(Law::lognormal_of(2.0, 0.25)), 0.5, 24);
    // Only the shape counts: a mean of 2 s is scaled to that of the load, 1.25 s.
    check("Renewal(Uniform(\"1s\", \"3s\"))", &law(Law::uniform(0.625, 1.875)), 0.8, 25);
    check("Renewal(Gamma(shape: 0.5, mean: \"1h\"))", &law(Law::gamma(0.5, 2.0)), 0.5, 26);
}

/// Poisson arrivals that are switched on and off at random are a renewal process with hyperexponential gaps (Kuczura,
/// "The interrupted Poisson process as an overflow process", 1973).
#[test]
fn bursts_with_silence_between_them_are_hyperexponential_gaps() {
    let (rate, on_secs, off_secs) = (0.4, 10.0, 15.0);
    let on_rate: f64 = rate * (on_secs + off_secs) / on_secs;
    let (to_off, to_on) = (1.0 / on_secs, 1.0 / off_secs);
    let sum = on_rate + to_off + to_on;
    let root = (sum * sum - 4.0 * on_rate * to_on).sqrt();
    let (fast, slow) = (f64::midpoint(sum, root), (sum - root) / 2.0);
    let often = (on_rate - slow) / (fast - slow);
    let gaps = Law::hyperexponential(&[(often, fast), (1.0 - often, slow)]).expect("inside the domain");
    assert!((gaps.mean() * rate - 1.0).abs() < 1e-12, "{}", gaps.mean());
    check("Mmpp(states: [(rate: 7, mean: \"10s\"), (rate: 0, mean: \"15s\")])", &gaps, rate, 27);
}

/// When the states change much faster than jobs come, only their mean is left: M/M/1. With three states alike it is
/// one from the start.
#[test]
fn bursts_too_short_to_notice_are_poisson() {
    let exponential = || Law::exponential(1.25).expect("inside the domain");
    check("Mmpp(states: [(rate: 1, mean: \"20ms\"), (rate: 2, mean: \"40ms\")])", &exponential(), 0.8, 28);
    let alike = "(rate: 2, mean: \"1s\"), (rate: 2, mean: \"90s\"), (rate: 2, mean: \"7s\")";
    check(&format!("Mmpp(states: [{alike}])"), &exponential(), 0.8, 29);
}
