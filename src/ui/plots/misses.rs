//! Miss-ratio curves: the share of lookups that caches of several sizes miss.

use eframe::egui::{Color32, Role, Ui, WidgetInfo};
use egui_plot::{GridInput, GridMark, Line, LineStyle, PlotBounds, PlotPoint, PlotPoints, Points, VLine};

use super::export::{self, rgb, side};
use super::legend::swatch_ui;
use super::{bare_plot, numbers_axis};
use crate::base::figures;
use crate::interop::figure::{Areas, Axis, Figure, Line as Drawn, Look};
use crate::ui::ctx::Ctx;
use crate::ui::text;
use crate::ui::widgets::words::soft;

/// One curve.
pub(crate) struct Misses<'a> {
    /// What it is called.
    pub(crate) name: &'a str,
    /// Entries, and the share of lookups that is missed.
    pub(crate) points: &'a [(f64, f64)],
    /// Colour.
    pub(crate) colour: Color32,
}

/// The share that a cache of so many entries misses, read off the straight line between two sizes on a logarithm.
fn at(points: &[(f64, f64)], entries: f64) -> Option<f64> {
    let pair = points.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&entries))?;
    let part = (entries / pair[0].0).ln() / (pair[1].0 / pair[0].0).ln();
    Some(pair[0].1 + (pair[1].1 - pair[0].1) * part)
}

/// Shows curves, the last of which is the cache that runs, with its size.
pub(crate) fn misses_ui(ui: &mut Ui, ctx: &Ctx<'_>, curves: &[Misses<'_>], of: &str, entries: Option<u32>) {
    ui.horizontal(|ui| {
        for curve in curves {
            swatch_ui(ui, curve.colour);
            ui.label(soft(ctx, curve.name));
        }
        ui.label(soft(ctx, of));
    });
    let right = curves.iter().flat_map(|curve| curve.points).map(|(entries, _)| entries.log10()).fold(1.0, f64::max);
    let vertical = numbers_axis(|mark| if mark.value > 0.99 { String::new() } else { figures::share(mark.value) });
    let decades = |_: GridInput| (0..=9).map(|decade| GridMark { value: f64::from(decade), step_size: 1.0 }).collect();
    let plot = bare_plot("misses", ctx, vertical)
        .x_grid_spacer(decades)
        .x_axis_formatter(move |mark, _| {
            if mark.value > right - 0.05 { String::new() } else { figures::figure(10_f64.powf(mark.value)) }
        })
        .y_grid_spacer(|_| (0..=5).map(|fifth| GridMark { value: f64::from(fifth) / 5.0, step_size: 0.2 }).collect());
    let place = |(entries, misses): &(f64, f64)| PlotPoint::new(entries.log10(), *misses);
    let placed: Vec<Vec<PlotPoint>> = curves.iter().map(|curve| curve.points.iter().map(place).collect()).collect();
    let shown = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds(PlotBounds::from_min_max([0.0, 0.0], [right, 1.0]));
        for (curve, points) in curves.iter().zip(&placed) {
            plot_ui.line(
                Line::new(curve.name, PlotPoints::Borrowed(points))
                    .color(curve.colour)
                    .width(2.0 * ctx.size.line)
                    .allow_hover(false),
            );
            plot_ui.points(
                Points::new(curve.name, PlotPoints::Borrowed(points))
                    .color(curve.colour)
                    .radius(2.5)
                    .allow_hover(false),
            );
        }
        if let Some(entries) = entries {
            let line = VLine::new("size", f64::from(entries).max(1.0).log10()).color(ctx.palette.text.0).width(1.0);
            plot_ui.vline(line.style(LineStyle::dashed_dense()).allow_hover(false));
        }
    });
    let hovered = shown.response.hover_pos().map(|place| 10_f64.powf(shown.transform.value_from_position(place).x));
    let read = |size: f64| {
        let line = |curve: &Misses<'_>| {
            at(curve.points, size).map(|misses| format!("{}: misses {}", curve.name, figures::share(misses)))
        };
        let lines: Vec<String> = curves.iter().filter_map(line).collect();
        format!("{} entries\n{}", figures::figure(size.round()), lines.join("\n"))
    };
    if let Some(size) = hovered {
        shown.response.clone().on_hover_text_at_pointer(read(size));
    }
    export::offer(ctx, &shown.response, || figure(ctx, curves, right));
    let summary = summary(curves, entries);
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
}

/// The numbers of the curves, up to ten to the power of `right` entries.
fn figure(ctx: &Ctx<'_>, curves: &[Misses<'_>], right: f64) -> Figure {
    let lines = curves.iter().map(|curve| {
        let (name, runs) = (curve.name.to_owned(), vec![curve.points.to_vec()]);
        Drawn { name, colour: rgb(curve.colour), look: Look::Joined, runs }
    });
    Figure {
        name: text::MISSES_NAME.to_owned(),
        title: export::title(ctx, text::MISSES_NAME),
        across: side(text::ENTRIES_SIDE, Axis::Logarithmic, (1.0, 10_f64.powf(right))),
        up: side(text::MISSES_SIDE, Axis::Share, (0.0, 1.0)),
        areas: Areas::default(),
        lines: lines.collect(),
        goal: None,
        notes: Vec::new(),
    }
}

/// What the size that runs misses, beside the bound, in a sentence.
fn summary(curves: &[Misses<'_>], entries: Option<u32>) -> String {
    match (curves.last(), curves.first(), entries) {
        (Some(own), Some(bound), Some(entries)) => {
            let misses = |curve: &Misses<'_>| at(curve.points, f64::from(entries)).unwrap_or(f64::NAN);
            text::curve_summary(own.name, entries, misses(own), misses(bound))
        }
        _ => text::CACHE_CURVE_HINT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_between_two_is_read_off_the_line() {
        let points = [(1.0, 0.9), (100.0, 0.5), (1_000.0, 0.1)];
        assert_eq!(at(&points, 10.0).map(|misses| (misses * 1e6).round() / 1e6), Some(0.7));
        assert_eq!((at(&points, 0.5), at(&points, 2_000.0)), (None, None));
    }
}
