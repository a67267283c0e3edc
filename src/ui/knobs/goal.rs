//! The goal knob: how fast the slowest jobs should be.

use eframe::egui::{Slider, Ui};

use super::slide::Slide;
use super::title_ui;
use crate::base::figures::secs;
use crate::scenario::Command;
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Goals that can be set, in seconds.
pub(super) const BOUNDS: std::ops::RangeInclusive<f64> = 0.001..=60.0;

/// Shows the slider, where the scenario has a goal for latency.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, slide: &mut Slide) {
    let Some((objective, quantile, bound)) = ctx.snapshot.latency_goal() else {
        title_ui(ui, ctx, text::KNOB_GOAL, text::NO_GOAL);
        return;
    };
    title_ui(ui, ctx, text::KNOB_GOAL, &text::goal_term(quantile));
    let mut chosen = slide.value().unwrap_or_else(|| ctx.standing.bounds.get(objective).copied().unwrap_or(bound));
    let stands = chosen;
    ui.spacing_mut().slider_width = ui.available_width() - 84.0;
    let slider = Slider::new(&mut chosen, BOUNDS)
        .logarithmic(true)
        .custom_formatter(|value, _| secs(value))
        .custom_parser(seconds);
    let response = ui.add(slider).on_hover_text(text::KNOB_GOAL_HINT).accessible_name(text::KNOB_GOAL);
    let chosen = (chosen != stands).then(|| two_digits(chosen));
    slide.follow((ui, ctx), &response, chosen, |bound| vec![Command::SetBound { objective, bound }]);
}

/// A goal is a round number: two digits that count.
pub(super) fn two_digits(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor() - 1.0);
    // Through text, so that 0.12 is the number nearest to 0.12.
    format!("{:.6}", (value / power).round() * power).parse().unwrap_or(value)
}

/// What a person may type: `250 ms`, `1.5 s`, `2`.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| c.is_alphabetic() || c == 'µ').unwrap_or(text.len()));
    let factor = match unit {
        "" | "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "min" => 60.0,
        _ => return None,
    };
    number.trim().parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_round_and_can_be_typed_with_a_unit() {
        assert_eq!(two_digits(0.123_4), 0.12);
        assert_eq!(two_digits(1.987), 2.0);
        assert_eq!(seconds("250 ms"), Some(0.25));
        assert_eq!(seconds(" 1.5s"), Some(1.5));
        assert_eq!(seconds("2"), Some(2.0));
        assert_eq!(seconds("2 parsecs"), None);
    }
}
