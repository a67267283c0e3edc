//! Miss-ratio curves as a picture (SVG), which any browser opens.

use std::path::Path;

use anyhow::{Context, anyhow};
use plotters::prelude::*;

use crate::experiment::curves::{Missed, Policy};

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
