//! Features of a table in three stages, as data is made ready for a model: what each group comes to (`GroupBy`, then
//! `MergeGroups` over a shuffle), and each number as so many standard deviations from the mean of its group, beside its category
//! as a row of zeros with one 1 (`Features`).
//!
//! ```text
//! chunk 0 ─ GroupBy ─┐            ┌─ MergeGroups, groups 0 …  ─┐            ┌─ Features, chunk 0 ─┐
//! chunk 1 ─ GroupBy ─┼─ shuffle ──┤                            ├─ broadcast ┤                     ├─ Combine
//! chunk 2 ─ GroupBy ─┘            └─ MergeGroups, groups … n  ─┘            └─ Features, chunk 1 ─┘
//! ```
//!
//! A row costs 4 ns in `GroupBy` and 11 ns in `Features` (`benches/kernels.rs`), a sixth and a sixteenth of the speed at which its
//! data are made: rows are taken one by one, since each looks into what belongs to its own group, and what comes out is written
//! and read again.
//!
//! What is standardised with mean and deviation of the very same rows has a mean square of exactly 1 (population variance), to
//! the rounding of sums: that is the answer.

use std::sync::Arc;

use super::combine::fold;
use super::table::{Row, Table};
use super::{Answer, Data, Kernel, Partial, Scratch};
use crate::scenario::OwnTable;

/// What rounding may come to.
const ROUNDING: f64 = 1e-9;

/// Rows, sum and sum of squares of each group.
pub struct GroupBy {
    table: Table,
}

/// Mean and standard deviation of those groups that belong to a partition; zeros for all others.
pub struct MergeGroups {
    groups: usize,
    partitions: usize,
}

/// The features of each row; what they come to in all.
pub struct Features {
    table: Table,
    categories: usize,
}

impl GroupBy {
    /// Rows, rows in a chunk, and groups; all at least 1, as a scenario checks.
    pub fn new(rows: u64, chunk: u64, groups: u32) -> Self {
        Self { table: Table { own: None, rows, chunk, groups: groups as usize } }
    }

    /// On this table, where it is a person's own.
    #[must_use]
    pub fn of(self, table: Option<&Arc<OwnTable>>) -> Self {
        Self { table: Table { own: table.cloned(), ..self.table } }
    }
}

impl Kernel for GroupBy {
    fn run(&self, data: Data, _inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let groups = self.table.groups;
        let (sums, memory) = scratch.doubles(self.scratch_doubles()).split_at_mut(3 * groups);
        sums.fill(0.0);
        self.table.each(data, memory, |Row { group, number, .. }| {
            let own = &mut sums[3 * group..3 * group + 3];
            own[0] += 1.0;
            own[1] += number;
            own[2] += number * number;
        });
        Partial::Sums { count: self.table.rows_of(data.chunk) as u64, sums: (&*sums).into(), at: [].into() }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        (self.table.rows_of(chunk) * size_of::<Row>()) as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        Some(4 * self.table.rows_of(chunk) as u64)
    }

    fn scratch_doubles(&self) -> usize {
        3 * self.table.groups + self.table.doubles()
    }
}

impl MergeGroups {
    /// Groups, and partitions that they are divided among.
    pub fn new(groups: u32, partitions: u32) -> Self {
        Self { groups: groups as usize, partitions: partitions.max(1) as usize }
    }

    /// The groups of a partition.
    fn groups_of(&self, partition: u32) -> std::ops::Range<usize> {
        let edge = |partition: usize| partition * self.groups / self.partitions;
        edge(partition as usize)..edge(partition as usize + 1)
    }
}

impl Kernel for MergeGroups {
    fn run(&self, data: Data, inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let own = self.groups_of(data.chunk);
        let sums = scratch.doubles(3 * own.len());
        sums.fill(0.0);
        for input in inputs {
            let Partial::Sums { sums: of_chunk, .. } = input else { continue };
            let part = &of_chunk[3 * own.start..3 * own.end];
            sums.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
        }
        let (sums, _) = sums.as_chunks::<3>();
        let mut rows = 0.0;
        let mut moments = vec![0.0; 2 * self.groups];
        for (group, &[count, sum, squares]) in own.zip(sums) {
            let mean = sum / count.max(1.0);
            rows += count;
            moments[2 * group] = mean;
            moments[2 * group + 1] = (squares / count.max(1.0) - mean * mean).max(0.0).sqrt();
        }
        Partial::Sums { count: rows as u64, sums: moments.into(), at: [].into() }
    }

    /// What it takes crosses the edge; no data are read.
    fn bytes(&self, _chunk: u32) -> u64 {
        0
    }

    /// How many chunks it merges is for the scenario to say.
    fn flops(&self, _chunk: u32) -> Option<u64> {
        None
    }

    fn scratch_doubles(&self) -> usize {
        3 * self.groups.div_ceil(self.partitions)
    }
}

impl Features {
    /// Rows, rows in a chunk, groups, and categories; all at least 1, as a scenario checks.
    pub fn new(rows: u64, chunk: u64, groups: u32, categories: u32) -> Self {
        Self { table: Table { own: None, rows, chunk, groups: groups as usize }, categories: categories as usize }
    }

    /// On this table, where it is a person's own.
    #[must_use]
    pub fn of(self, table: Option<&Arc<OwnTable>>) -> Self {
        Self { table: Table { own: table.cloned(), ..self.table }, ..self }
    }
}

impl Kernel for Features {
    fn run(&self, data: Data, inputs: &[Partial], scratch: &mut Scratch) -> Partial {
        let (width, rows) = (1 + self.categories, self.table.rows_of(data.chunk));
        let (features, memory) = scratch.doubles(self.scratch_doubles()).split_at_mut(rows * width);
        features.fill(0.0);
        let whole = fold(inputs.iter().cloned());
        let nothing = vec![0.0; 2 * self.table.groups];
        let moments = if let Partial::Sums { sums, .. } = &whole { sums } else { nothing.as_slice() };
        let mut places = features.chunks_exact_mut(width);
        self.table.each(data, memory, |row| {
            let Some(feature) = places.next() else { return };
            let [mean, deviation] = [moments[2 * row.group], moments[2 * row.group + 1]];
            // A group of one row, or of equal ones, has no deviation.
            feature[0] = if deviation > 0.0 { (row.number - mean) / deviation } else { 0.0 };
            feature[1 + ((row.category * self.categories as f64) as usize).min(self.categories - 1)] = 1.0;
        });
        let mut sums = vec![0.0; 1 + width];
        for feature in features.chunks_exact(width) {
            sums[0] += feature[0] * feature[0];
            sums[1..].iter_mut().zip(feature).for_each(|(sum, value)| *sum += value);
        }
        Partial::Sums { count: rows as u64, sums: sums.into(), at: [].into() }
    }

    fn bytes(&self, chunk: u32) -> u64 {
        (self.table.rows_of(chunk) * size_of::<Row>()) as u64
    }

    fn flops(&self, chunk: u32) -> Option<u64> {
        Some((5 + self.categories as u64) * self.table.rows_of(chunk) as u64)
    }

    fn scratch_doubles(&self) -> usize {
        self.table.chunk as usize * (1 + self.categories) + self.table.doubles()
    }

    fn answer(&self, whole: Partial) -> Option<Answer> {
        match whole {
            Partial::Sums { count, sums, .. } if count > 0 => {
                // Of a person's own table nobody knows how many rows are in groups without a deviation.
                let exact = self.table.own.is_none().then_some(1.0);
                Some(Answer { value: sums[0] / count as f64, exact, std_error: exact.map(|_| ROUNDING) })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: u64 = 10_300;

    fn all(kernel: &impl Kernel, tasks: u32, inputs: &[Partial]) -> Vec<Partial> {
        let mut scratch = Scratch::default();
        (0..tasks).map(|chunk| kernel.run(Data { seed: 1, data_seed: 2, chunk }, inputs, &mut scratch)).collect()
    }

    /// Every row of the table.
    fn rows() -> Vec<Row> {
        let table = Table { own: None, rows: ROWS, chunk: 1_000, groups: 20 };
        let mut memory = vec![0.0; table.doubles()];
        let mut rows = Vec::new();
        (0..11).for_each(|chunk| table.each(Data { seed: 1, data_seed: 2, chunk }, &mut memory, |row| rows.push(row)));
        rows
    }

    #[test]
    fn groups_have_the_moments_of_their_rows_whatever_the_partitions() {
        let groups = all(&GroupBy::new(ROWS, 1_000, 20), 11, &[]);
        for partitions in [1, 3, 20] {
            let merged = fold(all(&MergeGroups::new(20, partitions), partitions, &groups).into_iter());
            let Partial::Sums { count, sums, .. } = merged else { panic!("sums") };
            assert_eq!(count, ROWS);
            for group in 0..20 {
                let numbers: Vec<f64> = rows().iter().filter(|row| row.group == group).map(|row| row.number).collect();
                let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
                let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / numbers.len() as f64;
                let apart = [sums[2 * group] - mean, sums[2 * group + 1] - variance.sqrt()];
                assert!(apart.iter().all(|apart| apart.abs() < 1e-9), "group {group}: {apart:?}");
            }
        }
    }

    #[test]
    fn standardised_numbers_have_mean_zero_and_variance_one_and_each_row_has_one_category() {
        let groups = all(&GroupBy::new(ROWS, 1_000, 20), 11, &[]);
        let merged = all(&MergeGroups::new(20, 3), 3, &groups);
        let kernel = Features::new(ROWS, 1_000, 20, 4);
        let whole = fold(all(&kernel, 11, &merged).into_iter());
        let answer = kernel.answer(whole.clone()).expect("there are rows");
        assert!(answer.is_plausible(), "{answer:?}");
        let Partial::Sums { sums, .. } = whole else { panic!("sums") };
        assert!(sums[1].abs() < 1e-6, "the sum of all is {}", sums[1]);
        let mut categories = [0.0; 4];
        rows().iter().for_each(|row| categories[(row.category * 4.0) as usize] += 1.0);
        assert_eq!(sums[2..], categories);
        // Without what it takes it says something else, which nobody learns from.
        assert!(!kernel.answer(fold(all(&kernel, 11, &[]).into_iter())).expect("there are rows").is_plausible());
    }
}
