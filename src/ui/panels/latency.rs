//! Latency: how long do jobs take, and does that meet the goal?

use eframe::egui::{Button, Rect, Response, RichText, Sense, TextWrapMode, Ui, pos2, vec2};

use super::View;
use super::traffic::all_machines_ui;
use crate::base::figures;
use crate::interop::figure::Areas;
use crate::ui::ctx::Ctx;
use crate::ui::one_machine::OneMachine;
use crate::ui::plots::curve::Reading;
use crate::ui::plots::heat::{self, HeatMap};
use crate::ui::plots::legend::swatch_ui;
use crate::ui::plots::percentiles::{Percentiles, percentiles_ui};
use crate::ui::plots::viridis::viridis;
use crate::ui::plots::{Curve, Scale, TimePlot, legend_ui};
use crate::ui::text;
use crate::ui::widgets::segmented::{Choice, header_switch_ui};
use crate::ui::widgets::{badge::badge_ui, card::header_ui, words::soft};

/// What the three curves are of, in the order in which they are drawn.
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// The vertical axis.
const SECONDS: (Scale, &str, fn(f64) -> String) = (Scale::LogSecs, text::SECONDS, figures::secs);

/// The view.
#[derive(Default)]
pub(crate) struct LatencyView {
    shape: Shape,
    heat: HeatMap,
    /// Whether what a generator would report that waits for each answer is laid beside.
    shows_omission: bool,
}

/// How latencies are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shape {
    /// Percentiles over time.
    #[default]
    Curves,
    /// How many jobs took how long, over time.
    Heat,
    /// How long the slowest share took, over the whole run.
    Percentiles,
}

impl Shape {
    const ALL: [Self; 3] = [Self::Curves, Self::Heat, Self::Percentiles];

    fn choice(self) -> Choice<'static> {
        let (label, hint) = match self {
            Self::Curves => (text::LATENCY_CURVES, text::LATENCY_CURVES_HINT),
            Self::Heat => (text::LATENCY_HEAT, text::LATENCY_HEAT_HINT),
            Self::Percentiles => (text::LATENCY_PERCENTILES, text::LATENCY_PERCENTILES_HINT),
        };
        Choice { label, name: hint, hint }
    }
}

/// Width of the switch between shapes.
const SWITCH: f32 = 138.0;
/// A view as wide as this has room for what latency is.
const WIDE: f32 = 620.0;
/// A narrower one has room for the switch alone.
const NARROW: f32 = 400.0;

impl View for LatencyView {
    fn ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) -> Response {
        if let Some(one) = ctx.one {
            return one_machine_ui(ui, ctx, one);
        }
        let series = &ctx.snapshot.series;
        let width = ui.available_width();
        let title = if width < WIDE { text::LATENCY_SHORT } else { text::LATENCY_TITLE };
        let header = header_ui(ui, ctx, title, |ui| {
            badge_ui(ui, ctx, ctx.provenance());
            if series.p99_omitting.last().is_some() && width > NARROW {
                // In no colour of its own: where it is chosen, the one for that.
                let words = RichText::new(text::OMISSION).size(ctx.size.small);
                let button = Button::selectable(self.shows_omission, words).small().wrap_mode(TextWrapMode::Extend);
                // Where it says nothing it keeps its place, so that nothing moves under the pointer.
                let toggle = ui.add_enabled(self.shape != Shape::Heat, button);
                self.shows_omission ^= toggle.on_hover_text(text::OMISSION_MEANING).clicked();
            }
            let on = Shape::ALL.iter().position(|shape| *shape == self.shape).unwrap_or(0);
            if let Some(picked) = header_switch_ui(ui, ctx, SWITCH, &Shape::ALL.map(Shape::choice), on) {
                self.shape = Shape::ALL[picked];
            }
        });
        match self.shape {
            Shape::Curves => self.curves_ui(ui, ctx),
            Shape::Heat => self.heat_ui(ui, ctx),
            Shape::Percentiles => self.percentiles_ui(ui, ctx),
        }
        header
    }
}

impl LatencyView {
    /// Percentiles over time.
    fn curves_ui(&self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let (series, now, palette) = (&ctx.snapshot.series, &ctx.snapshot.latency_recent, ctx.palette);
        let curve =
            |name, id, series, colour, width| Curve { name, id, series, colour, width, reading: Reading::Largest };
        let p50 = curve(text::P50, 0, &series.p50, palette.p50.0, 1.8);
        let p95 = curve(text::P95, 0, &series.p95, palette.p95.0, 1.8);
        let p99 = curve(text::P99, 0, &series.p99, palette.p99.0, 2.4);
        // Where nothing was finished there is no latency, which is not a latency of zero.
        let seen = |secs: f64| if now.count > 0 { secs } else { f64::NAN };
        let omitting = curve(text::P99_OMITTING, 2, &series.p99_omitting, palette.soft.0, 1.8);
        let mut entries = vec![(&p50, seen(now.p50)), (&p95, seen(now.p95)), (&p99, seen(now.p99))];
        let before = ctx.before.map(|before| curve(ctx.behind(), 1, &before.p99, palette.ghost.0, 1.5));
        // A line has room for four.
        if self.shows_omission {
            entries.push((&omitting, series.p99_omitting.last().unwrap_or(f64::NAN)));
        } else {
            entries.extend(before.iter().map(|before| (before, before.at(ctx.snapshot.at.secs()).unwrap_or(f64::NAN))));
        }
        legend_ui(ui, ctx, &entries, figures::secs);

        let mut curves = Vec::with_capacity(5);
        curves.extend(before);
        if self.shows_omission {
            curves.push(omitting);
        }
        curves.extend([p50, p95, p99]);
        // Of other quantiles there is no curve to judge by.
        let asked = ctx.snapshot.latency_goal().map(|(_, quantile, _)| quantile);
        let judged = asked.and_then(|asked| QUANTILES.iter().position(|known| *known == asked));
        let judged = judged.map(|ix| curves.len() - QUANTILES.len() + ix);
        let goal = goal(ctx);
        let summary = text::latency_summary(
            &figures::secs(now.p50),
            &figures::secs(now.p95),
            &figures::secs(now.p99),
            goal.as_ref().map(|(_, words)| words.as_str()),
        );
        let plot = TimePlot::new("latency", text::LATENCY, SECONDS, &curves, summary);
        TimePlot { goal, judged, ..plot }.ui(ui, ctx);
    }

    /// How many jobs took how long, over time, with the 99th percentile over it.
    fn heat_ui(&mut self, ui: &mut Ui, ctx: &Ctx<'_>) {
        self.heat.update(ui, &ctx.snapshot.watch.heat, ctx.time.bounds());
        let now = &ctx.snapshot.latency_recent;
        let p99 = Curve {
            name: text::P99,
            id: 0,
            series: &ctx.snapshot.series.p99,
            colour: ctx.palette.p99.0,
            width: 1.8,
            reading: Reading::Largest,
        };
        ui.horizontal(|ui| {
            legend_ui(ui, ctx, &[(&p99, if now.count > 0 { now.p99 } else { f64::NAN })], figures::secs);
            scale_ui(ui, ctx, self.heat.most);
        });
        let summary =
            text::heat_summary(self.heat.extent().map(|(low, high)| (figures::secs(low), figures::secs(high))));
        let image = self.heat.image().zip(self.heat.extent());
        let (goal, curves) = (goal(ctx), [p99]);
        let areas: &dyn Fn() -> Areas = &|| heat::areas(&ctx.snapshot.watch.heat, ctx.time.bounds(), &curves[0]);
        TimePlot { image, goal, areas: Some(areas), ..TimePlot::new("heat", text::LATENCY, SECONDS, &curves, summary) }
            .ui(ui, ctx);
    }

    /// How long the slowest share took, over the whole run, beside the run before and beside who waits.
    fn percentiles_ui(&self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let (watch, palette) = (&ctx.snapshot.watch, ctx.palette);
        let mut curves = Vec::with_capacity(3);
        if let Some(before) = ctx.watch_before {
            let curve = before.percentiles.as_slice();
            curves.push(Percentiles { name: ctx.behind(), curve, colour: palette.ghost.0, width: 1.5 });
        }
        if self.shows_omission {
            let curve = watch.percentiles_omitting.as_slice();
            curves.push(Percentiles { name: text::AS_WHO_WAITS, curve, colour: palette.soft.0, width: 1.8 });
        }
        let curve = watch.percentiles.as_slice();
        curves.push(Percentiles { name: text::THIS_RUN, curve, colour: palette.p99.0, width: 2.4 });
        ui.horizontal(|ui| {
            for curve in &curves {
                swatch_ui(ui, curve.colour);
                ui.label(soft(ctx, curve.name));
            }
            ui.label(soft(ctx, text::WHOLE_RUN));
        });
        let whole = &ctx.snapshot.latency_whole;
        let summary =
            text::percentiles_summary(&figures::secs(whole.p50), &figures::secs(whole.p99), &figures::secs(whole.max));
        percentiles_ui(ui, ctx, &curves, goal(ctx).map(|(bound, _)| bound), &summary);
    }
}

/// How long the tasks of one machine take. A goal is about jobs, so there is none here.
fn one_machine_ui(ui: &mut Ui, ctx: &Ctx<'_>, one: &OneMachine) -> Response {
    let header = header_ui(ui, ctx, &text::one_latency(&one.name), |ui| {
        badge_ui(ui, ctx, ctx.provenance());
        all_machines_ui(ui, ctx);
    });
    let palette = ctx.palette;
    let [p50, p95, p99] = &one.quantiles;
    let curves = [(text::P50, p50, palette.p50.0), (text::P95, p95, palette.p95.0), (text::P99, p99, palette.p99.0)]
        .map(|(name, series, colour)| Curve { name, id: 0, series, colour, width: 2.0, reading: Reading::Largest });
    let entries: Vec<_> = curves.iter().zip(one.quantiles_now).collect();
    legend_ui(ui, ctx, &entries, figures::secs);
    let summary = text::one_latency_summary(&one.name, &one.quantiles_now.map(figures::secs));
    TimePlot::new("one-latency", text::LATENCY, SECONDS, &curves, summary).ui(ui, ctx);
    header
}

/// The goal of latency as the knob stands, and its words.
fn goal(ctx: &Ctx<'_>) -> Option<(f64, String)> {
    ctx.snapshot.latency_goal().map(|(ix, quantile, bound)| {
        let bound = ctx.standing.bounds.get(ix).copied().unwrap_or(bound);
        (bound, text::goal_line(quantile, &figures::secs(bound)))
    })
}

/// What the colours of the heat map mean.
fn scale_ui(ui: &mut Ui, ctx: &Ctx<'_>, most: u32) {
    ui.label(soft(ctx, text::HEAT_FEW));
    let (rect, response) = ui.allocate_exact_size(vec2(SCALE_WIDTH, ctx.size.small * 0.8), Sense::hover());
    for step in 0..SCALE_STEPS {
        let left = rect.left() + rect.width() * step as f32 / SCALE_STEPS as f32;
        let width = rect.width() / SCALE_STEPS as f32 + 0.5;
        let piece = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
        ui.painter().rect_filled(piece, 0.0, viridis(step as f64 / (SCALE_STEPS - 1) as f64));
    }
    response.on_hover_text(text::HEAT_MEANING);
    ui.label(soft(ctx, text::heat_most(most)));
}

/// Width of the scale of colours, and its steps.
const SCALE_WIDTH: f32 = 72.0;
const SCALE_STEPS: usize = 24;
