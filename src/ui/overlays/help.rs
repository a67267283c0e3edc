//! Keys, words, and how often the window is drawn.

use eframe::egui::{FontId, Grid, RichText, ScrollArea, Ui};

use super::{Scene, title_ui};
use crate::interop::about;
use crate::ui::actions::keys_name;
use crate::ui::command::UiCommand;
use crate::ui::frame::Rate;
use crate::ui::text;
use crate::ui::tokens::strong;

/// It scrolls where the window is lower than it.
const HEIGHT_MAX: f32 = 0.78;

/// Shows keys, what the words beside numbers mean, and the quiet mode.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<UiCommand> {
    ui.set_width(680.0);
    title_ui(ui, text::HELP_TITLE);
    let height = (ui.ctx().content_rect().height() * HEIGHT_MAX).max(160.0);
    ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| content_ui(ui, scene)).inner
}

fn content_ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<UiCommand> {
    ui.label(RichText::new(text::HELP_INTRO).size(scene.size.body));
    ui.add_space(8.0);
    keys_ui(ui, scene);
    ui.add_space(8.0);
    table_ui(ui, scene, "words", text::HELP_WORDS_TITLE, text::HELP_WORDS);
    ui.add_space(8.0);
    about_ui(ui, scene);
    ui.add_space(8.0);
    let mut quiet = scene.rate == Rate::Quiet;
    let turned = ui.checkbox(&mut quiet, text::QUIET).changed();
    turned.then_some(UiCommand::SetRate(if quiet { Rate::Quiet } else { Rate::Smooth }))
}

/// Every action that has keys, in two columns, and what plots hear.
fn keys_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let keyed = scene.actions.iter().filter_map(|action| Some((action.keys?, action.name.as_str())));
    let keyed = keyed.map(|(keys, name)| (keys_name(ui.ctx(), &keys), name));
    let plots = text::HELP_PLOTS.map(|(keys, what)| (keys.to_owned(), what));
    let rows: Vec<(String, &str)> = keyed.chain(plots).collect();
    ui.label(RichText::new(text::HELP_KEYS_TITLE).font(FontId::new(scene.size.heading, strong())));
    let (left, right) = rows.split_at(rows.len().div_ceil(2));
    Grid::new("keys").num_columns(4).min_row_height(0.0).spacing([18.0, 4.0]).show(ui, |ui| {
        for ix in 0..left.len() {
            for (keys, name) in [left.get(ix), right.get(ix)].into_iter().flatten() {
                ui.label(RichText::new(keys).font(FontId::new(scene.size.body, strong())).color(scene.palette.accent));
                ui.label(RichText::new(*name).color(scene.palette.text));
            }
            ui.end_row();
        }
    });
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
    Grid::new(id).num_columns(2).min_row_height(0.0).spacing([18.0, 5.0]).show(ui, |ui| {
        for (left, right) in rows {
            ui.label(RichText::new(*left).font(FontId::new(scene.size.body, strong())).color(scene.palette.accent));
            ui.label(RichText::new(*right).color(scene.palette.text));
            ui.end_row();
        }
    });
}
