//! The balancer knob: which machine gets the next task.

use eframe::egui::{Button, ComboBox, Ui};

use super::title_ui;
use crate::base::PoolId;
use crate::scenario::{Balance, Command};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::list::list_ui;

/// Shows the choice.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId) {
    let Some(stands) = ctx.standing.pools.get(pool.ix()).map(|knobs| knobs.balance) else { return };
    title_ui(ui, ctx, text::KNOB_BALANCE, text::KNOB_BALANCE_TERM);
    let combo = ComboBox::from_id_salt("balance").width(ui.available_width()).selected_text(text::balance_name(stands));
    let combo = combo.truncate();
    let response = list_ui(combo, ui, |ui| {
        for balance in Balance::plain().iter().copied() {
            let refused = ctx.snapshot.scenario.balance_refusal(pool, balance);
            let label = Button::selectable(balance == stands, text::balance_name(balance));
            let label = ui.add_enabled(refused.is_none(), label).on_hover_text(text::balance_hint(balance));
            if label.on_disabled_hover_text(refused.unwrap_or_default()).clicked() && balance != stands {
                ctx.turn(Command::SetBalance { pool, balance });
            }
        }
    });
    response.on_hover_text(text::balance_hint(stands)).accessible_name(text::KNOB_BALANCE);
}
