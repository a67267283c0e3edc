//! The balancer knob: which machine gets the next task.

use eframe::egui::{ComboBox, Ui};

use super::title_ui;
use crate::base::PoolId;
use crate::scenario::{Balance, Command, Measure, Mode, limits};
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// What can be picked; a central queue is shown where the scenario has it, but needs other settings to switch to.
const CHOICES: [Balance; 15] = [
    Balance::RoundRobin,
    Balance::LeastOutstanding,
    Balance::PowerOfTwo,
    Balance::Random,
    Balance::JoinIdle,
    Balance::LeastRequest {
        choices: limits::CHOICES_DEFAULT,
        bias_percent: (100.0 * limits::BIAS_DEFAULT) as u32,
        slow_start_millis: 0,
    },
    Balance::PeakEwma { decay_millis: (limits::DECAY_DEFAULT.0 / 1_000_000) as u32 },
    Balance::PREQUAL,
    Balance::LeastLoaded { by: Measure::Utilisation },
    Balance::LeastLoaded { by: Measure::WorkLeft },
    Balance::RingHash { virtual_nodes: 160 },
    Balance::BoundedLoads { percent: 125, virtual_nodes: 160 },
    Balance::Rendezvous,
    Balance::CacheAware { percent: 150, entries: 65_536 },
    Balance::Local { percent: 150 },
];

/// Shows the choice.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId) {
    let Some(stands) = ctx.standing.pools.get(pool.ix()).map(|knobs| knobs.balance) else { return };
    title_ui(ui, ctx, text::KNOB_BALANCE, text::KNOB_BALANCE_TERM);
    let combo = ComboBox::from_id_salt("balance").width(ui.available_width()).selected_text(text::balance_name(stands));
    // The whole list at once: what has to be scrolled to is not found.
    let combo = combo.height(f32::INFINITY);
    let response = combo.show_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let is_live = ctx.snapshot.scenario.mode == Mode::Live;
        // Nobody knows how large real work is.
        for balance in CHOICES.into_iter().filter(|balance| !(is_live && balance.knows_sizes())) {
            let label = ui.selectable_label(balance == stands, text::balance_name(balance));
            if label.on_hover_text(text::balance_hint(balance)).clicked() && balance != stands {
                ctx.turn(Command::SetBalance { pool, balance });
            }
        }
    });
    response.response.on_hover_text(text::balance_hint(stands)).accessible_name(text::KNOB_BALANCE);
}
