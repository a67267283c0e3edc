//! Cost: what does it cost, and what is paid for nothing?

use eframe::egui::{Align, Color32, Label, Layout, Response, Role, Sense, TextWrapMode, Ui, WidgetInfo, vec2};

use super::View;
use crate::base::Provenance;
use crate::base::figures::{dollars, share};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::badge::badge_ui;
use crate::ui::widgets::card::header_ui;
use crate::ui::widgets::share_bar::share_bar_ui;
use crate::ui::widgets::words::{figure, soft, value};

/// Every share has its words in so much width.
const SHARES_WIDTH: f32 = 380.0;

/// Width of the shares, and the height that they need.
const SHARES_MIN: f32 = 200.0;
const SHARES_MAX: f32 = 520.0;
/// Of these the dollars are told as well.
const PAID_FOR_NOTHING: [&str; 2] = [text::COST_IDLE, text::COST_WASTED];
const SHARES_HEIGHT: f32 = 40.0;

/// The view.
pub(crate) struct CostView;

impl View for CostView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let cost = &ctx.snapshot.cost;
        let word = cost.provenance.unwrap_or(Provenance::Assumed).word();
        let header = header_ui(ui, ctx, text::COST_TITLE, |ui| {
            badge_ui(ui, ctx, word);
            let line = soft(ctx, text::price_line(&ctx.snapshot.scenario.pools));
            let line = ui.add(Label::new(line).wrap_mode(TextWrapMode::Truncate));
            line.on_hover_text(text::price_details(&cost.sources));
        });
        let whole = ui.available_width();
        let beside = ui.horizontal(|ui| {
            figures_ui(ui, ctx);
            let left = (whole - ui.min_rect().width()).min(SHARES_MAX) - ctx.size.pad;
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if left > SHARES_MIN {
                    ui.allocate_ui_with_layout(vec2(left, ui.available_height()), Layout::top_down(Align::Min), |ui| {
                        shares_ui(ui, ctx, left);
                    });
                }
            });
            left > SHARES_MIN
        });
        if !beside.inner && ui.available_height() > SHARES_HEIGHT {
            ui.add_space(ctx.size.gap);
            shares_ui(ui, ctx, whole.min(SHARES_MAX));
        }
        let per_1000 = cost.per_1000_jobs.map_or_else(|| text::NO_VALUE.to_owned(), dollars);
        let summary = text::cost_summary(&dollars(cost.per_hour), &dollars(cost.billed), &per_1000, word);
        header.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        header
    }
}

/// The three numbers of money.
fn figures_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let cost = &ctx.snapshot.cost;
    let per_1000 = cost.per_1000_jobs.map_or_else(|| text::NO_VALUE.to_owned(), dollars);
    for (number, unit) in [
        (dollars(cost.per_hour), text::COST_PER_HOUR),
        (dollars(cost.billed), text::COST_SO_FAR),
        (per_1000, text::COST_PER_1000),
    ] {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(Label::new(figure(ctx, number)).wrap_mode(TextWrapMode::Extend));
            ui.add(Label::new(soft(ctx, unit)).wrap_mode(TextWrapMode::Extend));
        });
        ui.add_space(ctx.size.pad);
    }
}

/// Where the money went: a bar and its words.
fn shares_ui(ui: &mut Ui, ctx: &Ctx<'_>, width: f32) {
    let (cost, palette) = (&ctx.snapshot.cost, ctx.palette);
    let mut parts: Vec<(&str, f64, Color32)> = vec![
        (text::COST_USEFUL, cost.useful, palette.useful.0),
        (text::COST_IDLE, cost.idle, palette.idle.0),
        (text::COST_BOOT, cost.boot_and_drain, palette.boot.0),
        (text::COST_WASTED, cost.wasted, palette.wasted.0),
    ];
    if cost.egress > 0.0 {
        parts.push((text::COST_EGRESS, cost.egress, palette.accent.0));
    }
    let segments: Vec<(f64, Color32)> = parts.iter().map(|(_, part, colour)| (*part, *colour)).collect();
    if width < SHARES_WIDTH {
        // There is no room for what is nothing.
        parts.retain(|(_, part, _)| *part > 0.0);
    }
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.add_space(4.0);
    share_bar_ui(ui, ctx, (width, 10.0), &segments);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (name, part, colour) in parts {
            let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
            ui.painter().rect_filled(dot, 2.0, colour);
            ui.add(Label::new(soft(ctx, name)).wrap_mode(TextWrapMode::Extend));
            let mut of_whole = if cost.billed > 0.0 { share(part / cost.billed) } else { text::NO_VALUE.to_owned() };
            if width > SHARES_WIDTH && part > 0.0 && PAID_FOR_NOTHING.contains(&name) {
                of_whole += &format!(" {}", dollars(part));
            }
            ui.add(Label::new(value(ctx, of_whole)).wrap_mode(TextWrapMode::Extend)).on_hover_text(dollars(part));
            ui.add_space(6.0);
        }
    });
}
