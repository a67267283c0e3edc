//! Traffic: how much arrives, how much is finished, how much is lost, refused, tried again?

use eframe::egui::{Button, Label, Response, RichText, TextWrapMode, Ui};

use super::View;
use crate::base::{Time, figures};
use crate::metrics::series::Series;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::one_machine::OneMachine;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::widgets::card::header_ui;
use crate::ui::widgets::{badge::badge_ui, words::soft};

/// The view.
pub(crate) struct TrafficView;

impl View for TrafficView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        if let Some(one) = ctx.one {
            return one_machine_ui(ui, ctx, one);
        }
        let (series, now) = (&ctx.snapshot.series, &ctx.snapshot.recent);
        let volume = text::volume(&figures::per_sec(now.tasks), &figures::bytes_per_sec(now.bytes));
        let header = header_ui(ui, ctx, text::TRAFFIC_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            ui.add(Label::new(soft(ctx, volume)).wrap_mode(TextWrapMode::Truncate));
        });
        let curve = |name, id, series, colour, width, reading| Curve { name, id, series, colour, width, reading };
        let palette = ctx.palette;
        let offered = curve(text::ARRIVING, 0, &series.offered, palette.offered.0, 2.0, Reading::Smooth);
        let completed = curve(text::FINISHED, 0, &series.completed, palette.completed.0, 2.0, Reading::Smooth);
        let errors = curve(text::FAILED, 0, &series.errors, palette.errors.0, 2.0, Reading::Smooth);
        let shed = curve(text::SHED, 0, &series.shed, palette.shed.0, 1.8, Reading::Smooth);
        let retries = curve(text::RETRIED, 0, &series.retries, palette.retries.0, 1.8, Reading::Smooth);
        let before =
            ctx.before.map(|before| curve(ctx.behind(), 1, &before.completed, palette.ghost.0, 1.5, Reading::Smooth));
        let mut entries = vec![(&offered, now.offered), (&completed, now.completed), (&errors, now.errors)];
        // Most runs refuse nothing and try nothing again: two lines along zero would only be in the way.
        let (has_shed, has_retries) = (is_seen(&series.shed), is_seen(&series.retries));
        entries.extend(has_shed.then_some((&shed, now.shed)));
        entries.extend(has_retries.then_some((&retries, now.retries)));
        // What it was at the same time.
        entries.extend(before.iter().map(|before| (before, before.at(ctx.snapshot.at.secs()).unwrap_or(f64::NAN))));
        legend_ui(ui, ctx, &entries, figures::per_sec);

        let mut curves = Vec::with_capacity(6);
        curves.extend(before);
        curves.extend(has_retries.then_some(retries));
        curves.push(errors);
        curves.extend(has_shed.then_some(shed));
        curves.extend([offered, completed]);
        let summary = text::traffic_summary(
            &figures::per_sec(now.offered),
            &figures::per_sec(now.completed),
            &figures::per_sec(now.errors),
            has_shed.then(|| figures::per_sec(now.shed)),
            has_retries.then(|| figures::per_sec(now.retries)),
        );
        let axis = (Scale::Linear, text::PER_SECOND, figures::per_sec as fn(f64) -> String);
        TimePlot::new("traffic", text::TRAFFIC, axis, &curves, summary).ui(ui, ctx);
        header
    }
}

/// The tasks of one machine.
fn one_machine_ui(ui: &mut Ui, ctx: &Ctx<'_>, one: &OneMachine) -> Response {
    let header = header_ui(ui, ctx, &text::one_traffic(&one.name), |ui| {
        badge_ui(ui, ctx, ctx.provenance());
        all_machines_ui(ui, ctx);
    });
    let palette = ctx.palette;
    let curve = |name, series, colour| Curve { name, id: 0, series, colour, width: 2.0, reading: Reading::Smooth };
    let curves = [
        curve(text::FAILED, &one.failed, palette.errors.0),
        curve(text::ONE_CAME, &one.came, palette.offered.0),
        curve(text::FINISHED, &one.finished, palette.completed.0),
    ];
    let [came, finished, failed] = one.rates_now;
    legend_ui(ui, ctx, &[(&curves[1], came), (&curves[2], finished), (&curves[0], failed)], figures::per_sec);
    let summary = text::one_traffic_summary(&one.name, &[came, finished, failed].map(figures::per_sec));
    let axis = (Scale::Linear, text::PER_SECOND, figures::per_sec as fn(f64) -> String);
    TimePlot::new("one-traffic", text::TRAFFIC, axis, &curves, summary).ui(ui, ctx);
    header
}

/// The way back from one machine to all.
pub(super) fn all_machines_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let button = Button::new(RichText::new(text::ALL_MACHINES).size(ctx.size.small)).small();
    if ui.add(button).on_hover_text(text::one_meaning()).clicked() {
        ctx.ask(UiCommand::Focus(None));
    }
}

/// Whether there was ever anything of it, as far as that is remembered.
fn is_seen(series: &Series) -> bool {
    series.range(Time::ZERO, Time(u64::MAX), 0).chain(series.finest().rev().take(RECENT)).any(|cell| cell.max > 0.0)
}

/// Cells that no coarser one holds yet, at most.
const RECENT: usize = 100;
