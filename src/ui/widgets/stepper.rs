//! A number between a minus and a plus.

use eframe::egui::{Align2, Button, FontId, RichText, Sense, Ui, vec2};

use crate::ui::ctx::Ctx;
use crate::ui::tokens::{square, strong};

/// What a stepper shows.
pub(crate) struct Stepper<'a> {
    /// The number with its unit.
    pub(crate) value: &'a str,
    /// Name of the minus, `Fewer machines`.
    pub(crate) less: &'a str,
    /// Name of the plus.
    pub(crate) more: &'a str,
    /// Whether there is less to have.
    pub(crate) can_less: bool,
    /// Whether there is more to have.
    pub(crate) can_more: bool,
    /// Width of the number in points.
    pub(crate) width: f32,
}

/// A step of a stepper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// One down.
    Less,
    /// One up.
    More,
}

impl Stepper<'_> {
    /// Shows it; returns the step that was taken.
    pub(crate) fn ui(&self, ui: &mut Ui, ctx: &Ctx<'_>) -> Option<Step> {
        let mut step = None;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding = vec2(0.0, 0.0);
            let mut button = |ui: &mut Ui, sign: &str, name: &str, enabled: bool, taken: Step| {
                let button = Button::new(RichText::new(sign).size(15.0)).min_size(square(ctx.size.control));
                let response = ui.add_enabled(enabled, button).on_hover_text(name).accessible_name(name);
                if response.clicked() {
                    step = Some(taken);
                }
            };
            button(ui, "−", self.less, self.can_less, Step::Less);
            let (rect, _) = ui.allocate_exact_size(vec2(self.width, ctx.size.control), Sense::hover());
            let laid = |size: f32| {
                let font = FontId::new(size, strong());
                ui.painter().layout_no_wrap(self.value.to_owned(), font, ctx.palette.text.0)
            };
            let mut number = laid(ctx.size.body);
            if number.size().x > rect.width() {
                // Many machines are written smaller rather than under the buttons.
                number = laid(ctx.size.body * rect.width() / number.size().x);
            }
            let place = Align2::CENTER_CENTER.align_size_within_rect(number.size(), rect);
            ui.painter().galley(place.min, number, ctx.palette.text.0);
            button(ui, "+", self.more, self.can_more, Step::More);
        });
        step
    }
}
