//! The table of what runs beside each other come to, and how sure the differences are.

use eframe::egui::{Grid, Label, RichText, TextWrapMode, Ui};

use super::{RUN, seen};
use crate::analysis::intervals::Interval;
use crate::base::figures;
use crate::experiment::twins::Twins;
use crate::metrics::snapshot::Snapshot;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::twin::{Comparison, Twin};
use crate::ui::widgets::words::{soft, tinted, value};

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

/// The runs as they are now, and beside them what replications say.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    match ctx.comparison {
        Comparison::Done(Ok(compared)) => {
            for (twin, compared) in ctx.twins.iter().zip(compared) {
                intervals_ui(ui, ctx, twin.name(), compared);
            }
        }
        other => now_ui(ui, ctx, other),
    }
}

/// All as they are now, and the way to know how sure that is.
fn now_ui(ui: &mut Ui, ctx: &Ctx<'_>, comparison: &Comparison) {
    // Of one pair the difference has a column; of more, each would have to say of which.
    let has_difference = ctx.twins.len() == 1;
    Grid::new("now").striped(true).show(ui, |ui| {
        let names = ctx.twins.iter().map(Twin::name).chain([text::THIS_RUN]);
        let names: Vec<&str> =
            [""].into_iter().chain(names).chain(has_difference.then_some(text::DIFFERENCE)).collect();
        head_ui(ui, ctx, &names);
        for (name, read, write) in QUANTITIES {
            let own = read(ctx.snapshot);
            let others: Vec<f64> = ctx.twins.iter().map(|twin| read(&twin.snapshot)).collect();
            let cells = others.iter().copied().chain([own]).map(write);
            let by = others.first().filter(|_| has_difference).map(|other| difference(*other, own, write));
            row_ui(ui, ctx, name, cells.chain(by));
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
fn intervals_ui(ui: &mut Ui, ctx: &Ctx<'_>, name: &str, twins: &Twins) {
    let sentence = text::beside_sentence(name, &twins.sentence);
    ui.add(Label::new(RichText::new(sentence).color(ctx.palette.text)).wrap());
    Grid::new(("intervals", name)).striped(true).show(ui, |ui| {
        head_ui(ui, ctx, &["", name, text::THIS_RUN, text::DIFFERENCE]);
        for compared in &twins.figures {
            let write = |value: f64| compared.figure.written(value);
            let interval =
                |interval: &Interval| text::with_half(&write(interval.estimate), &write(interval.half_width()));
            let cells = [&compared.first, &compared.second, &compared.difference].map(interval);
            row_ui(ui, ctx, compared.figure.label(), cells.into_iter());
        }
    });
    ui.add_space(ctx.size.gap);
}

fn head_ui(ui: &mut Ui, ctx: &Ctx<'_>, names: &[&str]) {
    for name in names {
        ui.scope(|ui| {
            ui.set_max_width(RUN);
            ui.add(Label::new(soft(ctx, *name)).wrap_mode(TextWrapMode::Truncate));
        });
    }
    ui.end_row();
}

fn row_ui(ui: &mut Ui, ctx: &Ctx<'_>, name: &str, cells: impl Iterator<Item = String>) {
    ui.add(Label::new(soft(ctx, name)).wrap_mode(TextWrapMode::Extend));
    for cell in cells {
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
