//! The map: where is the work right now?

use eframe::egui::{Response, Role, Sense, Ui, WidgetInfo};

use super::View;
use crate::base::{Provenance, figures};
use crate::metrics::snapshot::WorkerState;
use crate::ui::command::UiCommand;
use crate::ui::ctx::Ctx;
use crate::ui::map::layout::Layout;
use crate::ui::map::model::Model;
use crate::ui::map::paint;
use crate::ui::text;
use crate::ui::tokens::Motion;
use crate::ui::widgets::{badge::badge_ui, card::header_ui, words::soft};

/// The view.
#[derive(Default)]
pub(crate) struct MapView {
    model: Model,
}

/// A longer frame than this is a stall, not motion.
const FRAME_SECS_MAX: f32 = 0.25;

impl View for MapView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let snapshot = ctx.snapshot;
        let header = header_ui(ui, ctx, text::MAP_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            ui.label(soft(ctx, text::one_dot(self.model.jobs_per_dot())));
        });
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
        let frame_secs = if ctx.is_moving() { ui.input(|input| input.unstable_dt).min(FRAME_SECS_MAX) } else { 0.0 };
        match ctx.motion {
            Motion::Plain => self.model.advance(snapshot, frame_secs),
            Motion::Reduced => self.model.stand(snapshot),
        }
        let layout = Layout::of(rect, &snapshot.workers);
        let painter = ui.painter().with_clip_rect(rect);
        paint::machines(&painter, ctx, &layout);
        paint::lanes(&painter, ctx, &layout, &self.model);
        if response.clicked() {
            let picked = response.interact_pointer_pos().and_then(|at| layout.machine_at(at));
            let picked = picked.and_then(|ix| snapshot.workers.get(ix)).map(|worker| worker.worker);
            ctx.ask(UiCommand::Focus(picked.filter(|picked| ctx.focus != Some(*picked))));
        }
        let hovered = response.hover_pos().and_then(|at| layout.machine_at(at));
        if let Some(worker) = hovered.and_then(|ix| snapshot.workers.get(ix)) {
            // What was measured of a machine is no limit of others.
            let limits = snapshot.scenario.profile.as_ref().and_then(|profile| profile.limits);
            let limits = limits.filter(|_| worker.provenance == Provenance::Measured);
            response.clone().on_hover_text_at_pointer(text::machine_details(
                worker,
                limits,
                snapshot.watch.trouble.get(&worker.worker).copied(),
            ));
        }
        let ready = snapshot.workers.iter().filter(|worker| worker.state == WorkerState::Ready).count() as u64;
        let waiting: u64 = snapshot.pools.iter().map(|pool| pool.waiting).sum();
        let summary = text::map_summary(
            snapshot.totals.jobs.in_flight,
            waiting,
            ready,
            &figures::per_sec(snapshot.recent.completed),
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        header
    }
}
