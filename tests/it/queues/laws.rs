//! Laws as a file writes them draw what theory says they do.

use scalelab::analysis::queueing::{Law, MG1};
use scalelab::base::{Domain, Stream};
use scalelab::scenario::{Dist, Work};

use super::{Case, agrees, machine, open, request};

/// Draws of each law.
const DRAWS: u32 = 100_000;
/// The distance of Kolmogorov and Smirnov, times the root of the draws, that one of a million samples exceeds.
const DISTANCE_MAX: f64 = 2.69;

/// The law that stands in a file.
fn read(text: &str) -> Dist {
    let scenario =
        Case { pools: &machine(1, "Fifo"), jobs: &request(text), traffic: &open("Poisson", 0.5), secs: 10, seed: 1 }
            .scenario();
    let Work::Service(law) = &scenario.jobs[0].stages[0].work else { panic!("a service") };
    law.clone()
}

#[test]
fn every_law_has_the_distribution_of_its_formula() {
    let phases = [(0.9, 2.0), (0.1, 0.25)];
    for (text, law) in [
        ("Exponential(mean: \"2s\")", Law::exponential(2.0)),
        ("Uniform(\"1s\", \"3s\")", Law::uniform(1.0, 3.0)),
        ("LogNormal(mean: \"1s\", cv: 2)", Law::lognormal_of(1.0, 4.0)),
        ("Erlang(k: 4, mean: \"1s\")", Law::erlang(4, 1.0)),
        ("Erlang(k: 37, mean: \"2s\")", Law::erlang(37, 2.0)),
        ("Gamma(shape: 2.5, mean: \"1s\")", Law::gamma(2.5, 1.0)),
        ("Gamma(shape: 0.3, mean: \"1s\")", Law::gamma(0.3, 1.0)),
        ("HyperExponential(mean: \"1s\", cv: 2)", Law::balanced_hyperexponential(1.0, 4.0)),
        ("HyperExponential(phases: [(0.9, \"500ms\"), (0.1, \"4s\")])", Law::hyperexponential(&phases)),
        ("BoundedPareto(low: \"200ms\", high: \"90s\", alpha: 1.5)", Law::bounded_pareto(1.5, 0.2, 90.0)),
        ("BoundedPareto(low: \"200ms\", high: \"90s\", alpha: 1)", Law::bounded_pareto(1.0, 0.2, 90.0)),
        ("Weibull(shape: 0.6, scale: \"1s\")", Law::weibull(0.6, 1.0)),
        ("Weibull(shape: 3, scale: \"1s\")", Law::weibull(3.0, 1.0)),
    ] {
        let (dist, law) = (read(text), law.expect("inside the domain"));
        assert!((dist.mean() / law.mean() - 1.0).abs() < 1e-12, "{text}: {} is not {}", dist.mean(), law.mean());
        let mut stream = Stream::new(5, Domain::Demand, [0; 4]);
        let mut draws: Vec<f64> = (0..DRAWS).map(|_| dist.sample(&mut stream)).collect();
        draws.sort_by(f64::total_cmp);
        let far = |(below, draw): (usize, &f64)| {
            let cdf = 1.0 - law.survival(*draw);
            let n = f64::from(DRAWS);
            (cdf - below as f64 / n).abs().max((cdf - (below + 1) as f64 / n).abs())
        };
        let distance = draws.iter().enumerate().map(far).fold(0.0, f64::max) * f64::from(DRAWS).sqrt();
        assert!(distance < DISTANCE_MAX, "{text}: distance {distance}");
    }
}

#[test]
fn one_server_waits_as_pollaczek_and_khinchine_say() {
    for (text, law, rate, seed) in [
        ("Constant(\"1s\")", Law::constant(1.0), 0.8, 11),
        ("Erlang(k: 4, mean: \"1s\")", Law::erlang(4, 1.0), 0.8, 12),
        ("HyperExponential(mean: \"1s\", cv: 2)", Law::balanced_hyperexponential(1.0, 4.0), 0.5, 13),
        ("Weibull(shape: 0.7, scale: \"1s\")", Law::weibull(0.7, 1.0), 0.5, 14),
    ] {
        let exact = MG1::new(rate, law.expect("inside the domain")).expect("stable");
        let (pools, jobs, traffic) = (machine(1, "Fifo"), request(text), open("Poisson", rate));
        let runs = Case { pools: &pools, jobs: &jobs, traffic: &traffic, secs: 60_000, seed }.run();
        agrees(text, &runs, |run| run.latency_secs.mean, exact.mean_response(), 0.1);
        agrees(text, &runs, |run| run.jobs_in_system_mean, exact.mean_number(), 0.1);
        agrees(text, &runs, |run| run.utilisation, exact.utilization(), 0.1);
    }
}
