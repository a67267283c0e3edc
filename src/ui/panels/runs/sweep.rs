//! The parts of a sweep by what it went through.

use std::collections::BTreeSet;

use super::columns::by_size;
use super::read::Row;
use crate::experiment::figures::Figure;

/// A field that a sweep went through, with its values in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    pub(super) path: String,
    pub(super) values: Vec<String>,
}

/// The fields of a sweep that have more than one value among its parts.
pub(super) fn axes(sweep: &Row, parts: &[Row]) -> Vec<Axis> {
    let axis = |path: &String| {
        let values: BTreeSet<&String> = parts.iter().filter_map(|part| part.params.get(path)).collect();
        let mut values: Vec<String> = values.into_iter().cloned().collect();
        values.sort_by(|a, b| by_size(a, b));
        (values.len() > 1).then(|| Axis { path: path.clone(), values })
    };
    sweep.params.keys().filter_map(axis).collect()
}

impl Axis {
    /// Where a part stands on it.
    pub(super) fn place(&self, part: &Row) -> Option<usize> {
        let value = part.params.get(&self.path)?;
        self.values.iter().position(|own| own == value)
    }
}

/// A figure over one field or two.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    pub(super) across: Axis,
    pub(super) down: Option<Axis>,
    /// Row by row: the figure and which part has it.
    pub(super) cells: Vec<Option<(f64, usize)>>,
}

impl Grid {
    /// Lays the parts out; the newest of those that stand at the same place counts, and they come newest first.
    pub(super) fn of(axes: &[Axis], parts: &[Row], figure: Figure) -> Option<Self> {
        let (across, down) = match axes {
            [across] => (across.clone(), None),
            [down, across] => (across.clone(), Some(down.clone())),
            _ => return None,
        };
        let rows = down.as_ref().map_or(1, |axis| axis.values.len());
        let mut cells = vec![None; rows * across.values.len()];
        for (ix, part) in parts.iter().enumerate() {
            let row = down.as_ref().map_or(Some(0), |axis| axis.place(part));
            let value = part.metrics.get(figure.name()).filter(|value| value.is_finite());
            if let (Some(row), Some(column), Some(value)) = (row, across.place(part), value) {
                cells[row * across.values.len() + column].get_or_insert((*value, ix));
            }
        }
        Some(Self { across, down, cells })
    }

    /// The least and the most.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        range(self.cells.iter().flatten().map(|(value, _)| *value))
    }
}

/// The least and the most of some values; `None` of none.
pub(super) fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range: Option<(f64, f64)>, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    })
}

/// Where a value stands between two, from 0 to 1; in the middle where they are the same.
pub(super) fn share(value: f64, (low, high): (f64, f64)) -> f64 {
    if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(params: &[(&str, &str)], p99: Option<f64>) -> Row {
        Row {
            params: params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            metrics: p99.map(|value| ("p99".to_owned(), value)).into_iter().collect(),
            ..Row::default()
        }
    }

    #[test]
    fn two_fields_make_a_grid_and_what_is_missing_stays_empty() {
        let sweep = row(&[("balance", "a, b"), ("count", "2, 10"), ("seed", "1")], None);
        let part = |balance, count, p99| row(&[("balance", balance), ("count", count), ("seed", "1")], p99);
        let parts = [
            part("a", "10", Some(4.0)),
            part("b", "2", Some(2.0)),
            part("a", "2", Some(1.0)),
            part("a", "2", Some(9.0)),
            part("b", "10", None),
        ];
        let axes = axes(&sweep, &parts);
        assert_eq!(axes.iter().map(|axis| axis.path.as_str()).collect::<Vec<_>>(), ["balance", "count"]);
        assert_eq!(axes[1].values, ["2", "10"], "by size");
        let grid = Grid::of(&axes, &parts, Figure::P99).expect("two fields");
        assert_eq!(grid.cells, [Some((1.0, 2)), Some((4.0, 0)), Some((2.0, 1)), None]);
        assert_eq!(grid.range(), Some((1.0, 4.0)));
        assert_eq!(Grid::of(&axes, &parts, Figure::Cost).expect("two fields").range(), None);
    }

    #[test]
    fn one_field_makes_a_line_and_three_make_none() {
        let sweep = row(&[("count", "")], None);
        let parts = [row(&[("count", "1")], Some(1.0)), row(&[("count", "2")], Some(2.0))];
        let one = axes(&sweep, &parts);
        assert_eq!(Grid::of(&one, &parts, Figure::P99).expect("one field").cells.len(), 2);
        let three = [one[0].clone(), one[0].clone(), one[0].clone()];
        assert_eq!(Grid::of(&three, &parts, Figure::P99), None);
        assert_eq!(axes(&sweep, &[]), []);
    }

    #[test]
    fn a_share_is_bounded_and_defined_for_equal_ends() {
        assert_eq!((share(2.0, (1.0, 3.0)), share(9.0, (1.0, 3.0)), share(1.0, (1.0, 1.0))), (0.5, 1.0, 0.5));
    }
}
