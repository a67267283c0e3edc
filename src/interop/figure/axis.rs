//! The two sides of a figure: where a value is drawn, and what is written beside it.

use crate::base::figures;

/// A side of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What stands beside it, with its unit.
    pub name: String,
    /// What the column of its values is called in a table.
    pub column: String,
    /// How values are laid out.
    pub axis: Axis,
    /// Smallest and largest value that have room.
    pub range: (f64, f64),
}

/// How values are laid out.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Evenly.
    Linear,
    /// Evenly, as shares of one.
    Share,
    /// Evenly, as seconds of run time.
    Clock,
    /// By their logarithms.
    Logarithmic,
    /// Quantiles by how many nines they have.
    Nines,
    /// Whole numbers from 0 that stand for these names, the first on top.
    Names(Vec<String>),
}

/// The smallest value on a logarithmic side, and the smallest length of any side.
const LEAST: f64 = 1e-6;
/// Marks of a side, at most.
const MARKS: f64 = 8.0;
/// Names of a side, at most.
const NAMES: usize = 24;
/// Nines that are marked.
const NINES: [f64; 6] = [0.5, 0.9, 0.99, 0.999, 0.999_9, 0.999_99];
/// Steps between times that are round, in seconds.
const CLOCK: [f64; 14] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0];

impl Side {
    /// Where a value is drawn.
    pub(super) fn position(&self, value: f64) -> f64 {
        match self.axis {
            Axis::Linear | Axis::Share | Axis::Clock => value,
            Axis::Logarithmic => value.max(LEAST).log10(),
            // What no share of jobs lies beyond stands at the end.
            Axis::Nines => -(1.0 - value).max(1.0 - self.range.1).max(1e-12).log10(),
            Axis::Names(_) => -value,
        }
    }

    /// The positions of its ends, as far apart as can be drawn, whatever its values were.
    pub(super) fn ends(&self) -> (f64, f64) {
        let (one, other) = (self.position(self.range.0), self.position(self.range.1));
        let (low, high) = (one.min(other), one.max(other));
        let low = if low.is_finite() { low } else { 0.0 };
        (low, if high.is_finite() { high.max(low + LEAST) } else { low + 1.0 })
    }

    /// Positions that are marked, and what stands there.
    pub(super) fn marks(&self) -> Vec<(f64, String)> {
        let (low, high) = self.ends();
        let even = |step: f64| {
            let first = (low / step).ceil() as i64;
            let marks = (first..first.saturating_add(64)).map(move |ix| ix as f64 * step);
            marks.take_while(move |value| *value <= high * (1.0 + 1e-9))
        };
        match &self.axis {
            Axis::Linear => even(round_up((high - low) / MARKS)).map(|at| (at, figures::figure(at))).collect(),
            Axis::Share => even(round_up((high - low) / MARKS)).map(|at| (at, figures::share(at))).collect(),
            Axis::Clock => {
                let step = CLOCK.into_iter().find(|step| (high - low) / step <= MARKS);
                let step = step.unwrap_or_else(|| 3_600.0 * ((high - low) / MARKS / 3_600.0).ceil());
                even(step).map(|at| (at, figures::clock(at, step < 1.0))).collect()
            }
            Axis::Logarithmic => {
                let factors: &[f64] = if high - low < 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
                let decades = low.floor() as i32..=high.ceil() as i32;
                let values = decades.flat_map(|decade| factors.iter().map(move |factor| 10_f64.powi(decade) * factor));
                let marks = values.map(|value| (value.log10(), figures::figure(value)));
                marks.filter(|(at, _)| (low - 1e-9..=high + 1e-9).contains(at)).collect()
            }
            Axis::Nines => {
                let marks = NINES.into_iter().filter(|share| *share <= self.range.1);
                marks.map(|share| (self.position(share), percent(share))).collect()
            }
            Axis::Names(names) => {
                let every = names.len().div_ceil(NAMES).max(1);
                let names = names.iter().enumerate().step_by(every);
                names.map(|(ix, name)| (self.position(ix as f64 + 0.5), name.clone())).collect()
            }
        }
    }
}

/// A share with all its nines.
fn percent(share: f64) -> String {
    let digits = (-(1.0 - share).log10()).round().max(2.0) as usize - 2;
    format!("{:.digits$} %", share * 100.0)
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    let value = value.max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(value.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| value <= factor * power * 1.000_001);
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(axis: Axis, range: (f64, f64)) -> Vec<String> {
        let side = Side { name: String::new(), column: String::new(), axis, range };
        side.marks().into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn marks_are_round_and_few() {
        assert_eq!(marks(Axis::Linear, (0.0, 100.0)), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(marks(Axis::Clock, (3.0, 33.0)), ["0:05", "0:10", "0:15", "0:20", "0:25", "0:30"]);
        assert_eq!(marks(Axis::Logarithmic, (0.5, 20.0)), ["0.5", "1", "2", "5", "10", "20"]);
        assert_eq!(marks(Axis::Nines, (0.0, 0.999_5)), ["50 %", "90 %", "99 %", "99.9 %"]);
        let many: Vec<String> = (0..1_000).map(|ix| ix.to_string()).collect();
        assert!(marks(Axis::Names(many), (0.0, 1_000.0)).len() <= NAMES);
    }
}
