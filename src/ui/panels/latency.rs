//! Latency: how long do jobs take, and does that meet the goal?

use eframe::egui::{Button, Response, RichText, TextWrapMode, Ui};

use super::View;
use crate::base::figures;
use crate::ui::ctx::Ctx;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::widgets::{badge::badge_ui, card::header_ui};

/// The view.
#[derive(Default)]
pub(crate) struct LatencyView {
    /// Whether what a generator would report that waits for each answer is laid beside.
    shows_omission: bool,
}

impl View for LatencyView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let (series, now, palette) = (&ctx.snapshot.series, &ctx.snapshot.latency_recent, ctx.palette);
        let header = header_ui(ui, ctx, text::LATENCY_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            if series.p99_omitting.last().is_some() {
                // In no colour of its own: where it is chosen, the one for that.
                let words = RichText::new(text::OMISSION).size(ctx.size.small);
                let toggle = ui.add(Button::selectable(self.shows_omission, words).wrap_mode(TextWrapMode::Extend));
                self.shows_omission ^= toggle.on_hover_text(text::OMISSION_MEANING).clicked();
            }
        });
        let curve =
            |name, id, series, colour, width| Curve { name, id, series, colour, width, reading: Reading::Largest };
        let p50 = curve(text::P50, 0, &series.p50, palette.p50.0, 1.8);
        let p95 = curve(text::P95, 0, &series.p95, palette.p95.0, 1.8);
        let p99 = curve(text::P99, 0, &series.p99, palette.p99.0, 2.4);
        // Where nothing was finished there is no latency, which is not a latency of zero.
        let seen = |secs: f64| if now.count > 0 { secs } else { f64::NAN };
        let omitting = curve(text::P99_OMITTING, 2, &series.p99_omitting, palette.soft.0, 1.8);
        let mut entries = vec![(&p50, seen(now.p50)), (&p95, seen(now.p95)), (&p99, seen(now.p99))];
        let before = ctx.before.map(|before| curve(text::BEFORE, 1, &before.p99, palette.ghost.0, 1.5));
        // A line has room for four.
        if self.shows_omission {
            entries.push((&omitting, series.p99_omitting.last().unwrap_or(f64::NAN)));
        } else {
            entries.extend(before.iter().map(|before| (before, f64::NAN)));
        }
        legend_ui(ui, ctx, &entries, figures::secs);

        let mut curves = Vec::with_capacity(5);
        curves.extend(before);
        if self.shows_omission {
            curves.push(omitting);
        }
        curves.extend([p50, p95, p99]);
        let goal = ctx.snapshot.latency_goal().map(|(ix, quantile, bound)| {
            let bound = ctx.standing.bounds.get(ix).copied().unwrap_or(bound);
            (bound, text::goal_line(quantile, &figures::secs(bound)))
        });
        let summary = text::latency_summary(
            &figures::secs(now.p50),
            &figures::secs(now.p95),
            &figures::secs(now.p99),
            goal.as_ref().map(|(_, words)| words.as_str()),
        );
        TimePlot { id: "latency", scale: Scale::LogSecs, curves: &curves, goal, summary }.ui(ui, ctx);
        header
    }
}
