//! The menu of the window: layouts, views, and how it looks.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{Button, PopupCloseBehavior, TextWrapMode, Ui};

use crate::ui::command::{Overlay, UiCommand};
use crate::ui::ctx::Ctx;
use crate::ui::frame::Rate;
use crate::ui::panels::KINDS;
use crate::ui::shell::{LayoutName, ShellWish, Switch};
use crate::ui::text;
use crate::ui::widgets::words::soft;

/// Shows the button, and the menu once it is pressed.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let button = Button::new(text::VIEW_MENU).wrap_mode(TextWrapMode::Extend);
    // Several things are often turned one after the other.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.spacing_mut().interact_size.y = ctx.size.control - 3.0;
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        layouts_ui(ui, ctx);
        ui.separator();
        views_ui(ui, ctx);
        ui.separator();
        switches_ui(ui, ctx);
        ui.separator();
        if ui.button(text::DO_PALETTE).clicked() {
            ctx.ask(UiCommand::Toggle(Overlay::Palette));
            ui.close();
        }
    });
    response.on_hover_text(text::VIEW_MENU_HINT);
}

fn ask(ctx: &Ctx<'_>, wish: ShellWish) {
    ctx.ask(UiCommand::Shell(wish));
}

fn layouts_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let kept = ctx.shell.kept;
    ui.label(soft(ctx, text::LAYOUTS));
    for layout in LayoutName::ALL {
        let is_on = kept.layout == layout;
        let name = text::layout_name(layout);
        let name = if is_on && ctx.shell.is_changed { text::layout_changed(name) } else { name.to_owned() };
        let can = layout != LayoutName::Own || kept.own.is_some();
        let hint = if can { text::layout_hint(layout) } else { text::NO_OWN_LAYOUT };
        let button = ui.add_enabled(can, Button::selectable(is_on, name));
        if button.on_hover_text(hint).on_disabled_hover_text(hint).clicked() {
            ask(ctx, ShellWish::Layout(layout));
            ui.close();
        }
    }
    if ui.button(text::KEEP_LAYOUT).on_hover_text(text::KEEP_LAYOUT_HINT).clicked() {
        ask(ctx, ShellWish::KeepLayout);
        ui.close();
    }
}

fn views_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    ui.label(soft(ctx, text::VIEWS));
    for kind in KINDS {
        let name = kind.key.to_owned();
        let was_shown = ctx.shell.views.contains(&name);
        let mut is_shown = was_shown;
        if ui.checkbox(&mut is_shown, text::view_title(kind.key)).changed() {
            ask(ctx, if was_shown { ShellWish::CloseView(name) } else { ShellWish::ShowView(name) });
        }
    }
}

fn switches_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    ui.label(soft(ctx, text::WINDOW));
    for switch in Switch::ALL {
        let was_on = ctx.shell.kept.switches.is_on(switch);
        let mut is_on = was_on;
        let turned = ui.checkbox(&mut is_on, text::switch_name(switch)).on_hover_text(text::switch_hint(switch));
        if turned.changed() {
            ctx.ask(match switch {
                Switch::Quiet => UiCommand::SetRate(if was_on { Rate::Smooth } else { Rate::Quiet }),
                _ => UiCommand::Shell(ShellWish::Turn(switch)),
            });
        }
    }
}
