//! The verdict line: what is happening, in words with numbers.

use eframe::egui::{
    Align, Frame, Label, Layout, Margin, Rect, RichText, Role, Sense, TextWrapMode, Ui, WidgetInfo, vec2,
};

use crate::metrics::snapshot::RunState;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::tokens::{square, strong};
use crate::ui::widgets::badge::badge_ui;
use crate::ui::widgets::icon::{condition_colour, condition_ui};

/// Shows the line.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let (verdict, palette) = (ctx.verdict, ctx.palette);
    let colour = condition_colour(palette, verdict.condition);
    let frame = Frame::new()
        .fill(palette.surface.0.lerp_to_gamma(colour, 0.14))
        .corner_radius(ctx.size.radius)
        .inner_margin(Margin::symmetric(ctx.size.pad as i8, 6));
    let paused = if ctx.snapshot.state == RunState::Paused { text::PAUSED_AT } else { "" };
    let cause = verdict.cause.as_ref().map_or_else(String::new, |cause| format!(" · {cause}"));
    let spoken = format!("{paused}{}: {}{cause}", verdict.condition.word(), verdict.sentence);
    let shown = frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            condition_ui(ui, palette, verdict.condition);
            let word = format!("{paused}{}", verdict.condition.word());
            let font = eframe::egui::FontId::new(ctx.size.title - 1.0, strong());
            ui.add(Label::new(RichText::new(word).font(font.clone()).color(colour)).wrap_mode(TextWrapMode::Extend));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                badge_ui(ui, ctx, ctx.provenance());
                lamps_ui(ui, ctx);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let words = format!("{}{cause}", verdict.sentence);
                    let words = RichText::new(words).size(ctx.size.body + 1.0).color(palette.text);
                    ui.add(Label::new(words).wrap_mode(TextWrapMode::Truncate));
                });
            });
        });
    });
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
}

/// A lamp for each law that holds in every run: if one of them does not, the program is wrong, and says so.
fn lamps_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let laws = &ctx.snapshot.watch.laws;
    if laws.is_empty() {
        return;
    }
    let size = square(ctx.size.body);
    let (rect, response) = ui.allocate_exact_size(vec2(size.x * laws.len() as f32, size.y), Sense::hover());
    for (ix, law) in laws.iter().enumerate() {
        let lamp = Rect::from_min_size(rect.min + vec2(size.x * ix as f32, 0.0), size).shrink(LAMP_SHRINK);
        if law.holds {
            ui.painter().circle_filled(lamp.center(), lamp.width() / 2.0, ctx.palette.good.0);
        } else {
            ui.painter().rect_filled(lamp, 0.0, ctx.palette.bad.0);
        }
    }
    let words = text::laws(laws);
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &words));
    response.on_hover_text(words);
}

/// How much smaller a lamp is than its place, on each side.
const LAMP_SHRINK: f32 = 2.5;
