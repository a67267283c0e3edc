//! Keys and words.

use eframe::egui::{FontId, Grid, RichText, Ui};

use super::{Scene, title_ui};
use crate::ui::text;
use crate::ui::tokens::strong;

/// Shows keys, and what the words beside numbers mean.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>) {
    ui.set_width(600.0);
    title_ui(ui, text::HELP_TITLE);
    ui.label(RichText::new(text::HELP_INTRO).size(scene.size.body));
    ui.add_space(8.0);
    table_ui(ui, scene, "keys", text::HELP_KEYS_TITLE, text::HELP_KEYS);
    ui.add_space(8.0);
    table_ui(ui, scene, "words", text::HELP_WORDS_TITLE, text::HELP_WORDS);
}

fn table_ui(ui: &mut Ui, scene: &Scene<'_>, id: &str, title: &str, rows: &[(&str, &str)]) {
    ui.label(RichText::new(title).font(FontId::new(scene.size.heading, strong())));
    Grid::new(id).num_columns(2).spacing([18.0, 5.0]).show(ui, |ui| {
        for (left, right) in rows {
            ui.label(RichText::new(*left).font(FontId::new(scene.size.body, strong())).color(scene.palette.accent));
            ui.label(RichText::new(*right).color(scene.palette.text));
            ui.end_row();
        }
    });
}
