//! One machine: its name, its cores, how busy it is, what waits, and what is wrong.

use eframe::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use super::layout::{Detail, MachineCard};
use crate::base::figures::share;
use crate::metrics::snapshot::{WorkerState, WorkerView};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::tokens::strong;

/// Core slots that are drawn; more are written as a number.
const SLOTS_MAX: u32 = 16;
/// Side of a core slot and the distance to the next.
const SLOT: (f32, f32) = (11.0, 14.0);
/// Space inside a card.
const PAD: f32 = 9.0;

/// Draws a machine.
pub(crate) fn paint(painter: &Painter, ctx: &Ctx<'_>, card: &MachineCard, worker: &WorkerView) {
    match card.detail {
        Detail::Full => full(painter, ctx, card.rect, worker),
        Detail::Cell => cell(painter, ctx, card.rect, worker),
    }
}

/// The middle of the core slot that the `turn`-th dot takes.
pub(crate) fn slot_center(card: &MachineCard, turn: u32) -> Pos2 {
    match card.detail {
        Detail::Full => slot_rect(card.rect, turn % 2).center(),
        Detail::Cell => card.rect.center(),
    }
}

fn slot_rect(card: Rect, slot: u32) -> Rect {
    let at = pos2(card.left() + PAD + slot as f32 * SLOT.1, card.center().y - SLOT.0 / 2.0);
    Rect::from_min_size(at, vec2(SLOT.0, SLOT.0))
}

fn full(painter: &Painter, ctx: &Ctx<'_>, rect: Rect, worker: &WorkerView) {
    let (palette, size) = (ctx.palette, ctx.size);
    let serving = worker.state == WorkerState::Ready;
    let fill = if serving { palette.raised.0 } else { palette.canvas.0 };
    painter.rect_filled(rect, size.radius, fill);
    outline(painter, ctx, rect, worker);
    let (top, bottom) = (rect.top() + 5.0, rect.bottom() - 6.0);
    let small = FontId::proportional(size.small - 0.5);
    let name_font = FontId::new(size.small + 0.5, strong());
    let word = worker.provenance.word();
    let said =
        painter.text(pos2(rect.right() - PAD, top + 1.0), Align2::RIGHT_TOP, word, small.clone(), palette.soft.0);
    let room = said.left() - rect.left() - 2.0 * PAD;
    fitted(painter, pos2(rect.left() + PAD, top), &worker.name, name_font, palette.text.0, room);

    for slot in 0..worker.cores.min(SLOTS_MAX) {
        let colour = match slot {
            s if serving && s < worker.busy => palette.completed.0,
            _ => palette.pressed.0,
        };
        painter.rect_filled(slot_rect(rect, slot), 2.0, colour);
    }
    let state = text::machine_state(worker, ctx.snapshot.at);
    let right = if serving { share(worker.utilisation) } else { state };
    let right_font = FontId::new(size.small + 0.5, strong());
    let colour = if worker.state == WorkerState::Down { palette.bad.0 } else { palette.text.0 };
    let base = bottom + 2.0;
    if serving {
        let bar = Rect::from_min_max(pos2(rect.left() + PAD, bottom - 6.0), pos2(rect.center().x - 22.0, bottom - 2.0));
        painter.rect_filled(bar, 2.0, palette.pressed);
        let filled = bar.with_max_x(bar.left() + bar.width() * worker.utilisation.clamp(0.0, 1.0) as f32);
        painter.rect_filled(filled, 2.0, palette.completed);
        painter.text(pos2(bar.right() + 6.0, base), Align2::LEFT_BOTTOM, right, right_font, colour);
    } else {
        painter.text(pos2(rect.left() + PAD, base), Align2::LEFT_BOTTOM, right, right_font, colour);
    }
    let words = match worker.fault {
        Some(strike) => (strike.label(), palette.bad.0),
        None if worker.is_left_out => (text::LEFT_OUT.to_owned(), palette.bad.0),
        None if let Some((outcome, rate)) = ctx.snapshot.watch.trouble.get(&worker.worker) => {
            (text::trouble(*outcome, *rate), palette.bad.0)
        }
        None => (text::queue_of(u64::from(worker.queue)), palette.soft.0),
    };
    painter.text(pos2(rect.right() - PAD, base), Align2::RIGHT_BOTTOM, words.0, small, words.1);
}

/// Solid while it serves, dashed while it is not there yet, in the colour of trouble when it is down.
fn outline(painter: &Painter, ctx: &Ctx<'_>, rect: Rect, worker: &WorkerView) {
    let palette = ctx.palette;
    let dashed = |colour: Color32| {
        let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
        painter.extend(Shape::dashed_line(&corners, Stroke::new(1.5, colour), 5.0, 4.0));
    };
    match worker.state {
        WorkerState::Booting | WorkerState::Warming | WorkerState::Resizing => dashed(palette.accent.0),
        WorkerState::Draining => dashed(palette.faint.0),
        WorkerState::Down => {
            painter.rect_stroke(rect, ctx.size.radius, Stroke::new(1.5, palette.bad), StrokeKind::Inside);
        }
        WorkerState::Ready | WorkerState::Retired if worker.fault.is_some() => {
            painter.rect_stroke(rect, ctx.size.radius, Stroke::new(1.5, palette.bad), StrokeKind::Inside);
        }
        WorkerState::Ready | WorkerState::Retired => {}
    }
}

/// Filled from below by its utilisation.
fn cell(painter: &Painter, ctx: &Ctx<'_>, rect: Rect, worker: &WorkerView) {
    let palette = ctx.palette;
    painter.rect_filled(rect, 2.0, palette.raised);
    let full = worker.utilisation.clamp(0.0, 1.0) as f32;
    painter.rect_filled(rect.with_min_y(rect.bottom() - rect.height() * full), 2.0, palette.completed);
    let is_in_trouble = ctx.snapshot.watch.trouble.contains_key(&worker.worker);
    if worker.state != WorkerState::Ready || worker.fault.is_some() || is_in_trouble {
        let colour = if matches!(worker.state, WorkerState::Booting | WorkerState::Warming) {
            palette.accent.0
        } else {
            palette.bad.0
        };
        painter.rect_stroke(rect, 2.0, Stroke::new(1.0, colour), StrokeKind::Inside);
    }
}

/// Text cut off with an ellipsis where it would be wider than `room`.
fn fitted(painter: &Painter, at: Pos2, text: &str, font: FontId, colour: Color32, room: f32) {
    let mut job = eframe::egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap.max_width = room.max(8.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    painter.galley(at, painter.layout_job(job), colour);
}
