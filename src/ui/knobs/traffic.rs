//! The traffic knob: how many times the written load.

use eframe::egui::{Slider, Ui};

use super::title_ui;
use crate::base::SourceId;
use crate::base::figures::per_sec;
use crate::scenario::Command;
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Up to so many times the written load.
const FACTOR_MAX: f64 = 3.0;

/// Shows one slider for all sources; each is multiplied alike.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, draft: &mut Option<f64>) {
    title_ui(ui, ctx, text::KNOB_TRAFFIC, &text::jobs_arriving(&per_sec(ctx.snapshot.recent.offered)));
    let sources = ctx.standing.factors.len() as u16;
    let mut factor = draft.unwrap_or_else(|| ctx.standing.factor(SourceId(0)));
    let stands = factor;
    ui.spacing_mut().slider_width = ui.available_width() - 74.0;
    let slider = Slider::new(&mut factor, 0.0..=FACTOR_MAX)
        .step_by(0.05)
        .custom_formatter(|value, _| format!("×{value:.2}"))
        .custom_parser(|text| text.trim().trim_start_matches('×').parse().ok());
    let response = ui.add_enabled(sources > 0, slider).on_hover_text(text::KNOB_TRAFFIC_HINT);
    let response = response.accessible_name(text::KNOB_TRAFFIC);
    if factor != stands {
        *draft = Some(factor);
    }
    // While it is dragged only the number follows; the run gets the value that was chosen, and one mark.
    let settled = !response.dragged() && !response.is_pointer_button_down_on();
    if let Some(factor) = draft.take_if(|_| settled) {
        let source = |ix| Command::SetTrafficFactor { source: SourceId(ix), factor };
        ctx.ask(crate::ui::command::UiCommand::Turn((0..sources).map(source).collect()));
    }
}
