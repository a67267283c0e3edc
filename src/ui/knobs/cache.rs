//! The cache knob: whether results are kept.

use eframe::egui::Ui;

use super::title_ui;
use crate::base::PoolId;
use crate::base::figures::share;
use crate::scenario::{Cache, Command};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::segmented::{Choice, segmented_ui};

/// Results kept at each machine when it is switched on.
const ENTRIES: u32 = 400;

/// Shows the switch.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, pool: PoolId) {
    let Some(stands) = ctx.standing.pools.get(pool.ix()).map(|knobs| knobs.cache) else { return };
    let view = ctx.snapshot.pools.get(pool.ix());
    let hits = view.and_then(|view| view.hit_ratio).filter(|_| stands != Cache::Off);
    let stands_at = hits.map_or_else(String::new, |ratio| text::cache_hits(&share(ratio)));
    title_ui(ui, ctx, text::KNOB_CACHE, &stands_at);
    let entries = match stands {
        Cache::Off => ENTRIES,
        Cache::Lru { entries } => entries,
    };
    let label = text::cache_lru(entries);
    let choices = [
        Choice { label: text::CACHE_OFF, name: text::CACHE_OFF_NAME, hint: text::CACHE_OFF_HINT },
        Choice { label: &label, name: text::CACHE_LRU_NAME, hint: text::CACHE_LRU_HINT },
    ];
    let on = usize::from(stands != Cache::Off);
    if let Some(picked) = segmented_ui(ui, ctx, ui.available_width(), &choices, on) {
        let cache = if picked == 0 { Cache::Off } else { Cache::Lru { entries } };
        ctx.turn(Command::SetCache { pool, cache });
    }
}
