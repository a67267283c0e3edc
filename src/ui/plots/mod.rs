//! Curves over time: every plot shows the same stretch, the same marks and the same hover time.

pub(crate) mod axis;
pub(crate) mod curve;
pub(crate) mod heat;
pub(crate) mod legend;
pub(crate) mod misses;
pub(crate) mod percentiles;
pub(crate) mod viridis;

use eframe::egui::{Align2, FontId, Rangef, Rect, Response, Role, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};
use egui_plot::{
    AxisHints, FilledArea, GridInput, GridMark, HLine, Line, LineStyle, Plot, PlotBounds, PlotImage, PlotPoint,
    PlotPoints, PlotTransform,
};

pub(crate) use axis::Scale;
pub(crate) use curve::Curve;
pub(crate) use legend::legend_ui;

use super::ctx::Ctx;
use super::time_range::TimeChange;
use crate::scenario::By;

/// Curves over time with one vertical axis.
pub(crate) struct TimePlot<'a> {
    /// Its name within the window.
    pub(crate) id: &'static str,
    /// The vertical axis.
    pub(crate) scale: Scale,
    /// What is drawn, from back to front.
    pub(crate) curves: &'a [Curve<'a>],
    /// What lies behind the curves: a picture, and the values between which there is something in it.
    pub(crate) image: Option<(PlotImage, (f64, f64))>,
    /// What is shaded between two of the curves.
    pub(crate) band: Option<Band>,
    /// A bound to compare with, and its words.
    pub(crate) goal: Option<(f64, String)>,
    /// What it shows, in one sentence, for those who do not see it.
    pub(crate) summary: String,
}

/// Where the curve `over` is above the curve `under`, what lies between them is shaded; both by their position.
#[derive(Clone, Copy)]
pub(crate) struct Band {
    pub(crate) over: usize,
    pub(crate) under: usize,
    pub(crate) colour: eframe::egui::Color32,
}

/// Width kept free for the numbers of the vertical axis, the same in every plot, so that times stand below each other.
const AXIS_WIDTH: f32 = 58.0;

impl TimePlot<'_> {
    /// Shows the plot in all the space that is left.
    pub(crate) fn ui(self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let (from, to) = ctx.time.bounds();
        let cells_max = (ui.available_width() as usize).max(1);
        let runs: Vec<_> = self.curves.iter().map(|curve| curve.runs(from, to, cells_max, self.scale)).collect();
        let goal = self.goal.as_ref().map(|(bound, _)| self.scale.position(*bound));
        let extent = self.image.iter().flat_map(|(_, (low, high))| [*low, *high]).map(|edge| self.scale.position(edge));
        let points = runs.iter().flatten().flatten().map(|point| point.y);
        let (low, high) = self.scale.fit(points.chain(goal).chain(extent));
        let scale = self.scale;
        let vertical = numbers_axis(move |mark| scale.label(&mark, (low, high)));
        let plot = bare_plot(self.id, ctx, vertical)
            .x_grid_spacer(|input| axis::time_grid(&input))
            .x_axis_formatter(move |mark, _| axis::time_label(&mark, (from, to)))
            .y_grid_spacer(move |input: GridInput| scale.grid(&input));
        let shown = plot.show(ui, |plot_ui| {
            plot_ui.set_plot_bounds(PlotBounds::from_min_max([from, low], [to, high]));
            if let Some((image, _)) = self.image {
                plot_ui.image(image);
            }
            if let Some(band) = self.band
                && let (Some(over), Some(under)) = (runs.get(band.over), runs.get(band.under))
            {
                let [xs, low, high] = gap(over.iter().flatten(), under.iter().flatten());
                let colour = band.colour.gamma_multiply(0.3);
                plot_ui.add(FilledArea::new("gap", &xs, &low, &high).fill_color(colour).allow_hover(false));
            }
            if let Some(goal) = goal {
                let line = HLine::new("goal", goal).color(ctx.palette.text.0).width(1.0);
                plot_ui.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
            }
            for (curve, runs) in self.curves.iter().zip(&runs) {
                for (ix, run) in runs.iter().enumerate() {
                    let line = Line::new(curve.name, PlotPoints::Borrowed(run)).id((curve.name, curve.id, ix));
                    plot_ui.line(line.color(curve.colour).width(curve.width * ctx.size.line).allow_hover(false));
                }
            }
        });
        paint_over(ui, ctx, &shown.transform, self.goal.as_ref().map(|(bound, words)| (scale.position(*bound), words)));
        navigate(ui, ctx, &shown.response, &shown.transform);
        shown.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &self.summary));
    }
}

/// A plot that shows what it is given and does nothing by itself: navigation, cursor and bounds are the window's.
pub(crate) fn bare_plot<'a>(id: &'static str, ctx: &Ctx<'_>, vertical: AxisHints<'a>) -> Plot<'a> {
    Plot::new(id)
        .grid_color(ctx.palette.grid.0)
        .show_crosshair(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .set_margin_fraction(Vec2::ZERO)
        .show_background(false)
        .custom_y_axes(vec![vertical])
        .grid_spacing(Rangef::new(axis::BASE_STEP, 300.0))
        .label_formatter(|_| None)
}

/// A vertical axis of numbers. The grid leaves room for labels itself; the toolkit's own rule would hide all of a close ladder.
pub(crate) fn numbers_axis<'a>(label: impl Fn(GridMark) -> String + 'a) -> AxisHints<'a> {
    AxisHints::new_y()
        .min_thickness(AXIS_WIDTH)
        .label_spacing(Rangef::new(0.0, 1.0))
        .formatter(move |mark, _| label(mark))
}

/// Where the first is above the second: times, the second and the first; elsewhere both are the second.
fn gap<'a>(over: impl Iterator<Item = &'a PlotPoint>, under: impl Iterator<Item = &'a PlotPoint>) -> [Vec<f64>; 3] {
    let mut under = under.peekable();
    let mut gap = [const { Vec::new() }; 3];
    for point in over {
        // Both have a value at the same ticks, but need not begin at the same.
        while under.next_if(|below| below.x < point.x - 1e-9).is_some() {}
        let Some(below) = under.peek().filter(|below| below.x <= point.x + 1e-9) else { continue };
        for (values, value) in gap.iter_mut().zip([point.x, below.y, point.y.max(below.y)]) {
            values.push(value);
        }
    }
    gap
}

/// Marks, the words of the goal, and the hover time, over the curves.
fn paint_over(ui: &Ui, ctx: &Ctx<'_>, transform: &PlotTransform, goal: Option<(f64, &String)>) {
    let frame = *transform.frame();
    let painter = ui.painter().with_clip_rect(frame);
    let x_of = |secs: f64| transform.position_from_point_x(secs);
    for mark in &ctx.snapshot.marks {
        let colour = mark_colour(ctx, mark.by).gamma_multiply(0.7);
        let x = x_of(mark.at.secs());
        if let Some(until) = mark.until {
            let band = Rect::from_x_y_ranges(x..=x_of(until.secs().min(ctx.snapshot.at.secs())), frame.y_range());
            painter.rect_filled(band, 0.0, ctx.palette.bad.0.gamma_multiply(0.10));
        }
        painter.extend(Shape::dashed_line(
            &[pos2(x, frame.top()), pos2(x, frame.bottom())],
            Stroke::new(1.0, colour),
            3.0,
            3.0,
        ));
    }
    if let Some((goal, words)) = goal {
        let y = transform.position_from_point_y(goal);
        let (anchor, y) =
            if y < frame.top() + 16.0 { (Align2::LEFT_TOP, y + 2.0) } else { (Align2::LEFT_BOTTOM, y - 2.0) };
        let font = FontId::proportional(ctx.size.small - 1.0);
        let words = painter.layout_no_wrap(words.clone(), font, ctx.palette.soft.0);
        let place = anchor.anchor_size(pos2(frame.left() + 6.0, y), words.size());
        painter.rect_filled(place.expand2(vec2(3.0, 0.0)), 3.0, ctx.palette.surface.0.gamma_multiply(0.85));
        painter.galley(place.min, words, ctx.palette.soft.0);
    }
    if let Some(hover) = ctx.time.hover {
        painter.vline(x_of(hover), frame.y_range(), Stroke::new(1.0, ctx.palette.soft));
    }
}

/// The colour of a mark: by a person in the accent, by anything else in grey.
pub(crate) fn mark_colour(ctx: &Ctx<'_>, by: By) -> eframe::egui::Color32 {
    match by {
        By::Person => ctx.palette.accent.0,
        By::Cli | By::Timeline | By::Policy | By::Nature => ctx.palette.faint.0,
    }
}

/// Dragging pans, scrolling zooms (sideways: pans), a double click fits; the pointer sets the hover time of all plots.
pub(crate) fn navigate(ui: &Ui, ctx: &Ctx<'_>, response: &Response, transform: &PlotTransform) {
    let secs_per_point = 1.0 / transform.dpos_dvalue_x().max(f64::MIN_POSITIVE);
    let point = |at: eframe::egui::Pos2| -> PlotPoint { transform.value_from_position(at) };
    look_around(ui, ctx, response, secs_per_point, |at| point(at).x);
}

/// The same for anything with a time axis.
pub(crate) fn look_around(
    ui: &Ui,
    ctx: &Ctx<'_>,
    response: &Response,
    secs_per_point: f64,
    time_at: impl Fn(eframe::egui::Pos2) -> f64,
) {
    if response.dragged() && response.drag_delta().x != 0.0 {
        ctx.look(TimeChange::Pan(-f64::from(response.drag_delta().x) * secs_per_point));
    }
    if response.double_clicked() {
        ctx.look(TimeChange::Fit);
    }
    let Some(at) = response.hover_pos() else { return };
    // Beyond the live end there is nothing to read.
    let time = time_at(at);
    let readable = (0.0..=ctx.snapshot.at.secs()).contains(&time).then_some(time);
    if ctx.time.hover != readable {
        ctx.look(TimeChange::Hover(readable));
    }
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    if scroll.x != 0.0 {
        ctx.look(TimeChange::Pan(-f64::from(scroll.x) * secs_per_point));
    }
    let factor = f64::from(1.0 / pinch) * (-f64::from(scroll.y) / 300.0).exp();
    if factor != 1.0 {
        ctx.look(TimeChange::Zoom { factor, around: time });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_where_the_first_is_above_the_second() {
        let points = |values: &[(f64, f64)]| values.iter().map(|(x, y)| PlotPoint::new(*x, *y)).collect::<Vec<_>>();
        let (over, under) =
            (points(&[(1.0, 5.0), (2.0, 3.0), (3.0, 1.0)]), points(&[(0.0, 2.0), (1.0, 2.0), (2.0, 2.0), (3.0, 2.0)]));
        let gap = gap(over.iter(), under.iter());
        assert_eq!(gap, [vec![1.0, 2.0, 3.0], vec![2.0, 2.0, 2.0], vec![5.0, 3.0, 2.0]]);
    }
}
