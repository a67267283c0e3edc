//! The numbers of a plot as a table: only the rows in view are laid out.

use eframe::egui::{Align, Label, Layout, RichText, ScrollArea, TextWrapMode, Ui, vec2};

use super::{Scene, title_ui};
use crate::base::figures::{clock, plural};
use crate::interop::figure::Figure;
use crate::ui::text;

/// Width of a column, and height of the part that scrolls.
const COLUMN: f32 = 112.0;
const HEIGHT: f32 = 380.0;
/// Digits that count, in what is read.
const DIGITS: usize = 6;

/// Rows that were drawn when the table was opened.
#[derive(Debug)]
pub(super) struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<(f64, Vec<Option<f64>>)>,
}

impl Table {
    pub(super) fn of(figure: &Figure) -> Self {
        let title = text::table_title(&figure.name, figure.times);
        let mut columns = figure.columns();
        // Times are read off a clock here.
        columns.splice(..1, [text::RUN_TIME.to_owned()]);
        Self { title, columns, rows: figure.rows() }
    }
}

/// Shows the table.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>, table: Option<&Table>) {
    let Some(table) = table else { return };
    ui.set_width(COLUMN * table.columns.len().max(4) as f32);
    title_ui(ui, &table.title);
    let rows = plural(table.rows.len() as u64, "row", "rows");
    ui.label(RichText::new(text::table_rows(&rows)).color(scene.palette.soft));
    ui.add_space(6.0);
    let line = ui.text_style_height(&eframe::egui::TextStyle::Body);
    let names = table.columns.iter().map(|name| RichText::new(name).size(scene.size.small).color(scene.palette.soft));
    row_ui(ui, 2.5 * line, names, TextWrapMode::Wrap);
    ui.separator();
    let area = ScrollArea::vertical().auto_shrink([false, true]).max_height(HEIGHT);
    area.show_rows(ui, line, table.rows.len(), |ui, shown| {
        for (time, values) in &table.rows[shown] {
            let values = values.iter().map(|value| value.map_or_else(|| text::NO_VALUE.to_owned(), digits));
            let cells = [clock(*time, true)].into_iter().chain(values);
            row_ui(ui, line, cells.map(RichText::new), TextWrapMode::Truncate);
        }
    });
}

/// Cells of equal width, aligned to the right as numbers are.
fn row_ui(ui: &mut Ui, height: f32, cells: impl Iterator<Item = RichText>, wrap: TextWrapMode) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for cell in cells {
            ui.allocate_ui_with_layout(vec2(COLUMN - 4.0, height), Layout::right_to_left(Align::Center), |ui| {
                ui.set_width(COLUMN - 4.0);
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
