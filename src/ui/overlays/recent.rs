//! Files that were opened or saved lately.

use std::path::{Path, PathBuf};

use eframe::egui::{Button, RichText, TextWrapMode, Ui};

use super::Scene;
use crate::ui::command::UiCommand;
use crate::ui::text;

/// The list stays a glance: the palette has all of them.
const SHOWN_MAX: usize = 4;

/// Shows the newest; returns what a person wants.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<UiCommand> {
    if scene.recent.is_empty() {
        return None;
    }
    let mut wish = None;
    ui.add_space(10.0);
    ui.label(RichText::new(text::RECENT_TITLE).color(scene.palette.soft));
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.spacing_mut().interact_size.y = 20.0;
        ui.spacing_mut().button_padding.y = 2.0;
        for path in scene.recent.iter().take(SHOWN_MAX) {
            let name = Path::new(path).file_name().map_or(path.as_str(), |name| name.to_str().unwrap_or(path));
            let button = Button::selectable(false, RichText::new(name).size(scene.size.body).color(scene.palette.text))
                .right_text(RichText::new(folder(path)).size(scene.size.small).color(scene.palette.soft))
                .wrap_mode(TextWrapMode::Truncate);
            if ui.push_id(path, |ui| ui.add(button).on_hover_text(path)).inner.clicked() {
                wish = Some(UiCommand::Open(PathBuf::from(path)));
            }
        }
    });
    wish
}

fn folder(path: &str) -> &str {
    Path::new(path).parent().and_then(Path::to_str).unwrap_or_default()
}
