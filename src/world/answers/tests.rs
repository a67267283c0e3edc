//! Stories of answers. Chunks that no test hands to `computed` are those that a modelled machine took.

use super::*;
use crate::base::{JobId, StageIx};
use crate::workload::samples::{EMPTY, MEAN, workbook};
use crate::workload::{Data, Scratch};

const SEED: u64 = 42;
const LEAVES: u32 = 10;

fn answers() -> Answers {
    Answers::new(Arc::new(workbook()), SEED, None)
}

fn call(stage: u16, task: u32, key: u64) -> Call {
    Call { job: JobId::from_bits(0), serial: 0, kind: MEAN, stage: StageIx(stage), task, visit: 0, tries: 0, key }
}

/// What a live thread would leave.
fn partial(task: u32, key: u64) -> Partial {
    let data = Data { seed: SEED, data_seed: key, chunk: task };
    workbook().run(data.seed, data.data_seed, chunk_of(&call(0, task, key)), &[], &mut Scratch::default())
}

fn compute(answers: &mut Answers, tasks: impl IntoIterator<Item = u32>, key: u64) {
    tasks.into_iter().for_each(|task| answers.computed(&call(0, task, key), partial(task, key)));
}

fn reference(serial: u64, key: u64) -> JobAnswer {
    let workbook = workbook();
    let whole = workbook.reference(SEED, key, MEAN, &mut Scratch::default()).expect("the job has leaves");
    JobAnswer { serial, data_seed: key, answer: workbook.answer(MEAN, whole).expect("a mean") }
}

#[test]
fn a_job_computed_by_threads_in_any_order_has_the_answer_of_the_reference() {
    let mut answers = answers();
    compute(&mut answers, [7, 2, 9, 0, 1, 8, 3, 6, 5, 4], 5);
    assert_eq!(answers.tally().complete, 0);
    answers.job_done(3, MEAN, 5, Outcome::Completed);
    assert_eq!((answers.tally().complete, answers.pending_chunks()), (1, 0));
    assert_eq!(answers.tally().newest, Some(reference(3, 5)));
    assert_eq!((answers.tally().wrong, answers.tally().diverged), (0, 0));
}

#[test]
fn what_modelled_machines_took_is_pending_once_and_computed_at_the_end() {
    let mut answers = answers();
    compute(&mut answers, [1, 3], 5);
    for serial in [8, 2, 6] {
        answers.job_done(serial, MEAN, 5, Outcome::Completed);
    }
    answers.job_done(4, MEAN, 9, Outcome::Completed);
    assert_eq!(answers.pending_chunks(), 8 + 10);
    let mut heard = Vec::new();
    answers.finish_pending(3, |pending| {
        heard.push(pending);
        true
    });
    assert_eq!(heard, (0..18).rev().collect::<Vec<_>>());
    assert_eq!(answers.tally().complete, 4);
    assert_eq!(answers.tally().newest, Some(reference(8, 5)));
    assert_eq!(answers.tally().first[&MEAN], reference(2, 5));
}

#[test]
fn a_chunk_that_a_thread_computes_later_is_pending_no_longer() {
    let mut answers = answers();
    answers.job_done(0, MEAN, 5, Outcome::Completed);
    compute(&mut answers, 0..9, 5);
    assert_eq!((answers.pending_chunks(), answers.tally().complete), (1, 0));
    compute(&mut answers, [9], 5);
    assert_eq!((answers.pending_chunks(), answers.tally().newest), (0, Some(reference(0, 5))));
}

#[test]
fn jobs_that_fail_and_jobs_without_data_ask_for_nothing() {
    let mut answers = answers();
    for outcome in Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Completed) {
        answers.job_done(1, MEAN, 5, outcome);
    }
    answers.job_done(2, EMPTY, 5, Outcome::Completed);
    assert_eq!((answers.pending_chunks(), answers.tally()), (0, &Tally::default()));
}

#[test]
fn the_background_completes_answers_beside_the_run() {
    let workbook = Arc::new(workbook());
    let background = Background::start(Arc::clone(&workbook), SEED).expect("a thread");
    let mut answers = Answers::new(workbook, SEED, Some(background));
    for key in 0..10 {
        answers.job_done(key, MEAN, key, Outcome::Completed);
    }
    compute(&mut answers, 0..LEAVES, 3);
    while answers.pending_chunks() > 0 {
        answers.poll();
        std::thread::yield_now();
    }
    answers.poll();
    assert_eq!((answers.tally().complete, answers.to_ask.len()), (10, 0));
    assert_eq!(answers.tally().newest, Some(reference(9, 9)));
}

#[test]
fn a_node_is_given_what_is_known_in_order_and_checked_when_it_had_everything() {
    let mut answers = answers();
    compute(&mut answers, [0, 3, 1], 5);
    let some = [0, 1, 3].map(|task| partial(task, 5));
    assert_eq!(answers.inputs(&call(1, 0, 5)), Inputs::Partials(Box::new(some)));
    assert_eq!(answers.inputs(&call(1, 1, 5)), Inputs::None);
    let incomplete = Partial::Mean { count: 3 * 1_600, sum: 1.0 };
    compute(&mut answers, [2], 5);
    answers.computed(&call(1, 0, 5), incomplete);
    assert_eq!(answers.tally().diverged, 0, "it lacked an input when it ran");

    let Some(Partial::Mean { count, sum }) = answers.partial(&call(1, 0, 5)) else { panic!("all inputs are known") };
    answers.computed(&call(1, 0, 5), Partial::Mean { count, sum });
    assert_eq!(answers.tally().diverged, 0);
    answers.computed(&call(1, 0, 5), Partial::Mean { count, sum: sum.next_up() });
    assert_eq!(answers.tally().diverged, 1);
    answers.computed(&call(0, 0, 5), partial(1, 5));
    assert_eq!(answers.tally().diverged, 2, "a chunk that was known otherwise");
}

#[test]
fn the_memo_is_bounded_and_keeps_keys_that_jobs_wait_for() {
    let mut answers = answers();
    answers.memo_doubles_max = 2 * 30;
    answers.job_done(0, MEAN, 1_000, Outcome::Completed);
    for key in 0..50 {
        compute(&mut answers, 0..2, key);
        assert!(answers.memo_doubles <= 2 * 30 && answers.memo.len() <= 3 && answers.hand.len() == answers.memo.len());
    }
    assert_eq!(answers.tally().forgotten, 2 * (50 - 2));
    assert_eq!(answers.pending_chunks(), 10);
    // What was forgotten is computed again.
    answers.job_done(1, MEAN, 0, Outcome::Completed);
    answers.finish_pending(2, |_| true);
    assert_eq!((answers.tally().complete, answers.tally().newest), (2, Some(reference(1, 0))));
}

#[test]
fn what_is_pending_is_bounded_and_what_is_given_up_is_counted() {
    let mut answers = answers();
    let jobs = PENDING_CHUNKS_MAX / u64::from(LEAVES) + 100;
    (0..jobs).for_each(|key| answers.job_done(key, MEAN, key, Outcome::Completed));
    assert!(answers.pending_chunks() <= PENDING_CHUNKS_MAX);
    assert_eq!(answers.tally().given_up, 100);
}

#[test]
fn a_person_can_break_off_the_end() {
    let mut answers = answers();
    answers.job_done(0, MEAN, 5, Outcome::Completed);
    answers.finish_pending(2, |pending| pending > 7);
    assert_eq!((answers.pending_chunks(), answers.tally().complete), (7, 0));
}

#[test]
fn a_chunk_that_cannot_be_computed_frees_those_that_wait() {
    let mut answers = answers();
    answers.job_done(0, MEAN, 5, Outcome::Completed);
    answers.job_done(1, MEAN, 5, Outcome::Completed);
    answers.take((Leaf { chunk: chunk_of(&call(0, 3, 5)), key: 5, taken: Vec::new() }, None));
    assert_eq!((answers.pending_chunks(), answers.tally().given_up, answers.tally().complete), (0, 2, 0));
    compute(&mut answers, 0..LEAVES, 5);
    answers.job_done(2, MEAN, 5, Outcome::Completed);
    assert_eq!((answers.pending_chunks(), answers.tally().complete), (0, 1));
}
