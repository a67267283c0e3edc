//! Compare: what would have happened otherwise?

mod table;

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{Align, Button, Color32, Label, Layout, Response, RichText, ScrollArea, Slider, Ui, vec2};

use super::View;
use crate::base::{Span, Time, figures};
use crate::metrics::snapshot::{Mode, Snapshot};
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::twin::{Comparison, TWINS_MAX, TwinOf};
use crate::ui::widgets::words::{soft, tinted};
use crate::ui::widgets::{badge::badge_ui, card::header_ui};

/// The view.
#[derive(Default)]
pub(crate) struct CompareView {
    /// Where the run will be parted, in seconds; the newest instant where nothing was chosen.
    at: Option<f64>,
}

/// Width of the names and of each run in the table.
const NAMES: f32 = 180.0;
const RUN: f32 = 112.0;
/// Width of a mean with its interval.
const INTERVAL: f32 = 138.0;
/// Height of a line of the table, and what lies between two.
const ROW: (f32, f32) = (18.0, 3.0);
/// Least width of the plot beside it.
const PLOT: f32 = 240.0;

impl View for CompareView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let header = header_ui(ui, ctx, text::COMPARE_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            if ctx.twins.is_empty() {
                return;
            }
            let small = |words: &str| Button::new(RichText::new(words).size(ctx.size.small)).small();
            if ui.add(small(text::END_FORK)).on_hover_text(text::END_FORK_HINT).clicked() {
                ctx.ask(UiCommand::EndFork);
            }
            if ctx.twins.len() < TWINS_MAX {
                let more = MenuButton::from_button(small(text::BESIDE_MORE));
                more.ui(ui, |ui| strategies_ui(ui, ctx, |ui, words| ui.button(words)));
            }
            let parted =
                ctx.twins.iter().find_map(|twin| if let TwinOf::AsItWas(at) = twin.is { Some(at) } else { None });
            if let Some(at) = parted {
                ui.label(soft(ctx, text::parted_at(&figures::clock(at.secs(), true))));
            }
        });
        if ctx.twins.is_empty() {
            self.begin_ui(ui, ctx);
        } else {
            beside_ui(ui, ctx);
        }
        header
    }
}

impl CompareView {
    /// The ways to another run.
    fn begin_ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let newest = ctx.snapshot.at.secs();
        ui.add_space(ctx.size.gap);
        ui.add(Label::new(soft(ctx, text::FORK_MEANING)).wrap());
        if ctx.snapshot.mode == Mode::Live {
            ui.add(Label::new(tinted(ctx, text::cannot_fork(text::FORK_LIVE), ctx.palette.warn)).wrap());
            if ui.button(text::DO_SIMULATE).clicked() {
                ctx.ask(UiCommand::SetMode(Mode::Simulate));
            }
            return;
        }
        ui.add_space(ctx.size.gap);
        let fork = |at: f64| ctx.ask(UiCommand::Fork(Time::ZERO + Span::from_secs_f64(at)));
        ui.horizontal(|ui| {
            ui.spacing_mut().slider_width = (ui.available_width() * 0.4).max(100.0);
            let mut at = self.at.unwrap_or(newest).min(newest);
            let clock = |secs: f64, _: std::ops::RangeInclusive<usize>| figures::clock(secs, true);
            let slider = Slider::new(&mut at, 0.0..=newest.max(0.1)).custom_formatter(clock);
            if ui.add(slider).accessible_name(text::FORK_AT).changed() {
                self.at = Some(at);
            }
            if ui.button(text::fork_at(&figures::clock(at, true))).clicked() {
                fork(at);
                self.at = None;
            }
            if ui.button(text::FORK_AT_START).on_hover_text(text::FORK_AT_START_HINT).clicked() {
                fork(0.0);
            }
        });
        if !ctx.snapshot.scenario.twins.is_empty() || ctx.chrome.unsaved > 0 {
            ui.add_space(ctx.size.gap);
            ui.add(Label::new(soft(ctx, text::BESIDE_MEANING)).wrap());
            ui.horizontal_wrapped(|ui| strategies_ui(ui, ctx, |ui, words| ui.button(words)));
        }
    }
}

/// A button for each strategy that can stand beside the run and does not yet.
fn strategies_ui(ui: &mut Ui, ctx: &Ctx<'_>, button: impl Fn(&mut Ui, &str) -> Response) {
    let is_there = |is: &TwinOf| ctx.twins.iter().any(|twin| twin.is == *is);
    for twin in &ctx.snapshot.scenario.twins {
        let is = TwinOf::Strategy(twin.name.clone(), twin.title.clone());
        if !is_there(&is) && button(ui, &text::beside(&twin.title)).on_hover_text(twin.set.join("\n")).clicked() {
            ctx.ask(UiCommand::LayBeside(Some(twin.name.clone())));
            ui.close();
        }
    }
    if ctx.chrome.unsaved > 0 && !is_there(&TwinOf::AsOpened) && button(ui, &text::beside(text::AS_OPENED)).clicked() {
        ctx.ask(UiCommand::LayBeside(None));
        ui.close();
    }
}

/// All runs: a table, and their latency on one scale.
fn beside_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let width = match ctx.comparison {
        Comparison::Done(Ok(_)) => NAMES + 3.0 * INTERVAL,
        _ => NAMES + RUN * (ctx.twins.len() as f32 + if ctx.twins.len() == 1 { 2.0 } else { 1.0 }),
    };
    let table = |ui: &mut Ui| {
        ScrollArea::both().id_salt("futures-table").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = ROW.1;
            ui.spacing_mut().interact_size.y = ROW.0;
            table::ui(ui, ctx);
        });
    };
    if ui.available_width() > width + PLOT {
        let height = ui.available_height();
        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
            ui.allocate_ui_with_layout(vec2(width, height), Layout::top_down(Align::Min), table);
            ui.vertical(|ui| plot_ui(ui, ctx));
        });
    } else {
        table(ui);
    }
}

fn plot_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let palette = ctx.palette;
    let colours: [Color32; TWINS_MAX] = [palette.soft.0, palette.offered.0, palette.p50.0];
    let others = ctx.twins.iter().zip(colours).enumerate().map(|(ix, (twin, colour))| {
        let (name, id, series) = (twin.name(), ix as u8 + 1, &twin.snapshot.series.p99);
        Curve { name, id, series, colour, width: 2.2, reading: Reading::Largest }
    });
    let series = &ctx.snapshot.series.p99;
    let own =
        Curve { name: text::THIS_RUN, id: 0, series, colour: palette.p99.0, width: 2.2, reading: Reading::Largest };
    let curves: Vec<Curve<'_>> = others.chain([own]).collect();
    let now = |snapshot: &Snapshot| seen(snapshot.latency_recent.count, snapshot.latency_recent.p99);
    let values = ctx.twins.iter().map(|twin| now(&twin.snapshot)).chain([now(ctx.snapshot)]);
    let entries: Vec<_> = curves.iter().zip(values).collect();
    ui.label(soft(ctx, text::ROW_P99));
    legend_ui(ui, ctx, &entries, figures::secs);
    let read: Vec<(&str, String)> = entries.iter().map(|(curve, value)| (curve.name, figures::secs(*value))).collect();
    let summary = text::compare_summary(&read);
    let axis = (Scale::LogSecs, text::SECONDS, figures::secs as fn(f64) -> String);
    TimePlot::new("futures", text::COMPARE_TITLE, axis, &curves, summary).ui(ui, ctx);
}

/// Where nothing was finished there is no latency, which is not a latency of zero.
fn seen(count: u64, secs: f64) -> f64 {
    if count > 0 { secs } else { f64::NAN }
}
