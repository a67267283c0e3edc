//! The numbers of a plot as a table: only the rows in view are laid out.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, TextWrapMode, Ui, vec2};

use super::{Scene, title_ui};
use crate::base::figures::{clock, plural};
use crate::interop::figure::{Axis, Entry, Figure};
use crate::ui::text;

/// Width of a column, and height of the part that scrolls.
const COLUMN: f32 = 112.0;
const HEIGHT: f32 = 380.0;
/// It takes at most this share of the width of the window.
const WIDTH_MAX: f32 = 0.92;
/// Digits that count, in what is read.
const DIGITS: usize = 6;

/// Rows that were drawn when the table was opened.
#[derive(Debug)]
pub(super) struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<Entry>>,
    /// Whether the first column is a time, which is read off a clock here.
    is_timed: bool,
}

impl Table {
    pub(super) fn of(figure: &Figure) -> Self {
        let title = text::table_title(&figure.name, figure.stretch());
        let mut columns = figure.columns();
        let is_timed = figure.across.axis == Axis::Clock && figure.areas.columns.is_empty();
        if is_timed {
            columns.splice(..1, [text::RUN_TIME.to_owned()]);
        }
        Self { title, columns, rows: figure.rows(), is_timed }
    }
}

/// Shows the table.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>, table: Option<&Table>) {
    let Some(table) = table else { return };
    let room = ui.ctx().content_rect().width() * WIDTH_MAX;
    let column = (room / table.columns.len().max(1) as f32).min(COLUMN);
    ui.set_width(column * table.columns.len().max(4) as f32);
    title_ui(ui, &table.title);
    let rows = plural(table.rows.len() as u64, "row", "rows");
    ui.label(RichText::new(text::table_rows(&rows)).color(scene.palette.soft));
    ui.add_space(6.0);
    let line = ui.text_style_height(&eframe::egui::TextStyle::Body);
    let names = table.columns.iter().map(|name| RichText::new(name).size(scene.size.small).color(scene.palette.soft));
    row_ui(ui, (column, 2.5 * line), names, TextWrapMode::Wrap);
    ui.separator();
    let area = ScrollArea::vertical().auto_shrink([false, true]).max_height(HEIGHT);
    area.show_rows(ui, line, table.rows.len(), |ui, shown| {
        for row in &table.rows[shown] {
            let cells = row.iter().enumerate().map(|(ix, entry)| match entry {
                Entry::Number(time) if ix == 0 && table.is_timed => clock(*time, true),
                Entry::Number(value) => digits(*value),
                Entry::Words(words) => words.clone(),
                Entry::Nothing => text::NO_VALUE.to_owned(),
            });
            row_ui(ui, (column, line), cells.map(RichText::new), TextWrapMode::Truncate);
        }
    });
}

/// Cells of equal width, aligned to the right as numbers are.
fn row_ui(ui: &mut Ui, (column, height): (f32, f32), cells: impl Iterator<Item = RichText>, wrap: TextWrapMode) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for cell in cells {
            ui.allocate_ui_with_layout(vec2(column - 4.0, height), Layout::right_to_left(Align::Center), |ui| {
                ui.set_width(column - 4.0);
                ui.add(Label::new(cell).wrap_mode(wrap));
            });
        }
    });
}

/// A number with as many digits as can be read at a glance.
fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { text::NO_VALUE.to_owned() };
    }
    let before = value.abs().log10().floor() as i64 + 1;
    let after = (DIGITS as i64 - before).clamp(0, 12) as usize;
    format!("{value:.after$}")
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn numbers_have_six_digits_that_count() {
        let shown: Vec<_> = [185.25, 0.021_345_678, 0.0, 1_234_567.8, f64::NAN].map(digits).into();
        assert_eq!(shown, ["185.250", "0.0213457", "0", "1234568", "–"]);
    }
}
