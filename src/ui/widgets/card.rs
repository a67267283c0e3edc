//! The frame of a panel: a title, what kind of knowledge its numbers are, and its content.

use eframe::egui::{Align, Frame, Label, Layout, Margin, Response, Sense, Ui, UiBuilder, vec2};

use super::words::heading;
use crate::ui::ctx::Ctx;

/// The surface that a panel stands on.
pub(crate) fn card(ctx: &Ctx<'_>) -> Frame {
    let pad = ctx.size.pad as i8;
    Frame::new().fill(ctx.palette.surface.0).corner_radius(ctx.size.radius).inner_margin(Margin {
        left: pad,
        right: pad,
        top: pad - 4,
        bottom: pad - 4,
    })
}

/// The first line of a panel: its title to the left, `right` to the right. Returns the title, by which it can be dragged.
pub(crate) fn header_ui(ui: &mut Ui, ctx: &Ctx<'_>, title: &str, right: impl FnOnce(&mut Ui)) -> Response {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let mut row = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
    let title = row.add(Label::new(heading(ctx, title)).selectable(false).sense(Sense::click_and_drag()));
    row.with_layout(Layout::right_to_left(Align::Center), right);
    title
}
