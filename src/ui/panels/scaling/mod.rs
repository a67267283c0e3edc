//! Scaling: what do more cores bring, as measured, as the laws have it, and as the scenario assumes?
//!
//! ```text
//! pictures --collect--> sizes seen under full load --model--> laws, efficiency --> chart, figures
//! ```

mod chart;
mod collect;
mod figures;
mod model;

use eframe::egui::{ComboBox, Response, Role, ScrollArea, Ui, UiBuilder, WidgetInfo, vec2};

use self::collect::{Collector, Seen, Size};
use self::model::Model;
use super::View;
use crate::base::PoolId;
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::badge::badge_ui;
use crate::ui::widgets::card::header_ui;
use crate::ui::widgets::list::list_ui;
use crate::ui::widgets::words::soft;

/// The view.
#[derive(Default)]
pub(crate) struct ScalingView {
    collector: Collector,
    pool: usize,
    /// What was worked out, and from what.
    known: Option<(Asked, Model)>,
}

/// What a model is worked out from.
#[derive(PartialEq)]
struct Asked {
    pool: PoolId,
    seen: Vec<(Size, Seen)>,
    capacity: Option<f64>,
    /// Where the scenario is: another one may have the same of everything else.
    scenario: usize,
}

/// From this width on figures stand beside the chart, in so much of it.
const WIDE: f32 = 620.0;
const FIGURES_WIDTH: f32 = 300.0;
/// A narrow view below this height has room for the chart alone.
const LOW: f32 = 240.0;
/// Height of the figures where they stand below.
const FIGURES_HEIGHT: f32 = 96.0;

impl View for ScalingView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let snapshot = ctx.snapshot;
        self.collector.observe(snapshot);
        let pools = &snapshot.scenario.pools;
        let Self { collector, pool: pool_ix, known } = self;
        *pool_ix = (*pool_ix).min(pools.len().saturating_sub(1));
        let header = header_ui(ui, ctx, text::SCALING_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            if pools.len() > 1 {
                let name = |ix: usize| pools.get(ix).map_or("", |pool| pool.name.as_str());
                let combo = ComboBox::from_id_salt("pool").selected_text(soft(ctx, name(*pool_ix)));
                let response = list_ui(combo, ui, |ui| {
                    for ix in 0..pools.len() {
                        ui.selectable_value(pool_ix, ix, name(ix));
                    }
                });
                response.accessible_name(text::SCALING_POOL);
            }
        });
        let pool = PoolId(*pool_ix as u16);
        let asked = Asked {
            pool,
            seen: collector.seen(pool).collect(),
            capacity: snapshot.capacity,
            scenario: std::sync::Arc::as_ptr(&snapshot.scenario).addr(),
        };
        if known.as_ref().is_none_or(|(before, _)| *before != asked) {
            let model = Model::of(&snapshot.scenario, pool, asked.seen.clone(), asked.capacity);
            *known = Some((asked, model));
        }
        if let Some((_, model)) = known {
            let now = collect::size_of(snapshot, pool);
            content_ui(ui, ctx, model, now);
            let summary = text::scaling_summary(model.sizes(), &figures::laws_in_words(model));
            header.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        }
        header
    }
}

/// The chart with its legend, and the figures beside or below it.
fn content_ui(ui: &mut Ui, ctx: &Ctx<'_>, model: &Model, now: Option<Size>) {
    let rect = ui.available_rect_before_wrap();
    if rect.width() < WIDE && rect.height() < LOW {
        chart::ui(ui, ctx, model, now);
        return;
    }
    let (left, right) = if rect.width() >= WIDE {
        rect.split_left_right_at_x(rect.right() - FIGURES_WIDTH)
    } else {
        rect.split_top_bottom_at_y((rect.bottom() - FIGURES_HEIGHT).max(rect.top()))
    };
    let mut chart_ui = ui.new_child(UiBuilder::new().max_rect(left.shrink2(vec2(0.0, 2.0))));
    chart::ui(&mut chart_ui, ctx, model, now);
    let mut beside = ui.new_child(UiBuilder::new().max_rect(right.shrink2(vec2(ctx.size.gap, 2.0))));
    beside.set_clip_rect(right.intersect(ui.clip_rect()));
    ScrollArea::vertical().id_salt("figures").auto_shrink([false, false]).show(&mut beside, |ui| {
        figures::ui(ui, ctx, model);
    });
    ui.advance_cursor_after_rect(rect);
}
