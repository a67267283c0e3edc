//! What does the window itself cost? Each frame is timed, part by part, when `--measure-frames` asks for it.
//!
//! Invariants: it reads no clock (readings are handed in), and it never grows: frames go into histograms, and readings of
//! memory are thinned out.
//!
//! ```text
//!  begin | egui reads input | logic | tick | ui | egui ends the pass | tessellation (of a copy) | renderer | next begin
//!        '------------------------- outside the renderer --------------------------------------'
//! ```

mod hook;
mod knob;
mod memory;
mod report;

use hdrhistogram::Histogram;

pub(crate) use hook::{Hook, Shared};
use knob::KnobWatch;
use memory::Memory;
pub use report::Measured;
use report::{FramesReport, IdleReport, Millis, ShareReport, StartReport};

use super::frame::Reading;

/// A window at which nothing has happened for this long has settled: what moved for a moment has come to rest.
const SETTLED_SECS: f64 = 1.0;
/// Causes of needless frames that are named.
const CAUSES_MAX: usize = 8;
/// Longest time of a frame that is told apart, in nanoseconds.
const NANOS_MAX: u64 = 60_000_000_000;

/// Times frames.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    /// Frames that begin before this, in seconds of the wall after the first, are not counted.
    aside_secs: f64,
    start: Start,
    frame: Option<Frame>,
    /// The frame before, until it is known how long it took with the renderer.
    last: Option<Frame>,
    frames: u64,
    set_aside: u64,
    times: Times,
    /// The first and the last reading of frames that count.
    counted: Option<(Reading, Reading)>,
    idle: Idle,
    share: Share,
    knob: KnobWatch,
    memory: Memory,
    run_secs: f64,
    workers: usize,
}

/// When each part of the start was over, in seconds of the wall.
#[derive(Clone, Copy, Debug, Default)]
struct Start {
    /// Age of the process at the beginning of the window.
    age: Option<f64>,
    entered: f64,
    native: f64,
    created: (f64, f64),
    first: Option<Frame>,
    first_whole: Option<f64>,
}

/// The readings of a frame.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    begin: Reading,
    ticked: Reading,
    /// What was found is booked, which is not the window's own time.
    resumed: Reading,
    shown: Reading,
    /// The last pass of the toolkit has ended.
    ended: Reading,
    tessellation: f64,
    /// What timing it took, in seconds of the wall and of a core; and what timing took of passes that were thrown away before.
    timing: (f64, f64, f64),
    /// Whether a mark was shown in it for the first time that a knob was turned for.
    shows_mark: bool,
}

/// Times of all frames that count, in nanoseconds.
#[derive(Clone, Debug)]
struct Times {
    outside: Histogram<u64>,
    logic: Histogram<u64>,
    ui: Histogram<u64>,
    end: Histogram<u64>,
    tessellation: Histogram<u64>,
    whole: Histogram<u64>,
}

/// Frames that were drawn though nothing had changed.
#[derive(Clone, Debug, Default)]
struct Idle {
    changed_at: f64,
    /// Time is booked until here.
    booked_to: f64,
    secs: f64,
    frames: u64,
    causes: Vec<String>,
}

/// What the threads of the window took of a core.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    first: Option<(f64, f64)>,
    last: (f64, f64),
}

/// What a frame found when it had done what was due.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Whether anything may be different from the frame before.
    pub(crate) changed: bool,
    /// Run time in seconds.
    pub(crate) run_secs: f64,
    /// Machines.
    pub(crate) workers: usize,
    /// Run time of the newest mark of a person.
    pub(crate) newest_mark: Option<f64>,
    /// Seconds of a core that the threads of the window took so far, if that is known.
    pub(crate) spent_secs: Option<f64>,
    /// What asked for this frame.
    pub(crate) causes: Vec<String>,
}

impl Measure {
    /// `age` is that of the process now; frames of the first `aside_secs` are not counted.
    pub(crate) fn new(now: Reading, age: Option<f64>, aside_secs: f64) -> Self {
        Self {
            aside_secs,
            start: Start { age, entered: now.wall, ..Start::default() },
            frame: None,
            last: None,
            frames: 0,
            set_aside: 0,
            times: Times::new(),
            counted: None,
            idle: Idle::default(),
            share: Share::default(),
            knob: KnobWatch::default(),
            memory: Memory::default(),
            run_secs: 0.0,
            workers: 0,
        }
    }

    /// What is handed to the toolkit is made.
    pub(crate) fn hand_over(&mut self, now: Reading) {
        self.start.native = now.wall;
    }

    /// The toolkit has a window and a driver, and our part of it was made from `from` to `to`.
    pub(crate) fn created(&mut self, from: Reading, to: Reading) {
        self.start.created = (from.wall, to.wall);
    }

    /// Whether memory is to be looked at before the next frame.
    pub(crate) fn wants_memory(&self, now: Reading) -> bool {
        self.memory.is_due(now.wall)
    }

    /// A frame begins. `memory` is what [`os::resident_bytes`](crate::base::os::resident_bytes) said, where it was asked.
    pub(crate) fn begin(&mut self, now: Reading, memory: Option<(u64, u64)>) {
        self.book();
        self.frame = Some(Frame { begin: now, ..Frame::default() });
        if let Some(bytes) = memory {
            self.memory.note(now.wall, self.run_secs, bytes);
        }
    }

    /// What was due is done. `whole` is how long the frame before took with the renderer.
    pub(crate) fn ticked(&mut self, now: Reading, whole: Option<f64>, found: Found) {
        self.finish_last(whole);
        let is_new = self.knob.look(found.newest_mark);
        let Some(frame) = &mut self.frame else { return };
        let is_second_pass = frame.ticked != Reading::default();
        frame.timing.2 += frame.resumed.cpu - frame.ticked.cpu;
        (frame.ticked, frame.shows_mark) = (now, frame.shows_mark || is_new);
        let begin = frame.begin;
        (self.run_secs, self.workers) = (found.run_secs, found.workers);
        if is_second_pass {
            return;
        }
        let counts = self.counts(begin);
        self.idle.note(begin.wall, counts, found.changed, found.causes);
        if let Some(spent) = found.spent_secs.filter(|_| counts) {
            self.share.first.get_or_insert((begin.wall, spent));
            self.share.last = (begin.wall, spent);
        }
    }

    /// Drawing begins.
    pub(crate) fn resumed(&mut self, now: Reading) {
        if let Some(frame) = &mut self.frame {
            frame.resumed = now;
        }
    }

    /// Everything is drawn; `turned` says whether a person turned a knob in this frame.
    pub(crate) fn shown(&mut self, now: Reading, turned: bool) {
        let Some(frame) = &mut self.frame else { return };
        frame.shown = now;
        if turned {
            self.knob.turned(frame.begin.wall);
        }
    }

    /// A pass of the toolkit has ended; it took so many seconds of a core to tessellate a copy of what it left, and timing
    /// this took until `after`.
    pub(crate) fn ended(&mut self, now: Reading, tessellation: f64, after: Reading) {
        let Some(frame) = &mut self.frame else { return };
        (frame.ended, frame.tessellation) = (now, tessellation);
        frame.timing = (after.wall - now.wall, after.cpu - now.cpu, frame.timing.2 + frame.timing.1);
    }

    /// Takes a frame into the figures whose passes are over.
    fn book(&mut self) {
        // One of which nothing was drawn is none: the window was hidden.
        let Some(frame) = self.frame.take().filter(|frame| frame.ended != Reading::default()) else { return };
        self.last = Some(frame);
        self.start.first.get_or_insert(frame);
        if !self.counts(frame.begin) {
            self.set_aside += 1;
            return;
        }
        self.frames += 1;
        self.times.note(&frame);
        self.counted.get_or_insert((frame.begin, frame.begin)).1 = frame.begin;
    }

    /// Whether a frame that begins now comes late enough to count.
    fn counts(&self, begin: Reading) -> bool {
        self.start.first.is_some_and(|first| begin.wall - first.begin.wall >= self.aside_secs)
    }

    fn finish_last(&mut self, whole: Option<f64>) {
        let (Some(last), Some(whole)) = (self.last.take(), whole) else { return };
        // The toolkit's time of a frame has in it what timing took.
        let whole = (whole - last.timing.0).max(0.0);
        self.start.first_whole.get_or_insert(whole);
        if self.counts(last.begin) {
            record(&mut self.times.whole, whole);
        }
        if last.shows_mark {
            self.knob.painted(last.begin.wall + whole);
        }
    }

    /// Everything that was measured, when the window has closed.
    pub(crate) fn report(&mut self) -> Measured {
        let end = self.frame.or(self.last).map(|frame| frame.begin).unwrap_or_default();
        self.book();
        let (from, to) = self.counted.unwrap_or_default();
        let secs = to.wall - from.wall;
        self.idle.close(end.wall, self.counts(end));
        Measured {
            frames: FramesReport::new(self.frames, self.set_aside, secs, &self.times),
            start: StartReport::new(&self.start),
            idle: IdleReport { secs: self.idle.secs, frames: self.idle.frames, causes: self.idle.causes.clone() },
            share_of_a_core: ShareReport {
                drawing_thread: (secs > 0.0).then(|| (to.cpu - from.cpu) / secs),
                window_threads: self.share.of_a_core(),
            },
            memory: self.memory.report(),
            knob_to_mark_ms: self.knob.report(),
            run_secs: self.run_secs,
            workers: self.workers,
            ..Measured::default()
        }
    }
}

impl Frame {
    /// Seconds of a core of each part: logic, drawing, the end of the pass, tessellation.
    fn parts(&self) -> [f64; 4] {
        let end = self.ended.cpu - self.shown.cpu;
        let ui = self.shown.cpu - self.resumed.cpu;
        let logic = self.ticked.cpu - self.begin.cpu - self.timing.2;
        [logic, ui, end, self.tessellation]
    }
}

impl Times {
    fn new() -> Self {
        let new = || Histogram::new_with_bounds(1, NANOS_MAX, 3).expect("the bounds are in order");
        Self { outside: new(), logic: new(), ui: new(), end: new(), tessellation: new(), whole: new() }
    }

    fn note(&mut self, frame: &Frame) {
        let parts = frame.parts();
        let into = [&mut self.logic, &mut self.ui, &mut self.end, &mut self.tessellation];
        into.into_iter().zip(parts).for_each(|(histogram, secs)| record(histogram, secs));
        record(&mut self.outside, parts.iter().sum());
    }
}

fn record(histogram: &mut Histogram<u64>, secs: f64) {
    histogram.saturating_record((secs * 1e9).max(1.0) as u64);
}

/// Figures of a histogram in milliseconds; `None` of an empty one.
fn millis(histogram: &Histogram<u64>) -> Option<Millis> {
    let at = |quantile| histogram.value_at_quantile(quantile) as f64 * 1e-6;
    (!histogram.is_empty()).then(|| Millis {
        mean: histogram.mean() * 1e-6,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        max: histogram.max() as f64 * 1e-6,
    })
}

impl Idle {
    fn note(&mut self, now: f64, counts: bool, changed: bool, causes: Vec<String>) {
        self.close(now, counts);
        if changed {
            self.changed_at = now;
        } else if counts && now - self.changed_at > SETTLED_SECS {
            self.frames += 1;
            for cause in causes {
                if self.causes.len() < CAUSES_MAX && !self.causes.contains(&cause) {
                    self.causes.push(cause);
                }
            }
        }
    }

    /// Books the time until now.
    fn close(&mut self, now: f64, counts: bool) {
        let from = self.booked_to.max(self.changed_at + SETTLED_SECS);
        if counts && now > from {
            self.secs += now - from;
        }
        self.booked_to = now;
    }
}

impl Share {
    fn of_a_core(&self) -> Option<f64> {
        let (from, before) = self.first?;
        let (to, after) = self.last;
        (to > from).then(|| (after - before) / (to - from))
    }
}

#[cfg(test)]
mod tests;
