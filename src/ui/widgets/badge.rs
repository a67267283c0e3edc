//! A pill that says what kind of knowledge a number is.

use eframe::egui::{Frame, Label, Margin, Response, RichText, Stroke, TextWrapMode, Ui};

use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Shows the word `measured`, `calibrated`, `modelled`, `assumed` or several; the pointer brings what it means.
pub(crate) fn badge_ui(ui: &mut Ui, ctx: &Ctx<'_>, word: &str) -> Response {
    let frame = Frame::new()
        .inner_margin(Margin::symmetric(7, 1))
        .corner_radius(ctx.size.radius)
        .stroke(Stroke::new(1.0, ctx.palette.line));
    let label = RichText::new(word).size(ctx.size.small - 1.0).color(ctx.palette.soft);
    let shown = frame.show(ui, |ui| ui.add(Label::new(label).wrap_mode(TextWrapMode::Extend)));
    shown.response.on_hover_text(text::provenance_meaning(word))
}
