//! A figure as SVG, which any browser opens.

use std::error::Error;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

use super::{Axis, Figure};
use crate::base::figures;

/// Size of the picture in points, and what the legend takes of its width.
const SIZE: (u32, u32) = (960, 480);
const LEGEND_WIDTH: u32 = 210;
/// Length of a line in the legend.
const SWATCH: i32 = 24;
/// Rows for the labels of events, and the height of one.
const ROWS: usize = 4;
const ROW: i32 = 14;
/// Width of a letter of the labels, at most.
const LETTER: f64 = 7.0;
const GRID: RGBColor = RGBColor(225, 228, 232);
const INK: RGBColor = RGBColor(60, 66, 74);
const EVENT: RGBColor = RGBColor(120, 128, 138);
const FAULT: RGBColor = RGBColor(213, 94, 0);
/// The smallest value on a logarithmic axis, and the smallest length of any axis.
const VALUE_MIN: f64 = 1e-6;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

pub(super) fn drawn(figure: &Figure) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (left, right) = area.split_horizontally(SIZE.0 - LEGEND_WIDTH);
        let (low, high) = bounds(figure.values, figure.axis);
        match figure.axis {
            Axis::Linear => chart(&left, figure, low..high, (low, high))?,
            Axis::Logarithmic => chart(&left, figure, (low..high).log_scale(), (low, high))?,
        }
        legend(&right, figure)?;
        area.present()?;
    }
    Ok(text)
}

/// Bounds that can be drawn, whatever they were.
fn bounds((low, high): (f64, f64), axis: Axis) -> (f64, f64) {
    let least = if axis == Axis::Logarithmic { VALUE_MIN } else { f64::MIN };
    let low = if low.is_finite() { low.max(least) } else { least.max(0.0) };
    (low, if high.is_finite() { high.max(low + VALUE_MIN) } else { low + 1.0 })
}

fn chart<Y>(area: &Area<'_>, figure: &Figure, values: Y, (low, high): (f64, f64)) -> Drawn
where
    Y: AsRangedCoord<Value = f64>,
    Y::CoordDescType: ValueFormatter<f64>,
{
    let (from, to) = bounds(figure.times, Axis::Linear);
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .caption(&figure.title, ("sans-serif", 16))
        .x_label_area_size(44)
        .y_label_area_size(72)
        .build_cartesian_2d(from..to, values)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .x_desc("run time, minutes and seconds")
        .y_desc(&figure.unit)
        .x_label_formatter(&|secs| figures::clock(*secs, to - from < 5.0))
        .y_label_formatter(&|value| figures::figure(*value))
        .label_style(("sans-serif", 13))
        .draw()?;
    let inside = |time: f64| (from..=to).contains(&time);
    // A label stands in the first row in which the one before has ended.
    let secs_per_letter = LETTER * (to - from) / f64::from(SIZE.0 - LEGEND_WIDTH - 100);
    let mut free_from = [from; ROWS];
    let font = ("sans-serif", 12).into_font().color(&EVENT);
    for note in &figure.notes {
        if let Some(until) = note.until.filter(|until| *until > from && note.at < to) {
            let corners = [(note.at.max(from), low), (until.min(to), high)];
            chart.draw_series([Rectangle::new(corners, FAULT.mix(0.1).filled())])?;
        }
        if inside(note.at) {
            chart.draw_series(DashedLineSeries::new([(note.at, low), (note.at, high)], 3, 3, EVENT.stroke_width(1)))?;
            let letters = note.label.chars().count() as f64;
            // At the right edge it stands to the left of its line.
            let start = if note.at + letters * secs_per_letter > to { -letters } else { 0.0 };
            let begin = note.at + start * secs_per_letter;
            if let Some(row) = free_from.iter().position(|free| *free <= begin) {
                free_from[row] = begin + letters * secs_per_letter;
                let place = ((start * LETTER) as i32 + 3, 2 + ROW * row as i32);
                let words = EmptyElement::at((note.at, high)) + Text::new(note.label.clone(), place, font.clone());
                chart.draw_series([words])?;
            }
        }
    }
    if let Some((goal, words)) = figure.goal.as_ref().filter(|(goal, _)| (low..=high).contains(goal)) {
        chart.draw_series(DashedLineSeries::new([(from, *goal), (to, *goal)], 5, 3, INK.stroke_width(1)))?;
        let font = ("sans-serif", 12).into_font().color(&INK);
        chart.draw_series([Text::new(words.clone(), (from + secs_per_letter, *goal), font)])?;
    }
    for line in &figure.lines {
        let colour = RGBColor(line.colour[0], line.colour[1], line.colour[2]);
        for run in &line.runs {
            let points = run.iter().filter(|point| point.0.is_finite() && point.1.is_finite());
            let points: Vec<(f64, f64)> = points.map(|point| (point.0, point.1.clamp(low, high))).collect();
            if let [only] = points.as_slice() {
                chart.draw_series([Circle::new(*only, 2, colour.filled())])?;
            }
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
        }
    }
    Ok(())
}

fn legend(area: &Area<'_>, figure: &Figure) -> Drawn {
    for (ix, line) in figure.lines.iter().enumerate() {
        let colour = RGBColor(line.colour[0], line.colour[1], line.colour[2]);
        let y = 48 + 22 * ix as i32;
        area.draw(&PathElement::new([(0, y), (SWATCH, y)], colour.stroke_width(2)))?;
        area.draw(&Text::new(line.name.clone(), (SWATCH + 8, y - 7), ("sans-serif", 13)))?;
    }
    Ok(())
}
