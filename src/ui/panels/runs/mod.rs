//! Runs: what was kept, how do runs differ, and what came of a sweep?
//!
//! ```text
//! store (SQLite) --read, beside the window--> Found --columns, sweep--> table, grid, lines
//! ```

mod columns;
mod grid;
mod lines;
mod read;
mod sweep;
mod table;

use std::path::PathBuf;

use eframe::egui::{Button, Checkbox, ComboBox, Label, Margin, Response, Role, TextEdit, Ui, WidgetInfo};

use self::columns::Params;
use self::read::{Found, Opens, Row};
use self::table::Table;
use super::View;
use super::beside::Beside;
use crate::experiment::figures::Figure;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::card::header_ui;
use crate::ui::widgets::list::list_ui;
use crate::ui::widgets::words::{soft, tinted, value};

/// The view.
#[derive(Default)]
pub(crate) struct RunsView {
    /// The store; that which all commands use if `None`.
    store: Option<PathBuf>,
    query: String,
    /// Runs that had been kept from this window when it was read.
    kept: u64,
    /// What was last searched for.
    asked: Option<String>,
    reading: Beside<Came>,
    /// What the last query that was one found.
    found: Option<Found>,
    /// Why the store or the query was refused.
    refused: Option<String>,
    table: Table,
    sweep: Option<Sweep>,
}

/// What came of reading: runs, or the parts of a sweep.
enum Came {
    Runs(Result<Found, String>),
    Parts(Result<Found, String>),
}

/// A sweep that is looked at.
struct Sweep {
    row: Row,
    parts: Option<Found>,
    figure: Figure,
    table: Table,
}

/// Share of the height that the picture of a sweep takes; the rest is the table of its points.
const PICTURE_SHARE: f32 = 0.58;

impl RunsView {
    /// On this store.
    pub(crate) fn of(store: PathBuf) -> Self {
        Self { store: Some(store), ..Self::default() }
    }

    /// Takes what was read, and reads what is asked for now; one thing at a time.
    fn read(&mut self, ui: &Ui) {
        match self.reading.take() {
            Some(Came::Runs(Ok(found))) => {
                self.table.forget_order();
                (self.found, self.refused) = (Some(found), None);
            }
            Some(Came::Parts(Ok(found))) => {
                if let Some(sweep) = &mut self.sweep {
                    sweep.table.forget_order();
                    sweep.parts = Some(found);
                }
                self.refused = None;
            }
            Some(Came::Runs(Err(why)) | Came::Parts(Err(why))) => self.refused = Some(why),
            None => {}
        }
        if self.reading.is_busy() || self.asked.as_ref() == Some(&self.query) {
            return;
        }
        let (store, query) = (self.store.clone(), self.query.clone());
        self.asked = Some(query.clone());
        let begun = self.reading.begin(ui.ctx(), move || Came::Runs(read::list(store.as_deref(), &query)));
        self.refused = begun.err().or(self.refused.take());
    }

    /// Opens a run: a directory, a scenario, or the parts of a sweep.
    fn open(&mut self, ui: &Ui, ctx: &Ctx<'_>, row: Row) {
        let Some(found) = &self.found else { return };
        let store = found.place.clone();
        match &row.opens {
            Opens::Directory(dir) => ctx.ask(UiCommand::Open(dir.clone())),
            Opens::Scenario => ctx.ask(UiCommand::OpenKept { store, run: row.id }),
            Opens::Parts => {
                let id = row.id.clone();
                self.sweep = Some(Sweep { row, parts: None, figure: Figure::P99, table: Table::default() });
                let begun = self.reading.begin(ui.ctx(), move || Came::Parts(read::parts(&store, &id)));
                self.refused = begun.err();
            }
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Option<Row> {
        let field = TextEdit::singleline(&mut self.query).hint_text(text::RUNS_FILTER).desired_width(f32::INFINITY);
        ui.add(field.margin(Margin::symmetric(10, 5))).accessible_name(text::RUNS_FILTER);
        self.refused_ui(ui, ctx);
        let Some(found) = &self.found else {
            if self.refused.is_none() {
                ui.label(soft(ctx, text::RUNS_READING));
            }
            return None;
        };
        if found.rows.is_empty() {
            let is_all = self.asked.as_ref().is_some_and(|asked| asked.trim().is_empty());
            let none = || text::RUNS_NONE_FOUND.to_owned();
            let words = if is_all { text::runs_empty(&found.place.display().to_string()) } else { none() };
            ui.add(Label::new(soft(ctx, words)).wrap());
            return None;
        }
        self.table.ui(ui, ctx, &found.rows).cloned()
    }

    fn refused_ui(&self, ui: &mut Ui, ctx: &Ctx<'_>) {
        if let Some(why) = &self.refused {
            ui.add(Label::new(tinted(ctx, why, ctx.palette.warn.0)).wrap());
        }
    }
}

impl View for RunsView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        if self.kept != ctx.chrome.runs_kept {
            (self.kept, self.asked) = (ctx.chrome.runs_kept, None);
        }
        self.read(ui);
        let count = self.found.as_ref().map(|found| text::runs_count(found.rows.len(), found.is_cut));
        let header = header_ui(ui, ctx, text::RUNS_TITLE, |ui| {
            let keep = ui.add(Button::new(soft(ctx, text::KEEP_RUN)).small());
            if keep.on_hover_text(text::KEEP_MEANING).clicked() {
                ctx.ask(UiCommand::KeepRun(self.store.clone()));
            }
            if ui.add(Button::new(soft(ctx, text::RUNS_READ_AGAIN)).small()).clicked() {
                (self.asked, self.sweep) = (None, None);
            }
            let mut only = self.table.params == Params::Different;
            let label = soft(ctx, text::RUNS_DIFFERENCES);
            let toggle = ui.add(Checkbox::new(&mut only, label)).on_hover_text(text::RUNS_DIFFERENCES_MEANING);
            if toggle.changed() {
                self.table.params = if only { Params::Different } else { Params::All };
            }
            if let Some(count) = &count {
                ui.add(Label::new(soft(ctx, count)).truncate());
            }
        });
        let picked = match &mut self.sweep {
            None => self.list_ui(ui, ctx),
            Some(sweep) => {
                sweep.table.params = self.table.params;
                match sweep.ui(ui, ctx) {
                    Some(Picked::Back) => {
                        self.sweep = None;
                        None
                    }
                    Some(Picked::Run(row)) => Some(row),
                    None => None,
                }
            }
        };
        if self.sweep.is_some() {
            self.refused_ui(ui, ctx);
        }
        if let Some(row) = picked {
            self.open(ui, ctx, row);
        }
        let summary = match &self.sweep {
            Some(sweep) => sweep.summary(),
            None => text::runs_summary(count.as_deref().unwrap_or(text::NO_VALUE), &self.table.sorted_by()),
        };
        header.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        header
    }
}

/// What a person did in a sweep.
enum Picked {
    Back,
    Run(Row),
}

impl Sweep {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Option<Picked> {
        let mut picked = None;
        ui.horizontal(|ui| {
            if ui.add(Button::new(text::RUNS_BACK)).clicked() {
                picked = Some(Picked::Back);
            }
            let combo = ComboBox::from_id_salt("figure").selected_text(self.figure.label());
            let response = list_ui(combo, ui, |ui| {
                for figure in Figure::ALL {
                    ui.selectable_value(&mut self.figure, figure, figure.label());
                }
            });
            response.accessible_name(text::RUNS_FIGURE);
            ui.add(Label::new(value(ctx, &self.row.title)).truncate());
        });
        let Self { row, parts, figure, table } = self;
        let Some(parts) = parts else {
            ui.label(soft(ctx, text::RUNS_READING));
            return picked;
        };
        let parts = &parts.rows;
        if parts.is_empty() {
            ui.label(soft(ctx, text::RUNS_NO_PARTS));
            return picked;
        }
        let axes = sweep::axes(row, parts);
        let height = (ui.available_height() * PICTURE_SHARE).max(0.0);
        let from_picture = match axes.len() {
            0 => {
                ui.label(soft(ctx, text::RUNS_NOTHING_VARIES));
                None
            }
            1 | 2 => {
                sweep::Grid::of(&axes, parts, *figure).and_then(|grid| grid::ui(ui, ctx, (&grid, *figure), height))
            }
            _ => lines::ui(ui, ctx, (&axes, parts, *figure), height),
        };
        let from_picture = from_picture.and_then(|ix| parts.get(ix));
        let run = table.ui(ui, ctx, parts).or(from_picture).cloned();
        picked.or(run.map(Picked::Run))
    }

    fn summary(&self) -> String {
        let parts = self.parts.as_ref().map(|found| found.rows.as_slice()).unwrap_or_default();
        let axes = sweep::axes(&self.row, parts);
        let fields: Vec<&str> = axes.iter().map(|axis| axis.path.as_str()).collect();
        let range = sweep::range(parts.iter().filter_map(|part| part.metrics.get(self.figure.name()).copied()));
        let range = range.map(|(low, high)| (self.figure.written(low), self.figure.written(high)));
        text::runs_sweep_summary(parts.len(), &fields, self.figure.label(), range)
    }
}
