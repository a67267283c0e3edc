//! How one looks around in time: with the pointer and with keys, on a plot or on anything else with a time axis.

use eframe::egui::{Context, EventFilter, Id, Key, Pos2, Response, Ui};
use egui_plot::PlotTransform;

use super::Drawn;
use crate::ui::ctx::Ctx;
use crate::ui::time_range::{HoverBy, TimeChange};

/// Dragging pans, with shift selects; scrolling zooms (sideways: pans), a double click fits; the pointer sets the hover
/// time of all plots.
pub(super) fn navigate(ui: &Ui, ctx: &Ctx<'_>, response: &Response, transform: &PlotTransform) {
    let secs_per_point = 1.0 / transform.dpos_dvalue_x().max(f64::MIN_POSITIVE);
    look_around(ui, ctx, response, secs_per_point, |at| transform.value_from_position(at).x);
}

/// The same for anything with a time axis.
pub(crate) fn look_around(
    ui: &Ui,
    ctx: &Ctx<'_>,
    response: &Response,
    secs_per_point: f64,
    time_at: impl Fn(Pos2) -> f64,
) {
    drag(ui, ctx, response, secs_per_point, &time_at);
    if response.double_clicked() {
        ctx.look(TimeChange::Fit);
    }
    let Some(at) = response.hover_pos() else { return };
    note_hovered(ui.ctx());
    let time = time_at(at);
    let (scroll, pinch, moved) =
        ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.pointer.is_moving()));
    // A pointer that rests leaves the cursor to the keys.
    if ctx.time.hover_by == HoverBy::Pointer || moved {
        // Beyond the live end there is nothing to read.
        let readable = (0.0..=ctx.snapshot.at.secs()).contains(&time).then_some(time);
        if ctx.time.hover != readable {
            ctx.look(TimeChange::Hover(readable));
        }
    }
    if scroll.x != 0.0 {
        ctx.look(TimeChange::Pan(-f64::from(scroll.x) * secs_per_point));
    }
    let factor = f64::from(1.0 / pinch) * (-f64::from(scroll.y) / 300.0).exp();
    if factor != 1.0 {
        ctx.look(TimeChange::Zoom { factor, around: time });
    }
}

fn drag(ui: &Ui, ctx: &Ctx<'_>, response: &Response, secs_per_point: f64, time_at: &impl Fn(Pos2) -> f64) {
    let (shift, origin) = ui.input(|input| (input.modifiers.shift, input.pointer.press_origin()));
    if response.drag_started() && shift {
        if let Some(from) = origin.or(response.interact_pointer_pos()) {
            ctx.look(TimeChange::SelectFrom(time_at(from)));
        }
    } else if ctx.time.is_selecting() && response.dragged() {
        if let Some(to) = response.interact_pointer_pos() {
            ctx.look(TimeChange::SelectTo(time_at(to)));
        }
    } else if response.dragged() && response.drag_delta().x != 0.0 {
        ctx.look(TimeChange::Pan(-f64::from(response.drag_delta().x) * secs_per_point));
    }
    if response.drag_stopped() && ctx.time.is_selecting() {
        ctx.look(TimeChange::SelectEnd);
    }
}

/// Where the frame is kept in which anything with a time axis was under the pointer.
fn hovered_id() -> Id {
    Id::unique("hovered-time-axis")
}

fn note_hovered(ctx: &Context) {
    let frame = ctx.cumulative_frame_nr();
    ctx.data_mut(|data| data.insert_temp(hovered_id(), frame));
}

/// Whether the pointer was on something with a time axis in this frame or the one before.
pub(crate) fn is_hovered(ctx: &Context) -> bool {
    let frame = ctx.cumulative_frame_nr();
    ctx.data(|data| data.get_temp::<u64>(hovered_id())).is_some_and(|last| frame.saturating_sub(last) <= 1)
}

/// Left and right move the cursor of a plot that is typed at from one drawn value to the next, Home and End to its ends.
pub(super) fn keys(ui: &Ui, ctx: &Ctx<'_>, response: &Response, drawn: &Drawn) {
    if response.lost_focus() && ctx.time.hover_by == HoverBy::Keys {
        ctx.look(TimeChange::Cursor(None));
    }
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let (left, right, home, end) = ui.input(|input| {
        let times = |key| input.num_presses(key);
        (times(Key::ArrowLeft), times(Key::ArrowRight), times(Key::Home) > 0, times(Key::End) > 0)
    });
    if left + right == 0 && !home && !end {
        return;
    }
    let (from, to) = ctx.time.bounds();
    let times = drawn.iter().flatten().flatten().map(|point| point.x);
    let mut times: Vec<f64> = times.filter(|time| (from..=to).contains(time)).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let Some(last) = times.len().checked_sub(1) else { return };
    let here = match ctx.time.hover {
        Some(hover) => times.partition_point(|time| *time < hover).min(last),
        // Where nothing is read yet, the first key brings the cursor to the newest value.
        None => last + left,
    };
    let next = match (home, end) {
        (true, _) => 0,
        (_, true) => last,
        _ => (here + right).saturating_sub(left).min(last),
    };
    ctx.look(TimeChange::Cursor(Some(times[next])));
}
