//! The vertical axes, linear and logarithmic, and the grid of times.

use egui_plot::{GridInput, GridMark};

use crate::base::figures;

/// A vertical axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// From zero, in the unit of the quantity.
    Linear,
    /// Seconds, drawn at the logarithm to base 10.
    LogSecs,
}

/// The smallest time that a logarithmic axis shows: below it lies noise.
const SECS_MIN: f64 = 1e-5;
/// Share of an axis at its ends where a label would stick out.
const EDGE: f64 = 0.035;
/// Lines of the grid that have a label stand at least this far apart, in points: a line of text and some air.
const LABEL_GAP: f64 = 18.0;
/// The toolkit hands a grid this many points as its base step.
pub(crate) const BASE_STEP: f32 = 8.0;
/// A logarithmic axis shows at least this factor, so that two of 1, 2 and 5 lie below its top.
const FACTOR_MIN: f64 = 5.0;
/// Marks of a decade on a logarithmic axis, from fine to coarse, and the smallest distance between two of them.
const LADDER: [(&[f64], f64); 3] = [(&[1.0, 2.0, 5.0], 0.301), (&[1.0, 3.0], 0.477), (&[1.0], 1.0)];
/// What an empty linear axis goes up to.
const EMPTY_TOP: f64 = 1.0;

impl Scale {
    /// Where a value is drawn.
    pub(crate) fn position(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::LogSecs => value.max(SECS_MIN).log10(),
        }
    }

    /// The value that is drawn at a position.
    pub(crate) fn value(self, position: f64) -> f64 {
        match self {
            Self::Linear => position,
            Self::LogSecs => 10_f64.powf(position),
        }
    }

    /// Bounds that hold all positions, rounded outwards to 1, 2 or 5 times a power of ten, so that they seldom change.
    pub(crate) fn fit(self, positions: impl Iterator<Item = f64>) -> (f64, f64) {
        let finite = positions.filter(|position| position.is_finite());
        let (low, high) = finite.fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(y), high.max(y)));
        match self {
            Self::Linear if high <= 0.0 => (0.0, EMPTY_TOP),
            Self::Linear => (0.0, round_up(high * 1.05)),
            Self::LogSecs if low > high => (SECS_MIN.log10(), 0.0),
            Self::LogSecs => {
                let (bottom, top) = (10_f64.powf(low - 0.05), 10_f64.powf(high + 0.05));
                let top = round_up(top);
                (round_down(bottom.min(top / FACTOR_MIN)).log10(), top.log10())
            }
        }
    }

    /// Lines of the grid, so far apart that each has room for its label.
    pub(crate) fn grid(self, input: &GridInput) -> Vec<GridMark> {
        let (low, high) = input.bounds;
        let gap = input.base_step_size.abs() / f64::from(BASE_STEP) * LABEL_GAP;
        match self {
            Self::Linear => {
                let step = round_up(((high - low) / 5.0).max(gap).max(f64::MIN_POSITIVE));
                let values = (0..=6).map(|i| f64::from(i) * step).filter(|value| *value <= high);
                values.map(|value| GridMark { value, step_size: step }).collect()
            }
            Self::LogSecs => {
                // Where not even decades have room, only some of them are marked.
                let (factors, finest) = LADDER.into_iter().find(|(_, finest)| *finest >= gap).unwrap_or(LADDER[2]);
                let every = (gap / finest).ceil().clamp(1.0, 24.0);
                let decades = low.floor().max(-12.0) as i32..=high.ceil().min(12.0) as i32;
                let decades = decades.map(f64::from).filter(|decade| decade.rem_euclid(every) == 0.0);
                let marks = decades.flat_map(|decade| factors.iter().map(move |factor| decade + factor.log10()));
                let inside = marks.filter(|value| (low - 1e-9..=high + 1e-9).contains(value));
                inside.map(|value| GridMark { value, step_size: finest * every }).collect()
            }
        }
    }

    /// What stands beside a line of the grid; nothing at the upper edge, where it would stick out of the plot.
    pub(crate) fn label(self, mark: &GridMark, (low, high): (f64, f64)) -> String {
        match self {
            _ if mark.value > high - EDGE * (high - low) => String::new(),
            Self::Linear => figures::figure(mark.value),
            Self::LogSecs => figures::secs(10_f64.powf(mark.value)),
        }
    }
}

/// What stands below a line of the grid of times; nothing at the edges, where it would stick out of the plot.
pub(crate) fn time_label(mark: &GridMark, (from, to): (f64, f64)) -> String {
    let edge = EDGE * (to - from);
    let inside = mark.value > from + edge && mark.value < to - edge;
    if inside { figures::clock(mark.value, mark.step_size < 1.0) } else { String::new() }
}

/// Times at round distances, about eight in view.
pub(crate) fn time_grid(input: &GridInput) -> Vec<GridMark> {
    times(input.bounds.0, input.bounds.1)
}

/// The same for anything with a time axis.
pub(crate) fn times(from: f64, to: f64) -> Vec<GridMark> {
    const STEPS: [f64; 20] = [
        0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0,
        7_200.0, 21_600.0, 86_400.0,
    ];
    let step = STEPS.into_iter().find(|step| (to - from) / step <= 8.0).unwrap_or((to - from) / 8.0);
    let first = (from / step).ceil() as i64;
    let marks = (first..first + 12).map(|i| i as f64 * step).take_while(|value| *value <= to);
    marks.map(|value| GridMark { value, step_size: step }).collect()
}

/// The next of 1, 2, 2.5 and 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|factor| value <= factor * power * 1.000_001);
    factor.unwrap_or(10.0) * power
}

/// The last of 1, 2 and 5 times a power of ten.
fn round_down(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let factor = [5.0, 2.0, 1.0].into_iter().find(|factor| value >= factor * power * 0.999_999);
    factor.unwrap_or(1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_round_and_hold_everything() {
        assert_eq!(Scale::Linear.fit([3.0, 185.0].into_iter()), (0.0, 200.0));
        assert_eq!(Scale::Linear.fit([].into_iter()), (0.0, 1.0));
        let (low, high) = Scale::LogSecs.fit([0.021_f64.log10(), 1.9_f64.log10()].into_iter());
        assert!((10_f64.powf(low) - 0.01).abs() < 1e-9 && (10_f64.powf(high) - 2.5).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn a_logarithmic_axis_speaks_of_seconds() {
        assert_eq!(Scale::LogSecs.position(0.0), -5.0);
        let mark = GridMark { value: 0.05_f64.log10(), step_size: 0.3 };
        assert_eq!(Scale::LogSecs.label(&mark, (-3.0, 0.0)), "50 ms");
    }

    #[test]
    fn every_axis_has_labels_with_room_whatever_it_spans() {
        let spans = [(0.03, 3.0), (0.02, 2.6), (2.2, 2.3), (1e-4, 90.0), (1e-5, 1e5), (0.5, 0.5)];
        for ((low, high), height) in
            spans.into_iter().flat_map(|span| [80.0, 140.0, 400.0].map(|height| (span, height)))
        {
            for scale in [Scale::Linear, Scale::LogSecs] {
                let bounds = scale.fit([low, high].into_iter().map(|value| scale.position(value)));
                let per_point = (bounds.1 - bounds.0) / height;
                let input = GridInput { bounds, base_step_size: per_point * f64::from(BASE_STEP) };
                let mut marks = scale.grid(&input);
                marks.retain(|mark| !scale.label(mark, bounds).is_empty());
                assert!(marks.len() >= 2, "{scale:?} {low} to {high} on {height} points: {marks:?}");
                let near = |pair: &[GridMark]| (pair[1].value - pair[0].value) / per_point < LABEL_GAP * 0.99;
                assert!(!marks.windows(2).any(near), "{scale:?} {low} to {high} on {height} points: {marks:?}");
                assert!(marks.iter().all(|mark| mark.step_size / per_point >= LABEL_GAP * 0.99));
            }
        }
    }

    #[test]
    fn times_stand_at_round_distances() {
        let marks = time_grid(&GridInput { bounds: (3.0, 33.0), base_step_size: 0.1 });
        let values: Vec<_> = marks.iter().map(|mark| mark.value).collect();
        assert_eq!(values, [5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
    }
}
