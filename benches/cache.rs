//! Accesses a second of each cache, on Zipf 1.0 over 100,000 names with a tenth of them as entries; beside it how many times
//! as long each takes as LRU, in the same run.

use std::hint::black_box;
use std::time::Instant;

use scalelab::base::{Domain, Stream};
use scalelab::policy::cache::CacheState;
use scalelab::scenario::{Cache, Eviction};

const NAMES: u64 = 100_000;
const ENTRIES: u32 = 10_000;
const ACCESSES: usize = 4_000_000;

fn main() {
    let trace = trace();
    let lru = nanos(Eviction::Lru, &trace);
    for (name, by) in Eviction::ALL {
        let nanos = nanos(by, &trace);
        println!(
            "{name:<10} {nanos:>6.1} ns an access, {:>5.1} million a second, {:.2} times LRU",
            1e3 / nanos,
            nanos / lru
        );
    }
}

fn trace() -> Vec<u64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=NAMES)
        .map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        })
        .collect();
    let mut stream = Stream::new(1, Domain::Keys, [0; 4]);
    let mut draw = || {
        let at = stream.below(1 << 53) as f64 / (1_u64 << 53) as f64 * sum;
        sums.partition_point(|partial| *partial <= at) as u64
    };
    (0..ACCESSES).map(|_| draw()).collect()
}

/// The best of three rounds.
fn nanos(by: Eviction, trace: &[u64]) -> f64 {
    let round = || {
        let mut cache = CacheState::new(Cache::Keep { by, entries: ENTRIES });
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
        let began = Instant::now();
        let hits: u64 = trace.iter().map(|&name| u64::from(cache.access(name))).sum();
        black_box(hits);
        began.elapsed().as_nanos() as f64 / trace.len() as f64
    };
    (0..3).map(|_| round()).fold(f64::INFINITY, f64::min)
}
