//! What a job passes through: its stages in order, and which pool hands work to which.

use eframe::egui::{Align2, FontId, Painter, Pos2, Rect, Stroke, pos2, vec2};

use super::layout::Layout;
use crate::base::{PoolId, StageIx};
use crate::scenario::{Edge, Job, Scenario};
use crate::ui::ctx::Ctx;
use crate::ui::stream::paint::stage_colour;
use crate::ui::text;

/// Side of the square of a stage, and what lies between two words.
const SQUARE: f32 = 7.0;
const GAP: f32 = 5.0;
/// How far the first way from pool to pool stands off the machines, and each further one off that.
const OFF: (f32, f32) = (12.0, 9.0);
/// Length of the sides of an arrow's tip.
const TIP: f32 = 5.0;

/// A way of work from one pool to another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    from: PoolId,
    to: PoolId,
    /// What crosses it.
    what: &'static str,
}

/// Ways between different pools, each once.
pub(super) fn ways(scenario: &Scenario) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    let mut add = |from: PoolId, to: PoolId, what: &'static str| {
        let way = Way { from, to, what };
        if from != to && !ways.contains(&way) {
            ways.push(way);
        }
    };
    for job in &scenario.jobs {
        let pool = |stage: StageIx| job.stages.get(stage.ix()).map(|stage| stage.pool);
        for stage in &job.stages {
            for (before, edge) in &stage.after {
                pool(*before).into_iter().for_each(|from| add(from, stage.pool, edge_word(edge)));
            }
            for called in &stage.calls {
                pool(*called).into_iter().for_each(|to| add(stage.pool, to, text::EDGE_CALLS));
            }
            for (next, _) in &stage.then {
                pool(*next).into_iter().for_each(|to| add(stage.pool, to, text::EDGE_THEN));
            }
        }
    }
    ways
}

/// What crosses an edge, in a word.
fn edge_word(edge: &Edge) -> &'static str {
    match edge {
        Edge::Nothing => "",
        Edge::Gather => text::EDGE_GATHER,
        Edge::Broadcast { .. } => text::EDGE_BROADCAST,
        Edge::Shuffle { .. } => text::EDGE_SHUFFLE,
        Edge::AllReduce { .. } => text::EDGE_ALL_REDUCE,
    }
}

/// The stages of the first kind of job, each with what leads to it, if it has several.
pub(super) fn stages(job: &Job) -> Vec<(&str, &'static str)> {
    if job.stages.len() < 2 {
        return Vec::new();
    }
    let called = |ix: usize| job.stages.iter().any(|stage| stage.calls.iter().any(|called| called.ix() == ix));
    let leads = |(ix, stage): (usize, &'_ crate::scenario::Stage)| match stage.after.first() {
        Some((_, edge)) => edge_word(edge),
        None if called(ix) => text::EDGE_CALLS,
        None => "",
    };
    job.stages.iter().enumerate().map(|(ix, stage)| (stage.name.as_str(), leads((ix, stage)))).collect()
}

/// Draws the stages of the first kind of job from left to right as far as there is room, in the colours that tasks have.
pub(super) fn stages_at(painter: &Painter, ctx: &Ctx<'_>, place: Rect) {
    let Some(job) = ctx.snapshot.scenario.jobs.first() else { return };
    let font = FontId::proportional(ctx.size.small - 1.0);
    let mut left = place.left();
    for (ix, (name, leads)) in stages(job).into_iter().enumerate() {
        let arrow = if ix == 0 { String::new() } else { text::edge_arrow(leads) };
        let laid = |words: String, colour| painter.layout_no_wrap(words, font.clone(), colour);
        let (arrow, name) = (laid(arrow, ctx.palette.faint.0), laid(name.to_owned(), ctx.palette.soft.0));
        let arrow_width = if ix == 0 { 0.0 } else { arrow.size().x + GAP };
        if left + arrow_width + SQUARE + GAP + name.size().x > place.right() {
            let more = Align2::LEFT_CENTER;
            painter.text(pos2(left, place.center().y), more, text::MORE_STAGES, font, ctx.palette.faint.0);
            return;
        }
        let middle = |height: f32| place.center().y - height / 2.0;
        painter.galley(pos2(left, middle(arrow.size().y)), arrow, ctx.palette.faint.0);
        left += arrow_width;
        let square = Rect::from_min_size(pos2(left, middle(SQUARE)), vec2(SQUARE, SQUARE));
        painter.rect_filled(square, 1.5, stage_colour(ctx, StageIx(ix as u16)));
        left += SQUARE + 3.0;
        let width = name.size().x;
        painter.galley(pos2(left, middle(name.size().y)), name, ctx.palette.soft.0);
        left += width + GAP;
    }
}

/// Draws the ways between pools to the left of their machines, with what crosses them.
pub(super) fn ways_at(painter: &Painter, ctx: &Ctx<'_>, layout: &Layout) {
    let area = |pool: PoolId| layout.area_of(pool, &ctx.snapshot.workers);
    let stroke = Stroke::new(1.2, ctx.palette.faint);
    let font = FontId::proportional(ctx.size.small - 1.0);
    for (ix, way) in ways(&ctx.snapshot.scenario).into_iter().enumerate() {
        let (Some(from), Some(to)) = (area(way.from), area(way.to)) else { continue };
        let x = from.left().min(to.left()) - OFF.0 - OFF.1 * ix as f32;
        // Where work comes from and where it goes do not lie on each other.
        let (leave, enter) = (pos2(from.left(), from.center().y + 3.0), pos2(to.left(), to.center().y - 3.0));
        painter.line(vec![leave, pos2(x, leave.y), pos2(x, enter.y), enter], stroke);
        tip(painter, enter, stroke);
        let at = pos2(x - 4.0, f32::midpoint(leave.y, enter.y));
        painter.text(at, Align2::RIGHT_CENTER, way.what, font.clone(), ctx.palette.soft.0);
    }
}

/// The tip of an arrow that points to the right.
fn tip(painter: &Painter, at: Pos2, stroke: Stroke) {
    for side in [-1.0, 1.0] {
        painter.line_segment([at, at + vec2(-TIP, side * TIP * 0.7)], stroke);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Host, bundled, load};

    fn scenario(name: &str) -> Scenario {
        let found = bundled::ALL.iter().find(|scenario| scenario.name == name).expect("it is built in");
        load(found.text, name, &Host { cores: 2, cpu: String::new() }).unwrap_or_else(|errors| panic!("{errors}"))
    }

    #[test]
    fn services_call_each_other_and_each_way_is_there_once() {
        let scenario = scenario("services");
        let name = |pool: PoolId| scenario.pools[pool.ix()].name.clone();
        let ways: Vec<_> = ways(&scenario).into_iter().map(|way| (name(way.from), name(way.to), way.what)).collect();
        let calls = text::EDGE_CALLS;
        assert_eq!(
            ways,
            [("front".to_owned(), "logic".to_owned(), calls), ("logic".to_owned(), "store".to_owned(), calls)]
        );
    }

    #[test]
    fn a_job_of_several_stages_tells_what_leads_from_one_to_the_next() {
        let shuffle = scenario("shuffle");
        let stages = stages(&shuffle.jobs[0]);
        assert!(stages.len() >= 2 && stages[0].1.is_empty() && !stages[1].1.is_empty(), "{stages:?}");
        assert!(super::stages(&scenario("mm1").jobs[0]).is_empty(), "one stage needs no picture");
    }
}
