//! Traffic: how much arrives, how much is finished, how much is lost?

use eframe::egui::{Label, Response, TextWrapMode, Ui};

use super::View;
use crate::base::figures;
use crate::ui::ctx::Ctx;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::widgets::card::header_ui;
use crate::ui::widgets::{badge::badge_ui, words::soft};

/// The view.
pub(crate) struct TrafficView;

impl View for TrafficView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
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
        let before =
            ctx.before.map(|before| curve(ctx.behind(), 1, &before.completed, palette.ghost.0, 1.5, Reading::Smooth));
        let mut entries = vec![(&offered, now.offered), (&completed, now.completed), (&errors, now.errors)];
        // What it was at the same time, under the pointer.
        entries.extend(before.iter().map(|before| (before, f64::NAN)));
        legend_ui(ui, ctx, &entries, figures::per_sec);

        let mut curves = Vec::with_capacity(4);
        curves.extend(before);
        curves.extend([errors, offered, completed]);
        let summary = text::traffic_summary(
            &figures::per_sec(now.offered),
            &figures::per_sec(now.completed),
            &figures::per_sec(now.errors),
        );
        TimePlot { id: "traffic", scale: Scale::Linear, curves: &curves, image: None, band: None, goal: None, summary }
            .ui(ui, ctx);
        header
    }
}
