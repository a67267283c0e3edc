//! The top bar: what runs, and how its clock goes.

use eframe::egui::{Align, Button, ComboBox, Label, Layout, RichText, TextWrapMode, ThemePreference, Ui, vec2};

use super::view_menu;
use crate::base::figures::{clock, figure};
use crate::engine::handle::Pace;
use crate::metrics::snapshot::{Mode, RunState};
use crate::ui::command::{Overlay, UiCommand};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::segmented::{Choice, segmented_ui};
use crate::ui::widgets::words::{heading, soft};

/// Paces that can be picked, slowest first.
pub(crate) const PACES: [Pace; 12] = [
    Pace::Times(1.0),
    Pace::Times(2.0),
    Pace::Times(5.0),
    Pace::Times(10.0),
    Pace::Times(20.0),
    Pace::Times(30.0),
    Pace::Times(50.0),
    Pace::Times(100.0),
    Pace::Times(200.0),
    Pace::Times(500.0),
    Pace::Times(1_000.0),
    Pace::AsFastAsPossible,
];

/// Shows the bar.
pub(crate) fn ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        window_ui(ui, ctx);
        if !ctx.shell.kept.switches.presenter {
            ui.add_space(8.0);
            files_ui(ui, ctx);
        }
        ui.add_space(8.0);
        mode_ui(ui, ctx);
        pace_ui(ui, ctx);
        run_ui(ui, ctx);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let scenario = &ctx.snapshot.scenario;
            let title = RichText::new(&scenario.title).heading();
            let shown = ui.add(Label::new(title).wrap_mode(TextWrapMode::Truncate));
            if !scenario.question.is_empty() {
                shown.on_hover_text(&scenario.question);
            }
            if let Some(file) = ctx.chrome.file {
                ui.add(Label::new(soft(ctx, file)).wrap_mode(TextWrapMode::Truncate));
            }
        });
    });
}

/// The menu of the window, help and theme. Who presents needs the menu alone, which stays where it is.
fn window_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    view_menu::ui(ui, ctx);
    if ctx.shell.kept.switches.presenter {
        return;
    }
    let square = eframe::egui::Vec2::splat(ctx.size.control);
    let help = ui.add(Button::new(heading(ctx, "?")).min_size(square)).on_hover_text(text::HELP_HINT);
    if help.accessible_name(text::HELP).clicked() {
        ctx.ask(UiCommand::Toggle(Overlay::Help));
    }
    let dark = ui.visuals().dark_mode;
    let (label, next) =
        if dark { (text::THEME_LIGHT, ThemePreference::Light) } else { (text::THEME_DARK, ThemePreference::Dark) };
    if ui.add(Button::new(label).wrap_mode(TextWrapMode::Extend)).on_hover_text(text::THEME_HINT).clicked() {
        ctx.ask(UiCommand::SetTheme(next));
    }
}

/// Open and save.
fn files_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let mut button = |label: &str, hint: &str, overlay: Overlay| {
        if ui.add(Button::new(label).wrap_mode(TextWrapMode::Extend)).on_hover_text(hint).clicked() {
            ctx.ask(UiCommand::Toggle(overlay));
        }
    };
    let save = if ctx.chrome.unsaved > 0 { text::SAVE_UNSAVED } else { text::SAVE };
    button(save, &text::save_hint(ctx.chrome.file, ctx.chrome.unsaved), Overlay::Save);
    button(text::OPEN, text::OPEN_HINT, Overlay::Open);
}

/// Live or simulated.
fn mode_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let choices = [
        Choice { label: text::LIVE, name: text::LIVE, hint: text::LIVE_HINT },
        Choice { label: text::SIMULATE, name: text::SIMULATE, hint: text::SIMULATE_HINT },
    ];
    let on = usize::from(ctx.snapshot.mode == Mode::Simulate);
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(152.0, ctx.size.control), row, |ui| {
        if let Some(picked) = segmented_ui(ui, ctx, 152.0, &choices, on) {
            ctx.ask(UiCommand::SetMode(if picked == 1 { Mode::Simulate } else { Mode::Live }));
        }
    });
}

/// How fast the virtual clock goes; the wall clock has one speed.
fn pace_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    if ctx.snapshot.mode == Mode::Live {
        ui.label(soft(ctx, text::LIVE_PACE)).on_hover_text(text::LIVE_PACE_HINT);
        return;
    }
    let shown = pace_name(ctx.chrome.pace);
    let combo = ComboBox::from_id_salt("pace").width(64.0).height(400.0).selected_text(shown);
    let response = combo.show_ui(ui, |ui| {
        for pace in PACES {
            if ui.selectable_label(pace == ctx.chrome.pace, pace_name(pace)).clicked() {
                ctx.ask(UiCommand::SetPace(pace));
            }
        }
    });
    response.response.on_hover_text(text::PACE_HINT).accessible_name(text::PACE);
}

/// What a pace is called.
pub(crate) fn pace_name(pace: Pace) -> String {
    match pace {
        Pace::AsFastAsPossible => text::PACE_MAX.to_owned(),
        Pace::Times(times) => format!("×{}", figure(times)),
    }
}

/// The next slower or faster pace.
pub(crate) fn neighbour(pace: Pace, faster: bool) -> Pace {
    let here = PACES.iter().position(|known| *known == pace).unwrap_or(0);
    let next = if faster { here + 1 } else { here.saturating_sub(1) };
    PACES[next.min(PACES.len() - 1)]
}

/// Pause, resume, run again, and the time of the run.
fn run_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let button =
        |label: &str| Button::new(label).min_size(vec2(74.0, ctx.size.control)).wrap_mode(TextWrapMode::Extend);
    let over = matches!(ctx.snapshot.state, RunState::Finished | RunState::Failed(_));
    if ui.add(button(text::RESTART)).on_hover_text(text::RESTART_HINT).clicked() {
        ctx.ask(UiCommand::Restart);
    }
    let pause = if ctx.snapshot.state == RunState::Paused { text::RESUME } else { text::PAUSE };
    let can_pause = !over && ctx.snapshot.state != RunState::Finishing;
    if ui.add_enabled(can_pause, button(pause)).on_hover_text(text::PAUSE_HINT).clicked() {
        ctx.ask(UiCommand::TogglePause);
    }
    let time = clock(ctx.snapshot.at.secs(), true);
    ui.add(Label::new(heading(ctx, time)).wrap_mode(TextWrapMode::Extend)).on_hover_text(text::CLOCK_HINT);
}
