//! How the map looks.

use eframe::egui::{Align2, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::layout::{Detail, Layout};
use super::machine;
use super::model::{Model, Serving};
use super::saturation;
use super::topology;
use crate::base::PoolId;
use crate::base::figures::{count, per_sec};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::tokens::strong;

/// Radius of a dot.
const DOT: f32 = 3.0;
/// From one waiting dot to the next.
const PITCH: f32 = 8.0;
/// Dots above each other, so that a queue grows in length and not in height.
const QUEUE_ROWS_MAX: usize = 10;
/// A map this high has room for how busy a pool is, below the way of arrivals.
const FOOT_FROM: f32 = 72.0;
/// Height that captions take.
const CAPTION: f32 = 18.0;

/// Draws the machines and what stands above and behind them.
pub(crate) fn machines(painter: &Painter, ctx: &Ctx<'_>, layout: &Layout) {
    let line = Stroke::new(1.0, ctx.palette.line);
    for card in layout.machines.iter().filter(|card| card.detail == Detail::Full) {
        painter.line(layout.way(card, machine::slot_center(card, 0)), line);
    }
    for card in &layout.machines {
        if let Some(worker) = ctx.snapshot.workers.get(card.ix) {
            machine::paint(painter, ctx, card, worker);
        }
        if ctx.focus == Some(card.worker) {
            let stroke = Stroke::new(2.0, ctx.palette.accent);
            painter.rect_stroke(card.rect.expand(1.5), ctx.size.radius, stroke, StrokeKind::Outside);
        }
    }
    for (pool, at) in &layout.pools {
        let name = ctx.snapshot.scenario.pools.get(pool.ix()).map_or("", |pool| pool.name.as_str());
        let font = FontId::proportional(ctx.size.small);
        let name = painter.text(*at, Align2::LEFT_TOP, name, font, ctx.palette.text.0);
        saturation::small_multiple(painter, ctx, *pool, (name.right_top() + vec2(8.0, 1.0), f32::INFINITY));
    }
    if !layout.pools.is_empty() {
        topology::ways_at(painter, ctx, layout);
    }
    if layout.pools.is_empty() && layout.arrivals.height() > FOOT_FROM {
        let foot = pos2(layout.arrivals.left(), layout.arrivals.bottom() - 16.0);
        saturation::small_multiple(painter, ctx, PoolId(0), (foot, layout.queue.left() - 4.0));
    }
    if layout.hidden > 0 {
        let font = FontId::proportional(ctx.size.small);
        let at = pos2(layout.done.left() - 8.0, layout.queue.bottom());
        painter.text(at, Align2::RIGHT_BOTTOM, text::more_machines(layout.hidden), font, ctx.palette.soft.0);
    }
}

/// Draws the ways, the queue and every dot.
pub(crate) fn lanes(painter: &Painter, ctx: &Ctx<'_>, layout: &Layout, model: &Model) {
    let (palette, snapshot) = (ctx.palette, ctx.snapshot);
    let (arrivals, queue, done) = (layout.arrivals, layout.queue, layout.done);
    let waiting: u64 = snapshot.pools.iter().map(|pool| pool.waiting).sum();
    caption(painter, ctx, arrivals, text::MAP_ARRIVING, &per_sec(snapshot.recent.offered));
    let inside = snapshot.totals.jobs.in_flight;
    caption(painter, ctx, queue, text::jobs_inside(inside), &count(inside));
    caption(painter, ctx, done, text::MAP_DONE, &per_sec(snapshot.recent.completed));

    if queue.height() > FOOT_FROM {
        let below = Rect::from_min_size(queue.left_top() + vec2(0.0, CAPTION), vec2(queue.width(), CAPTION - 4.0));
        topology::stages_at(painter, ctx, below);
    }
    let way = Stroke::new(1.0, palette.line);
    painter.hline(arrivals.left()..=queue.left(), layout.axis_y, way);
    painter.hline(done.x_range(), layout.axis_y, way);
    for progress in &model.arriving {
        let x = arrivals.left() + progress * (queue.left() - arrivals.left());
        painter.circle_filled(pos2(x, layout.axis_y), DOT, palette.offered);
    }
    queue_dots(painter, ctx, layout, model.waiting(snapshot));
    let font = FontId::proportional(ctx.size.small);
    let words = text::tasks_wait(waiting);
    let below = pos2(queue.left(), (layout.axis_y + PITCH * QUEUE_ROWS_MAX as f32 / 2.0 + 24.0).min(queue.bottom()));
    painter.text(below, Align2::LEFT_BOTTOM, words, font, palette.soft.0);
    for dot in &model.serving {
        serving_dot(painter, ctx, layout, dot);
    }
}

/// A quantity and its name, at the top of a column.
fn caption(painter: &Painter, ctx: &Ctx<'_>, column: Rect, name: &str, number: &str) {
    let (text, soft) = (ctx.palette.text.0, ctx.palette.soft.0);
    let number = painter.layout_no_wrap(number.to_owned(), FontId::new(ctx.size.heading, strong()), text);
    let name = painter.layout_no_wrap(name.to_owned(), FontId::proportional(ctx.size.small), soft);
    let width = number.size().x + 5.0 + name.size().x;
    // The last column is narrow: its caption begins earlier where it would be cut off.
    let left = column.left().min(painter.clip_rect().right() - width);
    let name_at = pos2(left + number.size().x + 5.0, column.top() + 1.5);
    painter.galley(pos2(left, column.top()), number, text);
    painter.galley(name_at, name, soft);
}

/// Waiting dots stand in columns that grow away from the machines.
fn queue_dots(painter: &Painter, ctx: &Ctx<'_>, layout: &Layout, dots: usize) {
    let room =
        (layout.queue.bottom() - layout.axis_y - CAPTION).min(layout.axis_y - layout.queue.top() - CAPTION - 6.0);
    let half = vec2(layout.queue.width() / 2.0 - 4.0, room.min(PITCH * QUEUE_ROWS_MAX as f32 / 2.0));
    let area = Rect::from_center_size(pos2(layout.queue.center().x, layout.axis_y), 2.0 * half);
    let rows = ((area.height() / PITCH) as usize).clamp(1, QUEUE_ROWS_MAX);
    let columns = ((area.width() / PITCH) as usize).max(1);
    let colour = ctx.palette.offered.0;
    painter.rect_filled(area.expand(4.0), ctx.size.radius, ctx.palette.canvas.0.gamma_multiply(0.6));
    for ix in 0..dots.min(rows * columns) {
        let (column, place) = (ix / rows, ix % rows);
        // From the middle outwards: 0, 1, -1, 2, -2, …
        let offset = if place % 2 == 1 { place as f32 + 1.0 } else { -(place as f32) } / 2.0;
        let x = area.right() - PITCH * (column as f32 + 0.5);
        let y = area.center().y + offset * PITCH;
        painter.circle_filled(pos2(x, y.clamp(area.top(), area.bottom())), DOT, colour);
    }
}

/// From the queue to the machine, through one of its core slots, and to the end; it changes colour as it is finished.
fn serving_dot(painter: &Painter, ctx: &Ctx<'_>, layout: &Layout, dot: &Serving) {
    let Some(card) = layout.card(dot.worker) else { return };
    let slot = machine::slot_center(card, dot.turn);
    let path = layout.way(card, slot);
    let at = along(&path, ease(dot.progress));
    let colour = if at.x < slot.x { ctx.palette.offered.0 } else { ctx.palette.completed.0 };
    let fading = 1.0 - ((at.x - layout.done.left()) / layout.done.width()).clamp(0.0, 1.0);
    painter.circle_filled(at, DOT, colour.gamma_multiply(fading));
}

/// Slower in the middle, where the work is.
fn ease(progress: f32) -> f32 {
    let centred = 2.0 * progress - 1.0;
    0.5 + 0.5 * (0.45 * centred + 0.55 * centred.powi(3))
}

/// The point at a share of the length of a path.
fn along(path: &[Pos2], share: f32) -> Pos2 {
    let lengths: Vec<f32> = path.windows(2).map(|pair| pair[0].distance(pair[1])).collect();
    let mut left = share.clamp(0.0, 1.0) * lengths.iter().sum::<f32>();
    for (pair, length) in path.windows(2).zip(lengths) {
        if left <= length && length > 0.0 {
            return pair[0] + (pair[1] - pair[0]) * (left / length);
        }
        left -= length;
    }
    path.last().copied().unwrap_or(Pos2::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_keeps_to_its_path() {
        let path = [pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(10.0, 10.0)];
        assert_eq!(along(&path, 0.0), path[0]);
        assert_eq!(along(&path, 0.5), path[1]);
        assert_eq!(along(&path, 0.75), pos2(10.0, 5.0));
        assert_eq!(along(&path, 2.0), path[2]);
        assert_eq!((ease(0.0), ease(0.5), ease(1.0)), (0.0, 0.5, 1.0));
    }
}
