//! The answer of a job is the same bits whoever computes which chunk, in which order, on how many threads.

use std::sync::Mutex;

use scalelab::base::{Bytes, Domain, JobType, PoolId, StageIx, Stream};
use scalelab::scenario::{Collective, Edge, Job, Kernel, Network, Stage, Via, Work};
use scalelab::workload::{Answer, Partial, Scratch, Workbook};

const KIND: JobType = JobType(0);
const SEED: u64 = 42;

/// 1,000 x 900 doubles in chunks of 128 x 100, so that the lower edge is cut: 72 chunks, then 8 nodes, then the root.
fn workbook() -> Workbook {
    let mean = Kernel::ArrayMean { shape: [1_000, 900], chunk: [128, 100] };
    let combine = Kernel::Combine { fan_in: 9 };
    let stages = vec![stage(mean, 72, None), stage(combine, 8, Some(0)), stage(combine, 1, Some(1))];
    Workbook::of(&[Job { name: "mean".to_owned(), priority: 0, deadline: None, entry: Vec::new(), stages }])
}

fn stage(kernel: Kernel, tasks: u32, after: Option<u16>) -> Stage {
    let after = after.map(|from| (StageIx(from), Edge::Gather)).into_iter().collect();
    let (name, pool, work) = (String::new(), PoolId(0), Work::Kernel(kernel));
    let (then, calls, errors) = (Vec::new(), Vec::new(), 0.0);
    Stage {
        table: None,
        name,
        pool,
        after,
        tasks,
        work,
        then,
        errors,
        calls,
        inlined: Vec::new(),
        memory: Bytes(0),
        bytes_in: Bytes(0),
        bytes_out: Bytes(64),
    }
}

fn reference(data_seed: u64) -> Partial {
    workbook().reference(SEED, data_seed, KIND, &mut Scratch::default()).expect("the job has chunks")
}

fn answer(whole: Partial) -> Answer {
    workbook().answer(KIND, whole).expect("a mean of many numbers")
}

/// The chunks in an order of their own.
fn shuffled(order: u64) -> Vec<u32> {
    let mut stream = Stream::new(order, Domain::Swarm, [0; 4]);
    let mut leaves: Vec<u32> = (0..workbook().leaves(KIND)).collect();
    for position in (1..leaves.len()).rev() {
        leaves.swap(position, stream.below(position as u64 + 1) as usize);
    }
    leaves
}

#[test]
fn the_answer_has_the_same_bits_in_any_order_on_any_number_of_threads() {
    let workbook = workbook();
    let expected = reference(7);
    for threads in 1..=5 {
        let order = shuffled(threads);
        let partials = Mutex::new(vec![None; order.len()]);
        std::thread::scope(|scope| {
            for owned in order.chunks(order.len().div_ceil(threads as usize)) {
                let (workbook, partials) = (&workbook, &partials);
                scope.spawn(move || {
                    let mut scratch = workbook.scratch().expect("100 kB");
                    for leaf in owned {
                        let chunk = workbook.leaf_chunk(KIND, *leaf);
                        let partial = workbook.run(SEED, 7, chunk, &[], &mut scratch);
                        partials.lock().expect("no thread panics")[*leaf as usize] = Some(partial);
                    }
                });
            }
        });
        let partials = partials.into_inner().expect("no thread panics");
        let whole = workbook.whole(KIND, |leaf| partials[leaf as usize].clone()).expect("all chunks are there");
        assert!(whole.same_bits(&expected), "{threads} threads: {whole:?} is not {expected:?}");
    }
}

#[test]
fn running_the_combining_tasks_gives_the_bits_of_the_tree() {
    let workbook = workbook();
    let mut scratch = Scratch::default();
    let leaves: Vec<Partial> = (0..workbook.leaves(KIND))
        .map(|leaf| workbook.run(SEED, 7, workbook.leaf_chunk(KIND, leaf), &[], &mut scratch))
        .collect();
    let mut left = leaves.clone();
    for (stage, tasks) in [(1, 8), (2, 1)] {
        let below = left;
        let run = |task| {
            let chunk = scalelab::workload::Chunk { kind: KIND, stage: StageIx(stage), task };
            let inputs: Vec<Partial> = workbook.inputs(chunk).map(|input| below[input.task as usize].clone()).collect();
            workbook.run(SEED, 7, chunk, &inputs, &mut Scratch::default())
        };
        left = (0..tasks).map(run).collect();
    }
    assert!(left[0].same_bits(&reference(7)));
}

#[test]
fn the_answer_is_one_half_within_four_standard_errors_for_each_of_sixteen_data_seeds() {
    let answers: Vec<Answer> = (0..16).map(|data_seed| answer(reference(data_seed))).collect();
    for (data_seed, answer) in answers.iter().enumerate() {
        assert_eq!((answer.exact, answer.std_error), (Some(0.5), Some((1.0_f64 / 12.0 / 900_000.0).sqrt())));
        assert!(answer.is_plausible(), "data seed {data_seed}: {answer:?}");
    }
    let mut values: Vec<u64> = answers.iter().map(|answer| answer.value.to_bits()).collect();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), 16, "different data seeds are different data");
}

/// The figure was computed by this program; it pins the generator, the order of the sum and the tree on every platform.
#[test]
fn the_bits_of_an_answer_are_those_of_every_machine() {
    assert_eq!(answer(reference(7)).value.to_bits(), 0x3FDF_F9BA_BB5A_8F07);
}

/// Kernels that multiply matrices: the answers are those that are known, and the same bits on one machine.
#[test]
fn products_and_networks_give_what_is_known() {
    let product = Kernel::MatrixProduct { shape: [300, 200], inner: 500, chunk: [64, 70] };
    let network = Kernel::Inference { rows: 20_000, batch: 1_500, features: 64, classes: 10 };
    for (kernel, chunks, known) in [(product, 15, 125.0), (network, 14, 0.8 + (1.0 - 0.8_f64.powi(10)) / 10.0)] {
        let stages = vec![stage(kernel, chunks, None), stage(Kernel::Combine { fan_in: 15 }, 1, Some(0))];
        let job = Job { name: "job".to_owned(), priority: 0, deadline: None, entry: Vec::new(), stages };
        let workbook = Workbook::of(&[job]);
        let whole = || workbook.reference(SEED, 7, KIND, &mut Scratch::default()).expect("the job has chunks");
        let answer = workbook.answer(KIND, whole()).expect("it has an answer");
        assert!(answer.exact.is_some_and(|exact| (exact - known).abs() < 1e-12) && answer.is_plausible(), "{answer:?}");
        assert!(whole().same_bits(&whole()));
    }
}

/// The same for a kernel whose chunks are of very different work.
#[test]
fn a_count_is_the_same_on_every_machine() {
    let count = Kernel::Mandelbrot { shape: [300, 200], chunk: [64, 70], iterations: 500 };
    let stages = vec![stage(count, 15, None), stage(Kernel::Combine { fan_in: 15 }, 1, Some(0))];
    let job = Job { name: "area".to_owned(), priority: 0, deadline: None, entry: Vec::new(), stages };
    let workbook = Workbook::of(&[job]);
    let whole = workbook.reference(SEED, 7, KIND, &mut Scratch::default()).expect("the job has chunks");
    assert_eq!(whole, Partial::Mean { count: 60_000, sum: 14_548.0 });
}

/// Three stages that take what those before left, by hand and by the reference, with any partitions.
#[test]
fn features_are_the_same_whatever_the_partitions_and_chunks() {
    let answers = [(1, 7_000), (3, 7_000), (3, 30_000), (8, 1_000)].map(|(partitions, chunk)| {
        let workbook = Workbook::of(&[features(partitions, chunk)]);
        let mut scratch = workbook.scratch().expect("a megabyte");
        let whole = workbook.reference(SEED, 7, KIND, &mut scratch).expect("the job has chunks");
        let answer = workbook.answer(KIND, whole.clone()).expect("it has an answer");
        assert!(answer.is_plausible() && whole.count() == 30_000, "{answer:?}");
        // A leaf without what it takes leaves nothing.
        let last = workbook.leaf_chunk(KIND, workbook.leaves(KIND) - 1);
        assert_eq!(workbook.run(SEED, 7, last, &[], &mut scratch), Partial::Nothing);
        (chunk, whole)
    });
    let [(_, one), (_, three), ..] = &answers;
    assert!(one.same_bits(three), "partitions change no sum");
}

/// The three stages of `scenarios/features.ron`, smaller.
fn features(partitions: u32, chunk: u64) -> Job {
    let (rows, groups) = (30_000_u64, 50);
    let chunks = u32::try_from(rows.div_ceil(chunk)).expect("a few");
    let after = |stage: Stage, from: u16, edge| Stage { after: vec![(StageIx(from), edge)], ..stage };
    let shuffle = Edge::Shuffle { via: Via::Peers, skew: 0.0 };
    let broadcast = Edge::Broadcast { via: Via::Peers };
    let stages = vec![
        stage(Kernel::GroupBy { rows, chunk, groups }, chunks, None),
        after(stage(Kernel::MergeGroups { groups }, partitions, None), 0, shuffle),
        after(stage(Kernel::Features { rows, chunk, groups, categories: 4 }, chunks, None), 1, broadcast),
        stage(Kernel::Combine { fan_in: 100 }, 1, Some(2)),
    ];
    Job { name: "features".to_owned(), priority: 0, deadline: None, entry: Vec::new(), stages }
}

/// Three epochs of training over all-reduce: the answer is a share, and the same bits whoever computes which shard.
#[test]
fn training_comes_to_the_same_weights_whoever_trains_which_shard() {
    let network = Network { features: 8, hidden: 16, classes: 4 };
    let edge = Edge::AllReduce { by: Collective::Ring };
    let mut stages: Vec<Stage> = (1..=3)
        .map(|epoch| {
            let after = (epoch > 1).then(|| (StageIx(epoch as u16 - 2), edge)).into_iter().collect();
            Stage { after, ..stage(Kernel::Train { samples: 3_000, batch: 20, epoch, network }, 3, None) }
        })
        .collect();
    let held_out = stage(Kernel::Evaluate { samples: 2_000, batch: 500, network }, 4, None);
    stages.push(Stage { after: vec![(StageIx(2), edge)], ..held_out });
    stages.push(stage(Kernel::Combine { fan_in: 4 }, 1, Some(3)));
    let job = Job { name: "training".to_owned(), priority: 0, deadline: None, entry: Vec::new(), stages };
    let workbook = Workbook::of(&[job]);
    let reference = workbook.reference(SEED, 7, KIND, &mut Scratch::default()).expect("the job has chunks");
    let share = workbook.answer(KIND, reference.clone()).expect("points were named").value;
    assert!((0.85..0.97).contains(&share), "{share} of the points, at best 0.948");

    // Each stage backwards, with memory of its own for each chunk.
    let mut partials: Vec<Option<Partial>> = vec![None; workbook.leaves(KIND) as usize];
    for stage in [0..3, 3..6, 6..9, 9..13] {
        for leaf in stage.rev() {
            let known = |leaf: u32| partials[leaf as usize].clone();
            let taken = workbook.taken(KIND, leaf, known).expect("the stage before is whole");
            let chunk = workbook.leaf_chunk(KIND, leaf);
            partials[leaf as usize] = Some(workbook.run(SEED, 7, chunk, &taken, &mut Scratch::default()));
        }
    }
    let whole = workbook.whole(KIND, |leaf| partials[leaf as usize].clone()).expect("all chunks are there");
    assert!(whole.same_bits(&reference));
}
