//! Compare: what would have happened otherwise?

use eframe::egui::{
    Align, Button, Grid, Label, Layout, Response, RichText, ScrollArea, Slider, TextWrapMode, Ui, vec2,
};

use super::View;
use crate::base::{Span, Time, figures};
use crate::experiment::twins::Twins;
use crate::metrics::snapshot::{Mode, Snapshot};
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::twin::{Comparison, Twin};
use crate::ui::widgets::words::{soft, tinted, value};
use crate::ui::widgets::{badge::badge_ui, card::header_ui};

/// The view.
#[derive(Default)]
pub(crate) struct CompareView {
    /// Where the run will be parted, in seconds; the newest instant where nothing was chosen.
    at: Option<f64>,
}

/// Width of the table beside the plot.
const TABLE: f32 = 470.0;
/// Height of a line of the table, and what lies between two.
const ROW: (f32, f32) = (18.0, 3.0);
/// Least width of the plot beside it.
const PLOT: f32 = 240.0;

impl View for CompareView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let header = header_ui(ui, ctx, text::COMPARE_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            let Some(twin) = ctx.twin else { return };
            let end = Button::new(RichText::new(text::END_FORK).size(ctx.size.small));
            if ui.add(end.small()).on_hover_text(text::END_FORK_HINT).clicked() {
                ctx.ask(UiCommand::EndFork);
            }
            ui.label(soft(ctx, text::parted_at(&figures::clock(twin.parted.secs(), true))));
        });
        match ctx.twin {
            None => self.fork_ui(ui, ctx),
            Some(twin) => futures_ui(ui, ctx, twin),
        }
        header
    }
}

impl CompareView {
    /// The way to two futures.
    fn fork_ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let newest = ctx.snapshot.at.secs();
        ui.add_space(ctx.size.gap);
        ui.add(Label::new(soft(ctx, text::FORK_MEANING)).wrap());
        if ctx.snapshot.mode == Mode::Live {
            ui.add(Label::new(tinted(ctx, text::cannot_fork(text::FORK_LIVE), ctx.palette.warn)).wrap());
            return;
        }
        ui.add_space(ctx.size.gap);
        ui.horizontal(|ui| {
            let mut at = self.at.unwrap_or(newest).min(newest);
            let clock = |secs: f64, _: std::ops::RangeInclusive<usize>| figures::clock(secs, true);
            let slider = Slider::new(&mut at, 0.0..=newest.max(0.1)).custom_formatter(clock);
            if ui.add(slider).accessible_name(text::FORK_AT).changed() {
                self.at = Some(at);
            }
            if ui.button(text::fork_at(&figures::clock(at, true))).clicked() {
                ctx.ask(UiCommand::Fork(Time::ZERO + Span::from_secs_f64(at)));
                self.at = None;
            }
        });
    }
}

/// Both futures: a table, and their latency on one scale.
fn futures_ui(ui: &mut Ui, ctx: &Ctx<'_>, twin: &Twin) {
    let is_wide = ui.available_width() > TABLE + PLOT;
    let table = |ui: &mut Ui| {
        ScrollArea::vertical().id_salt("futures-table").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = ROW.1;
            ui.spacing_mut().interact_size.y = ROW.0;
            match &twin.comparison {
                Comparison::Done(Ok(twins)) => intervals_ui(ui, ctx, twins),
                other => now_ui(ui, ctx, &twin.snapshot, other),
            };
        });
    };
    if is_wide {
        let height = ui.available_height();
        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
            ui.allocate_ui_with_layout(vec2(TABLE, height), Layout::top_down(Align::Min), table);
            ui.vertical(|ui| plot_ui(ui, ctx, twin));
        });
    } else {
        table(ui);
    }
}

fn plot_ui(ui: &mut Ui, ctx: &Ctx<'_>, twin: &Twin) {
    let curve = |name, id, snapshot: &'_ Snapshot| (name, id, snapshot.latency_recent);
    let (a, b) = (curve(text::P99_A, 1, &twin.snapshot), curve(text::P99_B, 0, ctx.snapshot));
    let (reading, width) = (Reading::Largest, 2.2);
    let colour = ctx.palette.soft.0;
    let first = Curve { name: a.0, id: a.1, series: &twin.snapshot.series.p99, colour, width, reading };
    let colour = ctx.palette.p99.0;
    let second = Curve { name: b.0, id: b.1, series: &ctx.snapshot.series.p99, colour, width, reading };
    legend_ui(ui, ctx, &[(&first, seen(a.2.count, a.2.p99)), (&second, seen(b.2.count, b.2.p99))], figures::secs);
    let parted = figures::clock(twin.parted.secs(), true);
    let summary = text::compare_summary(&parted, &figures::secs(a.2.p99), &figures::secs(b.2.p99));
    let (axis, curves) = ((Scale::LogSecs, text::SECONDS, figures::secs as fn(f64) -> String), [first, second]);
    TimePlot::new("futures", text::COMPARE_TITLE, axis, &curves, summary).ui(ui, ctx);
}

/// Where nothing was finished there is no latency, which is not a latency of zero.
fn seen(count: u64, secs: f64) -> f64 {
    if count > 0 { secs } else { f64::NAN }
}

/// A quantity, how it is read off a picture, and how it is written.
type Quantity = (&'static str, fn(&Snapshot) -> f64, fn(f64) -> String);

const QUANTITIES: [Quantity; 8] = [
    (text::ROW_FINISHED, |snapshot| snapshot.recent.completed, figures::per_sec),
    (text::ROW_FAILED, |snapshot| snapshot.recent.errors, figures::per_sec),
    (text::ROW_P50, |snapshot| seen(snapshot.latency_recent.count, snapshot.latency_recent.p50), figures::secs),
    (text::ROW_P99, |snapshot| seen(snapshot.latency_recent.count, snapshot.latency_recent.p99), figures::secs),
    (text::ROW_P99_WHOLE, |snapshot| seen(snapshot.latency_whole.count, snapshot.latency_whole.p99), figures::secs),
    (text::ROW_INSIDE, |snapshot| snapshot.totals.jobs.in_flight as f64, figures::figure),
    (text::ROW_COST, |snapshot| snapshot.cost.per_hour, figures::dollars),
    (text::ROW_BILLED, |snapshot| snapshot.cost.billed, figures::dollars),
];

/// Both as they are now, and the way to know how sure that is.
fn now_ui(ui: &mut Ui, ctx: &Ctx<'_>, first: &Snapshot, comparison: &Comparison) {
    Grid::new("now").num_columns(4).striped(true).show(ui, |ui| {
        head_ui(ui, ctx, ["", text::FUTURE_A, text::FUTURE_B, text::DIFFERENCE]);
        for (name, read, write) in QUANTITIES {
            let (a, b) = (read(first), read(ctx.snapshot));
            row_ui(ui, ctx, [name.to_owned(), write(a), write(b), difference(a, b, write)]);
        }
    });
    ui.add_space(ctx.size.gap);
    ui.horizontal(|ui| match comparison {
        Comparison::Working(_) => _ = ui.label(soft(ctx, text::HOW_SURE_WORKING)),
        Comparison::Done(Err(why)) => _ = ui.label(tinted(ctx, why, ctx.palette.bad)),
        _ => {
            if ui.button(text::HOW_SURE).on_hover_text(text::HOW_SURE_HINT).clicked() {
                ctx.ask(UiCommand::CompareFutures);
            }
            ui.label(soft(ctx, text::ONE_PAIR));
        }
    });
}

/// Figures of replications with their intervals, and what they say.
fn intervals_ui(ui: &mut Ui, ctx: &Ctx<'_>, twins: &Twins) {
    ui.add(Label::new(RichText::new(&twins.sentence).color(ctx.palette.text)).wrap());
    Grid::new("intervals").num_columns(4).striped(true).show(ui, |ui| {
        head_ui(ui, ctx, ["", text::FUTURE_A, text::FUTURE_B, text::DIFFERENCE]);
        for compared in &twins.figures {
            let write = |value: f64| compared.figure.written(value);
            let interval = |interval: &crate::analysis::intervals::Interval| {
                text::with_half(&write(interval.estimate), &write(interval.half_width()))
            };
            let words = interval(&compared.difference);
            let row =
                [compared.figure.label().to_owned(), interval(&compared.first), interval(&compared.second), words];
            row_ui(ui, ctx, row);
        }
    });
}

fn head_ui(ui: &mut Ui, ctx: &Ctx<'_>, words: [&str; 4]) {
    for word in words {
        ui.label(soft(ctx, word));
    }
    ui.end_row();
}

fn row_ui(ui: &mut Ui, ctx: &Ctx<'_>, cells: [String; 4]) {
    let [name, a, b, difference] = cells;
    ui.add(Label::new(soft(ctx, name)).wrap_mode(TextWrapMode::Extend));
    for cell in [a, b, difference] {
        ui.add(Label::new(value(ctx, cell)).wrap_mode(TextWrapMode::Extend));
    }
    ui.end_row();
}

/// The second less the first, with its share of the first.
fn difference(a: f64, b: f64, write: fn(f64) -> String) -> String {
    let by = b - a;
    if !by.is_finite() {
        return text::NO_VALUE.to_owned();
    }
    let sign = if by < 0.0 { "−" } else { "+" };
    let of_first = (a != 0.0).then_some(by / a);
    text::difference(&format!("{sign}{}", write(by.abs())), of_first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_sign_and_a_share() {
        assert_eq!(difference(0.2, 0.1, figures::secs), "−100 ms (−50 %)");
        assert_eq!(difference(0.0, 3.0, figures::per_sec), "+3/s");
        assert_eq!(difference(f64::NAN, 3.0, figures::per_sec), text::NO_VALUE);
    }
}
