//! Series over time as SVG, drawn into the page.

use plotters::prelude::*;

use crate::metrics::series::Series;

/// Size of a picture in points.
const SIZE: (u32, u32) = (760, 260);
/// Values of a line; a longer series shows the largest of each stretch, or the mean where that says more.
const CELLS_MAX: usize = 600;
/// Colours that people who see few of them tell apart, too (Okabe and Ito 2008).
const COLOURS: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(230, 159, 0), RGBColor(213, 94, 0), RGBColor(0, 158, 115)];
/// Length of a line in the legend.
const LEGEND: i32 = 22;

/// A picture of some series, with the unit that its axis is in, and how many times larger values are there than in the series.
pub(super) struct Chart<'a> {
    pub(super) unit: &'a str,
    pub(super) scale: f64,
    /// Whether peaks are kept, rather than means.
    pub(super) keeps_peaks: bool,
    pub(super) lines: &'a [(&'a str, &'a Series)],
}

impl Chart<'_> {
    /// The picture; `None` where there is nothing to draw.
    pub(super) fn svg(&self, end_secs: f64) -> Option<String> {
        let points: Vec<Vec<(f64, f64)>> = self.lines.iter().map(|(_, series)| self.points(series, end_secs)).collect();
        let highest = points.iter().flatten().map(|point| point.1).fold(0.0, f64::max);
        (highest > 0.0 && end_secs > 0.0).then(|| self.drawn(&points, end_secs, highest).ok()).flatten()
    }

    fn points(&self, series: &Series, end_secs: f64) -> Vec<(f64, f64)> {
        use crate::base::{Span, Time};
        let end = Time::ZERO + Span::from_secs_f64(end_secs);
        let value = |cell: &crate::metrics::series::Cell| if self.keeps_peaks { cell.max } else { cell.mean };
        let cells = series.range(Time::ZERO, end, CELLS_MAX);
        cells.map(|cell| (cell.start.secs(), value(cell) * self.scale)).filter(|point| point.1.is_finite()).collect()
    }

    fn drawn(
        &self,
        points: &[Vec<(f64, f64)>],
        end_secs: f64,
        highest: f64,
    ) -> Result<String, Box<dyn std::error::Error>> {
        let mut text = String::new();
        {
            let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
            let (left, right) = area.split_horizontally(SIZE.0 - 130);
            let mut chart = ChartBuilder::on(&left)
                .margin(8)
                .x_label_area_size(34)
                .y_label_area_size(58)
                .build_cartesian_2d(0.0..end_secs, 0.0..highest * 1.05)?;
            chart
                .configure_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(RGBColor(225, 228, 232))
                .x_desc("seconds")
                .y_desc(self.unit)
                .label_style(("sans-serif", 12))
                .draw()?;
            for (ix, ((name, _), line)) in self.lines.iter().zip(points).enumerate() {
                let colour = COLOURS[ix % COLOURS.len()];
                chart.draw_series(LineSeries::new(line.iter().copied(), colour.stroke_width(2)))?;
                let y = 22 + 20 * ix as i32;
                right.draw(&PathElement::new([(0, y), (LEGEND, y)], colour.stroke_width(2)))?;
                right.draw(&Text::new(*name, (LEGEND + 6, y - 7), ("sans-serif", 13)))?;
            }
            area.present()?;
        }
        Ok(text)
    }
}
