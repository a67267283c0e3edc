//! The line above a plot: each curve's colour, name and value; the raw values of a time under the pointer, or the numbers
//! of the stretch that is selected.

use eframe::egui::{
    Align, Button, Color32, FontSelection, Label, Layout, RichText, Sense, Stroke, TextWrapMode, Ui, WidgetText, vec2,
};

use super::Curve;
use crate::base::figures;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::time_range::TimeChange;
use crate::ui::widgets::words::{soft, value};

/// The colour's line, and the spaces within and behind an entry.
const SWATCH: f32 = 12.0;
const GAP: f32 = 5.0;
const BETWEEN: f32 = 6.0;
/// The same where there is little room.
const GAP_TIGHT: f32 = 3.0;
const BETWEEN_TIGHT: f32 = 3.0;
/// Side of the cross that clears the selected stretch.
const CROSS: f32 = 16.0;

/// Shows the curves that have a value. `now` is what each reads while nothing is hovered or selected. Where the line would be wider
/// than the view, names give way to the field's term in their parentheses.
pub(crate) fn legend_ui(ui: &mut Ui, ctx: &Ctx<'_>, entries: &[(&Curve<'_>, f64)], format: fn(f64) -> String) {
    let shown: Vec<String> = entries
        .iter()
        .map(|(curve, now)| match (ctx.time.selected(), ctx.time.hover) {
            (Some((from, to)), _) => curve.over(from, to).map_or_else(|| text::NO_VALUE.to_owned(), format),
            (None, Some(time)) => curve.at(time).map_or_else(|| text::NO_VALUE.to_owned(), format),
            (None, None) => format(*now),
        })
        .collect();
    let width_of = |ui: &Ui, text: RichText| {
        let galley =
            WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, FontSelection::Default);
        galley.size().x
    };
    let full: f32 = entries
        .iter()
        .zip(&shown)
        .map(|((curve, _), shown)| {
            SWATCH + width_of(ui, soft(ctx, curve.name)) + width_of(ui, value(ctx, shown)) + 4.0 * GAP + BETWEEN
        })
        .sum();
    let tail = ctx.time.selected().map(text::over);
    let tail_width = tail.as_ref().map_or(0.0, |tail| width_of(ui, soft(ctx, tail)) + CROSS + 2.0 * GAP);
    let is_tight = full + tail_width > ui.available_width();
    ui.horizontal(|ui| {
        let (gap, between) = if is_tight { (GAP_TIGHT, BETWEEN_TIGHT) } else { (GAP, BETWEEN) };
        ui.spacing_mut().item_spacing.x = gap;
        for ((curve, _), shown) in entries.iter().zip(shown) {
            let name = if is_tight { term(curve.name) } else { curve.name };
            let width = SWATCH + width_of(ui, soft(ctx, name)) + width_of(ui, value(ctx, &shown)) + 2.0 * gap;
            if width + tail_width > ui.available_width() {
                // The tooltip names them all.
                break;
            }
            swatch_ui(ui, curve.colour);
            ui.add(Label::new(soft(ctx, name)).wrap_mode(TextWrapMode::Extend));
            ui.add(Label::new(value(ctx, shown)).wrap_mode(TextWrapMode::Extend));
            ui.add_space(between);
        }
        if let Some(tail) = tail {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let cross = Button::new(soft(ctx, text::CROSS)).min_size(vec2(CROSS, CROSS)).small();
                let cross = ui.add(cross).on_hover_text(text::UNSELECT_HINT);
                if cross.accessible_name(text::UNSELECT).clicked() {
                    ctx.look(TimeChange::Unselect);
                }
                ui.add(Label::new(soft(ctx, tail)).wrap_mode(TextWrapMode::Extend));
            });
        } else if let Some(time) = ctx.time.hover {
            ui.add(Label::new(soft(ctx, text::raw_at(&figures::clock(time, true)))).truncate());
        }
    });
}

/// A piece of a curve, as its sign in a legend.
pub(crate) fn swatch_ui(ui: &mut Ui, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(SWATCH, SWATCH), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(2.5, colour));
}

/// What stands in the parentheses of a name, or the name itself.
pub(super) fn term(name: &str) -> &str {
    name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::term;

    #[test]
    fn the_term_of_the_field_is_in_the_parentheses() {
        assert_eq!((term("slowest 1 % (p99)"), term("arriving")), ("p99", "arriving"));
    }
}
