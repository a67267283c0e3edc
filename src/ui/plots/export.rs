//! What is taken out of a view: the numbers that are drawn, or a picture of them.

use std::cell::Cell;
use std::sync::Arc;

use eframe::egui::{Button, Color32, Rect, Response, Ui};

use super::{Scale, TimePlot};
use crate::interop::figure::{Areas, Axis, Figure, Line, Look, Note, Side};
use crate::ui::command::{Export, UiCommand};
use crate::ui::ctx::Ctx;
use crate::ui::export::Form;
use crate::ui::text;

/// What a person wants of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Its numbers, over the window.
    Table,
    /// Its numbers or its curves, in a file.
    File(Form),
    /// The view as it is on the screen, in a file.
    Pixels,
}

/// What can be asked of a view, in order.
pub(crate) const ENTRIES: [(&str, Wanted); 4] = [
    (text::SHOW_TABLE, Wanted::Table),
    (text::EXPORT_CSV, Wanted::File(Form::Csv)),
    (text::EXPORT_SVG, Wanted::File(Form::Svg)),
    (text::EXPORT_PNG, Wanted::Pixels),
];

/// What is asked of which view in this frame, and whether the view that is being drawn has numbers to give.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    asked: Cell<Option<(&'static str, Wanted)>>,
    drawing: Cell<&'static str>,
    has_numbers: Cell<bool>,
}

impl Exports {
    /// This is asked of that view.
    pub(crate) fn of(asked: Option<(&'static str, Wanted)>) -> Self {
        Self { asked: Cell::new(asked), ..Self::default() }
    }

    /// A view is drawn now.
    pub(crate) fn begin(&self, view: &'static str) {
        self.drawing.set(view);
        self.has_numbers.set(false);
    }

    /// Whether the view that was drawn last has numbers to give.
    pub(crate) fn has_numbers(&self) -> bool {
        self.has_numbers.get()
    }

    /// What is asked of the view that is being drawn, if its pixels are (or are not) meant; it is asked once.
    fn take(&self, are_pixels: bool) -> Option<Wanted> {
        let (_, wanted) = self
            .asked
            .get()
            .filter(|(view, wanted)| *view == self.drawing.get() && (*wanted == Wanted::Pixels) == are_pixels)?;
        self.asked.set(None);
        Some(wanted)
    }

    /// Whether no view gave what was asked.
    pub(crate) fn is_left(&self) -> bool {
        self.asked.get().is_some()
    }
}

/// Gives the numbers of a plot to who asks, and lets a person ask by its context menu.
pub(crate) fn offer(ctx: &Ctx<'_>, response: &Response, figure: impl Fn() -> Figure) {
    ctx.exports.has_numbers.set(true);
    response.context_menu(|ui| menu_ui(ui, ctx, true));
    let export = match ctx.exports.take(false) {
        Some(Wanted::Table) => Export::Table(Arc::new(figure())),
        Some(Wanted::File(form)) => Export::File(Arc::new(figure()), form),
        Some(Wanted::Pixels) | None => return,
    };
    ctx.ask(UiCommand::Export(export));
}

/// Gives the pixels of the view that was drawn to who asks.
pub(crate) fn offer_pixels(ctx: &Ctx<'_>, place: Rect) {
    if ctx.exports.take(true).is_some() {
        let view = text::view_title(ctx.exports.drawing.get()).to_owned();
        ctx.ask(UiCommand::Export(Export::Pixels { view, stretch: ctx.time.bounds(), place }));
    }
}

/// What can be asked of the view that is being drawn, in a menu.
pub(crate) fn menu_ui(ui: &mut Ui, ctx: &Ctx<'_>, has_numbers: bool) {
    let view = ctx.exports.drawing.get();
    for (words, wanted) in ENTRIES {
        if (has_numbers || wanted == Wanted::Pixels) && ui.add(Button::new(words)).clicked() {
            ctx.ask(UiCommand::Export(Export::Of(view, wanted)));
            ui.close();
        }
    }
}

/// What stands above something exported.
pub(crate) fn title(ctx: &Ctx<'_>, name: &str) -> String {
    text::figure_title(&ctx.snapshot.scenario.title, name, ctx.provenance())
}

/// The run time as a side of a figure.
pub(crate) fn clock(range: (f64, f64)) -> Side {
    Side { name: text::CLOCK_SIDE.to_owned(), column: text::CLOCK_COLUMN.to_owned(), axis: Axis::Clock, range }
}

/// A side of a figure that has no column of its own: those of a table are named by its curves.
pub(crate) fn side(name: &str, axis: Axis, range: (f64, f64)) -> Side {
    Side { name: name.to_owned(), column: name.to_owned(), axis, range }
}

/// The numbers of a plot over time, exactly those that are drawn.
pub(super) fn figure(
    ctx: &Ctx<'_>,
    plot: &TimePlot<'_>,
    (times, values): ((f64, f64), (f64, f64)),
    cells_max: usize,
) -> Figure {
    let (from, to) = times;
    let inside = |time: f64| (from..=to).contains(&time);
    let lines = plot.curves.iter().map(|curve| {
        let runs = curve.runs(from, to, cells_max).into_iter().map(|run| {
            let points = run.into_iter().filter(|point| inside(point.x));
            points.map(|point| (point.x, point.y)).collect::<Vec<_>>()
        });
        let runs = runs.filter(|run| !run.is_empty()).collect();
        Line { name: curve.name.to_owned(), colour: rgb(curve.colour), look: Look::Joined, runs }
    });
    let marks =
        ctx.snapshot.marks.iter().filter(|mark| mark.at.secs() <= to && mark.until.unwrap_or(mark.at).secs() >= from);
    let live = ctx.snapshot.at.secs();
    let notes = marks.map(|mark| Note {
        at: mark.at.secs(),
        until: mark.until.map(|until| until.secs().min(live)),
        label: mark.label.clone(),
    });
    let axis = if plot.scale == Scale::LogSecs { Axis::Logarithmic } else { Axis::Linear };
    Figure {
        name: plot.title.to_owned(),
        title: title(ctx, plot.title),
        across: clock(times),
        up: side(plot.unit, axis, values),
        areas: plot.areas.map_or_else(Areas::default, |areas| areas()),
        lines: lines.collect(),
        goal: plot.goal.clone(),
        notes: notes.collect(),
    }
}

/// A colour as its three parts.
pub(crate) fn rgb(colour: Color32) -> [u8; 3] {
    [colour.r(), colour.g(), colour.b()]
}
