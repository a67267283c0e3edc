//! Which file: a path field that always works, and the system's dialog beside it.

use std::path::PathBuf;

use eframe::egui::{Button, Key, Margin, RichText, TextEdit, Ui, vec2};

use super::{Scene, title_ui};
use crate::ui::command::{Export, Overlay, UiCommand};
use crate::ui::export::Over;
use crate::ui::files::Waiting;
use crate::ui::text;

/// Shows the field; returns what a person wants.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>, overlay: Overlay, path: &mut String) -> Option<UiCommand> {
    ui.set_width(560.0);
    let (title, what, verb) = match overlay {
        Overlay::Save => (text::SAVE_TITLE, text::SAVE_WHAT, text::SAVE_VERB),
        Overlay::Export => (text::EXPORT_TITLE, text::EXPORT_WHAT, text::EXPORT_VERB),
        _ => (text::OPEN_TITLE, text::OPEN_WHAT, text::OPEN_VERB),
    };
    title_ui(ui, title);
    ui.label(RichText::new(what).color(scene.palette.soft));
    let field = TextEdit::singleline(path).hint_text(text::PATH).desired_width(f32::INFINITY);
    let response = ui.add(field.margin(Margin::symmetric(10, 6))).accessible_name(text::PATH);
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    // Asked last: who asks for it has not lost it.
    if ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
    if scene.waiting == Waiting::ForDialog {
        ui.label(RichText::new(text::DIALOG_OPEN).color(scene.palette.soft));
    }
    ui.add_space(6.0);
    let mut wish = None;
    ui.horizontal(|ui| {
        let size = vec2(110.0, scene.size.control);
        let go = ui.add_enabled(!path.trim().is_empty(), Button::new(verb).min_size(size)).clicked();
        if (go || entered) && !path.trim().is_empty() {
            let path = PathBuf::from(path.trim());
            wish = Some(match overlay {
                Overlay::Save => UiCommand::Save(path, Over::Never),
                Overlay::Export => UiCommand::Export(Export::Write(path, Over::Never)),
                _ => UiCommand::Open(path),
            });
        }
        let free = scene.waiting == Waiting::Nothing;
        if ui.add_enabled(free, Button::new(text::BROWSE).min_size(size)).on_hover_text(text::BROWSE_HINT).clicked() {
            wish = Some(UiCommand::Browse(overlay));
        }
    });
    wish
}
