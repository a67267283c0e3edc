//! Queues as a person writes them, simulated and held against exact theory.
//!
//! Every scenario is the text of a file, read as any other and run through `engine::simulate`; every expectation comes
//! from `analysis::queueing`, which knows nothing of the engine. A second of a scenario is the unit of time of theory.
//! Seeds are fixed; a mean agrees when the exact one lies inside its interval over independent replications.

mod arrivals;
mod laws;
mod orders;

use scalelab::analysis::intervals::{Interval, Moments, mean_interval};
use scalelab::experiment::replications::replicate;
use scalelab::metrics::summary::Summary;
use scalelab::scenario::{Host, Scenario, load};

/// Confidence of every interval: with other seeds, one of a hundred such test runs would fail by chance.
const CONFIDENCE: f64 = 0.999_9;
const REPLICATIONS: u64 = 16;

/// What stands between the brackets of a scenario.
struct Case<'t> {
    pools: &'t str,
    jobs: &'t str,
    traffic: &'t str,
    /// Seconds, of which the first tenth is warm-up.
    secs: u32,
    seed: u64,
}

impl Case<'_> {
    fn scenario(&self) -> Scenario {
        let Self { pools, jobs, traffic, secs, seed } = self;
        let warmup = secs / 10;
        let text = format!(
            "(version: 1, title: \"theory\", seed: {seed}, duration: \"{secs}s\", warmup: \"{warmup}s\", mode: Simulate, \
             pools: {{ {pools} }}, jobs: {{ {jobs} }}, traffic: [{traffic}])"
        );
        load(&text, "theory", &Host { cores: 1, cpu: String::new() })
            .unwrap_or_else(|errors| panic!("{errors}\n{text}"))
    }

    fn run(&self) -> Vec<Summary> {
        replicate(&self.scenario(), REPLICATIONS, |finished| finished.summary).expect("simulated runs")
    }
}

/// A pool of one machine with so many cores.
fn machine(cores: u32, serve: &str) -> String {
    format!(
        "\"servers\": (groups: [(place: Modelled(link: None), instance: Custom(cores: {cores}, usd_per_hour: 0.05))], serve: {serve})"
    )
}

/// A job of one stage with this work.
fn request(work: &str) -> String {
    format!("\"request\": (stages: [(name: \"serve\", pool: \"servers\", work: Service({work}))])")
}

/// Jobs at this constant rate.
fn open(process: &str, rate: f64) -> String {
    format!("(job: \"request\", arrivals: Open(process: {process}, load: [(over: \"0s\", to: {rate:?})]))")
}

/// Asserts that the exact value lies inside the interval of what the runs measured, which is at most so wide.
fn agrees(what: &str, runs: &[Summary], measure: impl Fn(&Summary) -> f64, exact: f64, relative: f64) {
    let mut moments = Moments::default();
    runs.iter().for_each(|run| moments.push(measure(run)));
    let interval: Interval = mean_interval(&moments, CONFIDENCE).expect("several runs");
    println!("{what}: {:.5} +- {:.5}, exact {exact:.5}", moments.mean(), interval.half_width());
    assert!(
        interval.half_width() <= relative * exact.abs(),
        "{what}: an interval this wide shows nothing: {interval:?}"
    );
    assert!(interval.contains(exact), "{what}: {exact} is not in {interval:?}");
}
