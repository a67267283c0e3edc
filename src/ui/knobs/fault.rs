//! The fault knob: something goes wrong with one machine for a while.

use eframe::egui::{Button, ComboBox, TextWrapMode, Ui, vec2};

use super::named_ui;
use crate::base::figures::secs;
use crate::base::{PoolId, Span};
use crate::metrics::snapshot::{Strike, WorkerState, WorkerView};
use crate::scenario::{Command, Fault, Victim};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::list::list_ui;

/// How long a broken machine is gone, and how long nobody reaches one or hears of it.
const SHORT: Span = Span::from_secs(10);
/// How long everything else lasts.
const LONG: Span = Span::from_secs(20);

/// What the next fault is.
#[derive(Debug, Default)]
pub(super) struct Next {
    /// Position of the machine that it hits.
    target: u32,
    /// Its position in [`Strike::plain`].
    strike: usize,
}

/// How long a fault lasts that is begun by hand.
pub(super) fn lasts(strike: Strike) -> Span {
    match strike {
        Strike::Break | Strike::Restart | Strike::Preempt | Strike::Pause | Strike::Partition => SHORT,
        _ => LONG,
    }
}

/// Shows which machine, and what can happen to it.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId, next: &mut Next) {
    let hittable = |worker: &&WorkerView| worker.pool == pool && worker.state != WorkerState::Retired;
    let machines: Vec<&WorkerView> = ctx.snapshot.workers.iter().filter(hittable).collect();
    if !machines.iter().any(|worker| worker.position == next.target) {
        next.target = machines.first().map_or(0, |worker| worker.position);
    }
    let chosen = machines.iter().find(|worker| worker.position == next.target);
    let name = chosen.map_or(text::NO_MACHINE, |worker| worker.name.as_str());
    named_ui(ui, ctx, text::KNOB_FAULT, |ui| {
        let combo = ComboBox::from_id_salt("fault").width(ui.available_width()).selected_text(name).truncate();
        let response = combo.show_ui(ui, |ui| {
            for worker in &machines {
                ui.push_id(worker.worker.0, |ui| ui.selectable_value(&mut next.target, worker.position, &worker.name));
            }
        });
        response.response.on_hover_text(text::KNOB_FAULT_HINT).accessible_name(text::KNOB_FAULT_TARGET);
    });
    let victim = Victim::Machine(pool, next.target);
    let refusal = |strike| ctx.snapshot.scenario.strike_refusal(&Fault { strike, victim });
    if refusal(Strike::plain()[next.strike]).is_some() {
        next.strike = 0;
    }
    let strike = Strike::plain()[next.strike];
    let fits = chosen.is_some_and(|worker| worker.state == WorkerState::Ready && worker.fault.is_none());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().button_padding.x = 4.0;
        let third = (ui.available_width() - 6.0) / 3.0;
        let combo = ComboBox::from_id_salt("strike").width(2.0 * third).selected_text(strike.label()).truncate();
        let response = list_ui(combo, ui, |ui| {
            for (ix, (strike, (_, hint, _))) in Strike::plain().iter().copied().zip(Strike::ALL).enumerate() {
                let refused = refusal(strike);
                let label = ui
                    .add_enabled_ui(refused.is_none(), |ui| ui.selectable_value(&mut next.strike, ix, strike.label()));
                let label = label.inner.on_hover_text(hint);
                label.on_disabled_hover_text(refused.unwrap_or_default());
            }
        });
        response.on_hover_text(Strike::ALL[next.strike].1).accessible_name(text::KNOB_FAULT_WHAT);
        let lasts = lasts(strike);
        let button = Button::new(text::strike_for(&secs(lasts.secs())))
            .min_size(vec2(ui.available_width(), ctx.size.control))
            .wrap_mode(TextWrapMode::Extend);
        let response = ui.add_enabled(fits, button);
        if response.on_hover_text(text::STRIKE_HINT).on_disabled_hover_text(text::FAULT_BUSY).clicked() {
            ctx.turn(Command::Inject { fault: Fault { strike, victim }, lasts });
        }
    });
}
