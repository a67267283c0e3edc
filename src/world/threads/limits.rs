//! What this computer can do at most: how fast all of its cores together read memory and calculate.

use std::hint::black_box;
use std::io;
use std::sync::{Arc, Barrier};

use super::time;
use crate::base::{Span, os};
use crate::scenario::MachineLimits;
use crate::workload::{operations_per_step, peak, sum};

/// Doubles that each core reads: more than caches hold.
const DOUBLES: usize = 1 << 24;
/// Steps of arithmetic in a round.
const STEPS: u64 = 200_000;
/// Rounds of each kind; the median counts.
const ROUNDS: usize = 7;

/// Measures both with all cores at work at the same time, in less than a second. Takes 128 MB of memory for each core.
///
/// # Errors
/// When the system has no thread left to give.
pub fn measure(cores: usize) -> io::Result<MachineLimits> {
    let barrier = Arc::new(Barrier::new(cores));
    let spawn = |number: usize| {
        let barrier = barrier.clone();
        os::spawn(&format!("limits-{number}"), move || one_core(&barrier))
    };
    let threads: Vec<_> = (0..cores).map(spawn).collect::<io::Result<_>>()?;
    let each = threads.into_iter().map(|thread| thread.join().unwrap_or((0.0, 0.0)));
    let (read, operations) = each.fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    Ok(MachineLimits { read_bytes_per_sec: read, operations_per_sec: operations })
}

/// Bytes read and operations done a second.
fn one_core(barrier: &Barrier) -> (f64, f64) {
    let array = vec![1.0_f64; DOUBLES];
    barrier.wait();
    let read = median((0..ROUNDS).map(|_| time(|| black_box(sum(black_box(&array))))));
    barrier.wait();
    let calculated = median((0..ROUNDS).map(|_| time(|| black_box(peak(true, STEPS, black_box(0.5))))));
    let bytes = (DOUBLES * size_of::<f64>()) as f64;
    (bytes / read.secs(), (STEPS * operations_per_step()) as f64 / calculated.secs())
}

fn median(spans: impl Iterator<Item = Span>) -> Span {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    spans[spans.len() / 2].max(Span(1))
}
