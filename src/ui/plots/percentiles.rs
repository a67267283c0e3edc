//! The percentile curve: how long the slowest share of all jobs took, the share on a scale of nines.

use eframe::egui::{Color32, Role, Ui, WidgetInfo};
use egui_plot::{GridInput, GridMark, HLine, Line, LineStyle, PlotBounds, PlotPoint, PlotPoints};

use super::export::{self, rgb, side};
use super::{Scale, bare_plot, numbers_axis};
use crate::base::figures;
use crate::interop::figure::{Areas, Axis, Figure, Line as Drawn, Look};
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// One curve.
pub(crate) struct Percentiles<'a> {
    /// What it is called.
    pub(crate) name: &'a str,
    /// Quantiles (0 to 1) and seconds.
    pub(crate) curve: &'a [(f64, f64)],
    /// Colour.
    pub(crate) colour: Color32,
    /// Width in points.
    pub(crate) width: f32,
}

/// Shares that are marked below the plot, as nines.
const MARKS: [(f64, &str); 6] = [
    (std::f64::consts::LOG10_2, "50 %"),
    (1.0, "90 %"),
    (2.0, "99 %"),
    (3.0, "99.9 %"),
    (4.0, "99.99 %"),
    (5.0, "99.999 %"),
];
/// What a curve shows at least.
const NINES_MIN: f64 = 2.3;

/// Where a quantile stands: 0 is the fastest, 1 is 90 %, 2 is 99 %. The slowest of all stands at the last share that its number of
/// jobs can tell, since nothing stands at infinity.
fn nines((quantile, _): (f64, f64), before: f64) -> f64 {
    if quantile < 1.0 { -(1.0 - quantile).log10() } else { before + 0.3 }
}

/// The points of a curve.
fn points(curve: &[(f64, f64)]) -> Vec<PlotPoint> {
    let mut before = 0.0;
    let point = |at: &(f64, f64)| {
        before = nines(*at, before);
        PlotPoint::new(before, Scale::LogSecs.position(at.1))
    };
    curve.iter().map(point).collect()
}

/// Shows curves in all the space that is left, and a bound to compare with.
pub(crate) fn percentiles_ui(ui: &mut Ui, ctx: &Ctx<'_>, curves: &[Percentiles<'_>], goal: Option<f64>, summary: &str) {
    let scale = Scale::LogSecs;
    let points: Vec<_> = curves.iter().map(|curve| points(curve.curve)).collect();
    let goal = goal.map(|bound| scale.position(bound));
    let all = || points.iter().flatten();
    let (low, high) = scale.fit(all().map(|point| point.y).chain(goal));
    let right = all().map(|point| point.x).fold(NINES_MIN, f64::max) + 0.15;
    let vertical = numbers_axis(move |mark| scale.label(&mark, (low, high)));
    let plot = bare_plot("percentiles", ctx, vertical)
        .x_grid_spacer(|_| MARKS.iter().map(|(value, _)| GridMark { value: *value, step_size: 1.0 }).collect())
        .x_axis_formatter(move |mark, _| mark_label(mark.value, right))
        .y_grid_spacer(move |input: GridInput| scale.grid(&input));
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds(PlotBounds::from_min_max([0.0, low], [right, high]));
        if let Some(goal) = goal {
            let line = HLine::new("goal", goal).color(ctx.palette.text.0).width(1.0);
            plot_ui.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
        }
        for (curve, points) in curves.iter().zip(&points) {
            let line = Line::new(curve.name, PlotPoints::Borrowed(points));
            plot_ui.line(line.color(curve.colour).width(curve.width * ctx.size.line).allow_hover(false));
        }
    });
    let hovered = shown.response.hover_pos().map(|at| shown.transform.value_from_position(at).x);
    if let Some(words) = hovered.and_then(|nines| read(curves, nines)) {
        shown.response.clone().on_hover_text_at_pointer(words);
    }
    export::offer(ctx, &shown.response, || figure(ctx, curves, (right, low, high), goal));
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, summary));
}

/// The numbers of the curves; the bounds are nines and logarithms of seconds, as they are drawn.
fn figure(ctx: &Ctx<'_>, curves: &[Percentiles<'_>], bounds: (f64, f64, f64), goal: Option<f64>) -> Figure {
    let (right, low, high) = bounds;
    let [low, high] = [low, high].map(|position| Scale::LogSecs.value(position));
    let lines = curves.iter().map(|curve| {
        let (name, runs) = (curve.name.to_owned(), vec![curve.curve.to_vec()]);
        Drawn { name, colour: rgb(curve.colour), look: Look::Joined, runs }
    });
    let across = side(text::QUANTILE_SIDE, Axis::Nines, (0.0, 1.0 - 10_f64.powf(-right)));
    Figure {
        name: text::PERCENTILES_NAME.to_owned(),
        title: export::title(ctx, text::PERCENTILES_NAME),
        across,
        up: side(text::SECONDS, Axis::Logarithmic, (low, high)),
        areas: Areas::default(),
        lines: lines.collect(),
        goal: goal.map(|goal| {
            let secs = Scale::LogSecs.value(goal);
            (secs, text::goal_of(&figures::secs(secs)))
        }),
        notes: Vec::new(),
    }
}

fn mark_label(value: f64, right: f64) -> String {
    let known = MARKS.iter().find(|(mark, _)| (mark - value).abs() < 1e-6 && *mark < right - 0.1);
    known.map_or_else(String::new, |(_, label)| (*label).to_owned())
}

/// What each curve says at a share.
fn read(curves: &[Percentiles<'_>], nines: f64) -> Option<String> {
    let quantile = 1.0 - 10_f64.powf(-nines);
    let line = |curve: &Percentiles<'_>| {
        let secs = curve.curve.iter().find(|(at, _)| *at >= quantile)?.1;
        Some(format!("{}: {}", curve.name, figures::secs(secs)))
    };
    let lines: Vec<String> = curves.iter().filter_map(line).collect();
    let decimals = (nines.ceil() as usize).saturating_sub(1).min(5);
    (nines >= 0.0 && !lines.is_empty()).then(|| format!("{:.decimals$} %\n{}", quantile * 100.0, lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nine_has_the_same_room_and_the_slowest_is_finite() {
        let curve = [(0.0, 0.001), (0.9, 0.01), (0.99, 0.1), (1.0, 1.0)];
        let found: Vec<_> =
            points(&curve).iter().map(|point| ((point.x * 10.0).round() / 10.0, point.y.round())).collect();
        assert_eq!(found, [(0.0, -3.0), (1.0, -2.0), (2.0, -1.0), (2.3, 0.0)]);
    }

    #[test]
    fn what_is_read_is_the_latency_of_that_share() {
        let curve = [(0.5, 0.001), (0.9, 0.01), (0.99, 0.1), (1.0, 1.0)];
        let curves = [Percentiles { name: "this run", curve: &curve, colour: Color32::WHITE, width: 1.0 }];
        assert_eq!(read(&curves, 1.5).as_deref(), Some("96.8 %\nthis run: 100 ms"));
        assert_eq!(read(&curves, -1.0), None);
    }
}
