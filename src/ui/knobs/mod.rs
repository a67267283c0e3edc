//! The column of knobs: six in reach, everything else in a list that can be searched.

mod balance;
mod cache;
mod fault;
mod goal;
mod machines;
mod scaling;
mod sizes;
mod slide;
mod traffic;
mod turns;

use eframe::egui::{Button, ComboBox, Label, RichText, ScrollArea, TextWrapMode, Ui, vec2};

use super::command::{Overlay, UiCommand};
use super::ctx::Ctx;
use super::text;
use super::tokens::Motion;
use super::widgets::words::{heading, soft};
use crate::analysis::verdict::Advice;
use crate::base::PoolId;
use crate::scenario::{Balance, Command};

/// How the column is looked at: which pool, which machine, what is being dragged.
#[derive(Debug, Default)]
pub(crate) struct Knobs {
    pool: PoolId,
    direction: machines::Direction,
    /// Traffic factor while its slider is dragged.
    factor: slide::Slide,
    /// Goal in seconds while its slider is dragged.
    bound: slide::Slide,
    /// What goes wrong next.
    fault: fault::Next,
}

impl Knobs {
    /// The pool whose knobs are shown, where there are so many.
    pub(crate) fn pool(&self, pools: usize) -> PoolId {
        if self.pool.ix() < pools { self.pool } else { PoolId::default() }
    }

    /// Draws the column.
    pub(crate) fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let pools = &ctx.snapshot.scenario.pools;
        self.pool = self.pool(pools.len());
        let footer = ctx.size.control * 2.0 + 14.0;
        let height = (ui.available_height() - footer).max(120.0);
        ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            if pools.len() > 1 {
                self.pool_ui(ui, ctx);
            }
            traffic::ui(ui, ctx, &mut self.factor);
            machines::ui(ui, ctx, self.pool, &mut self.direction);
            scaling::ui(ui, ctx, self.pool);
            balance::ui(ui, ctx, self.pool);
            cache::ui(ui, ctx, self.pool);
            fault::ui(ui, ctx, self.pool, &mut self.fault);
            goal::ui(ui, ctx, &mut self.bound);
        });
        ui.add_space(4.0);
        footer_ui(ui, ctx);
    }

    fn pool_ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let pools = &ctx.snapshot.scenario.pools;
        let shown = pools.get(self.pool.ix()).map_or("", |pool| pool.name.as_str());
        named_ui(ui, ctx, text::KNOB_POOL, |ui| {
            let combo = ComboBox::from_id_salt("pool").width(ui.available_width()).selected_text(shown).truncate();
            let response = combo.show_ui(ui, |ui| {
                for (ix, pool) in pools.iter().enumerate() {
                    ui.selectable_value(&mut self.pool, PoolId(ix as u16), &pool.name);
                }
            });
            response.response.accessible_name(text::KNOB_POOL);
        });
    }
}

/// The name of a knob and, to the right, what it stands at.
fn title_ui(ui: &mut Ui, ctx: &Ctx<'_>, name: &str, stands_at: &str) {
    ui.add_space(3.0);
    ui.horizontal(|ui| {
        ui.add(Label::new(heading(ctx, name)).selectable(false));
        ui.with_layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            ui.add(Label::new(soft(ctx, stands_at)).wrap_mode(TextWrapMode::Truncate).selectable(false));
        });
    });
}

/// The name of a knob and, to the right, the knob itself.
fn named_ui(ui: &mut Ui, ctx: &Ctx<'_>, name: &str, knob: impl FnOnce(&mut Ui)) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.add(Label::new(heading(ctx, name)).selectable(false));
        knob(ui);
    });
}

/// What stands below the knobs: take back, do again, every knob, and what would help.
fn footer_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let gap = 6.0;
    let narrow = (ui.available_width() - 2.0 * gap) * 0.29;
    let wide = ui.available_width() - 2.0 * (narrow + gap);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        ui.spacing_mut().button_padding.x = 4.0;
        let mut button = |label: &str, hint: &str, enabled: bool, width: f32, wish: UiCommand| {
            let button = Button::new(label).min_size(vec2(width, ctx.size.control)).wrap_mode(TextWrapMode::Extend);
            if ui.add_enabled(enabled, button).on_hover_text(hint).clicked() {
                ctx.ask(wish);
            }
        };
        button(text::UNDO, text::UNDO_HINT, ctx.chrome.can_undo, narrow, UiCommand::Undo);
        button(text::REDO, text::REDO_HINT, ctx.chrome.can_redo, narrow, UiCommand::Redo);
        button(text::ALL_KNOBS, text::ALL_KNOBS_HINT, true, wide, UiCommand::Toggle(Overlay::AllKnobs));
    });
    advice_ui(ui, ctx);
}

/// What would help, as a button that breathes until it is pressed; without advice its place stays empty.
fn advice_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let size = vec2(ui.available_width(), ctx.size.control + 4.0);
    let Some(advice) = ctx.verdict.advice else {
        ui.allocate_exact_size(size, eframe::egui::Sense::hover());
        return;
    };
    let (words, hint, command) = match advice {
        Advice::SetCount { pool, group, count } => {
            (text::TRY_ADD_MACHINE, text::TRY_ADD_MACHINE_HINT, Command::SetCount { pool, group, count })
        }
        Advice::LeastOutstanding { pool } => {
            let balance = Balance::LeastOutstanding;
            (text::TRY_LEAST_BUSY, text::TRY_LEAST_BUSY_HINT, Command::SetBalance { pool, balance })
        }
    };
    let breathes = ctx.is_moving() && ctx.motion == Motion::Plain;
    let phase = if breathes { ui.input(|input| input.time) } else { 0.0 };
    let breath = 0.86 + 0.14 * (phase * std::f64::consts::TAU / 1.6).cos() as f32;
    let label = RichText::new(words).font(heading_font(ctx)).color(ctx.palette.on_accent);
    let button = Button::new(label).fill(ctx.palette.surface.0.lerp_to_gamma(ctx.palette.accent.0, breath));
    if ui.add_sized(size, button).on_hover_text(hint).clicked() {
        ctx.turn(command);
    }
}

fn heading_font(ctx: &Ctx<'_>) -> eframe::egui::FontId {
    eframe::egui::FontId::new(ctx.size.body, super::tokens::strong())
}
