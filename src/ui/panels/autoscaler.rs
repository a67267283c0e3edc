//! Autoscaler: what did it see, what did it decide, and how long was less ready than asked for?

use eframe::egui::{Color32, Label, Response, RichText, ScrollArea, TextWrapMode, Ui};

use super::View;
use crate::base::{Span, Time};
use crate::metrics::series::Series;
use crate::metrics::snapshot::Decided;
use crate::ui::ctx::Ctx;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::{Band, Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::widgets::{badge::badge_ui, card::header_ui, words::soft};

/// The view.
#[derive(Default)]
pub(crate) struct AutoscalerView {
    /// The pool whose autoscaler is shown.
    pool: usize,
}

/// Decisions that are listed.
const LISTED: usize = 60;
/// Height of the list.
const LIST_HEIGHT: f32 = 92.0;

impl View for AutoscalerView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        let pools: Vec<usize> = scaled(ctx).collect();
        if !pools.contains(&self.pool) {
            self.pool = pools.first().copied().unwrap_or(0);
        }
        let header = header_ui(ui, ctx, text::AUTOSCALER_TITLE, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            for pool in pools.iter().rev().filter(|_| pools.len() > 1) {
                let name = &ctx.snapshot.scenario.pools[*pool].name;
                if ui.selectable_label(*pool == self.pool, RichText::new(name).size(ctx.size.small)).clicked() {
                    self.pool = *pool;
                }
            }
        });
        let decided = ctx.snapshot.scaling.get(self.pool).and_then(|scaling| scaling.as_ref());
        let Some(decided) = decided.filter(|_| !pools.is_empty()) else {
            let words = if pools.is_empty() { text::NO_AUTOSCALER } else { text::NO_DECISION };
            ui.label(soft(ctx, words));
            return header;
        };
        self.plot_ui(ui, ctx, &decided.recent);
        let counted = text::decisions(decided.decisions, decided.ups, decided.downs);
        ui.add(Label::new(soft(ctx, counted)).wrap_mode(TextWrapMode::Truncate));
        ScrollArea::vertical().id_salt("decisions").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for decision in decided.recent.iter().rev().take(LISTED) {
                ui.add(Label::new(soft(ctx, text::decision(decision))).wrap_mode(TextWrapMode::Extend));
            }
        });
        header
    }
}

impl AutoscalerView {
    /// Machines asked for, ordered and ready over time; what is asked for and not ready is shaded.
    fn plot_ui(&self, ui: &mut Ui, ctx: &Ctx<'_>, decisions: &[Decided]) {
        let Some(pool) = ctx.snapshot.watch.pools.get(self.pool) else { return };
        let wanted = steps(decisions, pool.ready.tick(), ctx.snapshot.at);
        let palette = ctx.palette;
        let curve = |name, series, colour: Color32, width| Curve {
            name,
            id: 0,
            series,
            colour,
            width,
            reading: Reading::Level,
        };
        let asked = curve(text::SCALE_WANTED, &wanted, palette.offered.0, 2.0);
        let ordered = curve(text::SCALE_ORDERED, &pool.ordered, palette.idle.0, 1.8);
        let ready = curve(text::SCALE_READY, &pool.ready, palette.completed.0, 2.2);
        let now = |series: &Series| series.last().unwrap_or(f64::NAN);
        let entries = [(&asked, now(&wanted)), (&ordered, now(&pool.ordered)), (&ready, now(&pool.ready))];
        legend_ui(ui, ctx, &entries, text::machines);
        let summary = text::autoscaler_summary(now(&wanted), now(&pool.ordered), now(&pool.ready));
        let height = (ui.available_height() - LIST_HEIGHT).max(LIST_HEIGHT);
        let band = Some(Band { over: 0, under: 2, colour: palette.warn.0 });
        let curves = [asked, ordered, ready];
        ui.allocate_ui(eframe::egui::vec2(ui.available_width(), height), |ui| {
            let axis = (Scale::Linear, text::MACHINES, text::machines as fn(f64) -> String);
            TimePlot { band, ..TimePlot::new("autoscaler", text::AUTOSCALER_TITLE, axis, &curves, summary) }
                .ui(ui, ctx);
        });
    }
}

/// Pools that have an autoscaler.
fn scaled<'a>(ctx: &Ctx<'a>) -> impl Iterator<Item = usize> + 'a {
    let knobs = &ctx.snapshot.knobs;
    (0..knobs.len()).filter(|ix| knobs[*ix].scaling.is_some())
}

/// What was asked for at each tick from the first decision that is known on.
fn steps(decisions: &[Decided], tick: Span, until: Time) -> Series {
    let mut series = Series::new(tick);
    let Some(first) = decisions.first() else { return series };
    let begin = (first.at_secs / tick.secs()).floor() as u64;
    let end = (until.secs() / tick.secs()).floor() as u64;
    let mut next = decisions.iter().peekable();
    let mut size = first.before;
    for step in begin..end {
        let time = Time(step * tick.0);
        while let Some(decision) = next.next_if(|decision| decision.at_secs <= time.secs() + tick.secs()) {
            size = decision.size;
        }
        series.push(time, f64::from(size));
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::scaling::Reason;

    fn decided(at_secs: f64, before: u32, size: u32) -> Decided {
        Decided {
            number: 0,
            seen_secs: None,
            measured: None,
            at_secs,
            before,
            wanted: size,
            stabilised: size,
            size,
            cores: [2, 2],
            why: Reason::DesiredWithinRange,
            ordered: 0,
            ready: 0,
            first_booted_secs: None,
            first_ready_secs: None,
            all_ready_secs: None,
        }
    }

    #[test]
    fn what_was_asked_for_goes_in_steps() {
        let decisions = [decided(1.2, 1, 2), decided(2.9, 2, 5)];
        let series = steps(&decisions, Span::from_millis(500), Time(4_000_000_000));
        let values: Vec<(f64, f64)> = series.finest().map(|cell| (cell.start.secs(), cell.last)).collect();
        assert_eq!(values, [(1.0, 2.0), (1.5, 2.0), (2.0, 2.0), (2.5, 5.0), (3.0, 5.0), (3.5, 5.0)]);
        assert!(steps(&[], Span::from_millis(500), Time(4_000_000_000)).last().is_none());
    }
}
