//! Curves as pictures (SVG), which any browser opens.

use std::path::Path;

use anyhow::{Context, anyhow};
use plotters::prelude::*;

use crate::experiment::curves::{Missed, Policy};
use crate::experiment::mirror::compare::{Compared, Comparison};
use crate::experiment::mirror::extend::Extended;

/// Size of the picture in points.
const SIZE: (u32, u32) = (960, 560);
/// Where there is one size alone, the axis goes from it to so many times as many entries.
const ALONE: f64 = 2.0;
/// Colours that people who see few of them tell apart, too (Okabe and Ito 2008).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
];
/// Length of a dash and of a gap, in points: a line of its own for each round through the colours.
const DASHES: [(i32, i32); 3] = [(LEGEND, 0), (7, 4), (2, 4)];
/// Length of a line in the legend.
const LEGEND: i32 = 26;

/// Writes the share of requests that each policy misses over the entries of the cache, both from `missed`.
pub(super) fn miss_ratios(path: &Path, policies: &[(&str, Policy)], missed: &[Missed]) -> anyhow::Result<()> {
    let text = drawn(policies, missed).map_err(|err| anyhow!("the curves cannot be drawn: {err}"))?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn drawn(policies: &[(&str, Policy)], missed: &[Missed]) -> Result<String, Box<dyn std::error::Error>> {
    let entries = || missed.iter().map(|own| f64::from(own.entries));
    let (least, most) = (entries().fold(f64::INFINITY, f64::min), entries().fold(1.0, f64::max));
    let most = if most > least { most } else { least * ALONE };
    let highest = missed.iter().map(|own| own.requests * 100.0).fold(1.0, f64::max);
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (left, right) = area.split_horizontally(SIZE.0 - 150);
        let mut chart = ChartBuilder::on(&left)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d((least..most).log_scale(), 0.0..highest * 1.02)?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(RGBColor(225, 228, 232))
            .x_desc("entries of the cache (logarithmic)")
            .y_desc("requests that miss, %")
            .x_label_formatter(&|entries| format!("{entries:.0}"))
            .label_style(("sans-serif", 14))
            .draw()?;
        for (ix, (name, policy)) in policies.iter().enumerate() {
            let colour = COLOURS[ix % COLOURS.len()];
            let (dash, gap) = DASHES[ix / COLOURS.len() % DASHES.len()];
            let mut curve: Vec<(f64, f64)> = missed
                .iter()
                .filter(|own| own.policy == *policy)
                .map(|own| (f64::from(own.entries), own.requests * 100.0))
                .collect();
            curve.sort_by(|one, other| one.0.total_cmp(&other.0));
            if gap == 0 {
                chart.draw_series(LineSeries::new(curve.clone(), colour.stroke_width(2)))?;
            } else {
                chart.draw_series(DashedLineSeries::new(curve.clone(), dash, gap, colour.stroke_width(2)))?;
            }
            chart.draw_series(curve.iter().map(|point| Circle::new(*point, 3, colour.filled())))?;
            let y = 30 + 22 * ix as i32;
            for from in (0..LEGEND).step_by((dash + gap) as usize) {
                let to = (from + dash).min(LEGEND);
                right.draw(&PathElement::new([(from, y), (to, y)], colour.stroke_width(2)))?;
            }
            right.draw(&Circle::new((LEGEND / 2, y), 3, colour.filled()))?;
            right.draw(&Text::new((*name).to_owned(), (LEGEND + 8, y - 7), ("sans-serif", 14)))?;
        }
        area.present()?;
    }
    Ok(text)
}

/// Charts beside each other.
const COLUMNS: usize = 2;
/// Size of one of them in points.
const CHART: (u32, u32) = (480, 300);
/// Both live runs, and the simulation.
const RUNS: [(&str, RGBColor); 3] = [("live", COLOURS[0]), ("live again", COLOURS[5]), ("predicted", COLOURS[4])];

/// Writes latency over the share of jobs that had at most that, one chart for each point: two live runs and the simulation.
pub(super) fn twins(path: &Path, comparison: &Comparison) -> anyhow::Result<()> {
    let text = drawn_twins(comparison).map_err(|err| anyhow!("the curves cannot be drawn: {err}"))?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn drawn_twins(comparison: &Comparison) -> Result<String, Box<dyn std::error::Error>> {
    let points = &comparison.points;
    let rows = points.len().div_ceil(COLUMNS);
    let mut text = String::new();
    {
        let size = (CHART.0 * COLUMNS as u32, CHART.1 * rows.max(1) as u32 + 40);
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&WHITE)?;
        let (head, body) = area.split_vertically(40);
        for (ix, (name, colour)) in RUNS.iter().enumerate() {
            let x = 20 + 130 * ix as i32;
            head.draw(&PathElement::new([(x, 22), (x + LEGEND, 22)], colour.stroke_width(2)))?;
            head.draw(&Text::new(*name, (x + LEGEND + 8, 15), ("sans-serif", 14)))?;
        }
        for (point, area) in points.iter().zip(body.split_evenly((rows.max(1), COLUMNS))) {
            chart_of(point, &area)?;
        }
        area.present()?;
    }
    Ok(text)
}

fn chart_of(
    point: &Compared,
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
) -> Result<(), Box<dyn std::error::Error>> {
    let millis: Vec<Vec<f64>> =
        point.curves.iter().map(|curve| curve.iter().map(|secs| secs * 1e3).collect()).collect();
    // Beyond 99 % single jobs decide; the axis is for the others.
    let shown = |curve: &[f64]| curve.get(curve.len().saturating_sub(3)).copied().unwrap_or(0.0);
    let highest = millis.iter().map(|curve| shown(curve)).fold(1e-3, f64::max) * 1.1;
    let grade = point.grade.map_or(String::new(), |grade| format!(" ({grade:?})"));
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .caption(format!("{}{grade}", point.name), ("sans-serif", 15))
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..100.0, 0.0..highest)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 228, 232))
        .x_desc("jobs at most so long, %")
        .y_desc("latency, ms")
        .label_style(("sans-serif", 12))
        .draw()?;
    for ((_, colour), curve) in RUNS.iter().zip(&millis) {
        let last = curve.len().saturating_sub(1).max(1) as f64;
        let line = curve.iter().enumerate().map(|(ix, value)| (ix as f64 / last * 100.0, value.min(highest)));
        chart.draw_series(LineSeries::new(line, colour.stroke_width(2)))?;
    }
    Ok(())
}

/// Writes throughput over cores, by each law and by simulation, with the band of the universal law.
pub(super) fn extended(path: &Path, extended: &[Extended]) -> anyhow::Result<()> {
    let text = drawn_extended(extended).map_err(|err| anyhow!("the laws cannot be drawn: {err}"))?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn drawn_extended(extended: &[Extended]) -> Result<String, Box<dyn std::error::Error>> {
    let cores = |one: &Extended| f64::from(one.cores);
    let lines: [Line; 4] = [
        ("Gustafson", COLOURS[5], |one| one.gustafson),
        ("out, simulated", COLOURS[2], |one| one.out.estimate),
        ("up, universal law", COLOURS[0], |one| one.up.estimate),
        ("Amdahl", COLOURS[1], |one| one.amdahl),
    ];
    let (first, last) = (extended.first().map_or(1.0, cores), extended.last().map_or(2.0, cores));
    let values = || extended.iter().flat_map(|one| lines.iter().map(|(.., read)| read(one)).chain([one.up.low]));
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(1e-9, f64::max));
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (left, right) = area.split_horizontally(SIZE.0 - 180);
        let mut chart = ChartBuilder::on(&left)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(72)
            .build_cartesian_2d((first..last.max(first * ALONE)).log_scale(), (least * 0.9..most * 1.1).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(RGBColor(225, 228, 232))
            .x_desc("cores (logarithmic)")
            .y_desc("jobs a second (logarithmic)")
            .x_label_formatter(&|cores| format!("{cores:.0}"))
            .label_style(("sans-serif", 14))
            .draw()?;
        let upper = extended.iter().map(|one| (cores(one), one.up.high));
        let lower = extended.iter().rev().map(|one| (cores(one), one.up.low));
        chart.draw_series([Polygon::new(upper.chain(lower).collect::<Vec<_>>(), COLOURS[0].mix(0.15).filled())])?;
        for (ix, (name, colour, read)) in lines.iter().enumerate() {
            let line: Vec<(f64, f64)> = extended.iter().map(|one| (cores(one), read(one))).collect();
            chart.draw_series(LineSeries::new(line.clone(), colour.stroke_width(2)))?;
            chart.draw_series(line.iter().map(|point| Circle::new(*point, 3, colour.filled())))?;
            let y = 30 + 22 * ix as i32;
            right.draw(&PathElement::new([(0, y), (LEGEND, y)], colour.stroke_width(2)))?;
            right.draw(&Text::new(*name, (LEGEND + 8, y - 7), ("sans-serif", 14)))?;
        }
        area.present()?;
    }
    Ok(text)
}

/// Its name, its colour, and what it shows of a number of cores.
type Line = (&'static str, RGBColor, fn(&Extended) -> f64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Eviction;

    #[test]
    fn every_curve_is_drawn_and_named() {
        let policies = Policy::all();
        let missed: Vec<Missed> = policies
            .iter()
            .flat_map(|(_, policy)| {
                [10, 100, 1_000].map(|entries| Missed {
                    policy: *policy,
                    entries,
                    requests: 1.0 / f64::from(entries).sqrt(),
                    bytes: None,
                })
            })
            .collect();
        let text = drawn(&policies, &missed).expect("a picture");
        for (name, _) in &policies {
            assert!(text.contains(&format!("\n{name}\n")), "{name} is not named");
        }
        assert!(text.matches("<circle").count() == policies.len() * 4, "three points and one in the legend for each");
    }

    #[test]
    fn one_size_alone_is_drawn_too() {
        let policy = Policy::Of(Eviction::Lru);
        let missed = [Missed { policy, entries: 1, requests: 0.0, bytes: None }];
        assert!(drawn(&[("Lru", policy)], &missed).expect("a picture").contains("<circle"));
    }
}
