//! Tasks: what did each core do, when, and what did it wait for?

use eframe::egui::{Align2, FontId, Label, Rect, Response, Role, Sense, Stroke, TextWrapMode, Ui, WidgetInfo, pos2};

use super::View;
use crate::base::figures;
use crate::metrics::watch::TaskBar;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::plots::legend::swatch_ui;
use crate::ui::plots::{export, look_around};
use crate::ui::stream::paint::{self, Field, stage_name};
use crate::ui::stream::rows::{self, Row};
use crate::ui::stream::taken;
use crate::ui::text;
use crate::ui::widgets::{badge::badge_ui, card::header_ui, words::soft};

/// The view.
#[derive(Default)]
pub(crate) struct TasksView {
    /// The task whose life is told.
    picked: Option<TaskBar>,
}

/// Width of the names at the left, height of the times below and of the life of a task.
const NAMES: f32 = 96.0;
const TIMES: f32 = 16.0;
const LIFE: f32 = 18.0;
/// Least and greatest height of a row.
const ROW: (f32, f32) = (5.0, 20.0);

impl View for TasksView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let tasks = &ctx.snapshot.watch.tasks;
        let bounds = ctx.time.bounds();
        let rows = rows::rows(tasks.iter(), bounds, ctx.focus);
        let shown = rows.iter().map(|row| row.bars.len()).sum::<usize>() as u64;
        let header = header_ui(ui, ctx, text::TASKS_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            let oldest = tasks.iter().next().map(|bar| figures::clock(bar.ended.secs(), true));
            let words = text::tasks_shown(shown, oldest.as_deref().filter(|_| tasks.dropped() > 0));
            ui.add(Label::new(soft(ctx, words)).wrap_mode(TextWrapMode::Truncate)).on_hover_text(text::tasks_kept());
        });
        legend_ui(ui, ctx);
        let (whole, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
        let bottom = whole.bottom() - TIMES - LIFE;
        let rect = Rect::from_min_max(pos2(whole.left() + NAMES, whole.top()), pos2(whole.right(), bottom));
        let row = (rect.height() / rows.len().max(1) as f32).clamp(ROW.0, ROW.1);
        let secs_per_point = (bounds.1 - bounds.0) / f64::from(rect.width().max(1.0));
        let field = Field { rect, from: bounds.0, secs_per_point, row };
        let hovered = response.hover_pos().and_then(|at| field.bar_at(&rows, at)).copied();
        if response.clicked() {
            self.picked = hovered;
        }
        paint::rows(&ui.painter().with_clip_rect(rect), ctx, &field, &rows, self.picked.as_ref());
        paint::names(&ui.painter().with_clip_rect(whole), ctx, &field, &rows, whole.left());
        self.rest_ui(ui, ctx, &field, whole, &rows);
        if let Some(bar) = hovered {
            response.clone().on_hover_text_at_pointer(text::task_life(bar, &stage_name(ctx, &bar)));
        }
        look_around(ui, ctx, &response, secs_per_point, |at| field.time_at(at));
        export::offer(ctx, &response, || taken::figure(ctx, &field, &rows));
        let summary = text::tasks_summary(shown, rows.len() as u64);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        header
    }
}

impl TasksView {
    /// Times, the hover time, what there is to say where nothing is, and the life of the task that was picked.
    fn rest_ui(&self, ui: &Ui, ctx: &Ctx<'_>, field: &Field, whole: Rect, rows: &[Row<'_>]) {
        let (painter, palette) = (ui.painter().with_clip_rect(whole), ctx.palette);
        let font = FontId::proportional(ctx.size.small - 1.0);
        let (from, to) = ctx.time.bounds();
        for mark in crate::ui::plots::axis::times(from, to) {
            let x = field.x(mark.value);
            painter.vline(x, field.rect.y_range(), Stroke::new(1.0, palette.grid.0));
            let label = crate::ui::plots::axis::time_label(&mark, (from, to));
            painter.text(pos2(x, field.rect.bottom() + 2.0), Align2::CENTER_TOP, label, font.clone(), palette.soft.0);
        }
        if let Some(hover) = ctx.time.hover {
            painter.vline(field.x(hover), field.rect.y_range(), Stroke::new(1.0, palette.soft));
        }
        if rows.is_empty() {
            let words = if ctx.snapshot.watch.tasks.is_empty() { text::NO_TASKS } else { text::NO_TASKS_HERE };
            painter.text(field.rect.center(), Align2::CENTER_CENTER, words, font.clone(), palette.soft.0);
        }
        let words = match &self.picked {
            Some(bar) => text::task_life(*bar, &stage_name(ctx, bar)).replace('\n', " · "),
            None => text::PICK_A_TASK.to_owned(),
        };
        let colour = if self.picked.is_some() { palette.text.0 } else { palette.faint.0 };
        painter.text(whole.left_bottom(), Align2::LEFT_BOTTOM, words, font, colour);
    }
}

/// The colours, and the way back from one machine to all.
fn legend_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let palette = ctx.palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = ctx.size.gap * 0.75;
        for job in &ctx.snapshot.scenario.jobs {
            for (ix, stage) in job.stages.iter().enumerate().take(STAGES_NAMED) {
                swatch_ui(ui, paint::stage_colour(ctx, crate::base::StageIx(ix as u16)));
                ui.add(Label::new(soft(ctx, &stage.name)).wrap_mode(TextWrapMode::Extend));
            }
        }
        for (name, colour) in
            [(text::TASK_WAY, palette.errors), (text::TASK_WAITS, palette.idle), (text::TASK_ERROR, palette.text)]
        {
            swatch_ui(ui, colour.0);
            ui.add(Label::new(soft(ctx, name)).wrap_mode(TextWrapMode::Extend));
        }
        if ctx.focus.is_some() && ui.button(text::ALL_MACHINES).clicked() {
            ctx.ask(UiCommand::Focus(None));
        }
    });
}

/// Stages of a kind of job that have a place in the legend.
const STAGES_NAMED: usize = 4;
