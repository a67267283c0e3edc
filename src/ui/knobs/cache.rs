//! The cache knob: whether results are kept, and what goes first.

use eframe::egui::{ComboBox, Ui};

use super::title_ui;
use crate::base::PoolId;
use crate::base::figures::share;
use crate::scenario::{Cache, Command, Eviction};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::list::list_ui;

/// Shows the choice.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId) {
    let Some(stands) = ctx.standing.pools.get(pool.ix()).map(|knobs| knobs.cache) else { return };
    let view = ctx.snapshot.pools.get(pool.ix());
    let hits = view.and_then(|view| view.hit_ratio).filter(|_| stands != Cache::Off);
    let stands_at = hits.map_or_else(String::new, |ratio| text::cache_hits(&share(ratio)));
    title_ui(ui, ctx, text::KNOB_CACHE, &stands_at);
    let combo = ComboBox::from_id_salt("cache").width(ui.available_width()).selected_text(text::cache_name(stands));
    let combo = combo.truncate();
    let response = list_ui(combo, ui, |ui| {
        for cache in choices(stands) {
            let label = ui.selectable_label(cache == stands, text::cache_name(cache));
            if label.on_hover_text(text::cache_hint(cache)).clicked() && cache != stands {
                ctx.turn(Command::SetCache { pool, cache });
            }
        }
    });
    response.on_hover_text(text::cache_hint(stands)).accessible_name(text::KNOB_CACHE);
}

/// Every cache that can be chosen, with as many entries as the one that stands has.
pub(super) fn choices(stands: Cache) -> impl Iterator<Item = Cache> {
    let sized = move |plain: Cache| match (plain, stands) {
        (Cache::Keep { by, .. }, Cache::Keep { by: own, entries })
            if own != Eviction::Unbounded && by != Eviction::Unbounded =>
        {
            Cache::Keep { by, entries }
        }
        (plain, _) => plain,
    };
    Cache::plain().iter().copied().map(sized)
}
