//! How busy each pool was lately and how long its queue is: small multiples on the stretch of time of all plots.

use eframe::egui::{Align2, FontId, Painter, Rect, Stroke, pos2, vec2};

use crate::base::{PoolId, Span, Time};
use crate::metrics::series::Series;
use crate::ui::ctx::Ctx;
use crate::ui::text;

/// Size of a small multiple.
const SIZE: (f32, f32) = (84.0, 13.0);

/// Draws a pool's busy share (filled, of the whole height) and its queue (a line, of its own longest) beginning at `at`, and words
/// where these end before `until`; returns its place.
pub(crate) fn small_multiple(
    painter: &Painter,
    ctx: &Ctx<'_>,
    pool: PoolId,
    (at, until): (eframe::egui::Pos2, f32),
) -> Option<Rect> {
    let series = ctx.snapshot.watch.pools.get(pool.ix())?;
    let rect = Rect::from_min_size(at, vec2(SIZE.0, SIZE.1));
    painter.rect_filled(rect, 1.0, ctx.palette.raised.0.gamma_multiply(0.6));
    let busy = shares(&series.busy, ctx.time.bounds(), SIZE.0 as usize / 2, Some(1.0));
    for (ix, (x, share)) in busy.iter().copied().enumerate() {
        let left = rect.left() + x * rect.width();
        // Each holds on until the next one begins, the newest as long as the one before.
        let next = busy.get(ix + 1).map(|next| next.0);
        let until = next.or_else(|| ix.checked_sub(1).map(|before| 2.0 * x - busy[before].0)).unwrap_or(1.0);
        let until = rect.left() + until * rect.width();
        let bar = Rect::from_min_max(pos2(left, rect.bottom() - share * rect.height()), pos2(until, rect.bottom()));
        let is_full = share > SATURATED;
        let colour = if is_full { ctx.palette.warn.0 } else { ctx.palette.completed.0 };
        painter.rect_filled(bar.intersect(rect), 0.0, colour.gamma_multiply(0.75));
    }
    let waiting = shares(&series.waiting, ctx.time.bounds(), SIZE.0 as usize / 2, None);
    let point = |(x, share): (f32, f32)| {
        pos2(rect.left() + x * rect.width(), rect.bottom() - 1.0 - share * (rect.height() - 2.0))
    };
    painter.line(waiting.into_iter().map(point).collect(), Stroke::new(1.2, ctx.palette.offered));
    let now = ctx.snapshot.pools.get(pool.ix())?;
    let font = FontId::proportional(ctx.size.small - 1.0);
    // Of one pool the queue itself says how long it is.
    let waiting = (ctx.snapshot.pools.len() > 1).then_some(now.waiting);
    let words = text::saturation(now.utilisation, waiting);
    let words = painter.layout_no_wrap(words, font, ctx.palette.soft.0);
    let place = Align2::LEFT_CENTER.anchor_size(pos2(rect.right() + 6.0, rect.center().y), words.size());
    // Beside something else there is room for the picture alone.
    if place.right() > until {
        return Some(rect);
    }
    painter.galley(place.min, words, ctx.palette.soft.0);
    Some(rect.union(place))
}

/// A pool this busy has nothing to spare.
const SATURATED: f32 = 0.95;

/// Where values stand across (0 to 1) and how large they are of `whole`, or of the largest in view.
fn shares(series: &Series, (from, to): (f64, f64), cells_max: usize, whole: Option<f64>) -> Vec<(f32, f32)> {
    let time = |secs: f64| Time::ZERO + Span::from_secs_f64(secs);
    let cells: Vec<_> = series.range(time(from), time(to), cells_max).collect();
    let whole = whole.unwrap_or_else(|| cells.iter().map(|cell| cell.mean).fold(0.0, f64::max));
    let place = |secs: f64| ((secs - from) / (to - from).max(f64::MIN_POSITIVE)) as f32;
    let share = |value: f64| if whole > 0.0 { (value / whole).clamp(0.0, 1.0) as f32 } else { 0.0 };
    let inside = cells.into_iter().filter(|cell| (from..=to).contains(&cell.start.secs()));
    inside.map(|cell| (place(cell.start.secs()), share(cell.mean))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shares_of_their_whole_at_their_time() {
        let mut series = Series::new(Span::from_millis(500));
        for (ix, value) in [0.0, 2.0, 4.0, 1.0].into_iter().enumerate() {
            series.push(Time(ix as u64 * 500_000_000), value);
        }
        assert_eq!(shares(&series, (0.0, 2.0), 100, None), [(0.0, 0.0), (0.25, 0.5), (0.5, 1.0), (0.75, 0.25)]);
        assert_eq!(shares(&series, (1.0, 2.0), 100, Some(1.0)), [(0.0, 1.0), (0.5, 1.0)]);
        assert!(shares(&Series::new(Span::from_millis(500)), (0.0, 2.0), 100, None).is_empty());
    }
}
