//! What does one chunk of 1,000 x 1,000 doubles cost on one core, beside what its memory traffic alone costs?
//!
//! `cargo bench --no-default-features --bench kernels`. All lines move the same 8 MB, so their GiB/s can be compared:
//! `generate` makes the data in a buffer that stays in the first-level cache, `fill` makes it in the chunk's own
//! memory, `sum` reads an existing array once, and `chunk` is the task of the scenario: fill, then read again.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scalelab::base::{Domain, Stream};
use scalelab::workload::{ArrayMean, Data, Kernel, Scratch, fill_uniform, sum};

const SIDE: usize = 1_000;
/// Doubles that fit into the first-level cache of most processors.
const BLOCK: usize = 2_500;

fn array_mean(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("array_mean");
    group.throughput(Throughput::Bytes((SIDE * SIDE * size_of::<f64>()) as u64));

    let mut block = vec![0.5; BLOCK];
    group.bench_function("generate", |bencher| {
        bencher.iter(|| (0..SIDE * SIDE / BLOCK).for_each(|_| fill_uniform(&mut stream(), black_box(&mut block))));
    });

    let mut array = vec![0.5; SIDE * SIDE];
    group.bench_function("fill", |bencher| bencher.iter(|| fill_uniform(&mut stream(), black_box(&mut array))));
    group.bench_function("sum", |bencher| bencher.iter(|| sum(black_box(&array))));

    let side = SIDE as u64;
    let kernel = ArrayMean::new([10 * side, 10 * side], [side, side]);
    let mut scratch = Scratch::with_doubles(kernel.scratch_doubles()).expect("8 MB");
    let mut chunk = 0;
    group.bench_function("chunk", |bencher| {
        bencher.iter(|| {
            chunk = (chunk + 1) % 100;
            kernel.run(Data { seed: 42, data_seed: 7, chunk }, &[], black_box(&mut scratch))
        });
    });
    group.finish();
}

fn stream() -> Stream {
    Stream::new(42, Domain::Data, [0; 4])
}

criterion_group!(benches, array_mean);
criterion_main!(benches);
