//! A sweep over one field or two, as a grid of colours.

use eframe::egui::{Align2, FontId, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::sweep::{Grid, share};
use crate::experiment::figures::Figure;
use crate::ui::ctx::Ctx;
use crate::ui::plots::viridis::{viridis, words_on};
use crate::ui::text;
use crate::ui::widgets::words::soft;

/// Space for the values of the field that goes down, and for a line of those of the field that goes across.
const LEFT: f32 = 130.0;
const LINE: f32 = 18.0;
/// A cell is at most so high: two rows of cells shall not fill a screen.
const CELL_HEIGHT_MAX: f32 = 64.0;
/// A grid as wide as this has room for the name of what goes across and for the scale in one line.
const SIDE_BY_SIDE: f32 = 480.0;
/// Space between cells.
const GAP: f32 = 1.0;

/// Draws the grid in so much height; returns the part whose cell was clicked.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, (grid, figure): (&Grid, Figure), height: f32) -> Option<usize> {
    let Some(range) = grid.range() else {
        ui.label(soft(ctx, text::RUNS_NO_FIGURE));
        return None;
    };
    let (columns, rows) = (grid.across.values.len(), grid.down.as_ref().map_or(1, |down| down.values.len()));
    let width = ui.available_width();
    // The name of what goes across stands beside the scale where both have room, else above it.
    let lines = if width - LEFT < SIDE_BY_SIDE { 3.5 } else { 2.5 } * LINE;
    let cell_height = (height - lines - LINE / 2.0) / rows as f32;
    let cell = vec2((width - LEFT) / columns as f32, cell_height.clamp(4.0, CELL_HEIGHT_MAX));
    let (rect, _) = ui.allocate_exact_size(vec2(width, cell.y * rows as f32 + lines), Sense::hover());
    let origin = pos2(rect.left() + LEFT, rect.top() + LINE);
    let place = |row: usize, column: usize| {
        Rect::from_min_size(origin + vec2(column as f32 * cell.x, row as f32 * cell.y), cell).shrink(GAP)
    };
    heads_ui(ui, ctx, grid, (rect, origin), cell);
    let mut picked = None;
    for (ix, found) in grid.cells.iter().enumerate() {
        let (row, column) = (ix / columns, ix % columns);
        let area = place(row, column);
        let Some((value, part)) = *found else {
            ui.painter().rect_stroke(area, 2.0, Stroke::new(1.0, ctx.palette.line), eframe::egui::StrokeKind::Inside);
            continue;
        };
        let colour = viridis(share(value, range));
        let written = figure.written(value);
        ui.painter().rect_filled(area, 2.0, colour);
        let font = FontId::proportional(ctx.size.small);
        let words = ui.painter().layout_no_wrap(written.clone(), font, words_on(colour));
        if words.size().x + 4.0 < area.width() && words.size().y < area.height() {
            ui.painter().galley(area.center() - words.size() / 2.0, words, words_on(colour));
        }
        let mut at = vec![(grid.across.path.clone(), grid.across.values[column].clone())];
        at.extend(grid.down.as_ref().map(|down| (down.path.clone(), down.values[row].clone())));
        let point = text::runs_point(figure.label(), &written, &at);
        let response = ui.interact(area, ui.scope_id().with(("cell", ix)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &point));
        if response.hovered() {
            let stroke = Stroke::new(2.0, ctx.palette.text);
            ui.painter().rect_stroke(area, 2.0, stroke, eframe::egui::StrokeKind::Inside);
        }
        if response.on_hover_text(point).clicked() {
            picked = Some(part);
        }
    }
    scale_ui(ui, ctx, pos2(rect.right(), rect.bottom() - LINE / 2.0), (figure, range));
    picked
}

/// The fields and their values, where they have room.
fn heads_ui(ui: &Ui, ctx: &Ctx<'_>, grid: &Grid, (rect, origin): (Rect, Pos2), cell: eframe::egui::Vec2) {
    let painter = ui.painter().with_clip_rect(rect);
    let font = FontId::proportional(ctx.size.small);
    let laid = |words: &str, width: f32| {
        let mut job =
            eframe::egui::text::LayoutJob::simple_singleline(words.to_owned(), font.clone(), ctx.palette.soft.0);
        job.wrap = eframe::egui::text::TextWrapping::truncate_at_width(width.max(8.0));
        ui.painter().layout_job(job)
    };
    for (column, value) in grid.across.values.iter().enumerate() {
        let words = laid(value, cell.x - 4.0);
        let x = origin.x + (column as f32 + 0.5) * cell.x - words.size().x / 2.0;
        painter.galley(pos2(x, rect.top() + 1.0), words, ctx.palette.soft.0);
    }
    let under = laid(&grid.across.path, rect.width() * 0.5);
    let below = origin.y + cell.y * (grid.cells.len() / grid.across.values.len().max(1)) as f32;
    painter.galley(pos2(origin.x, below + LINE / 2.0), under, ctx.palette.soft.0);
    let Some(down) = &grid.down else { return };
    painter.galley(pos2(rect.left(), rect.top() + 1.0), laid(&down.path, LEFT - 8.0), ctx.palette.soft.0);
    for (row, value) in down.values.iter().enumerate() {
        // Where rows are lower than a line of text only some of them are named.
        let every = (14.0 / cell.y).ceil().max(1.0) as usize;
        if row % every == 0 {
            let y = origin.y + (row as f32 + 0.5) * cell.y;
            let words = laid(value, LEFT - 12.0);
            let place = Align2::RIGHT_CENTER.anchor_size(pos2(origin.x - 6.0, y), words.size());
            painter.galley(place.min, words, ctx.palette.soft.0);
        }
    }
}

/// From the least to the most, with their colours, ending at this point.
pub(super) fn scale_ui(ui: &Ui, ctx: &Ctx<'_>, end: Pos2, (figure, (low, high)): (Figure, (f64, f64))) {
    const STEPS: usize = 24;
    const STEP: f32 = 4.0;
    let painter = ui.painter();
    let font = FontId::proportional(ctx.size.small);
    let most = painter.text(end, Align2::RIGHT_CENTER, figure.written(high), font.clone(), ctx.palette.soft.0);
    let left = most.left() - 6.0 - STEPS as f32 * STEP;
    for step in 0..STEPS {
        let piece = Rect::from_min_size(pos2(left + step as f32 * STEP, end.y - 4.0), vec2(STEP + 0.5, 8.0));
        painter.rect_filled(piece, 0.0, viridis(step as f64 / (STEPS - 1) as f64));
    }
    let least = text::runs_scale(figure.label(), &figure.written(low));
    painter.text(pos2(left - 6.0, end.y), Align2::RIGHT_CENTER, least, font, ctx.palette.soft.0);
}
