//! The answers of the jobs of a live run.
//!
//! Live threads compute chunks for real; a modelled machine only takes the time that they would take. The answer of a
//! job is complete all the same: what a modelled machine "executed" is computed off the clock. Partial results are a
//! pure function of (seed, key, chunk), so it is enough to remember them by kind of job and key: a completed job asks for
//! all leaves of its tree; those that nobody left here are *pending*, and are computed by the background thread, or at
//! the end of the run by all cores. A chunk that several jobs of one key wait for is computed once.
//!
//! Invariants: what is remembered completes answers and nothing else; a live attempt is never answered from here (that
//! is the cache's work). An answer is combined in the workbook's fixed tree, so it has the same bits whoever computed.
//! A job that did not complete leaves no trace. Memory is bounded by [`MEMO_DOUBLES_MAX`] and [`PENDING_CHUNKS_MAX`].
//!
//! ```text
//! computed(call, partial) ─► memo by (kind, key) ─┬─ all leaves known ─► answer
//! job_done(…) ──────────────► who waits for it    └─ some missing ─► pending ─► Background / finish_pending
//! ```

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::threads::Inputs;
use super::threads::background::{Background, Computed, Leaf, compute_all};
use crate::base::{JobType, StageIx};
use crate::cluster::{Call, Outcome};
use crate::scenario::{Job, limits};
use crate::workload::{Answer, Chunk, Partial, Workbook};

/// Doubles of partial results that are remembered: those of the largest job, or of 80,000 keys with 100 means each. The least recently used key goes first,
/// as the clock algorithm approximates it; a key that jobs wait for stays.
pub const MEMO_DOUBLES_MAX: usize = limits::PARTIALS_BYTES_MAX.0 as usize / size_of::<f64>();
/// Chunks that may be pending: about 10 s of work on two cores for chunks of 1,000 x 1,000 doubles.
pub const PENDING_CHUNKS_MAX: u64 = 1 << 16;

/// What jobs of one kind ask for.
type DataKey = (JobType, u64);

/// The answers of a run, and what is known towards them.
pub struct Answers {
    workbook: Arc<Workbook>,
    seed: u64,
    memo: BTreeMap<DataKey, Known>,
    /// Keys of the memo in the order in which the clock's hand meets them.
    hand: VecDeque<DataKey>,
    memo_doubles: usize,
    memo_doubles_max: usize,
    /// Keys that jobs wait for and the background was not asked for to the end, each with the leaf to go on from.
    to_ask: VecDeque<(DataKey, usize)>,
    pending_chunks: u64,
    background: Option<Background>,
    tally: Tally,
}

/// What became of the answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Jobs whose answer is complete.
    pub complete: u64,
    /// Of them, those outside four standard errors of what is known exactly.
    pub wrong: u64,
    /// The complete answer of the job with the largest number.
    pub newest: Option<JobAnswer>,
    /// For each kind, the complete answer of the job with the smallest number.
    pub first: BTreeMap<JobType, JobAnswer>,
    /// Completed jobs whose answer was given up: too much was pending, or a kernel panicked.
    pub given_up: u64,
    /// Partial results that differed from what was known of the same chunk, or from the tree: never, or there is a bug.
    pub diverged: u64,
    /// Partial results forgotten for want of room. Those that are needed again are computed again.
    pub forgotten: u64,
}

/// The answer of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobAnswer {
    /// The number of the job.
    pub serial: u64,
    /// Its key (or data seed).
    pub data_seed: u64,
    /// The answer.
    pub answer: Answer,
}

/// What is known of one kind of job and one key.
struct Known {
    leaves: Vec<Option<Partial>>,
    missing: u32,
    /// Once nothing is missing.
    answer: Option<Answer>,
    waiting: Option<Waiting>,
    is_used: bool,
}

/// Completed jobs that wait for an answer. They ask for the same, so it is enough to know how many and the outermost.
struct Waiting {
    jobs: u64,
    first: u64,
    newest: u64,
}

impl Answers {
    /// Floating-point operations of a task on average, by kind of job, by stage; zero where they are not known.
    pub fn operations(&self, jobs: &[Job]) -> Vec<Vec<f64>> {
        let of_stage = |kind: usize, ix: usize, tasks: u32| {
            let chunk = |task| Chunk { kind: JobType(kind as u16), stage: StageIx(ix as u16), task };
            let known = (0..tasks).filter_map(|task| self.workbook.size(chunk(task)).1);
            known.map(|operations| operations as f64).sum::<f64>() / f64::from(tasks.max(1))
        };
        let of_job = |(kind, job): (usize, &Job)| -> Vec<f64> {
            job.stages.iter().enumerate().map(|(ix, stage)| of_stage(kind, ix, stage.tasks)).collect()
        };
        jobs.iter().enumerate().map(of_job).collect()
    }

    /// No answers yet; `background` computes what is pending while the run goes on, where there is one.
    pub fn new(workbook: Arc<Workbook>, seed: u64, background: Option<Background>) -> Self {
        Self {
            workbook,
            seed,
            memo: BTreeMap::new(),
            hand: VecDeque::new(),
            memo_doubles: 0,
            memo_doubles_max: MEMO_DOUBLES_MAX,
            to_ask: VecDeque::new(),
            pending_chunks: 0,
            background,
            tally: Tally::default(),
        }
    }

    /// A live thread computed this.
    pub fn computed(&mut self, call: &Call, partial: Partial) {
        let chunk = chunk_of(call);
        if let Some(leaf) = self.workbook.leaf(chunk) {
            self.learn((call.kind, call.key), leaf, partial);
        } else if let Some(tree) = self.partial(call) {
            // A node that lacked an input counts fewer numbers; the others must be what the tree says.
            let is_whole = tree.count() == partial.count();
            self.tally.diverged += u64::from(is_whole && !tree.same_bits(&partial));
        }
    }

    /// What this task leaves, if that is known: its own partial result, or the node of the tree.
    pub fn partial(&self, call: &Call) -> Option<Partial> {
        let known = self.memo.get(&(call.kind, call.key))?;
        self.workbook.partial(chunk_of(call), |leaf| known.leaves[leaf as usize].clone())
    }

    /// What a live thread is to combine for this task: those of its inputs that are known, from left to right.
    pub fn inputs(&self, call: &Call) -> Inputs {
        let inputs = self.workbook.inputs(chunk_of(call));
        let known = inputs.filter_map(|input| self.partial(&Call { stage: input.stage, task: input.task, ..*call }));
        let known: Box<[Partial]> = known.collect();
        if known.is_empty() { Inputs::None } else { Inputs::Partials(known) }
    }

    /// A job is over. If it completed, its answer is made of what is known, or as soon as the rest is.
    pub fn job_done(&mut self, serial: u64, kind: JobType, key: u64, outcome: Outcome) {
        if outcome != Outcome::Completed || self.workbook.leaves(kind) == 0 {
            return;
        }
        let data = (kind, key);
        let Some(known) = self.known(data) else {
            self.tally.given_up += 1;
            return;
        };
        known.is_used = true;
        if let Some(waiting) = &mut known.waiting {
            waiting.join(serial);
        } else if known.missing == 0 {
            let answer = known.answer;
            self.tally.add(data, &Waiting::of(serial), answer);
        } else {
            self.await_missing(data, serial);
        }
    }

    /// Fetches what the background computed and hands it more. Call it often; it never waits.
    pub fn poll(&mut self) {
        while let Some(computed) = self.background.as_ref().and_then(Background::try_take) {
            self.take(computed);
        }
        while let (Some(background), Some((data, from))) = (&self.background, self.to_ask.front_mut()) {
            let known = self.memo.get(data);
            let Some((known, leaf)) = known.and_then(|known| Some((known, known.next_missing(*from)?))) else {
                self.to_ask.pop_front();
                continue;
            };
            // What it takes has been asked for, and is known before long.
            let Some(leaf_asked) = known.leaf(&self.workbook, *data, leaf as u32) else { break };
            if !background.try_ask(leaf_asked) {
                break;
            }
            *from = leaf + 1;
        }
    }

    /// Chunks that completed jobs still wait for.
    pub fn pending_chunks(&self) -> u64 {
        self.pending_chunks
    }

    /// Computes what is pending at full speed on `threads` threads; the background ends. `progress` hears the chunks
    /// still pending after each chunk and returns whether to go on.
    pub fn finish_pending(&mut self, threads: usize, mut progress: impl FnMut(u64) -> bool) {
        self.background = None;
        self.to_ask.clear();
        let (workbook, seed) = (Arc::clone(&self.workbook), self.seed);
        let mut goes_on = true;
        while goes_on {
            // Those that take what is known; when they are done, others can.
            let waiting = self.memo.iter().filter(|(_, known)| known.waiting.is_some());
            let ready = waiting.flat_map(|(data, known)| {
                let missing = (0u32..).zip(&known.leaves).filter(|(_, leaf)| leaf.is_none());
                missing.filter_map(|(leaf, _)| known.leaf(&workbook, *data, leaf))
            });
            let ready: Vec<Leaf> = ready.collect();
            goes_on = !ready.is_empty();
            compute_all(&workbook, seed, threads, ready, |computed| {
                self.take(computed);
                goes_on = progress(self.pending_chunks);
                goes_on
            });
        }
    }

    /// What became of the answers so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Asks for all that is missing, on behalf of a first job.
    fn await_missing(&mut self, data: DataKey, serial: u64) {
        let Some(known) = self.memo.get_mut(&data) else { return };
        let missing = u64::from(known.missing);
        if self.pending_chunks > 0 && self.pending_chunks + missing > PENDING_CHUNKS_MAX {
            self.tally.given_up += 1;
            return;
        }
        known.waiting = Some(Waiting::of(serial));
        self.pending_chunks += missing;
        if self.background.is_some() {
            self.to_ask.push_back((data, 0));
        }
    }

    /// What was computed off the clock.
    fn take(&mut self, (leaf, partial): Computed) {
        let Some(number) = self.workbook.leaf(leaf.chunk) else { return };
        let data = (leaf.chunk.kind, leaf.key);
        match partial {
            None | Some(Partial::Nothing) => self.give_up(data),
            Some(partial) => self.learn(data, number, partial),
        }
    }

    fn learn(&mut self, data: DataKey, leaf: u32, partial: Partial) {
        if partial == Partial::Nothing {
            // It lacked something that it takes, and nobody learns from it.
            return;
        }
        let Some(known) = self.known(data) else { return };
        known.is_used = true;
        let place = &mut known.leaves[leaf as usize];
        if let Some(before) = place {
            let is_same = before.same_bits(&partial);
            self.tally.diverged += u64::from(!is_same);
            return;
        }
        *place = Some(partial);
        known.missing -= 1;
        let (missing, waiting) = (known.missing, known.waiting.is_some());
        self.pending_chunks -= u64::from(waiting);
        if missing == 0 {
            self.complete(data);
        }
    }

    /// All leaves are known.
    fn complete(&mut self, data: DataKey) {
        let Some(known) = self.memo.get_mut(&data) else { return };
        let whole = self.workbook.whole(data.0, |leaf| known.leaves[leaf as usize].clone());
        known.answer = whole.and_then(|whole| self.workbook.answer(data.0, whole));
        if let Some(waiting) = known.waiting.take() {
            self.tally.add(data, &waiting, known.answer);
            self.to_ask.retain(|(asked, _)| *asked != data);
        }
    }

    /// A chunk cannot be computed: those that wait for it wait no longer.
    fn give_up(&mut self, data: DataKey) {
        let Some(known) = self.memo.get_mut(&data) else { return };
        let Some(waiting) = known.waiting.take() else { return };
        self.pending_chunks -= u64::from(known.missing);
        self.tally.given_up += waiting.jobs;
        self.to_ask.retain(|(asked, _)| *asked != data);
    }

    /// What is known of this data, from now on remembered; `None` if there is no room for it.
    fn known(&mut self, data: DataKey) -> Option<&mut Known> {
        if !self.memo.contains_key(&data) {
            let (leaves, doubles) = (self.workbook.leaves(data.0) as usize, self.workbook.doubles(data.0));
            if !self.make_room(doubles) {
                return None;
            }
            self.memo.insert(data, Known::nothing(leaves));
            self.hand.push_back(data);
            self.memo_doubles += doubles;
        }
        self.memo.get_mut(&data)
    }

    /// Forgets keys until there is room for so many doubles; whether there is. A key that was used since the
    /// hand last passed gets a second chance, so two turns of the hand meet every key that can go.
    fn make_room(&mut self, doubles: usize) -> bool {
        for _ in 0..2 * self.hand.len() {
            if self.memo_doubles + doubles <= self.memo_doubles_max {
                break;
            }
            let Some(data) = self.hand.pop_front() else { break };
            let Some(known) = self.memo.get_mut(&data) else { continue };
            if known.waiting.is_some() || std::mem::take(&mut known.is_used) {
                self.hand.push_back(data);
                continue;
            }
            self.memo_doubles -= self.workbook.doubles(data.0);
            self.tally.forgotten += known.leaves.len() as u64 - u64::from(known.missing);
            self.memo.remove(&data);
        }
        self.memo_doubles + doubles <= self.memo_doubles_max
    }
}

impl Known {
    fn nothing(leaves: usize) -> Self {
        Self { leaves: vec![None; leaves], missing: leaves as u32, answer: None, waiting: None, is_used: false }
    }

    /// A leaf with what it takes, once all of that is known.
    fn leaf(&self, workbook: &Workbook, (kind, key): DataKey, leaf: u32) -> Option<Leaf> {
        let taken = workbook.taken(kind, leaf, |leaf| self.leaves[leaf as usize].clone())?;
        Some(Leaf { chunk: workbook.leaf_chunk(kind, leaf), key, taken })
    }

    /// The first leaf from here on that is not known.
    fn next_missing(&self, from: usize) -> Option<usize> {
        (from..self.leaves.len()).find(|leaf| self.leaves[*leaf].is_none())
    }
}

impl Waiting {
    fn of(serial: u64) -> Self {
        Self { jobs: 1, first: serial, newest: serial }
    }

    fn join(&mut self, serial: u64) {
        self.jobs += 1;
        self.first = self.first.min(serial);
        self.newest = self.newest.max(serial);
    }
}

impl Tally {
    /// Jobs got their answer, all the same one.
    fn add(&mut self, (kind, data_seed): DataKey, jobs: &Waiting, answer: Option<Answer>) {
        let Some(answer) = answer else {
            self.given_up += jobs.jobs;
            return;
        };
        self.complete += jobs.jobs;
        if !answer.is_plausible() {
            self.wrong += jobs.jobs;
        }
        let answer_of = |serial| JobAnswer { serial, data_seed, answer };
        if self.newest.is_none_or(|newest| newest.serial < jobs.newest) {
            self.newest = Some(answer_of(jobs.newest));
        }
        if self.first.get(&kind).is_none_or(|first| first.serial > jobs.first) {
            self.first.insert(kind, answer_of(jobs.first));
        }
    }
}

fn chunk_of(call: &Call) -> Chunk {
    Chunk { kind: call.kind, stage: call.stage, task: call.task }
}
