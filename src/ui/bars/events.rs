//! The strip of events: what was changed and when, below the same stretch of time as the plots.

use eframe::egui::{
    Align, Align2, Button, Color32, FontId, Frame, Layout, Margin, Painter, Pos2, Rect, RichText, Role, Sense, Shape,
    Stroke, TextWrapMode, Ui, WidgetInfo, pos2, vec2,
};

use crate::base::figures::{clock, plural};
use crate::metrics::snapshot::Mark;
use crate::ui::ctx::Ctx;
use crate::ui::plots::{look_around, mark_colour};
use crate::ui::text;
use crate::ui::time_range::{Follow, TimeChange};

/// Height of the strip.
const HEIGHT: f32 = 34.0;
/// Width of the switch at its right end.
const SWITCH: f32 = 96.0;

/// Shows the strip.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let frame = Frame::new().fill(ctx.palette.surface.0).corner_radius(ctx.size.radius);
    frame.inner_margin(Margin::symmetric(ctx.size.pad as i8, 4)).show(ui, |ui| {
        ui.horizontal(|ui| {
            let width = ui.available_width() - SWITCH - ctx.size.gap;
            let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click_and_drag());
            let (from, to) = ctx.time.bounds();
            let secs_per_point = (to - from) / f64::from(rect.width().max(1.0));
            let axis = Axis { rect, from, secs_per_point };
            let nearest = paint(&ui.painter().with_clip_rect(rect.expand(4.0)), ctx, &axis, response.hover_pos());
            if let Some(mark) = nearest {
                response.clone().on_hover_text_at_pointer(text::mark_details(mark));
            }
            look_around(ui, ctx, &response, secs_per_point, |at| axis.time_at(at));
            let newest = ctx.snapshot.marks.last().map(|mark| (mark.label.as_str(), clock(mark.at.secs(), false)));
            let events = plural(ctx.snapshot.marks.len() as u64, "event", "events");
            let summary = text::events_summary(&events, newest);
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| follow_ui(ui, ctx));
        });
    });
}

/// Times to points and back.
struct Axis {
    rect: Rect,
    from: f64,
    secs_per_point: f64,
}

impl Axis {
    fn x(&self, secs: f64) -> f32 {
        self.rect.left() + ((secs - self.from) / self.secs_per_point) as f32
    }

    fn time_at(&self, at: Pos2) -> f64 {
        self.from + f64::from(at.x - self.rect.left()) * self.secs_per_point
    }
}

/// Draws the axis, the marks and as many labels as have room; returns the mark next to the pointer.
fn paint<'a>(painter: &Painter, ctx: &'a Ctx<'_>, axis: &Axis, pointer: Option<Pos2>) -> Option<&'a Mark> {
    let (rect, palette) = (axis.rect, ctx.palette);
    let line_y = rect.bottom() - 7.0;
    painter.hline(rect.x_range(), line_y, Stroke::new(1.0, palette.line));
    let live = axis.x(ctx.snapshot.at.secs());
    painter.hline(rect.left()..=live.clamp(rect.left(), rect.right()), line_y, Stroke::new(2.0, palette.faint));
    if rect.x_range().contains(live) {
        painter.circle_filled(pos2(live, line_y), 4.5, palette.accent);
    }
    let font = FontId::proportional(ctx.size.small);
    let mut free_from = rect.left();
    let mut nearest: Option<(&Mark, f32)> = None;
    let visible = ctx.snapshot.marks.iter().filter(|mark| {
        let end = mark.until.unwrap_or(mark.at);
        axis.x(end.secs()) >= rect.left() - 200.0 && axis.x(mark.at.secs()) <= rect.right()
    });
    for mark in visible {
        let x = axis.x(mark.at.secs());
        let colour = mark_colour(ctx, mark.by);
        if let Some(until) = mark.until {
            let end = axis.x(until.secs().min(ctx.snapshot.at.secs()));
            painter.hline(
                x.max(rect.left())..=end.max(rect.left()),
                line_y,
                Stroke::new(4.0, palette.bad.0.gamma_multiply(0.6)),
            );
        }
        flag(painter, pos2(x, line_y), colour);
        let words = painter.layout_no_wrap(mark.label.clone(), font.clone(), palette.text.0);
        let start = x.max(rect.left());
        let fits = start >= free_from && start + words.size().x <= rect.right();
        if fits && x >= rect.left() - 1.0 {
            free_from = start + words.size().x + 14.0;
            painter.galley(pos2(start + 1.0, rect.top()), words, palette.text.0);
        }
        let distance = pointer.map_or(f32::MAX, |pointer| (pointer.x - x).abs());
        if distance < 14.0 && nearest.is_none_or(|(_, best)| distance < best) {
            nearest = Some((mark, distance));
        }
    }
    if let Some(hover) = ctx.time.hover {
        let x = axis.x(hover);
        painter.vline(x, rect.y_range(), Stroke::new(1.0, palette.soft));
    }
    if ctx.snapshot.marks.is_empty() {
        painter.text(rect.left_top(), Align2::LEFT_TOP, text::NO_EVENTS, font, palette.faint.0);
    }
    nearest.map(|(mark, _)| mark)
}

/// A small triangle on the line, pointing at its time.
fn flag(painter: &Painter, at: Pos2, colour: Color32) {
    let corners = vec![at + vec2(0.0, -2.0), at + vec2(-4.0, -9.0), at + vec2(4.0, -9.0)];
    painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
}

/// Whether the view follows the run, and the way back to it.
fn follow_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let (label, colour) = match ctx.time.follow {
        Follow::Live => (text::FOLLOWING, ctx.palette.accent),
        Follow::Held => (text::FOLLOW, ctx.palette.text),
    };
    let fill = if ctx.time.follow == Follow::Held { ctx.palette.raised.0 } else { Color32::TRANSPARENT };
    let words = RichText::new(label).color(colour);
    let button = Button::new(words).fill(fill).min_size(vec2(SWITCH, ctx.size.control)).wrap_mode(TextWrapMode::Extend);
    if ui.add(button).on_hover_text(text::FOLLOW_HINT).clicked() {
        ctx.look(TimeChange::Follow);
    }
}
