//! Cache: how much does it answer, would another size answer more, and which keys are hot?

use std::collections::BTreeMap;

use eframe::egui::{Response, ScrollArea, Ui};

use super::View;
use super::beside::Beside;
use crate::base::{Blocks, figures};
use crate::experiment::curves::{Missed, Policy, Trace, miss_ratios};
use crate::scenario::{Cache, Eviction};
use crate::ui::ctx::Ctx;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::misses::{Misses, misses_ui};
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::widgets::segmented::{Choice, header_switch_ui};
use crate::ui::widgets::{badge::badge_ui, card::header_ui, share_bar::share_bar_ui, words::soft};

/// The view.
#[derive(Default)]
pub(crate) struct CacheView {
    tab: usize,
    /// A curve that is being worked out, beside the window.
    coming: Beside<CurveOf>,
    /// The newest curve.
    curve: Option<CurveOf>,
}

/// Miss ratios at several sizes.
struct CurveOf {
    eviction: Eviction,
    /// Keys that it is of, ever.
    keys_seen: u64,
    keys: u64,
    distinct: u64,
    misses: Vec<Missed>,
}

const TABS: [(&str, &str); 3] = [
    (text::CACHE_HITS_TAB, text::CACHE_HITS_HINT),
    (text::CACHE_CURVE_TAB, text::CACHE_CURVE_HINT),
    (text::CACHE_KEYS_TAB, text::CACHE_KEYS_HINT),
];
/// Width of the switch between them.
const SWITCH: f32 = 190.0;
/// So many keys must be new before the curve is worked out again.
const NEW_KEYS: u64 = 2_000;
/// Sizes at which the curve is worked out.
const SIZES: u32 = 14;
/// Keys that are listed.
const HOT: usize = 40;

impl View for CacheView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let header = header_ui(ui, ctx, text::CACHE_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            let choices = TABS.map(|(label, hint)| Choice { label, name: hint, hint });
            self.tab = header_switch_ui(ui, ctx, SWITCH, &choices, self.tab).unwrap_or(self.tab);
        });
        match self.tab {
            0 => hits_ui(ui, ctx),
            1 => self.curve_ui(ui, ctx),
            _ => keys_ui(ui, ctx),
        }
        header
    }
}

impl CacheView {
    /// What caches of other sizes would miss, worked out beside the window when enough keys are new.
    fn curve_ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) {
        self.curve = self.coming.take().or(self.curve.take());
        let (eviction, entries) = kept(ctx).unwrap_or((Eviction::Lru, 0));
        let keys = &ctx.snapshot.watch.keys;
        let seen = keys.dropped() + keys.len() as u64;
        // A run that was started again has seen fewer.
        let is_old = self.curve.as_ref().is_none_or(|curve| {
            curve.eviction != eviction || seen < curve.keys_seen || seen >= curve.keys_seen + NEW_KEYS
        });
        if is_old && !self.coming.is_busy() && !keys.is_empty() {
            let keys = keys.clone();
            // Without a thread the curve of before stands, and is tried again at the next picture.
            _ = self.coming.begin(ui.ctx(), move || work_out(&keys, eviction, seen));
        }
        let Some(curve) = &self.curve else {
            ui.label(soft(ctx, if keys.is_empty() { text::NO_LOOKUPS } else { text::CACHE_WORKING }));
            return;
        };
        let of = |policy: Policy| curve.misses.iter().filter(move |missed| missed.policy == policy);
        let points = |policy| of(policy).map(|missed| (f64::from(missed.entries), missed.requests)).collect::<Vec<_>>();
        let (own, bound) = (points(Policy::Of(curve.eviction)), points(Policy::Belady));
        let name = name_of(curve.eviction);
        let words = text::curve_of(curve.keys, curve.distinct);
        let curves = [
            Misses { name: text::CACHE_BOUND, points: &bound, colour: ctx.palette.idle.0 },
            Misses { name, points: &own, colour: ctx.palette.completed.0 },
        ];
        misses_ui(ui, ctx, &curves, &words, (entries > 0).then_some(entries));
    }
}

/// Hit ratio over time.
fn hits_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let series = &ctx.snapshot.series.hit_ratio;
    if kept(ctx).is_none() {
        ui.label(soft(ctx, text::NO_CACHE));
    }
    let colour = ctx.palette.completed.0;
    let reading = Reading::Smooth;
    let hits = Curve { name: text::CACHE_HITS, id: 0, series, colour, width: 2.2, reading };
    let now = ctx.snapshot.pools.iter().find_map(|pool| pool.hit_ratio);
    legend_ui(ui, ctx, &[(&hits, now.unwrap_or(f64::NAN))], figures::share);
    let summary = text::cache_summary(now);
    let (axis, curves) = ((Scale::Linear, text::CACHE_HITS, figures::share as fn(f64) -> String), [hits]);
    TimePlot::new("hits", text::CACHE_TITLE, axis, &curves, summary).ui(ui, ctx);
}

/// The keys that are asked for most.
fn keys_ui(ui: &mut Ui, ctx: &Ctx<'_>) {
    let keys = &ctx.snapshot.watch.keys;
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    keys.iter().for_each(|key| *counts.entry(*key).or_default() += 1);
    let distinct = counts.len() as u64;
    let mut hot: Vec<(u64, u64)> = counts.into_iter().map(|(key, times)| (times, key)).collect();
    hot.sort_unstable_by(|one, other| other.cmp(one));
    ui.label(soft(
        ctx,
        if hot.is_empty() { text::NO_LOOKUPS.to_owned() } else { text::curve_of(keys.len() as u64, distinct) },
    ));
    let most = hot.first().map_or(1.0, |(times, _)| *times as f64);
    ScrollArea::vertical().id_salt("hot-keys").auto_shrink(false).show(ui, |ui| {
        for (times, key) in hot.into_iter().take(HOT) {
            ui.horizontal(|ui| {
                let shares = [(times as f64, ctx.palette.completed.0), (most - times as f64, ctx.palette.raised.0)];
                share_bar_ui(ui, ctx, (BAR, ctx.size.small * 0.8), &shares);
                ui.label(soft(ctx, text::hot_key(key, times, times as f64 / keys.len() as f64)));
            });
        }
    });
}

/// Width of the bar of a key.
const BAR: f32 = 120.0;

/// Which entries leave first and how many there may be, of the first pool that keeps results.
fn kept(ctx: &Ctx<'_>) -> Option<(Eviction, u32)> {
    ctx.standing.pools.iter().find_map(|pool| match pool.cache {
        Cache::Keep { by, entries } => Some((by, entries)),
        _ => None,
    })
}

fn name_of(eviction: Eviction) -> &'static str {
    Eviction::ALL.into_iter().find(|(_, by)| *by == eviction).map_or("", |(name, _)| name)
}

/// What caches of several sizes would miss of these keys.
fn work_out(keys: &Blocks<u64>, eviction: Eviction, keys_seen: u64) -> CurveOf {
    let mut numbers: BTreeMap<u64, u64> = BTreeMap::new();
    let name = |key: &u64| {
        let next = numbers.len() as u64;
        *numbers.entry(*key).or_insert(next)
    };
    let names: Vec<u64> = keys.iter().map(name).collect();
    let distinct = numbers.len() as u64;
    let trace = Trace { bytes: vec![1; names.len()], names, distinct };
    let misses = miss_ratios(&trace, &[Policy::Of(eviction), Policy::Belady], &sizes(distinct));
    CurveOf { eviction, keys_seen, keys: trace.names.len() as u64, distinct, misses }
}

/// Sizes up to what would hold everything, each a constant factor larger than the one before.
fn sizes(distinct: u64) -> Vec<u32> {
    let largest = distinct.clamp(1, u64::from(u32::MAX)) as f64;
    let size = |step: u32| largest.powf(f64::from(step) / f64::from(SIZES)).round() as u32;
    let mut sizes: Vec<u32> = (0..=SIZES).map(size).collect();
    sizes.dedup();
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_reach_from_one_entry_to_all() {
        let sizes = sizes(10_000);
        assert_eq!((sizes.first(), sizes.last()), (Some(&1), Some(&10_000)));
        assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(super::sizes(1), [1]);
        assert_eq!(super::sizes(0), [1]);
    }
}
