//! A list of choices behind a button.

use eframe::egui::{ComboBox, Response, Ui};

/// Height of a line.
const ROW: f32 = 20.0;

/// Shows the button and, once it is pressed, all of the list at once: what has to be scrolled to is not found.
pub(crate) fn list_ui(combo: ComboBox, ui: &mut Ui, list: impl FnOnce(&mut Ui)) -> Response {
    let response = combo.height(f32::INFINITY).show_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.spacing_mut().interact_size.y = ROW;
        ui.spacing_mut().button_padding.y = 1.0;
        list(ui);
    });
    response.response
}
