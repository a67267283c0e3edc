//! The frame of a panel: a title, what kind of knowledge its numbers are, and its content.

use eframe::egui::{
    Align, FontId, Frame, Label, Layout, Margin, Rect, Response, Sense, Stroke, TextWrapMode, Ui, UiBuilder, vec2,
};

use super::words::heading;
use crate::ui::ctx::Ctx;
use crate::ui::tokens::{Contrast, strong};

/// The surface that a panel stands on.
pub(crate) fn card(ctx: &Ctx<'_>) -> Frame {
    let pad = ctx.size.pad as i8;
    // Where colours are to be told apart by everybody, an edge says where a card ends.
    let is_strong = ctx.contrast == Contrast::High;
    let edge = if is_strong { Stroke::new(1.0, ctx.palette.line) } else { Stroke::NONE };
    Frame::new().stroke(edge).fill(ctx.palette.surface.0).corner_radius(ctx.size.radius).inner_margin(Margin {
        left: pad,
        right: pad,
        top: pad - 4,
        bottom: pad - 4,
    })
}

/// Side of the button in the corner of a view; its first line leaves that free.
pub(crate) const MORE: f32 = 20.0;

/// A title takes at most this share of its line.
const TITLE_MAX: f32 = 0.6;

/// The first line of a panel: its title to the left, `right` to the right. Returns the title, by which it can be dragged.
pub(crate) fn header_ui(ui: &mut Ui, ctx: &Ctx<'_>, title: &str, right: impl FnOnce(&mut Ui)) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let rect = rect.with_max_x(rect.right() - MORE);
    let mut row = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
    let label = |title: &str| Label::new(heading(ctx, title)).wrap_mode(TextWrapMode::Truncate);
    // A title that takes most of a narrow line gives way to the thing it names.
    let font = FontId::new(ctx.size.heading, strong());
    let width = ui.painter().layout_no_wrap(title.to_owned(), font, ctx.palette.text.0).size().x;
    let short = title.split(',').next().unwrap_or(title);
    let shown = if width > rect.width() * TITLE_MAX { short } else { title };
    let title = row.add(label(shown).selectable(false).sense(Sense::click_and_drag()));
    // Controls are higher than the line: they share its middle, not its top.
    let place = Rect::from_center_size(rect.center(), vec2(rect.width(), ctx.size.control.max(rect.height())));
    let place = place.with_min_x(title.rect.right() + row.spacing().item_spacing.x);
    ui.new_child(UiBuilder::new().max_rect(place).layout(Layout::right_to_left(Align::Center))).scope(right);
    title
}
