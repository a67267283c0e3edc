//! The line above a plot: each curve's colour, name and value; under the pointer the raw values of that time.

use eframe::egui::{Color32, FontSelection, Label, RichText, Sense, Stroke, TextWrapMode, Ui, WidgetText, vec2};

use super::Curve;
use crate::base::figures;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::words::{soft, value};

/// The colour's line, and the spaces within and behind an entry.
const SWATCH: f32 = 12.0;
const GAP: f32 = 5.0;
const BETWEEN: f32 = 6.0;

/// Shows the curves that have a value. `now` is what each reads while nothing is hovered. Where the line would be wider
/// than the view, names give way to the field's term in their parentheses.
pub(crate) fn legend_ui(ui: &mut Ui, ctx: &Ctx<'_>, entries: &[(&Curve<'_>, f64)], format: fn(f64) -> String) {
    let shown: Vec<String> = entries
        .iter()
        .map(|(curve, now)| match ctx.time.hover {
            Some(time) => curve.at(time).map_or_else(|| text::NO_VALUE.to_owned(), format),
            None => format(*now),
        })
        .collect();
    let width_of = |text: RichText| {
        let galley =
            WidgetText::from(text).into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, FontSelection::Default);
        galley.size().x
    };
    let full: f32 = entries
        .iter()
        .zip(&shown)
        .map(|((curve, _), shown)| {
            SWATCH + width_of(soft(ctx, curve.name)) + width_of(value(ctx, shown)) + 4.0 * GAP + BETWEEN
        })
        .sum();
    let is_tight = full > ui.available_width();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        for ((curve, _), shown) in entries.iter().zip(shown) {
            swatch_ui(ui, curve.colour);
            let name = if is_tight { term(curve.name) } else { curve.name };
            ui.add(Label::new(soft(ctx, name)).wrap_mode(TextWrapMode::Extend));
            ui.add(Label::new(value(ctx, shown)).wrap_mode(TextWrapMode::Extend));
            ui.add_space(BETWEEN);
        }
        if let Some(time) = ctx.time.hover {
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
fn term(name: &str) -> &str {
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
