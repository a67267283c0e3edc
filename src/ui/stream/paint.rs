//! How the task stream looks: work in the colour of its stage, ways in red, waiting in grey, errors in the colour of text, as in the task
//! stream of the Dask dashboard.

use eframe::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2};

use super::rows::{Row, before};
use crate::base::{StageIx, Time};
use crate::metrics::snapshot::Outcome;
use crate::metrics::watch::TaskBar;
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Where the stream stands, and which time is where.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    /// Where bars stand.
    pub(crate) rect: Rect,
    /// Left end in seconds.
    pub(crate) from: f64,
    /// Seconds of a point.
    pub(crate) secs_per_point: f64,
    /// Height of a row.
    pub(crate) row: f32,
}

/// Least width of a bar in points: a task is never invisible.
const BAR_MIN: f32 = 1.0;
/// Rows as high as this have a name.
const NAMED_ROW: f32 = 11.0;
/// Height of the ways and of waiting, as a share of the row.
const THIN: f32 = 0.34;

impl Field {
    /// Where a time stands.
    pub(crate) fn x(&self, secs: f64) -> f32 {
        self.rect.left() + ((secs - self.from) / self.secs_per_point) as f32
    }

    /// The time at a point.
    pub(crate) fn time_at(&self, at: Pos2) -> f64 {
        self.from + f64::from(at.x - self.rect.left()) * self.secs_per_point
    }

    /// How many rows have room.
    pub(crate) fn rows_max(&self) -> usize {
        ((self.rect.height() / self.row) as usize).max(1)
    }

    fn row_rect(&self, ix: usize) -> Rect {
        let top = self.rect.top() + ix as f32 * self.row;
        Rect::from_min_max(pos2(self.rect.left(), top), pos2(self.rect.right(), top + self.row - 1.0))
    }

    fn bar_rect(&self, row: Rect, bar: &TaskBar) -> Rect {
        let left = self.x(bar.began.secs());
        let right = self.x(bar.ended.secs()).max(left + BAR_MIN);
        Rect::from_min_max(pos2(left, row.top()), pos2(right, row.bottom()))
    }

    /// The task under a point; of several at one place the one that ended last.
    pub(crate) fn bar_at<'a>(&self, rows: &[Row<'a>], at: Pos2) -> Option<&'a TaskBar> {
        let ix = ((at.y - self.rect.top()) / self.row).floor();
        let row = rows.get(ix.max(0.0) as usize).filter(|_| ix >= 0.0 && self.rect.contains(at))?;
        let place = self.row_rect(ix as usize);
        row.bars.iter().rev().find(|bar| self.bar_rect(place, bar).expand2([1.0, 1.0].into()).contains(at)).copied()
    }
}

/// The colour of work: that of its stage.
pub(crate) fn stage_colour(ctx: &Ctx<'_>, stage: StageIx) -> Color32 {
    let palette = ctx.palette;
    let colours = [palette.completed, palette.p50, palette.p99, palette.offered];
    colours[stage.ix() % colours.len()].0
}

/// The colour of a task: that of its stage, or of how else it ended.
pub(crate) fn bar_colour(ctx: &Ctx<'_>, bar: &TaskBar) -> Color32 {
    match bar.outcome {
        _ if bar.cached => ctx.palette.good.0,
        Outcome::Completed => stage_colour(ctx, bar.stage),
        Outcome::Failed | Outcome::Lost | Outcome::TimedOut | Outcome::Shed => ctx.palette.text.0,
        Outcome::Cancelled | Outcome::Abandoned => ctx.palette.faint.0,
    }
}

/// What the stage of a task is called.
pub(crate) fn stage_name(ctx: &Ctx<'_>, bar: &TaskBar) -> String {
    let job = ctx.snapshot.scenario.jobs.get(bar.kind.ix());
    job.and_then(|job| job.stages.get(bar.stage.ix())).map_or_else(String::new, |stage| stage.name.clone())
}

/// What the machine of a row is called.
fn machine_name(ctx: &Ctx<'_>, row: &Row<'_>) -> String {
    let known = ctx.snapshot.workers.iter().find(|worker| worker.worker == row.worker);
    known.map_or_else(|| text::gone_machine(row.worker.0), |worker| worker.name.clone())
}

/// What the core of a row is called.
pub(crate) fn core_name(ctx: &Ctx<'_>, row: &Row<'_>) -> String {
    text::core_of(&machine_name(ctx, row), row.lane)
}

/// Draws the rows that have room.
pub(crate) fn rows(painter: &Painter, ctx: &Ctx<'_>, field: &Field, rows: &[Row<'_>], picked: Option<&TaskBar>) {
    for (ix, row) in rows.iter().take(field.rows_max()).enumerate() {
        let place = field.row_rect(ix);
        painter.rect_filled(place, 0.0, ctx.palette.raised.0.gamma_multiply(0.5));
        bars(painter, ctx, field, place, row, picked);
    }
}

fn bars(painter: &Painter, ctx: &Ctx<'_>, field: &Field, place: Rect, row: &Row<'_>, picked: Option<&TaskBar>) {
    let palette = ctx.palette;
    let (mut free_since, mut drawn_to) = (Time::ZERO, f32::MIN);
    let thin = place.shrink2([0.0, place.height() * (1.0 - THIN) / 2.0].into());
    for bar in &row.bars {
        let rect = field.bar_rect(place, bar);
        let (way, wait) = before(bar, free_since);
        free_since = free_since.max(bar.ended);
        for (from, to, colour) in [(way, wait, palette.errors.0), (wait, bar.began.secs(), palette.idle.0)] {
            let (left, right) = (field.x(from), field.x(to));
            if right - left >= BAR_MIN / 2.0 {
                painter.rect_filled(thin.with_min_x(left).with_max_x(right), 0.0, colour);
            }
        }
        // Of many in one point of the screen the first is drawn.
        if rect.right() <= drawn_to && bar.outcome == Outcome::Completed {
            continue;
        }
        drawn_to = rect.right().floor();
        let colour = bar_colour(ctx, bar);
        // Neighbours are told apart where there is room.
        let rect = if rect.width() > 4.0 { rect.with_max_x(rect.right() - 0.5) } else { rect };
        painter.rect_filled(rect, if rect.width() > 6.0 { 1.5 } else { 0.0 }, colour);
        if picked == Some(*bar) {
            painter.rect_stroke(rect.expand(1.0), 2.0, Stroke::new(2.0, palette.text), StrokeKind::Outside);
        }
    }
}

/// Names of the machines at the left of their rows, once for each where rows are low.
pub(crate) fn names(painter: &Painter, ctx: &Ctx<'_>, field: &Field, rows: &[Row<'_>], left: f32) {
    let font = FontId::proportional(ctx.size.small - 1.0);
    let mut free_from = f32::MIN;
    for (ix, row) in rows.iter().take(field.rows_max()).enumerate() {
        let is_first = ix == 0 || rows[ix - 1].worker != row.worker;
        let place = field.row_rect(ix);
        if place.top() < free_from || !(is_first || field.row >= NAMED_ROW) {
            continue;
        }
        let words = if field.row >= NAMED_ROW { core_name(ctx, row) } else { machine_name(ctx, row) };
        let mut job = eframe::egui::text::LayoutJob::simple_singleline(words, font.clone(), ctx.palette.soft.0);
        job.wrap.max_width = field.rect.left() - left - 6.0;
        (job.wrap.max_rows, job.wrap.break_anywhere) = (1, true);
        let galley = painter.layout_job(job);
        let y = if field.row >= NAMED_ROW { place.center().y - galley.size().y / 2.0 } else { place.top() };
        free_from = y + galley.size().y - 1.0;
        painter.galley(pos2(left, y), galley, ctx.palette.soft.0);
    }
    if rows.len() > field.rows_max() {
        let words = text::more_rows(rows.len() - field.rows_max());
        painter.text(field.rect.right_bottom(), Align2::RIGHT_BOTTOM, words, font, ctx.palette.text.0);
    }
}
