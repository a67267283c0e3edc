//! A pill that says what kind of knowledge a number is.

use eframe::egui::{Align2, FontId, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Space around the word, to its sides and above and below.
const PAD: (f32, f32) = (7.0, 2.0);

/// Shows the word `measured`, `calibrated`, `modelled`, `assumed` or several; the pointer brings what it means.
pub(crate) fn badge_ui(ui: &mut Ui, ctx: &Ctx<'_>, word: &str) -> Response {
    // As high as its word, however high the line is that it stands in.
    let font = FontId::proportional(ctx.size.small - 1.0);
    let words = ui.painter().layout_no_wrap(word.to_owned(), font, ctx.palette.soft.0);
    let (rect, response) = ui.allocate_exact_size(words.size() + 2.0 * vec2(PAD.0, PAD.1), Sense::hover());
    let edge = Stroke::new(1.0, ctx.palette.line);
    ui.painter().rect_stroke(rect, ctx.size.radius, edge, StrokeKind::Inside);
    let place = Align2::CENTER_CENTER.anchor_size(rect.center(), words.size());
    ui.painter().galley(place.min, words, ctx.palette.soft.0);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    response.on_hover_text(text::provenance_meaning(word))
}
