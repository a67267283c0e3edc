//! A sweep over three fields or more: one line for each point, across one axis for each field and one for the figure
//! (parallel coordinates, Inselberg 1985).

use eframe::egui::{Align2, FontId, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::grid::scale_ui;
use super::read::Row;
use super::sweep::{Axis, range, share};
use crate::experiment::figures::Figure;
use crate::ui::ctx::Ctx;
use crate::ui::plots::viridis::viridis;
use crate::ui::text;
use crate::ui::widgets::words::soft;

/// A line of text.
const LINE: f32 = 18.0;
/// Space at the sides, for the values of the outermost axes.
const SIDE: f32 = 60.0;
/// The pointer is on a line that is at most so far away.
const NEAR: f32 = 7.0;
/// Values that are named on an axis.
const NAMED_MAX: usize = 12;

/// A part with its figure and where its line goes.
struct Drawn {
    part: usize,
    value: f64,
    points: Vec<Pos2>,
}

/// Draws the lines in so much height; returns the part whose line was clicked.
pub(super) fn ui(
    ui: &mut Ui,
    ctx: &Ctx<'_>,
    (axes, parts, figure): (&[Axis], &[Row], Figure),
    height: f32,
) -> Option<usize> {
    let figures = || parts.iter().filter_map(|part| part.metrics.get(figure.name())).filter(|value| value.is_finite());
    let Some(range) = range(figures().copied()) else {
        ui.label(soft(ctx, text::RUNS_NO_FIGURE));
        return None;
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height.max(4.0 * LINE)), Sense::click());
    let area = Rect::from_min_max(rect.min + vec2(SIDE, 1.2 * LINE), rect.max - vec2(SIDE, 1.5 * LINE));
    let lines = drawn(axes, parts, (figure, range), area);
    let pointed = response.hover_pos().and_then(|at| {
        let near = lines.iter().map(|line| (distance(&line.points, at), line));
        near.filter(|(far, _)| *far <= NEAR).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, line)| line)
    });
    let painter = ui.painter().with_clip_rect(rect);
    for line in &lines {
        let fade = if pointed.is_some() { 0.25 } else { 0.85 };
        let colour = viridis(share(line.value, range)).gamma_multiply(fade);
        painter.add(Shape::line(line.points.clone(), Stroke::new(1.5, colour)));
    }
    if let Some(line) = pointed {
        painter.add(Shape::line(line.points.clone(), Stroke::new(3.0, viridis(share(line.value, range)))));
    }
    axes_ui(ui, ctx, axes, (rect, area), (figure, range));
    scale_ui(ui, ctx, pos2(rect.right(), rect.bottom() - LINE / 2.0), (figure, range));
    let summary = text::runs_lines_summary(lines.len(), axes.len(), figure.label());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
    let line = pointed?;
    let part = &parts[line.part];
    let at = axes
        .iter()
        .filter_map(|axis| Some((axis.path.clone(), part.params.get(&axis.path)?.clone())))
        .collect::<Vec<_>>();
    let clicked = response.clicked();
    response.on_hover_text_at_pointer(text::runs_point(figure.label(), &figure.written(line.value), &at));
    clicked.then_some(line.part)
}

/// The lines of the parts that have the figure and a place on every axis.
fn drawn(axes: &[Axis], parts: &[Row], (figure, range): (Figure, (f64, f64)), area: Rect) -> Vec<Drawn> {
    let y = |share: f64| area.bottom() - share as f32 * area.height();
    let line = |(part, row): (usize, &Row)| {
        let value = *row.metrics.get(figure.name()).filter(|value| value.is_finite())?;
        let mut points = Vec::with_capacity(axes.len() + 1);
        for (ix, axis) in axes.iter().enumerate() {
            let share = axis.place(row)? as f64 / (axis.values.len() - 1).max(1) as f64;
            points.push(pos2(x_of(ix, axes.len(), area), y(share)));
        }
        points.push(pos2(x_of(axes.len(), axes.len(), area), y(share(value, range))));
        Some(Drawn { part, value, points })
    };
    parts.iter().enumerate().filter_map(line).collect()
}

/// Where an axis stands; the figure's is the last.
fn x_of(ix: usize, fields: usize, area: Rect) -> f32 {
    area.left() + area.width() * ix as f32 / fields.max(1) as f32
}

fn axes_ui(ui: &Ui, ctx: &Ctx<'_>, axes: &[Axis], (rect, area): (Rect, Rect), (figure, range): (Figure, (f64, f64))) {
    let painter = ui.painter().with_clip_rect(rect);
    let font = FontId::proportional(ctx.size.small);
    let say = |at: Pos2, anchor: Align2, words: &str| {
        let words = painter.layout_no_wrap(words.to_owned(), font.clone(), ctx.palette.text.0);
        let place = anchor.anchor_size(at, words.size());
        painter.rect_filled(place.expand2(vec2(2.0, 0.0)), 2.0, ctx.palette.surface.0.gamma_multiply(0.8));
        painter.galley(place.min, words, ctx.palette.text.0);
    };
    let names = axes.iter().map(|axis| axis.path.as_str()).chain([figure.label()]);
    for (ix, name) in names.enumerate() {
        let x = x_of(ix, axes.len(), area);
        painter.vline(x, area.y_range(), Stroke::new(1.0, ctx.palette.faint));
        let anchor = match ix {
            0 => Align2::LEFT_TOP,
            last if last == axes.len() => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let at = match ix {
            0 => rect.left(),
            last if last == axes.len() => rect.right(),
            _ => x,
        };
        say(pos2(at, rect.top()), anchor, name.rsplit_once('.').map_or(name, |(_, last)| last));
        let Some(axis) = axes.get(ix) else {
            for (share, value) in [(0.0, range.0), (1.0, range.1)] {
                let y = area.bottom() - share * area.height();
                say(pos2(x + 6.0, y), Align2::LEFT_CENTER, &figure.written(value));
            }
            continue;
        };
        let every = axis.values.len().div_ceil(NAMED_MAX).max(1);
        for (place, value) in axis.values.iter().enumerate().step_by(every) {
            let y = area.bottom() - place as f32 / (axis.values.len() - 1).max(1) as f32 * area.height();
            let short: String = value.chars().take(16).collect();
            say(pos2(x - 6.0, y), Align2::RIGHT_CENTER, &short);
        }
    }
}

/// How far a point is from a line of pieces.
fn distance(line: &[Pos2], at: Pos2) -> f32 {
    let pieces = line.windows(2).map(|piece| {
        let (from, along) = (piece[0], piece[1] - piece[0]);
        let share = ((at - from).dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
        (from + along * share).distance(at)
    });
    pieces.fold(f32::INFINITY, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_to_a_line_is_that_to_its_nearest_piece() {
        let line = [pos2(0.0, 0.0), pos2(10.0, 0.0), pos2(10.0, 10.0)];
        assert_eq!(distance(&line, pos2(5.0, 3.0)), 3.0);
        assert_eq!(distance(&line, pos2(13.0, 14.0)), 5.0);
        assert_eq!(distance(&line[..1], pos2(0.0, 0.0)), f32::INFINITY);
    }

    #[test]
    fn a_line_goes_through_the_place_of_each_value() {
        let axis = |path: &str, values: &[&str]| Axis {
            path: path.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let axes = [axis("a", &["1", "2"]), axis("b", &["x", "y", "z"])];
        let params = [("a", "2"), ("b", "y")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let row = Row {
            params: params.into_iter().collect(),
            metrics: [("p99".to_owned(), 3.0)].into_iter().collect(),
            ..Row::default()
        };
        let area = Rect::from_min_max(pos2(0.0, 0.0), pos2(20.0, 10.0));
        let lines = drawn(&axes, &[row, Row::default()], (Figure::P99, (3.0, 5.0)), area);
        assert_eq!(lines.len(), 1, "what lacks the figure is not drawn");
        assert_eq!(lines[0].points, [pos2(0.0, 0.0), pos2(10.0, 5.0), pos2(20.0, 10.0)]);
    }
}
