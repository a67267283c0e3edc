//! Bars that appear when something must be said: a failure, a message, unsaved work of before.

use eframe::egui::{Align, Button, Frame, Label, Layout, Margin, RichText, Role, TextWrapMode, Ui, WidgetInfo};

use crate::ui::command::UiCommand;
use crate::ui::tokens::{Palette, Sizes};

/// What is to be said, and what can be done about it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    /// How bad it is.
    pub(crate) kind: Kind,
    /// What.
    pub(crate) words: String,
    /// Buttons, from left to right.
    pub(crate) actions: Vec<(&'static str, UiCommand)>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something broke.
    Failure,
    /// Good to know.
    Info,
}

impl Notice {
    /// Shows the bar; returns what a person wants done.
    pub(crate) fn ui(&self, ui: &mut Ui, palette: &Palette, size: &Sizes) -> Option<UiCommand> {
        let colour = if self.kind == Kind::Failure { palette.bad.0 } else { palette.accent.0 };
        let frame = Frame::new()
            .fill(palette.surface.0.lerp_to_gamma(colour, 0.16))
            .corner_radius(size.radius)
            .inner_margin(Margin::symmetric(size.pad as i8, 5));
        let mut wish = None;
        let shown = frame.show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                for (label, action) in self.actions.iter().rev() {
                    if ui.add(Button::new(*label).wrap_mode(TextWrapMode::Extend)).clicked() {
                        wish = Some(action.clone());
                    }
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let words = RichText::new(&self.words).color(palette.text);
                    ui.add(Label::new(words).wrap_mode(TextWrapMode::Truncate)).on_hover_text(&self.words);
                });
            });
        });
        shown.response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &self.words));
        wish
    }
}
