//! The line above a plot: each curve's colour, name and value; under the pointer the raw values of that time.

use eframe::egui::{Label, Sense, Stroke, TextWrapMode, Ui, vec2};

use super::Curve;
use crate::base::figures;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::words::{soft, value};

/// Shows the curves that have a value. `now` is what each reads while nothing is hovered.
pub(crate) fn legend_ui(ui: &mut Ui, ctx: &Ctx<'_>, entries: &[(&Curve<'_>, f64)], format: fn(f64) -> String) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        for (curve, now) in entries {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
            ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(2.5, curve.colour));
            let shown = match ctx.time.hover {
                Some(time) => curve.at(time).map_or_else(|| text::NO_VALUE.to_owned(), format),
                None => format(*now),
            };
            ui.add(Label::new(soft(ctx, curve.name)).wrap_mode(TextWrapMode::Extend));
            ui.add(Label::new(value(ctx, shown)).wrap_mode(TextWrapMode::Extend));
            ui.add_space(6.0);
        }
        if let Some(time) = ctx.time.hover {
            ui.add(Label::new(soft(ctx, text::raw_at(&figures::clock(time, true)))).truncate());
        }
    });
}
