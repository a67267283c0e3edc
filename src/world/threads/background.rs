//! Work off the clock: chunks that a modelled machine "executed", computed for the sake of the answer.
//!
//! While a run goes on, [`Background`] computes them on one thread that takes at most [`CORE_SHARE`] of a core: after a
//! chunk of `t` seconds it rests for `t (1 / share - 1)`, 19 times as long. Once the clock has stopped, [`compute_all`]
//! computes what is left on all cores.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::now;
use crate::base::os;
use crate::workload::{Chunk, Partial, Scratch, Workbook};

/// The largest share of one core that the background takes.
pub const CORE_SHARE: f64 = 0.05;
/// Leaves that are handed to the thread at once, and results that wait to be fetched.
const HANDED_MAX: usize = 64;

/// A chunk of the data of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Which chunk, of which kind of job.
    pub chunk: Chunk,
    /// The key (or data seed) of the job.
    pub key: u64,
    /// What it takes of other chunks.
    pub taken: Vec<Partial>,
}

/// A chunk that was computed; `None` if its kernel panicked.
pub type Computed = (Leaf, Option<Partial>);

/// A thread that computes a little beside a live run.
pub struct Background {
    // Dropping these three, in any order, ends the thread wherever it waits.
    asks: Option<Sender<Leaf>>,
    done: Option<Receiver<Computed>>,
    rest: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread left to give.
    pub fn start(workbook: Arc<Workbook>, seed: u64) -> io::Result<Self> {
        let (asks, asked) = bounded(HANDED_MAX);
        let (finished, done) = bounded(HANDED_MAX);
        let (rest, resting) = bounded(0);
        let thread = os::spawn("background", move || {
            let mut scratch = Scratch::default();
            for leaf in asked {
                let began = now();
                let partial = compute(&workbook, seed, &leaf, &mut scratch);
                if finished.send((leaf, partial)).is_err() || !take_rest(&resting, now() - began) {
                    break;
                }
            }
        })?;
        Ok(Self { asks: Some(asks), done: Some(done), rest: Some(rest), thread: Some(thread) })
    }

    /// Hands over a chunk without waiting; returns whether there was room for it.
    pub fn try_ask(&self, leaf: Leaf) -> bool {
        self.asks.as_ref().is_some_and(|asks| asks.try_send(leaf).is_ok())
    }

    /// A chunk that is done, if there is one, without waiting.
    pub fn try_take(&self) -> Option<Computed> {
        self.done.as_ref()?.try_recv().ok()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.asks = None;
        self.done = None;
        self.rest = None;
        if let Some(thread) = self.thread.take() {
            // Kernels do not get past `catch_unwind`.
            let _ = thread.join();
        }
    }
}

/// Rests after `busy`, so that the thread stays within its share; whether to go on.
fn take_rest(resting: &Receiver<()>, busy: Duration) -> bool {
    let rest = busy.mul_f64(1.0 / CORE_SHARE - 1.0);
    resting.recv_timeout(rest) == Err(RecvTimeoutError::Timeout)
}

/// Computes all `leaves` on up to `threads` threads and hands each to `each`, in this thread and in any order, until it
/// returns false. Where the system gives no thread, this one computes.
pub fn compute_all(
    workbook: &Arc<Workbook>,
    seed: u64,
    threads: usize,
    leaves: Vec<Leaf>,
    mut each: impl FnMut(Computed) -> bool,
) {
    let threads = threads.min(leaves.len());
    let leaves: Arc<[Leaf]> = leaves.into();
    let next = Arc::new(AtomicUsize::new(0));
    let (finished, done) = bounded(HANDED_MAX);
    let crew = |slot| {
        let (workbook, leaves, next) = (Arc::clone(workbook), Arc::clone(&leaves), Arc::clone(&next));
        let finished: Sender<Computed> = finished.clone();
        os::spawn(&format!("finish-{slot}"), move || {
            let mut scratch = Scratch::default();
            while let Some(leaf) = leaves.get(next.fetch_add(1, Ordering::Relaxed)) {
                if finished.send((leaf.clone(), compute(&workbook, seed, leaf, &mut scratch))).is_err() {
                    break;
                }
            }
        })
    };
    let crew: Vec<JoinHandle<()>> = (0..threads).map_while(|slot| crew(slot).ok()).collect();
    drop(finished);
    if crew.is_empty() {
        let mut scratch = Scratch::default();
        let mut computed = leaves.iter().map(|leaf| (leaf.clone(), compute(workbook, seed, leaf, &mut scratch)));
        computed.all(each);
        return;
    }
    for computed in &done {
        if !each(computed) {
            break;
        }
    }
    // A crew that is no longer heard stops at its next chunk.
    drop(done);
    for thread in crew {
        // Kernels do not get past `catch_unwind`.
        let _ = thread.join();
    }
}

fn compute(workbook: &Workbook, seed: u64, leaf: &Leaf, scratch: &mut Scratch) -> Option<Partial> {
    // After a panic the scratch holds half a chunk at worst, and each chunk fills it anew.
    panic::catch_unwind(AssertUnwindSafe(|| workbook.run(seed, leaf.key, leaf.chunk, &leaf.taken, scratch))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::StageIx;
    use crate::workload::samples::{MEAN, workbook};

    const SEED: u64 = 42;

    fn leaf(task: u32) -> Leaf {
        Leaf { chunk: Chunk { kind: MEAN, stage: StageIx(0), task }, key: 7, taken: Vec::new() }
    }

    fn expected(task: u32) -> Option<Partial> {
        compute(&workbook(), SEED, &leaf(task), &mut Scratch::default())
    }

    #[test]
    fn the_background_computes_what_it_is_asked_and_stays_within_its_share() {
        let chunks = 10;
        let alone = (0..chunks).map(|task| {
            let began = now();
            assert!(expected(task).is_some());
            now() - began
        });
        let fastest = alone.min().expect("ten chunks");

        let background = Background::start(Arc::new(workbook()), SEED).expect("a thread");
        let began = now();
        (0..chunks).for_each(|task| assert!(background.try_ask(leaf(task))));
        let mut computed = Vec::new();
        while computed.len() < chunks as usize {
            computed.extend(background.try_take());
            std::thread::yield_now();
        }
        let wall = now() - began;
        assert!((0..).zip(&computed).all(|(task, done)| *done == (leaf(task), expected(task))));
        // Nine rests of 19 chunks each; half of it allows for a first round that was slower.
        assert!(wall > fastest * (9 * 19 / 2), "{wall:?} for {chunks} chunks of {fastest:?}");
    }

    #[test]
    fn the_crew_computes_each_leaf_once_whatever_panics() {
        let workbook = Arc::new(workbook());
        let leaves: Vec<Leaf> = (0..11).chain(0..5).map(leaf).collect();
        let mut computed = Vec::new();
        compute_all(&workbook, SEED, 3, leaves, |done| {
            computed.push(done);
            true
        });
        computed.sort_by_key(|(leaf, _)| leaf.chunk.task);
        let tasks: Vec<u32> = computed.iter().map(|(leaf, _)| leaf.chunk.task).collect();
        assert_eq!(tasks, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10]);
        assert!(computed.iter().all(|(leaf, partial)| *partial == expected(leaf.chunk.task)));
        assert_eq!(computed[15].1, None, "there is no chunk 10");
    }

    #[test]
    fn the_crew_stops_when_it_is_told() {
        let mut heard = 0;
        compute_all(&Arc::new(workbook()), SEED, 2, (0..10_000).map(|task| leaf(task % 10)).collect(), |_| {
            heard += 1;
            heard < 5
        });
        assert_eq!(heard, 5);
    }
}
