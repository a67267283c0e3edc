//! Every knob, with a search field.

use eframe::egui::{Align, FontId, Frame, Layout, Margin, RichText, ScrollArea, TextEdit, Ui};

use super::{Scene, resilience, title_ui};
use crate::scenario::Command;
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::text::catalogue::{KNOBS, Knob, When};
use crate::ui::tokens::strong;

/// Shows the list; returns what a person wants.
pub(super) fn ui(ui: &mut Ui, scene: &Scene<'_>, query: &mut String) -> Option<UiCommand> {
    let mut turned = None;
    ui.set_width(640.0);
    title_ui(ui, text::ALL_KNOBS_TITLE);
    let field = TextEdit::singleline(query).hint_text(text::SEARCH_KNOBS).desired_width(f32::INFINITY);
    let response = ui.add(field.margin(Margin::symmetric(10, 6))).accessible_name(text::SEARCH_KNOBS);
    if query.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
        response.request_focus();
    }
    ui.add_space(6.0);
    let height = (ui.ctx().content_rect().height() * 0.62).max(160.0);
    let area = ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, true]);
    area.show(ui, |ui| {
        let mut any = false;
        for knob in KNOBS.iter().filter(|knob| knob.matches(query)) {
            any = true;
            turned = ui.push_id(knob.path, |ui| knob_ui(ui, scene, knob)).inner.or(turned.take());
        }
        if !any {
            ui.label(RichText::new(text::NO_KNOB_FOUND).color(scene.palette.soft));
        }
    });
    turned.map(|command| UiCommand::Turn(vec![command]))
}

fn knob_ui(ui: &mut Ui, scene: &Scene<'_>, knob: &Knob) -> Option<Command> {
    let mut turned = None;
    let (palette, size) = (scene.palette, scene.size);
    let frame = Frame::new().fill(palette.raised.0.gamma_multiply(0.55)).corner_radius(size.radius);
    frame.inner_margin(Margin::symmetric(12, 9)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal(|ui| {
            ui.label(RichText::new(knob.name).font(FontId::new(size.heading, strong())));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let when = match knob.when {
                    When::Running | When::Here(_) => text::TURN_NOW,
                    When::Before => text::TURN_BEFORE,
                };
                ui.label(RichText::new(when).size(size.small).color(palette.accent));
            });
        });
        for line in knob.lines {
            ui.label(RichText::new(line).size(size.body - 0.5));
        }
        ui.label(RichText::new(text::knob_source(knob.path, knob.source)).size(size.small).color(palette.soft));
        if let (When::Here(decision), Some(run)) = (knob.when, &scene.run) {
            ui.horizontal(|ui| {
                if run.scenario.pools.len() > 1 {
                    ui.label(RichText::new(&run.scenario.pools[run.pool.ix()].name).size(size.small));
                }
                turned = resilience::ui(ui, scene, run, (knob.name, decision));
            });
        }
    });
    ui.add_space(3.0);
    turned
}
