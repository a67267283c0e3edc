//! What lies over the curves: marks, the goal, where it was missed, the selected stretch, and what is read at a time.

use eframe::egui::{
    Align2, Color32, FontId, Id, LayerId, Order, Painter, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2,
};
use egui_plot::{PlotPoint, PlotTransform};

use super::curve::drawn_at;
use super::{Drawn, TimePlot};
use crate::base::figures::clock;
use crate::metrics::snapshot::Mark;
use crate::scenario::By;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::tokens::strong;

/// How strongly a stretch is shaded, selected or above the goal.
const SELECTED: f32 = 0.12;
const ABOVE: f32 = 0.13;
/// A mark so near to the cursor, in points, is named beside the values.
const NEAR: f32 = 8.0;
/// Marks that are named, at most.
const NAMED_MAX: usize = 3;
/// Radius of a dot on a curve.
const DOT: f32 = 3.2;
/// Space within the tooltip, between its lines, and between it and the cursor.
const PAD: f32 = 7.0;
const LINE_GAP: f32 = 2.0;
const AWAY: f32 = 10.0;

/// Everything but the tooltip.
pub(super) fn paint(ui: &Ui, ctx: &Ctx<'_>, plot: &TimePlot<'_>, transform: &PlotTransform, drawn: &Drawn) {
    let frame = *transform.frame();
    let painter = ui.painter().with_clip_rect(frame);
    let x_of = |secs: f64| transform.position_from_point_x(secs);
    let goal = plot.goal.as_ref().map(|(bound, words)| (plot.scale.position(*bound), words));
    if let (Some((goal, _)), Some(judged)) = (goal, plot.judged.and_then(|ix| drawn.get(ix))) {
        let bottom = transform.position_from_point_y(goal);
        for (from, to) in above(judged, goal) {
            let band = Rect::from_x_y_ranges(x_of(from)..=x_of(to), frame.top()..=bottom);
            painter.rect_filled(band, 0.0, ctx.palette.warn.0.gamma_multiply(ABOVE));
        }
    }
    selection(&painter, ctx, frame, x_of);
    for mark in &ctx.snapshot.marks {
        paint_mark(&painter, ctx, frame, mark, x_of);
    }
    if let Some((goal, words)) = goal {
        let y = transform.position_from_point_y(goal);
        let (anchor, y) =
            if y < frame.top() + 16.0 { (Align2::LEFT_TOP, y + 2.0) } else { (Align2::LEFT_BOTTOM, y - 2.0) };
        let font = FontId::proportional(ctx.size.small - 1.0);
        let words = painter.layout_no_wrap(words.clone(), font, ctx.palette.soft.0);
        let place = anchor.anchor_size(pos2(frame.left() + 6.0, y), words.size());
        painter.rect_filled(place.expand2(vec2(3.0, 0.0)), 3.0, ctx.palette.surface.0.gamma_multiply(0.85));
        painter.galley(place.min, words, ctx.palette.soft.0);
    }
    if let Some(hover) = ctx.time.hover {
        painter.vline(x_of(hover), frame.y_range(), Stroke::new(1.0, ctx.palette.soft));
        for (curve, runs) in plot.curves.iter().zip(drawn) {
            if let Some(value) = drawn_at(runs, hover) {
                let at = pos2(x_of(hover), transform.position_from_point_y(value));
                painter.circle(at, DOT, curve.colour, Stroke::new(1.5, ctx.palette.surface));
            }
        }
    }
}

fn paint_mark(painter: &Painter, ctx: &Ctx<'_>, frame: Rect, mark: &Mark, x_of: impl Fn(f64) -> f32) {
    let x = x_of(mark.at.secs());
    if let Some(until) = mark.until {
        let band = Rect::from_x_y_ranges(x..=x_of(until.secs().min(ctx.snapshot.at.secs())), frame.y_range());
        painter.rect_filled(band, 0.0, ctx.palette.bad.0.gamma_multiply(0.10));
    }
    let stroke = Stroke::new(1.0, mark_colour(ctx, mark.by).gamma_multiply(0.7));
    painter.extend(Shape::dashed_line(&[pos2(x, frame.top()), pos2(x, frame.bottom())], stroke, 3.0, 3.0));
}

/// The stretch that numbers are asked of.
pub(crate) fn selection(painter: &Painter, ctx: &Ctx<'_>, frame: Rect, x_of: impl Fn(f64) -> f32) {
    let Some((from, to)) = ctx.time.selected() else { return };
    let band = Rect::from_x_y_ranges(x_of(from)..=x_of(to), frame.y_range());
    painter.rect_filled(band, 0.0, ctx.palette.accent.0.gamma_multiply(SELECTED));
    for x in [band.left(), band.right()] {
        painter.vline(x, frame.y_range(), Stroke::new(1.0, ctx.palette.accent));
    }
}

/// The stretches in which a curve lies above a value, from the first point above to the next that is not.
fn above(runs: &[Vec<PlotPoint>], value: f64) -> Vec<(f64, f64)> {
    let mut stretches: Vec<(f64, f64)> = Vec::new();
    for run in runs {
        let mut since = None;
        for point in run {
            match (since, point.y > value) {
                (None, true) => since = Some(point.x),
                (Some(from), false) => {
                    stretches.push((from, point.x));
                    since = None;
                }
                _ => {}
            }
        }
        if let (Some(from), Some(last)) = (since, run.last()) {
            stretches.push((from, last.x));
        }
    }
    stretches
}

/// The raw values of every curve at the cursor and the marks near it, beside the cursor.
pub(super) fn tooltip(ui: &Ui, ctx: &Ctx<'_>, plot: &TimePlot<'_>, transform: &PlotTransform) {
    let Some(hover) = ctx.time.hover else { return };
    let frame = *transform.frame();
    let x = transform.position_from_point_x(hover);
    if !frame.x_range().contains(x) {
        return;
    }
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::unique("values-at-a-time")));
    let (soft, plain) = (ctx.palette.soft.0, ctx.palette.text.0);
    let font = FontId::proportional(ctx.size.small);
    let bold = FontId::new(ctx.size.small, strong());
    let lay = |words: String, font: &FontId, colour: Color32| painter.layout_no_wrap(words, font.clone(), colour);
    let mut rows = vec![(None, lay(text::raw_at(&clock(hover, true)), &font, soft), None)];
    for curve in plot.curves.iter().rev() {
        let Some(value) = curve.at(hover) else { continue };
        let name = super::legend::term(curve.name).to_owned();
        rows.push((Some(curve.colour), lay(name, &font, soft), Some(lay((plot.format)(value), &bold, plain))));
    }
    let is_near = |mark: &&Mark| (transform.position_from_point_x(mark.at.secs()) - x).abs() < NEAR;
    for mark in ctx.snapshot.marks.iter().filter(is_near).take(NAMED_MAX) {
        rows.push((None, lay(mark.label.clone(), &font, mark_colour(ctx, mark.by)), None));
    }
    let width = rows
        .iter()
        .map(|(_, name, value)| name.size().x + value.as_ref().map_or(0.0, |value| value.size().x + 4.0 * PAD));
    let width = width.fold(0.0, f32::max) + 2.0 * PAD;
    let height = rows.iter().map(|(_, name, _)| name.size().y + LINE_GAP).sum::<f32>() + 2.0 * PAD;
    let left = if x + AWAY + width <= frame.right() { x + AWAY } else { x - AWAY - width };
    let screen = ui.ctx().content_rect();
    let top = (frame.top() + LINE_GAP).min(screen.bottom() - height).max(screen.top());
    let place = Rect::from_min_size(pos2(left.max(screen.left()), top), vec2(width, height));
    let (fill, line) = (ctx.palette.raised.0.gamma_multiply(0.97), Stroke::new(1.0, ctx.palette.line));
    painter.rect(place, ctx.size.radius * 0.5, fill, line, StrokeKind::Inside);
    let mut y = place.top() + PAD;
    for (colour, name, value) in rows {
        let (middle, step) = (y + name.size().y / 2.0, name.size().y + LINE_GAP);
        let mut start = place.left() + PAD;
        if let Some(colour) = colour {
            painter.circle_filled(pos2(start + DOT, middle), DOT, colour);
            start += 2.0 * PAD;
        }
        painter.galley(pos2(start, y), name, soft);
        if let Some(value) = value {
            painter.galley(pos2(place.right() - PAD - value.size().x, y), value, plain);
        }
        y += step;
    }
}

/// The colour of a mark: by a person in the accent, by anything else in grey.
pub(crate) fn mark_colour(ctx: &Ctx<'_>, by: By) -> Color32 {
    match by {
        By::Person => ctx.palette.accent.0,
        By::Cli | By::Timeline | By::Policy | By::Nature => ctx.palette.faint.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_above_the_goal_ends_where_it_is_met_or_nothing_is_known() {
        let run = |points: &[(f64, f64)]| points.iter().map(|(x, y)| PlotPoint::new(*x, *y)).collect::<Vec<_>>();
        let runs = [run(&[(0.0, 1.0), (1.0, 3.0), (2.0, 4.0), (3.0, 2.0)]), vec![], run(&[(5.0, 9.0), (6.0, 9.0)])];
        assert_eq!(above(&runs, 2.0), [(1.0, 3.0), (5.0, 6.0)]);
        assert_eq!(above(&runs, 10.0), []);
    }
}
