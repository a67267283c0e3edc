//! The traffic knob: how many times the written load.

use eframe::egui::{Slider, Ui};

use super::slide::Slide;
use super::title_ui;
use crate::base::SourceId;
use crate::base::figures::per_sec;
use crate::scenario::Command;
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Up to so many times the written load.
pub(super) const FACTOR_MAX: f64 = 3.0;

/// Shows one slider for all sources; each is multiplied alike.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, slide: &mut Slide) {
    title_ui(ui, ctx, text::KNOB_TRAFFIC, &text::jobs_arriving(&per_sec(ctx.snapshot.recent.offered)));
    let sources = ctx.standing.factors.len() as u16;
    let mut factor = slide.value().unwrap_or_else(|| ctx.standing.factor(SourceId(0)));
    let stands = factor;
    ui.spacing_mut().slider_width = ui.available_width() - 74.0;
    let slider = Slider::new(&mut factor, 0.0..=FACTOR_MAX)
        .step_by(0.05)
        .custom_formatter(|value, _| format!("×{value:.2}"))
        .custom_parser(|text| text.trim().trim_start_matches('×').parse().ok());
    let response = ui.add_enabled(sources > 0, slider).on_hover_text(text::KNOB_TRAFFIC_HINT);
    let response = response.accessible_name(text::KNOB_TRAFFIC);
    let source = |ix, factor| Command::SetTrafficFactor { source: SourceId(ix), factor };
    let chosen = (factor != stands).then_some(factor);
    slide.follow((ui, ctx), &response, chosen, |factor| (0..sources).map(|ix| source(ix, factor)).collect());
}
