//! The heat map of latencies: time across, latency upwards on a logarithm, colour by how many jobs took so long.

use eframe::egui::{Color32, ColorImage, TextureHandle, TextureOptions, Ui, Vec2, vec2};
use egui_plot::{PlotImage, PlotPoint};

use super::Curve;
use super::export::rgb;
use super::viridis::viridis;
use crate::base::{Span, Time};
use crate::interop::figure::{Area, Areas, Entry};
use crate::metrics::watch::{CELLS, Column, Heat};
use crate::ui::text;

/// Columns on the graphics processor, made anew when there is another column to show.
#[derive(Default)]
pub(crate) struct HeatMap {
    texture: Option<TextureHandle>,
    /// First column, columns, and their length in nanoseconds: what the texture shows.
    shown: (u64, usize, u64),
    /// Jobs in the fullest cell of what is shown.
    pub(crate) most: u32,
    /// Lowest and highest cell with a job in it.
    cells: Option<(usize, usize)>,
}

impl HeatMap {
    /// Brings the texture up to the columns that touch `from..to` seconds.
    pub(crate) fn update(&mut self, ui: &Ui, heat: &Heat, (from, to): (f64, f64)) {
        let columns = visible(heat, from, to);
        let shown = (columns.first().map_or(0, |column| column.start.0), columns.len(), heat.span().0);
        if shown == self.shown && self.texture.is_some() {
            return;
        }
        self.shown = shown;
        self.most = columns.iter().flat_map(|column| column.counts).max().unwrap_or(0);
        let is_used = |cell: &usize| columns.iter().any(|column| column.counts[*cell] > 0);
        let lowest = (0..CELLS).find(is_used);
        self.cells = lowest.zip((0..CELLS).rev().find(is_used));
        let image = image(columns, self.most);
        match &mut self.texture {
            Some(texture) => texture.set(image, TextureOptions::NEAREST),
            None => self.texture = Some(ui.ctx().load_texture("latencies", image, TextureOptions::NEAREST)),
        }
    }

    /// The latencies in seconds between which there are jobs.
    pub(crate) fn extent(&self) -> Option<(f64, f64)> {
        self.cells.map(|(low, high)| (Heat::bounds(low).0, Heat::bounds(high).1))
    }

    /// The picture in the coordinates of a plot of seconds and logarithms of seconds.
    pub(crate) fn image(&self) -> Option<PlotImage> {
        let texture = self.texture.as_ref().filter(|_| self.shown.1 > 0)?;
        let start = Time(self.shown.0).secs();
        let length = Span(self.shown.2).secs() * self.shown.1 as f64;
        let (bottom, top) = (Heat::bounds(0).0.log10(), Heat::bounds(CELLS - 1).1.log10());
        let middle = PlotPoint::new(start + length / 2.0, f64::midpoint(bottom, top));
        let size: Vec2 = vec2(length as f32, (top - bottom) as f32);
        Some(PlotImage::new("latencies", texture.id(), middle, size).allow_hover(false))
    }
}

/// Columns that touch a stretch, in seconds.
fn visible(heat: &Heat, from: f64, to: f64) -> &[Column] {
    let (columns, span) = (heat.columns(), heat.span().secs());
    let first = columns.partition_point(|column| column.start.secs() + span <= from);
    let last = columns.partition_point(|column| column.start.secs() < to);
    &columns[first.min(last)..last]
}

/// The cells with a job in them as rectangles, and beside each what the curve over them reads in its time.
pub(crate) fn areas(heat: &Heat, (from, to): (f64, f64), over: &Curve<'_>) -> Areas {
    let columns = visible(heat, from, to);
    let most = columns.iter().flat_map(|column| column.counts).max().unwrap_or(0);
    let area = |(column, cell): (&Column, usize)| {
        let (start, count) = (column.start.secs(), column.counts[cell]);
        let (across, up) = ((start, start + heat.span().secs()), Heat::bounds(cell));
        let read = over.over(across.0, across.1).map_or(Entry::Nothing, Entry::Number);
        let numbers = [across.0, across.1, up.0, up.1, f64::from(count)].map(Entry::Number);
        let row = numbers.into_iter().chain([read]).collect();
        (count > 0).then(|| Area { across, up, colour: rgb(colour(count, most)), row })
    };
    let cells = columns.iter().flat_map(|column| (0..CELLS).map(move |cell| (column, cell)));
    let columns = text::HEAT_COLUMNS.map(str::to_owned).into_iter().chain([text::column_of(over.name)]).collect();
    Areas { columns, all: cells.filter_map(area).collect() }
}

/// The colour of a cell with so many jobs where the fullest has `most`. Few are told from none: shares are taken of the square root.
fn colour(count: u32, most: u32) -> Color32 {
    viridis((f64::from(count) / f64::from(most.max(1))).sqrt())
}

/// A point for each cell, the longest latency on top.
fn image(columns: &[Column], most: u32) -> ColorImage {
    let width = columns.len().max(1);
    let mut image = ColorImage::filled([width, CELLS], Color32::TRANSPARENT);
    for (x, column) in columns.iter().enumerate() {
        for (cell, count) in column.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            image.pixels[(CELLS - 1 - cell) * width + x] = colour(*count, most);
        }
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_looked_at_is_drawn_and_the_fullest_cell_is_lightest() {
        let mut heat = Heat::new(Span::from_millis(500));
        for part in 1..=10_u64 {
            (0..part).for_each(|_| heat.record(Span::from_millis(20)));
            heat.seal(Time(part * 500_000_000));
        }
        let columns = visible(&heat, 1.0, 2.6);
        assert_eq!(columns.iter().map(|column| column.start.secs()).collect::<Vec<_>>(), [1.0, 1.5, 2.0, 2.5]);
        assert!(visible(&heat, 9.0, 12.0).is_empty() && visible(&heat, 3.0, 2.0).is_empty());
        let image = image(columns, 6);
        assert_eq!(image.size, [4, CELLS]);
        let lit: Vec<_> = image.pixels.iter().filter(|pixel| **pixel != Color32::TRANSPARENT).collect();
        assert_eq!((lit.len(), *lit[3]), (4, viridis(1.0)));
    }
}
