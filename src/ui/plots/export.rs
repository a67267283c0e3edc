//! What is taken out of a plot: the numbers that are drawn, or a picture of them.

use std::sync::Arc;

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Button, Color32, Rect, Ui};

use super::{Scale, TimePlot};
use crate::interop::figure::{Axis, Figure, Line, Note};
use crate::ui::command::Export;
use crate::ui::ctx::Ctx;
use crate::ui::export::Form;
use crate::ui::text;

/// What a person wants of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Its numbers, over the window.
    Table,
    /// Its numbers or its curves, in a file.
    File(Form),
    /// The view as it is on the screen, in a file.
    Pixels,
}

/// What can be asked of a plot, in order.
const ENTRIES: [(&str, Wanted); 4] = [
    (text::SHOW_TABLE, Wanted::Table),
    (text::EXPORT_CSV, Wanted::File(Form::Csv)),
    (text::EXPORT_SVG, Wanted::File(Form::Svg)),
    (text::EXPORT_PNG, Wanted::Pixels),
];

impl Wanted {
    /// What to ask the window for.
    pub(super) fn export(self, figure: Figure, view: Rect) -> Export {
        match self {
            Self::Table => Export::Table(Arc::new(figure)),
            Self::File(form) => Export::File(Arc::new(figure), form),
            Self::Pixels => Export::Pixels { view: figure.name, times: figure.times, place: view },
        }
    }
}

/// What can be asked of a plot, in a menu.
pub(super) fn menu_ui(ui: &mut Ui) -> Option<Wanted> {
    let mut wanted = None;
    for (words, entry) in ENTRIES {
        if ui.button(words).clicked() {
            wanted = Some(entry);
            ui.close();
        }
    }
    wanted
}

/// The same behind a small button in the first line of a view.
pub(crate) fn menu_button_ui(ui: &mut Ui, view: &str) -> Option<Wanted> {
    let mut wanted = None;
    let button = MenuButton::from_button(Button::new(text::MORE).small());
    let (response, _) = button.ui(ui, |ui| wanted = menu_ui(ui));
    response.on_hover_text(text::export_of(view)).accessible_name(text::export_of(view));
    wanted
}

/// The numbers of a plot, exactly those that are drawn.
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
        Line { name: curve.name.to_owned(), colour: rgb(curve.colour), runs }
    });
    let marks =
        ctx.snapshot.marks.iter().filter(|mark| mark.at.secs() <= to && mark.until.unwrap_or(mark.at).secs() >= from);
    let live = ctx.snapshot.at.secs();
    let notes = marks.map(|mark| Note {
        at: mark.at.secs(),
        until: mark.until.map(|until| until.secs().min(live)),
        label: mark.label.clone(),
    });
    Figure {
        name: plot.title.to_owned(),
        title: text::figure_title(&ctx.snapshot.scenario.title, plot.title, ctx.provenance()),
        unit: plot.unit.to_owned(),
        axis: if plot.scale == Scale::LogSecs { Axis::Logarithmic } else { Axis::Linear },
        times,
        values,
        lines: lines.collect(),
        goal: plot.goal.clone(),
        notes: notes.collect(),
    }
}

fn rgb(colour: Color32) -> [u8; 3] {
    [colour.r(), colour.g(), colour.b()]
}
