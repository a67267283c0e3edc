//! Throughput against cores: points, laws, and the line that would be ideal.

use eframe::egui::{
    Color32, FontSelection, Label, Rangef, Role, Sense, Shape, Stroke, TextWrapMode, Ui, WidgetInfo, WidgetText, pos2,
    vec2,
};
use egui_plot::{
    AxisHints, GridInput, GridMark, Line, LineStyle, MarkerShape, PlotBounds, PlotPoint, PlotPoints, Points, VLine,
};

use super::collect::Size;
use super::model::Model;
use crate::base::figures;
use crate::interop::figure::{self, Areas, Axis, Figure};
use crate::ui::ctx::Ctx;
use crate::ui::plots::axis::BASE_STEP;
use crate::ui::plots::export::{self, rgb, side};
use crate::ui::plots::{Scale, bare_plot, numbers_axis};
use crate::ui::text;
use crate::ui::widgets::words::{soft, value};

/// Pieces of a curve.
const PIECES: usize = 96;
/// Cores that the axis shows at least.
const CORES_MIN: f64 = 4.0;
/// Radius of a point.
const RADIUS: f32 = 4.5;

/// A curve or a set of points.
struct Shown {
    name: &'static str,
    /// What stands beside its name.
    value: String,
    colour: Color32,
    points: Vec<PlotPoint>,
    look: Look,
}

#[derive(Clone, Copy, PartialEq)]
enum Look {
    Circles,
    Diamonds,
    Solid,
    Dashed,
    Dotted,
}

/// Space that an entry of the legend takes beside its words.
const AROUND: f32 = 36.0;
/// A view as high as this has room for more than one line of legend, and for so many.
const LEGEND_FROM: f32 = 160.0;
const LEGEND_LINES: usize = 3;

/// Draws the legend and the chart in the space that is left.
pub(super) fn ui(ui: &mut Ui, ctx: &Ctx<'_>, model: &Model, now: Option<Size>) {
    let top = most_cores(model, now);
    let shown = shown(ctx, model, top);
    legend_ui(ui, ctx, &shown);
    // What was seen decides the height: lines of what could be leave the chart where they are higher.
    let is_wish = |shown: &&Shown| !model.seen.is_empty() && shown.name == text::SCALING_OUT;
    let known = shown.iter().filter(|shown| shown.name != text::SCALING_IDEAL && !is_wish(shown));
    let highest = known.flat_map(|shown| &shown.points).map(|point| point.y).filter(|y| y.is_finite());
    let (low, high) = Scale::Linear.fit(highest);
    let vertical = numbers_axis(move |mark| Scale::Linear.label(&mark, (low, high))).label(soft(ctx, text::SCALING_Y));
    let across = AxisHints::new_x().label(soft(ctx, text::SCALING_X)).label_spacing(Rangef::new(0.0, 1.0));
    let across = across.formatter(|mark, _| figures::figure(mark.value));
    let plot = bare_plot("scaling", ctx, vertical)
        .custom_x_axes(vec![across])
        .x_grid_spacer(|input| cores_grid(&input))
        .y_grid_spacer(|input: GridInput| Scale::Linear.grid(&input));
    let response = plot.show(ui, |plot_ui| {
        plot_ui.set_plot_bounds(PlotBounds::from_min_max([0.0, low], [top, high]));
        if let Some(size) = now {
            let line = VLine::new("now", f64::from(size.cores)).color(ctx.palette.faint.0).width(1.0);
            plot_ui.vline(line.style(LineStyle::dotted_dense()).allow_hover(false));
        }
        for shown in &shown {
            let points = PlotPoints::Borrowed(&shown.points);
            let markers = |shape| {
                let points = PlotPoints::Borrowed(&shown.points);
                Points::new(shown.name, points).shape(shape).radius(RADIUS).color(shown.colour).allow_hover(false)
            };
            let line = |style, width| {
                let line = Line::new(shown.name, points).color(shown.colour).width(width * ctx.size.line);
                line.style(style).allow_hover(false)
            };
            match shown.look {
                Look::Circles => plot_ui.points(markers(MarkerShape::Circle)),
                Look::Diamonds => plot_ui.points(markers(MarkerShape::Diamond)),
                Look::Solid => plot_ui.line(line(LineStyle::Solid, 2.2)),
                Look::Dashed => plot_ui.line(line(LineStyle::dashed_dense(), 1.6)),
                Look::Dotted => plot_ui.line(line(LineStyle::dotted_dense(), 1.6)),
            }
        }
    });
    export::offer(ctx, &response.response, || figure(ctx, &shown, (top, high)));
    let summary = text::scaling_chart_summary(&shown.iter().map(|shown| shown.name).collect::<Vec<_>>());
    response.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
}

/// The numbers of everything that is drawn.
fn figure(ctx: &Ctx<'_>, shown: &[Shown], (top, high): (f64, f64)) -> Figure {
    let lines = shown.iter().map(|shown| figure::Line {
        name: shown.name.to_owned(),
        colour: rgb(shown.colour),
        look: match shown.look {
            Look::Circles | Look::Diamonds => figure::Look::Points,
            Look::Solid | Look::Dashed | Look::Dotted => figure::Look::Joined,
        },
        runs: vec![shown.points.iter().map(|point| (point.x, point.y)).collect()],
    });
    let name = text::view_title("scaling");
    Figure {
        name: name.to_owned(),
        title: export::title(ctx, name),
        across: side(text::SCALING_X, Axis::Linear, (0.0, top)),
        up: side(text::SCALING_Y, Axis::Linear, (0.0, high)),
        areas: Areas::default(),
        lines: lines.collect(),
        goal: None,
        notes: Vec::new(),
    }
}

/// Up to how many cores is drawn: twice what there is, and all that is known.
fn most_cores(model: &Model, now: Option<Size>) -> f64 {
    let seen = model.seen.iter().map(|(size, _)| f64::from(size.cores));
    let calibrated = model.calibrated.iter().map(|(n, _)| *n);
    let now = now.map(|size| 2.0 * f64::from(size.cores));
    seen.chain(calibrated).map(|n| 1.25 * n).chain(now).fold(CORES_MIN, f64::max).ceil()
}

/// Everything that is drawn, from back to front.
fn shown(ctx: &Ctx<'_>, model: &Model, top: f64) -> Vec<Shown> {
    let palette = ctx.palette;
    let curve = |law: &dyn Fn(f64) -> f64| {
        let at = |piece: usize| 1.0 + (top - 1.0) * piece as f64 / PIECES as f64;
        (0..=PIECES).map(|piece| PlotPoint::new(at(piece), law(at(piece)))).collect::<Vec<_>>()
    };
    let mut all = Vec::new();
    let mut add = |name, value, colour, points, look| all.push(Shown { name, value, colour, points, look });
    if let Some(one) = model.one {
        let ends = vec![PlotPoint::new(0.0, 0.0), PlotPoint::new(top, one * top)];
        add(text::SCALING_IDEAL, text::scaling_per_core(one), palette.ghost.0, ends, Look::Dotted);
    }
    if let Some(own) = &model.own {
        let word = own.provenance.word().to_owned();
        // Where cores do not slow each other down, up and out are one line.
        if own.law.alpha > 0.0 || own.law.beta > 0.0 {
            add(text::SCALING_UP, word.clone(), palette.boot.0, curve(&|n| own.law.throughput(n)), Look::Dashed);
        }
        let out = own.law.efficiency(f64::from(own.cores)) * own.law.gamma;
        add(text::SCALING_OUT, word, palette.useful.0, curve(&|n| out * n), Look::Dashed);
    }
    if let Some((laws, _)) = &model.laws {
        let quality = text::scaling_quality;
        if let Some(fit) = &laws.gustafson {
            let points = curve(&|n| fit.throughput(n));
            add(text::SCALING_GUSTAFSON, quality(fit.r_squared), palette.errors.0, points, Look::Solid);
        }
        if let Some(fit) = &laws.amdahl {
            let points = curve(&|n| fit.law.throughput(n));
            add(text::SCALING_AMDAHL, quality(fit.r_squared), palette.offered.0, points, Look::Solid);
        }
        let points = curve(&|n| laws.usl.law.throughput(n));
        add(text::SCALING_USL, quality(laws.usl.r_squared), palette.p99.0, points, Look::Solid);
    }
    if !model.calibrated.is_empty() {
        let points = model.calibrated.iter().map(|(n, x)| PlotPoint::new(*n, *x)).collect();
        let last = model.calibrated.last().map_or_else(String::new, |(_, x)| figures::per_sec(*x));
        add(text::SCALING_CALIBRATED, last, palette.p50.0, points, Look::Diamonds);
    }
    if !model.seen.is_empty() {
        let point = |(size, seen): &(Size, super::collect::Seen)| PlotPoint::new(size.cores, seen.throughput());
        let points: Vec<PlotPoint> = model.seen.iter().map(point).collect();
        let last = points.last().map_or_else(String::new, |point| figures::per_sec(point.y));
        add(text::SCALING_SEEN, last, palette.completed.0, points, Look::Circles);
    }
    all
}

fn legend_ui(ui: &mut Ui, ctx: &Ctx<'_>, shown: &[Shown]) {
    // A low chart needs its height: there what has no room in one line is left out.
    let lines_max = if ui.available_height() < LEGEND_FROM { 1 } else { LEGEND_LINES };
    let mut line = 1;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(5.0, 2.0);
        for shown in shown.iter().rev() {
            let words = [soft(ctx, shown.name), value(ctx, &shown.value)].map(|words| {
                let words = WidgetText::from(words);
                words.into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, FontSelection::Default).size().x
            });
            if words.iter().sum::<f32>() + AROUND > ui.available_size_before_wrap().x {
                if line == lines_max {
                    break;
                }
                line += 1;
                ui.end_row();
            }
            // As one piece, so that a line does not end within it.
            let entry = |ui: &mut Ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 12.0), Sense::hover());
                let (middle, ends) = (rect.center(), [rect.left_center(), rect.right_center()]);
                let stroke = Stroke::new(2.0, shown.colour);
                let painter = ui.painter();
                match shown.look {
                    Look::Circles => drop(painter.circle_filled(middle, RADIUS, shown.colour)),
                    Look::Diamonds => {
                        let tip = |x: f32, y: f32| pos2(middle.x + x * RADIUS, middle.y + y * RADIUS);
                        let tips = vec![tip(0.0, -1.0), tip(1.0, 0.0), tip(0.0, 1.0), tip(-1.0, 0.0)];
                        painter.add(Shape::convex_polygon(tips, shown.colour, Stroke::NONE));
                    }
                    Look::Solid => drop(painter.line_segment(ends, stroke)),
                    Look::Dashed => painter.extend(Shape::dashed_line(&ends, stroke, 4.0, 2.0)),
                    Look::Dotted => painter.extend(Shape::dotted_line(&ends, shown.colour, 4.0, 1.0)),
                }
                ui.add(Label::new(soft(ctx, shown.name)).wrap_mode(TextWrapMode::Extend));
                ui.add(Label::new(value(ctx, &shown.value)).wrap_mode(TextWrapMode::Extend));
                ui.add_space(6.0);
            };
            ui.horizontal(entry);
        }
    });
}

/// Whole numbers of cores at round distances.
fn cores_grid(input: &GridInput) -> Vec<GridMark> {
    let (_, high) = input.bounds;
    let room = (high / 8.0).max(input.base_step_size / f64::from(BASE_STEP) * 40.0);
    let steps = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
    let step = steps.into_iter().find(|step| *step >= room).unwrap_or_else(|| (high / 8.0).ceil().max(1.0));
    let marks = (0..=16).map(|mark| f64::from(mark) * step).take_while(|value| *value < high * 0.99);
    marks.map(|value| GridMark { value, step_size: step }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_of_cores_is_of_whole_numbers_and_few() {
        for high in [4.0, 10.0, 96.0, 3_000.0, 100_000.0] {
            let marks = cores_grid(&GridInput { bounds: (0.0, high), base_step_size: high / 60.0 });
            assert!((2..=17).contains(&marks.len()), "{high}: {marks:?}");
            assert!(marks.iter().all(|mark| mark.value.fract() == 0.0), "{high}: {marks:?}");
        }
    }
}
