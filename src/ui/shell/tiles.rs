//! How the views are drawn in their tiles, and the small menu that each of them has.

use std::collections::BTreeMap;

use eframe::egui::{
    Align, Button, Layout, Popup, Rect, Response, Role, Sense, Stroke, Style, Ui, WidgetInfo, WidgetText, pos2, vec2,
};
use egui_tiles::{Behavior, EditAction, ResizeState, TabState, TileId, Tiles, UiResponse};

use super::arranged::Arranged;
use super::layouts::LayoutName;
use super::wish::ShellWish;
use crate::metrics::snapshot::Switch;
use crate::scenario::Cache;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::panels::View;
use crate::ui::plots::export;
use crate::ui::text;
use crate::ui::widgets::card::{MORE, card};

/// The views, by their keys.
pub(crate) type Views = BTreeMap<&'static str, Box<dyn View>>;

/// Draws the views in all the room there is.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, arranged: &mut Arranged, views: &mut Views) {
    if let Some(key) = arranged.filled().map(str::to_owned) {
        view_ui(ui, ctx, views, &key);
        return;
    }
    let height = ui.available_height();
    let (tree, is_edited) = arranged.parts(ctx.shell.kept, height, called_for(ctx));
    if tree.is_empty() {
        nothing_ui(ui, ctx);
        return;
    }
    tree.ui(&mut Drawing { views, ctx, is_edited }, ui);
}

/// Views that belong to what is on.
fn called_for(ctx: &Ctx<'_>) -> Vec<&'static str> {
    let pools = &ctx.standing.pools;
    let scales = pools.iter().any(|pool| pool.scaling == Some(Switch::On));
    let keeps = pools.iter().any(|pool| matches!(pool.cache, Cache::Keep { .. }));
    [(scales, "autoscaler"), (keeps, "cache")].into_iter().filter_map(|(is_on, key)| is_on.then_some(key)).collect()
}

/// What stands where every view was closed.
fn nothing_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space(ui.available_height() * 0.4);
        ui.label(text::NO_VIEW);
        if ui.button(text::layout_name(LayoutName::Explore)).clicked() {
            ctx.ask(UiCommand::Shell(ShellWish::Layout(LayoutName::Explore)));
        }
    });
}

/// Draws a view on its card; returns the line by which it can be dragged.
fn view_ui(ui: &mut Ui, ctx: &Ctx<'_>, views: &mut Views, key: &str) -> Option<Response> {
    let (key, _) = views.get_key_value(key)?;
    let (key, view) = (*key, views.get_mut(*key)?);
    ctx.exports.begin(key);
    // A view that draws more than there is room for must not push its menu out of sight.
    let tile = ui.max_rect();
    let shown = card(ctx).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        ui.push_id(key, |ui| view.ui(ui, ctx)).inner
    });
    export::offer_pixels(ctx, tile);
    let header = shown.inner;
    header.context_menu(|ui| menu_ui(ui, ctx, key));
    let more = more_ui(ui, ctx, key, tile, header.rect.center().y);
    Popup::menu(&more).show(|ui| menu_ui(ui, ctx, key));
    Some(header)
}

/// Three dots in the corner of a view.
fn more_ui(ui: &Ui, ctx: &Ctx<'_>, key: &str, card: Rect, middle: f32) -> Response {
    let rect = Rect::from_center_size(pos2(card.right() - ctx.size.pad - MORE / 2.0 + 4.0, middle), vec2(MORE, MORE));
    let response = ui.interact(rect, ui.scope_id().with(("more", key)), Sense::click());
    let name = text::view_menu_of(text::view_title(key));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let is_near = response.hovered()
        || response.has_focus()
        || Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
    if is_near {
        ui.painter().rect_filled(rect, ctx.size.radius * 0.6, ctx.palette.hovered);
    }
    let colour = if is_near { ctx.palette.text } else { ctx.palette.soft };
    for step in [-1.0, 0.0, 1.0] {
        ui.painter().circle_filled(rect.center() + vec2(step * MORE * 0.22, 0.0), MORE * 0.07, colour);
    }
    response.on_hover_text(name)
}

/// What can be done with a view.
fn menu_ui(ui: &mut Ui, ctx: &Ctx<'_>, key: &str) {
    let is_filled = ctx.shell.filled == Some(key);
    let (fill, wish) = if is_filled { (text::UNFILL, None) } else { (text::FILL, Some(key.to_owned())) };
    if ui.add(Button::new(fill)).clicked() {
        ctx.ask(UiCommand::Shell(ShellWish::Fill(wish)));
    }
    if ui.add(Button::new(text::CLOSE_VIEW)).clicked() {
        ctx.ask(UiCommand::Shell(ShellWish::CloseView(key.to_owned())));
    }
    ui.separator();
    export::menu_ui(ui, ctx, ctx.exports.has_numbers());
}

/// Draws the tree.
struct Drawing<'a> {
    views: &'a mut Views,
    ctx: &'a Ctx<'a>,
    is_edited: &'a mut bool,
}

impl Behavior<String> for Drawing<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, key: &mut String) -> UiResponse {
        let header = view_ui(ui, self.ctx, self.views, key);
        let is_dragged = header.is_some_and(|header| header.drag_started());
        if is_dragged { UiResponse::DragStarted } else { UiResponse::None }
    }

    fn tab_title_for_pane(&mut self, key: &String) -> WidgetText {
        text::view_title(key).into()
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<String>, tile: TileId) -> WidgetText {
        match tiles.get_pane(&tile) {
            Some(key) => text::view_title(key).into(),
            // Rows and columns within tabs have no name of their own.
            None => text::SEVERAL_VIEWS.into(),
        }
    }

    fn retain_pane(&mut self, key: &String) -> bool {
        // A layout of before may name a view that is gone.
        self.views.contains_key(key.as_str())
    }

    fn on_edit(&mut self, edit: EditAction) {
        *self.is_edited |= edit != EditAction::TileDragged;
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        self.ctx.size.gap
    }

    fn tab_bar_color(&self, _visuals: &eframe::egui::Visuals) -> eframe::egui::Color32 {
        self.ctx.palette.canvas.0
    }

    fn tab_bg_color(
        &self,
        _visuals: &eframe::egui::Visuals,
        _tiles: &Tiles<String>,
        _tile: TileId,
        state: &TabState,
    ) -> eframe::egui::Color32 {
        if state.active { self.ctx.palette.surface.0 } else { self.ctx.palette.canvas.0 }
    }

    fn tab_outline_stroke(
        &self,
        _visuals: &eframe::egui::Visuals,
        _tiles: &Tiles<String>,
        _tile: TileId,
        _state: &TabState,
    ) -> Stroke {
        Stroke::NONE
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::NONE,
            _ => Stroke::new(2.0, style.visuals.hyperlink_color),
        }
    }
}
