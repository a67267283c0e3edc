//! A figure as SVG, which any browser opens.

use std::error::Error;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;

use super::{Figure, Look, Side};

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
/// Radius of a point.
const POINT: i32 = 4;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Ruler, Ruler>>;
type Drawn = Result<(), Box<dyn Error>>;

pub(super) fn drawn(figure: &Figure) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (left, right) = area.split_horizontally(SIZE.0 - LEGEND_WIDTH);
        chart(&left, figure)?;
        legend(&right, figure)?;
        area.present()?;
    }
    Ok(text)
}

/// A side, as what draws wants it: positions, and the words of those that are marked.
struct Ruler {
    ends: (f64, f64),
    marks: Vec<(f64, String)>,
}

impl From<&Side> for Ruler {
    fn from(side: &Side) -> Self {
        Self { ends: side.ends(), marks: side.marks() }
    }
}

impl Ranged for Ruler {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, at: &f64, limit: (i32, i32)) -> i32 {
        let (low, high) = self.ends;
        let share = (at - low) / (high - low);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // Marks are few, and all of them are meant; lighter ones between them are not wanted.
        if hint.weight().allow_light_points() { Vec::new() } else { self.marks.iter().map(|(at, _)| *at).collect() }
    }

    fn range(&self) -> Range<f64> {
        self.ends.0..self.ends.1
    }
}

impl ValueFormatter<f64> for Ruler {
    fn format_ext(&self, at: &f64) -> String {
        self.marks.iter().find(|(own, _)| own == at).map_or_else(String::new, |(_, words)| words.clone())
    }
}

fn chart(area: &Area<'_>, figure: &Figure) -> Drawn {
    let ((from, to), (low, high)) = (figure.across.ends(), figure.up.ends());
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .caption(&figure.title, ("sans-serif", 16))
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d(Ruler::from(&figure.across), Ruler::from(&figure.up))?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .x_desc(&figure.across.name)
        .y_desc(&figure.up.name)
        .label_style(("sans-serif", 13))
        .draw()?;
    let place = |(x, y): (f64, f64)| (figure.across.position(x), figure.up.position(y));
    for area in &figure.areas.all {
        let corners = [(area.across.0, area.up.0), (area.across.1, area.up.1)].map(place);
        let inside = corners.map(|(x, y)| (x.clamp(from, to), y.clamp(low, high)));
        if inside[0].0 < inside[1].0 {
            chart.draw_series([Rectangle::new(inside, colour(area.colour).filled())])?;
        }
    }
    notes(&mut chart, figure)?;
    lines(&mut chart, figure)
}

/// Events, and the bound to compare with.
fn notes(chart: &mut Chart<'_, '_>, figure: &Figure) -> Drawn {
    let ((from, to), (low, high)) = (figure.across.ends(), figure.up.ends());
    // A label stands in the first row in which the one before has ended.
    let secs_per_letter = LETTER * (to - from) / f64::from(SIZE.0 - LEGEND_WIDTH - 110);
    let mut free_from = [from; ROWS];
    let font = ("sans-serif", 12).into_font().color(&EVENT);
    for note in &figure.notes {
        if let Some(until) = note.until.filter(|until| *until > from && note.at < to) {
            let corners = [(note.at.max(from), low), (until.min(to), high)];
            chart.draw_series([Rectangle::new(corners, FAULT.mix(0.1).filled())])?;
        }
        if (from..=to).contains(&note.at) {
            chart.draw_series(DashedLineSeries::new([(note.at, low), (note.at, high)], 3, 3, EVENT.stroke_width(1)))?;
            let letters = note.label.chars().count() as f64;
            // At the right edge it stands to the left of its line.
            let start = if note.at + letters * secs_per_letter > to { -letters } else { 0.0 };
            let begin = note.at + start * secs_per_letter;
            if let Some(row) = free_from.iter().position(|free| *free <= begin) {
                free_from[row] = begin + letters * secs_per_letter;
                let offset = ((start * LETTER) as i32 + 3, 2 + ROW * row as i32);
                let words = EmptyElement::at((note.at, high)) + Text::new(note.label.clone(), offset, font.clone());
                chart.draw_series([words])?;
            }
        }
    }
    if let Some((goal, words)) = &figure.goal
        && let goal = figure.up.position(*goal)
        && (low..=high).contains(&goal)
    {
        chart.draw_series(DashedLineSeries::new([(from, goal), (to, goal)], 5, 3, INK.stroke_width(1)))?;
        let font = ("sans-serif", 12).into_font().color(&INK);
        chart.draw_series([Text::new(words.clone(), (from + secs_per_letter, goal), font)])?;
    }
    Ok(())
}

fn lines(chart: &mut Chart<'_, '_>, figure: &Figure) -> Drawn {
    let ((from, to), (low, high)) = (figure.across.ends(), figure.up.ends());
    let place = |(x, y): (f64, f64)| (figure.across.position(x), figure.up.position(y));
    for line in &figure.lines {
        let colour = colour(line.colour);
        for run in &line.runs {
            let points = run.iter().filter(|point| point.0.is_finite() && point.1.is_finite());
            let points = points.map(|point| place(*point)).filter(|(x, _)| (from..=to).contains(x));
            let points: Vec<(f64, f64)> = points.map(|(x, y)| (x, y.clamp(low, high))).collect();
            match (line.look, points.as_slice()) {
                (Look::Joined, [only]) => drop(chart.draw_series([Circle::new(*only, 2, colour.filled())])?),
                (Look::Joined, _) => drop(chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?),
                (Look::Points, _) => {
                    let dots = points.into_iter().map(|point| Circle::new(point, POINT, colour.filled()));
                    chart.draw_series(dots)?;
                }
            }
        }
    }
    Ok(())
}

fn colour([red, green, blue]: [u8; 3]) -> RGBColor {
    RGBColor(red, green, blue)
}

fn legend(area: &Area<'_>, figure: &Figure) -> Drawn {
    for (ix, line) in figure.lines.iter().enumerate() {
        let colour = colour(line.colour);
        let y = 48 + 22 * ix as i32;
        match line.look {
            Look::Joined => area.draw(&PathElement::new([(0, y), (SWATCH, y)], colour.stroke_width(2)))?,
            Look::Points => area.draw(&Circle::new((SWATCH / 2, y), POINT, colour.filled()))?,
        }
        area.draw(&Text::new(line.name.clone(), (SWATCH + 8, y - 7), ("sans-serif", 13)))?;
    }
    Ok(())
}
