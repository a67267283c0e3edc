//! The strip of events: what was changed and when, below the same stretch of time as the plots.

use eframe::egui::{
    Align, Align2, Button, Color32, FontId, Frame, Layout, Margin, Painter, Pos2, Rect, RichText, Role, Sense, Shape,
    Stroke, TextWrapMode, Ui, WidgetInfo, pos2, vec2,
};

use crate::base::figures::{clock, plural};
use crate::metrics::snapshot::Mark;
use crate::ui::ctx::Ctx;
use crate::ui::plots::{look_around, mark_colour, over};
use crate::ui::text;
use crate::ui::time_range::{Follow, TimeChange};

/// Height of the strip.
const HEIGHT: f32 = 34.0;
/// Height of the overview of a run that is longer than what is shown, and of what can be taken hold of around it.
const OVERVIEW: f32 = 5.0;
const GRIP: f32 = 9.0;
/// Narrowest window of the overview, so that it can be seen and taken hold of.
const WINDOW_MIN: f32 = 10.0;
/// Width of the switch at its right end.
const SWITCH: f32 = 96.0;

/// Shows the strip.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let frame = Frame::new().fill(ctx.palette.surface.0).corner_radius(ctx.size.radius);
    frame.inner_margin(Margin::symmetric(ctx.size.pad as i8, 4)).show(ui, |ui| {
        ui.horizontal(|ui| {
            let width = ui.available_width() - SWITCH - ctx.size.gap;
            let (whole, _) = ui.allocate_exact_size(vec2(width, HEIGHT + GRIP), Sense::hover());
            let (rect, below) = whole.split_top_bottom_at_y(whole.top() + HEIGHT);
            let response = ui.interact(rect, ui.scope_id().with("strip"), Sense::click_and_drag());
            let (from, to) = ctx.time.bounds();
            if from > 0.0 || ctx.time.live() > to {
                overview_ui(ui, ctx, below);
            }
            let secs_per_point = (to - from) / f64::from(rect.width().max(1.0));
            let axis = Axis { rect, from, secs_per_point };
            let nearest = paint(&ui.painter().with_clip_rect(rect.expand(4.0)), ctx, &axis, response.hover_pos());
            if let Some(mark) = nearest {
                response.clone().on_hover_text_at_pointer(text::mark_details(mark));
            } else {
                response.clone().on_hover_text_at_pointer(text::SELECT_HINT);
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
    over::selection(painter, ctx, rect, |secs| axis.x(secs));
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

/// The whole run as a thin bar, its events, and the stretch that is shown as a window that can be dragged.
fn overview_ui(ui: &Ui, ctx: &Ctx<'_>, place: Rect) {
    let response = ui.interact(place, ui.scope_id().with("overview"), Sense::click_and_drag());
    let (live, (from, to)) = (ctx.time.live().max(f64::MIN_POSITIVE), ctx.time.bounds());
    let bar = Rect::from_center_size(place.center(), vec2(place.width(), OVERVIEW));
    let axis = Axis { rect: bar, from: 0.0, secs_per_point: live / f64::from(bar.width().max(1.0)) };
    let (painter, palette) = (ui.painter().with_clip_rect(place), ctx.palette);
    let rounding = OVERVIEW / 2.0;
    painter.rect_filled(bar, rounding, palette.raised);
    over::selection(&painter, ctx, bar, |secs| axis.x(secs));
    for mark in &ctx.snapshot.marks {
        painter.vline(axis.x(mark.at.secs()), bar.y_range(), Stroke::new(1.0, mark_colour(ctx, mark.by)));
    }
    let (left, right) = (axis.x(from.max(0.0)), axis.x(to.min(live)));
    let middle = f32::midpoint(left, right);
    let half = (right - left).max(WINDOW_MIN) / 2.0;
    let window = Rect::from_x_y_ranges(middle - half..=middle + half, bar.y_range()).expand2(vec2(0.0, 1.5));
    let is_held = response.hovered() || response.dragged() || response.has_focus();
    let colour = palette.accent.0.gamma_multiply(if is_held { 0.8 } else { 0.5 });
    painter.rect_filled(window, rounding, colour);
    if response.dragged() && response.drag_delta().x != 0.0 {
        ctx.look(TimeChange::Pan(f64::from(response.drag_delta().x) * axis.secs_per_point));
    } else if response.clicked() {
        let clicked = response.interact_pointer_pos().map(|at| axis.time_at(at) - f64::midpoint(from, to));
        clicked.into_iter().for_each(|by| ctx.look(TimeChange::Pan(by)));
    }
    let summary = text::overview_summary((from, to.min(live)), live);
    response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, true, &summary));
    response.on_hover_text(text::OVERVIEW_HINT);
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
