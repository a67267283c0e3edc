//! The task stream as rectangles and a table, for who takes it out of the window.

use super::paint::{Field, bar_colour, core_name, stage_name};
use super::rows::{Row, before};
use crate::base::Time;
use crate::interop::figure::{Area, Areas, Axis, Entry, Figure};
use crate::metrics::watch::TaskBar;
use crate::ui::ctx::Ctx;
use crate::ui::plots::export::{clock, rgb, side, title};
use crate::ui::text;

/// Everything in the rows that are drawn: work as high as its row, ways and waiting lower behind it.
pub(crate) fn figure(ctx: &Ctx<'_>, field: &Field, rows: &[Row<'_>]) -> Figure {
    let drawn = &rows[..rows.len().min(field.rows_max())];
    let areas = drawn.iter().enumerate().flat_map(|(ix, row)| row_areas(ctx, ix as f64, row));
    let names = drawn.iter().map(|row| core_name(ctx, row)).collect();
    let name = text::view_title("tasks");
    Figure {
        name: name.to_owned(),
        title: title(ctx, name),
        across: clock(ctx.time.bounds()),
        up: side(text::CORES_SIDE, Axis::Names(names), (0.0, drawn.len() as f64)),
        areas: Areas { columns: text::TASK_COLUMNS.map(str::to_owned).to_vec(), all: areas.collect() },
        lines: Vec::new(),
        goal: None,
        notes: Vec::new(),
    }
}

fn row_areas(ctx: &Ctx<'_>, ix: f64, row: &Row<'_>) -> Vec<Area> {
    let palette = ctx.palette;
    let mut free_since = Time::ZERO;
    let mut areas = Vec::with_capacity(row.bars.len());
    for bar in &row.bars {
        let (way, wait) = before(bar, free_since);
        free_since = free_since.max(bar.ended);
        for (from, to, colour) in [(way, wait, palette.errors.0), (wait, bar.began.secs(), palette.idle.0)] {
            if to > from {
                areas.push(Area {
                    across: (from, to),
                    up: (ix + 0.33, ix + 0.67),
                    colour: rgb(colour),
                    row: Vec::new(),
                });
            }
        }
        let across = (bar.began.secs(), bar.ended.secs());
        areas.push(Area {
            across,
            up: (ix + 0.05, ix + 0.95),
            colour: rgb(bar_colour(ctx, bar)),
            row: told(ctx, row, bar),
        });
    }
    areas
}

/// What is known of a task, in the order of the columns.
fn told(ctx: &Ctx<'_>, row: &Row<'_>, bar: &TaskBar) -> Vec<Entry> {
    let words = [core_name(ctx, row), stage_name(ctx, bar)].map(Entry::Words);
    let numbers = [bar.serial as f64, f64::from(bar.task), f64::from(bar.tries) + 1.0];
    let times = [bar.sent, bar.delivered, bar.began, bar.ended].map(Time::secs);
    let outcome = if bar.cached { text::FROM_CACHE } else { bar.outcome.name() };
    let numbers = numbers.into_iter().chain(times).map(Entry::Number);
    words.into_iter().chain(numbers).chain([Entry::Words(outcome.to_owned())]).collect()
}
