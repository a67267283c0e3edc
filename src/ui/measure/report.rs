//! The document that `--measure-frames` leaves: what was measured, in plain figures.

use serde::Serialize;

use super::{Start, Times, millis};
use crate::base::{about, os};
use crate::scenario::Host;

/// What a window cost, as one document. Fields that cannot be told on this system are `null`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Of this document.
    pub version: u32,
    /// The program and its version.
    pub program: String,
    /// Whether it was built to be fast.
    pub build: &'static str,
    /// The processor.
    pub cpu: String,
    /// Its cores.
    pub cores: u32,
    /// What draws.
    pub renderer: String,
    /// The title of the scenario.
    pub scenario: String,
    /// What times of a frame are, where they are not said to be by the wall clock: of a core (`cpu`), or by the wall clock all the
    /// same (`wall`), where the system does not tell more.
    pub clock: &'static str,
    /// Run time in seconds at the end.
    pub run_secs: f64,
    /// Machines at the end.
    pub workers: usize,
    /// What frames cost.
    pub frames: FramesReport,
    /// From the start of the process to the first frame.
    pub start: Option<StartReport>,
    /// Frames drawn while nothing changed.
    pub idle: IdleReport,
    /// What the window took of one core.
    pub share_of_a_core: ShareReport,
    /// Memory over time.
    pub memory: Option<MemoryReport>,
    /// From a knob that is turned to the frame with its mark; `null` where no knob was turned.
    pub knob_to_mark_ms: Option<Millis>,
}

/// Milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Millis {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Largest.
    pub max: f64,
}

/// What frames cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FramesReport {
    /// Frames that count.
    pub drawn: u64,
    /// Frames before them.
    pub set_aside: u64,
    /// From the first of those that count to the last.
    pub secs: f64,
    /// In each second of these.
    pub per_sec: Option<f64>,
    /// Time of the drawing thread from the beginning of a frame until its triangles are there: the input, what is due, all
    /// views, what a screen reader is told, and tessellation. Not in it: uploads, the renderer, the driver, and the swap.
    pub outside_renderer_ms: Option<Millis>,
    /// Of this: reading input, the newest picture, and what was asked for.
    pub logic_ms: Option<Millis>,
    /// Of this: bars, knobs and views.
    pub ui_ms: Option<Millis>,
    /// Of this: the end of the toolkit's pass.
    pub end_of_pass_ms: Option<Millis>,
    /// Of this: tessellation, timed on a copy of the shapes.
    pub tessellation_ms: Option<Millis>,
    /// By the wall clock, with the renderer and without the swap.
    pub with_renderer_wall_ms: Option<Millis>,
}

/// From the start of the process to the first frame, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StartReport {
    /// Loading the program, up to where it asks for a window; to a hundredth.
    pub load_secs: Option<f64>,
    /// Reading the scenario and the tokens.
    pub read_secs: f64,
    /// The toolkit, the display and the driver: a window is made. Not ours.
    pub driver_secs: f64,
    /// The run begins and our part of the window is made.
    pub make_secs: f64,
    /// From there to the first frame. Not ours.
    pub wait_secs: f64,
    /// The first frame, without the renderer.
    pub frame_secs: f64,
    /// The renderer's part of it. Not ours.
    pub render_secs: Option<f64>,
    /// What is ours of all this.
    pub without_driver_secs: f64,
    /// All of it.
    pub total_secs: f64,
}

/// Frames drawn while nothing changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct IdleReport {
    /// How long the window had nothing to show that was new: from a second after the last change.
    pub secs: f64,
    /// Frames that were drawn then.
    pub frames: u64,
    /// What asked for them.
    pub causes: Vec<String>,
}

/// Shares of one core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ShareReport {
    /// Of the thread that draws, with the timing itself.
    pub drawing_thread: Option<f64>,
    /// Of all threads that do not work for the run, with those of software rendering.
    pub window_threads: Option<f64>,
}

/// Memory over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MemoryReport {
    /// At the first frame.
    pub first_bytes: u64,
    /// After a sixth of the time: at minute 10 of an hour.
    pub settled: MemoryReading,
    /// At the end.
    pub last: MemoryReading,
    /// At the most.
    pub peak_bytes: u64,
    /// What it grew by since it had settled.
    pub growth_bytes: i64,
    /// All readings that were kept.
    pub readings: Vec<MemoryReading>,
}

/// What was resident at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct MemoryReading {
    /// Seconds of the window.
    pub secs: f64,
    /// Seconds of the run.
    pub run_secs: f64,
    /// Bytes.
    pub bytes: u64,
}

/// Of the document.
const VERSION: u32 = 1;

impl Measured {
    /// Says whose figures these are.
    pub(super) fn named(self, renderer: String, scenario: String, host: &Host) -> Self {
        let build = if cfg!(debug_assertions) { "debug" } else { "release" };
        let clock = if os::thread_cpu_secs().is_some() { "cpu" } else { "wall" };
        Self {
            version: VERSION,
            program: about::build(),
            build,
            cpu: host.cpu.clone(),
            cores: host.cores,
            renderer,
            scenario,
            clock,
            ..self
        }
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain figures and words") + "\n"
    }
}

impl FramesReport {
    pub(super) fn new(drawn: u64, set_aside: u64, secs: f64, times: &Times) -> Self {
        Self {
            drawn,
            set_aside,
            secs,
            per_sec: (secs > 0.0).then(|| drawn.saturating_sub(1) as f64 / secs),
            outside_renderer_ms: millis(&times.outside),
            logic_ms: millis(&times.logic),
            ui_ms: millis(&times.ui),
            end_of_pass_ms: millis(&times.end),
            tessellation_ms: millis(&times.tessellation),
            with_renderer_wall_ms: millis(&times.whole),
        }
    }
}

impl StartReport {
    pub(super) fn new(start: &Start) -> Option<Self> {
        let first = start.first?;
        let (made_from, made_to) = start.created;
        // Tessellation was timed on a copy: in its place stands that of the frame itself, before the renderer.
        let frame_secs = first.ended.wall - first.begin.wall + first.tessellation;
        let mut report = Self {
            load_secs: start.age,
            read_secs: start.native - start.entered,
            driver_secs: made_from - start.native,
            make_secs: made_to - made_from,
            wait_secs: first.begin.wall - made_to,
            frame_secs,
            render_secs: start.first_whole.map(|whole| (whole - frame_secs).max(0.0)),
            ..Self::default()
        };
        report.without_driver_secs =
            report.load_secs.unwrap_or(0.0) + report.read_secs + report.make_secs + report.frame_secs;
        report.total_secs =
            report.without_driver_secs + report.driver_secs + report.wait_secs + report.render_secs.unwrap_or(0.0);
        Some(report)
    }
}
