//! Where the toolkit tells of the end of a pass: what it left is tessellated once more, to be timed.

use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{Context, FullOutput, Plugin, RepaintCause};

use super::{Found, Measure, Measured};
use crate::base::os;
use crate::metrics::snapshot::{By, Snapshot};
use crate::scenario::Host;
use crate::ui::app::App;
use crate::ui::frame::{Reading, spent_secs};

/// What the window and the hook share.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<Measure>>);

/// Times the end of each pass.
pub(crate) struct Hook(pub(crate) Shared);

impl Plugin for Hook {
    fn debug_name(&self) -> &'static str {
        "measure"
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let now = Reading::now();
        let shapes = output.shapes.clone();
        let from = Reading::now();
        let primitives = ctx.tessellate(shapes, output.pixels_per_point);
        let tessellation = Reading::now().cpu - from.cpu;
        drop(primitives);
        self.0.with(|measure| measure.ended(now, tessellation, Reading::now()));
    }
}

impl Shared {
    /// Begins to measure.
    pub(crate) fn begin(aside_secs: f64) -> Self {
        Self(Arc::new(Mutex::new(Measure::new(Reading::now(), os::process_age_secs(), aside_secs))))
    }

    /// Does something with what is measured.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut Measure) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Everything that was measured, and of what.
    pub(crate) fn measured(&self, renderer: String, scenario: String, host: &Host) -> Measured {
        self.with(Measure::report).named(renderer, scenario, host)
    }

    /// A frame begins.
    pub(crate) fn frame_begins(&self) {
        let memory = self.with(|measure| measure.wants_memory(Reading::now())).then(os::resident_bytes).flatten();
        self.with(|measure| measure.begin(Reading::now(), memory));
    }

    /// What was due is done: `changed` says whether anything came from outside.
    pub(crate) fn ticked(&self, ctx: &Context, app: &mut App, whole: Option<f64>, changed: bool) {
        let now = Reading::now();
        let changed = changed || app.session().is_moving() || app.is_closing(ctx);
        let causes = if changed { Vec::new() } else { ctx.repaint_causes().iter().map(short).collect() };
        let spent_secs = spent_secs();
        let snapshot = app.session().snapshot();
        let by_person = |snapshot: &Arc<Snapshot>| {
            snapshot.marks.iter().rev().find(|mark| mark.by == By::Person).map(|mark| mark.at.secs())
        };
        let found = Found {
            changed,
            run_secs: snapshot.map_or(0.0, |snapshot| snapshot.at.secs()),
            workers: snapshot.map_or(0, |snapshot| snapshot.workers.len()),
            newest_mark: snapshot.and_then(by_person),
            spent_secs,
            causes,
        };
        self.with(|measure| {
            measure.ticked(now, whole, found);
            measure.resumed(Reading::now());
        });
    }
}

/// What asked for a frame, without the folders that a file is in on the machine where it was built.
fn short(cause: &RepaintCause) -> String {
    let file = cause.file.rsplit(['/', '\\']).next().unwrap_or_default();
    format!("{file}:{} {}", cause.line, cause.reason)
}
