//! A switch between a few choices that are all visible.

use eframe::egui::{Align, Button, Frame, Layout, Margin, Rect, RichText, Sense, TextWrapMode, Ui, UiBuilder, vec2};

use crate::ui::ctx::Ctx;

/// One choice of a [`segmented_ui`].
pub(crate) struct Choice<'a> {
    /// What it says.
    pub(crate) label: &'a str,
    /// Its name for those who do not see it, where the label alone would be unclear.
    pub(crate) name: &'a str,
    /// What it means.
    pub(crate) hint: &'a str,
}

/// The same in the first line of a view, which is lower than the switch: it stands in the middle of the line.
pub(crate) fn header_switch_ui(
    ui: &mut Ui,
    ctx: &Ctx<'_>,
    width: f32,
    choices: &[Choice<'_>],
    on: usize,
) -> Option<usize> {
    let (rect, _) = ui.allocate_exact_size(vec2(width, ui.available_height()), Sense::hover());
    let place = Rect::from_center_size(rect.center(), vec2(width, ctx.size.control));
    let mut line = ui.new_child(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Min)));
    segmented_ui(&mut line, ctx, width, choices, on)
}

/// Shows choices side by side in `width` points; returns the one that was picked, if it is another.
pub(crate) fn segmented_ui(ui: &mut Ui, ctx: &Ctx<'_>, width: f32, choices: &[Choice<'_>], on: usize) -> Option<usize> {
    let frame =
        Frame::new().fill(ctx.palette.raised.0).corner_radius(ctx.size.radius * 0.75).inner_margin(Margin::same(2));
    let each = (width - 4.0 - 2.0 * choices.len().saturating_sub(1) as f32) / choices.len().max(1) as f32;
    let mut picked = None;
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        // The toolkit's own space above and below the words would make it higher than the line it stands in.
        ui.spacing_mut().button_padding = vec2(4.0, 0.0);
        // The toolkit would make the line as high as the frame around it is to be.
        ui.spacing_mut().interact_size.y = ctx.size.control - 4.0;
        ui.horizontal(|ui| {
            for (ix, choice) in choices.iter().enumerate() {
                let label = RichText::new(choice.label).size(ctx.size.small + 0.5);
                let button = Button::selectable(ix == on, label)
                    .min_size(vec2(each, ctx.size.control - 4.0))
                    .corner_radius(ctx.size.radius * 0.6)
                    .wrap_mode(TextWrapMode::Extend);
                let response = ui.add(button).on_hover_text(choice.hint);
                let response = response.accessible_name(choice.name);
                if response.clicked() && ix != on {
                    picked = Some(ix);
                }
            }
        });
    });
    picked
}
