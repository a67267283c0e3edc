//! The autoscaler knob: whether the pool grows and shrinks by itself, and what it last decided and why.

use eframe::egui::{Label, Ui};

use super::title_ui;
use crate::base::PoolId;
use crate::metrics::snapshot::Switch;
use crate::scenario::Command;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::segmented::{Choice, segmented_ui};
use crate::ui::widgets::words::soft;

/// Shows the switch, where the pool has an autoscaler.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId) {
    let Some(stands) = ctx.standing.pools.get(pool.ix()).and_then(|knobs| knobs.scaling) else { return };
    let written = ctx.snapshot.scenario.pools.get(pool.ix()).and_then(|pool| pool.scale.as_ref());
    let name = written.map_or("", |scale| scale.by.name());
    let view = ctx.snapshot.scaling.get(pool.ix()).and_then(Option::as_ref);
    let counts = view.map_or_else(String::new, |view| text::ups_and_downs(view.ups, view.downs));
    title_ui(ui, ctx, &text::knob_scaling(name), &counts);
    let choices = [
        Choice { label: text::SCALING_OFF, name: text::SCALING_OFF_NAME, hint: text::SCALING_OFF_HINT },
        Choice { label: text::SCALING_ON, name: text::SCALING_ON_NAME, hint: text::SCALING_ON_HINT },
    ];
    let on = usize::from(stands == Switch::On);
    if let Some(picked) = segmented_ui(ui, ctx, ui.available_width(), &choices, on) {
        let switch = if picked == 1 { Switch::On } else { Switch::Off };
        ctx.turn(Command::SwitchScaling { pool, switch });
    }
    let says = match (view, stands) {
        (Some(view), Switch::On) => text::decided(&view.last),
        (None, Switch::On) => text::NOTHING_DECIDED.to_owned(),
        (_, Switch::Off) => text::SCALING_RESTS.to_owned(),
    };
    ui.add(Label::new(soft(ctx, &says)).wrap());
}
