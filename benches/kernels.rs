//! What does one chunk of 1,000 x 1,000 doubles cost on one core, beside what its memory traffic alone costs?
//!
//! `cargo bench --no-default-features --bench kernels`. All lines move the same 8 MB, so their GiB/s can be compared:
//! `generate` makes the data in a buffer that stays in the first-level cache, `fill` makes it in the chunk's own
//! memory, `sum` reads an existing array once, and `chunk` is the task of the scenario: fill, then read again.
//!
//! Kernels of arithmetic stand beside what the machine can do at most, as operations a second.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scalelab::base::{Domain, Stream};
use scalelab::scenario::Network;
use scalelab::workload::{
    ArrayMean, Data, Features, GroupBy, Inference, Kernel, Mandelbrot, MatrixProduct, Partial, Scratch, Train,
    fill_uniform, operations_per_step, peak, sum,
};

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

/// A chunk inside of the set, where every point takes all its iterations, beside what the machine can do at most without
/// fusing anything: as many multiplications as additions, none of which waits for another. Elements are operations.
fn mandelbrot(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mandelbrot");
    let (side, iterations) = (64, 1_000);
    let kernel = Mandelbrot::new([16 * side, 16 * side], [side, side], iterations);
    // Of 16 x 16 chunks one around -0.2 + 0.1i, in the middle of the main body.
    let chunk = 8 * 16 + 11;
    let mut scratch = Scratch::default();
    group.throughput(Throughput::Elements(FLOPS * side * side * u64::from(iterations)));
    group.bench_function("chunk", |bencher| {
        bencher.iter(|| kernel.run(Data { seed: 42, data_seed: 7, chunk }, &[], black_box(&mut scratch)));
    });
    group.throughput(Throughput::Elements(operations_per_step() * PEAK_STEPS));
    group.bench_function("peak", |bencher| {
        bencher.iter(|| peak(false, PEAK_STEPS, black_box(0.5)));
    });
    group.finish();
}

/// Kernels that multiply matrices, beside products and sums that are fused and wait for nothing.
fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("products");
    let network = Network { features: 16, hidden: 32, classes: 4 };
    let kernels: [(&str, Box<dyn Kernel>); 3] = [
        ("block of 512 x 512, inner size 2,048", Box::new(MatrixProduct::new([2_048, 2_048], 2_048, [512, 512]))),
        ("inference, a batch of 1,000", Box::new(Inference::new(100_000, 1_000, 64, 10))),
        ("training, a shard of 5,000 in batches of 50", Box::new(Train::new(20_000, 50, 1, network, 4))),
    ];
    for (name, kernel) in kernels {
        let mut scratch = Scratch::with_doubles(kernel.scratch_doubles()).expect("a few megabytes");
        group.throughput(Throughput::Elements(kernel.flops(0).expect("it is known")));
        group.bench_function(name, |bencher| {
            bencher.iter(|| kernel.run(Data { seed: 42, data_seed: 7, chunk: 0 }, &[], black_box(&mut scratch)));
        });
    }
    group.throughput(Throughput::Elements(operations_per_step() * PEAK_STEPS));
    group.bench_function("peak, fused", |bencher| {
        bencher.iter(|| peak(true, PEAK_STEPS, black_box(0.5)));
    });
    group.finish();
}

/// A chunk of a table, beside what making its data alone costs: three doubles a row.
fn features(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("features");
    let (rows, chunk, groups, data) = (2_000_000, 50_000, 5_000, Data { seed: 42, data_seed: 7, chunk: 0 });
    let (group_by, features) = (GroupBy::new(rows, chunk, groups), Features::new(rows, chunk, groups, 8));
    let mut scratch = Scratch::with_doubles(features.scratch_doubles().max(group_by.scratch_doubles())).expect("5 MB");
    let moments = Partial::Sums { count: 1, sums: vec![1.0; 2 * groups as usize].into(), at: [].into() };
    group.throughput(Throughput::Bytes(group_by.bytes(0)));
    group.bench_function("group", |bencher| bencher.iter(|| group_by.run(data, &[], black_box(&mut scratch))));
    group.bench_function("features", |bencher| {
        bencher.iter(|| features.run(data, std::slice::from_ref(&moments), black_box(&mut scratch)));
    });
    let mut array = vec![0.5; 3 * chunk as usize];
    group.bench_function("fill", |bencher| bencher.iter(|| fill_uniform(&mut stream(), black_box(&mut array))));
    group.finish();
}

/// Operations of an iteration of a point: three multiplications, four additions.
const FLOPS: u64 = 7;
const PEAK_STEPS: u64 = 100_000;

fn stream() -> Stream {
    Stream::new(42, Domain::Data, [0; 4])
}

criterion_group!(benches, array_mean, mandelbrot, products, features);
criterion_main!(benches);
