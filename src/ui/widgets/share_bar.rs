//! A bar cut into the shares of a whole.

use eframe::egui::{Color32, CornerRadius, Rect, Response, Sense, Ui, pos2, vec2};

use crate::ui::ctx::Ctx;

/// Shows shares of `width` x `height` points, in order. Without any, an empty bar.
pub(crate) fn share_bar_ui(ui: &mut Ui, ctx: &Ctx<'_>, size: (f32, f32), shares: &[(f64, Color32)]) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size.0, size.1), Sense::hover());
    let radius = CornerRadius::from((size.1 / 2.0).min(4.0));
    ui.painter().rect_filled(rect, radius, ctx.palette.raised);
    let whole: f64 = shares.iter().map(|(share, _)| share.max(0.0)).sum();
    if whole <= 0.0 {
        return response;
    }
    let mut left = rect.left();
    for (share, colour) in shares {
        let width = rect.width() * (share.max(0.0) / whole) as f32;
        if width >= 0.5 {
            let piece = Rect::from_min_max(pos2(left, rect.top()), pos2(left + width - 1.0, rect.bottom()));
            ui.painter().rect_filled(piece, 1.5, *colour);
        }
        left += width;
    }
    response
}
