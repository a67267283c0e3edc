//! Keys, words, and how often the window is drawn.

use eframe::egui::{FontId, Grid, RichText, Ui};

use super::{Scene, title_ui};
use crate::interop::about;
use crate::ui::command::UiCommand;
use crate::ui::frame::Rate;
use crate::ui::text;
use crate::ui::tokens::strong;

/// Shows keys, what the words beside numbers mean, and the quiet mode.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<UiCommand> {
    ui.set_width(600.0);
    title_ui(ui, text::HELP_TITLE);
    ui.label(RichText::new(text::HELP_INTRO).size(scene.size.body));
    ui.add_space(8.0);
    table_ui(ui, scene, "keys", text::HELP_KEYS_TITLE, text::HELP_KEYS);
    ui.add_space(8.0);
    table_ui(ui, scene, "words", text::HELP_WORDS_TITLE, text::HELP_WORDS);
    ui.add_space(8.0);
    about_ui(ui, scene);
    ui.add_space(8.0);
    let mut quiet = scene.rate == Rate::Quiet;
    let turned = ui.checkbox(&mut quiet, text::QUIET).changed();
    turned.then_some(UiCommand::SetRate(if quiet { Rate::Quiet } else { Rate::Smooth }))
}

/// Version, licences and log, which a person copies into a report.
fn about_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let log = about::log_file().map(|file| file.display().to_string());
    let rows = text::about(&about::build(), log.as_deref());
    let rows: Vec<(&str, &str)> = rows.iter().map(|(left, right)| (*left, right.as_str())).collect();
    table_ui(ui, scene, "about", text::ABOUT_TITLE, &rows);
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
