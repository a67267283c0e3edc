//! Icons, drawn: a state is told by its shape and its word, never by colour alone.

use eframe::egui::{Color32, Painter, Pos2, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

use crate::analysis::verdict::Condition;
use crate::ui::tokens::{Palette, square};

/// The colour of a condition.
pub(crate) fn condition_colour(palette: &Palette, condition: Condition) -> Color32 {
    match condition {
        Condition::KeepingUp | Condition::Finished => palette.good.0,
        Condition::Measuring | Condition::Idle | Condition::CatchingUp => palette.accent.0,
        Condition::TooSlow | Condition::Missed => palette.warn.0,
        Condition::Overloaded | Condition::LosingWork | Condition::Broken => palette.bad.0,
    }
}

/// Shows the icon of a condition.
pub(crate) fn condition_ui(ui: &mut Ui, palette: &Palette, condition: Condition) {
    let (rect, _) = ui.allocate_exact_size(square(18.0), Sense::hover());
    let colour = condition_colour(palette, condition);
    let (painter, inner) = (ui.painter(), rect.shrink(1.0));
    let mark = Stroke::new(1.8, palette.surface);
    match condition {
        Condition::KeepingUp | Condition::Finished => {
            painter.circle_filled(inner.center(), inner.width() / 2.0, colour);
            painter.line(at(inner, [(0.28, 0.52), (0.44, 0.68), (0.73, 0.36)]), mark);
        }
        Condition::Overloaded | Condition::LosingWork | Condition::Broken => {
            painter.add(Shape::convex_polygon(
                at(inner, [(0.5, 0.02), (1.0, 0.94), (0.0, 0.94)]),
                colour,
                Stroke::NONE,
            ));
            exclamation(painter, inner, mark);
        }
        Condition::TooSlow | Condition::Missed => {
            painter.circle_filled(inner.center(), inner.width() / 2.0, colour);
            painter.line(at(inner, [(0.5, 0.22), (0.5, 0.54), (0.7, 0.66)]), mark);
        }
        Condition::CatchingUp => {
            painter.circle_filled(inner.center(), inner.width() / 2.0, colour);
            painter.line(at(inner, [(0.5, 0.25), (0.5, 0.72)]), mark);
            painter.line(at(inner, [(0.3, 0.54), (0.5, 0.74), (0.7, 0.54)]), mark);
        }
        Condition::Measuring | Condition::Idle => {
            painter.circle_stroke(inner.center(), inner.width() / 2.0 - 1.0, Stroke::new(2.0, colour));
            painter.circle_filled(inner.center(), 2.5, colour);
        }
    }
}

fn exclamation(painter: &Painter, rect: Rect, stroke: Stroke) {
    painter.line(at(rect, [(0.5, 0.36), (0.5, 0.64)]), stroke);
    painter.circle_filled(rect.min + rect.size() * vec2(0.5, 0.79), 1.2, stroke.color);
}

fn at<const N: usize>(rect: Rect, points: [(f32, f32); N]) -> Vec<Pos2> {
    points.map(|(x, y)| pos2(rect.left() + x * rect.width(), rect.top() + y * rect.height())).to_vec()
}
