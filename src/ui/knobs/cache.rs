//! The cache knob: whether results are kept, and what goes first.

use eframe::egui::{ComboBox, Ui};

use super::title_ui;
use crate::base::PoolId;
use crate::base::figures::share;
use crate::scenario::{Cache, Command, Eviction};
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Results kept at each machine when it is switched on.
const ENTRIES: u32 = 400;

/// Shows the choice.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId) {
    let Some(stands) = ctx.standing.pools.get(pool.ix()).map(|knobs| knobs.cache) else { return };
    let view = ctx.snapshot.pools.get(pool.ix());
    let hits = view.and_then(|view| view.hit_ratio).filter(|_| stands != Cache::Off);
    let stands_at = hits.map_or_else(String::new, |ratio| text::cache_hits(&share(ratio)));
    title_ui(ui, ctx, text::KNOB_CACHE, &stands_at);
    let entries = match stands {
        Cache::Keep { by, entries } if by != Eviction::Unbounded => entries,
        _ => ENTRIES,
    };
    let kept = Eviction::ALL.map(|(_, by)| Cache::Keep { by, entries });
    let combo = ComboBox::from_id_salt("cache").width(ui.available_width()).selected_text(text::cache_name(stands));
    // The whole list at once: what has to be scrolled to is not found.
    let combo = combo.height(f32::INFINITY);
    let response = combo.show_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for cache in std::iter::once(Cache::Off).chain(kept) {
            let label = ui.selectable_label(cache == stands, text::cache_name(cache));
            if label.on_hover_text(text::cache_hint(cache)).clicked() && cache != stands {
                ctx.turn(Command::SetCache { pool, cache });
            }
        }
    });
    response.response.on_hover_text(text::cache_hint(stands)).accessible_name(text::KNOB_CACHE);
}
