//! Curves over time: every plot shows the same stretch, the same marks and the same hover time.

pub(crate) mod axis;
pub(crate) mod curve;
pub(crate) mod export;
pub(crate) mod heat;
pub(crate) mod legend;
pub(crate) mod look;
pub(crate) mod misses;
pub(crate) mod over;
pub(crate) mod percentiles;
pub(crate) mod viridis;

use eframe::egui::{Popup, Rangef, Response, Role, Ui, Vec2, WidgetInfo};
use egui_plot::{
    AxisHints, FilledArea, GridInput, GridMark, HLine, Line, LineStyle, Plot, PlotBounds, PlotImage, PlotPoint,
    PlotPoints, PlotTransform,
};

pub(crate) use axis::Scale;
pub(crate) use curve::Curve;
pub use export::Wanted;
pub(crate) use legend::legend_ui;
pub(crate) use look::look_around;
pub(crate) use over::mark_colour;

use super::ctx::Ctx;
use super::text;
use super::time_range::HoverBy;
use crate::interop::figure::Areas;

/// Curves over time with one vertical axis.
pub(crate) struct TimePlot<'a> {
    /// Its name within the window.
    pub(crate) id: &'static str,
    /// What a person calls it.
    pub(crate) title: &'static str,
    /// The vertical axis.
    pub(crate) scale: Scale,
    /// The unit of its values, and how one is written.
    pub(crate) unit: &'static str,
    pub(crate) format: fn(f64) -> String,
    /// What is drawn, from back to front.
    pub(crate) curves: &'a [Curve<'a>],
    /// What lies behind the curves: a picture, and the values between which there is something in it.
    pub(crate) image: Option<(PlotImage, (f64, f64))>,
    /// What is shaded between two of the curves.
    pub(crate) band: Option<Band>,
    /// A bound to compare with, and its words.
    pub(crate) goal: Option<(f64, String)>,
    /// Which of the curves the goal is about: where it lies above, the plot is shaded.
    pub(crate) judged: Option<usize>,
    /// What it shows, in one sentence, for those who do not see it.
    pub(crate) summary: String,
    /// What the picture shows, as rectangles, for who takes it out of the window.
    pub(crate) areas: Option<&'a dyn Fn() -> Areas>,
}

/// Where the curve `over` is above the curve `under`, what lies between them is shaded; both by their position.
#[derive(Clone, Copy)]
pub(crate) struct Band {
    pub(crate) over: usize,
    pub(crate) under: usize,
    pub(crate) colour: eframe::egui::Color32,
}

/// The points of each curve, in pieces without gaps.
pub(crate) type Drawn = Vec<Vec<Vec<PlotPoint>>>;

/// Width kept free for the numbers of the vertical axis, the same in every plot, so that times stand below each other.
const AXIS_WIDTH: f32 = 58.0;

impl<'a> TimePlot<'a> {
    /// Curves alone; `axis` is the vertical axis with the unit of its values and how one is written.
    pub(crate) fn new(
        id: &'static str,
        title: &'static str,
        axis: (Scale, &'static str, fn(f64) -> String),
        curves: &'a [Curve<'a>],
        summary: String,
    ) -> Self {
        let (scale, unit, format) = axis;
        let (image, band, goal, judged, areas) = (None, None, None, None, None);
        Self { id, title, scale, unit, format, curves, image, band, goal, judged, summary, areas }
    }
}

impl TimePlot<'_> {
    /// Shows the plot in all the space that is left.
    pub(crate) fn ui(self, ui: &mut Ui, ctx: &Ctx<'_>) {
        let times = ctx.time.bounds();
        let cells_max = (ui.available_width() as usize).max(1);
        let drawn = self.drawn(times, cells_max);
        let goal = self.goal.as_ref().map(|(bound, _)| self.scale.position(*bound));
        let extent = self.image.iter().flat_map(|(_, (low, high))| [*low, *high]).map(|edge| self.scale.position(edge));
        let points = drawn.iter().flatten().flatten().map(|point| point.y);
        let values = self.scale.fit(points.chain(goal).chain(extent));
        let (response, transform) = self.plot_ui(ui, ctx, &drawn, (times, values));
        over::paint(ui, ctx, &self, &transform, &drawn);
        look::navigate(ui, ctx, &response, &transform);
        look::keys(ui, ctx, &response, &drawn);
        if (response.hovered() || response.has_focus()) && !Popup::is_any_open(ui.ctx()) {
            over::tooltip(ui, ctx, &self, &transform);
        }
        let positions = (self.scale.value(values.0), self.scale.value(values.1));
        export::offer(ctx, &response, || export::figure(ctx, &self, (times, positions), cells_max));
        // The toolkit holds its own state while it asks for words, so it cannot be asked anything within.
        let sentence = self.sentence(ctx, response.has_focus());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &sentence));
    }

    /// The points of each curve, where they are drawn.
    fn drawn(&self, (from, to): (f64, f64), cells_max: usize) -> Drawn {
        let mut drawn: Drawn = self.curves.iter().map(|curve| curve.runs(from, to, cells_max)).collect();
        for point in drawn.iter_mut().flatten().flatten() {
            point.y = self.scale.position(point.y);
        }
        drawn
    }

    fn plot_ui(
        &self,
        ui: &mut Ui,
        ctx: &Ctx<'_>,
        drawn: &Drawn,
        ((from, to), (low, high)): ((f64, f64), (f64, f64)),
    ) -> (Response, PlotTransform) {
        let scale = self.scale;
        let vertical = numbers_axis(move |mark| scale.label(&mark, (low, high)));
        let plot = bare_plot(self.id, ctx, vertical)
            .x_grid_spacer(|input| axis::time_grid(&input))
            .x_axis_formatter(move |mark, _| axis::time_label(&mark, (from, to)))
            .y_grid_spacer(move |input: GridInput| scale.grid(&input));
        let shown = plot.show(ui, |plot_ui| {
            plot_ui.set_plot_bounds(PlotBounds::from_min_max([from, low], [to, high]));
            if let Some((image, _)) = &self.image {
                plot_ui.image(image.clone());
            }
            if let Some(band) = self.band
                && let (Some(over), Some(under)) = (drawn.get(band.over), drawn.get(band.under))
            {
                let [xs, low, high] = gap(over.iter().flatten(), under.iter().flatten());
                let colour = band.colour.gamma_multiply(0.3);
                plot_ui.add(FilledArea::new("gap", &xs, &low, &high).fill_color(colour).allow_hover(false));
            }
            if let Some((goal, _)) = &self.goal {
                let line = HLine::new("goal", scale.position(*goal)).color(ctx.palette.text.0).width(1.0);
                plot_ui.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
            }
            for (curve, runs) in self.curves.iter().zip(drawn) {
                for (ix, run) in runs.iter().enumerate() {
                    let line = Line::new(curve.name, PlotPoints::Borrowed(run)).id((curve.name, curve.id, ix));
                    plot_ui.line(line.color(curve.colour).width(curve.width * ctx.size.line).allow_hover(false));
                }
            }
        });
        (shown.response, shown.transform)
    }

    /// What it shows, and what it reads where keys have put the cursor.
    fn sentence(&self, ctx: &Ctx<'_>, is_typed_at: bool) -> String {
        match ctx.time.hover.filter(|_| is_typed_at && ctx.time.hover_by == HoverBy::Keys) {
            Some(time) => text::summary_at(&self.summary, time, &self.read(time)),
            None => self.summary.clone(),
        }
    }

    /// The name and the raw value of each curve that has one at a time, the topmost curve last.
    fn read(&self, time: f64) -> Vec<(&str, String)> {
        let read = |curve: &Curve<'_>| curve.at(time).map(self.format);
        self.curves.iter().filter_map(|curve| Some((curve.name, read(curve)?))).collect()
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
        // Times are as far apart as they need to be: they are not faded where that is less than the toolkit likes.
        .custom_x_axes(vec![AxisHints::new_x().label_spacing(Rangef::new(24.0, 40.0))])
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
