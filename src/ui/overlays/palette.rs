//! Everything that can be done, found by typing a part of it.

use eframe::egui::{
    Align, Button, Key, Layout, Margin, Modifiers, RichText, Role, ScrollArea, TextEdit, TextWrapMode, Ui, WidgetInfo,
    vec2,
};

use super::{Scene, title_ui};
use crate::ui::actions::{Action, found, keys_name, typed};
use crate::ui::command::UiCommand;
use crate::ui::shell::ShellWish;
use crate::ui::text;

/// What is typed, and which line is chosen.
#[derive(Debug, Default)]
pub(super) struct Palette {
    query: String,
    chosen: usize,
}

impl Palette {
    /// Shows the list; returns what a person wants.
    pub(super) fn ui(&mut self, ui: &mut Ui, scene: &Scene<'_>) -> Option<UiCommand> {
        ui.set_width(620.0);
        title_ui(ui, text::PALETTE_TITLE);
        // Taken before the field sees them: there they would move the cursor.
        let taken = |ui: &Ui, key: Key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
        let (down, up) = (taken(ui, Key::ArrowDown), taken(ui, Key::ArrowUp));
        let is_entered = taken(ui, Key::Enter) > 0;
        let field = TextEdit::singleline(&mut self.query).hint_text(text::PALETTE_SEARCH).desired_width(f32::INFINITY);
        let response = ui.add(field.margin(Margin::symmetric(10, 6))).accessible_name(text::PALETTE_SEARCH);
        if ui.memory(|memory| memory.focused().is_none()) {
            response.request_focus();
        }
        let has_typed = response.changed();
        if has_typed {
            self.chosen = 0;
        }
        let typed = typed(scene.actions, &self.query);
        let rows: Vec<&Action> = typed.iter().chain(found(scene.actions, &self.query)).collect();
        let last = rows.len().saturating_sub(1);
        self.chosen = (self.chosen + down).saturating_sub(up).min(last);
        ui.add_space(6.0);
        if rows.is_empty() {
            ui.label(RichText::new(text::PALETTE_NONE).color(scene.palette.soft));
        }
        let scrolls = has_typed || down + up > 0;
        let picked = self.rows_ui(ui, scene, &rows, scrolls).or(is_entered.then_some(self.chosen));
        let wish = rows.get(picked?)?.wish.clone();
        *self = Self::default();
        Some(UiCommand::Shell(ShellWish::Picked(Box::new(wish))))
    }

    /// Shows the rows; returns the one that was clicked.
    fn rows_ui(&self, ui: &mut Ui, scene: &Scene<'_>, rows: &[&Action], scrolls: bool) -> Option<usize> {
        let height = (ui.ctx().content_rect().height() * 0.6).max(160.0);
        let mut picked = None;
        let area = ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, false]);
        area.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (ix, action) in rows.iter().enumerate() {
                let response = ui.push_id(ix, |ui| row_ui(ui, scene, action, ix == self.chosen)).inner;
                if ix == self.chosen && scrolls {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    picked = Some(ix);
                }
            }
        });
        picked
    }
}

/// A line: what it does, what it belongs to, and its keys.
fn row_ui(ui: &mut Ui, scene: &Scene<'_>, action: &Action, is_chosen: bool) -> eframe::egui::Response {
    let (palette, size) = (scene.palette, scene.size);
    let keys = action.keys.map_or_else(String::new, |keys| keys_name(ui.ctx(), &keys));
    let soft = if is_chosen { palette.on_accent } else { palette.soft };
    let right = if keys.is_empty() { action.group.to_owned() } else { text::palette_right(action.group, &keys) };
    let name = RichText::new(&action.name).size(size.body);
    let button = Button::selectable(is_chosen, name)
        .right_text(RichText::new(right).size(size.small).color(soft))
        .wrap_mode(TextWrapMode::Truncate);
    let row = Layout::top_down_justified(Align::Min);
    let width = ui.available_width();
    let response = ui.allocate_ui_with_layout(vec2(width, size.control), row, |ui| ui.add(button)).inner;
    let words = text::palette_row(&action.name, action.group, &keys);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &words));
    response
}
