//! The fault knob: break or slow one machine for a while.

use eframe::egui::{Button, ComboBox, Label, TextWrapMode, Ui, vec2};

use crate::base::figures::secs;
use crate::base::{PoolId, Span};
use crate::metrics::snapshot::{WorkerState, WorkerView};
use crate::scenario::{Command, Fault};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::words::heading;

/// How long a broken machine is gone.
const BREAK: Span = Span::from_secs(10);
/// How long a slow machine is slow.
const SLOW: Span = Span::from_secs(20);
/// How many times as long its tasks take.
const SLOW_FACTOR: f64 = 5.0;

/// Shows which machine, and what can happen to it.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId, target: &mut u32) {
    let hittable = |worker: &&WorkerView| worker.pool == pool && worker.state != WorkerState::Retired;
    let machines: Vec<&WorkerView> = ctx.snapshot.workers.iter().filter(hittable).collect();
    if !machines.iter().any(|worker| worker.position == *target) {
        *target = machines.first().map_or(0, |worker| worker.position);
    }
    let chosen = machines.iter().find(|worker| worker.position == *target);
    let name = chosen.map_or(text::NO_MACHINE, |worker| worker.name.as_str());
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.add(Label::new(heading(ctx, text::KNOB_FAULT)).selectable(false));
        let combo = ComboBox::from_id_salt("fault").width(ui.available_width()).selected_text(name).truncate();
        let response = combo.show_ui(ui, |ui| {
            for worker in &machines {
                ui.push_id(worker.worker.0, |ui| ui.selectable_value(target, worker.position, &worker.name));
            }
        });
        response.response.on_hover_text(text::KNOB_FAULT_HINT).accessible_name(text::KNOB_FAULT_TARGET);
    });
    let free = chosen.is_some_and(|worker| worker.fault.is_none() && worker.state == WorkerState::Ready);
    let half = (ui.available_width() - 6.0) / 2.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().button_padding.x = 4.0;
        let mut button = |label: &str, hint: &str, fault: Fault, lasts: Span| {
            let button = Button::new(label).min_size(vec2(half, ctx.size.control)).wrap_mode(TextWrapMode::Extend);
            if ui.add_enabled(free, button).on_hover_text(hint).on_disabled_hover_text(text::FAULT_BUSY).clicked() {
                ctx.turn(Command::Inject { fault, lasts });
            }
        };
        let worker = *target;
        let (broken, slow) = (text::break_for(&secs(BREAK.secs())), text::slow_for(SLOW_FACTOR, &secs(SLOW.secs())));
        button(&broken, text::BREAK_HINT, Fault::Break { pool, worker }, BREAK);
        button(&slow, text::SLOW_HINT, Fault::Slow { pool, worker, factor: SLOW_FACTOR }, SLOW);
    });
}
