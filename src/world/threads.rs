//! The live worker: this machine's cores, which do the work of a scenario for real.
//!
//! One named thread for each core, pinned where the platform allows it, and one bounded queue for all of them. Who may
//! be handed how much is decided by the cluster (cores x (1 + prefetch)); a thread that finds work in the queue takes it
//! without a wake-up, and blocks when there is none.
//!
//! Waking the engine costs as much as several short tasks. So a thread says with each task whether that is urgent: it is not where
//! the task was short and enough is in hand. Where little is, a thread offers its core to the engine, which has more for it.
//!
//! Invariants: a task costs two readings of the clock and no allocation. A panic of a kernel fails its attempt and
//! nothing else. What was held or running when the worker broke is never delivered. Dropping [`Threads`] ends all
//! threads within one chunk.
//!
//! ```text
//! engine ── execute ──► queue ──► thread "worker-0" ──┐
//!                          └────► thread "worker-1" ──┴─► deliver(FromThread) ──► the engine's inbox
//! ```

pub mod background;
pub mod limits;
pub mod neighbours;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::base::{AttemptId, Span, os};
use crate::cluster::Call;
use crate::workload::{Chunk, Partial, Scratch, Workbook};

/// Attempts that the queue holds at most; far more than cores x (1 + prefetch) of any sensible scenario.
pub const HELD_MAX: usize = 1 << 16;
/// The end of a task this long is urgent.
const SHORT_NANOS: u64 = 200_000;
/// As much work for each thread is enough in hand, if other tasks take as long as the one before.
const ENOUGH_NANOS: u64 = 250_000;
/// With fewer short tasks than these in hand a thread offers its core to the engine, which has more for it.
const FEW: u64 = 32;
/// What names of threads begin with.
const NAME: &str = "worker-";
/// The strongest slow-down of a fault.
const SLOW_MAX: f64 = 1e6;

/// When a run began on the wall clock; threads count from there.
pub type Origin = Instant;

/// The threads of one live worker.
pub struct Threads {
    shared: Arc<Shared>,
    handles: Vec<JoinHandle<()>>,
}

/// What a task is given besides its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Inputs {
    /// Nothing: a chunk makes its own data.
    #[default]
    None,
    /// Partial results to combine, from left to right.
    Partials(Box<[Partial]>),
    /// Work without a kernel: the core is kept busy for so long.
    Busy(Span),
}

/// What a thread did.
#[derive(Clone, Debug, PartialEq)]
pub struct FromThread {
    /// Which attempt.
    pub attempt: AttemptId,
    /// What was to be done.
    pub call: Call,
    /// Which thread did it: 0 up to the largest number of cores.
    pub slot: u16,
    /// When it began, in nanoseconds since the origin.
    pub began_nanos: u64,
    /// When it was done, in nanoseconds since the origin.
    pub ended_nanos: u64,
    /// What it left; `None` if the kernel panicked.
    pub partial: Option<Partial>,
}

/// How urgent it is to tell of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Haste {
    /// The engine is to look at once.
    Now,
    /// It is enough that it looks before long.
    Soon,
}

/// Why a live worker could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start thread {name:?} of the live worker: {source}; close other programs or ask for fewer cores")]
pub struct ThreadsError {
    name: String,
    source: io::Error,
}

impl Threads {
    /// Whether a thread of this name is one of a live worker.
    pub fn is_name(name: &str) -> bool {
        name.starts_with(NAME)
    }

    /// Starts a worker with `cores_max` threads, of which `cores` work.
    ///
    /// Threads hand what they did to `deliver`, which may wait, but never for the thread that owns this worker: a
    /// channel with room for all that is in hand will do. `origin` is when the run began.
    ///
    /// # Errors
    /// When the system has no thread left to give; those that were started are ended again.
    pub fn start(
        workbook: &Arc<Workbook>,
        seed: u64,
        cores: u32,
        cores_max: u32,
        origin: Origin,
        deliver: impl Fn(FromThread, Haste) + Send + Clone + 'static,
    ) -> Result<Self, ThreadsError> {
        let cores_max = cores_max.clamp(1, u32::from(u16::MAX));
        let mut threads = Self { shared: Arc::new(Shared::new(cores.min(cores_max))), handles: Vec::new() };
        let core_ids = core_affinity::get_core_ids().unwrap_or_default();
        for slot in 0..cores_max as u16 {
            let thread = Thread {
                shared: Arc::clone(&threads.shared),
                workbook: Arc::clone(workbook),
                seed,
                slot,
                origin,
                deliver: deliver.clone(),
            };
            // The first core serves the interrupts of many systems, so it is the last one taken.
            let core_id = core_ids.iter().rev().cycle().nth(usize::from(slot)).copied();
            let name = format!("{NAME}{slot}");
            let spawned = os::spawn(&name, move || {
                // A system that refuses to pin still runs the thread.
                core_id.map(core_affinity::set_for_current);
                thread.run();
            });
            threads.handles.push(spawned.map_err(|source| ThreadsError { name, source })?);
        }
        Ok(threads)
    }

    /// Hands over an attempt. Returns whether it was taken: not by a broken worker, nor by a full queue.
    pub fn execute(&mut self, attempt: AttemptId, call: Call, inputs: Inputs) -> bool {
        let mut queue = self.shared.lock();
        if queue.state != State::Up || queue.held.len() >= HELD_MAX {
            return false;
        }
        queue.held.push_back(Held { attempt, call, inputs });
        let is_wake_up_needed = queue.idle > 0;
        queue.idle = queue.idle.saturating_sub(1);
        drop(queue);
        if is_wake_up_needed {
            self.shared.filled.notify_one();
        }
        true
    }

    /// Forgets an attempt that has not begun, and returns whether it did: nothing will be delivered of it. What is running
    /// runs on and is delivered.
    pub fn cancel(&mut self, attempt: AttemptId) -> bool {
        let held = &mut self.shared.lock().held;
        let before = held.len();
        held.retain(|held| held.attempt != attempt);
        held.len() < before
    }

    /// Lets so many threads work, up to the largest number given at the start. One that is to stop finishes its task.
    pub fn set_cores(&mut self, cores: u32) {
        let mut queue = self.shared.lock();
        queue.cores = cores.min(self.handles.len() as u32);
        queue.idle = 0;
        drop(queue);
        self.shared.filled.notify_all();
        self.shared.grown.notify_all();
    }

    /// A slow machine: each task really keeps its core busy until `factor` times its time has passed. 1 is healthy.
    pub fn set_slow(&mut self, factor: f64) {
        let factor = if factor.is_finite() { factor.clamp(1.0, SLOW_MAX) } else { 1.0 };
        self.shared.slow_bits.store(factor.to_bits(), Ordering::Relaxed);
    }

    /// A machine that stands still: nothing begins, and what ends is not told, until it goes on.
    pub fn set_paused(&mut self, is_paused: bool) {
        let mut queue = self.shared.lock();
        queue.is_paused = is_paused;
        // Whoever waits for work looks again.
        queue.idle = 0;
        drop(queue);
        self.shared.filled.notify_all();
        self.shared.resumed.notify_all();
    }

    /// A broken machine: what it holds is dropped, and what it is running is never delivered. Up again, it is empty.
    pub fn set_down(&mut self, is_down: bool) {
        let mut queue = self.shared.lock();
        queue.state = if is_down { State::Down } else { State::Up };
        if is_down {
            queue.held.clear();
            self.shared.generation.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Attempts that wait for a thread.
    pub fn held(&self) -> usize {
        self.shared.lock().held.len()
    }
}

/// Does one chunk on this thread, without inputs, and returns how long it took.
pub fn time_chunk(workbook: &Workbook, seed: u64, chunk: Chunk, scratch: &mut Scratch) -> Span {
    time(|| workbook.run(seed, 0, chunk, &[], scratch))
}

/// Works on this thread, and returns how long that took.
fn time<T>(work: impl FnOnce() -> T) -> Span {
    #[expect(clippy::disallowed_methods, reason = "work is timed here")]
    let began = Instant::now();
    std::hint::black_box(work());
    Span(began.elapsed().as_nanos() as u64)
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.lock().state = State::Stopped;
        self.shared.is_stopped.store(true, Ordering::Relaxed);
        self.shared.filled.notify_all();
        self.shared.grown.notify_all();
        self.shared.resumed.notify_all();
        for handle in self.handles.drain(..) {
            // Kernels do not get past `catch_unwind`; if `deliver` panicked, its thread is over all the same.
            let _ = handle.join();
        }
    }
}

/// What the threads and their owner share.
struct Shared {
    queue: Mutex<Queue>,
    /// There is work, or the worker ends. Threads that may work wait for it.
    filled: Condvar,
    /// There may be more cores, or the worker ends. Threads beyond the cores wait for it.
    grown: Condvar,
    /// It goes on after it stood still. Threads that have something to tell wait for it.
    resumed: Condvar,
    /// Grows with every break; what began in another generation is not delivered.
    generation: AtomicU64,
    is_stopped: AtomicBool,
    /// The slow-down, as the bits of a double.
    slow_bits: AtomicU64,
}

struct Queue {
    held: VecDeque<Held>,
    /// Threads with a lower slot may work.
    cores: u32,
    /// Threads that wait for `filled` and were not yet told. Never fewer than there are, so that no wake-up is lost;
    /// one more (after a spurious wake-up) costs a needless call of the system.
    idle: u32,
    state: State,
    is_paused: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Up,
    Down,
    Stopped,
}

struct Held {
    attempt: AttemptId,
    call: Call,
    inputs: Inputs,
}

/// An attempt for a thread.
struct Taken {
    held: Held,
    generation: u64,
    /// How many each thread may still take.
    left_each: u64,
}

impl Shared {
    fn new(cores: u32) -> Self {
        Self {
            queue: Mutex::new(Queue { held: VecDeque::new(), cores, idle: 0, state: State::Up, is_paused: false }),
            filled: Condvar::new(),
            grown: Condvar::new(),
            resumed: Condvar::new(),
            generation: AtomicU64::new(0),
            is_stopped: AtomicBool::new(false),
            slow_bits: AtomicU64::new(1.0f64.to_bits()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing under this lock panics half-way.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this slot may work; whether it ever will.
    fn wait_for_core(&self, slot: u16) -> bool {
        let beyond = |queue: &mut Queue| queue.state != State::Stopped && u32::from(slot) >= queue.cores;
        let queue = self.grown.wait_while(self.lock(), beyond).unwrap_or_else(PoisonError::into_inner);
        queue.state != State::Stopped
    }

    /// An attempt that was just taken from this queue.
    fn taken(&self, held: Held, queue: &Queue) -> Taken {
        let left_each = queue.held.len() as u64 / u64::from(queue.cores.max(1));
        Taken { held, generation: self.generation.load(Ordering::Relaxed), left_each }
    }

    /// The next attempt for this slot; waits for it, and gives `None` when the worker ends.
    fn next(&self, slot: u16) -> Option<Taken> {
        let mut queue = self.lock();
        loop {
            if queue.state == State::Stopped {
                return None;
            }
            if u32::from(slot) >= queue.cores {
                drop(queue);
                self.wait_for_core(slot);
                queue = self.lock();
            } else if let Some(held) = if queue.is_paused { None } else { queue.held.pop_front() } {
                return Some(self.taken(held, &queue));
            } else {
                queue.idle += 1;
                queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Waits while everything stands still.
    fn wait_while_paused(&self) {
        let stands = |queue: &mut Queue| queue.is_paused && queue.state == State::Up;
        drop(self.resumed.wait_while(self.lock(), stands).unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether what began in this generation is still wanted.
    fn is_current(&self, generation: u64) -> bool {
        !self.is_stopped.load(Ordering::Relaxed) && self.generation.load(Ordering::Relaxed) == generation
    }
}

/// One thread.
struct Thread<D> {
    shared: Arc<Shared>,
    workbook: Arc<Workbook>,
    seed: u64,
    slot: u16,
    origin: Instant,
    deliver: D,
}

impl<D: Fn(FromThread, Haste)> Thread<D> {
    fn run(self) {
        if !self.shared.wait_for_core(self.slot) {
            return;
        }
        // Without this memory each chunk tries for it again, and fails.
        let mut scratch = self.workbook.scratch().unwrap_or_default();
        while let Some(Taken { held, generation, left_each }) = self.shared.next(self.slot) {
            let done = self.execute(&held, generation, &mut scratch);
            let ran_nanos = done.ended_nanos - done.began_nanos;
            let (is_short, is_scarce) = (ran_nanos < SHORT_NANOS, ran_nanos * left_each < ENOUGH_NANOS);
            self.shared.wait_while_paused();
            if self.shared.is_current(generation) {
                (self.deliver)(done, if is_short && !is_scarce { Haste::Soon } else { Haste::Now });
            }
            if !is_short || (is_scarce && left_each < FEW) {
                os::offer_core();
            }
        }
    }

    fn execute(&self, held: &Held, generation: u64, scratch: &mut Scratch) -> FromThread {
        let Held { attempt, call, inputs } = held;
        let began_nanos = self.nanos();
        let partial = run_caught(&self.workbook, self.seed, call, inputs, scratch);
        let mut ended_nanos = self.nanos();

        let least_nanos = if let Inputs::Busy(span) = inputs { span.0 } else { 0 };
        let slow = f64::from_bits(self.shared.slow_bits.load(Ordering::Relaxed));
        if slow > 1.0 || least_nanos > 0 {
            let busy_nanos = (ended_nanos - began_nanos).max(least_nanos);
            let until_nanos = began_nanos.saturating_add((busy_nanos as f64 * slow) as u64);
            while ended_nanos < until_nanos && self.shared.is_current(generation) {
                std::hint::spin_loop();
                ended_nanos = self.nanos();
            }
        }
        FromThread { attempt: *attempt, call: *call, slot: self.slot, began_nanos, ended_nanos, partial }
    }

    fn nanos(&self) -> u64 {
        now().saturating_duration_since(self.origin).as_nanos() as u64
    }
}

/// Does one task; `None` if its kernel panicked.
fn run_caught(workbook: &Workbook, seed: u64, call: &Call, inputs: &Inputs, scratch: &mut Scratch) -> Option<Partial> {
    let chunk = Chunk { kind: call.kind, stage: call.stage, task: call.task };
    let partials = if let Inputs::Partials(partials) = inputs { partials } else { [].as_slice() };
    // After a panic the scratch holds half a chunk at worst, and each chunk fills it anew.
    panic::catch_unwind(AssertUnwindSafe(|| workbook.run(seed, call.key, chunk, partials, scratch))).ok()
}

/// The time, read here for all live work.
fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "live work is measured where it is done")]
    Instant::now()
}
