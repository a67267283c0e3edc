//! Built-in scenarios by the question they ask, each with its twins.

use eframe::egui::{Button, Margin, RichText, ScrollArea, TextWrapMode, Ui};

use super::Scene;
use crate::scenario::bundled::{self, Bundled};
use crate::scenario::{Host, Twin, load};
use crate::ui::command::UiCommand;
use crate::ui::text;

/// What is on the shelf, once it has been looked at.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    scenarios: Option<Vec<(Bundled, Vec<Twin>)>>,
}

impl Shelf {
    /// Shows what there is; returns what a person wants.
    pub(super) fn ui(&mut self, ui: &mut Ui, scene: &Scene<'_>) -> Option<UiCommand> {
        let scenarios = self.scenarios.get_or_insert_with(|| with_twins(scene.host));
        let mut wish = None;
        ui.add_space(10.0);
        ui.label(RichText::new(text::BUILT_IN).color(scene.palette.soft));
        ui.add_space(2.0);
        let height = (ui.ctx().content_rect().height() * if scene.recent.is_empty() { 0.56 } else { 0.4 }).max(120.0);
        let area = ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, true]);
        area.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.spacing_mut().interact_size.y = 20.0;
            ui.spacing_mut().button_padding.y = 2.0;
            for (scenario, twins) in scenarios {
                let open = |twin: Option<String>| UiCommand::OpenBuiltIn { name: scenario.name, twin };
                let title = RichText::new(scenario.question()).size(scene.size.body).color(scene.palette.text);
                if entry_ui(ui, title, 0) {
                    wish = Some(open(None));
                }
                for twin in twins {
                    let title = RichText::new(&twin.title).size(scene.size.small);
                    let clicked = ui.push_id(scenario.name, |ui| entry_ui(ui, title.color(scene.palette.accent), 16));
                    if clicked.inner {
                        wish = Some(open(Some(twin.name.clone())));
                    }
                }
            }
        });
        wish
    }
}

/// A line that can be clicked, as wide as there is room; returns whether it was.
fn entry_ui(ui: &mut Ui, title: RichText, indent: i8) -> bool {
    let frame = eframe::egui::Frame::new().inner_margin(Margin { left: indent, ..Margin::ZERO });
    let button = Button::selectable(false, title).wrap_mode(TextWrapMode::Truncate);
    frame.show(ui, |ui| ui.add(button).clicked()).inner
}

fn with_twins(host: &Host) -> Vec<(Bundled, Vec<Twin>)> {
    let twins = |found: &Bundled| load(found.text, found.name, host).map_or(Vec::new(), |scenario| scenario.twins);
    bundled::ALL.into_iter().map(|found| (found, twins(&found))).collect()
}
